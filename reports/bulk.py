"""One document per organization, many in one job: slices, outcome per organization, one file at the end (design §4.3).

The end is an archive of single files or a bound volume (``reports.bundling``). What an item has made is kept with the item, so a job that is
killed goes on where it stands.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

from django.core.files.base import ContentFile
from django.db import DatabaseError
from django.db.models import Count, F

from inspections.models import Assignment, Campaign
from jobs.errors import Refused
from jobs.models import Job, JobItem
from jobs.registry import RENDERING, handler
from jobs.running import Progress
from reports.actions.reports import draft_of_unit
from reports.assembly import document_of_draft
from reports.bundling import VOLUME, ZIP, bind, pack
from reports.composing import DraftReport
from reports.facts import organization_facts
from reports.facts.values import OrganizationFacts
from reports.models import Rendition, ReportTemplate
from reports.naming import unit_file_name
from reports.rendering.document import Document, to_json
from reports.rendering.result import RenderError
from reports.renditions import produce

logger = logging.getLogger("duchatong.jobs")
KIND = "reports.bulk"
SLICE = 20
"""Organizations whose facts are read together: few queries, little memory."""
MOST_FINDINGS = 3_000
"""What one organization may have in one document: composing happens in the worker itself, whose memory is to stay what it is."""
BROKEN = "系统在生成这份文稿时出了错，其他文稿不受影响。管理员可以在运行日志中看到原因，处理后请重新执行失败的部分。"


def _in_slices(items: Iterable[JobItem]) -> Iterator[list[JobItem]]:
    iterator = iter(items)
    while part := list(islice(iterator, SLICE)):
        yield part


def _prepare(job: Job, campaign: Campaign, template: ReportTemplate, assignments: list[str], formats: list[str]) -> None:
    """Write one waiting item per organization and format; a second run finds them there. A volume has one item per organization."""
    chosen = (
        Assignment.objects.concluded()
        .filter(campaign=campaign, pk__in=assignments)
        .select_related("organization", "category")
        .order_by(F("category__order").asc(nulls_last=True), "organization_path")
    )
    rows = list(chosen)
    items = [
        JobItem(
            job=job,
            position=number,
            key=f"{assignment.organization_id}:{file_format}",
            label=_label(assignment, file_format),
            file_name=unit_file_name(number, len(rows), str(assignment.organization), template.name, file_format),
            data={
                "organization": assignment.organization_id,
                "format": file_format,
                "name": str(assignment.organization),
                "group": str(assignment.category or "未分类"),
            },
        )
        for number, assignment in enumerate(rows, start=1)
        for file_format in formats
    ]
    JobItem.objects.bulk_create(items, ignore_conflicts=True, batch_size=500)


def _label(assignment: Assignment, file_format: str) -> str:
    if file_format == VOLUME:
        return str(assignment.organization)[:200]
    return f"{assignment.organization}（{Rendition.Format(file_format).label}）"[:200]


class Drafts:
    """The drafts of some organizations, each composed once for all its files."""

    def __init__(self, facts: dict[int, OrganizationFacts], template: ReportTemplate, values: dict[str, Any]) -> None:
        """Keep what composing needs."""
        self._facts, self._template, self._values = facts, template, values
        self._made: dict[int, DraftReport] = {}

    def of(self, organization: int) -> DraftReport:
        """Return the draft about one organization. Raises ``Refused`` when there is nothing to say about it, or far too much."""
        if organization not in self._facts:
            raise Refused("该单位在本次督查中没有已办结的结果，请先办结再生成。")
        if organization not in self._made:
            self._made[organization] = draft_of_unit(self._facts[organization], self._template, self._values)
        return self._made[organization]


def _too_many(campaign: Campaign, organizations: Collection[int]) -> dict[int, int]:
    """Return which of the organizations have more findings than one document takes, and how many."""
    counts = campaign.findings.filter(organization__in=organizations).order_by().values_list("organization").annotate(n=Count("pk"))
    return {organization: n for organization, n in counts if n > MOST_FINDINGS}


def _content(item: JobItem, document: Document, formats: list[str]) -> bytes:
    """Return what is kept of an item: its file, or for a volume the document itself, once it is known that it can be set.

    What nobody has signed carries the mark of a draft.
    """
    if item.data["format"] != VOLUME:
        return produce(item.data["format"], document, draft=True).content
    for file_format in formats:
        produce(file_format, document, draft=True)
    return json.dumps(to_json(document), ensure_ascii=False).encode()


def _make(item: JobItem, drafts: Drafts, formats: list[str]) -> None:
    """Make one file, or note why not; one organization that fails does not stop the others."""
    try:
        content = _content(item, document_of_draft(drafts.of(item.data["organization"])), formats)
    except (RenderError, Refused) as error:
        _fail(item, str(error))
        return
    except (OSError, DatabaseError):
        raise  # a full disk, a database that is away: the next one would not fare better
    except Exception:
        logger.exception("job %s: %s failed", item.job_id, item.key)
        _fail(item, BROKEN)
        return
    name = f"{item.job_id}-{item.pk}"
    # A worker that was killed between the file and its record left one behind.
    item.file.storage.delete(item.file.field.generate_filename(item, name))
    item.file.save(name, ContentFile(content), save=False)
    item.status, item.error = JobItem.Status.DONE, ""
    item.save(update_fields=["file", "status", "error"])


def _fail(item: JobItem, reason: str) -> None:
    JobItem.objects.filter(pk=item.pk).update(status=JobItem.Status.FAILED, error=reason)


def _work_off(progress: Progress, campaign: Campaign, template: ReportTemplate, formats: list[str], values: dict[str, Any]) -> None:
    """Make what is still waiting, slice by slice."""
    waiting = progress.job.items.filter(status=JobItem.Status.WAITING)
    for part in _in_slices(list(waiting)):
        organizations = {item.data["organization"] for item in part}
        heavy = _too_many(campaign, organizations)
        drafts = Drafts(organization_facts(campaign, organizations - heavy.keys()), template, values)
        for item in part:
            if n := heavy.get(item.data["organization"]):
                _fail(item, f"该单位有 {n} 条发现，超过一份文稿的上限 {MOST_FINDINGS} 条。请先合并重复的发现，再重新执行失败的部分。")
            else:
                _make(item, drafts, formats)
            progress.advance(note=item.label)


def may_report(job: Job) -> bool:
    """Whether the starter still works in the organizer's office: the archive names units and their problems."""
    return Campaign.objects.manageable_by(job.started_by).filter(pk=job.params["campaign"]).exists()


