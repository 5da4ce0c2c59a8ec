"""The check of all stored files: what is missing or changed is found, whoever interrupts it, and said where somebody looks."""

from __future__ import annotations

import hashlib
import io
from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from config.stores import check_time
from inspections.models import Evidence
from jobs import integrity, tasks
from jobs.integrity import begin, check_now, go_on, take_up
from jobs.models import FileCheck, Job
from tests import factories
from tests.inspections.findings import files
from units import state
from units.models import ActivityEntry, Notice


def evidence(finding, by, content: bytes) -> Evidence:
    row = Evidence(finding=finding, name="材料.pdf", content_type="application/pdf", size=len(content), uploaded_by=by)
    row.sha256 = row.source_sha256 = hashlib.sha256(content).hexdigest()
    row.file = ContentFile(content, name="x")
    row.save(force_insert=True)
    return row


@pytest.fixture
def finding(assignment, qian):
    return factories.make_finding(assignment, qian)


@pytest.fixture
def rows(finding, qian):
    return sorted((evidence(finding, qian, bytes([number]) * 10) for number in range(6)), key=lambda row: row.pk)


def damage(row, content: bytes | None) -> None:
    default_storage.delete(row.file.name)
    if content is not None:
        default_storage.save(row.file.name, ContentFile(content))


def counts(check: FileCheck) -> tuple[int, int, int, int]:
    check.refresh_from_db()
    return check.files, check.missing, check.changed, check.unknown


@pytest.fixture
def old(monkeypatch):
    """All files count as written two days ago."""
    monkeypatch.setattr(FileSystemStorage, "get_modified_time", lambda *_: timezone.now() - timedelta(days=2))


def test_all_is_well(rows, zhao):
    job = Job.objects.create(kind="test.none", title="导出", started_by=zhao)
    job.file.save("结果", ContentFile(b"abc"))
    check, ended = check_now()
    assert ended
    assert counts(check) == (7, 0, 0, 0)
    assert check.size == 63
    assert check.is_clean


def test_what_is_changed_missing_or_nobodys_is_found_and_named(rows, zhao, old):
    damage(rows[1], b"\1" * 9 + b"\2")
    damage(rows[4], None)
    job = Job.objects.create(kind="test.none", title="导出", started_by=zhao, file="jobs/gone")
    nobodys = default_storage.save("evidence/zz/nobodys", ContentFile(b"x"))
    check, _ = check_now()
    assert counts(check) == (7, 2, 1, 1)
    assert check.faults == [
        {"what": "changed", "row": f"佐证材料 {rows[1].pk}", "name": rows[1].file.name},
        {"what": "missing", "row": f"佐证材料 {rows[4].pk}", "name": rows[4].file.name},
        {"what": "missing", "row": f"后台任务 {job.pk}", "name": "jobs/gone"},
        {"what": "unknown", "row": "", "name": nobodys},
    ]


def test_every_kind_of_file_with_a_hash_is_compared(db):
    compared = {model._meta.label for model, _ in integrity.file_fields() if integrity._has_hash(model)}
    wanted = {"inspections.Evidence", "inspections.RectificationEvidence", "inspections.SubmissionFile", "reports.Rendition"}
    assert compared >= wanted | {"reports.ArchivedReport"}


def test_what_was_stored_today_and_what_a_job_still_reads_belongs_to_somebody(zhao, monkeypatch):
    default_storage.save("evidence/aa/new", ContentFile(b"its row comes next"))
    check, _ = check_now()
    assert counts(check) == (0, 0, 0, 0)
    monkeypatch.setattr(FileSystemStorage, "get_modified_time", lambda *_: timezone.now() - timedelta(days=2))
    Job.objects.create(kind="test.none", title="导入", started_by=zhao, params={"stored": "evidence/aa/new"})
    check, _ = check_now()
    assert counts(check) == (0, 0, 0, 0)


def test_a_row_that_goes_meanwhile_is_no_fault(rows, monkeypatch):
    damage(rows[0], None)
    damage(rows[1], b"new")
    whole = integrity._hash

    def slow(name, **how):
        found = whole(name, **how)
        Evidence.objects.filter(pk=rows[0].pk).delete()
        Evidence.objects.filter(pk=rows[1].pk).update(sha256=hashlib.sha256(b"new").hexdigest())
        return found

    monkeypatch.setattr(integrity, "_hash", slow)
    check, _ = check_now()
    assert counts(check)[1:3] == (0, 0)


def test_it_stops_in_time_and_goes_on_where_it_was(rows, monkeypatch, old):
    monkeypatch.setattr(integrity, "ROWS", 2)
    monkeypatch.setattr(integrity, "BATCH", 2)
    damage(rows[1], b"changed")
    lost = default_storage.save("evidence/zz/nobodys", ContentFile(b"x"))
    read: list[str] = []
    whole = integrity._hash
    monkeypatch.setattr(integrity, "_hash", lambda name, **how: (read.append(name), whole(name, **how))[1])
    check = begin()
    pieces = 0
    while not go_on(check, seconds=0):
        pieces += 1
        assert pieces < 50
        check = take_up()
    assert pieces > 5
    assert read == [row.file.name for row in rows], "each read once"
    assert counts(check) == (6, 0, 1, 1)
    assert check.faults[-1]["name"] == lost
    assert take_up() is None


