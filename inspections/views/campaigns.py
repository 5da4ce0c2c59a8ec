"""Screens of campaigns: the list, the facts, the page of one, its end and its reopening."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections import progress
from inspections.actions import campaigns as actions
from inspections.actions.merging import Conflict
from inspections.forms.campaign_lists import CampaignFilterForm
from inspections.forms.campaign_setup import kept_base, read_base
from inspections.forms.campaigns import BasisFormSet, CampaignForm, ReasonForm
from inspections.links import links_for
from inspections.list_kinds import CAMPAIGNS
from inspections.models import Assignment, Campaign, Finding, Submission, TeamMember
from inspections.models.campaign import AssignmentQuerySet
from inspections.submissions_summary import Tally
from inspections.views.campaign_access import manageable, readable, steps
from jobs.errors import Refused
from units.list_tools import default_view, tools_for
from units.models import ActivityEntry

S = Campaign.Status
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
def campaign_list(request: HttpRequest) -> HttpResponse:
    """All campaigns that the reader has to do with; progress counts what the reader may see."""
    if own := default_view(request, CAMPAIGNS):
        return own
    visible = Campaign.objects.visible_to(request.user)
    years = list(visible.order_by("-year").values_list("year", flat=True).distinct())
    form = CampaignFilterForm(request.GET, years=years)
    page = Paginator(form.filter(visible).select_related("organizer"), 20).get_page(request.GET.get("page"))
    bars = progress.by_campaign(Assignment.objects.visible_to(request.user).filter(campaign__in=[c.pk for c in page]))
    context = {
        "page": page,
        "rows": [(campaign, bars.get(campaign.pk)) for campaign in page],
        "form": form,
        "tools": tools_for(request, CAMPAIGNS, form),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "may_create": bool(request.user.office_paths),
    }
    return render(request, "inspections/campaigns/list.html", context)


@get_or_post
def campaign_create(request: HttpRequest) -> HttpResponse:
    """The first step of the set-up for a new campaign."""
    if not request.user.office_paths:
        raise PermissionDenied("只有办公室工作人员可以新建督查活动。")
    form = CampaignForm(request.POST or None, user=request.user)
    documents = BasisFormSet(request.POST or None, prefix="basis")
    if request.method == "POST" and form.is_valid() and documents.is_valid():
        campaign = actions.create_campaign(by=request.user, basis_documents=documents.documents(), **form.facts())
        messages.success(request, "督查活动已建立。下面请确定督查范围。")
        return redirect("inspections:campaign_scope", campaign.code)
    return render(request, "inspections/campaigns/form.html", {"form": form, "documents": documents, "steps": steps(None, "basics")})


@get_or_post
def campaign_update(request: HttpRequest, code: str) -> HttpResponse:
    """Change the facts; whoever saves second sees what the first one saved."""
    campaign = manageable(request, code)
    if not campaign.is_open:
        raise PermissionDenied("督查活动已经结束，内容不能再改。如确需修改，请先在活动页重新打开。")
    base = actions.values_of(campaign)
    theirs: list[tuple[str, str]] = []
    if request.method == "POST":
        form = CampaignForm(request.POST, instance=readable(request, code), user=request.user)
        documents = BasisFormSet(request.POST, prefix="basis")
        if form.is_valid() and documents.is_valid():
            try:
                sent = read_base(form.cleaned_data["base"])
                actions.update_campaign(campaign, by=request.user, base=sent, basis_documents=documents.documents(), **form.facts())
            except Conflict as conflict:
                form.add_error(None, f"{conflict}再次保存将以您填写的为准。")
                theirs = actions.in_words(conflict.theirs)
            except (Refused, ValidationError) as error:
                form.add_error(None, error if isinstance(error, ValidationError) else str(error))
            else:
                messages.success(request, "基本信息已保存。")
                return redirect(_after_saving(request, campaign))
        if not theirs:
            base = kept_base(request.POST, base)
    else:
        form = CampaignForm(instance=campaign, user=request.user)
        rows = [{"issuer": issuer, "title": title, "number": number} for issuer, title, number in actions.documents_of(campaign)]
        documents = BasisFormSet(initial=rows, prefix="basis")
    context = {
        "campaign": readable(request, code),
        "form": form,
        "documents": documents,
        "theirs": theirs,
        "base": json.dumps(base, ensure_ascii=False),
        "steps": steps(campaign, "basics"),
    }
    return render(request, "inspections/campaigns/form.html", context)


def _after_saving(request: HttpRequest, campaign: Campaign) -> str:
    if campaign.status == S.PREPARING and "next" in request.POST:
        return redirect("inspections:campaign_scope", campaign.code).url
    return redirect("inspections:campaign_detail", campaign.code).url


@require_POST
def campaign_delete(request: HttpRequest, code: str) -> HttpResponse:
    """Remove a campaign that never started."""
    campaign = manageable(request, code)
    try:
        actions.delete_campaign(campaign, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("inspections:campaign_detail", code)
    messages.success(request, f"已删除“{campaign}”。")
    return redirect("inspections:campaign_list")


@require_GET
def campaign_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One campaign: where it stands, and what the reader has to do in it."""
    campaign = readable(request, code)
    user = request.user
    may_manage = campaign.is_manageable_by(user)
    assignments = campaign.assignments.visible_to(user)
    rows = assignments.select_related("organization", "category", "team", "campaign")
    seat = TeamMember.objects.filter(team__campaign=campaign, user=user).select_related("team").first()
    mine = list(_in_order_of_work(rows.filter(team=seat.team))) if seat and campaign.status == S.RUNNING else []
    today = list(rows.filter(visit_on=timezone.localdate()).unfinished()) if campaign.status == S.RUNNING else []
    units = Paginator(rows, 50).get_page(request.GET.get("page"))
    answers = progress.answers({row.pk: row for row in [*mine, *today, *units]}.values())
    path = steps(campaign, "") if may_manage and campaign.is_open else []
    context = {
        "campaign": campaign,
        "may_manage": may_manage,
        "overall": progress.overall(assignments),
        "teams": _teams(campaign, assignments, every=may_manage),
        "categories": progress.by_category(assignments),
        "methods": campaign.methods.select_related("category") if may_manage else (),
        "seat": seat,
        "mine": [(row, answers[row.pk]) for row in mine],
        "today": [(row, answers[row.pk]) for row in today],
        "units": units,
        "unit_rows": [(row, answers[row.pk]) for row in units],
        "findings": _finding_counts(campaign, request),
        "links": links_for(campaign, user),
        "handed": Tally.of(Submission.objects.visible_to(user).filter(campaign=campaign)),
        "asks_for_reports": may_manage and hasattr(campaign, "submission_request"),
        "history": ActivityEntry.objects.visible_to(user).about(campaign)[:20],
        "documents": campaign.basis_documents.all(),
        "steps": path,
        "next_step": next((step for step in path if campaign.status == S.PREPARING and not step.is_done), None),
        "only_mine": bool(mine) and units.paginator.count == len(mine),
    }
    return render(request, "inspections/campaigns/detail.html", context)


