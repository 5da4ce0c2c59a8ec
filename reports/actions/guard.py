"""The ways to change a report, shared by all verbs: so that nothing written is lost and nothing issued moves."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from jobs.errors import InvalidTransition
from reports.models import Report


def swap_draft(report: Report, **values: Any) -> None:
    """Change a draft by compare-and-swap on its revision. Raises ``InvalidTransition`` when somebody else was faster."""
    drafts = Report.objects.filter(pk=report.pk, revision=report.revision, status=Report.Status.DRAFT)
    if not drafts.update(revision=F("revision") + 1, search_due=True, **values):
        raise InvalidTransition("这份报告刚被他人修改或已不是草稿。请刷新页面，核对最新内容后再操作。")
    report.refresh_from_db()


def hold_open(report: Report) -> None:
    """Take the report's row until the end of the transaction, so that nobody issues it while its content is being changed.

    The first statement of each verb that changes content. Raises ``InvalidTransition`` when the report has been issued or deleted.
    Changes after review are allowed: sign-off shows them paragraph by paragraph.
    """
    # An update takes the same lock on PostgreSQL and SQLite, which select_for_update does not; it says as well that the words may change.
    if not Report.objects.filter(pk=report.pk).exclude(status=Report.Status.ISSUED).update(search_due=True):
        raise InvalidTransition("这份报告已签发或已删除，不能再修改。如需更正，请另行起草更正报告。")
