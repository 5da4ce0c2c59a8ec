"""What the operator's page tells: each app says what it knows of the state of the running system. No business data among it."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import django
from django.conf import settings
from django.db import connection
from django.utils import timezone

from jobs.backups import keeping
from jobs.models import FileCheck, Job, WorkerBeat
from jobs.registry import ORDINARY, RENDERING
from units.models import ActivityEntry, ActivitySeal

BEAT_LATE = timedelta(minutes=2)
BACKUP_LATE = timedelta(hours=36)
"""A day and a half: one missed night shows, a late start does not."""
CHECK_LATE = timedelta(days=3)
LITTLE_MB = 2000


@dataclass(frozen=True)
class Line:
    """One line of the page: what, how it is, and whether that is well (``ok``, ``warn``, ``bad``, empty for a mere fact), with advice."""

    what: str
    value: str
    tone: str = ""
    advice: str = ""


Teller = Callable[[], Iterable[Line]]
_TELLERS: list[Teller] = []


def state_teller(function: Teller) -> Teller:
    """Register ``function() -> Line, …``; called for each look at the page, so it must be quick."""
    if function not in _TELLERS:
        _TELLERS.append(function)
    return function


def lines() -> list[Line]:
    """Return all lines, in the order of the apps."""
    return [line for teller in _TELLERS for line in teller()]


@state_teller
def versions() -> Iterable[Line]:
    """What runs here."""
    yield Line("程序版本", f"督查通 {settings.VERSION}（Django {django.__version__}，Python {platform.python_version()}）")
    asked = {"sqlite": "SELECT sqlite_version()", "postgresql": "SHOW server_version"}.get(connection.vendor)
    if asked is None:
        advice = "这种数据库没有经过测试，检索和汇总较慢，见 docs/domestic-platforms.md。"
        yield Line("数据库", str(connection.display_name), "warn", advice)
    else:
        with connection.cursor() as cursor:
            cursor.execute(asked)
            yield Line("数据库", f"{connection.display_name} {cursor.fetchone()[0]}")
    free = shutil.disk_usage(settings.VAR_DIR).free // 2**20
    advice = "请清理磁盘或扩容：空间用尽后无法保存任何内容。" if free < LITTLE_MB else ""
    yield Line("磁盘剩余空间", f"{free / 1024:.1f} GB", "bad" if advice else "ok", advice)


@state_teller
def queues() -> Iterable[Line]:
    """Whether somebody works, and what waits."""
    now = timezone.now()
    for queue, name in ((ORDINARY, "后台进程"), (RENDERING, "成稿进程")):
        beat = WorkerBeat.last_of(queue)
        alive = beat is not None and now - beat < BEAT_LATE
        advice = "" if alive else "没有进程在处理后台任务：请检查服务是否在运行（docs/operations.md 第 6 节）。"
        yield Line(name, f"最近心跳：{_ago(beat, now)}", "ok" if alive else "bad", advice)
    waiting = Job.objects.filter(status=Job.Status.QUEUED).order_by("created_at")
    count, oldest = waiting.count(), waiting.values_list("created_at", flat=True).first()
    if not oldest:
        yield Line("排队的任务", "没有", "ok")
        return
    late = now - oldest > timedelta(minutes=10)
    yield Line(
        "排队的任务", f"{count} 个，最早的在{_ago(oldest, now)}发起", "warn" if late else "ok", "任务积压，可增加后台进程。" if late else ""
    )


@state_teller
def backups() -> Iterable[Line]:
    """When the last backup was made."""
    if not settings.BACKUP_DIR:
        yield Line("自动备份", "未启用", "warn", "请启用自动备份，或定期人工备份（docs/operations.md 第 5 节）。")
        return
    done, now = keeping.kept(), timezone.now()
    if not done:
        yield Line("自动备份", "还没有完成过", "bad", "请检查备份文件夹是否存在、可写，并查看后台进程的日志。")
        return
    late = now - done[0].made_at > BACKUP_LATE
    sealed = "，已加密" if done[0].encrypted else ""
    advice = "最近一次备份已超过一天，请检查备份文件夹的空间和权限，并查看后台进程的日志。" if late else ""
    yield Line("自动备份", f"最近一次在{_ago(done[0].made_at, now)}{sealed}，共保留 {len(done)} 份", "bad" if late else "ok", advice)


@state_teller
def stored_files() -> Iterable[Line]:
    """When all files were last compared with what is recorded of them, and what was found."""
    bucket = settings.STORAGES["default"].get("OPTIONS", {}).get("bucket_name")
    yield Line("附件存放", f"对象存储，桶 {bucket}" if bucket else "文件夹")
    now, last = timezone.now(), FileCheck.objects.exclude(finished_at=None).first()
    if last is None:
        off = settings.VERIFY_FILES_TIME is None
        advice = "请定期运行 manage.py verify_files。" if off else "后台进程会在夜间自动核对，也可以现在运行 manage.py verify_files。"
        yield Line("附件核对", "还没有核对过", "warn", advice)
        return
    told = f"最近一次在{_ago(last.finished_at, now)}，共 {last.files} 个文件"
    if not last.is_clean:
        told += f"，缺失 {last.missing} 个，与记录不符 {last.changed} 个"
        yield Line("附件核对", told, "bad", "运行 manage.py verify_files 可看到是哪些文件，请从备份中恢复（docs/operations.md）。")
        return
    late = now - last.started_at > CHECK_LATE
    advice = "最近一次核对已超过三天，请检查后台进程。" if late else ""
    if last.unknown and not late:
        advice = "没有记录引用的文件可用 manage.py sweep_files --delete 删除。"
    unknown = f"；没有记录引用的 {last.unknown} 个" if last.unknown else ""
    yield Line("附件核对", f"{told}，全部完好{unknown}", "warn" if late else "ok", advice)


@state_teller
def audit() -> Iterable[Line]:
    """How far the activity log is sealed, and the end of the chain, to be copied down somewhere else."""
    last = ActivitySeal.objects.order_by("-number").first()
    if last is None:
        yield Line("操作记录封存", "还没有封存过", "warn", "后台进程启动后一两分钟内会自动封存。")
        return
    waiting = ActivityEntry.objects.filter(pk__gt=last.highest).order_by("pk").values_list("at", flat=True).first()
    late = waiting is not None and timezone.now() - waiting > timedelta(minutes=10)
    advice = "有记录超过十分钟没有封存，请检查后台进程。" if late else ""
    yield Line("操作记录封存", f"第 {last.number} 环，链尾 {last.hash[:16]}…", "warn" if late else "ok", advice)


def _ago(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "从未"
    seconds = max(0, int((now - moment).total_seconds()))
    for size, unit in ((86400, "天"), (3600, "小时"), (60, "分钟")):
        if seconds >= size:
            return f"{seconds // size} {unit}前"
    return f"{seconds} 秒前"
