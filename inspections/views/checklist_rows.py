"""The editing page of a draft: everything on one page, each row stored by itself."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from inspections.actions import checklist_rows as rows
from inspections.actions import checklists as actions
from inspections.actions.checklist_rows import Gone
from inspections.actions.checklists import HEAD_FIELDS, ITEM_FIELDS, THEME_FIELDS
from inspections.actions.merging import snapshot
from inspections.forms.checklists import (
    ChecklistForm,
    ItemAddForm,
    ItemForm,
    ItemPlaceForm,
    ThemeAddForm,
    ThemeDeleteForm,
    ThemeForm,
    ThemePlaceForm,
    read_base,
)
from inspections.models import Checklist, ChecklistItem, ChecklistTheme, StandardFinding
from inspections.views import row_answers
from inspections.views.checklist_access import editable
from jobs.errors import Refused


@require_GET
def checklist_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The page. ``?open=<item>`` opens that item's row, as the links of the completeness check do."""
    checklist = editable(request, pk)
    if not checklist.is_editable:
        messages.info(request, f"“{checklist}”{checklist.get_status_display()}，内容不能再改。需要修改时请建立新版本。")
        return redirect("inspections:checklist_detail", pk=pk)
    themes = checklist.outline()
    items = [item for theme in themes for item in theme.items.all()]
    _count_wordings(items)
    opened = next((item for item in items if str(item.pk) == request.GET.get("open")), None)
    if opened:
        _prepare_form(opened)
    for theme in themes:
        theme.form, theme.base = _theme_form(theme), _base_of(theme, THEME_FIELDS)
    context = {
        "checklist": checklist,
        "themes": themes,
        "head_form": ChecklistForm(instance=checklist, auto_id="head-%s"),
        "head_base": _base_of(checklist, HEAD_FIELDS),
    }
    return render(request, "inspections/checklists/edit.html", context)


def _base_of(instance: Any, fields: Any) -> str:
    return json.dumps(snapshot(instance, fields), ensure_ascii=False)


def _theme_form(theme: ChecklistTheme) -> ThemeForm:
    return ThemeForm(instance=theme, auto_id=f"theme-{theme.pk}-%s")


def _count_wordings(items: list[ChecklistItem]) -> None:
    counts = StandardFinding.objects.in_use().filter(item_code__in=[item.code for item in items]).order_by()
    found = dict(counts.values_list("item_code").annotate(number=Count("pk")))
    for item in items:
        item.wording_count = found.get(item.code, 0)


def _prepare_form(item: ChecklistItem) -> None:
    """Give an item what its open row shows: its form, the form's base and its standard wordings, retired ones too."""
    item.form = ItemForm(instance=item, auto_id=f"item-{item.pk}-%s")
    item.base = _base_of(item, ITEM_FIELDS)
    item.wordings = list(StandardFinding.objects.filter(item_code=item.code))


def _item_of(checklist: Checklist, pk: int) -> ChecklistItem:
    found = ChecklistItem.objects.filter(theme__checklist=checklist).select_related("theme").prefetch_related("categories")
    return get_object_or_404(found, pk=pk)


def _now(text: str) -> str:
    return f"{text} {timezone.localtime():%H:%M}"


def _told(request: HttpRequest, text: str, *, tone: str = "ok", status: int = 200) -> HttpResponse:
    """Answer with one sentence for the line that tells the page's state."""
    response = render(request, "inspections/checklists/_told.html", {"text": text, "tone": tone}, status=status)
    response["HX-Retarget"] = "#page-state"
    response["HX-Reswap"] = "innerHTML"
    return response


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return _told(request, str(error), tone="bad", status=row_answers.CONFLICT)


def _unreadable(request: HttpRequest) -> HttpResponse:
    return _told(request, "请求不完整，没有保存。请刷新页面后再试。", tone="bad", status=row_answers.INVALID)


# --- head ------------------------------------------------------------------------------------------------------------------


