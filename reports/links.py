"""What this app adds to the pages of campaigns, of assignments and of the ledger (docs/decisions/0001)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from inspections.links import Link, assignment_links, campaign_links, ledger_links
from inspections.models import Assignment, Campaign, Confirmation, Lamp, Rectification
from reports.composing.variants import NOTICE
from reports.escalation import NAMES, letters_about, next_step
from reports.models import Delivery, Report
from units.models import User


@campaign_links
def report_links(campaign: Campaign, user: User) -> list[Link]:
    """Lead the organizer's office to composing and bulk documents, and its readers to the reports that are there."""
    writes = campaign.is_manageable_by(user)
    notice = f"{reverse('reports:report_create', args=[campaign.code])}?template=announcement"
    announces = [Link("起草督查通知", notice, "megaphone")] if writes and campaign.is_open and campaign.assignments.exists() else []
    if campaign.status not in Campaign.STARTED:
        return announces
    links = announces
    if Report.objects.visible_to(user).filter(campaign=campaign).exists():
        links.append(Link("督查报告", f"{reverse('reports:report_list')}?campaign={campaign.code}", "file-earmark-text"))
    if writes:
        if Rectification.objects.filter(campaign=campaign).overdue().exists():
            links.append(Link("催办文书", reverse("reports:letter_create", args=[campaign.code]), "envelope-exclamation"))
        finished = campaign.status == Campaign.Status.FINISHED
        links.append(Link("批量文稿", reverse("reports:bulk_create", args=[campaign.code]), "files"))
        links.append(Link("起草督查报告", reverse("reports:report_create", args=[campaign.code]), "pencil-square", is_primary=finished))
    return links


@assignment_links
def document_links(assignment: Assignment, user: User) -> list[Link]:
    """Lead to the confirmation sheet once somebody has signed, and an organization's own people to what it was sent about it."""
    links = []
    if Confirmation.objects.visible_to(user).filter(assignment=assignment).exists():
        links.append(Link("事实确认单（PDF）", reverse("reports:confirmation_sheet", args=[assignment.pk]), "file-earmark-check"))
    sent = Delivery.objects.addressed_to(user).filter(report__campaign=assignment.campaign_id, organization=assignment.organization_id)
    for row in sent.select_related("report__template").order_by("sent_at", "pk"):
        url = reverse("reports:delivery_detail", args=[row.pk])
        links.append(Link(f"{row.report.template.name} {row.report.number_text}", url, "envelope-open"))
    return links


@ledger_links
def letter_links(rows: Sequence[Rectification], user: User) -> dict[UUID, list[Link]]:
    """Return the letters about each row: the office sees drafts too and what comes next, the organization what reached it."""
    if not rows:
        return {}
    letters, notices = letters_about(row.pk for row in rows), _notices(rows)
    known = {report.pk for found in (*letters.values(), *notices.values()) for report in found}
    readable = set(Report.objects.visible_to(user).filter(pk__in=known).values_list("pk", flat=True))
    received = {row.report_id: row.pk for row in Delivery.objects.addressed_to(user).filter(report__in=known)}
    offers: dict[UUID, list[Link]] = {}
    for row in rows:
        told = [*notices.get((row.campaign_id, row.organization_id), []), *letters.get(row.pk, [])]
        links = [_letter_link(report, readable, received) for report in told]
        offers[row.pk] = [link for link in links if link is not None]
        if not row.campaign.is_manageable_by(user):
            continue
        if row.is_open and (row.campaign_id, row.organization_id) not in notices:
            url = f"{reverse('reports:report_create', args=[row.campaign.code])}?template=notice&organization={row.organization_id}"
            offers[row.pk].append(Link("起草整改通知书", url, "file-earmark-plus"))
        if row.lamp() == Lamp.RED and row.issued_at:
            step = next_step(letters.get(row.pk, []))
            if any(report.template.document == step and report.status != Report.Status.ISSUED for report in letters.get(row.pk, [])):
                continue
            url = f"{reverse('reports:letter_create', args=[row.campaign.code])}?kind={step}&row={row.pk}"
            offers[row.pk].append(Link(f"起草{NAMES[step]}", url, "envelope-exclamation"))
    return {pk: links for pk, links in offers.items() if links}


def _notices(rows: Sequence[Rectification]) -> dict[tuple[int, int], list[Report]]:
    """Return the rectification notices that were issued, by campaign and organization; one query."""
    issued = Report.objects.filter(
        status=Report.Status.ISSUED,
        campaign__in={row.campaign_id for row in rows},
        organization__in={row.organization_id for row in rows},
    )
    found: dict[tuple[int, int], list[Report]] = {}
    for report in issued.select_related("template").order_by("issued_at", "pk"):
        if report.template.document == NOTICE and report.organization_id:
            found.setdefault((report.campaign_id, report.organization_id), []).append(report)
    return found


def _letter_link(report: Report, readable: set[int], received: dict[int, UUID]) -> Link | None:
    said = f" {report.number_text}" if report.number_text else f"（{report.get_status_display()}）"
    if report.pk in readable:
        return Link(f"{report.template.name}{said}", reverse("reports:report_detail", args=[report.pk]), "envelope")
    if report.pk in received:
        return Link(f"{report.template.name}{said}", reverse("reports:delivery_detail", args=[received[report.pk]]), "envelope")
    return None
