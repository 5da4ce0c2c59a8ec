"""The file of a phone that cannot send: taken in by the office, nothing twice, hostile files refused in words."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import unicodedata
import uuid
import zipfile

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from inspections.actions.teams import add_member, remove_member
from inspections.models import Campaign, Confirmation, Evidence, Finding
from jobs.models import Job
from tests import factories
from tests.inspections.field import phone as make
from tests.inspections.field.phone import Phone
from units.models import ActivityEntry

URL = "inspections:rescue_import"


def lines_of(user, records, photos=(), **header) -> list[dict]:
    """What a phone writes into its file."""
    inspector = {"id": user.pk, "username": user.username, "name": str(user)}
    head = {"format": "duchatong-field-export", "version": 1, "exported_at": make.AT, "inspector": inspector, "encryption": None, **header}
    rest = [{"type": "record", "record": record} for record in records]
    for key, finding, content in photos:
        digest = hashlib.sha256(content).hexdigest()
        row = {"type": "photo", "id": str(key), "finding": finding, "sha256": digest, "name": "台账.jpg", "captured_at": make.AT}
        rest.append({**row, "content": base64.b64encode(content).decode()})
    return [head, *rest, {"type": "end", "records": len(records), "photos": len(photos)}]


def plain(lines) -> bytes:
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)


def sealed(lines, passphrase: str, iterations: int = 100_000) -> bytes:
    """As the phone does it with WebCrypto."""
    salt = os.urandom(16)
    said = base64.b64encode(salt).decode()
    key = PBKDF2HMAC(hashes.SHA256(), 32, salt, iterations).derive(unicodedata.normalize("NFC", passphrase).encode())
    encryption = {"kdf": "PBKDF2-HMAC-SHA-256", "iterations": iterations, "salt": said, "cipher": "AES-256-GCM"}
    found = [json.dumps({**lines[0], "encryption": encryption}).encode()]
    for number, line in enumerate(lines[1:], start=2):
        iv = os.urandom(12)
        found.append(base64.b64encode(iv + AESGCM(key).encrypt(iv, json.dumps(line).encode(), f"{said}:{number}".encode())))
    return b"\n".join(found) + b"\n"


def zipped(*files: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return target.getvalue()


@pytest.fixture
def upload(client, zhao, run_jobs):
    """Upload a file as the office and carry out the job; returns the answer and the job."""
    client.force_login(zhao)

    def send(content: bytes, passphrase: str = "", name: str = "督查未上传记录.jsonl"):
        answer = client.post(reverse(URL), {"file": SimpleUploadedFile(name, content), "passphrase": passphrase})
        run_jobs()
        return answer, Job.objects.filter(kind="inspections.rescue_import").first()

    return send


@pytest.fixture
def exported(qian, assignment):
    found = make.finding(assignment)
    records = [found, make.result(assignment, "T1-2", number="2"), make.confirmation(assignment)]
    return lines_of(qian, records, [(uuid.uuid4(), found["id"], make.photo())])


@pytest.mark.parametrize("way", ["plain", "sealed", "zip"])
def test_all_of_it_arrives_in_the_inspectors_name(upload, exported, qian, zhao, way):
    content = sealed(exported, "青石镇 2026") if way == "sealed" else plain(exported)
    answer, job = upload(zipped(("导出.jsonl", content)) if way == "zip" else content, "青石镇 2026" if way == "sealed" else "")
    assert (answer.status_code, job.status, job.error) == (302, "done", "")
    assert job.result["summary"] == "新导入 4 项，之前已上传 0 项，没有导入 0 项。"
    assert (Finding.objects.get().recorded_by, Confirmation.objects.get().taken_by) == (qian, qian)
    assert Evidence.objects.get().source_sha256 == exported[4]["sha256"]
    assert [item.status for item in job.items.all()] == ["done"] * 4
    entry = ActivityEntry.objects.get(verb="inspections.finding_create")
    assert entry.actor == zhao
    assert entry.summary.startswith("代钱组长导入：")
    assert not default_storage.listdir("rescue")[1], "the file in the clear is gone"


def test_twice_is_once_and_the_phone_may_still_send(upload, exported, qian):
    upload(plain(exported))
    _, job = upload(plain(exported))
    assert job.result["summary"] == "新导入 0 项，之前已上传 4 项，没有导入 0 项。"
    outcomes = Phone(qian).send(*(line["record"] for line in exported[1:4]))
    assert {one["outcome"] for one in outcomes} == {"received"}
    assert (Finding.objects.count(), Evidence.objects.count(), Confirmation.objects.count()) == (1, 1, 1)


def test_who_has_left_the_team_may_be_helped(upload, exported, qian, sun, team, zhao):
    """The seat that was given up stays in the log."""
    records = [line for line in exported if line.get("type") == "record"][:1]
    Phone(qian)
    guest = factories.make_user("高组员", username="gao", organization=factories.make_organization("区税务局党支部"))
    seat = add_member(team, guest, home_organization=guest.organization, by=zhao)
    remove_member(seat, by=zhao)
    _, job = upload(plain(lines_of(guest, [records[0]["record"]])))
    assert job.result["summary"].startswith("新导入 1 项")
    assert Finding.objects.get().recorded_by == guest


def test_records_without_a_right_are_refused_one_by_one(upload, assignment, qian, li, town, zhao):
    never = make.finding(assignment)
    _, job = upload(plain(lines_of(li, [never])))
    assert "没有导入 1 项" in job.result["summary"]
    assert "没有参加过" in job.items.get().error
    Campaign.objects.update(status=Campaign.Status.FINISHED)
    _, job = upload(plain(lines_of(qian, [make.finding(assignment)])))
    assert "已经结束" in job.items.get().error
    assert not Finding.objects.exists()


def test_another_office_imports_nothing_of_ours(client, exported, zheng, run_jobs):
    client.force_login(zheng)
    client.post(reverse(URL), {"file": SimpleUploadedFile("x.jsonl", plain(exported))})
    run_jobs()
    job = Job.objects.get()
    assert "没有导入 4 项" in job.result["summary"]
    assert {item.error for item in job.items.all()[:3]} == {"您不是这项督查主办组织的办公室工作人员，不能导入这条记录。"}
    assert "青石镇" not in "".join(item.error for item in job.items.all())
    assert not Finding.objects.exists()


def test_what_was_refused_is_tried_again_when_the_job_is(upload, assignment, qian, run_jobs, client):
    Campaign.objects.update(status=Campaign.Status.FINISHED)
    _, job = upload(plain(lines_of(qian, [make.finding(assignment)])))
    Campaign.objects.update(status=Campaign.Status.RUNNING)
    client.post(reverse("jobs:job_restart", args=[job.pk]))
    run_jobs()
    job.refresh_from_db()
    assert job.result["summary"].startswith("新导入 1 项")
    assert Finding.objects.count() == 1


def test_inspectors_do_not_import(client, qian):
    client.force_login(qian)
    assert client.get(reverse(URL)).status_code == 403


def cut(lines):
    return plain(lines)[:-60]


def moved(lines):
    """Two encrypted lines in each other's place."""
    rows = sealed(lines, "12345678").split(b"\n")
    rows[1], rows[2] = rows[2], rows[1]
    return b"\n".join(rows)


