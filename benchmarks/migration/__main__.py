"""The newest migrations on a database of a million findings: ``make bench-migration``.

    .venv/bin/python -m benchmarks.migration [--findings 1000000] [--only sqlite|postgresql] [--back inspections=0008 --back units=0009 …]

Builds the database as it is today, fills it (findings with their search rows, entries of the log and receipts, one of each per finding),
takes it back to the migrations named with ``--back`` and measures how long each migration from there to today takes. PostgreSQL runs with
fsync off: what is measured is the work, not the disk.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests"))
BACK = ("inspections=0009", "units=0010", "reports=0009", "jobs=0003")
PART = 50_000


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--findings", type=int, default=1_000_000)
    parser.add_argument("--back", action="append", help="app=number: the state from which is measured")
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
            folder = Path(tempfile.mkdtemp(prefix="bench-migration-"))
            try:
                with services() if name == "postgresql" else contextlib.nullcontext({}) as variables:
                    environment = {**os.environ, "DUCHATONG_VAR": str(folder), **variables, "CELERY_BROKER_URL": "memory://"}
                    command = [sys.executable, "-m", "benchmarks.migration", *sys.argv[1:], "--inside", name]
                    failed |= subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode  # noqa: S603 -- this very module
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    return failed


def fill(count: int) -> None:
    """Copy one finding of the small world ``count`` times, with all that the site writes beside it."""
    from uuid import uuid4  # noqa: PLC0415

    from django.db import transaction  # noqa: PLC0415 -- Django must have been set up

    from benchmarks.field import world  # noqa: PLC0415
    from inspections.actions.searching import index_for_search  # noqa: PLC0415
    from inspections.actions.syncing import sync  # noqa: PLC0415
    from inspections.models import Finding, Receipt  # noqa: PLC0415
    from units.bulk_rows import insert_rows  # noqa: PLC0415
    from units.models import ActivityEntry, User  # noqa: PLC0415

    (seat,) = world.build(1)
    sync(seat.findings(1, seed=1), by=User.objects.get(display_name="组员0"))
    finding, receipt = vars(Finding.objects.get()), vars(Receipt.objects.get())
    entry = {name: value for name, value in vars(ActivityEntry.objects.latest("pk")).items() if name != "id"}
    for place in range(0, count, PART):
        rows = [{**finding, "id": uuid4()} for _ in range(min(PART, count - place))]
        with transaction.atomic():
            insert_rows(Finding, rows)
            index_for_search([Finding(**{name: value for name, value in row.items() if name[0] != "_"}) for row in rows], new=True)
            insert_rows(Receipt, [{**receipt, "id": uuid4(), "target": row["id"]} for row in rows])
            insert_rows(ActivityEntry, [{**entry, "object_id": str(row["id"])} for row in rows])


def measure(asked: argparse.Namespace) -> int:
    """Fill, go back, come forward with a clock."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    begun = time.monotonic()
    fill(asked.findings)
    print(f"\n### {connection.vendor}: {asked.findings:,} findings, filled in {time.monotonic() - begun:.0f} s\n", flush=True)
    for place in asked.back or BACK:
        app, _, number = place.partition("=")
        call_command("migrate", app, number, verbosity=0)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    print("| migration | seconds |\n|---|---:|")
    marks: dict[str, Any] = {}

    def tell(action: str, migration: Any = None, *_fake: Any) -> None:
        if action == "apply_start":
            marks["begun"] = time.monotonic()
        elif action == "apply_success":
            print(f"| {migration.app_label}.{migration.name} | {time.monotonic() - marks['begun']:.1f} |", flush=True)

    begun = time.monotonic()
    executor = MigrationExecutor(connection, tell)
    executor.migrate(executor.loader.graph.leaf_nodes())
    print(f"| **all** | **{time.monotonic() - begun:.1f}** |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
