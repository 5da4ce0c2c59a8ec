"""整改台账: the list with its filters in the address, three lists of the same rows, print, export, import, verbs on many rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections.actions.ledger_import import import_ledger
from inspections.actions.rectification_bulk import NAMES, run_bulk
from inspections.forms.finding_filter import organization_label, organization_said
from inspections.forms.ledger import LedgerFilterForm
from inspections.forms.rectifications import LedgerUploadForm
from inspections.ledger import ALL, VIEWS, view_of, with_cells
from inspections.ledger_file import read_ledger
from inspections.links import links_for_ledger
from inspections.list_kinds import LEDGER
from inspections.models import Lamp, Rectification
from inspections.models.rectification import RectificationQuerySet
from inspections.rectifying import office_candidates
from inspections.views.finding_list import EXACTLY
from jobs.errors import Refused
from units.exporting import export
from units.importing.reading import Unreadable
from units.list_tools import default_view, tools_for
from units.models import User
from units.paging import Count, capped_count, keyset_page
from units.typed import key_of, own_address

PER_PAGE = 30
PRINTED = 1_000
BULK = 200
SHOWN_FAULTS = 300
_BY_KEY = {column.key: column for column in ALL}


@dataclass(frozen=True)
class Figure:
    """A count above the list; ``field`` and ``value`` are the filter that leads to what it counts."""

    label: str
    count: int
    field: str
    value: str


def _figures(rows: RectificationQuerySet, *, exactly: bool) -> tuple[Count, list[Figure], list[Figure]]:
    """Return how many rows there are, and the counts by state and by lamp from one query; of a long list only that it is long."""
    count = Count(0) if exactly else capped_count(rows)
    states: Counter[str] = Counter()
    lamps: Counter[str] = Counter()
    if not count.is_capped:
        for status, lamp, number in rows.lamp().order_by().values_list("status", "lamp_now").annotate(number=models.Count("pk")):
            states[status] += number
            lamps[lamp] += number
        count = Count(sum(states.values()))
    by_state = [Figure(state.label, states[state], "status", state.value) for state in Rectification.Status]
    by_lamp = [Figure(lamp.label, lamps[lamp], "lamp", lamp.value) for lamp in Lamp if lamp != Lamp.DONE]
    return count, by_state, by_lamp


@require_GET
def rectification_list(request: HttpRequest) -> HttpResponse:
    """The ledger as far as the user may see it, filtered by the address."""
    if own := default_view(request, LEDGER):
        return own
    form = LedgerFilterForm(request.GET, user=request.user)
    rows = form.filter(Rectification.objects.visible_to(request.user))
    if form.is_valid() and form.cleaned_data["organization_name"]:
        return _with_organization(request, form)
    count, by_state, by_lamp = _figures(rows, exactly=request.GET.get("count") == EXACTLY)
    view = view_of(request.GET.get("view", ""))
    page = keyset_page(rows, form.order, PER_PAGE, request.GET.get("at", ""), ("pk",))
    # First the keys, walked along the list; then everything that the cells of these few show.
    full = with_cells(Rectification.objects.filter(pk__in=[pk for (pk,) in page.object_list])).in_bulk()
    shown = [full[pk] for (pk,) in page.object_list]
    if form.is_valid() and form.chosen_organization:
        form.data["organization_name"] = organization_label(form.chosen_organization)
    links = links_for_ledger(shown, request.user)
    tools = tools_for(request, LEDGER, form, extra=organization_said(form))
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "rows": [(row, links.get(row.pk, [])) for row in shown],
        "view": view,
        "columns": [_BY_KEY[column.key] for column in tools.columns],
        "tools": tools,
        "views": VIEWS.values(),
        "total": count.number,
        "count": count,
        "words": form.cleaned_data["q"].split() if form.is_valid() else [],
        "by_state": by_state,
        "by_lamp": by_lamp,
        "is_filtered": any(value for name, value in request.GET.items() if name not in {"view", "page", "at", "count", "sort", "all"}),
        "may_manage": bool(request.user.office_paths),
        "is_liaison": bool(request.user.liaison_organization_ids),
        "verifiers": office_candidates(request.user, shown) if request.user.office_paths else [],
        "bulk_names": NAMES,
    }
    return render(request, "inspections/rectifications/list.html", context)


def _with_organization(request: HttpRequest, form: LedgerFilterForm) -> HttpResponse:
    """Put the id of the organization that was typed into the address, so that it can be kept and sent on."""
    query = request.GET.copy()
    query.pop("organization_name", None)
    for name in ("page", "at"):
        query.pop(name, None)
    query["organization"] = str(form.typed_organization.pk) if form.typed_organization else ""
    return redirect(reverse("inspections:rectification_list", query={name: value for name, value in query.items() if value}))


@require_GET
def rectification_print(request: HttpRequest) -> HttpResponse:
    """The filtered list for paper: landscape, every row on one page of the browser."""
    form = LedgerFilterForm(request.GET, user=request.user)
    rows = with_cells(form.filter(Rectification.objects.visible_to(request.user)))
    view = view_of(request.GET.get("view", ""))
    found = list(rows[: PRINTED + 1])
    context = {
        "view": view,
        "lines": [(row, [(column, column.text(row)) for column in view.columns]) for row in found[:PRINTED]],
        "is_cut": len(found) > PRINTED,
        "limit": PRINTED,
        "conditions": form.in_words() if form.is_valid() else "",
        "today": timezone.localdate(),
    }
    return render(request, "inspections/rectifications/print.html", context)


@require_http_methods(["GET", "POST"])
def rectification_export(request: HttpRequest) -> HttpResponse | FileResponse:
    """Take the filtered list out with the columns of its face: those of the paper form can be filled in and taken back."""
    return export(request, LEDGER)


@require_http_methods(["GET", "POST"])
def rectification_import(request: HttpRequest) -> HttpResponse:
    """Take in progress from a filled-in ledger; with a fault in any line nothing is written."""
    form = LedgerUploadForm(*((request.POST, request.FILES) if request.method == "POST" else (None, None)))
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            lines, faults = read_ledger(file, file.size)
        except Unreadable as error:
            form.add_error("file", str(error))
        else:
            outcome = import_ledger(lines, by=request.user, known=faults)
            faults = outcome.faults
            if not faults:
                messages.success(request, f"已导入：更新 {len(outcome.updated)} 项，没有变化 {outcome.unchanged} 项。")
                return redirect("inspections:rectification_list")
            context |= {"faults": faults[:SHOWN_FAULTS], "fault_count": len(faults), "file_name": file.name}
    failed = form.is_bound
    return render(request, "inspections/rectifications/import.html", context, status=422 if failed else 200)


@require_POST
def rectification_bulk(request: HttpRequest) -> HttpResponse:
    """Carry one verb out on the ticked rows; the answer says for each row what became of it."""
    what, back = request.POST.get("do", ""), own_address(request, request.POST.get("back")) or reverse("inspections:rectification_list")
    keys = request.POST.getlist("row")[:BULK]
    rows = Rectification.objects.visible_to(request.user).filter(pk__in=_uuids(keys)).select_related("campaign__organizer", "organization")
    chosen = list(rows.order_by("campaign", "number"))
    verifier = User.objects.filter(pk=key_of(request.POST.get("verifier")) or 0).first()
    text = request.POST.get("text", "").strip()
    refusal = _incomplete(what, chosen, text, verifier)
    if refusal:
        messages.error(request, refusal)
        return redirect(back)
    try:
        outcome = run_bulk(what, chosen, by=request.user, text=text, verifier=verifier)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(back)
    return render(request, "inspections/rectifications/bulk.html", {"outcome": outcome, "back": back})


def _incomplete(what: str, rows: list[Rectification], text: str, verifier: User | None) -> str:
    if what not in NAMES:
        return "请先选择怎么办理（下发、指定核验人、催办或核验销号），再点“办理”。"
    if not rows:
        return "没有选中任何整改事项，请先勾选。"
    if what == "close" and not text:
        return "批量销号须写明核验情况，请填写后再办理。"
    if what == "verifier" and verifier is None:
        return "请选择核验人。"
    return ""


def _uuids(keys: list[str]) -> list[str]:
    plain = [key.replace("-", "").lower() for key in keys]
    return [key for key in plain if len(key) == 32 and set(key) <= set("0123456789abcdef")]  # noqa: PLR2004 -- digits of a UUID
