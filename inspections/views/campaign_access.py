"""The door to campaigns, and the steps of their set-up."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse

from inspections.actions.locking import WHY
from inspections.models import Campaign
from inspections.readiness import Fault, faults

STEPS = {
    "basics": ("基本信息", "inspections:campaign_update"),
    "scope": ("督查范围", "inspections:campaign_scope"),
    "methods": ("督查方式", "inspections:campaign_methods"),
    "request": ("报送要求", "inspections:submission_request"),
    "teams": ("督查组", "inspections:campaign_teams"),
    "split": ("分工", "inspections:campaign_split"),
    "start": ("启动", "inspections:campaign_start"),
}


def readable(request: HttpRequest, code: str) -> Campaign:
    """Return the campaign, or 404 for whoever has nothing to do with it."""
    campaign = Campaign.objects.visible_to(request.user).select_related("organizer", "checklist").filter(code=code).first()
    if campaign is None:
        raise Http404
    return campaign


def manageable(request: HttpRequest, code: str) -> Campaign:
    """Return the campaign for those who set it up and run it; 403 for other readers."""
    campaign = readable(request, code)
    if not campaign.is_manageable_by(request.user):
        raise PermissionDenied(f"只有“{campaign.organizer}”的办公室工作人员可以设置这项督查活动。")
    return campaign


def adjustable(request: HttpRequest, code: str) -> Campaign:
    """Return the campaign for its set-up pages; 403 with the way out once it has finished."""
    campaign = manageable(request, code)
    if not campaign.is_open:
        raise PermissionDenied(WHY[Campaign.Status.FINISHED])
    return campaign


@dataclass(frozen=True)
class Step:
    """One step of the set-up as the page shows it."""

    number: int
    key: str
    label: str
    url: str
    is_here: bool
    fault_count: int
    is_open: bool = False

    @property
    def is_done(self) -> bool:
        """Whether nothing hinders here any more."""
        return not self.is_open and not self.fault_count


def steps(campaign: Campaign | None, here: str, found: list[Fault] | None = None) -> list[Step]:
    """Return the steps with how many faults each still has; without a campaign only the first one can be entered.

    Once a campaign runs there is nothing to start, and what is left are the pages on which it is adjusted.
    """
    preparing = campaign is None or campaign.status == Campaign.Status.PREPARING
    if found is None:
        found = faults(campaign) if campaign is not None and preparing else []
    shown = [key for key in STEPS if preparing or key != "start"]
    # Without a scope there is nothing of which a method or a split could be right.
    has_scope = campaign is not None and not any(fault.step == "scope" and not fault.is_warning for fault in found)
    return [
        Step(
            number=number,
            key=key,
            label=STEPS[key][0],
            url=address(campaign, key) if campaign else "",
            is_here=key == here,
            fault_count=sum(fault.step == key and not fault.is_warning for fault in found),
            is_open=preparing and (campaign is None or key == "start" or (key in {"methods", "split"} and not has_scope)),
        )
        for number, key in enumerate(shown, start=1)
    ]


def address(campaign: Campaign, step: str) -> str:
    """Return the address of a step's page."""
    return reverse(STEPS[step][1], args=[campaign.code])