@require_POST
def checklist_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Store the name and the note of a draft."""
    checklist = editable(request, pk)
    form = ChecklistForm(request.POST, instance=Checklist(pk=checklist.pk), auto_id="head-%s")
    row = row_answers.Row("head", reverse("inspections:checklist_edit", args=[pk]), "")
    if not form.is_valid():
        return row_answers.invalid(request, row, form)
    try:
        found = actions.update_checklist(checklist, base=form.base, values=form.values(), by=request.user)
    except Refused as error:
        return row_answers.refused(request, row, form, error, target=checklist)
    return row_answers.saved(request, row, form, found)


# --- themes ----------------------------------------------------------------------------------------------------------------


def _show_theme(request: HttpRequest, checklist: Checklist, theme: ChecklistTheme) -> HttpResponse:
    theme.form, theme.base = _theme_form(theme), _base_of(theme, THEME_FIELDS)
    _count_wordings(list(theme.items.all()))
    return render(request, "inspections/checklists/_theme.html", {"checklist": checklist, "theme": theme})


@require_POST
def theme_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a theme at the end of the page."""
    checklist = editable(request, pk)
    form = ThemeAddForm(request.POST)
    if not form.is_valid():
        return _told(request, form.errors["name"][0], tone="bad", status=row_answers.INVALID)
    try:
        theme = rows.add_theme(checklist, name=form.cleaned_data["name"], by=request.user)
    except Refused as error:
        return _refused(request, error)
    return _show_theme(request, checklist, theme)


@require_GET
def theme_show(request: HttpRequest, pk: int, theme_pk: int) -> HttpResponse:
    """One theme of the page as it is stored now."""
    checklist = editable(request, pk)
    theme = get_object_or_404(checklist.themes.prefetch_related("items__categories"), pk=theme_pk)
    return _show_theme(request, checklist, theme)


@require_POST
def theme_update(request: HttpRequest, pk: int, theme_pk: int) -> HttpResponse:
    """Store a theme's own fields."""
    checklist = editable(request, pk)
    form = ThemeForm(request.POST, instance=ChecklistTheme(pk=theme_pk))
    reload_url = reverse("inspections:theme_show", args=[pk, theme_pk])
    row = row_answers.Row(f"theme-{theme_pk}", reload_url, f"#theme-{theme_pk}")
    if not form.is_valid():
        return row_answers.invalid(request, row, form)
    try:
        found = rows.update_theme(checklist, theme_pk, base=form.base, values=form.values(), by=request.user)
    except Refused as error:
        return row_answers.refused(request, row, form, error, target=ChecklistTheme(pk=theme_pk))
    return row_answers.saved(request, row, form, found)


@require_POST
def theme_delete(request: HttpRequest, pk: int, theme_pk: int) -> HttpResponse:
    """Delete a theme with its items; the empty answer takes it off the page."""
    checklist = editable(request, pk)
    form = ThemeDeleteForm(request.POST)
    if not form.is_valid():
        return _unreadable(request)
    try:
        rows.delete_theme(checklist, theme_pk, seen=form.cleaned_data["seen"], by=request.user)
    except Gone:
        return HttpResponse()
    except Refused as error:
        return _refused(request, error)
    return HttpResponse()


@require_POST
def theme_duplicate(request: HttpRequest, pk: int, theme_pk: int) -> HttpResponse:
    """Copy a theme with its items; the copy appears behind it."""
    checklist = editable(request, pk)
    try:
        copy = rows.duplicate_theme(checklist, theme_pk, by=request.user)
    except Refused as error:
        return _refused(request, error)
    return _show_theme(request, checklist, checklist.themes.prefetch_related("items__categories").get(pk=copy.pk))


@require_POST
def theme_place(request: HttpRequest, pk: int, theme_pk: int) -> HttpResponse:
    """Store a theme's new place."""
    checklist = editable(request, pk)
    form = ThemePlaceForm(request.POST)
    if not form.is_valid():
        return _unreadable(request)
    try:
        rows.place_theme(checklist, theme_pk, before=form.cleaned_data["before"], by=request.user)
    except Refused as error:
        return _refused(request, error)
    return _told(request, _now("顺序已保存"))


# --- items -----------------------------------------------------------------------------------------------------------------


def _show_item(request: HttpRequest, checklist: Checklist, item: ChecklistItem, *, opened: bool) -> HttpResponse:
    _count_wordings([item])
    if opened:
        _prepare_form(item)
    return render(request, "inspections/checklists/_item.html", {"checklist": checklist, "item": item})


