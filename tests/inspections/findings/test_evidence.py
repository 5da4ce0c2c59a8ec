"""Evidence: kept with its checksum under a neutral name, served only to those who may see the finding."""

from __future__ import annotations

import hashlib
import io
import uuid

import pytest
from PIL import Image

from inspections.actions import evidence as actions
from inspections.actions.revisions import DuplicateId, RevisionConflict
from inspections.evidence_files import FileRefused
from inspections.models import Assignment, Evidence, Finding
from jobs.errors import InvalidTransition, Refused
from tests import factories
from tests.inspections.findings import files
from units.models import ActivityEntry


@pytest.fixture
def photo(finding, qian):
    """A photo of 钱's finding."""
    return actions.add_evidence(finding, files.upload(files.jpeg((800, 600), secrets=True), "现场 照片.jpg"), by=qian)


@pytest.fixture
def scan(finding, qian):
    """A PDF of 钱's finding."""
    return actions.add_evidence(finding, files.upload(files.pdf(), "扫描件.pdf"), by=qian)


def test_a_file_is_kept_with_its_checksum_under_a_neutral_name(photo, qian):
    stored = photo.file.read()
    assert photo.sha256 == hashlib.sha256(stored).hexdigest()
    assert photo.size == len(stored)
    assert photo.file.name == f"evidence/{photo.pk.hex[:2]}/{photo.pk.hex}"
    assert Image.open(io.BytesIO(stored)).getexif() == {}
    assert ActivityEntry.objects.about(photo.finding).get().verb == "inspections.evidence_add"


def test_the_same_file_sent_twice_is_kept_once(finding, photo, qian):
    again = actions.add_evidence(finding, files.upload(files.jpeg((800, 600), secrets=True), "换个名字.jpg"), by=qian)
    assert again == photo
    assert Evidence.objects.count() == 1


def test_a_clients_id_is_kept_and_not_taken_over(finding, assignment, qian):
    mine = uuid.uuid4()
    kept = actions.add_evidence(finding, files.upload(files.pdf(), "a.pdf"), by=qian, evidence_id=mine, caption="正本")
    assert (kept.pk, kept.caption) == (mine, "正本")
    other = factories.make_finding(assignment, qian)
    with pytest.raises(DuplicateId):
        actions.add_evidence(other, files.upload(files.pdf(), "a.pdf"), by=qian, evidence_id=mine)


def test_good_files_are_kept_beside_bad_ones(finding, qian):
    uploads = [files.upload(files.jpeg(), "好.jpg"), files.upload(b"<svg/>", "坏.svg"), files.upload(files.pdf(), "也好.pdf")]
    kept, refused = actions.add_files(finding, uploads, by=qian)
    assert [e.name for e in kept] == ["好.jpg", "也好.pdf"]
    assert [e.name for e in refused] == ["坏.svg"]


def test_there_is_a_limit_per_finding(finding, qian, monkeypatch):
    monkeypatch.setattr(actions, "MAX_FILES", 1)
    actions.add_evidence(finding, files.upload(files.pdf(), "a.pdf"), by=qian)
    with pytest.raises(FileRefused, match="最多 1 个文件"):
        actions.add_evidence(finding, files.upload(files.jpeg(), "b.jpg"), by=qian)


