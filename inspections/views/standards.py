"""Screens of the library of standard wordings; the same forms stand inside the checklist's editing page."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections.actions import standards as actions
from inspections.actions.merging import Conflict
from inspections.actions.standards import STANDARD_FIELDS
from inspections.forms.standards import StandardFilterForm, StandardForm, item_names, theme_names
from inspections.models import Checklist, ChecklistItem, Finding, StandardFinding
from inspections.views.checklist_access import may_edit, require_editor, require_reader
from inspections.views.row_answers import CONFLICT, INVALID, Row, base_of, conflict_context, not_done
from jobs.errors import Refused
from units.typed import key_of, own_address


@require_GET
def standard_list(request: HttpRequest) -> HttpResponse:
    """The library; the usage count opens the findings behind it."""
    require_reader(request)
    themes, items = theme_names(), item_names()
    form = StandardFilterForm(request.GET, themes=themes)
    findings = Finding.objects.visible_to(request.user).standing()
    found = form.filter(StandardFinding.objects.visible_to(request.user)).with_usage(findings)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    for standard in page:
        standard.theme_name = themes.get(standard.theme_code, standard.theme_code)
        standard.item_name = items.get(standard.item_code, ("", ""))[1]
    context = {"page": page, "form": form, "may_edit": may_edit(request.user), "is_filtered": any(request.GET.values())}
    return render(request, "inspections/standards/list.html", context)


def _editable(request: HttpRequest, pk: int) -> StandardFinding:
    standard = get_object_or_404(StandardFinding.objects.visible_to(request.user), pk=pk)
    require_editor(request)
    return standard


def _auto_id(pk: int | str) -> str:
    return f"standard-{pk}-%s"


@require_http_methods(["GET", "POST"])
def standard_create(request: HttpRequest) -> HttpResponse:
    """Add a wording; on the editing page of a checklist it is a row of an item."""
    require_editor(request)
    key = f"new-{uuid4().hex[:8]}"  # Several new rows may be open at once; their element ids must differ.
    if request.method == "POST":
        form = StandardForm(request.POST, auto_id=_auto_id(key))
        if form.is_valid():
            standard = actions.create_standard(**form.cleaned_data, by=request.user)
            if request.htmx:
                return render(request, "inspections/standards/_row.html", {"standard": standard})
            messages.success(request, "规范表述已新增。")
            return redirect("inspections:standard_list")
    else:
        form = StandardForm(initial=_place_of(request), auto_id=_auto_id(key))
    status = INVALID if form.is_bound else 200
    return _show_form(request, {"form": form, "key": key}, status)


def _place_of(request: HttpRequest) -> dict[str, str]:
    """Return theme and item of a new wording: those of the item whose row asks (``?item=``), read now, since codes may change."""
    pk = key_of(request.GET.get("item"))
    if pk is None:
        return {}
    items = ChecklistItem.objects.filter(theme__checklist__in=Checklist.objects.visible_to(request.user)).select_related("theme")
    item = get_object_or_404(items, pk=pk)
    return {"theme_code": item.theme.code, "item_code": item.code}


def _show_form(request: HttpRequest, context: dict, status: int) -> HttpResponse:
    template = "inspections/standards/_form.html" if request.htmx else "inspections/standards/form.html"
    return render(request, template, {**context, "is_inline": bool(request.htmx)}, status=status)


@require_http_methods(["GET", "POST"])
def standard_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a wording. When somebody else changed the same field meanwhile, both values are shown and nothing typed is lost."""
    standard = _editable(request, pk)
    context = {"standard": standard, "key": str(pk), "base": base_of(standard, STANDARD_FIELDS)}
    if request.method == "GET":
        form = StandardForm(instance=standard, auto_id=_auto_id(pk))
        return _show_form(request, {**context, "form": form, "used": standard.findings.exists()}, 200)
    form = StandardForm(request.POST, instance=StandardFinding.objects.get(pk=pk), auto_id=_auto_id(pk))
    context |= {"form": form, "base": request.POST.get("base", "{}")}
    if not form.is_valid():
        return _show_form(request, context, INVALID)
    try:
        actions.update_standard(standard, base=form.base, values=form.cleaned_data, by=request.user)
    except Refused as error:
        if isinstance(error, Conflict):
            name = "standard_show" if request.htmx else "standard_update"
            row = Row(f"standard-{pk}", reverse(f"inspections:{name}", args=[pk]), f"#standard-{pk}" if request.htmx else "")
            context |= {"row": row, **conflict_context(form, error, standard)}
        return _show_form(request, {**context, "refusal": str(error)}, CONFLICT)
    standard.refresh_from_db()
    if request.htmx:
        return render(request, "inspections/standards/_row.html", {"standard": standard})
    messages.success(request, "规范表述已保存。已经记录的督查发现保留原来的文字。")
    return redirect("inspections:standard_list")


@require_GET
def standard_show(request: HttpRequest, pk: int) -> HttpResponse:
    """One wording as a row of the editing page."""
    return render(request, "inspections/standards/_row.html", {"standard": _editable(request, pk)})


def _answered(request: HttpRequest, standard: StandardFinding, text: str) -> HttpResponse:
    if request.htmx:
        return render(request, "inspections/standards/_row.html", {"standard": standard})
    messages.success(request, text)
    return _back(request)


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    if request.htmx:
        return not_done(request, error)
    messages.error(request, str(error))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """Return to the list as it was filtered."""
    return redirect(own_address(request, request.POST.get("next")) or "inspections:standard_list")


@require_POST
def standard_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a wording no longer."""
    standard = _editable(request, pk)
    try:
        actions.retire_standard(standard, by=request.user)
    except Refused as error:
        return _refused(request, error)
    return _answered(request, standard, "已停用。已经引用它的督查发现不受影响。")


@require_POST
def standard_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a retired wording again."""
    standard = _editable(request, pk)
    try:
        actions.restore_standard(standard, by=request.user)
    except Refused as error:
        return _refused(request, error)
    return _answered(request, standard, "已重新启用。")


@require_POST
def standard_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a wording that was never used."""
    standard = _editable(request, pk)
    try:
        actions.delete_standard(standard, by=request.user)
    except Refused as error:
        return _refused(request, error)
    messages.success(request, "已删除。")
    return redirect("inspections:standard_list")
