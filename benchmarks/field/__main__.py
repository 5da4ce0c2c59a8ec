"""How many records a second the site takes in from phones, and whether each arrives exactly once: ``make bench-field``.

    .venv/bin/python -m benchmarks.field [--records 20000] [--batch 100] [--workers 2] [--only sqlite|postgresql] [--sent 1000 --photos 300]

The real server (gunicorn, all middleware, session, CSRF, rights, log and receipts for every record) is fed by clients in processes of
their own over sockets, on the same cores. A private PostgreSQL is started for the run (``tests/with_services.py``: without fsync, so that
the disk of the machine is not what is measured); SQLite is a file with the settings of the site.

The command ends with an error when a record is missing, doubled or undone, or when a request fails.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.field.cpu import Meter

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests"))

CLIENTS = 8
GOAL = 5_000


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--sent", type=int, default=1_000)
    parser.add_argument("--photos", type=int, default=300)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    """Run once per database, each in a process of its own, since Django knows only one."""
    asked = options()
    if asked.inside:
        return measure(asked)
    from with_services import services  # noqa: PLC0415 -- only the outer process needs it

    failed = 0
    for name in ("sqlite", "postgresql"):
        if asked.only in {None, name}:
            folder = Path(tempfile.mkdtemp(prefix="bench-field-"))
            try:
                with services() if name == "postgresql" else contextlib.nullcontext({}) as variables:
                    environment = {**os.environ, "DUCHATONG_VAR": str(folder), "API_REQUESTS_PER_MINUTE": "1000000000", **variables}
                    environment["CELERY_BROKER_URL"] = "memory://"
                    command = [sys.executable, "-m", "benchmarks.field", *sys.argv[1:], "--inside", name]
                    failed |= subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode  # noqa: S603 -- this very module
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    return failed


@contextlib.contextmanager
def server(workers: int, threads: int = 8) -> Iterator[tuple[int, int]]:
    """Start the site as it is served in production and yield its port and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "config.wsgi:application",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        str(workers),
        "--preload",
    ]
    command += ["--worker-class", "gthread", "--threads", str(threads), "--timeout", "120", "--log-level", "warning"]
    running = subprocess.Popen(command, cwd=ROOT)  # noqa: S603 -- our own server
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield port, running.pid
    finally:
        running.terminate()
        running.wait(30)


def together(function: Any, rows: list[tuple[Any, ...]]) -> list[Any]:
    """Call ``function`` with each row in a process of its own, all starting at the same moment."""
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager:
        start = manager.Barrier(len(rows))
        with context.Pool(len(rows)) as pool:
            return pool.starmap(function, [(*row, start) for row in rows])


def rate(found: list[tuple[float, float, Counter[str]]]) -> tuple[float, Counter[str]]:
    """Return records per second from the first start to the last end, and all outcomes."""
    outcomes: Counter[str] = sum((one[2] for one in found), Counter())
    seconds = max(one[1] for one in found) - min(one[0] for one in found)
    return sum(outcomes.values()) / seconds, outcomes


