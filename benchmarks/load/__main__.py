"""Inspectors and readers at the same moment on the real server: ``make bench-load``.

    .venv/bin/python -m benchmarks.load [--inspectors 200] [--readers 20] [--seconds 60] [--batch 10] [--every 5] [--only sqlite|postgresql]

Each inspector sends a batch of findings every so many seconds (a phone with a network sends as one writes) and asks for a token before, as
phones do; each reader opens one page after the other (home, campaigns, findings, search, ledger, reports, notices) with a second between. All
begin at moments of their own. Printed: requests, errors, median, 95th percentile and the longest, per kind. It ends with an error when an
answer was no success, or when a record is missing or doubled. ``--inspectors 40 --readers 40`` is the meeting at which forty leaders look.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests"))

PAGES = {
    "home": "/reports/home/",
    "overview": "/reports/dashboard/",
    "campaigns": "/inspections/campaigns/",
    "findings": "/inspections/findings/",
    "findings, search": "/inspections/findings/?q=%E5%AD%A6%E4%B9%A0",
    "ledger": "/inspections/rectifications/",
    "reports": "/reports/list/",
    "notices": "/units/notices/",
}
READER_RESTS = 1.0


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inspectors", type=int, default=200)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--batch", type=int, default=10)
    parser.add_argument("--every", type=float, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    """Run once per database, each in a process of its own."""
    asked = options()
    if asked.inside:
        return measure(asked)
    from with_services import services  # noqa: PLC0415 -- only the outer process needs it

    failed = 0
    for name in ("sqlite", "postgresql"):
        if asked.only in {None, name}:
            folder = Path(tempfile.mkdtemp(prefix="bench-load-"))
            try:
                with services() if name == "postgresql" else contextlib.nullcontext({}) as variables:
                    environment = {**os.environ, "DUCHATONG_VAR": str(folder), **variables, "CELERY_BROKER_URL": "memory://"}
                    command = [sys.executable, "-m", "benchmarks.load", *sys.argv[1:], "--inside", name]
                    failed |= subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode  # noqa: S603 -- this very module
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    return failed


class Measured:
    """Seconds and errors per kind of request, from many threads."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}
        self.errors: list[str] = []
        self._lock = threading.Lock()

    def ask(self, kind: str, line: Any, sent: Any) -> Any:
        """Send one request and note how long it took; what is no success is an error."""
        from tests.inspections.field.outbox import Cut  # noqa: PLC0415

        begun = time.monotonic()
        try:
            answer, fault = line(sent), ""
        except Cut as error:
            answer, fault = None, repr(error.__cause__)
        took = time.monotonic() - begun
        if answer is not None and answer.status != 200:  # noqa: PLR2004
            fault = f"{answer.status} {answer.body[:200]!r}"
        with self._lock:
            self.seconds.setdefault(kind, []).append(took)
            if fault:
                self.errors.append(f"{kind}: {fault}")
        return answer

    def table(self) -> None:
        """Print one row per kind."""
        print("| what | requests | median ms | p95 ms | longest ms |\n|---|---:|---:|---:|---:|")
        for kind, found in sorted(self.seconds.items()):
            late = statistics.quantiles(found, n=20)[-1] if len(found) > 1 else found[0]
            print(f"| {kind} | {len(found):,} | {statistics.median(found) * 1000:,.0f} | {late * 1000:,.0f} | {max(found) * 1000:,.0f} |")


def inspect(  # noqa: PLR0917 -- all of them are the case
    measured: Measured, port: int, seat: Any, number: int, asked: argparse.Namespace, end: float
) -> int:
    """Be one inspector until ``end``; return how many records were acknowledged."""
    from benchmarks.field.clients import Socket  # noqa: PLC0415 -- after Django is set up, as everything here
    from tests.inspections.field.outbox import API, Sent  # noqa: PLC0415

    dice, line, stored, turn = random.Random(number), Socket(port, seat.session), 0, 0  # noqa: S311 -- reproducible
    time.sleep(dice.random() * asked.every)
    while time.monotonic() < end:
        turn += 1
        me = measured.ask("phone: token", line, Sent("GET", f"{API}/me"))
        if me is not None and me.status == 200:  # noqa: PLR2004
            body = json.dumps({"records": seat.findings(asked.batch, seed=number * 10_000 + turn)}).encode()
            token = json.loads(me.body)["csrf_token"]
            answer = measured.ask(f"phone: {asked.batch} findings", line, Sent("POST", f"{API}/sync", body, "application/json", token))
            if answer is not None and answer.status == 200:  # noqa: PLR2004
                stored += sum(one["outcome"] == "created" for one in json.loads(answer.body)["outcomes"])
        time.sleep(asked.every * (0.5 + dice.random()))
    return stored


def look(measured: Measured, port: int, session: str, number: int, end: float) -> None:
    """Be one reader until ``end``."""
    from benchmarks.field.clients import Socket  # noqa: PLC0415
    from tests.inspections.field.outbox import Sent  # noqa: PLC0415

    dice, line = random.Random(number), Socket(port, session)  # noqa: S311 -- reproducible
    time.sleep(dice.random() * READER_RESTS)
    while time.monotonic() < end:
        name = dice.choice(list(PAGES))
        measured.ask(f"page: {name}", line, Sent("GET", PAGES[name]))
        time.sleep(READER_RESTS * (0.5 + dice.random()))


def measure(asked: argparse.Namespace) -> int:
    """Measure one database and compare what was acknowledged with what is stored."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from benchmarks.field import world  # noqa: PLC0415
    from benchmarks.field.__main__ import server  # noqa: PLC0415
    from inspections.models import Finding  # noqa: PLC0415

    seats = world.build(asked.inspectors)
    leaders = world.readers(asked.readers)
    connection.close()
    print(
        f"\n### {connection.vendor}: {asked.inspectors} inspectors, {asked.readers} readers, {asked.seconds:g} s, {asked.workers} workers, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n",
        flush=True,
    )
    measured, stored = Measured(), [0] * len(seats)
    with server(asked.workers) as (port, _process):
        end = time.monotonic() + asked.seconds

        def send(place: int) -> None:
            stored[place] = inspect(measured, port, seats[place], place, asked, end)

        threads = [threading.Thread(target=send, args=(place,)) for place in range(len(seats))]
        threads += [threading.Thread(target=look, args=(measured, port, leader, number, end)) for number, leader in enumerate(leaders)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    measured.table()
    kept = Finding.objects.count()
    print(f"\n{sum(stored):,} findings acknowledged, {kept:,} stored; {len(measured.errors)} errors.")
    for error in measured.errors[:10]:
        print(f"**{error}**")
    return 1 if measured.errors or kept != sum(stored) else 0


if __name__ == "__main__":
    raise SystemExit(main())
