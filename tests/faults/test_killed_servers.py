"""Web server, PostgreSQL and Redis are killed (``kill -9``) while phones send and a job runs: what was confirmed is there, once, and work goes on.

Everything is the real thing, in processes of its own: gunicorn, Celery, PostgreSQL with its crash recovery, an empty Redis after the kill.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks.field.clients import Socket
from tests import with_services
from tests.inspections.field.outbox import API, Answer, Cut, Outbox, Sent

ROOT = Path(__file__).resolve().parents[2]
CLIENTS, RECORDS, BATCH = 3, 120, 10
BUILD = f"""
import json
from benchmarks.field import world
from units.models import User
User.objects.create(username="u", display_name="测试")
print(json.dumps([[seat.session, seat.units, seat.checklist] for seat in world.build({CLIENTS})]))
"""
STATE = """
import json
from django.db import connection
from inspections.models import Finding, FindingGrams, Receipt, TallyMark
from units.models import ActivityEntry
print(json.dumps({
    "findings": sorted(str(key) for key in Finding.objects.values_list("pk", flat=True)),
    "searchable": FindingGrams.objects.count(),
    "entries": ActivityEntry.objects.filter(verb="inspections.finding_create").count(),
    "receipts": Receipt.objects.filter(kind="finding").count(),
    "begun": ActivityEntry.objects.filter(verb="inspections.assignment_begin").count(),
}))
"""
JOB = """
import json, time
from jobs import actions
from jobs.models import Job
from units.models import User
job = actions.start("test.slow", "慢任务", by=User.objects.get(username="u"), params={"count": 8, "seconds": 0.3}, total=8)
while True:
    job.refresh_from_db()
    times = [item.data.get("times", 0) for item in job.items.all()]
    print(json.dumps({"status": job.status, "done": job.done, "times": times}), flush=True)
    time.sleep(0.2)
"""


class Site:
    """Servers of its own; each can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.account = folder, with_services.server_account()
        self.running: dict[str, subprocess.Popen] = {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = {
            **os.environ,
            "DATABASE_URL": f"postgres://app@/postgres?host={folder}",
            "CELERY_BROKER_URL": f"redis+socket://{folder}/redis.sock",
            "DUCHATONG_VAR": str(folder / "var"),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "JOB_STALE_SECONDS": "3",
            "API_REQUESTS_PER_MINUTE": "1000000",
            "PYTHONPATH": str(ROOT),
        }

    def start(self, name: str) -> None:
        """Start one server and wait until it takes work."""
        self.running[name] = getattr(self, f"_{name}")()
        if name in {"postgres", "redis"}:
            with_services.wait_until_ready(self.folder, {one: self.running[one] for one in ("postgres", "redis") if one in self.running})

    def _postgres(self) -> subprocess.Popen:
        with suppress(FileNotFoundError):
            (self.folder / "postgres.log").unlink()
        return with_services.start_postgres(self.folder, self.account, careful=True)

    def _redis(self) -> subprocess.Popen:
        with suppress(FileNotFoundError):
            (self.folder / "redis.sock").unlink()
        return with_services.start_redis(self.folder, self.account)

    def _web(self) -> subprocess.Popen:
        command = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{self.port}", "--workers", "2"]
        return self._ours([*command, "--worker-class", "gthread", "--threads", "4", "--log-level", "critical", "--preload"], "web.log")

    def _worker(self) -> subprocess.Popen:
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "config",
            "worker",
            "-P",
            "threads",
            "-c",
            "2",
            "-B",
            "--include",
            "tests.jobs.slow",
        ]
        command += ["-s", str(self.folder / "var" / "beat"), "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
        return self._ours(command, "worker.log")

    def _ours(self, command: list[str], log: str) -> subprocess.Popen:
        with (self.folder / "var" / log).open("ab") as out:
            return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=out, stderr=out, start_new_session=True)

    def kill(self, name: str) -> None:
        """Kill a server and all its processes at once, as a power cut does."""
        server = self.running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()

    def tell(self, code: str) -> object:
        """Run code in a process of the site and return what it prints as JSON."""
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.fixture(scope="module")
def site():
    """A site with people and units, web server and worker running."""
    with tempfile.TemporaryDirectory(prefix="kill-", dir="/tmp", ignore_cleanup_errors=True) as name:  # a socket's path must be short
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "var").mkdir()
        one = Site(folder)
        if one.account:
            os.chown(folder, int(str(one.account["user"])), int(str(one.account["group"])))
        try:
            for server in ("redis", "postgres"):
                one.start(server) if server == "postgres" else one.running.__setitem__(server, one._redis())
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=one.environment, check=True, timeout=300
            )
            one.seats = one.tell(BUILD)
            one.start("web")
            one.start("worker")
            yield one
        finally:
            for server in list(one.running):
                one.kill(server)


