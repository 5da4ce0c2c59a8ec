"""What this app adds to the campaign page (docs/decisions/0001)."""

from __future__ import annotations

from django.urls import reverse

from inspections.links import Link, campaign_links
from inspections.models import Campaign
from reports.models import Report
from units.models import User


@campaign_links
def report_links(campaign: Campaign, user: User) -> list[Link]:
    """Lead the organizer's office to composing and bulk documents, and its readers to the reports that are there."""
    if campaign.status not in Campaign.STARTED:
        return []
    links = []
    if Report.objects.visible_to(user).filter(campaign=campaign).exists():
        links.append(Link("督查报告", f"{reverse('reports:report_list')}?campaign={campaign.code}", "file-earmark-text"))
    if campaign.is_manageable_by(user):
        finished = campaign.status == Campaign.Status.FINISHED
        links.append(Link("批量文稿", reverse("reports:bulk_create", args=[campaign.code]), "files"))
        links.append(Link("起草督查报告", reverse("reports:report_create", args=[campaign.code]), "pencil-square", is_primary=finished))
    return links
