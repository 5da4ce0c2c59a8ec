"""The job that composes a report and makes its files, step by step."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse

from inspections.models import Campaign
from jobs.errors import Refused
from jobs.models import Job
from jobs.registry import RENDERING, handler
from jobs.running import Progress
from reports.actions import compose_report, recompose_report
from reports.models import Rendition, Report, ReportTemplate
from reports.rendering.result import RenderError
from reports.renditions import make_rendition
from units.models import PartyOrganization

KIND = "reports.draft"
STEPS = 1 + len(Rendition.Format.values)


def _file_steps(progress: Progress, report: Report) -> dict[str, Any]:
    warnings: list[str] = []
    for value, label in Rendition.Format.choices:
        progress.step(f"生成{label}")
        try:
            rendition = make_rendition(report, value, by=progress.job.started_by)
        except RenderError as error:
            raise Refused(str(error)) from error
        warnings += [text for text in rendition.warnings if text not in warnings]
        progress.advance()
    return {
        "report": report.pk,
        "url": reverse("reports:report_detail", args=[report.pk]),
        "url_label": "查看报告",
        "summary": "\n".join(warnings),
    }


def may_report(job: Job) -> bool:
    """Whether the starter still works in the organizer's office, or reads an issued report whose files are to be made.

    Issuing may be a leader's act, and the files of what is issued are made by the job that follows it.
    """
    campaigns = Campaign.objects.manageable_by(job.started_by)
    if job.kind == KIND:
        return campaigns.filter(pk=job.params["campaign"]).exists()
    found = Report.objects.filter(pk=job.params["report"])
    issued = found.visible_to(job.started_by).filter(status=Report.Status.ISSUED)
    # A report that is gone is no question of rights: the handler says so.
    return campaigns.filter(reports=job.params["report"]).exists() or issued.exists() or not found.exists()


@handler(KIND, permit=may_report, queue=RENDERING)
def draft(progress: Progress, campaign: int, template: int, values: dict[str, Any], organization: int | None = None) -> dict[str, Any]:
    """Compose a report of ``campaign`` by ``template`` and make its PDF and .docx.

    ``values`` are what the office typed: title (empty for the composed one), addressee, signers, signed_on (ISO date or empty), and what
    the kind of document asks for. ``organization`` is the one that the document is about. Run twice by a second worker, it goes on with the
    report that the first one stored.
    """
    progress.start(STEPS, note="汇总数据，起草文稿")
    job = progress.job
    report = Report.objects.filter(pk=job.result.get("report")).first()
    if report is None:
        # One transaction: whoever takes over from a worker that died here finds the report, or there is none.
        with transaction.atomic():
            report = compose_report(
                Campaign.objects.get(pk=campaign),
                ReportTemplate.objects.get(pk=template),
                by=job.started_by,
                organization=PartyOrganization.objects.get(pk=organization) if organization else None,
                values=values,
            )
            progress.keep({"report": report.pk})
        report.refresh_from_db()
    progress.advance()
    return _file_steps(progress, report)


REFRESH = "reports.refresh"


@handler(REFRESH, permit=may_report, queue=RENDERING)
def refresh(progress: Progress, report: int, recompose: bool) -> dict[str, Any]:  # noqa: FBT001 -- parameters come by name from the job
    """Make the files of a report again, after taking in changed facts when ``recompose`` is set; edited paragraphs stay as edited."""
    progress.start(STEPS, note="重新汇总数据" if recompose else "读取文稿")
    row = Report.objects.filter(pk=report).first()
    if row is None:
        raise Refused("这份报告已被删除，没有生成文件。")
    if recompose:
        recompose_report(row, by=progress.job.started_by)
    progress.advance()
    return _file_steps(progress, row)
