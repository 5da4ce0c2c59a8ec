"""Screens of report templates: list, one version with a trial, editing a draft, and the verbs that move a version on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections.models import Campaign, Rectification
from jobs.errors import InvalidTransition, Refused
from reports.actions import draft_report
from reports.actions import templates as actions
from reports.assembly import document_of_draft
from reports.composing.variants import ANNOUNCEMENT, LETTERS
from reports.forms.templates import (
    BaseSections,
    TemplateCopyForm,
    TemplateForm,
    TemplatePreviewForm,
    initial_of,
    sections_formset,
)
from reports.layout import dressed
from reports.models import Report, ReportTemplate
from reports.rendering.preview import preview_html
from reports.wording import gap
from units.models import PartyOrganization, User
from units.models.organization import STEP

CONFLICT, INVALID = 409, 422
_HEAD_PARTS, _IMPRINT_PARTS = ("issuers", "suffix", "approvers"), ("copy_to", "printer", "even_page")


def may_edit(user: User) -> bool:
    """Whether ``user`` keeps the site's report templates: the office of a top organization, as with checklists.

    They serve all campaigns, so the office of an organization that is inspected must not change or retire them.
    """
    return any(len(path) == STEP for path in user.office_paths)


def _readable(request: HttpRequest, pk: int) -> ReportTemplate:
    return get_object_or_404(ReportTemplate.objects.visible_to(request.user).prefetch_related("sections"), pk=pk)


def _editable(request: HttpRequest, pk: int) -> ReportTemplate:
    """The template for whoever keeps templates. Strangers get 404, readers 403; its state is the verb's matter."""
    template = _readable(request, pk)
    if not may_edit(request.user):
        raise PermissionDenied("报告样式由最上级组织的办公室统一维护，您可以查看、试写和选用，但不能修改。")
    return template


@require_GET
def template_list(request: HttpRequest) -> HttpResponse:
    """All templates: what is in use and what is being revised first, then what has retired."""
    if not request.user.scope_paths:
        raise Http404
    rows = list(ReportTemplate.objects.visible_to(request.user).annotate(used=Count("reports")).order_by("pk"))
    families = list(dict.fromkeys(row.key for row in rows))
    rows.sort(key=lambda row: (row.subject, families.index(row.key), -row.version))
    context = {
        "current": [row for row in rows if row.status != ReportTemplate.Status.RETIRED],
        "retired": [row for row in rows if row.status == ReportTemplate.Status.RETIRED],
        "may_edit": may_edit(request.user),
    }
    return render(request, "reports/templates/list.html", context)


@require_GET
def template_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: its settings in words, its sections, its other versions, and a trial on a campaign."""
    template = _readable(request, pk)
    form = TemplateForm(template=template)
    context = {
        "template": template,
        "settings": _in_words(form),
        "versions": ReportTemplate.objects.filter(key=template.key).order_by("-version"),
        "preview": TemplatePreviewForm(user=request.user, template=template),
        "copy": TemplateCopyForm(),
        "may_edit": may_edit(request.user),
        "may_try": bool(request.user.office_paths),
        "used": template.reports.count(),
    }
    return render(request, "reports/templates/detail.html", context)


def _in_words(form: TemplateForm) -> list[tuple[str, str]]:
    """Return the settings of a template as a reader sees them; what is empty falls away, and the parts of a head that is not used."""
    initial = initial_of(form.template)
    unused = {"name", *(() if initial["head"] else _HEAD_PARTS), *(() if initial["imprint"] else _IMPRINT_PARTS)}
    shown = [(field.field, initial.get(field.name, "")) for _label, fields in form.groups for field in fields if field.name not in unused]
    return [(str(field.label), text) for field, value in shown if (text := _word(field, value))]


def _word(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    choices = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return choices.get(str(value), str(value))


@require_http_methods(["GET", "POST"])
def template_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Settings and sections of a draft. When somebody else saved meanwhile, both are shown and nothing typed is lost."""
    template = _editable(request, pk)
    if not template.is_editable:
        messages.error(request, "这个版本已经发布，不能再修改。请先“修订”生成新版草稿。")
        return redirect("reports:template_detail", pk=pk)
    rows = actions.sections_of(template)
    if request.method == "GET":
        return _edit_page(request, template, TemplateForm(template=template), sections_formset(template, rows))
    form = TemplateForm(request.POST, template=template)
    formset = sections_formset(template, rows, request.POST)
    if not form.is_valid() or not formset.is_valid():
        return _edit_page(request, template, form, formset, status=INVALID)
    revision = template.revision if "overwrite" in request.POST else form.cleaned_data["revision"]
    try:
        actions.update_template(template, revision=revision, values=form.values, sections=formset.rows, by=request.user)
    except InvalidTransition as error:
        template.refresh_from_db()
        conflicts = _conflicts(template, form, formset)
        return _edit_page(request, template, form, formset, status=CONFLICT, refusal=str(error), conflicts=conflicts)
    except Refused as error:
        return _edit_page(request, template, form, formset, status=INVALID, refusal=str(error))
    messages.success(request, "已保存。")
    return redirect("reports:template_edit" if "stay" in request.POST else "reports:template_detail", pk=pk)


