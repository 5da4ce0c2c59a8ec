"""The disk is full in the middle of a file: it is said in words, no piece of a file is left, and all goes well once there is room again."""

from __future__ import annotations

import errno
import hashlib
import os
import uuid
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.urls import reverse

from inspections.models import Evidence, Receipt
from jobs import actions, running
from jobs.backups import writing
from jobs.registry import _HANDLERS, handler
from tests.inspections.field import phone as make
from tests.inspections.findings import files
from tests.units.sheets import line, uploaded, xlsx
from units.models import OrganizationImport

FULL = OSError(errno.ENOSPC, "No space left on device")


class Half:
    """A file of which one half finds room."""

    def __init__(self, file) -> None:
        self.file = file

    def write(self, data) -> None:
        self.file.write(data[: len(data) // 2])
        self.file.flush()
        raise FULL

    def close(self) -> None:
        self.file.close()


@pytest.fixture
def disk(monkeypatch):
    """Return a function that fills the disk, or makes room again; only what goes to the store is meant."""
    real = os.fdopen

    def full(is_full: bool = True) -> None:
        monkeypatch.setattr("django.core.files.storage.filesystem.os.fdopen", (lambda *args: Half(real(*args))) if is_full else real)

    return full


def on_disk() -> list[str]:
    """All that lies in the store's folder, whatever it is called."""
    return sorted(str(path.relative_to(default_storage.location)) for path in Path(default_storage.location).rglob("*") if path.is_file())


def test_a_file_with_a_finding(client, qian, finding, disk):
    client.force_login(qian)
    address, content = reverse("inspections:evidence_add", args=[finding.pk]), files.jpeg((300, 200))
    disk()
    answer = client.post(address, {"files": files.upload(content, "台账.jpg")})
    assert answer.status_code == 503
    assert "存储空间不足" in answer.content.decode()
    assert (Evidence.objects.count(), on_disk()) == (0, [])
    disk(False)
    assert client.post(address, {"files": files.upload(content, "台账.jpg")}).status_code == 302
    kept = Evidence.objects.get()
    assert on_disk() == [kept.file.name]
    assert hashlib.sha256(kept.file.read()).hexdigest() == kept.sha256


def test_a_photo_of_a_phone(qian, finding, disk):
    phone, key, content = make.Phone(qian), uuid.uuid4(), make.photo(3)
    disk()
    answer = phone.put(key, finding.pk, content)
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "unavailable", "60")
    assert "存储空间不足" in answer.json()["message"]
    assert (Evidence.objects.count(), Receipt.objects.count(), on_disk()) == (0, 0, [])
    disk(False)
    again = phone.put(key, finding.pk, content)
    assert (again.status_code, again.json()["sha256"]) == (201, hashlib.sha256(content).hexdigest())
    assert on_disk() == [Evidence.objects.get().file.name]


def test_a_file_of_organizations(client, wang, district, disk):
    client.force_login(wang)
    disk()
    answer = client.post(reverse("units:organization_import"), {"file": uploaded(xlsx(line("A", parent="YL")))})
    assert answer.status_code == 503
    assert "存储空间不足" in answer.content.decode()
    assert (OrganizationImport.objects.count(), on_disk()) == (0, [])


def test_the_result_of_a_job(zhao, disk):
    """Exports, reports and volumes all come this way; the job can be run again."""

    @handler("test.full")
    def work(progress, **_params):
        progress.attach(ContentFile(b"%PDF-" + bytes(10_000)), "报告.pdf")

    try:
        disk()
        job = actions.start("test.full", "成稿", by=zhao)
        running.run(job.pk)
        job.refresh_from_db()
        assert (job.status, bool(job.file), on_disk()) == ("failed", False, [])
        assert "存储空间不足" in job.error
        disk(False)
        actions.restart(job)
        running.run(job.pk)
        job.refresh_from_db()
        assert (job.status, on_disk()) == ("done", [job.file.name])
        assert job.file.size == 10_005
    finally:
        _HANDLERS.pop("test.full")


def test_a_backup(tmp_path, monkeypatch, zhao):
    """Nothing of it stays: a folder that looks like a backup would be trusted."""
    target, left = tmp_path / "backups" / "today", [3]

    def write(self, data):
        left[0] -= 1
        if left[0] < 0:
            raise FULL
        self.digest.update(data)
        return self._target.write(data)

    monkeypatch.setattr(writing._Hashing, "write", write)
    with pytest.raises(CommandError, match="磁盘空间不足"):
        call_command("backup", str(target), verbosity=0)
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_name_that_is_taken_meanwhile_is_not_written_over(db):
    """Two that asked for the same free name: the second gets another."""
    first = default_storage._save("jobs/x", ContentFile(b"first"))
    second = default_storage._save("jobs/x", ContentFile(b"second"))
    assert (first, second != first) == ("jobs/x", True)
    assert (default_storage.open(first).read(), default_storage.open(second).read()) == (b"first", b"second")
    assert on_disk() == sorted([first, second])