def measure(asked: argparse.Namespace) -> int:
    """Measure one database and check that everything is right."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    from benchmarks.field import clients, world  # noqa: PLC0415
    from benchmarks.field.cpu import Meter  # noqa: PLC0415

    seats = world.build(CLIENTS)
    connection.close()
    print(
        f"\n### {connection.vendor}: {asked.workers} workers, batches of {asked.batch}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n"
    )
    print("| what | records/s | CPU µs per record: web, database | outcomes |\n|---|---:|---:|---|")
    faults: list[str] = []
    with server(asked.workers, asked.threads) as (port, process):
        meter = Meter(process)
        warm = seats[0].findings(asked.batch * 4, seed=1)
        together(clients.send_all, [(port, seats[0], warm, asked.batch)])
        expected = len(warm)
        meter.spent()
        for number in (1, CLIENTS):
            each = asked.records // number
            rows = [(port, seat, seat.findings(each, seed=number * 100 + place), asked.batch) for place, seat in enumerate(seats[:number])]
            speed, outcomes = rate(together(clients.send_all, rows))
            expected += each * number
            told(f"findings, {number} client{'s' if number > 1 else ''}", speed, outcomes, meter)
            if dict(outcomes) != {"created": each * number}:
                faults.append(f"{number} clients: {dict(outcomes)}")
            if connection.vendor == "postgresql" and number > 1 and speed < GOAL:
                faults.append(f"goal missed: {speed:.0f} records/s, {GOAL} wanted")
        expected += replays(port, seats, asked, faults, meter)
        expected += bad_line(port, seats, asked, faults)
    check_counts(expected, faults)
    for fault in faults:
        print(f"**{fault}**")
    return 1 if faults else 0


def told(what: str, speed: float, outcomes: Counter[str], meter: Meter) -> None:
    """Print one row."""
    web, database = (1e6 * one / sum(outcomes.values()) for one in meter.spent())
    print(
        f"| {what} | {speed:,.0f} | {web:.0f}, {database:.0f} | {', '.join(f'{count:,} {name}' for name, count in sorted(outcomes.items()))} |",
        flush=True,
    )


def replays(port: int, seats: list[Any], asked: argparse.Namespace, faults: list[str], meter: Meter) -> int:
    """Eight clients of one inspector send the same records, each in its own order; meanwhile nothing newer may be undone."""
    from benchmarks.field import clients  # noqa: PLC0415
    from inspections.models import Finding  # noqa: PLC0415

    records = seats[0].findings(max(asked.records // 20, asked.batch), seed=7)
    rows = [(port, seats[0], records, asked.batch, seed) for seed in range(CLIENTS)]
    speed, outcomes = rate(together(clients.replay, rows))
    told(f"{CLIENTS} clients, the same records shuffled", speed, outcomes, meter)
    if (
        outcomes["created"] != len(records)
        or sum(outcomes.values()) != len(records) * CLIENTS
        or set(outcomes) - {"created", "received", "same"}
    ):
        faults.append(f"replays: {dict(outcomes)}")
    edits = [{**one, "base_revision": 1, "data": {**one["data"], "text": "改过的"}} for one in records]
    speed, outcomes = rate(together(clients.send_all, [(port, seats[0], edits, asked.batch)]))
    told("edits, 1 client", speed, outcomes, meter)
    speed, outcomes = rate(together(clients.replay, rows))
    told("late replays after the edits", speed, outcomes, meter)
    undone = Finding.objects.filter(pk__in=[one["id"] for one in records]).exclude(text="改过的").count()
    if undone or dict(outcomes) != {"received": len(records) * CLIENTS}:
        faults.append(f"{undone} newer edits undone, {dict(outcomes)}")
    return len(records)


def bad_line(port: int, seats: list[Any], asked: argparse.Namespace, faults: list[str]) -> int:
    """Records and photos through a line on which every fifth request meets a fault."""
    import hashlib  # noqa: PLC0415
    import uuid  # noqa: PLC0415

    from benchmarks.field import clients  # noqa: PLC0415
    from inspections.models import Evidence, Finding  # noqa: PLC0415
    from tests.inspections.field import phone  # noqa: PLC0415

    records = seats[1].findings(asked.sent, seed=3)
    photos = [(str(uuid.uuid4()), records[place % len(records)]["id"], phone.photo(place)) for place in range(asked.photos)]
    begun = time.monotonic()
    requests, met, refused = clients.through_faults(port, seats[1], records, photos, 0.2, 5)
    seconds = time.monotonic() - begun
    kept = dict(Evidence.objects.values_list("pk", "source_sha256"))
    sent = {uuid.UUID(key): hashlib.sha256(content).hexdigest() for key, _finding, content in photos}
    arrived = Finding.objects.filter(pk__in=[one["id"] for one in records]).count()
    print(
        f"\nThrough 20 % faults: {arrived:,} of {asked.sent:,} records and {len(kept):,} of {asked.photos:,} photos in {seconds:.0f} s, "
        f"{requests:,} requests, {sum(met.values()):,} faults ({', '.join(f'{count} {name}' for name, count in met.most_common())})."
    )
    if kept != sent or arrived != asked.sent or refused:
        faults.append(f"bad line: {arrived} records, {len(kept)} photos, {refused} refused")
    return asked.sent


def check_counts(expected: int, faults: list[str]) -> None:
    """Compare what was sent with what is stored: facts, log, receipts."""
    from inspections.models import Finding, Receipt  # noqa: PLC0415
    from units.models import ActivityEntry  # noqa: PLC0415

    stored = {
        "findings": Finding.objects.count(),
        "entries of the log": ActivityEntry.objects.filter(verb="inspections.finding_create").count(),
        "receipts": Receipt.objects.filter(kind="finding").count()
        - ActivityEntry.objects.filter(verb="inspections.finding_update").count(),
    }
    print(f"\nSent {expected:,}; stored {json.dumps(stored)}.")
    faults.extend(f"{name}: {count} instead of {expected}" for name, count in stored.items() if count != expected)


if __name__ == "__main__":
    raise SystemExit(main())
