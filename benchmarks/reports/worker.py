"""A worker by itself, to see its memory: ``python -m benchmarks.reports.worker ours|naive folder count``. Prints megabytes per 50 documents.

Ours is the bulk job itself, with the process beside it that sets the pages; both are counted. Memory that the two share, such as the
interpreter, is divided among those who share it (PSS, as the kernel has it).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.reports import data

STEP = 50


def megabytes(pids: Iterable[int]) -> float:
    """Return the memory of some processes in megabytes, what they share counted once."""
    total = 0
    for pid in pids:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return round(total * 1024 / 1e6, 1)


def ours(count: int) -> list[float]:
    """Run the bulk job over ``count`` organizations and look at the memory whenever fifty more are done."""
    from jobs.models import Job  # noqa: PLC0415 - Django is ready only now
    from jobs.running import Progress, run  # noqa: PLC0415
    from reports.rendering import press  # noqa: PLC0415
    from units.models import User  # noqa: PLC0415

    campaign = data.many_units(count)
    ids = [str(pk) for pk in campaign.assignments.order_by("organization_path").values_list("pk", flat=True)]
    params = {"campaign": campaign.pk, "assignments": ids, "formats": ["pdf"], "values": {}}
    job = Job.objects.create(kind="reports.bulk", title="bench", params=params, started_by=User.objects.get(username="office"))
    seen: list[float] = []
    done = 0
    advance = Progress.advance

    def noted(self: Progress, *words: object, **named: object) -> None:
        nonlocal done
        advance(self, *words, **named)  # type: ignore[arg-type]
        done += 1
        if done % STEP == 0:
            seen.append(megabytes([os.getpid(), *press.running()]))

    Progress.advance = noted  # type: ignore[method-assign]
    run(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.DONE, job.error
    assert not job.items.exclude(status="done").exists()
    press.close_all()
    return seen


def naive(home: Path, count: int) -> list[float]:
    """Make the same documents as the manual of WeasyPrint says, in this process."""
    from reports.rendering.fonts import font_set  # noqa: PLC0415

    os.environ["FONTCONFIG_FILE"] = str(font_set().fontconfig_file)
    from benchmarks.reports import peers  # noqa: PLC0415

    seen = []
    for number, document in enumerate(data.in_slices(data.many_units(count)), 1):
        (home / "out.pdf").write_bytes(peers.naive(peers.page_of(document)))
        if number % STEP == 0:
            seen.append(megabytes([os.getpid()]))
    return seen


def main() -> None:
    """Make documents and say how large the worker is."""
    way, home, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    data.own_database(home)
    print(json.dumps(ours(count) if way == "ours" else naive(home, count)))


if __name__ == "__main__":
    main()
