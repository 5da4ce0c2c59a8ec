"""A backup brings everything back: rows to the microsecond, files to the byte; what was changed in it is noticed before anything is touched."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from inspections.actions import findings
from inspections.models import Finding
from jobs.backups import keeping, rows
from jobs.backups.restoring import check, restore
from jobs.backups.sealing import CHUNK_BYTES, Key, SealedReader, SealedWriter
from jobs.backups.writing import write
from jobs.errors import Refused
from jobs.models import Job
from tests import factories
from tests.addresses import login_of
from units.models import LoginSession, PartyOrganization, User

ROOT = Path(__file__).resolve().parent.parent.parent
PASSPHRASE = "一句足够长的备份口令 2026"
MOMENT = datetime(2026, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)


@pytest.fixture
def site(db, district, town, team, assignment, qian, zhao):
    """A small site with rows of most kinds and two stored files."""
    finding = factories.make_finding(assignment, qian, text="台账“登记”不全\n，含\\反斜杠、'引号'与 emoji 😀")
    Finding.objects.filter(pk=finding.pk).update(received_at=MOMENT)
    factories.make_result(assignment, assignment.campaign.checklist.themes.first().items.first().code, qian)
    job = Job.objects.create(kind="test", title="有文件的任务", started_by=zhao, params={"名称": [1, None, {"a": True}]})
    job.file.save("结果.bin", ContentFile(os.urandom(3 * 1024 * 1024)))
    other = Job.objects.create(kind="test", title="另一个", started_by=zhao)
    other.file.save("空.txt", ContentFile(b""))
    return finding


def everything() -> dict[str, list[str]]:
    """All rows of all tables, as the lines of a backup."""
    found = {}
    for model in rows.tables():
        text = io.StringIO()
        rows.dump(model, text, using="default")
        found[model._meta.label_lower] = text.getvalue().splitlines()
    return found


def files() -> dict[str, bytes]:
    return {name: default_storage.open(name).read() for name in Job.objects.exclude(file="").values_list("file", flat=True)}


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
def test_restore_drill(site, tmp_path, passphrase):
    before, stored = everything(), files()
    written = write(tmp_path / "one", passphrase=passphrase)
    assert written.files == len(stored) == 2
    assert written.missing == []

    key = site.pk
    site.delete()
    PartyOrganization.objects.update(name="改名")
    login_of(User.objects.create(username="late", display_name="后来的人"))
    for name in stored:
        default_storage.delete(name)
    backup = check(tmp_path / "one", passphrase=passphrase)
    restore(backup, replace=True)

    assert everything() == before
    assert files() == stored
    assert not LoginSession.objects.exists(), "who was logged in logs in again, as whoever the backup knows"
    assert Finding.objects.get(pk=key).received_at == MOMENT
    # Automatic keys go on after the highest restored one.
    assert User.objects.create(username="new", display_name="新人").pk > max(json.loads(line)[0] for line in before["units.user"][1:])


def test_a_sealed_backup_shows_nothing(site, tmp_path):
    write(tmp_path / "one", passphrase=PASSPHRASE)
    content = b"".join(path.read_bytes() for path in (tmp_path / "one").rglob("*") if path.is_file())
    for told in ("台账", "云岭区委", "jobs/"):
        assert told.encode() not in content
    with pytest.raises(Refused, match="--passphrase-file"):
        check(tmp_path / "one")
    with pytest.raises(Refused, match="口令不对"):
        check(tmp_path / "one", passphrase="另一句也足够长的口令")


def test_a_site_with_people_is_not_overwritten_unasked(site, tmp_path):
    write(tmp_path / "one")
    with pytest.raises(Refused, match="--replace"):
        restore(check(tmp_path / "one"))


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda folder: next(folder.glob("files/*")).write_bytes(b"other"), "校验值不符"),
        (lambda folder: next(folder.glob("files/*")).unlink(), "缺少文件"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "不能读取"),
        (lambda folder: (folder / "manifest.json").unlink(), "不是备份"),
        (lambda folder: _manifest(folder, format=99), "格式"),
        (lambda folder: _manifest(folder, sha256={"../outside": "0", **_hashes(folder)}), "不合法的文件名"),
        # What the list of hashes does not name was never compared: nothing of it may be read.
        (lambda folder: _manifest(folder, files={"../../../etc/hostname": "evidence/x"}), "不合法的文件名"),
        (lambda folder: _manifest(folder, files={"/etc/hostname": "evidence/x"}), "不合法的文件名"),
        (lambda folder: _manifest(folder, sha256={}), "不完整"),
        (lambda folder: _manifest(folder, sha256=[]), "不能读取"),
        (lambda folder: _manifest(folder, rows=None), "不能读取"),
    ],
)
def test_harm_is_noticed_before_anything_is_touched(site, tmp_path, harm, message):
    folder = tmp_path / "one"
    write(folder)
    harm(folder)
    with pytest.raises(Refused, match=message):
        check(folder)


def _hashes(folder: Path) -> dict[str, str]:
    return json.loads((folder / "manifest.json").read_text())["sha256"]


def _manifest(folder: Path, **changed) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))


def test_another_version_is_refused(site, tmp_path):
    folder = tmp_path / "one"
    write(folder)
    kept = json.loads((folder / "manifest.json").read_text())["migrations"]
    _manifest(folder, migrations=[*kept, ["units", "0999_later"]])
    with pytest.raises(Refused, match="更新的程序版本"):
        restore(check(folder), replace=True)
    _manifest(folder, migrations=kept[1:])
    with pytest.raises(Refused, match="较早的程序版本"):
        restore(check(folder), replace=True)


def test_rows_come_back_all_or_none(site, tmp_path):
    folder = tmp_path / "one"
    write(folder)
    before = everything()
    counts = json.loads((folder / "manifest.json").read_text())["rows"]
    _manifest(folder, rows={**counts, "units.user": 1})  # found wrong only when the table is loaded
    with pytest.raises(Refused, match="应有 1 行"):
        restore(check(folder), replace=True)
    assert everything() == before


def test_a_name_that_leads_out_of_the_store_is_refused(site, tmp_path):
    folder = tmp_path / "one"
    write(folder)
    names = json.loads((folder / "manifest.json").read_text())["files"]
    _manifest(folder, files=dict.fromkeys(names, "../../escaped"))
    with pytest.raises(Refused, match="不合法的文件名"):
        restore(check(folder), replace=True)
    assert not list(tmp_path.rglob("escaped"))


def test_a_missing_file_is_told_and_stops_nothing(site, tmp_path, capsys):
    name = next(iter(files()))
    default_storage.delete(name)
    call_command("backup", str(tmp_path / "one"))
    told = capsys.readouterr()
    assert "有 1 个文件在存储中找不到" in told.err
    assert name in told.err


def test_a_folder_with_something_in_it_stays_as_it_is(site, tmp_path):
    (tmp_path / "keep.txt").write_text("mine")
    with pytest.raises(CommandError, match="不是空文件夹"):
        call_command("backup", str(tmp_path))
    assert [path.name for path in tmp_path.glob("*.txt")] == ["keep.txt"]


def test_a_failed_backup_leaves_no_half(site, tmp_path, monkeypatch):
    monkeypatch.setattr("jobs.backups.rows.dump", lambda *_a, **_k: (_ for _ in ()).throw(OSError(28, "磁盘已满")))
    with pytest.raises(CommandError, match="没有备份成功"):
        call_command("backup", str(tmp_path / "one"))
    assert not [path for path in tmp_path.iterdir() if path.name != "media"]


def test_chunks_cannot_be_cut_off_swapped_or_left_out(tmp_path):
    key, file = Key(PASSPHRASE), tmp_path / "sealed"
    content = os.urandom(2 * CHUNK_BYTES + 5)
    with file.open("wb") as target, SealedWriter(target, key) as sealed:
        for at in range(0, len(content), 70_001):
            sealed.write(content[at : at + 70_001])
    whole = file.read_bytes()
    assert io.BufferedReader(SealedReader(io.BytesIO(whole), Key(PASSPHRASE))).read() == content
    head = len(whole) - len(content) - 3 * (4 + 16)
    step = 4 + 16 + CHUNK_BYTES
    one, two, rest = whole[head : head + step], whole[head + step : head + 2 * step], whole[head + 2 * step :]
    for harmed in (one + two, two + one + rest, one + rest, one + two + rest[:-1], one + two[:-1] + b"x" + rest):
        with pytest.raises(Refused):
            io.BufferedReader(SealedReader(io.BytesIO(whole[:head] + harmed), key)).read()


def test_one_a_day_and_the_oldest_goes(site, tmp_path, settings):
    settings.BACKUP_DIR, settings.BACKUP_KEEP = str(tmp_path / "daily"), 2
    for day in ("20260101", "20260102"):
        write(tmp_path / "daily" / f"duchatong-{day}-000000", with_files=False)
        _manifest(tmp_path / "daily" / f"duchatong-{day}-000000", made_at=f"{day[:4]}-{day[4:6]}-{day[6:]}T00:00:00+08:00")
    assert keeping.make_daily() is not None
    assert keeping.make_daily() is None
    left = sorted(path.name[:18] for path in (tmp_path / "daily").iterdir())
    assert len(left) == 2
    assert "duchatong-20260101" not in left


def test_no_folder_no_daily_backup(site, settings):
    settings.BACKUP_DIR = ""
    assert keeping.make_daily() is None
    assert keeping.kept() == []


def test_a_weak_passphrase_is_refused(tmp_path):
    (tmp_path / "weak").write_text("短口令\n")
    for path in (tmp_path / "weak", tmp_path / "none"):
        with pytest.raises(Refused, match="口令"):
            keeping.passphrase_from(str(path))


def test_others_write_while_a_backup_reads(transactional_db, site, on_disk, tmp_path, qian, assignment):
    """What comes in meanwhile is not in the backup, and does not wait for it."""
    seen = []

    def meanwhile(_model, _target, *, using):
        if not seen:
            seen.append(_note_from_elsewhere(assignment, qian))
        return original(_model, _target, using=using)

    original = rows.dump
    rows.dump = meanwhile
    try:
        written = write(tmp_path / "one")
    finally:
        rows.dump = original
    assert seen == [2]
    assert written.tables["inspections.finding"] == 1


def _note_from_elsewhere(assignment, user) -> int:
    """Write a finding on another connection, as another process would, and return how many there are now."""
    import threading

    counts = []

    def note():
        findings.create_finding(
            assignment, {"kind": "problem", "theme": assignment.campaign.checklist.themes.first(), "text": "后来的"}, by=user
        )
        counts.append(Finding.objects.count())
        connection.close()

    thread = threading.Thread(target=note)
    thread.start()
    thread.join(25)
    return counts[0]


def test_moving_to_another_database(tmp_path):
    """From the embedded default to another database with the documented command: on PostgreSQL where this run has one."""
    start = {**os.environ, "DUCHATONG_VAR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": "config.settings"}
    target = start.pop("DATABASE_URL", "")
    if target.startswith("postgres"):
        with_name = psycopg2.connect(target)
        with_name.autocommit = True
        with with_name.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS duchatong_moved")
            cursor.execute("CREATE DATABASE duchatong_moved")
        with_name.close()
        target = urlunsplit(urlsplit(target)._replace(path="/duchatong_moved"))
    else:
        target = f"sqlite:///{tmp_path / 'moved.sqlite3'}"

    def manage(*arguments: str, url: str = "") -> str:
        env = {**start, "DATABASE_URL": url} if url else start
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    manage("migrate", "--verbosity", "0")
    manage("shell", "-v", "0", "-c", "from units.models import User; User.objects.create(username='u', display_name='测试', password='x')")
    told = [line for line in manage("move_database", target).splitlines() if line.startswith("数据库：")]
    assert told[0] == told[1], "as many rows read back as were written"
    there = manage("shell", "-v", "0", "-c", "from units.models import User; print(list(User.objects.values_list('username')))", url=target)
    assert there.strip() == "[('u',)]"
