"""The items of a draft on its editing page, each stored by itself."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from inspections.actions import checklist_rows as rows
from inspections.actions.checklist_rows import Gone
from inspections.actions.checklists import ITEM_FIELDS
from inspections.forms.checklists import ItemAddForm, ItemForm, ItemPlaceForm, read_base
from inspections.models import Checklist, ChecklistItem, StandardFinding
from inspections.views import row_answers
from inspections.views.checklist_access import editable
from jobs.errors import Refused


def count_wordings(items: list[ChecklistItem]) -> None:
    """Give each item ``wording_count``, how many standard wordings it has in use; one query."""
    counts = StandardFinding.objects.in_use().filter(item_code__in=[item.code for item in items]).order_by()
    found = dict(counts.values_list("item_code").annotate(number=Count("pk")))
    for item in items:
        item.wording_count = found.get(item.code, 0)


def prepare_form(item: ChecklistItem) -> None:
    """Give an item what its open row shows: its form, the form's base and its standard wordings, retired ones too."""
    item.form = ItemForm(instance=item, auto_id=f"item-{item.pk}-%s")
    item.base = row_answers.base_of(item, ITEM_FIELDS)
    item.wordings = list(StandardFinding.objects.filter(item_code=item.code))


def _item_of(checklist: Checklist, pk: int) -> ChecklistItem:
    found = ChecklistItem.objects.filter(theme__checklist=checklist).select_related("theme").prefetch_related("categories")
    return get_object_or_404(found, pk=pk)


def _show_item(request: HttpRequest, checklist: Checklist, item: ChecklistItem, *, opened: bool) -> HttpResponse:
    count_wordings([item])
    if opened:
        prepare_form(item)
    return render(request, "inspections/checklists/_item.html", {"checklist": checklist, "item": item})


@require_POST
def item_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an item at the end of a theme and open it."""
    checklist = editable(request, pk)
    form = ItemAddForm(request.POST)
    if not form.is_valid():
        if "theme" in form.errors:
            return row_answers.unreadable(request)
        return row_answers.told(request, form.errors["question"][0], tone="bad", status=row_answers.INVALID)
    question = " ".join(form.cleaned_data["question"].split())
    try:
        item = rows.add_item(checklist, form.cleaned_data["theme"], values={"question": question}, by=request.user)
    except Refused as error:
        return row_answers.not_done(request, error)
    return _show_item(request, checklist, item, opened=True)


@require_POST
def item_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Add again, as a new item with all that was typed, an item that somebody else deleted meanwhile."""
    checklist = editable(request, pk)
    place, form = ItemPlaceForm(request.POST), ItemForm(request.POST)
    if not place.is_valid() or not form.is_valid():
        return row_answers.told(request, "请先改正标出的内容，再重新添加。", tone="bad", status=row_answers.INVALID)
    try:
        theme, before = place.cleaned_data["theme"], place.cleaned_data["before"]
        item = rows.add_item(checklist, theme, values=form.cleaned_data, by=request.user)
        rows.place_item(checklist, item.pk, theme_pk=theme, before=before, by=request.user)
    except Refused as error:
        return row_answers.not_done(request, error)
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
    count_wordings([item])
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
        return row_answers.not_done(request, error)
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
        return row_answers.not_done(request, error)
    return _show_item(request, checklist, copy, opened=True)


@require_POST
def item_place(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Store an item's new place, in its theme or another."""
    checklist = editable(request, pk)
    form = ItemPlaceForm(request.POST)
    if not form.is_valid():
        return row_answers.unreadable(request)
    place = form.cleaned_data
    try:
        rows.place_item(checklist, item_pk, theme_pk=place["theme"], before=place["before"], by=request.user)
    except Refused as error:
        return row_answers.not_done(request, error)
    return row_answers.told(request, row_answers.with_time("顺序已保存"))
