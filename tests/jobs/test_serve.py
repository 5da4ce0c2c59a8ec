"""``manage.py serve`` for real: it starts, answers, works off messages on the suite's own broker, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from io import StringIO
from pathlib import Path

import pytest
from celery import Celery
from django.core.management import CommandError, call_command

from jobs.management.commands import serve
from units.models import User

ROOT = Path(__file__).resolve().parent.parent.parent


def health(port: int) -> dict[str, object]:
    """Return what ``/healthz`` says, or nothing while the server is not up."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return json.load(answer)
    except (urllib.error.URLError, OSError):
        return {}


def processes_below(pid: int) -> set[int]:
    """Return the pids of all descendants of a process."""
    lines = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout.splitlines()
    parents = {int(child): int(parent) for child, parent in (line.split() for line in lines)}
    found, grown = {pid}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return found - {pid}


@pytest.fixture
def free_port():
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command(*words: str) -> list[str]:
    return [sys.executable, "manage.py", "serve", *words]


@pytest.fixture
def environment(tmp_path):
    """Return an environment with a run-time folder of its own; database and broker servers, if any, are the suite's."""
    return {**os.environ, "DUCHATONG_VAR": str(tmp_path / "var")}


def test_it_serves_works_off_messages_and_stops_without_leaving_anything(environment, free_port, tmp_path):
    log = (tmp_path / "log").open("w+")
    server = subprocess.Popen(
        command("--port", str(free_port)), cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        deadline = time.monotonic() + 180
        # The worker's sign of life is a message that went through the broker and back into the database.
        while health(free_port).get("worker_beat_age") is None:
            assert server.poll() is None, Path(log.name).read_text()
            assert time.monotonic() < deadline, Path(log.name).read_text()
            time.sleep(0.2)
        children = processes_below(server.pid)
        assert len(children) >= 3, "web server, its processes, worker"
        second = subprocess.run(
            command("--port", str(free_port)),
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert second.returncode != 0
        assert "什么都没有启动" in second.stderr
        assert "Traceback" not in second.stderr
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 0
        deadline = time.monotonic() + 5
        while left := {pid for pid in children if Path(f"/proc/{pid}").exists()}:
            assert time.monotonic() < deadline, left
            time.sleep(0.1)
    finally:
        server.kill()
        server.wait()
        log.close()
    said = Path(log.name).read_text()
    assert f"督查通已启动：http://127.0.0.1:{free_port}/" in said
    assert "create_administrator" in said, "an empty database without demo data: the way to the first administrator is shown"
    assert "已全部停止" in said
    assert "Traceback" not in said


def test_a_taken_port_is_refused_with_what_to_do(free_port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port))
        other.listen()
        with pytest.raises(CommandError, match=r"什么都没有启动.*make run PORT="):
            serve.listen("127.0.0.1", str(free_port))


@pytest.mark.parametrize("port", ["http", "-1", "70000", "８０００", ""])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(CommandError, match="端口号"):
        serve.listen("127.0.0.1", port)


def test_the_port_comes_from_the_environment(monkeypatch, free_port):
    monkeypatch.setenv("PORT", str(free_port))
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port))
        other.listen()
        with pytest.raises(CommandError, match=str(free_port)):
            call_command("serve")


def make_command() -> tuple[serve.Command, StringIO, list[str]]:
    """Return the command, what it prints, and the list of management commands it calls."""
    said, called = StringIO(), []
    return serve.Command(stdout=said), said, called


@pytest.mark.django_db
def test_an_empty_database_is_filled_by_the_given_command_and_only_once(monkeypatch, settings):
    settings.DEBUG = True  # no static files to gather
    order, _said, called = make_command()
    monkeypatch.setattr(serve, "call_command", lambda name, **_options: called.append(name))
    order.prepare("demo")
    assert called == ["migrate", "demo"]
    User.objects.create_user(username="zhao", password="x")
    called.clear()
    order.prepare("demo")
    assert called == ["migrate"]


@pytest.mark.django_db
def test_at_a_terminal_the_first_administrator_is_asked_for(monkeypatch):
    order, said, called = make_command()
    monkeypatch.setattr(serve, "call_command", lambda name, **_options: called.append(name))
    monkeypatch.setattr(serve.sys, "stdin", type("Terminal", (), {"isatty": staticmethod(lambda: True)}))
    order.first_users("")
    assert called == ["create_administrator"]
    monkeypatch.setattr(serve.sys, "stdin", type("Pipe", (), {"isatty": staticmethod(lambda: False)}))
    called.clear()
    order.first_users("")
    assert called == []
    assert "manage.py create_administrator" in said.getvalue()


@pytest.mark.django_db
def test_health_names_a_broker_that_is_away_but_lets_pages_go_on(client, monkeypatch):
    assert client.get("/healthz").json()["broker"] is True
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://127.0.0.1:1/0")  # Celery lets this win over what an application is given
    monkeypatch.setattr("jobs.views.current_app", Celery("away", set_as_current=False))
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["broker"] is False
