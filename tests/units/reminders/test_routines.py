"""Daily routines: when, by whom, once; missed days; what breaks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.at_once import together
from tests.units.reminders.conftest import FRIDAY, KIND, thing
from units import notices
from units.actions import deliveries, routines
from units.actions.notices import notify
from units.models import Delivery, Notice, ScheduledRun, User
from units.tasks import deliver
from units.tasks import routines as task

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int = 8, minute: int = 15, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def names(now: datetime) -> list[str]:
    return [run.name for run in routines.run_due(now)]


@pytest.fixture(autouse=True)
def _no_sweepers(monkeypatch, waiting):
    monkeypatch.setattr(notices, "_SWEEPERS", [])


@pytest.fixture
def reader(zhao, waiting):
    """赵 has an address and something to do."""
    User.objects.filter(pk=zhao.pk).update(email="zhao@example.cn")
    waiting["zhao"] = [thing()]
    zhao.refresh_from_db()
    return zhao


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (at(20, 0, 5), []),
        (at(20, 0, 10), ["sweep"]),
        (at(20, 8, 9), ["sweep"]),
        (at(20, 8, 10), ["sweep", "digest"]),
        (at(20, 17, 59), ["sweep", "digest"]),
        (at(20, 18, 30), ["sweep"]),
        (at(21), ["sweep"]),
        (at(1, month=10), ["sweep"]),
        (at(10, month=10), ["sweep", "digest"]),
    ],
)
def test_the_morning_mail_comes_on_working_days_only_and_not_at_night(db, now, due):
    assert names(now) == due


def test_once_a_day(db):
    assert names(at(20)) == ["sweep", "digest"]
    assert [names(at(20, 8, minute)) for minute in (16, 17, 59)] == [[], [], []]
    assert names(at(23)) == ["sweep", "digest"]


def test_the_time_is_a_setting(db, settings):
    settings.DIGEST_TIME = "19:30"
    assert names(at(20, 19, 29)) == ["sweep"]
    assert names(at(20, 19, 30)) == ["digest"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_run_once(on_disk):
    ran = together(*[lambda: names(at(20))] * 3)
    assert sorted(name for run in ran for name in run) == ["digest", "sweep"]
    assert ScheduledRun.objects.count() == 2


def test_missed_days_are_caught_up_once(reader, smtp, clock):
    """The server stood still from Tuesday evening to Friday: Friday's one mail holds what was told on all those days."""
    for moment, text in ((at(16, 12), "周一的事"), (at(17, 12), "周二的事"), (at(19, 12), "周四的事")):
        clock(moment)
        notify([reader], kind=KIND, text=text, path="/x/")
        Notice.objects.filter(text=text).update(made_at=moment)
        if moment.day == 16:
            clock(at(17))
            task()
    clock(FRIDAY)
    task()
    task()
    deliver()
    tuesday, friday = (message.get_body(("plain",)).get_content() for message in smtp.messages)
    assert [text in tuesday for text in ("周一的事", "周二的事", "周四的事")] == [True, False, False]
    assert [text in friday for text in ("周一的事", "周二的事", "周四的事")] == [False, True, True]
    assert ScheduledRun.objects.get(name="digest", day=date(2026, 11, 20)).since == at(17)


def test_a_run_that_broke_off_is_taken_up_later_and_nobody_gets_two_mails(reader, smtp, clock):
    run = ScheduledRun.objects.create(name="digest", day=FRIDAY.date(), claimed_at=FRIDAY)
    deliveries.make_digests(run)
    deliveries.send_due()
    clock(FRIDAY + timedelta(minutes=29))
    assert names(FRIDAY + timedelta(minutes=29)) == ["sweep"]
    clock(FRIDAY + timedelta(minutes=31))
    assert names(FRIDAY + timedelta(minutes=31)) == ["digest"]
    deliveries.send_due()
    assert len(smtp.messages) == 1
    run.refresh_from_db()
    assert (run.tries, run.finished_at is not None) == (2, True)


def test_a_routine_that_fails_is_tried_three_times(db, monkeypatch, clock):
    asked = []

    def broken(day):
        asked.append(day)
        raise ZeroDivisionError

    def sound(day):
        return 2

    monkeypatch.setattr(notices, "_SWEEPERS", [broken, sound])
    for minutes in (0, 10, 35, 70, 105):
        moment = clock(FRIDAY.replace(hour=1) + timedelta(minutes=minutes))
        routines.run_due(moment)
    assert asked == [FRIDAY.date()] * 3
    run = ScheduledRun.objects.get(name="sweep")
    assert "自动重试" in run.error
    assert run.finished_at is None


def test_one_apps_fault_keeps_no_other_from_being_asked(zhao, monkeypatch, clock):
    def broken(_day):
        notify([zhao], kind=KIND, text="半途而废", path="/")
        raise ZeroDivisionError

    def sound(day):
        return notify([zhao], kind=KIND, text="已超期", path="/", key=f"overdue:{day}")

    monkeypatch.setattr(notices, "_SWEEPERS", [broken, sound])
    routines.run_due(FRIDAY)
    routines.run_due(clock(FRIDAY + timedelta(minutes=31)))
    assert list(Notice.objects.values_list("text", flat=True)) == ["已超期"]


def test_old_records_are_thrown_away(zhao, clock):
    old = FRIDAY - timedelta(days=400)
    tell = {"kind": KIND, "path": "/"}
    Notice.objects.create(user=zhao, text="旧而已读", read_at=old, **tell)
    Notice.objects.create(user=zhao, text="旧而未读", **tell)
    for key, status in (("sent", "sent"), ("waiting", "waiting")):
        row = Delivery.objects.create(channel="email", purpose="digest", user=zhao, receiver="赵", address="a@b.cn", key=key, status=status)
        Delivery.objects.filter(pk=row.pk).update(made_at=old)
    routines.run_due(FRIDAY)
    assert list(Notice.objects.values_list("text", flat=True)) == ["旧而未读"]
    assert list(Delivery.objects.values_list("key", flat=True)) == ["waiting"]


def test_without_a_mail_server_no_mail_is_made(reader, settings):
    assert names(FRIDAY) == ["sweep", "digest"]
    assert not Delivery.objects.exists()
    assert ScheduledRun.objects.get(name="digest").result == "邮件 0 封，群机器人 0 条"


def test_the_schedule_names_tasks_that_exist(settings):
    from config import celery_app

    celery_app.loader.import_default_modules()
    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {"units.tasks.routines", "units.tasks.deliver"} <= named
    assert named <= set(celery_app.tasks)
