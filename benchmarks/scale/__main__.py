"""What figures cost at the size of a nation: ``make bench-scale`` (``SIZE=small``, ``medium`` or ``full``).

    SIZE=small .venv/bin/python -m benchmarks.scale [--only sqlite|postgresql]

On PostgreSQL (a private one, started for the run by ``tests/with_services.py``) the tree of the size asked for, on SQLite at most the
medium one. Blocks touched do not depend on what else the machine does; times do. The command ends with an error when a tally differs from
a recount, or when the root costs more than twice the blocks of a district.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests"))


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default=os.environ.get("SIZE") or "small", choices=("tiny", "small", "medium", "full"))
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    """Run once per database, each in a process of its own, since Django knows only one."""
    asked = options()
    if asked.inside:
        return inside(asked)
    from with_services import services  # noqa: PLC0415 -- only the outer process needs it

    failed = 0
    for name in ("postgresql", "sqlite"):
        if asked.only not in {None, name}:
            continue
        # As large as one file of SQLite is meant for.
        size = "medium" if (name, asked.size) == ("sqlite", "full") else asked.size
        folder = Path(tempfile.mkdtemp(prefix="bench-scale-"))
        try:
            with services() if name == "postgresql" else contextlib.nullcontext({}) as variables:
                environment = {**os.environ, "DUCHATONG_VAR": str(folder), **variables, "CELERY_BROKER_URL": "memory://"}
                command = [sys.executable, "-m", "benchmarks.scale", "--size", size, "--inside", name]
                failed |= subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode  # noqa: S603 -- this very module
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        # Files of long lists, in a database of their own.
        rows = ("100000", "1000000") if size == "full" else ("100000",)
        exports = [sys.executable, "-m", "benchmarks.scale.exports", "--only", name, "--rows", *rows]
        failed |= subprocess.run(exports, cwd=ROOT, check=False).returncode  # noqa: S603 -- beside this module
    return failed


def inside(asked: argparse.Namespace) -> int:
    """Build and measure in this process's database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    # Nothing has been collected into the folder of this run.
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    call_command("migrate", verbosity=0)
    from benchmarks.scale.measuring import measure  # noqa: PLC0415 -- needs Django

    return measure(asked.size)


if __name__ == "__main__":
    sys.exit(main())
