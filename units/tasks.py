"""Background work of this app: checking and writing lists of organizations; the daily routines and what they send."""

from __future__ import annotations

import tempfile
from typing import Any

from celery import shared_task
from django.core.files.base import File
from django.http import QueryDict
from django.urls import reverse

from jobs.errors import Refused
from jobs.models import Job
from jobs.registry import handler
from jobs.running import Progress
from units.actions import deliveries, imports, sealing
from units.actions import routines as daily
from units.exporting import KIND, again, write_list
from units.lists import kind_of
from units.models import OrganizationImport, User

Status = OrganizationImport.Status


@handler("units.organization_check")
def organization_check(progress: Progress, import_id: str) -> dict[str, Any]:
    """Read, clean and compare an uploaded list."""
    imported = OrganizationImport.objects.select_related("created_by").get(pk=import_id)
    if imported.status == Status.CHECKING:
        progress.step("正在读取文件")
        imports.check(imported, lambda done, total: progress.start(total, done=done, note="正在读取文件"), progress.step)
    counts = imported.counts
    if counts.get("faults"):
        summary = f"发现 {counts['faults']} 处问题，改正后请重新上传。"
    else:
        summary = f"检查通过：新增 {counts['created']}，修改 {counts['changed']}，移动 {counts['moved']}，无变化 {counts['unchanged']}。"
    return {"summary": summary, **_link(imported, "查看检查结果")}


@handler("units.organization_import")
def organization_import(progress: Progress, import_id: str) -> dict[str, Any]:
    """Write a confirmed list."""
    imported = OrganizationImport.objects.select_related("created_by").get(pk=import_id)
    if imported.status == Status.IMPORTING:
        progress.step("正在重新读取文件")
        imports.carry_out(imported, lambda done, total: progress.start(total, done=done, note="正在重新读取文件"), progress.step)
    counts = imported.counts
    summary = f"导入完成：新增 {counts['created']}，修改 {counts['changed']}，移动 {counts['moved']} 个组织。"
    return {"summary": summary, **_link(imported, "查看导入结果")}


def _link(imported: OrganizationImport, label: str) -> dict[str, str]:
    return {"url": reverse("units:organization_import_check", args=[imported.pk]), "url_label": label}


def _still_reads(job: Job) -> bool:
    """Whether the starter has all the rights by which the file was filled."""
    kind = kind_of(job.params["list"])
    return set(job.params.get("rights", ())) <= set(kind.rights(User.objects.get(pk=job.started_by_id)))


@handler(KIND, permit=_still_reads)
def export_list(progress: Progress, **params: Any) -> dict[str, Any]:
    """Write a long list to a file; ``params`` are those that ``units.exporting.export`` gave, and the starter's rights of then."""
    kind = kind_of(params["list"])
    user = User.objects.get(pk=progress.job.started_by_id)
    found, columns, label = again(kind, user, QueryDict(params["query"]), params["columns"])
    if found.fault:
        raise Refused(f"筛选条件已失效，请回到“{label}”页面重新筛选后导出。")
    progress.start(found.rows.count(), note="正在写入")
    with tempfile.TemporaryFile() as target:
        count = write_list(kind, found, columns, target, name=label, form=params["form"], advance=progress.advance)
        target.seek(0)
        progress.attach(File(target), params["name"])
    return {"summary": f"共导出 {count} {kind.unit}。"}


@shared_task
def routines() -> None:
    """Carry out the daily routines that are due, and send at once what they made."""
    if daily.run_due():
        deliveries.send_due()


@shared_task
def deliver() -> None:
    """Send what waits: retries, messages sent again, the rest of a long list."""
    deliveries.send_due()


@shared_task
def seal_activity() -> None:
    """Bind new entries of the activity log into the hash chain."""
    sealing.seal_waiting()
