"""The one way to change a draft, shared by all verbs: compare-and-swap, so that nothing written is lost and nothing issued moves."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from jobs.errors import InvalidTransition
from reports.models import Report


def swap_draft(report: Report, **values: Any) -> None:
    """Change a draft by compare-and-swap on its revision. Raises ``InvalidTransition`` when somebody else was faster."""
    drafts = Report.objects.filter(pk=report.pk, revision=report.revision, status=Report.Status.DRAFT)
    if not drafts.update(revision=F("revision") + 1, **values):
        raise InvalidTransition("这份报告刚被他人修改或已不是草稿。请刷新页面，核对最新内容后再操作。")
    report.refresh_from_db()
