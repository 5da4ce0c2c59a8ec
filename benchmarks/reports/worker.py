"""A worker by itself, to see its memory: ``python -m benchmarks.reports.worker ours|naive folder count``. Prints megabytes per 50 documents."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from benchmarks.reports import data


def resident() -> float:
    """Return this process's resident memory in megabytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Make documents and say how large the process is."""
    way, home, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    data.own_database(home)
    from reports.rendering.fonts import font_set  # noqa: PLC0415
    from reports.rendering.pdf import render_pdf  # noqa: PLC0415

    if way == "naive":
        os.environ["FONTCONFIG_FILE"] = str(font_set().fontconfig_file)
    campaign = data.many_units(count)
    seen = []
    from benchmarks.reports import peers  # noqa: PLC0415

    for number, document in enumerate(data.in_slices(campaign), 1):
        content = render_pdf(document).content if way == "ours" else peers.naive(peers.page_of(document))
        (home / "out.pdf").write_bytes(content)
        if number % 50 == 0:
            seen.append(round(resident(), 1))
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