def test_who_was_killed_is_followed_and_does_not_come_back(rows, monkeypatch):
    monkeypatch.setattr(integrity, "ROWS", 2)
    dead = begin()
    assert take_up() is None, "somebody is at it"
    FileCheck.objects.update(held_at=timezone.now() - timedelta(minutes=16))
    second = take_up()
    assert second is not None
    with pytest.raises(integrity.TakenOver):
        go_on(dead)
    assert go_on(second)
    assert counts(second) == (6, 0, 0, 0)


def test_memory_stays_small_whatever_the_size_of_a_file(finding, qian, monkeypatch):
    evidence(finding, qian, b"x" * (5 * 2**20 + 7))
    asked: list[int] = []

    class Watched(io.BytesIO):
        def read(self, size=-1):
            asked.append(size)
            return super().read(size)

    opened = FileSystemStorage._open
    monkeypatch.setattr(FileSystemStorage, "_open", lambda self, name, mode="rb": File(Watched(opened(self, name, mode).read())))
    check, _ = check_now()
    assert check.is_clean
    assert set(asked) == {integrity.BLOCK}


def test_many_faults_leave_room_for_losses(rows, monkeypatch, old):
    monkeypatch.setattr(integrity, "FAULTS", 3)
    check = FileCheck(faults=[{"what": "unknown", "row": "", "name": str(number)} for number in range(3)])
    integrity._fault(check, "missing", "佐证材料 1", "a")
    integrity._fault(check, "unknown", "", "b")
    assert [fault["what"] for fault in check.faults] == ["missing", "unknown"]


def test_the_night_begins_one_pass_a_day_and_the_log_keeps_its_outcome(rows, settings):
    settings.VERIFY_FILES_TIME = None
    tasks.check_files()
    assert not FileCheck.objects.exists()
    settings.VERIFY_FILES_TIME = time(0, 0)
    tasks.check_files()
    tasks.check_files()
    check = FileCheck.objects.get()
    assert (check.day, check.files, check.held_at) == (timezone.localdate(), 6, None)
    assert check.finished_at
    entry = ActivityEntry.objects.get(verb="jobs.files_check")
    assert (entry.actor_name, entry.summary) == ("系统", "核对附件 6 个：全部完好")
    assert begin(daily=True) is None


def test_administrators_are_told_of_losses_and_nobody_else(rows, wang, zhao, client):
    damage(rows[0], None)
    check_now()
    assert [(notice.user, notice.path) for notice in Notice.objects.all()] == [(wang, reverse("units:system_state"))]
    assert "1 个文件缺失或与记录不符" in ActivityEntry.objects.get(verb="jobs.files_check").summary
    line = next(line for line in state.lines() if line.what == "附件核对")
    assert (line.tone, "缺失 1 个" in line.value) == ("bad", True)


def test_the_page_tells_the_age(rows):
    def line() -> state.Line:
        return next(line for line in state.lines() if line.what == "附件核对")

    assert (line().tone, line().value) == ("warn", "还没有核对过")
    check_now()
    assert (line().tone, line().value) == ("ok", "最近一次在0 秒前，共 6 个文件，全部完好")
    FileCheck.objects.update(started_at=timezone.now() - timedelta(days=4))
    assert line().tone == "warn"


def test_the_store_is_away_and_the_place_is_kept(rows, monkeypatch):
    monkeypatch.setattr(integrity, "ROWS", 2)
    whole = FileSystemStorage._open
    monkeypatch.setattr(
        FileSystemStorage, "_open", lambda self, name, mode="rb": _away() if name == rows[3].file.name else whole(self, name, mode)
    )
    with pytest.raises(OSError, match="away"):
        check_now()
    monkeypatch.setattr(FileSystemStorage, "_open", whole)
    check, ended = check_now(resume=True)
    assert (ended, counts(check)) == (True, (6, 0, 0, 0))


def _away():
    message = "away"
    raise OSError(message)


def test_the_command(rows, old):
    said = io.StringIO()
    call_command("verify_files", stdout=said)
    assert "已核对 6 个文件" in said.getvalue()
    with pytest.raises(CommandError, match="没有可以继续的核对"):
        call_command("verify_files", resume=True, stdout=said)
    damage(rows[2], b"changed")
    said = io.StringIO()
    with pytest.raises(CommandError, match="请从备份中恢复"):
        call_command("verify_files", stdout=said)
    assert f"内容与记录不符　佐证材料 {rows[2].pk}：{rows[2].file.name}" in said.getvalue()
    said = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify_files", seconds=60, stdout=said)


def test_only_a_time_of_day_or_off_is_taken():
    assert check_time("off") is None
    assert check_time("03:30") == time(3, 30)
    with pytest.raises(Exception, match="VERIFY_FILES_TIME"):
        check_time("night")


def test_a_key_of_any_kind_serves_as_the_place(rows, finding, qian):
    """Rows known by UUID and by number: both go on behind the one that was looked at."""
    assert all(type(row.pk) is type(uuid4()) for row in rows)
    assert files.pdf().startswith(b"%PDF")
    check = begin()
    check.stage, check.cursor = "inspections.evidence.file", str(rows[3].pk)
    go_on(check)
    assert check.files == 2
