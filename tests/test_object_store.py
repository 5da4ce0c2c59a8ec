"""The site with its files in an S3-compatible store: a real server on loopback, reached over HTTP by the client that a site would use."""

from __future__ import annotations

import io
import socket
from datetime import timedelta

import boto3
import pytest
from django.conf import settings as own
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from moto.server import ThreadedMotoServer
from PIL import Image

from config.stores import file_store
from inspections.actions.evidence import add_evidence
from inspections.models import Evidence
from jobs import actions
from jobs.backups.restoring import check, restore
from jobs.backups.writing import write
from jobs.errors import StoreAwayError
from jobs.files import missing, orphans, stored
from jobs.integrity import check_now
from jobs.models import Job
from jobs.registry import handler
from reports.actions.signing import issue_report
from reports.renditions import make_rendition
from reports.signing import seen
from tests import factories
from tests.inspections.findings import files
from tests.reports.signing.conftest import concluded, he, report, series, submitted, to_issue  # noqa: F401 -- fixtures
from units import state

BUCKET = "ducha"
KEYS = {"aws_access_key_id": "test-key", "aws_secret_access_key": "test-secret"}


@pytest.fixture(scope="module")
def server():
    """Return the address of a store of our own."""
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


def store_at(endpoint: str, **more: str) -> dict[str, object]:
    """Return the entry that settings make of the environment."""
    given = {"bucket": BUCKET, "endpoint": endpoint, "region": "us-east-1", "addressing": "path", "ca_file": "", **more}
    return file_store(own.MEDIA_ROOT, keys=("test-key", "test-secret"), **given)


@pytest.fixture
def bucket(server, settings):
    """The bucket in which the site keeps its files, empty."""
    found = boto3.resource("s3", endpoint_url=server, region_name="us-east-1", **KEYS).Bucket(BUCKET)
    found.create()
    settings.STORAGES = {**settings.STORAGES, "default": store_at(server)}
    yield found
    found.objects.all().delete()
    found.delete()


def names(bucket) -> list[str]:
    return sorted(entry.key for entry in bucket.objects.all())


@pytest.fixture
def photo(bucket, assignment, qian):
    finding = factories.make_finding(assignment, qian)
    return add_evidence(finding, files.upload(files.jpeg((640, 480)), "现场照片-举报人张三.jpg"), by=qian)


