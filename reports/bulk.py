"""One document per organization, many in one job: slices, outcome per organization, one ZIP at the end (design §4.3)."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile

from inspections.models import Assignment, Campaign
from jobs.errors import Refused
from jobs.models import Job, JobItem
from jobs.registry import handler
from jobs.running import Progress
from reports.actions.reports import draft_of_unit
from reports.assembly import document_of_draft
from reports.composing import DraftReport
from reports.facts import organization_facts
from reports.facts.values import OrganizationFacts
from reports.models import Rendition, ReportTemplate
from reports.naming import safe_stem, unit_file_name
from reports.rendering.result import RenderError
from reports.renditions import RENDERERS

KIND = "reports.bulk"
SLICE = 20
"""Organizations whose facts are read together: few queries, little memory."""


def _in_slices(items: Iterable[JobItem]) -> Iterator[list[JobItem]]:
    iterator = iter(items)
    while part := list(islice(iterator, SLICE)):
        yield part


def _prepare(job: Job, campaign: Campaign, template: ReportTemplate, assignments: list[str], formats: list[str]) -> None:
    """Write one waiting item per organization and format; a second run finds them there."""
    chosen = (
        Assignment.objects.concluded()
        .filter(campaign=campaign, pk__in=assignments)
        .select_related("organization")
        .order_by("category__order", "organization_path")
    )
    rows = list(chosen)
    items = [
        JobItem(
            job=job,
            position=number,
            key=f"{assignment.organization_id}:{file_format}",
            label=f"{assignment.organization}（{Rendition.Format(file_format).label}）",
            file_name=unit_file_name(number, len(rows), str(assignment.organization), template.name, file_format),
            data={"organization": assignment.organization_id, "format": file_format},
        )
        for number, assignment in enumerate(rows, start=1)
        for file_format in formats
    ]
    JobItem.objects.bulk_create(items, ignore_conflicts=True)


class Drafts:
    """The drafts of some organizations, each composed once for all its files."""

    def __init__(self, facts: dict[int, OrganizationFacts], template: ReportTemplate, values: dict[str, Any]) -> None:
        """Keep what composing needs."""
        self._facts, self._template, self._values = facts, template, values
        self._made: dict[int, DraftReport] = {}

    def of(self, organization: int) -> DraftReport:
        """Return the draft about one organization. Raises ``Refused`` when there is nothing to say about it."""
        if organization not in self._facts:
            raise Refused("该单位在本次督查中没有已办结的结果，请先办结再生成。")
        if organization not in self._made:
            self._made[organization] = draft_of_unit(self._facts[organization], self._template, self._values)
        return self._made[organization]


def _make(item: JobItem, drafts: Drafts) -> None:
    """Make one file, or note why not; one organization that fails does not stop the others."""
    try:
        result = RENDERERS[item.data["format"]](document_of_draft(drafts.of(item.data["organization"])))
    except (RenderError, Refused) as error:
        JobItem.objects.filter(pk=item.pk).update(status=JobItem.Status.FAILED, error=str(error))
        return
    item.file.save(f"{item.job_id}-{item.pk}", ContentFile(result.content), save=False)
    item.status, item.error = JobItem.Status.DONE, ""
    item.save(update_fields=["file", "status", "error"])


def _zip(progress: Progress, campaign: Campaign, template: ReportTemplate) -> None:
    """Put all finished files into one archive, stored without compression: PDF and .docx are compressed already."""
    handle, name = tempfile.mkstemp(suffix=".zip", dir=settings.VAR_DIR)
    try:
        with os.fdopen(handle, "wb") as target, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for item in progress.job.items.filter(status=JobItem.Status.DONE).iterator():
                with item.file.open("rb") as source:
                    archive.writestr(item.file_name, source.read())
        with Path(name).open("rb") as source:
            progress.attach(File(source), f"{safe_stem(campaign.title)}-{safe_stem(template.name)}.zip")
    finally:
        Path(name).unlink(missing_ok=True)


def _may_report(job: Job) -> bool:
    """Whether the starter still works in the organizer's office: the archive names units and their problems."""
    return Campaign.objects.manageable_by(job.started_by).filter(pk=job.params["campaign"]).exists()


@handler(KIND, permit=_may_report)
def feedback(
    progress: Progress, campaign: int, assignments: list[str], formats: list[str], values: dict[str, Any], *, template: int | None = None
) -> dict[str, Any]:
    """Make one document for each chosen organization of a campaign, by a template about single organizations (反馈意见 if none is named).

    ``values`` may hold ``deadline_days``, ``signers`` and ``signed_on``. Items that are done are not made again, so a job that was killed,
    or run again for its failed items, goes on where it stands, with the version of the template that it began with.
    """
    job = progress.job
    row = Campaign.objects.select_related("organizer").get(pk=campaign)
    templates = ReportTemplate.objects.prefetch_related("sections")
    chosen = templates.get(pk=template) if template else templates.published().get(key="feedback")
    _prepare(job, row, chosen, assignments, formats)
    job.items.filter(status=JobItem.Status.FAILED).update(status=JobItem.Status.WAITING, error="")
    waiting = job.items.filter(status=JobItem.Status.WAITING)
    progress.start(job.items.count(), done=job.items.count() - waiting.count(), note="汇总数据")
    for part in _in_slices(list(waiting)):
        facts = organization_facts(row, {item.data["organization"] for item in part})
        drafts = Drafts(facts, chosen, values)
        for item in part:
            _make(item, drafts)
            progress.advance(note=item.label)
    progress.step("打包")
    _zip(progress, row, chosen)
    failed = job.items.filter(status=JobItem.Status.FAILED).count()
    done = job.items.filter(status=JobItem.Status.DONE).count()
    return {"summary": f"成功 {done} 份，失败 {failed} 份。" + ("失败原因见下表，处理后可只重新执行失败的部分。" if failed else "")}
