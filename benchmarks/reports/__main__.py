"""How fast reports become files, beside other programs, with the checks that they are right: ``make bench-reports``.

    .venv/bin/python -m benchmarks.reports [--units 500] [--sample 60] [--rounds 4]

All ways take turns in one run, so that a busy machine slows all alike; figures are CPU milliseconds of all the processes of a way, ratios
are the thing to quote. Ours makes every one of the unit reports, the others a sample of them spread over the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.reports import data, editor  # noqa: E402

CAMPAIGN_PAGES = 9
NAMES = ("ours, engine only", "ours, end to end", "WeasyPrint, naive", "Chromium, warm, print to PDF", "LibreOffice, .docx to PDF")


@dataclass
class Way:
    """One way to make files: CPU seconds per round and document, and the last files."""

    name: str
    spent: list[float] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)

    def add(self, seconds: float, count: int, files: Sequence[bytes]) -> None:
        """Note one round."""
        self.spent.append(seconds / count * 1000)
        self.files += files

    @property
    def cost(self) -> float:
        """CPU milliseconds per document in the quickest quarter of the rounds: what is above it is other programs in the way."""
        return statistics.quantiles(self.spent, n=4, method="inclusive")[0] if len(self.spent) > 1 else self.spent[0]


def timed(make: Callable[[Any], bytes], items: Sequence[Any]) -> tuple[float, list[bytes]]:
    """Make a file of each item; return CPU seconds of this process and the files."""
    start = time.process_time()
    files = [make(item) for item in items]
    return time.process_time() - start, files


def pages(content: bytes) -> int:
    """Return the number of pages of a PDF."""
    import pypdfium2  # noqa: PLC0415

    return len(pypdfium2.PdfDocument(content))


def table(title: str, ways: Sequence[Way], base: Way) -> None:
    """Print one table in Markdown."""
    print(f"\n### {title}\n\n| way | CPU ms per document | naive WeasyPrint ÷ it | pages | KB |\n|---|---:|---:|---:|---:|")
    for way in ways:
        counts = sorted({pages(content) for content in way.files[:40]})
        size = statistics.mean(map(len, way.files)) / 1024
        shown = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
        print(f"| {way.name} | {way.cost:.1f} | {base.cost / way.cost:.2f} | {shown} | {size:.0f} |")


def one_of_nine_pages(document: Any) -> Any:
    """Return the beginning of a report that takes up nine pages."""
    from reports.rendering.pdf import render_pdf  # noqa: PLC0415

    short = replace(document, annexes=())
    blocks = list(short.blocks)
    while render_pdf(replace(short, blocks=tuple(blocks))).pages > CAMPAIGN_PAGES:
        blocks.pop()
    return replace(short, blocks=tuple(blocks))


def end_to_end(campaign: Any, ids: Sequence[str], user: Any) -> tuple[float, list[bytes]]:
    """Run the job of a worker over some organizations: rows are read, files and the archive stored; all its CPU counts."""
    from jobs.models import Job  # noqa: PLC0415
    from jobs.running import run  # noqa: PLC0415

    params = {"campaign": campaign.pk, "assignments": list(ids), "formats": ["pdf"], "values": {}}
    job = Job.objects.create(kind="reports.bulk", title="bench", params=params, started_by=user)
    start, start_beside = time.process_time(), cpu_beside()
    run(job.pk)
    spent = time.process_time() - start + cpu_beside() - start_beside
    job.refresh_from_db()
    assert job.status == Job.Status.DONE, job.error
    files = [item.file.open("rb").read() for item in job.items.all()]
    assert len(files) == len(ids)
    return spent, files


def cpu_beside() -> float:
    """Return the CPU seconds so far of the process beside the worker that sets the pages; it lives through the whole run."""
    from reports.rendering import press  # noqa: PLC0415

    spent = 0
    for pid in press.running():
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        spent += int(fields[11]) + int(fields[12])
    return spent / os.sysconf("SC_CLK_TCK")


def campaign_end_to_end(report: Any, user: Any) -> tuple[float, list[bytes]]:
    """Read a stored report, make its PDF, store it with its record."""
    from reports.renditions import make_rendition  # noqa: PLC0415

    report.renditions.all().delete()
    start, start_beside = time.process_time(), cpu_beside()
    rendition = make_rendition(report, "pdf", by=user)
    spent = time.process_time() - start + cpu_beside() - start_beside
    return spent, [rendition.file.open("rb").read()]


def memory(way: str, home: Path, count: int) -> list[float]:
    """Return the megabytes of a worker after each 50 documents."""
    command = [sys.executable, "-m", "benchmarks.reports.worker", way, str(home), str(count)]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True)  # noqa: S603
    return list(json.loads(done.stdout.splitlines()[-1]))


def growth(document: Any) -> tuple[float, float]:
    """Return CPU milliseconds per page of about ten and of about three hundred pages."""
    from reports.rendering.pdf import render_pdf  # noqa: PLC0415

    costs = []
    for times in (1, 34):
        long = replace(document, blocks=document.blocks * times)
        spent = []
        for _ in range(9 if times == 1 else 3):
            start = time.process_time()
            result = render_pdf(long)
            spent.append((time.process_time() - start) * 1000 / result.pages)
        costs.append(min(spent))
    return costs[0], costs[1]


def docx_table() -> tuple[float, float, float]:
    """Return CPU milliseconds of a .docx with 300 rows, of one with 1,200, and of python-docx's ordinary way with 300."""
    from benchmarks.reports.peers import ordinary_docx  # noqa: PLC0415
    from reports.rendering.document import Document, Table  # noqa: PLC0415
    from reports.rendering.docx import render_docx  # noqa: PLC0415

    def rows(count: int) -> Table:
        cells = tuple((str(n), f"第{n}党支部", f"学习记录缺少第{n}次研讨发言材料", "一般", "9月30日") for n in range(1, count + 1))
        return Table(("序号", "单位", "问题", "程度", "时限"), cells, (1, 3, 6, 1.4, 2))

    costs = []
    for count in (300, 1200):
        spent = [timed(lambda table: render_docx(Document("清单", (table,))).content, [rows(count)])[0] for _ in range(3)]
        costs.append(min(spent) * 1000)
    return costs[0], costs[1], ordinary_docx(rows(300))[0] * 1000