@handler(KIND, permit=may_report, queue=RENDERING)
def feedback(
    progress: Progress,
    campaign: int,
    assignments: list[str],
    formats: list[str],
    values: dict[str, Any],
    *,
    template: int | None = None,
    bundle: str = ZIP,
    right_pages: bool = True,
) -> dict[str, Any]:
    """Make one document for each chosen organization of a campaign, by a template about single organizations (反馈意见 if none is named).

    ``values`` may hold ``deadline_days``, ``signers`` and ``signed_on``; ``bundle`` says whether the end is an archive (``zip``) or a
    ``volume``, in which documents begin on odd pages when ``right_pages`` is set. Items that are done are not made again, so a job that was
    killed, or run again for its failed items, goes on where it stands, with the version of the template that it began with.
    """
    job = progress.job
    row = Campaign.objects.select_related("organizer").get(pk=campaign)
    templates = ReportTemplate.objects.prefetch_related("sections")
    chosen = templates.get(pk=template) if template else templates.published().get(key="feedback")
    _prepare(job, row, chosen, assignments, [VOLUME] if bundle == VOLUME else formats)
    job.items.filter(status=JobItem.Status.FAILED).update(status=JobItem.Status.WAITING, error="")
    count = job.items.count()
    progress.start(count, done=count - job.items.filter(status=JobItem.Status.WAITING).count(), note="汇总数据")
    _work_off(progress, row, chosen, formats, values)
    done = job.items.filter(status=JobItem.Status.DONE).count()
    told = ""
    if bundle == VOLUME:
        progress.step("编排合订本")
        told = bind(progress, row, chosen, formats, values, right_pages=right_pages)
    else:
        progress.step("打包")
        pack(progress, row, chosen)
    failed = job.items.filter(status=JobItem.Status.FAILED).count()
    summary = f"成功 {done} 份，失败 {failed} 份。" + told
    return {"summary": summary + ("失败原因见下表，处理后可只重新执行失败的部分。" if failed else "")}
