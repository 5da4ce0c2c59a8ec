"""The findings list: filters in the address, counts that equal the list, export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from inspections.finding_rows import FIELDS, row_of
from inspections.forms.finding_filter import FindingFilterForm, organization_label, organization_said, organizations_for
from inspections.list_kinds import FINDINGS
from inspections.models import Finding, FindingGrams
from inspections.models.finding import FindingQuerySet
from units.exporting import export
from units.list_tools import default_view, tools_for
from units.lists import Column
from units.models.grams import best_first
from units.paging import Count, capped_count, keyset_page
from units.typed import words_of

PER_PAGE = 30
OFFERED = 20
NEWEST = ("-recorded_at", "-id")
EXACTLY = "exact"
DRAWN = {"organization", "theme", "text", "severity", "kind", "team", "recorded"}
"""Columns that the page has cells of its own for."""


@dataclass(frozen=True)
class Figure:
    """A count above the list; ``field`` and ``value`` are the filter that leads to what it counts."""

    label: str
    count: int
    field: str
    value: str


class Tally:
    """The counts of a filtered list by kind and severity: of a long list only that it is long, unless an exact count is wanted."""

    def __init__(self, findings: FindingQuerySet, *, exactly: bool = False) -> None:
        self.count = Count(0) if exactly else capped_count(findings)
        self.kinds: Counter[str] = Counter()
        self.severities: Counter[str] = Counter()
        if self.count.is_capped:
            return
        rows = findings.order_by().values_list("kind", "severity").annotate(number=models.Count("pk"))
        for kind, severity, number in rows:
            self.kinds[kind] += number
            if kind != Finding.Kind.GOOD_PRACTICE:
                self.severities[severity] += number
        self.count = Count(sum(self.kinds.values()))

    @property
    def total(self) -> int:
        """All findings of the list, as far as they were counted."""
        return self.count.number

    @property
    def by_kind(self) -> list[Figure]:
        """One figure per kind."""
        return [Figure(kind.label, self.kinds[kind], "kind", kind.value) for kind in Finding.Kind]

    @property
    def by_severity(self) -> list[Figure]:
        """One figure per severity, the gravest first; a good practice has none."""
        return [Figure(grade.label, self.severities[grade], "severity", grade.value) for grade in reversed(Finding.Severity)]


@require_GET
def finding_list(request: HttpRequest) -> HttpResponse:
    """Findings that the user may see, filtered by the address."""
    if own := default_view(request, FINDINGS):
        return own
    form = FindingFilterForm(request.GET, user=request.user)
    findings = form.filter(Finding.objects.visible_to(request.user))
    if form.is_valid() and form.cleaned_data["organization_name"]:
        return _with_organization(request, form)
    tally = Tally(findings, exactly=request.GET.get("count") == EXACTLY)
    words = form.cleaned_data["q"].split() if form.is_valid() else []
    # Few results are ranked by where the words stand; of very many the newest are what one looks for.
    is_ranked = bool(words) and FindingGrams.objects.candidates(words) is not None
    if is_ranked:
        findings = findings.annotate(rank=best_first(words, Finding.SEARCHED))
    keys = ("rank", *NEWEST) if is_ranked else NEWEST
    tools = tools_for(request, FINDINGS, form, extra=_said(form))
    more = [column for column in tools.columns if column.key not in DRAWN]
    # What the page draws itself, and behind it the plain cells that this reader wants besides.
    fields = (*FIELDS, *(field for column in more for field in column.fields))
    page = keyset_page(findings.with_recurrence(), keys, PER_PAGE, request.GET.get("at", ""), fields)
    if form.is_valid() and form.chosen_organization:
        form.data["organization_name"] = organization_label(form.chosen_organization)
    context = {
        "form": form,
        "may_merge": bool(request.user.office_paths) and not (form.is_valid() and form.cleaned_data["withdrawn"]),
        "page": page,
        "rows": [row_of(values[: len(FIELDS)], words, _plain(more, values[len(FIELDS) :])) for values in page.object_list],
        "tally": tally,
        "more": more,
        "is_ranked": is_ranked,
        "tools": tools,
        "is_filtered": any(value for name, value in request.GET.items() if name not in {"at", "count", "page", "all"}),
    }
    return render(request, "inspections/findings/list.html", context)


def _said(form: FindingFilterForm) -> dict[str, str]:
    said = organization_said(form)
    if form.is_valid() and form.cleaned_data["standard"]:
        said["standard"] = f"规范表述：{form.cleaned_data['standard']}"
    return said


def _plain(columns: list[Column], values: Sequence[Any]) -> list[tuple[str, Any]]:
    """Return label and text of the cells that have no look of their own; each reads one field."""
    return [(column.label, column.value(value) if column.value else value) for column, value in zip(columns, values, strict=True)]


def _with_organization(request: HttpRequest, form: FindingFilterForm) -> HttpResponse:
    """Put the id of the organization that was typed into the address, so that it can be kept and sent on."""
    query = request.GET.copy()
    query.pop("organization_name", None)
    for name in ("page", "at"):
        query.pop(name, None)
    query["organization"] = str(form.typed_organization.pk) if form.typed_organization else ""
    kept = {name: value for name, value in query.items() if value}
    return redirect(reverse("inspections:finding_list", query=kept))


@require_GET
def organization_options(request: HttpRequest) -> HttpResponse:
    """Suggestions while an organization's name is typed in the filter."""
    typed = words_of(request.GET.get("organization_name"))
    found = organizations_for(request.user).search(typed)[:OFFERED] if typed else []
    labels = [organization_label(organization) for organization in found]
    return render(request, "inspections/findings/_organization_options.html", {"labels": labels})


@require_http_methods(["GET", "POST"])
def finding_export(request: HttpRequest) -> HttpResponse | FileResponse:
    """Take the filtered list out as a file."""
    return export(request, FINDINGS)
