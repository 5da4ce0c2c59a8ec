"""The verbs on imports of organizations: upload, check, confirm, discard. What is written is all or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from jobs.actions import start
from jobs.errors import InvalidTransition, Refused
from jobs.models import Job
from units.actions.activity import record
from units.actions.merging import merge
from units.actions.organizations import lock_tree
from units.importing.cleaning import Cleaned, Remark, clean
from units.importing.comparing import compare
from units.importing.plan import Plan
from units.importing.reading import OnRows, Unreadable, nobody, read
from units.models import OrganizationCategory, OrganizationImport, OrganizationTag, User

Status = OrganizationImport.Status
Step = Callable[[str], None]


def _quiet(_note: str) -> None:
    """Nobody watches."""


@transaction.atomic
def upload(file: UploadedFile, *, by: User) -> OrganizationImport:
    """Keep an uploaded file and start its check."""
    name = (file.name or "未命名")[-200:]
    imported = OrganizationImport(file_name=name, created_by=by)
    imported.file.save(f"{imported.pk}", file, save=False)
    imported.save(force_insert=True)
    return _send(imported, "organization_check", f"检查名录文件“{name}”", by=by)


def _send(imported: OrganizationImport, kind: str, title: str, *, by: User) -> OrganizationImport:
    back = reverse("units:organization_import_check", args=[imported.pk])
    imported.job = start(f"units.{kind}", title[:200], by=by, params={"import_id": str(imported.pk)}, back_url=back)
    imported.save(update_fields=["job"])
    return imported


def load(imported: OrganizationImport, on_rows: OnRows = nobody) -> Cleaned:
    """Read and clean the uploaded file. Raises ``Unreadable``."""
    with imported.file.open("rb") as file:
        table = read(file, on_rows)
    categories = OrganizationCategory.objects.values_list("name", flat=True)
    tags = OrganizationTag.objects.values_list("name", flat=True)
    return clean(table, categories=categories, tags=tags)


def check(imported: OrganizationImport, on_rows: OnRows = nobody, on_step: Step = _quiet) -> Plan:
    """Check an import that waits for it and keep the outcome; an unreadable file is an outcome too."""
    try:
        plan = compare(load(imported, on_rows), imported.created_by, on_step)
    except Unreadable as error:
        plan = Plan(faults=[Remark(0, "文件", imported.file_name, str(error))])
    _keep(imported, plan, Status.CHECKING)
    return plan


@transaction.atomic
def _keep(imported: OrganizationImport, plan: Plan, expected: str) -> None:
    """Keep what a check found; the import is then ready to be confirmed, or faulty."""
    old = imported.outcome.name
    shown = json.dumps(plan.shown(), ensure_ascii=False).encode()
    imported.outcome.save(f"{imported.pk}.json", ContentFile(shown), save=False)
    moved = OrganizationImport.objects.filter(pk=imported.pk, status=expected).update(
        status=Status.FAULTY if plan.faults else Status.READY, counts=plan.counts(), outcome=imported.outcome.name
    )
    if not moved:
        imported.outcome.delete(save=False)
        raise InvalidTransition("这次导入已被放弃或处理过，请重新上传。")
    if old and old != imported.outcome.name:
        transaction.on_commit(lambda: imported.outcome.storage.delete(old), robust=True)
    imported.refresh_from_db()


def outcome_of(imported: OrganizationImport) -> dict[str, Any]:
    """Return what the last check found, as lists of lines by kind; empty before the first."""
    if not imported.outcome:
        return {}
    with imported.outcome.open("rb") as file:
        return dict(json.load(file))


@transaction.atomic
def confirm(imported: OrganizationImport, *, by: User) -> OrganizationImport:
    """Start writing a checked import. Raises ``InvalidTransition`` unless it is ready."""
    if not OrganizationImport.objects.filter(pk=imported.pk, status=Status.READY).update(status=Status.IMPORTING):
        raise InvalidTransition("只有检查通过、尚未导入的文件才能确认导入。请刷新页面查看现在的状态。")
    imported.refresh_from_db()
    return _send(imported, "organization_import", f"导入名录文件“{imported.file_name}”", by=by)


def carry_out(imported: OrganizationImport, on_rows: OnRows = nobody, on_step: Step = _quiet) -> Plan:
    """Write a confirmed import in one transaction, after checking it once more inside it.

    Raises ``Refused`` when the directory has changed since the check so that something else would happen than was confirmed; the
    fresh outcome is kept then, to be looked at and confirmed again.
    """
    if not imported.created_by.is_active:
        raise Refused("发起导入的账号已停用，什么都没有写入。请由在用的账号重新上传。")
    cleaned = load(imported, on_rows)
    on_step("正在写入，请稍候")
    try:
        with transaction.atomic():
            lock_tree()
            plan = compare(cleaned, imported.created_by)
            if not plan.faults and plan.counts()["fingerprint"] == imported.counts["fingerprint"]:
                _write(imported, plan)
                return plan
    except IntegrityError as error:
        OrganizationImport.objects.filter(pk=imported.pk, status=Status.IMPORTING).update(status=Status.READY)
        raise Refused("写入时有人同时修改了名录，什么都没有写入。请再确认一次。") from error
    _keep(imported, plan, Status.IMPORTING)
    raise Refused("检查之后名录有了变化，什么都没有写入。已按最新的名录重新检查，请核对后再确认。")


def _write(imported: OrganizationImport, plan: Plan) -> None:
    """Write the plan, close the import, log it; part of a transaction."""
    merge(plan, by=imported.created_by)
    moved = OrganizationImport.objects.filter(pk=imported.pk, status=Status.IMPORTING).update(
        status=Status.DONE, finished_at=timezone.now()
    )
    if not moved:
        raise InvalidTransition("这次导入已被放弃或处理过，请重新上传。")
    counts = plan.counts()
    changes = {
        "新增": ["", f"{counts['created']} 个"],
        "修改": ["", f"{counts['changed']} 个"],
        "移动": ["", f"{counts['moved']} 个"],
    }
    record(imported.created_by, "units.organization_import", f"导入组织名录“{imported.file_name}”", imported, changes=changes)
    transaction.on_commit(lambda: _forget_file(imported), robust=True)


def _forget_file(imported: OrganizationImport) -> None:
    """Throw the uploaded file away; what it did is in the directory and in the log."""
    if imported.file:
        imported.file.delete(save=False)
        OrganizationImport.objects.filter(pk=imported.pk).update(file="")


def discard(imported: OrganizationImport) -> None:
    """Throw an import away. Raises ``InvalidTransition`` while it is being worked on or when it has been written."""
    resting = OrganizationImport.objects.filter(pk=imported.pk).exclude(status__in=(Status.DONE, Status.DISCARDED))
    busy = OrganizationImport.objects.filter(pk=imported.pk, status__in=(Status.CHECKING, Status.IMPORTING))
    if busy.filter(job__status__in=Job.UNFINISHED).exists():
        raise InvalidTransition("后台正在处理这个文件，请先取消任务，或等它结束。")
    if not resting.update(status=Status.DISCARDED, finished_at=timezone.now()):
        raise InvalidTransition("这次导入已经结束，不需要放弃。")
    _forget_file(imported)