def test_no_file_stays_behind_when_the_row_cannot_be_written(finding, qian, tmp_path, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr(actions, "record", fail)
    with pytest.raises(RuntimeError):
        actions.add_evidence(finding, files.upload(files.pdf(), "a.pdf"), by=qian)
    assert not Evidence.objects.exists()
    assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == []


def test_removing_takes_row_and_file_and_the_log_keeps_the_checksum(photo, qian, django_capture_on_commit_callbacks):
    storage, name = photo.file.storage, photo.file.name
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_evidence(photo, by=qian)
    assert not Evidence.objects.exists()
    assert not storage.exists(name)
    assert ActivityEntry.objects.about(photo.finding).first().changes == {"校验值": [photo.sha256, ""]}
    with pytest.raises(Refused, match="已经被移除"):
        actions.remove_evidence(photo, by=qian)


def test_captions_are_guarded(photo, qian, sun):
    actions.caption_evidence(photo, by=qian, caption="一楼公示栏", base_revision=1)
    with pytest.raises(RevisionConflict):
        actions.caption_evidence(photo, by=sun, caption="二楼", base_revision=1)
    assert Evidence.objects.get().caption == "一楼公示栏"


@pytest.mark.parametrize("state", ["concluded", "withdrawn"])
def test_closed_findings_take_no_files(finding, photo, qian, state):
    if state == "concluded":
        Assignment.objects.update(status="concluded", concluded_by=qian, concluded_at=factories.NOON)
    else:
        Finding.objects.update(withdrawn_at=factories.NOON, withdrawn_reason="重复")
    for act in (
        lambda: actions.add_evidence(finding, files.upload(files.pdf(), "a.pdf"), by=qian),
        lambda: actions.remove_evidence(photo, by=qian),
        lambda: actions.caption_evidence(photo, by=qian, caption="x", base_revision=1),
    ):
        with pytest.raises(InvalidTransition):
            act()
    assert Evidence.objects.count() == 1


# --- the screens --------------------------------------------------------------------------------------------------------


def test_a_picture_is_shown_and_a_document_downloaded(as_user, photo, scan, qian):
    site = as_user(qian)
    shown = site.get("evidence_download", photo.pk)
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert shown["Content-Disposition"].startswith("inline")
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "private" in shown["Cache-Control"]
    assert hashlib.sha256(shown.getvalue()).hexdigest() == photo.sha256
    downloaded = site.get("evidence_download", scan.pk)
    assert downloaded["Content-Type"] == "application/pdf"
    assert downloaded["Content-Disposition"].startswith("attachment")


def test_a_thumbnail_is_small(as_user, photo, qian):
    small = as_user(qian).get("evidence_download", photo.pk, small=1)
    assert Image.open(io.BytesIO(small.content)).size == (320, 240)


def test_a_missing_file_is_not_found(as_user, photo, qian):
    photo.file.storage.delete(photo.file.name)
    assert as_user(qian).get("evidence_download", photo.pk).status_code == 404
    assert as_user(qian).get("evidence_download", photo.pk, small=1).status_code == 404


def test_who_gets_a_file(as_user, photo, qian, sun, li, zhao, wu, zheng, zhou, wang, feng, other_team, finish, client):
    for user, status in ((sun, 200), (zhao, 200), (wu, 200), (li, 404), (zheng, 404), (zhou, 404), (wang, 404), (feng, 404)):
        assert as_user(user).get("evidence_download", photo.pk).status_code == status, user
    assert client.get(f"/inspections/evidence/{photo.pk}/").status_code == 302
    finish()
    assert as_user(zhou).get("evidence_download", photo.pk).status_code == 200
    assert as_user(sun).get("evidence_download", photo.pk).status_code == 404


def test_several_files_at_once_and_the_bad_one_is_named(as_user, finding, qian):
    uploads = [files.upload(files.jpeg(), "好.jpg"), files.upload(b"#!/bin/sh", "坏.jpg")]
    page = as_user(qian).post("evidence_add", finding.pk, htmx=True, files=uploads)
    text = page.content.decode()
    assert page.status_code == 200
    assert "好.jpg" in text
    assert "<strong>坏.jpg</strong>：文件内容不是可以接受的类型" in text
    assert text.lstrip().startswith(f'<div class="evidence" id="evidence-{finding.pk}">')


def test_nothing_chosen_and_nothing_good(as_user, finding, qian):
    site = as_user(qian)
    assert "没有选择文件" in site.post("evidence_add", finding.pk, htmx=True).content.decode()
    assert site.post("evidence_add", finding.pk, htmx=True, files=[files.upload(b"x", "x.jpg")]).status_code == 422


def test_caption_and_removal_answer_with_the_list(as_user, photo, qian, sun):
    site = as_user(qian)
    assert "一楼" in site.post("evidence_caption", photo.pk, htmx=True, caption="一楼", revision=1).content.decode()
    late = as_user(sun).post("evidence_caption", photo.pk, htmx=True, caption="二楼", revision=1)
    assert (late.status_code, "改成“一楼”" in late.content.decode()) == (409, True)
    assert "现场 照片.jpg" not in site.post("evidence_remove", photo.pk, htmx=True).content.decode()
    assert not Evidence.objects.exists()


def test_readers_and_strangers_change_nothing(as_user, photo, wu, li, other_team):
    for user, status in ((wu, 403), (li, 404)):
        site = as_user(user)
        assert site.post("evidence_remove", photo.pk).status_code == status
        assert site.post("evidence_caption", photo.pk, caption="x", revision=1).status_code == status
        assert site.post("evidence_add", photo.finding_id, files=[files.upload(files.pdf(), "a.pdf")]).status_code == status
    assert Evidence.objects.get().caption == ""
