"""Links that this app itself puts on its campaign page; registered at start-up like those of the apps above."""

from __future__ import annotations

from django.urls import reverse

from inspections.links import Link, campaign_links
from inspections.models import Campaign
from units.models import User


@campaign_links
def rescue_link(campaign: Campaign, user: User) -> list[Link]:
    """Where the office takes in the files of phones that cannot send, while the campaign runs."""
    if campaign.status != Campaign.Status.RUNNING or not campaign.is_manageable_by(user):
        return []
    return [Link("导入手机记录", reverse("inspections:rescue_import"), "phone")]
