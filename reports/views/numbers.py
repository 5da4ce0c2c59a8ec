"""Screens of number series: the list, a new one, and the register of what was issued under one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs.errors import Refused
from reports.actions.numbers import open_series, retire_series
from reports.forms.signoff import SeriesForm
from reports.models import NumberSeries, Report
from units.models import PartyOrganization, User
from units.models.organization import in_subtree


def _own_organizations(user: User) -> Any:
    """The organizations for which the user may keep series: where the own office is, and below."""
    condition = Q(pk__in=[])
    for path in user.office_paths:
        condition |= in_subtree(path)
    return PartyOrganization.objects.active().filter(condition).order_by("path")


@require_GET
def series_list(request: HttpRequest) -> HttpResponse:
    """All series that the user may see, with their last numbers."""
    if not request.user.scope_paths:
        raise PermissionDenied("字号由主办组织的办公室管理。请从工作台进入您的任务。")
    rows = (
        NumberSeries.objects.visible_to(request.user)
        .select_related("organization")
        .prefetch_related("counters")
        .annotate(issued=Count("reports", filter=Q(reports__status=Report.Status.ISSUED)))
        .order_by("is_retired", "organization__path", "prefix")
    )
    context = {"rows": rows, "writable": bool(request.user.office_paths), "year": timezone.localdate().year}
    return render(request, "reports/signoff/series_list.html", context)


@require_http_methods(["GET", "POST"])
def series_create(request: HttpRequest) -> HttpResponse:
    """Open a series."""
    if not request.user.office_paths:
        raise PermissionDenied("只有办公室工作人员可以管理字号。")
    form = SeriesForm(request.POST or None, organizations=_own_organizations(request.user))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            series = open_series(data["organization"], by=request.user, prefix=data["prefix"], last=data["last"] or 0)
        except Refused as error:
            form.add_error("prefix", str(error))
        else:
            messages.success(request, f"已新增字号系列“{series}”。")
            return redirect("reports:series_list")
    return render(request, "reports/signoff/series_form.html", {"form": form})


@require_GET
def series_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The register: what was issued under this series, by number."""
    series = get_object_or_404(NumberSeries.objects.visible_to(request.user).select_related("organization"), pk=pk)
    reports = Report.objects.visible_to(request.user).filter(number_series=series, status=Report.Status.ISSUED)
    page = Paginator(reports.select_related("issued_by", "drafted_by").order_by("-number_year", "-number"), 50).get_page(
        request.GET.get("page")
    )
    context = {"series": series, "page": page, "writable": request.user.is_office_for(series.organization)}
    return render(request, "reports/signoff/series_detail.html", context)


@require_POST
def series_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a series out of use, or with ``resume`` take it up again."""
    series = get_object_or_404(NumberSeries.objects.visible_to(request.user).select_related("organization"), pk=pk)
    if not request.user.is_office_for(series.organization):
        raise PermissionDenied("只有本组织或上级组织的办公室工作人员可以管理这个字号。")
    retired = "resume" not in request.POST
    try:
        retire_series(series, by=request.user, retired=retired)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"已{'停用' if retired else '恢复'}字号系列“{series}”。")
    return redirect("reports:series_list")
