"""The outcome of each check of the stored files goes into the activity log, and faults to those who look after the machine."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from jobs.integrity import on_checked
from jobs.models import FileCheck
from units.actions.activity import record
from units.actions.notices import notify
from units.models import Appointment, User
from units.notices import notice_kind

KIND = notice_kind("units.system", "系统运行")


@on_checked
def note_check(check: FileCheck) -> None:
    """Log how a check ended; tell administrators when files are missing or changed."""
    changes = {"缺失": ["", str(check.missing)], "与记录不符": ["", str(check.changed)], "没有记录引用": ["", str(check.unknown)]}
    losses = check.missing + check.changed
    outcome = f"有 {losses} 个文件缺失或与记录不符" if losses else "全部完好"
    record(None, "jobs.files_check", f"核对附件 {check.files} 个：{outcome}", check, changes=changes)
    if not losses:
        return
    held = Appointment.objects.current().filter(role=Appointment.Role.ADMINISTRATOR)
    keepers = User.objects.filter(Q(is_superuser=True) | Q(pk__in=held.values("user_id")), is_active=True)
    text = f"附件核对发现 {losses} 个文件缺失或被改动，请从备份中恢复。"
    notify(keepers, kind=KIND, text=text, path=reverse("units:system_state"), key=f"files:{check.pk}")
