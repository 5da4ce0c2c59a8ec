"""What it costs to take a long list out as a file: ``python -m benchmarks.scale.exports [--rows 100000 1000000] [--only sqlite|postgresql]``.

    .venv/bin/python -m benchmarks.scale.exports --rows 100000

Findings of one campaign, with all their columns, by the very function that the job calls; each size in a process of its own, so that the
growth of its memory is its own. Processor time does not depend on what else the machine does. Goals (issue 6): 1,000,000 rows with less than
64 MiB, 100,000 rows within 5 s; the command ends with an error when one is missed (the time only on a machine of its own: ``--idle``).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests"))
MOST_MIB, MOST_ROWS = 64, 1_000_000
MOST_SECONDS, IN_TIME = 5.0, 100_000
MIB = 2**20


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[IN_TIME, MOST_ROWS])
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--idle", action="store_true", help="nothing else runs: judge the time as well")
    parser.add_argument("--inside", choices=("build", "measure"), help=argparse.SUPPRESS)
    parser.add_argument("--form", default="xlsx", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    """Build once per database, then measure each size and form in a process of its own."""
    asked = options()
    if asked.inside:
        return inside(asked)
    from with_services import services  # noqa: PLC0415 -- only the outer process needs it

    failed = 0
    for name in ("postgresql", "sqlite"):
        if asked.only not in {None, name}:
            continue
        folder = Path(tempfile.mkdtemp(prefix="bench-exports-"))
        try:
            with services() if name == "postgresql" else contextlib.nullcontext({}) as variables:
                environment = {**os.environ, "DUCHATONG_VAR": str(folder), **variables, "CELERY_BROKER_URL": "memory://"}
                command = [sys.executable, "-m", "benchmarks.scale.exports", *(["--idle"] if asked.idle else [])]

                def run(*more: str, command: list[str] = command, environment: dict[str, str] = environment) -> int:
                    return subprocess.run([*command, *more], env=environment, cwd=ROOT, check=False).returncode  # noqa: S603 -- this module

                failed |= run("--rows", str(max(asked.rows)), "--inside", "build")
                print(f"\n### {name}: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n", flush=True)
                print("| rows | file | processor s | elapsed s | growth MiB | file MiB |\n|---|---|---|---|---|---|", flush=True)
                for rows in asked.rows:
                    for form in ("xlsx", "csv"):
                        failed |= run("--rows", str(rows), "--inside", "measure", "--form", form)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return failed


def inside(asked: argparse.Namespace) -> int:
    """Build, or measure, in this process's database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415

    django.setup()
    return build(asked.rows[0]) if asked.inside == "build" else measure(asked.rows[0], asked.form, idle=asked.idle)


def build(rows: int) -> int:
    """One campaign with ``rows`` findings at a thousand organizations."""
    from django.core.management import call_command  # noqa: PLC0415 -- needs Django

    call_command("migrate", verbosity=0)
    from benchmarks.scale.world import Size  # noqa: PLC0415 -- needs Django
    from benchmarks.scale.world import build as build_world  # noqa: PLC0415

    begun = time.monotonic()
    world = build_world(Size((1, 4, 15, 80, 900), 1, rows / 995, 1.0))
    print(f"Built {world.counts['findings']:,} findings in {time.monotonic() - begun:.0f} s.", flush=True)
    return 0


def measure(rows: int, form: str, *, idle: bool) -> int:
    """Write the first ``rows`` findings; return 1 when a goal is missed."""
    from inspections.list_kinds import FINDINGS  # noqa: PLC0415 -- needs Django
    from inspections.models import Finding  # noqa: PLC0415
    from units.exporting import write_list  # noqa: PLC0415
    from units.lists import Found  # noqa: PLC0415
    from units.models import User  # noqa: PLC0415

    office = User.objects.exclude(username__startswith="bench-").get(appointments__role="office")
    found = Found(Finding.objects.visible_to(office).standing())
    with tempfile.TemporaryFile() as small:
        # What is loaded once for good is no growth.
        write_list(FINDINGS, Found(found.rows[:100]), FINDINGS.columns, small, name="督查发现", form=form)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun, spent = time.monotonic(), time.process_time()
    with tempfile.TemporaryFile() as target:
        count = write_list(FINDINGS, Found(found.rows[:rows]), FINDINGS.columns, target, name="督查发现", form=form)
        elapsed, spent = time.monotonic() - begun, time.process_time() - spent
        growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        size = target.seek(0, os.SEEK_END) / MIB
        if form == "xlsx":
            with zipfile.ZipFile(target) as book:
                assert book.testzip() is None
    print(f"| {count:,} | {form} | {spent:.1f} | {elapsed:.1f} | {growth:.0f} | {size:.1f} |", flush=True)
    too_large = growth > MOST_MIB
    too_slow = idle and count <= IN_TIME and elapsed > MOST_SECONDS
    return int(too_large or too_slow)


if __name__ == "__main__":
    sys.exit(main())