def shorter(lines):
    rows = sealed(lines, "12345678").split(b"\n")
    return b"\n".join([*rows[:2], *rows[3:]])


def bomb(lines):
    return zipped(("x.jsonl", b"0" * (3 * 2**20)))


@pytest.mark.parametrize(
    ("make_file", "passphrase", "told"),
    [
        (lambda lines: b"hello", "", "不是手机导出的"),
        (lambda lines: b"\xff\xfe\x00" * 40, "", "不是手机导出的"),
        (lambda lines: b'{"format": "duchatong-field-export"', "", "不是手机导出的"),
        (lambda lines: b"[" * 50_000, "", "不是手机导出的"),
        (lambda lines: b"x" * 200_000, "", "不是手机导出的"),
        (lambda lines: plain([{**lines[0], "version": 9}]), "", "先升级系统"),
        (lambda lines: plain([{**lines[0], "inspector": {"id": "1"}}]), "", "不是手机导出的"),
        (lambda lines: plain([{**lines[0], "inspector": {"id": 10**30, "username": "x"}}]), "", "不是手机导出的"),
        (lambda lines: plain([{**lines[0], "inspector": {"id": 999_999, "username": "x"}}, *lines[1:]]), "", "没有账号"),
        (lambda lines: plain([lines[0], lines[-1] | {"records": 0, "photos": 0}]), "", "没有要导入的记录"),
        (lambda lines: plain([lines[0], {"type": "dance"}]), "", "不完整或已损坏"),
        (cut, "", "不完整或已损坏"),
        (lambda lines: plain(lines[:-1]), "", "不完整或已损坏"),
        (lambda lines: plain([*lines[:2], *lines[3:]]), "", "不完整或已损坏"),
        (lambda lines: sealed(lines, "12345678"), "", "请填写导出时设的文件密码"),
        (lambda lines: sealed(lines, "12345678"), "wrong one", "文件密码不正确"),
        (moved, "12345678", "文件密码不正确"),
        (shorter, "12345678", "不完整或已损坏"),
        (lambda lines: plain([{**lines[0], "encryption": {"kdf": "none"}}, *lines[1:]]), "x", "不认识这个文件的加密方式"),
        (lambda lines: sealed(lines, "12345678", 1), "12345678", "不认识这个文件的加密方式"),
        (bomb, "", "疑似异常文件"),
        (lambda lines: zipped(("a", b"x"), ("b", b"y")), "", "只有一个导出文件"),
        (lambda lines: zipped(("a.jsonl", plain(lines)))[:-40], "", "不完整或已损坏"),
        (lambda lines: b"PK\x03\x04" + b"x" * 90, "", "不完整或已损坏"),
    ],
)
def test_strange_files_are_refused_in_words(upload, exported, make_file, passphrase, told, settings):
    settings.RESCUE_MAX_BYTES = 2**20
    answer, job = upload(make_file(exported), passphrase)
    assert (answer.status_code, job) == (422, None)
    assert told in answer.content.decode()
    assert not Finding.objects.exists()


def test_strange_lines_are_items_of_their_own(upload, assignment, qian):
    found = make.finding(assignment)
    lines = lines_of(qian, [found, {"kind": []}, 7], [(uuid.uuid4(), found["id"], make.photo())])
    broken = [
        {**lines[4], "id": "x"},
        {**lines[4], "content": "%"},
        {**lines[4], "captured_at": "2026-13-99T00:00:00"},
        {**lines[4], "content": ""},
    ]
    lines = [*lines[:4], *broken, {"type": "end", "records": 3, "photos": 4}]
    answer, job = upload(plain(lines))
    assert (answer.status_code, job.status) == (302, "done")
    assert [item.status for item in job.items.all()] == ["done", "failed", "failed", "failed", "failed", "done", "failed"]
    assert all(item.error.endswith("。") for item in job.items.filter(status="failed"))