def _edit_page(
    request: HttpRequest, template: ReportTemplate, form: TemplateForm, formset: BaseSections, *, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"template": template, "form": form, "formset": formset}
    return render(request, "reports/templates/edit.html", context, status=status)


def _conflicts(template: ReportTemplate, form: TemplateForm, formset: BaseSections) -> list[tuple[str, str, str]]:
    """Return what was saved beside what was typed, for the fields in which they differ."""
    saved = initial_of(template)
    pairs = [(field, saved.get(name, ""), form.cleaned_data.get(name, "")) for name, field in form.fields.items() if name != "revision"]
    found = [(str(field.label), _word(field, theirs), _word(field, mine)) for field, theirs, mine in pairs if str(theirs) != str(mine)]
    theirs, mine = _outline(actions.sections_of(template)), _outline(formset.rows)
    return [*found, ("各部分", theirs, mine)] if theirs != mine else found


def _outline(rows: list[dict[str, Any]]) -> str:
    return "\n".join(f"{row['heading'] or '（无标题）'}：{row['kind']} {row['settings'] or ''}".strip() for row in rows)


# --- verbs ------------------------------------------------------------------------------------------------------------------


@require_POST
def template_revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the draft of the next version."""
    draft = actions.revise_template(_editable(request, pk), by=request.user)
    return redirect("reports:template_edit", pk=draft.pk)


@require_POST
def template_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a new template from this one."""
    template, form = _editable(request, pk), TemplateCopyForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请填写新样式的名称（不超过 60 字）。")
        return redirect("reports:template_detail", pk=pk)
    try:
        copy = actions.copy_template(template, name=form.cleaned_data["name"].strip(), by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("reports:template_detail", pk=pk)
    return redirect("reports:template_edit", pk=copy.pk)


@require_POST
def template_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a draft for new reports."""
    return _moved(request, pk, actions.publish_template, "已发布，起草报告时即可选用。已有的报告仍用原来的版本。")


@require_POST
def template_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer it no longer."""
    return _moved(request, pk, actions.retire_template, "已停用。已有的报告不受影响。")


@require_POST
def template_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a retired version again."""
    return _moved(request, pk, actions.restore_template, "已重新启用。")


def _moved(request: HttpRequest, pk: int, verb: Any, done: str) -> HttpResponse:
    template = _editable(request, pk)
    try:
        verb(template, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("reports:template_detail", pk=pk)


@require_POST
def template_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    template = _editable(request, pk)
    try:
        actions.discard_template(template, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("reports:template_detail", pk=pk)
    messages.success(request, "已删除草稿。")
    return redirect("reports:template_list")


# --- trial ------------------------------------------------------------------------------------------------------------------


@require_GET
def template_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The template as it would be composed now from a campaign; nothing is stored."""
    template = _readable(request, pk)
    if not request.user.office_paths:
        raise PermissionDenied("只有办公室工作人员可以试写报告。")
    form = TemplatePreviewForm(request.GET, user=request.user, template=template)
    context: dict[str, Any] = {"template": template, "form": form, "back": reverse("reports:template_detail", args=[pk])}
    if form.is_valid():
        campaign = form.cleaned_data["campaign"]
        organization = form.cleaned_data.get("organization")
        if template.subject == ReportTemplate.Subject.ORGANIZATION and organization is None:
            organization = _telling(campaign, template)
        try:
            draft = draft_report(campaign, template, organization=organization)
        except Refused as error:
            context["refusal"] = str(error)
        else:
            report = Report(layout=template.settings.get("layout") or {}, signers=list(draft.signers), signed_on=draft.signed_on)
            document = dressed(document_of_draft(draft), report, approver=gap("签发人"))
            context |= {"sheet": preview_html(document), "organization": organization, "campaign": campaign}
    return render(request, "reports/templates/preview.html", context)


def _telling(campaign: Campaign, template: ReportTemplate) -> PartyOrganization | None:
    """The organization of which there is the most to tell, so that a trial shows every section."""
    if template.document in LETTERS:
        late = Rectification.objects.filter(campaign=campaign).overdue().select_related("organization")
        row = late.order_by("due_on", "number").first()
        return row.organization if row else None
    rows = campaign.assignments.all() if template.document == ANNOUNCEMENT else campaign.assignments.concluded()
    found = rows.annotate(n=Count("findings")).select_related("organization").order_by("-n", "organization_path").first()
    return found.organization if found else None
