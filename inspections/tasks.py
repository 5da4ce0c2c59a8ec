"""Background work of this app."""

from __future__ import annotations

import tempfile
from typing import Any

from celery import shared_task
from django.core.files.base import File
from django.http import QueryDict

from inspections.actions import rescue
from inspections.actions.tally_folding import fold_all
from inspections.exporting import reading_rights, write_findings
from inspections.forms.finding_filter import FindingFilterForm
from inspections.forms.ledger import LedgerFilterForm
from inspections.ledger import view_of
from inspections.ledger_file import write_ledger
from inspections.models import Finding, Rectification
from jobs.errors import Refused
from jobs.models import Job
from jobs.registry import handler
from jobs.running import Progress
from units.models import User


def _still_reads(job: Job) -> bool:
    """Whether the starter has all the rights by which the workbook was filled."""
    return set(job.params.get("rights", ())) <= set(reading_rights(job.started_by))


@handler("inspections.finding_export", permit=_still_reads)
def export_findings(progress: Progress, *, user_id: int, query: str, name: str, rights: list[str]) -> dict[str, Any]:  # noqa: ARG001 -- asked by the permit
    """Write the list that ``user_id`` had filtered by ``query`` to a workbook; ``rights`` are those with which it was asked for."""
    user = User.objects.get(pk=user_id)
    form = FindingFilterForm(QueryDict(query), user=user)
    findings = form.filter(Finding.objects.visible_to(user))
    if not form.is_valid():
        raise Refused("筛选条件已失效（例如活动或督查组已被删除），请回到督查发现页面重新筛选后导出。")
    progress.start(findings.count(), note="正在写入")
    with tempfile.TemporaryFile() as target:
        count = write_findings(findings, target, advance=progress.advance)
        target.seek(0)
        progress.attach(File(target), name)
    return {"summary": f"共导出 {count} 条督查发现。"}


@handler("inspections.ledger_export", permit=_still_reads)
def export_ledger(progress: Progress, *, user_id: int, query: str, name: str, rights: list[str]) -> dict[str, Any]:  # noqa: ARG001 -- asked by the permit
    """Write the ledger that ``user_id`` had filtered by ``query`` to a workbook; ``rights`` are those with which it was asked for."""
    user = User.objects.get(pk=user_id)
    asked = QueryDict(query)
    form = LedgerFilterForm(asked, user=user)
    rows = form.filter(Rectification.objects.visible_to(user))
    if not form.is_valid():
        raise Refused("筛选条件已失效（例如活动已被删除），请回到整改台账页面重新筛选后导出。")
    progress.start(rows.count(), note="正在写入")
    with tempfile.TemporaryFile() as target:
        count = write_ledger(rows, target, view_of(asked.get("view", "")), advance=progress.advance)
        target.seek(0)
        progress.attach(File(target), name)
    return {"summary": f"共导出 {count} 项整改事项。"}


@handler(rescue.KIND, permit=lambda job: bool(job.started_by.office_paths))
def import_rescue(progress: Progress, *, stored: str, inspector_id: int) -> dict[str, Any]:
    """Store what a phone could not send; of each record the rights are looked at again."""
    return rescue.carry_out(progress, stored=stored, inspector_id=inspector_id)


@shared_task
def fold_tallies() -> None:
    """Count again what has changed since the last time; for some seconds at most, then the next message goes on."""
    fold_all(rounds=20)