def as_user(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_evidence_goes_up_and_comes_down_through_our_views_only(bucket, assignment, qian, li):
    finding = factories.make_finding(assignment, qian)
    page = as_user(qian).post(reverse("inspections:evidence_add", args=[finding.pk]), {"files": [files.upload(files.jpeg(), "会议室.jpg")]})
    assert page.status_code == 302
    kept = Evidence.objects.get()
    assert names(bucket) == [f"evidence/{kept.pk.hex[:2]}/{kept.pk.hex}"], "the name tells nothing"
    grants = bucket.Object(kept.file.name).Acl().grants
    assert [(grant["Grantee"]["Type"], grant["Permission"]) for grant in grants] == [("CanonicalUser", "FULL_CONTROL")]
    address = reverse("inspections:evidence_download", args=[kept.pk])
    answer = as_user(qian).get(address)
    assert b"".join(answer.streaming_content) == bucket.Object(kept.file.name).get()["Body"].read()
    assert int(answer["Content-Length"]) == kept.size
    assert as_user(li).get(address).status_code == 404
    with pytest.raises(NotImplementedError):
        _ = kept.file.url


def test_a_thumbnail_is_made_of_what_lies_there(photo, qian):
    small = as_user(qian).get(reverse("inspections:evidence_download", args=[photo.pk]), {"small": 1})
    assert Image.open(io.BytesIO(small.content)).size == (320, 240)


def test_what_is_removed_or_missing(bucket, photo, qian, django_capture_on_commit_callbacks):
    bucket.Object(photo.file.name).delete()
    assert as_user(qian).get(reverse("inspections:evidence_download", args=[photo.pk])).status_code == 404
    assert [(row, name) for row, name in missing()] == [(photo, photo.file.name)]
    bucket.put_object(Key=photo.file.name, Body=b"again")
    with django_capture_on_commit_callbacks(execute=True):
        as_user(qian).post(reverse("inspections:evidence_remove", args=[photo.pk]))
    assert names(bucket) == []


def test_a_report_is_issued_and_downloaded(bucket, to_issue, wu):  # noqa: F811
    issued = issue_report(to_issue, by=wu, saw=seen(to_issue.report))
    made = make_rendition(issued, "pdf", by=wu)
    assert made.file.name in names(bucket)
    assert make_rendition(issued, "pdf", by=wu) == made, "found in the store, not made again"
    answer = as_user(wu).get(reverse("reports:report_download", args=[issued.pk, "pdf"]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")


def test_a_backup_takes_the_files_along_and_brings_them_back(bucket, photo, zhao, tmp_path):
    job = Job.objects.create(kind="test", title="大文件", started_by=zhao)
    job.file.save("大", ContentFile(bytes(range(256)) * 30_000))
    before = {name: bucket.Object(name).get()["Body"].read() for name in names(bucket)}
    bucket.put_object(Key="lost/one", Body=b"nobody names me")
    written = write(tmp_path / "backup")
    assert (written.files, written.missing) == (2, [])
    bucket.objects.all().delete()
    restore(check(tmp_path / "backup"), replace=True)
    assert {name: bucket.Object(name).get()["Body"].read() for name in names(bucket)} == before


def test_sweeps_page_through_the_bucket(bucket, photo, monkeypatch):
    monkeypatch.setattr("jobs.object_store.PAGE", 2)
    for number in range(5):
        bucket.put_object(Key=f"renditions/{number}", Body=b"x")
    everything = names(bucket)
    assert list(stored(default_storage)) == everything
    assert list(stored(default_storage, after=everything[2])) == everything[3:]
    assert list(orphans(before=timezone.now() + timedelta(days=1))) == [name for name in everything if name != photo.file.name]
    assert list(orphans(before=timezone.now() - timedelta(days=1))) == []
    monkeypatch.setattr("jobs.object_store.PrivateStore.get_modified_time", lambda *_: timezone.now() - timedelta(days=2))
    call_command("sweep_files", delete=True, stdout=io.StringIO())
    assert names(bucket) == [photo.file.name]


def test_the_check_of_all_files_works_there_too(bucket, photo, zhao, monkeypatch):
    job = Job.objects.create(kind="test.none", title="导出", started_by=zhao)
    job.file.save("结果", ContentFile(b"abc"))
    bucket.put_object(Key="evidence/zz/nobodys", Body=b"x")
    monkeypatch.setattr("jobs.integrity.YOUNG", timedelta(days=-1))
    check, ended = check_now()
    assert (ended, check.files, check.missing, check.changed, check.unknown) == (True, 2, 0, 0, 1)
    bucket.put_object(Key=photo.file.name, Body=b"y" * photo.size)
    bucket.Object(job.file.name).delete()
    check, _ = check_now()
    assert (check.missing, check.changed) == (1, 1)


@pytest.fixture
def away(bucket, photo, settings, monkeypatch):
    """The store has gone: nobody listens where it was."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setattr("jobs.object_store.ATTEMPTS", 1)
    settings.STORAGES = {**settings.STORAGES, "default": store_at(f"http://127.0.0.1:{port}")}
    return photo


def test_a_store_that_is_away_is_said_and_nothing_is_half_kept(away, qian):
    site = as_user(qian)
    address = reverse("inspections:evidence_add", args=[away.finding_id])
    answer = site.post(address, {"files": [files.upload(files.pdf(), "新的.pdf")]})
    assert answer.status_code == 503
    assert "没有保存" in answer.content.decode()
    assert Evidence.objects.count() == 1
    assert site.get(reverse("inspections:evidence_download", args=[away.pk])).status_code == 503
    for act in (default_storage.exists, default_storage.size, default_storage.listdir, default_storage.get_modified_time):
        with pytest.raises(StoreAwayError):
            act("evidence")


def test_what_is_removed_while_the_store_is_away_is_removed_and_its_file_left_to_the_sweep(away, qian, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_user(qian).post(reverse("inspections:evidence_remove", args=[away.pk]))
    assert answer.status_code == 302, "carried out: no page may say that nothing was saved"
    assert not Evidence.objects.exists()


def test_the_state_page_tells_where_files_lie(db, bucket, settings):
    def told() -> str:
        return next(line.value for line in state.lines() if line.what == "附件存放")

    assert told() == "对象存储，桶 ducha"
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {}}}
    assert told() == "文件夹"


def test_a_job_says_that_the_store_is_away(away, zhao, run_jobs):
    @handler("test.store")
    def work(progress):
        progress.attach(ContentFile(b"x"), "名单.xlsx")

    actions.start("test.store", "导出", by=zhao)
    (job,) = run_jobs()
    assert job.status == "failed"
    assert "文件存储暂时不能使用" in job.error


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"keys": ("", "")}, "S3_ACCESS_KEY"),
        ({"keys": ("a", "b"), "endpoint": "oss.example.cn"}, "S3_ENDPOINT"),
        ({"keys": ("a", "b"), "addressing": "other"}, "S3_ADDRESSING"),
    ],
)
def test_incomplete_settings_stop_the_start(tmp_path, given, said):
    whole = {"bucket": "b", "endpoint": "", "region": "", "addressing": "path", "ca_file": "", **given}
    with pytest.raises(ImproperlyConfigured, match=said):
        file_store(tmp_path, **whole)


def test_without_the_client_the_start_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("config.stores.find_spec", lambda _name: None)
    with pytest.raises(ImproperlyConfigured, match=r"requirements-s3\.txt"):
        store_at("https://oss.example.cn")
