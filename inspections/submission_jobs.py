"""Background work on submissions: reading large files, comparing what was handed in."""

from __future__ import annotations

from typing import Any

from inspections.actions.submission_checks import check
from inspections.actions.submission_files import read_stored
from inspections.models import Submission, SubmissionFile
from jobs.errors import Refused
from jobs.models import Job
from jobs.registry import handler
from jobs.running import Progress


def _fills_or_reads(job: Job) -> bool:
    """Whether the starter still has to do with the submission."""
    known = job.params.get("submission")
    rows = Submission.objects.filter(pk=known) if known else Submission.objects.filter(files=job.params.get("file"))
    return rows.filter(pk__in=Submission.objects.visible_to(job.started_by).values("pk")).exists()


@handler("inspections.submission_read", permit=_fills_or_reads)
def read_file(progress: Progress, *, file: str) -> dict[str, Any]:
    """Read an uploaded file. What it says about a bad file stands on the page of the submission as well."""
    row = SubmissionFile.objects.select_related("submission").get(pk=file)
    progress.start(1, note="正在读取")
    if not read_stored(row):
        row.refresh_from_db()
        raise Refused(row.problem or "文件无法读取，请换一个文件。")
    return {"summary": "材料已读取，可以继续核对指标。"}


@handler("inspections.submission_check", permit=_fills_or_reads)
def check_submission(progress: Progress, *, submission: str) -> dict[str, Any]:
    """Compare a submission with others. How much was noticed is for the office only, so the result does not say."""
    row = Submission.objects.select_related("campaign__organizer", "campaign__checklist", "assignment__campaign", "organization")
    found = row.prefetch_related("files").filter(pk=submission).first()
    if found is None:
        raise Refused("这个单位已被移出督查范围。")
    progress.start(1, note="正在整理")
    check(found)
    return {"summary": "材料已整理完毕。"}
