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
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent.parent
WATCH = """
import json, time
from jobs.models import Job
while True:
    job = Job.objects.latest("created_at")
    times = [i.data.get("times", 0) for i in job.items.all()]
    print(json.dumps({"status": job.status, "done": job.done, "tries": job.tries, "times": times}), flush=True)
    time.sleep(0.2)
"""
START = """
from jobs import actions
from units.models import User
by = User.objects.create(username="u", display_name="测试")
actions.start("test.slow", "慢任务", by=by, params={"count": 12, "seconds": 0.4}, total=12)
"""
UNITS = 10
BIND = f"""
from datetime import date
from jobs import actions
from tests import factories
top = factories.make_organization("云岭区委")
by = factories.make_user("赵", username="zhao", role="office", at=top)
campaign = factories.make_campaign(top, by)
rows = []
for number in range({UNITS}):
    rows.append(factories.make_assignment(campaign, factories.make_organization(f"第{{number}}党支部", top), status="concluded"))
    factories.make_result(rows[-1], "T1-1", by, conformity="conforming")
    factories.make_finding(rows[-1], by)
params = {{"campaign": campaign.pk, "template": factories.report_template("feedback").pk, "assignments": sorted(str(row.pk) for row in rows),
    "formats": ["pdf"], "values": {{"signed_on": "2026-11-20"}}, "bundle": "volume", "right_pages": True}}
actions.start("reports.bulk", "合订本", by=by, params=params, total={UNITS})
"""
BOUND = """
import json, pypdfium2
from jobs.models import Job
job = Job.objects.latest("created_at")
storage = job.file.storage
toc = [m.get_title() for m in pypdfium2.PdfDocument(job.file.read()).get_toc() if m.level == 0]
print(json.dumps({"toc": toc, "labels": [i.label for i in job.items.all()], "files": [len(storage.listdir(f)[1]) for f in ("jobs/items", "jobs")]}))
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A database, a broker and a run-time folder of its own, on whichever services this run of the tests has."""
    env = {
        **os.environ,
        "DUCHATONG_VAR": str(tmp_path_factory.mktemp("killed")),
        "JOB_STALE_SECONDS": "3",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    env.setdefault("DUCHATONG_FONTS", str(settings.VAR_DIR / "fonts"))
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


def _worker(env: dict[str, str], log: Path) -> subprocess.Popen:
    schedule = Path(env["DUCHATONG_VAR"]) / "beat-schedule"
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-P", "threads", "-c", "2", "-B", "-s", str(schedule)]
    command += ["--include", "tests.jobs.slow,tests.jobs.slow_documents", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=log.open("ab"), stderr=subprocess.STDOUT, start_new_session=True)


def _wait(env: dict[str, str], what, seconds: float, begin: str = "") -> dict:
    """Return the newest job's state as soon as ``what`` is true of it.

    One process does ``begin`` and looks all the while, since each start takes a second, on a busy machine more than the job itself.
    """
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", begin + WATCH]
    watcher = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    end = time.monotonic() + seconds
    state: dict = {}
    try:
        for line in watcher.stdout:
            if line.startswith("{") and what(state := json.loads(line)):
                return state
            if time.monotonic() > end:
                break
    finally:
        watcher.kill()
        watcher.wait()
        watcher.stdout.close()
    pytest.fail(f"still {state} after {seconds} s")


def _killed_in_the_middle(environment: dict[str, str], log: Path, start: str) -> dict:
    """Start a job, kill its worker when two items are done, and return where the job stands when a second worker has ended it."""
    first = _worker(environment, log)
    try:
        before = _wait(environment, lambda state: state["done"] >= 2, 120, begin=start)
    finally:
        gone = first.poll()
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        assert gone is None, log.read_text()
    assert before["status"] == "running"
    second = _worker(environment, log)
    try:
        return _wait(environment, lambda state: state["status"] not in ("running", "queued"), 90)
    finally:
        os.killpg(second.pid, signal.SIGTERM)
        try:
            second.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(second.pid, signal.SIGKILL)


def test_a_killed_worker_costs_time_but_no_work(environment, tmp_path):
    log = tmp_path / "worker.log"
    after = _killed_in_the_middle(environment, log, START)
    assert after["status"] == "done", log.read_text()
    assert after["tries"] == 2
    assert after["times"] == [1] * 12


def test_a_volume_whose_worker_is_killed_holds_every_document_once(environment, tmp_path):
    log = tmp_path / "worker.log"
    after = _killed_in_the_middle(environment, log, BIND)
    assert after["status"] == "done", log.read_text()
    assert after["tries"] == 2
    # The one that the killed worker was at may have been begun twice; what was done is not done again.
    assert sorted(after["times"])[:-1] == [1] * (UNITS - 1)
    bound = json.loads(_manage(environment, "shell", "--no-imports", "-c", BOUND).strip().splitlines()[-1])
    assert bound["toc"] == ["封面", "目录", *bound["labels"]]
    assert len(set(bound["labels"])) == UNITS
    assert bound["files"] == [UNITS, 1], "no file is left over"