def _in_order_of_work(rows: AssignmentQuerySet) -> list[Assignment]:
    """Today's visits first, then what is begun, what comes next, and last what is complete."""
    today = timezone.localdate()
    place = {Assignment.Status.IN_PROGRESS: 1, Assignment.Status.PLANNED: 2, Assignment.Status.CONCLUDED: 3}

    def key(row: Assignment) -> tuple[Any, ...]:
        done = row.status == Assignment.Status.CONCLUDED
        return (
            0 if row.visit_on == today and not done else place[Assignment.Status(row.status)],
            row.visit_on is None,
            row.visit_on or today,
        )

    return sorted(rows, key=key)


def _teams(campaign: Campaign, assignments: AssignmentQuerySet, *, every: bool) -> list[dict[str, Any]]:
    """Return the teams of which the reader sees units, each with its bar and members; with ``every`` also those without units."""
    bars = {bar.key: bar for bar in progress.by_team(assignments)}
    teams = campaign.teams.prefetch_related(Prefetch("members", TeamMember.objects.select_related("user", "home_organization")))
    found = [
        {"bar": bars.get(team.pk) or progress.Bar(team.pk, team.name), "members": team.members.all()}
        for team in teams
        if every or team.pk in bars
    ]
    if None in bars:
        found.append({"bar": bars[None], "members": []})
    return found


def _finding_counts(campaign: Campaign, request: HttpRequest) -> list[tuple[str, str, int]]:
    """Count standing findings by kind as the list of findings would."""
    found = Finding.objects.visible_to(request.user).standing().filter(campaign=campaign).order_by()
    counts = dict(found.values_list("kind").annotate(Count("pk")))
    return [(kind.value, kind.label, counts.get(kind.value, 0)) for kind in Finding.Kind]


@get_or_post
def campaign_finish(request: HttpRequest, code: str) -> HttpResponse:
    """End a campaign; unfinished units are listed, and ending all the same needs a reason."""
    campaign = manageable(request, code)
    unfinished = campaign.assignments.unfinished().select_related("organization", "team")
    count = unfinished.count()
    form = ReasonForm(request.POST or None, required=bool(count))
    if request.method == "POST" and form.is_valid():
        try:
            actions.finish_campaign(campaign, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"“{campaign}”已结束，督查组的填写权限随之终止。")
        return redirect("inspections:campaign_detail", code)
    if campaign.status != S.RUNNING:
        messages.error(request, "只有进行中的督查活动才能结束。")
        return redirect("inspections:campaign_detail", code)
    context = {"campaign": campaign, "form": form, "unfinished": unfinished[:100], "count": count}
    return render(request, "inspections/campaigns/finish.html", context)


@get_or_post
def campaign_reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Take back the end of a campaign, with a reason."""
    campaign = manageable(request, code)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reopen_campaign(campaign, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"“{campaign}”已重新打开，督查组可以继续填写。")
        return redirect("inspections:campaign_detail", code)
    if campaign.status != S.FINISHED:
        messages.error(request, "只有已结束的督查活动才能重新打开。")
        return redirect("inspections:campaign_detail", code)
    return render(request, "inspections/campaigns/reopen.html", {"campaign": campaign, "form": form})
