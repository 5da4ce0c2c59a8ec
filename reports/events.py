"""What other systems are told of reports: ids, numbers and moments; the text is read with a token (docs/api.md)."""

from __future__ import annotations

from reports.models import Report
from units.actions.webhooks import emit
from units.events import event_kind

ISSUED = event_kind("report.issued", "报告签发")


def tell_issued(report: Report) -> None:
    """Tell that a report was issued. Called inside the verb's transaction."""
    data = {
        "id": report.pk,
        "campaign_id": report.campaign_id,
        "organization_id": report.organization_id,
        "number": report.number_text,
        "corrects_id": report.corrects_id,
        "content_sha256": report.frozen_sha256,
        "issued_at": report.issued_at.isoformat(timespec="seconds") if report.issued_at else None,
    }
    emit(ISSUED, path=report.campaign.organizer.path, key=f"issued:{report.pk}", data=data)