@require_POST
def item_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an item at the end of a theme and open it."""
    checklist = editable(request, pk)
    form = ItemAddForm(request.POST)
    if not form.is_valid():
        if "theme" in form.errors:
            return _unreadable(request)
        return _told(request, form.errors["question"][0], tone="bad", status=row_answers.INVALID)
    question = " ".join(form.cleaned_data["question"].split())
    try:
        item = rows.add_item(checklist, form.cleaned_data["theme"], values={"question": question}, by=request.user)
    except Refused as error:
        return _refused(request, error)
    return _show_item(request, checklist, item, opened=True)


@require_POST
def item_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Add again, as a new item with all that was typed, an item that somebody else deleted meanwhile."""
    checklist = editable(request, pk)
    place, form = ItemPlaceForm(request.POST), ItemForm(request.POST)
    if not place.is_valid() or not form.is_valid():
        return _told(request, "请先改正标出的内容，再重新添加。", tone="bad", status=row_answers.INVALID)
    try:
        theme, before = place.cleaned_data["theme"], place.cleaned_data["before"]
        item = rows.add_item(checklist, theme, values=form.cleaned_data, by=request.user)
        rows.place_item(checklist, item.pk, theme_pk=theme, before=before, by=request.user)
    except Refused as error:
        return _refused(request, error)
    return _show_item(request, checklist, item, opened=True)


@require_GET
def item_show(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """One item's row as it is stored now; ``?open`` with its form."""
    checklist = editable(request, pk)
    return _show_item(request, checklist, _item_of(checklist, item_pk), opened="open" in request.GET)


@require_POST
def item_update(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Store an item's fields; with ``close`` the whole row comes back closed."""
    checklist = editable(request, pk)
    form = ItemForm(request.POST, instance=ChecklistItem(pk=item_pk))
    show = reverse("inspections:item_show", args=[pk, item_pk])
    row = row_answers.Row(
        f"item-{item_pk}",
        f"{show}?open",
        f"#item-{item_pk}",
        line="inspections/checklists/_item_text.html",
        context={"checklist": checklist},
    )
    if not form.is_valid():
        return row_answers.invalid(request, row, form)
    try:
        found = rows.update_item(checklist, item_pk, base=form.base, values=form.cleaned_data, by=request.user)
    except Refused as error:
        restore = {"restore_url": reverse("inspections:item_restore", args=[pk])} if isinstance(error, Gone) else {}
        return row_answers.refused(request, row, form, error, target=ChecklistItem(pk=item_pk), extra=restore)
    item = _item_of(checklist, item_pk)
    if "close" in request.POST:
        response = _show_item(request, checklist, item, opened=False)
        response["HX-Retarget"], response["HX-Reswap"] = f"#item-{item_pk}", "outerHTML"
        return response
    _count_wordings([item])
    row.context["item"] = item
    return row_answers.saved(request, row, form, found)


@require_POST
def item_delete(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Delete an item; the empty answer takes its row off the page."""
    checklist = editable(request, pk)
    try:
        rows.delete_item(checklist, item_pk, base=_known(read_base(request.POST.get("seen", ""))), by=request.user)
    except Gone:
        return HttpResponse()
    except Refused as error:
        return _refused(request, error)
    return HttpResponse()


def _known(base: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in base.items() if name in ITEM_FIELDS}


@require_POST
def item_duplicate(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Copy an item; the copy appears behind it, open."""
    checklist = editable(request, pk)
    try:
        copy = rows.duplicate_item(checklist, item_pk, by=request.user)
    except Refused as error:
        return _refused(request, error)
    return _show_item(request, checklist, copy, opened=True)


@require_POST
def item_place(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Store an item's new place, in its theme or another."""
    checklist = editable(request, pk)
    form = ItemPlaceForm(request.POST)
    if not form.is_valid():
        return _unreadable(request)
    place = form.cleaned_data
    try:
        rows.place_item(checklist, item_pk, theme_pk=place["theme"], before=place["before"], by=request.user)
    except Refused as error:
        return _refused(request, error)
    return _told(request, _now("顺序已保存"))
