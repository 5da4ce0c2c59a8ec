"""The findings list: filters in the address, counts that equal the list, export."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from inspections.exporting import DIRECT_ROWS, reading_rights, write_findings
from inspections.forms.finding_filter import FindingFilterForm, organization_label, organizations_for
from inspections.models import Finding
from inspections.models.finding import FindingQuerySet
from jobs import actions as jobs
from units.actions.activity import record
from units.typed import words_of

PER_PAGE = 30
OFFERED = 20


@dataclass(frozen=True)
class Figure:
    """A count above the list; ``field`` and ``value`` are the filter that leads to what it counts."""

    label: str
    count: int
    field: str
    value: str


class Tally:
    """The counts of a filtered list by kind and severity, from one query."""

    def __init__(self, findings: FindingQuerySet) -> None:
        rows = findings.order_by().values_list("kind", "severity").annotate(number=Count("pk"))
        self.kinds: Counter[str] = Counter()
        self.severities: Counter[str] = Counter()
        for kind, severity, number in rows:
            self.kinds[kind] += number
            if kind != Finding.Kind.GOOD_PRACTICE:
                self.severities[severity] += number

    @property
    def total(self) -> int:
        """All findings of the list."""
        return sum(self.kinds.values())

    @property
    def by_kind(self) -> list[Figure]:
        """One figure per kind."""
        return [Figure(kind.label, self.kinds[kind], "kind", kind.value) for kind in Finding.Kind]

    @property
    def by_severity(self) -> list[Figure]:
        """One figure per severity, the gravest first; a good practice has none."""
        return [Figure(grade.label, self.severities[grade], "severity", grade.value) for grade in reversed(Finding.Severity)]


class CountedPaginator(Paginator):
    """Pages of a list whose length is known already."""

    def __init__(self, findings: FindingQuerySet, per_page: int, *, count: int) -> None:
        super().__init__(findings, per_page)
        self.known = count

    @cached_property
    def count(self) -> int:
        """The number of findings, not counted a second time."""
        return self.known


@require_GET
def finding_list(request: HttpRequest) -> HttpResponse:
    """Findings that the user may see, filtered by the address."""
    form = FindingFilterForm(request.GET, user=request.user)
    findings = form.filter(Finding.objects.visible_to(request.user))
    if form.is_valid() and form.cleaned_data["organization_name"]:
        return _with_organization(request, form)
    tally = Tally(findings)
    related = ("organization", "theme", "assignment__team", "campaign")
    page = CountedPaginator(findings.with_recurrence().select_related(*related), PER_PAGE, count=tally.total).get_page(request.GET.get("page"))
    if form.is_valid() and form.chosen_organization:
        form.data["organization_name"] = organization_label(form.chosen_organization)
    context = {"form": form, "page": page, "tally": tally, "by_job": tally.total > DIRECT_ROWS, "is_filtered": any(request.GET.values())}
    return render(request, "inspections/findings/list.html", context)


def _with_organization(request: HttpRequest, form: FindingFilterForm) -> HttpResponse:
    """Put the id of the organization that was typed into the address, so that it can be kept and sent on."""
    query = request.GET.copy()
    query.pop("organization_name", None)
    query.pop("page", None)
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
    count = findings.count()
    if count > DIRECT_ROWS and request.method == "GET":
        messages.info(request, f"共 {count} 条，数据较多，请点击“导出 Excel”在后台导出。")
        return redirect(f"{reverse('inspections:finding_list')}?{query}")
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
