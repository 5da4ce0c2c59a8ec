"""Screens of the split: who inspects what, and when."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from inspections.actions import splits as actions
from inspections.forms.campaign_setup import BulkForm, PlanForm, RowsFilterForm, in_one_line
from inspections.models import Assignment, Campaign
from inspections.models.campaign import AssignmentQuerySet
from inspections.progress import by_team
from inspections.splitting import ON_SITE_WEIGHT, WRITTEN_WEIGHT
from inspections.views.campaign_access import adjustable, steps
from jobs.errors import Refused

PAGE = 100


@require_GET
def campaign_split(request: HttpRequest, code: str) -> HttpResponse:
    """All units with their team and date, the loads of the teams above them."""
    campaign = adjustable(request, code)
    teams = list(campaign.teams.all())
    conditions = RowsFilterForm(request.GET, campaign=campaign, teams=teams)
    page = Paginator(conditions.filter(_rows(campaign)), PAGE).get_page(request.GET.get("page"))
    context = {
        "campaign": campaign,
        "teams": teams,
        "filter": conditions,
        "page": page,
        "query": request.GET.urlencode(),
        "steps": steps(campaign, "split"),
        "on_site_weight": ON_SITE_WEIGHT,
        "written_weight": WRITTEN_WEIGHT,
        **loads(campaign),
    }
    return render(request, "inspections/campaigns/split.html", context)


def _rows(campaign: Campaign) -> AssignmentQuerySet:
    return campaign.assignments.select_related("organization", "category", "team").order_by(
        "category__order", "category", "organization_path"
    )


def loads(campaign: Campaign) -> dict[str, Any]:
    """Return the load of each team, teams without units included, and how many units still have none."""
    bars = {bar.key: bar for bar in by_team(campaign.assignments.all())}
    found = []
    for team in campaign.teams.prefetch_related("members"):
        bar = bars.get(team.pk)
        on_site, written = (bar.on_site, bar.written) if bar else (0, 0)
        found.append(
            {
                "team": team,
                "members": len(team.members.all()),
                "on_site": on_site,
                "written": written,
                "total": on_site + written,
                "load": on_site * ON_SITE_WEIGHT + written * WRITTEN_WEIGHT,
            }
        )
    heaviest = max((row["load"] for row in found), default=0)
    return {"loads": found, "heaviest": heaviest or 1, "open_count": bars[None].total if None in bars else 0}


@require_POST
def campaign_split_propose(request: HttpRequest, code: str) -> HttpResponse:
    """Let the balanced proposal fill in the teams."""
    campaign = adjustable(request, code)
    try:
        outcome = actions.propose_split(campaign, by=request.user, keep=request.POST.get("mode") != "anew")
    except Refused as error:
        messages.error(request, str(error))
    else:
        text = f"已按均衡方案调整 {outcome.given} 个单位的分工，可在下面逐个修改。" if outcome.given else "没有需要分配的单位。"
        messages.success(request, text)
        for reason in outcome.impossible[:10]:
            messages.warning(request, f"有单位无法分给任何一组：{reason}请调整督查组成员。")
        if len(outcome.impossible) > 10:  # noqa: PLR2004 -- as many as are shown
            messages.warning(request, f"另有 {len(outcome.impossible) - 10} 个单位同样无法分配。")
    return redirect("inspections:campaign_split", code)


@require_POST
def campaign_split_unit(request: HttpRequest, code: str, pk: str) -> HttpResponse:
    """Change one row: its team or its date. The answer is the row as it is now, with the loads beside it."""
    campaign = adjustable(request, code)
    assignment = get_object_or_404(_rows(campaign).select_related("campaign__organizer"), pk=pk)
    form = PlanForm(request.POST, campaign=campaign)
    problem = ""
    if form.is_valid():
        data = form.cleaned_data
        try:
            if "team" in request.POST:
                actions.assign([assignment], data["team"], by=request.user, revision=data["revision"])
            else:
                actions.plan_visit(assignment, data["visit_on"], revision=data["revision"], by=request.user)
        except Refused as error:
            problem = str(error)
    else:
        problem = in_one_line(form)
    row = _rows(campaign).filter(pk=pk).first()
    context = {
        "campaign": campaign,
        "teams": list(campaign.teams.all()),
        "row": row,
        "problem": problem,
        "said": not problem,
        **loads(campaign),
    }
    return render(request, "inspections/campaigns/_split_row.html", {**context, "is_fragment": True})


@require_POST
def campaign_split_bulk(request: HttpRequest, code: str) -> HttpResponse:
    """Move several units to a team, or set one day for them."""
    campaign = adjustable(request, code)
    form = BulkForm(request.POST, campaign=campaign)
    query = request.POST.get("query", "")
    back = redirect(reverse("inspections:campaign_split", args=[code]) + (f"?{query}" if query else ""))
    if not form.is_valid():
        messages.error(request, in_one_line(form))
        return back
    data = form.cleaned_data
    rows = list(_everything_found(request, campaign) if data["everything"] else data["picked"])
    try:
        if request.POST.get("do") == "date":
            if not data["visit_on"]:
                raise Refused("请先选择督查日期。")
            count = actions.plan_visits(rows, data["visit_on"], by=request.user)
            messages.success(request, f"已为 {count} 个单位安排督查日期。")
        else:
            if not data["team"]:
                raise Refused("请先选择要转入的督查组。")
            count = actions.assign(rows, data["team"], by=request.user)
            messages.success(request, f"已把 {count} 个单位转给{data['team']}。")
    except Refused as error:
        messages.error(request, str(error))
    return back


def _everything_found(request: HttpRequest, campaign: Campaign) -> list[Assignment]:
    """Return all units that the filter of the page finds, on every page of it."""
    conditions = RowsFilterForm(QueryDict(request.POST.get("query", "")), campaign=campaign, teams=list(campaign.teams.all()))
    return list(conditions.filter(_rows(campaign)))
