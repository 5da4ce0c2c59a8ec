"""The page on which two campaigns or two organizations stand side by side. The address holds the choice."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from inspections.forms.finding_filter import organization_label
from inspections.models import Campaign
from reports.dashboard.addresses import board_url
from reports.dashboard.choosing import campaign_of, organization_of
from reports.dashboard.comparing import Side, compare
from reports.dashboard.definitions import DEFINITIONS
from reports.dashboard.queries import started_campaigns, usual_campaign
from reports.dashboard.rounds import rounds_before
from reports.dashboard.tallied import freshness
from units.models import PartyOrganization, User
from units.models.organization import in_subtree
from units.typed import words_of

TYPED = "organization_name"
"""The name of both fields in which an organization is typed: the first is the left side's."""


@require_GET
def dashboard_compare(request: HttpRequest) -> HttpResponse:
    """``?campaign=&organization=`` beside ``with=&other=``; without ``with`` the round before, or the same one for two organizations."""
    user: User = request.user  # type: ignore[assignment]
    if not user.scope_paths:
        raise PermissionDenied("督查对比供领导和办公室查看。请从工作台进入您的任务。")
    campaigns = started_campaigns(user)
    context: dict[str, Any] = {"campaigns": campaigns, "what": DEFINITIONS}
    usual = usual_campaign(user, campaigns)
    if usual is None:
        return render(request, "reports/dashboard/compare.html", context)
    campaign = campaign_of(campaigns, request.GET.get("campaign") or usual.code)
    places = [organization_of(user, request.GET.get(name, "")) for name in ("organization", "other")]
    code = request.GET.get("with", "")
    beside = campaign_of(campaigns, code) if code else _usual_other(campaign, campaigns, is_one_place=places[0] == places[1])
    typed = [words_of(text) for text in request.GET.getlist(TYPED)[:2]]
    if typed:
        found = [_organization(user, text) if text else None for text in (*typed, "", "")[:2]]
        faults = [bool(text) and one is None for text, one in zip((*typed, "", "")[:2], found, strict=True)]
        if not any(faults):
            return redirect(_address(campaign, beside, found))
        context |= {"faults": faults}
    result = compare(Side(user, campaign, places[0]), Side(user, beside, places[1]))
    labels = [organization_label(one) if one else "" for one in places]
    context |= {
        "comparison": result,
        "typed": [*typed, "", ""][:2] if typed else labels,
        "freshness": " ".join(sorted({freshness(campaign), freshness(beside)})),
        "board": board_url(campaign, places[0]),
        "turned": _address(beside, campaign, places[::-1]),
    }
    return render(request, "reports/dashboard/compare.html", context)


def _usual_other(campaign: Campaign, campaigns: list[Campaign], *, is_one_place: bool) -> Campaign:
    """Return the round before, for two organizations the same one; what has no round before is compared with itself."""
    if not is_one_place:
        return campaign
    return [campaign, *rounds_before(campaign, campaigns)[:-1]][-1]


def _organization(user: User, typed: str) -> PartyOrganization | None:
    """Return the one organization of the user's own part of the tree that is meant by what was typed."""
    condition = Q(pk__in=[])
    for path in user.scope_paths:
        condition |= in_subtree(path)
    own = PartyOrganization.objects.filter(condition)
    code = re.search(r"（([^（）]+)）$", typed)
    found = list(own.filter(code=code[1])) if code else []
    found = found or list(own.filter(Q(name=typed) | Q(short_name=typed))[:2]) or list(own.search(typed)[:2])
    return found[0] if len(found) == 1 else None


def _address(campaign: Campaign, beside: Campaign, places: list[PartyOrganization | None]) -> str:
    query = {"campaign": campaign.code, "with": beside.code}
    query |= {name: str(one.pk) for name, one in zip(("organization", "other"), places, strict=True) if one}
    return reverse("reports:dashboard_compare", query=query)
