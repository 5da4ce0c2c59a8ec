"""Noting, changing and withdrawing findings. Each screen is a page of its own, and a fragment in the drawer of the assignment page."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Case, Q, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import reswap, retarget, trigger_client_event

from inspections.actions import evidence as evidence_actions
from inspections.actions import findings as actions
from inspections.actions.revisions import RevisionConflict
from inspections.evidence_files import FileRefused
from inspections.forms.findings import FindingForm, StandardSearchForm, initial_of
from inspections.forms.results import ReasonForm
from inspections.models import Assignment, ChecklistTheme, Finding, FindingMerge, Rectification, StandardFinding
from inspections.views.assignment_page import findings_of
from inspections.views.field_access import assignment_for_writing, finding_for_reading, finding_for_writing, inspects, on_organizers_side
from jobs.errors import Refused
from units.models import ActivityEntry
from units.timelines import timeline
from units.typed import key_of

OFFERED = 60
"""Standard wordings shown at once; more are found by words."""


def _show(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Show a drawer's content, alone to htmx and within a page to everybody else."""
    if not request.htmx:
        return render(request, "inspections/findings/drawer_page.html", {**context, "drawer_content": name}, status=status)
    return reswap(retarget(render(request, name, context, status=status), "#drawer-body"), "innerHTML")


def _noted(request: HttpRequest, finding: Finding, notice: str, refused: list[FileRefused]) -> HttpResponse:
    """Answer a successful verb: the page's list of findings anew, and the drawer shut unless a file was refused.

    The drawer's forms name the list as their target themselves: a form that a search has replaced meanwhile can no longer be re-targeted.
    """
    if not request.htmx:
        messages.success(request, notice)
        for error in refused:
            messages.warning(request, f"没有保存的文件——{error}")
        return redirect("inspections:finding_detail", pk=finding.pk)
    assignment = finding.assignment
    context = {"assignment": assignment, "can_write": True, "status_oob": True, **findings_of(assignment, request.user)}
    if refused:
        form = FindingForm(initial=initial_of(_content(finding), revision=finding.revision, pk=finding.pk), assignment=assignment)
        context |= {"form": form, "finding": finding, "refused": refused, "notice": notice, "findings_oob": True}
        return _show(request, "inspections/findings/_finding_form.html", context)
    response = render(request, "inspections/findings/_findings.html", context)
    return trigger_client_event(response, "drawer:done", {"notice": notice}, after="settle")


