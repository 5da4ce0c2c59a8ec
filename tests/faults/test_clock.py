"""The clock is put back by an hour or two while the site runs: nobody is thrown out, nothing is lost, told twice or stuck."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from inspections.actions.syncing import sync
from inspections.models import Finding, Receipt
from jobs import actions, running
from jobs.models import Job
from jobs.registry import _HANDLERS, handler
from tests.inspections.field import phone as make
from units.actions import routines
from units.actions.activity import record
from units.actions.sealing import seal_waiting, verify
from units.models import ActivityEntry, LoginSession, ScheduledRun

BACK = timedelta(hours=2)


@pytest.fixture
def clock(monkeypatch):
    """Return a function that puts the clock forward or back for good."""
    real, shift = timezone.now, [timedelta(0)]
    monkeypatch.setattr(timezone, "now", lambda: real() + shift[0])

    def put(by: timedelta) -> None:
        shift[0] += by

    return put


def test_a_log_in_stays_and_still_ends_for_lying_idle(client, zhao, clock, settings):
    client.force_login(zhao)
    home = reverse("reports:home")
    assert client.get(home).status_code == 200
    clock(-BACK)
    assert client.get(home).status_code == 200
    # It was used an hour before now by the new clock, and not an hour after.
    session = LoginSession.objects.get(account=zhao)
    assert session.seen_at <= timezone.now()
    clock(timedelta(minutes=settings.SESSION_IDLE_MINUTES + 2))
    assert client.get(home).status_code == 302


def test_records_of_phones_arrive_once_and_newer_edits_stand(qian, assignment, clock):
    sent = make.finding(assignment)
    assert sync([sent], by=qian)[0].outcome == "created"
    clock(-BACK)
    edit = {**sent, "base_revision": 1, "data": {**sent["data"], "text": "拨钟以后改的"}}
    assert sync([edit], by=qian)[0].outcome == "updated"
    assert [one.outcome for one in sync([sent, edit], by=qian)] == ["received", "received"]
    assert Finding.objects.get().text == "拨钟以后改的"
    assert Receipt.objects.count() == 2


def test_the_log_is_sealed_in_order_and_nobody_is_accused(zhao, clock):
    """Written before the jump, an entry lies in the future; what came after it must not be sealed before it."""
    record(zhao, "units.user_login", "拨钟以前")
    clock(-BACK)
    record(zhao, "units.user_login", "拨钟以后")
    clock(timedelta(minutes=1))
    assert seal_waiting() == ActivityEntry.objects.count()
    clock(BACK)
    record(zhao, "units.user_login", "时间追上以后")
    clock(timedelta(minutes=1))
    seal_waiting()
    verdict = verify()
    assert (verdict.faults, verdict.entries) == ([], ActivityEntry.objects.count())


def test_a_job_whose_worker_died_before_the_jump_goes_on_at_once(zhao, clock):
    @handler("test.clock")
    def work(progress, **_params):
        progress.start(1)
        progress.advance()

    try:
        job = actions.start("test.clock", "任务", by=zhao)
        assert running.claim(job.pk)
        clock(-BACK)
        assert list(Job.objects.claimable()) == [job]
        running.run(job.pk)
        job.refresh_from_db()
        assert (job.status, job.tries) == ("done", 2)
    finally:
        _HANDLERS.pop("test.clock")


def test_a_worker_that_lives_keeps_its_job(zhao, clock):
    """Small differences between the clocks of two machines take no job away."""
    job = Job.objects.create(kind="test", title="任务", started_by=zhao, status="running", beat_at=timezone.now(), tries=1)
    clock(timedelta(seconds=-20))
    assert not Job.objects.claimable().filter(pk=job.pk).exists()


def test_a_daily_routine_does_not_run_twice(db, clock, monkeypatch):
    told = []
    routine = routines.Routine("probe", "试", *(routines.time(0, 0), routines.time(23, 59)), working_days_only=False, carry_out=told.append)
    monkeypatch.setattr(routines, "routines", lambda: [routine])
    noon = timezone.localtime().replace(hour=12, minute=0)
    assert len(routines.run_due(noon)) == 1
    clock(-BACK)
    assert not routines.run_due(noon - BACK)
    assert (len(told), ScheduledRun.objects.filter(name="probe").count()) == (1, 1)
