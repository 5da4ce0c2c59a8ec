"""The findings list: filters in the address, counts that equal the list, export."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass

from django.contrib import messages
from django.db import models
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from inspections.exporting import DIRECT_ROWS, reading_rights, write_findings
from inspections.finding_rows import FIELDS, row_of
from inspections.forms.finding_filter import FindingFilterForm, organization_label, organizations_for
from inspections.models import Finding, FindingGrams
from inspections.models.finding import FindingQuerySet
from jobs import actions as jobs
from units.actions.activity import record
from units.models.grams import best_first
from units.paging import Count, capped_count, keyset_page
from units.typed import words_of

PER_PAGE = 30
OFFERED = 20
NEWEST = ("-recorded_at", "-id")
EXACTLY = "exact"


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
    page = keyset_page(findings.with_recurrence(), keys, PER_PAGE, request.GET.get("at", ""), FIELDS)
    if form.is_valid() and form.chosen_organization:
        form.data["organization_name"] = organization_label(form.chosen_organization)
    context = {
        "form": form,
        "page": page,
        "rows": [row_of(values, words) for values in page.object_list],
        "tally": tally,
        "is_ranked": is_ranked,
        "by_job": capped_count(findings, DIRECT_ROWS).is_capped if tally.count.is_capped else tally.total > DIRECT_ROWS,
        "is_filtered": any(value for name, value in request.GET.items() if name not in {"at", "count", "page"}),
    }
    return render(request, "inspections/findings/list.html", context)


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
    """Export the filtered list: up to ``DIRECT_ROWS`` at once, beyond that by a background job, which only a POST starts."""
    form = FindingFilterForm(request.GET, user=request.user)
    findings = form.filter(Finding.objects.visible_to(request.user))
    query = request.GET.urlencode()
    if not form.is_valid():
        return redirect(f"{reverse('inspections:finding_list')}?{query}")
    if request.method == "GET" and capped_count(findings, DIRECT_ROWS).is_capped:
        messages.info(request, f"超过 {DIRECT_ROWS} 条，数据较多，请点击“导出 Excel”在后台导出。")
        return redirect(f"{reverse('inspections:finding_list')}?{query}")
    count = findings.count()
    name = f"督查发现-{timezone.localdate():%Y%m%d}.xlsx"
    record(request.user, "inspections.finding_export", f"导出督查发现 {count} 条", changes={"筛选条件": ["", form.in_words()]})
    if count > DIRECT_ROWS:
        params = {"user_id": request.user.pk, "query": query, "name": name, "rights": reading_rights(request.user)}
        back = f"{reverse('inspections:finding_list')}?{query}"[:300]
        job = jobs.start(
            "inspections.finding_export", f"导出督查发现（{count} 条）", by=request.user, params=params, total=count, back_url=back
        )
        return redirect("jobs:job_detail", pk=job.pk)
    target = tempfile.TemporaryFile()  # noqa: SIM115 -- the response reads and closes it
    write_findings(findings, target)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=name)
