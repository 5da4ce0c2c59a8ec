"""A real worker is killed in the middle of a job; another one finishes it, and no item is done twice or left out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
STATE = """
import json
from jobs.models import Job
job = Job.objects.get()
print(json.dumps({"status": job.status, "done": job.done, "tries": job.tries, "times": [i.data.get("times", 0) for i in job.items.all()]}))
"""
START = """
from jobs import actions
from units.models import User
by = User.objects.create(username="u", display_name="测试")
actions.start("test.slow", "慢任务", by=by, params={"count": 12, "seconds": 0.4}, total=12)
"""


@pytest.fixture
def environment(tmp_path):
    """A database, a broker and a run-time folder of its own, on whichever services this run of the tests has."""
    env = {**os.environ, "DUCHATONG_VAR": str(tmp_path / "var"), "JOB_STALE_SECONDS": "3", "DJANGO_SETTINGS_MODULE": "config.settings"}
    url = env.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        connection = psycopg2.connect(url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS duchatong_killed")
            cursor.execute("CREATE DATABASE duchatong_killed")
        connection.close()
        env["DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path="/duchatong_killed"))
    else:
        env.pop("DATABASE_URL", None)
    broker = env.get("CELERY_BROKER_URL", "")
    if broker.startswith("redis+socket"):
        env["CELERY_BROKER_URL"] = f"{broker}?virtual_host=5"
    _manage(env, "migrate", "--verbosity", "0")
    return env


def _manage(env: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _state(env: dict[str, str]) -> dict:
    return json.loads(_manage(env, "shell", "--no-imports", "-c", STATE).strip().splitlines()[-1])


def _worker(env: dict[str, str], log: Path) -> subprocess.Popen:
    schedule = Path(env["DUCHATONG_VAR"]) / "beat-schedule"
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-P", "threads", "-c", "2", "-B", "-s", str(schedule)]
    command += ["--include", "tests.jobs.slow", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=log.open("ab"), stderr=subprocess.STDOUT, start_new_session=True)


def _wait(env: dict[str, str], what, seconds: float) -> dict:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        state = _state(env)
        if what(state):
            return state
        time.sleep(0.3)
    pytest.fail(f"still {state} after {seconds} s")


def test_a_killed_worker_costs_time_but_no_work(environment, tmp_path):
    log = tmp_path / "worker.log"
    first = _worker(environment, log)
    _manage(environment, "shell", "--no-imports", "-c", START)
    try:
        before = _wait(environment, lambda state: state["done"] >= 2, 60)
    finally:
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
    assert before["status"] == "running"
    second = _worker(environment, log)
    try:
        after = _wait(environment, lambda state: state["status"] not in ("running", "queued"), 90)
    finally:
        os.killpg(second.pid, signal.SIGTERM)
        try:
            second.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(second.pid, signal.SIGKILL)
    assert after["status"] == "done", log.read_text()
    assert after["tries"] == 2
    assert after["times"] == [1] * 12