class PatientLine(Socket):
    """Waits a moment after each fault, as a phone does: a dead server is not asked a thousand times a second."""

    def __call__(self, sent: Sent) -> Answer:
        """Send one request."""
        try:
            answer = super().__call__(sent)
        except Cut:
            time.sleep(0.1)
            raise
        if answer.status >= 500:
            time.sleep(0.1)
        return answer


def _wait(what, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "nothing happens any more"
        time.sleep(0.05)


def test_what_was_confirmed_to_phones_is_there_once(site):
    from benchmarks.field.world import Seat

    seats = [Seat(*row) for row in site.seats]
    sent = [seat.findings(RECORDS, seed=place) for place, seat in enumerate(seats)]
    outboxes = [Outbox(PatientLine(site.port, seat.session), list(rows), [], batch=BATCH) for seat, rows in zip(seats, sent, strict=True)]
    threads = [threading.Thread(target=outbox.empty, args=(100_000,), daemon=True) for outbox in outboxes]

    def left() -> int:
        return sum(len(outbox.records) for outbox in outboxes)

    for thread in threads:
        thread.start()
    whole = CLIENTS * RECORDS
    for server, share in (("web", 0.8), ("postgres", 0.5)):
        _wait(lambda share=share: left() < whole * share)
        site.kill(server)
        assert left(), "all had been sent before the kill"
        site.start(server)
    for thread in threads:
        thread.join(120)
    assert not left()
    assert not any(outbox.refused for outbox in outboxes)
    state = SimpleNamespace(**site.tell(STATE))
    assert state.findings == sorted(row["id"] for rows in sent for row in rows)
    assert (state.searchable, state.entries, state.receipts) == (whole, whole, whole)
    assert state.begun == len({row["assignment"] for rows in sent for row in rows}), "each unit was begun once"


def test_a_job_goes_on_without_redis_and_with_a_new_database_process(site):
    """The messages are gone with Redis, and the worker's connections with PostgreSQL: the job's row brings it to its end."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", JOB]

    def follow(is_reached) -> dict:
        nonlocal watcher
        end = time.monotonic() + 120
        for line in watcher.stdout:
            if line.startswith("{") and is_reached(state := json.loads(line)):
                return state
            assert time.monotonic() < end, line
        raise AssertionError("the watcher ended")

    watcher = subprocess.Popen(command, cwd=ROOT, env=site.environment, stdout=subprocess.PIPE, text=True)
    try:
        follow(lambda state: state["done"] >= 2)
        for server in ("redis", "worker"):
            site.kill(server)
        site.start("redis")
        site.start("worker")
        state = follow(lambda state: state["status"] not in {"queued", "running"})
        assert (state["status"], state["times"]) == ("done", [1] * 8)
    finally:
        watcher.kill()
        watcher.wait()
        watcher.stdout.close()


def test_phones_are_told_while_the_database_is_away(site):
    line = Socket(site.port, site.seats[0][0])

    def ask() -> Answer:
        return line(Sent("GET", f"{API}/me"))

    assert ask().status == 200
    site.kill("postgres")
    away = ask()
    assert (away.status, json.loads(away.body)["code"]) == (503, "unavailable"), away.body[:500]
    assert "请过一分钟再试" in json.loads(away.body)["message"]
    site.start("postgres")
    _wait(lambda: ask().status == 200, 30)
