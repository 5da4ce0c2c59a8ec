"""The job that looks for changed facts and marks the paragraphs that depend on them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from jobs.errors import Refused
from jobs.registry import handler
from jobs.running import Progress
from reports.actions import recompose_report
from reports.actions.recomposing import offers_of
from reports.drafting import may_report
from reports.models import Report

KIND = "reports.recheck"


@handler(KIND, permit=may_report)
def recheck(progress: Progress, report: int) -> dict[str, Any]:
    """Offer the new text beside the old one wherever the facts changed; run twice, it finds the same."""
    progress.start(1, note="重新汇总数据，逐段比较")
    row = Report.objects.filter(pk=report).first()
    if row is None:
        raise Refused("这份报告已被删除，没有核对。")
    recompose_report(row, by=progress.job.started_by, replace=False)
    progress.advance()
    open_offers = offers_of(row)
    summary = f"有 {open_offers} 段的依据发生变化，新旧文字已并列，请逐段处理。" if open_offers else "数据没有影响文稿的变化。"
    return {"url": reverse("reports:report_edit", args=[row.pk]), "url_label": "回到编辑页", "summary": summary}
