"""What other systems are told of rectifications: ids, numbers and moments; words stay here (docs/api.md)."""

from __future__ import annotations

from inspections.models import Rectification
from units.actions.webhooks import emit
from units.events import event_kind

CLOSED = event_kind("rectification.closed", "整改销号")


def tell_closed(row: Rectification) -> None:
    """Tell that a row was closed out; once for each close-out. Called inside the verb's transaction."""
    data = {
        "id": str(row.pk),
        "reference": row.reference,
        "campaign_id": row.campaign_id,
        "organization_id": row.organization_id,
        "status": row.status,
        "closed_at": row.closed_at.isoformat(timespec="seconds") if row.closed_at else None,
    }
    emit(CLOSED, path=row.organization_path, key=f"closed:{row.pk}:{row.revision}", data=data)