@require_GET
def standard_pick(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The library for one assignment: wordings for the item first, then those of its theme, or found by words."""
    assignment = assignment_for_writing(request, pk)
    form = StandardSearchForm(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    items = actions.asked_items(assignment)
    item = items.filter(pk=data.get("item")).first() if data.get("item") else None
    themes = list(ChecklistTheme.objects.filter(checklist=assignment.campaign.checklist_id))
    theme_code = data.get("theme") or (item.theme.code if item and "theme" not in request.GET else "")
    standards = StandardFinding.objects.visible_to(request.user).in_use().filter(theme_code__in=[theme.code for theme in themes])
    if theme_code:
        standards = standards.filter(theme_code=theme_code)
    if data.get("kind"):
        standards = standards.filter(kind=data["kind"])
    for word in data.get("q", "").split():
        standards = standards.filter(
            Q(wording__icontains=word) | Q(heading__icontains=word) | Q(cause__icontains=word) | Q(measure__icontains=word)
        )
    total = standards.count()
    # The item's own wordings come first; sorted by the database, so that the cut-off takes the right ones.
    kinds = Case(*(When(kind=kind, then=place) for place, kind in enumerate(Finding.Kind)), default=9)
    own_first = [Case(When(item_code=item.code, then=0), default=1)] if item else []
    standards = standards.order_by(*own_first, kinds, "theme_code", "code")
    used = set(assignment.findings.standing().filter(standard__isnull=False).values_list("standard", flat=True))
    names = {theme.code: theme.name for theme in themes}
    offers = [(standard, names[standard.theme_code], uuid.uuid4(), standard.pk in used) for standard in standards[:OFFERED]]
    context = {
        "assignment": assignment,
        "item": item,
        "themes": themes,
        "theme_code": theme_code,
        "form": form,
        "offers": offers,
        "total": total,
    }
    if request.htmx.target == "standard-results":
        # Searching: the page takes the results out of the answer, and leaves the field alone in which one is typing.
        return render(request, "inspections/findings/_standards.html", context)
    return _show(request, "inspections/findings/_standards.html", context)


@require_http_methods(["GET", "POST"])
def finding_create(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note a finding: in the words of the library at one tap (``quick``), or in the form."""
    assignment = assignment_for_writing(request, pk)
    if request.method == "GET":
        initial = initial_of(_suggested(request, assignment))
        return _show(
            request,
            "inspections/findings/_finding_form.html",
            {"form": FindingForm(initial=initial, assignment=assignment), "assignment": assignment},
        )
    if "quick" in request.POST:
        return _create_quickly(request, assignment)
    form = FindingForm(request.POST, assignment=assignment)
    context: dict[str, Any] = {"form": form, "assignment": assignment}
    if not form.is_valid():
        return _show(request, "inspections/findings/_finding_form.html", context, status=422)
    try:
        finding, _created = actions.create_finding(assignment, form.content, by=request.user, finding_id=form.cleaned_data["id"])
        _kept, refused = evidence_actions.add_files(finding, request.FILES.getlist("files"), by=request.user)
    except RevisionConflict as error:
        return _conflict(request, assignment, form, error.server)
    except Refused as error:
        return _show(request, "inspections/findings/_finding_form.html", {**context, "refusal": str(error)}, status=422)
    return _noted(request, finding, "已记下这条发现。", refused)


def _create_quickly(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    search = StandardSearchForm(request.POST)
    standard = get_object_or_404(StandardFinding.objects.visible_to(request.user), pk=key_of(request.POST.get("standard")))
    wanted = search.cleaned_data["item"] if search.is_valid() else None
    item = actions.asked_items(assignment).filter(pk=wanted).first() if wanted else None
    try:
        content = actions.content_of(standard, assignment, item)
        finding, _created = actions.create_finding(assignment, content, by=request.user, finding_id=_uuid(request.POST.get("id")))
    except Refused as error:
        context = {"assignment": assignment, "refusal": str(error)}
        return _show(request, "inspections/findings/_refused.html", context, status=422)
    return _noted(request, finding, f"已记下：{finding.text}", [])


def _suggested(request: HttpRequest, assignment: Assignment) -> actions.Content:
    """Return what the form begins with: a standard wording, the item it was opened from, or nothing."""
    item = actions.asked_items(assignment).filter(pk=key_of(request.GET.get("item"))).first()
    standard = StandardFinding.objects.visible_to(request.user).filter(pk=key_of(request.GET.get("standard"))).first()
    if standard:
        return actions.content_of(standard, assignment, item)
    kind = request.GET.get("kind", "")
    content: actions.Content = {"theme": item.theme, "item": item} if item else {}
    if kind in Finding.Kind:
        content["kind"] = kind
    return content


@require_http_methods(["GET", "POST"])
def finding_update(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a finding; when somebody was faster, both versions are shown and the user chooses."""
    finding = finding_for_writing(request, pk)
    assignment = finding.assignment
    context: dict[str, Any] = {"assignment": assignment, "finding": finding}
    if request.method == "GET":
        form = FindingForm(initial=initial_of(_content(finding), revision=finding.revision, pk=finding.pk), assignment=assignment)
        return _show(request, "inspections/findings/_finding_form.html", {**context, "form": form})
    form = FindingForm(request.POST, assignment=assignment)
    if not form.is_valid():
        return _show(request, "inspections/findings/_finding_form.html", {**context, "form": form}, status=422)
    try:
        saved = actions.update_finding(finding, form.content, by=request.user, base_revision=form.base_revision)
        _kept, refused = evidence_actions.add_files(saved, request.FILES.getlist("files"), by=request.user)
    except RevisionConflict as error:
        return _conflict(request, assignment, form, error.server)
    except Refused as error:
        return _show(request, "inspections/findings/_finding_form.html", {**context, "form": form, "refusal": str(error)}, status=422)
    return _noted(request, saved, "已保存修改。", refused)


def _conflict(request: HttpRequest, assignment: Assignment, form: FindingForm, server: Finding) -> HttpResponse:
    """Show both versions, the user's own still in the form."""
    mine = form.content
    pairs = [
        (label, actions.in_words(_content(server))[name], actions.in_words(mine)[name])
        for name, label in actions.LABELS.items()
        if name != "standard" and _content(server)[name] != mine[name]
    ]
    context = {"form": form, "assignment": assignment, "finding": server, "server": server, "pairs": pairs}
    return _show(request, "inspections/findings/_finding_form.html", context, status=409)


@require_http_methods(["GET", "POST"])
def finding_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a finding back, with a reason."""
    finding = finding_for_writing(request, pk)
    context: dict[str, Any] = {"finding": finding, "assignment": finding.assignment, "form": ReasonForm()}
    if request.method == "GET":
        return _show(request, "inspections/findings/_withdraw.html", context)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, "inspections/findings/_withdraw.html", {**context, "form": form}, status=422)
    try:
        finding = actions.withdraw_finding(finding, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as error:
        return _show(request, "inspections/findings/_withdraw.html", {**context, "form": form, "refusal": str(error)}, status=422)
    return _noted(request, finding, "已撤回。它仍留在记录里，但不再计入任何统计和报告。", [])


@require_GET
def finding_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One finding: facts, evidence, and for those who inspect its history."""
    finding = finding_for_reading(request, pk)
    assignment = finding.assignment
    inside = on_organizers_side(assignment, request.user)
    merges = FindingMerge.objects.filter(rows__finding=finding, standard=finding.standard_id, undone_at__isnull=True)
    merge = merges.select_related("organizer", "merged_by").first() if inside and finding.standard_id else None
    writable = assignment.is_writable and not finding.is_withdrawn and inspects(assignment, request.user)
    context = {
        "finding": finding,
        "assignment": assignment,
        "can_write": writable,
        "inside": inside,
        "merge": merge,
        "may_unmerge": merge is not None and request.user.is_office_for(merge.organizer),
        "duties": list(Rectification.objects.visible_to(request.user).ledger().filter(findings=finding).select_related("campaign")),
        "history": ActivityEntry.objects.about(finding)[:200] if inside else [],
    }
    return render(request, "inspections/findings/detail.html", context)


@require_GET
def finding_timeline(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What happened about one finding, from every app, as far as the user may see it."""
    finding = finding_for_reading(request, pk)
    found = timeline(finding, request.user, kind=request.GET.get("kind", ""), cursor=request.GET.get("at", ""))
    return render(request, "inspections/findings/timeline.html", {"finding": finding, "timeline": found})


def _content(finding: Finding) -> actions.Content:
    return {name: getattr(finding, name) for name in actions.FIELDS}  # type: ignore[return-value]


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
