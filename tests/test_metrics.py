"""What a monitor is told, and who is told nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.utils import timezone

from jobs.models import Job, WorkerBeat
from tests.jobs.test_serve import free_port  # noqa: F401 -- a fixture

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "a-token-that-nobody-guesses"


@pytest.fixture
def told(client, db, settings):
    """Return a function that asks as the monitor does and returns the numbers by name."""
    settings.METRICS_TOKEN = TOKEN

    def ask() -> dict[str, float]:
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/plain")
        lines = [line.rpartition(" ") for line in answer.content.decode().splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _, value in lines}

    return ask


@pytest.mark.parametrize("header", [None, "Bearer wrong", f"Basic {TOKEN}", "Bearer ", f"Bearer {TOKEN}x"])
def test_who_does_not_send_the_token_finds_no_such_page(client, db, settings, header):
    headers = {"Authorization": header} if header is not None else {}
    assert client.get("/metrics", headers=headers).status_code == 404, "off by default"
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics", headers=headers).status_code == 404


def test_an_empty_token_opens_nothing(client, db):
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_jobs_queues_and_workers_are_counted(told, zhao):
    first = Job.objects.create(kind="test.none", title="导出", started_by=zhao)
    Job.objects.create(kind="reports.bulk", title="成稿", started_by=zhao, status="failed")
    Job.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(minutes=5))
    WorkerBeat.objects.create(name="celery", beat_at=timezone.now() - timedelta(seconds=40))
    numbers = told()
    assert numbers['duchatong_jobs{state="queued"}'] == 1
    assert numbers['duchatong_jobs{state="failed"}'] == 1
    assert numbers['duchatong_jobs{state="done"}'] == 0
    assert numbers['duchatong_queue_jobs{queue="celery"}'] == 1
    assert 300 <= numbers['duchatong_queue_oldest_seconds{queue="celery"}'] < 360
    assert numbers['duchatong_queue_jobs{queue="rendering"}'] == 0
    assert 40 <= numbers['duchatong_worker_beat_age_seconds{queue="celery"}'] < 100
    assert numbers["duchatong_database_up"] == 1
    assert numbers["duchatong_free_bytes"] > 0


def test_requests_are_counted_by_name_and_not_by_address(told, client):
    before = told().get('duchatong_request_seconds_count{method="GET",route="units:login",status="2xx"}', 0)
    client.get("/units/login/?next=/secret-words/")
    client.get("/no-such-page-at-all/")
    client.get("/units/users/?q=张三")
    numbers = told()
    assert numbers['duchatong_request_seconds_count{method="GET",route="units:login",status="2xx"}'] == before + 1
    assert numbers['duchatong_request_seconds_count{method="GET",route="（没有这个网址）",status="4xx"}'] >= 1
    assert not [name for name in numbers if "secret" in name or "no-such" in name or "张三" in name]


def test_a_database_that_is_away_is_a_number(told, monkeypatch):
    monkeypatch.setattr("config.metrics._jobs", lambda: (_ for _ in ()).throw(DatabaseError))
    assert told()["duchatong_database_up"] == 0


def test_health_tells_how_long_jobs_wait(client, zhao):
    assert client.get("/healthz").json()["queue_age"] == 0
    job = Job.objects.create(kind="test.none", title="导出", started_by=zhao)
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=5))
    answer = client.get("/healthz").json()
    assert 300 <= answer["queue_age"] < 360
    assert answer["rendering_queue_age"] == 0


def test_all_processes_of_the_web_server_count_together(free_port, tmp_path):  # noqa: F811
    """Two processes answer; whichever is asked tells of both. The log has one JSON object for each request."""
    port, log = free_port, (tmp_path / "log").open("w+")
    more = {"METRICS_TOKEN": TOKEN, "LOG_FORMAT": "json", "LOG_REQUESTS": "1", "DUCHATONG_VAR": str(tmp_path / "var")}
    command = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--config", "python:config.gunicorn"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--worker-class", "sync"]
    environment = {**os.environ, **more, "TMPDIR": str(tmp_path)}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        for _ in range(300):
            if ask(port, "/healthz"):
                break
            assert server.poll() is None, Path(log.name).read_text()
            time.sleep(0.1)
        for _ in range(19):
            ask(port, "/healthz")
        page = ask(port, "/metrics", {"Authorization": f"Bearer {TOKEN}"})
        counts = [float(line.rpartition(" ")[2]) for line in page.splitlines() if line.startswith("duchatong_request_seconds_count{")]
        assert sum(counts) >= 20, page
        assert len(list(tmp_path.glob("duchatong-metrics-*/*.db"))) >= 1
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
    lines = [json.loads(line) for line in Path(log.name).read_text().splitlines()]
    asked = [line for line in lines if line["logger"] == "duchatong.access" and line["route"] == "healthz"]
    assert len({line["request"] for line in asked}) >= 20
    assert {line["logger"] for line in lines} >= {"gunicorn.error", "duchatong.access"}
    assert not list(tmp_path.glob("duchatong-metrics-*")), "removed with the server"


def ask(port: int, path: str, headers: dict[str, str] | None = None) -> str:
    """Return the body of an answer, whatever its status; empty when nobody answers yet."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 -- our own server
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()
    except OSError:
        return ""
