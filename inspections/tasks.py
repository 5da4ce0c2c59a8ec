"""Background work of this app."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from inspections.actions import rescue
from inspections.actions.tally_folding import fold_all
from jobs.errors import Refused
from jobs.registry import handler
from jobs.running import Progress


@handler("inspections.finding_export", permit=lambda _job: False)
@handler("inspections.ledger_export", permit=lambda _job: False)
def export_of_old(_progress: Progress, **_params: Any) -> None:
    """Refuse: lists are exported by ``units.list_export``. Files of older jobs are not handed out, for nobody asks who may read them."""
    raise Refused("这是旧版本的导出任务，请回到列表重新导出。")


@handler(rescue.KIND, permit=lambda job: bool(job.started_by.office_paths))
def import_rescue(progress: Progress, *, stored: str, inspector_id: int) -> dict[str, Any]:
    """Store what a phone could not send; of each record the rights are looked at again."""
    return rescue.carry_out(progress, stored=stored, inspector_id=inspector_id)


@shared_task
def fold_tallies() -> None:
    """Count again what has changed since the last time; for some seconds at most, then the next message goes on."""
    fold_all(rounds=20)
