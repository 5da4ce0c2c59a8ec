"""The job that drafts letters about what is late: one per organization, or one 通报 over several."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.http import urlencode

from inspections.models import Campaign, Rectification
from jobs.errors import Refused
from jobs.models import Job
from jobs.registry import handler
from jobs.running import Progress
from reports.actions import compose_report
from reports.composing.variants import CIRCULAR
from reports.models import Report, ReportTemplate
from units.models import PartyOrganization

KIND = "reports.letters"


def _may_write(job: Job) -> bool:
    """Whether the starter still works in the organizer's office."""
    return Campaign.objects.manageable_by(job.started_by).filter(pk=job.params["campaign"]).exists()


@handler(KIND, permit=_may_write)
def draft_letters(progress: Progress, campaign: int, template: int, rows: list[str], values: dict[str, Any]) -> dict[str, Any]:
    """Draft a letter by ``template`` about the ledger's ``rows``, for each of their organizations one; a 通报 is a single one over all.

    Each draft is stored with the note of it in one transaction: whoever takes over from a worker that died goes on behind it.
    """
    row, kind = Campaign.objects.get(pk=campaign), ReportTemplate.objects.prefetch_related("sections").get(pk=template)
    groups = _groups(row, kind, rows)
    if not groups:
        raise Refused("所选事项已不在台账中，没有起草文书。请刷新催办文书页面后重新选择。")
    job = progress.job
    made: dict[str, int] = dict(job.result.get("letters") or {})
    progress.start(len(groups), done=len(made), note="起草文书")
    for key, (organization, ids) in groups.items():
        if key in made:
            continue
        with transaction.atomic():
            wishes = {**values, "rectifications": ids}
            report = compose_report(row, kind, by=job.started_by, organization=organization, values=wishes)
            made[key] = report.pk
            progress.keep({"letters": made})
        progress.advance(note=str(organization or row))
    return _result(row, kind, Report.objects.filter(pk__in=made.values()))


def _groups(campaign: Campaign, template: ReportTemplate, rows: list[str]) -> dict[str, tuple[PartyOrganization | None, list[str]]]:
    """Return the rows by the letter in which they go."""
    chosen = Rectification.objects.filter(campaign=campaign, pk__in=rows).ledger().issued()
    groups: dict[str, tuple[PartyOrganization | None, list[str]]] = {}
    for row in chosen.select_related("organization").order_by("organization_path", "number"):
        alone = template.document != CIRCULAR
        key = str(row.organization_id) if alone else "all"
        groups.setdefault(key, (row.organization if alone else None, []))[1].append(str(row.pk))
    return groups


def _result(campaign: Campaign, template: ReportTemplate, reports: Any) -> dict[str, Any]:
    found = list(reports)
    if len(found) == 1:
        return {
            "url": reverse("reports:report_detail", args=[found[0].pk]),
            "url_label": f"查看{template}",
            "summary": "已起草，请核对后送核稿。",
        }
    query = urlencode({"campaign": campaign.code, "template": template.key})
    return {
        "url": f"{reverse('reports:report_list')}?{query}",
        "url_label": f"查看{len(found)}份{template}",
        "summary": f"已起草{len(found)}份{template}，请逐份核对后送核稿。",
    }