FEWEST = 100
"""Unit reports that a run needs to say anything about growing memory."""


def main() -> int:
    """Measure, check, print; return 1 when something is not right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=500)
    parser.add_argument("--sample", type=int, default=60, help="unit reports that the slower programs make")
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args()
    if options.units < FEWEST:
        parser.error(f"--units takes {FEWEST} or more: memory is read from document 50 on")
    home = Path(tempfile.mkdtemp(prefix="bench-reports-"))
    try:
        return bench(home, options.units, options.sample, options.rounds)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def bench(home: Path, units: int, sample: int, rounds: int) -> int:
    """Run it all in the folder ``home``."""
    data.own_database(home)
    import reports.tasks  # noqa: F401, PLC0415 - registers the jobs
    from reports.actions import compose_report  # noqa: PLC0415 - models are ready only now
    from reports.assembly import document_of  # noqa: PLC0415
    from reports.models import ReportTemplate  # noqa: PLC0415
    from reports.rendering.docx import render_docx  # noqa: PLC0415
    from reports.rendering.fonts import font_set  # noqa: PLC0415
    from reports.rendering.pdf import render_pdf  # noqa: PLC0415
    from units.models import User  # noqa: PLC0415

    os.environ["FONTCONFIG_FILE"] = str(font_set().fontconfig_file)
    from benchmarks.reports import correct, peers  # noqa: PLC0415

    campaign, user = data.many_units(units), User.objects.get(username="office")
    documents = data.feedbacks(campaign)
    ids = [str(pk) for pk in campaign.assignments.order_by("organization_path").values_list("pk", flat=True)]
    report = compose_report(type(campaign).objects.get(code="2026-2"), ReportTemplate.objects.published().get(key="four-part"), by=user)
    whole = document_of(report)
    nine = one_of_nine_pages(whole)

    def ours(document: Any) -> bytes:
        return render_pdf(document).content

    # Everything once, unmeasured: fonts opened, caches filled, browser warm.
    chromium = peers.Chromium()
    for make in (ours, *(lambda document, way=way: way(peers.page_of(document)) for way in (peers.naive, chromium.pdf))):
        timed(make, (*documents[:3], nine, whole))
    end_to_end(campaign, ids[:20], user)

    engine, whole_way, naive, browser, office = map(Way, NAMES)
    nine_ours, _, nine_naive, nine_browser, nine_office = map(Way, NAMES)
    all_ours, all_whole, all_naive = map(Way, NAMES[:3])
    for turn in range(rounds):
        part = slice(turn * units // rounds, (turn + 1) * units // rounds)
        some = documents[part][: max(1, sample // rounds)]
        some_pages = list(map(peers.page_of, some))
        engine.add(*_counted(timed(ours, documents[part])))
        naive.add(*_counted(timed(peers.naive, some_pages)))
        whole_way.add(*_counted(end_to_end(campaign, ids[part], user)))
        browser.add(*chromium.print(some_pages))
        office.add(*_counted(peers.libreoffice(home / f"office{turn}", [render_docx(document).content for document in some])))

        page = peers.page_of(nine)
        nine_ours.add(*_counted(timed(ours, [nine] * 5)))
        nine_naive.add(*_counted(timed(peers.naive, [page] * 3)))
        nine_browser.add(*chromium.print([page] * 5))
        nine_office.add(*_counted(peers.libreoffice(home / f"nine{turn}", [render_docx(nine).content] * 5)))

        all_ours.add(*_counted(timed(ours, [whole] * 3)))
        all_naive.add(*_counted(timed(peers.naive, [peers.page_of(whole)])))
        all_whole.add(*_counted(campaign_end_to_end(report, user)))
    chromium.close()

    units_ways, nine_ways = (engine, whole_way, naive, browser, office), (nine_ours, nine_naive, nine_browser, nine_office)
    table(f"{units} unit feedbacks, all different", units_ways, naive)
    table("Campaign report, nine pages", nine_ways, nine_naive)
    table("Campaign report with its annex tables", (all_ours, all_whole, all_naive), all_naive)
    reached = goals(units_ways, nine_ways, (all_naive, all_whole), costs_of(nine, home, units), editor.bench(user))

    print("\n### Checks of the same files\n")
    mixed = [documents[0], nine, whole], [whole_way.files[0], nine_ours.files[0], all_whole.files[0]]
    for line in correct.everything((documents[:60], engine.files[:60]), mixed, [*engine.files[:20], nine_ours.files[0], all_ours.files[0]]):
        print("-", line)
    return 0 if reached else 1


@dataclass(frozen=True)
class Costs:
    """What is measured beside the ways: growth, memory, Word."""

    at_ten: float
    at_300: float
    word: float
    word_four: float
    word_plain: float
    sizes: list[float]
    plain_sizes: list[float]


def costs_of(document: Any, home: Path, units: int) -> Costs:
    """Measure them."""
    return Costs(*growth(document), *docx_table(), memory("ours", home, units), memory("naive", home, min(units, 150)))


def goals(
    unit_ways: Sequence[Way], nine_ways: Sequence[Way], whole: tuple[Way, Way], costs: Costs, desk: Sequence[tuple[str, float, float]]
) -> bool:
    """Print what was to be reached and what was; return whether all was."""
    engine, stored, naive, browser, office = unit_ways
    nine, nine_naive, nine_browser, nine_office = nine_ways
    largest, first = max(costs.sizes), costs.sizes[0]
    least = [
        ("unit reports, engine ÷ naive WeasyPrint", naive.cost / engine.cost, 2),
        ("unit reports, engine ÷ warm Chromium", browser.cost / engine.cost, 1),
        ("unit reports, engine ÷ LibreOffice", office.cost / engine.cost, 1),
        ("nine pages, engine ÷ naive WeasyPrint", nine_naive.cost / nine.cost, 2),
        ("nine pages, engine ÷ warm Chromium", nine_browser.cost / nine.cost, 1),
        ("nine pages, engine ÷ LibreOffice", nine_office.cost / nine.cost, 1),
        ("unit reports, end to end ÷ naive's bare engine", naive.cost / stored.cost, 1.5),
        ("whole report, end to end ÷ naive's bare engine", whole[0].cost / whole[1].cost, 1.5),
        (".docx table of 300 rows, python-docx's cell() ÷ ours", costs.word_plain / costs.word, 4),
    ]
    most = [
        ("worker memory, MB, largest", largest, 200),
        ("worker memory, largest ÷ at document 50", largest / first, 1.05),
        ("time per page, 300 pages ÷ 10", costs.at_300 / costs.at_ten, 1.2),
        (".docx table, 1,200 rows ÷ 300 (4 is linear)", costs.word_four / costs.word, 4.8),
        *desk,
    ]
    rows = [(what, value, f"≥ {limit}", value >= limit) for what, value, limit in least]
    rows += [(what, value, f"≤ {limit}", value <= limit) for what, value, limit in most]
    print("\n### Goals\n\n| what | measured | goal | reached |\n|---|---:|---:|---|")
    for what, value, limit, reached in rows:
        print(f"| {what} | {value:.2f} | {limit} | {'yes' if reached else 'NO'} |")
    print(
        f"\nPer page: {costs.at_ten:.2f} ms at ten pages, {costs.at_300:.2f} ms at three hundred. Worker memory after each 50 documents: "
        f"{', '.join(f'{size:.0f}' for size in costs.sizes)} MB (naive WeasyPrint: {', '.join(f'{size:.0f}' for size in costs.plain_sizes)} MB). "
        f".docx of 300 rows: {costs.word:.0f} ms, python-docx's cell(): {costs.word_plain:.0f} ms."
    )
    return all(reached for *_, reached in rows)


def _counted(made: tuple[float, list[bytes]]) -> tuple[float, int, list[bytes]]:
    return made[0], len(made[1]), made[1]


if __name__ == "__main__":
    raise SystemExit(main())
