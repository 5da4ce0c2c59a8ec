"""The daily routines: each runs once on a day, by whichever worker comes first, late rather than never, and never twice."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from units.actions.deliveries import make_digests, make_lines
from units.actions.sessions import forget_over
from units.calendar import is_working_day
from units.models import Delivery, Notice, ScheduledRun
from units.notices import sweepers

logger = logging.getLogger("duchatong.units")
ABANDONED_AFTER = timedelta(minutes=30)
"""A run that has not ended by then is taken up again: what it does is safe to do twice."""
MAX_TRIES = 3
KEEP_DELIVERIES, KEEP_NOTICES, KEEP_RUNS = timedelta(days=180), timedelta(days=365), timedelta(days=400)


@dataclass(frozen=True)
class Routine:
    """What runs daily: from when, until when it is still worth beginning, and what it does; ``carry_out`` returns the outcome in words."""

    name: str
    label: str
    opens: time
    closes: time
    working_days_only: bool
    carry_out: Callable[[ScheduledRun], str]


def routines() -> list[Routine]:
    """The routines in the order in which they run when several are due: what is overdue is found out before anybody is told."""
    morning = time.fromisoformat(settings.DIGEST_TIME)
    return [
        Routine("sweep", "期限检查", time(0, 10), time(23, 59), working_days_only=False, carry_out=sweep),
        # Nobody is written to at night because a server came up late: then the next working day's message says it all.
        Routine("digest", "每日摘要", morning, max(time(18, 0), later(morning)), working_days_only=True, carry_out=tell),
    ]


def later(opens: time) -> time:
    """Return four hours after ``opens``, at the latest the end of the day."""
    return time(min(opens.hour + 4, 23), 59 if opens.hour > 19 else opens.minute)  # noqa: PLR2004


def latest_runs() -> list[tuple[Routine, ScheduledRun | None]]:
    """Each routine with its last run, for those who want to know whether all is well."""
    return [(routine, ScheduledRun.objects.filter(name=routine.name).first()) for routine in routines()]


def run_due(now: datetime | None = None) -> list[ScheduledRun]:
    """Carry out what is due at ``now`` and that nobody has taken; return those runs. A day that was missed is covered by the next run."""
    done = []
    for routine in routines():
        run = claim(routine, now or timezone.now())
        if run is not None:
            _carry_out(routine, run)
            done.append(run)
    return done


def claim(routine: Routine, now: datetime) -> ScheduledRun | None:
    """Take today's run of ``routine``, by inserting its row or by taking an abandoned one over; ``None`` when there is nothing to do."""
    local = timezone.localtime(now)
    if not routine.opens <= local.time().replace(second=0, microsecond=0) <= routine.closes:
        return None
    runs = ScheduledRun.objects.filter(name=routine.name)
    known = runs.filter(day=local.date()).first()
    if known is not None:
        return _take_over(known, now)
    if routine.working_days_only and not is_working_day(local.date()):
        return None
    last = runs.filter(finished_at__isnull=False, day__lt=local.date()).order_by("-day").first()
    try:
        with transaction.atomic():
            return ScheduledRun.objects.create(name=routine.name, day=local.date(), since=last.claimed_at if last else None, claimed_at=now)
    except IntegrityError:
        return None


def _take_over(run: ScheduledRun, now: datetime) -> ScheduledRun | None:
    if run.finished_at or run.tries >= MAX_TRIES or run.claimed_at > now - ABANDONED_AFTER:
        return None
    taken = ScheduledRun.objects.filter(pk=run.pk, finished_at=None, claimed_at=run.claimed_at)
    if not taken.update(claimed_at=now, tries=F("tries") + 1, error=""):
        return None
    run.refresh_from_db()
    return run


def _carry_out(routine: Routine, run: ScheduledRun) -> None:
    try:
        run.result = routine.carry_out(run)[:200]
        run.finished_at = timezone.now()
    except Exception:
        logger.exception("routine %s of %s failed", run.name, run.day)
        run.error = "执行时出了错，半小时后自动重试；管理员可以在运行日志中看到原因。"
    ScheduledRun.objects.filter(pk=run.pk, tries=run.tries).update(result=run.result, finished_at=run.finished_at, error=run.error)


def tell(run: ScheduledRun) -> str:
    """Make the morning's messages; they are sent by ``deliveries.send_due``."""
    mails, lines = make_digests(run), make_lines(run)
    return f"邮件 {mails} 封，群机器人 {lines} 条"


def sweep(run: ScheduledRun) -> str:
    """Ask every app for deadlines that came near or passed, and throw away what is kept long enough.

    One app's fault does not keep the others from being asked; the run then counts as failed and is repeated.
    """
    told, broken = 0, None
    for sweeper in sweepers():
        try:
            with transaction.atomic():
                told += sweeper(run.day)
        except Exception as error:
            logger.exception("sweeper %s failed", sweeper)
            broken = error
    now = timezone.now()
    Delivery.objects.filter(made_at__lt=now - KEEP_DELIVERIES).exclude(status__in=("waiting", "sending")).delete()
    Notice.objects.filter(read_at__lt=now - KEEP_NOTICES).delete()
    ScheduledRun.objects.filter(claimed_at__lt=now - KEEP_RUNS).delete()
    forget_over()
    if broken is not None:
        raise broken
    return f"发出提醒 {told} 条"
