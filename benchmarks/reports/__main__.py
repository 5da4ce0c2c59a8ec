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

from benchmarks.reports import data  # noqa: E402

CAMPAIGN_PAGES = 9


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
        """CPU milliseconds per document, the middle of the rounds."""
        return statistics.median(self.spent)


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
    start = time.process_time()
    run(job.pk)
    spent = time.process_time() - start
    job.refresh_from_db()
    assert job.status == Job.Status.DONE, job.error
    files = [item.file.open("rb").read() for item in job.items.all()]
    assert len(files) == len(ids)
    return spent, files


def campaign_end_to_end(report: Any, user: Any) -> tuple[float, bytes]:
    """Read a stored report, make its PDF, store it with its record."""
    from reports.renditions import make_rendition  # noqa: PLC0415

    report.renditions.all().delete()
    start = time.process_time()
    rendition = make_rendition(report, "pdf", by=user)
    spent = time.process_time() - start
    return spent, rendition.file.open("rb").read()


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


def main() -> int:
    """Measure, check, print; return 1 when something is not right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=500)
    parser.add_argument("--sample", type=int, default=60, help="unit reports that the slower programs make")
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args()
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
    source = type(campaign).objects.get(code="2026-2")
    report = compose_report(source, ReportTemplate.objects.published().get(key="four-part"), by=user)
    whole = document_of(report)
    nine = one_of_nine_pages(whole)

    def ours(document: Any) -> bytes:
        return render_pdf(document).content

    # Everything once, unmeasured: fonts opened, caches filled, browser warm.
    chromium = peers.Chromium()
    for document in (*documents[:3], nine, whole):
        ours(document)
        peers.naive(peers.page_of(document))
        chromium.pdf(peers.page_of(document))
    end_to_end(campaign, ids[:20], user)

    engine, whole_way, naive = Way("ours, engine only"), Way("ours, end to end"), Way("WeasyPrint, naive")
    browser, office = Way("Chromium, warm, print to PDF"), Way("LibreOffice, .docx to PDF")
    nine_ours, nine_naive, nine_browser, nine_office = (Way(way.name) for way in (engine, naive, browser, office))
    all_ours, all_whole, all_naive = Way(engine.name), Way(whole_way.name), Way(naive.name)
    for turn in range(rounds):
        part = slice(turn * units // rounds, (turn + 1) * units // rounds)
        some = documents[part][: max(1, sample // rounds)]
        some_pages = [peers.page_of(document) for document in some]
        engine.add(*_counted(timed(ours, documents[part])))
        naive.add(*_counted(timed(peers.naive, some_pages)))
        whole_way.add(*_counted(end_to_end(campaign, ids[part], user)))
        before = chromium.cpu()
        files = [chromium.pdf(page) for page in some_pages]
        browser.add(chromium.cpu() - before, len(files), files)
        words = [render_docx(document).content for document in some]
        office.add(*_counted(peers.libreoffice(home / f"office{turn}", words)))

        page = peers.page_of(nine)
        nine_ours.add(*_counted(timed(ours, [nine] * 5)))
        nine_naive.add(*_counted(timed(peers.naive, [page] * 3)))
        before = chromium.cpu()
        files = [chromium.pdf(page) for _ in range(5)]
        nine_browser.add(chromium.cpu() - before, len(files), files)
        nine_office.add(*_counted(peers.libreoffice(home / f"nine{turn}", [render_docx(nine).content] * 5)))

        all_ours.add(*_counted(timed(ours, [whole] * 3)))
        all_naive.add(*_counted(timed(peers.naive, [peers.page_of(whole)])))
        spent, file = campaign_end_to_end(report, user)
        all_whole.add(spent, 1, [file])
    chromium.close()

    table(f"{units} unit feedbacks, all different", (engine, whole_way, naive, browser, office), naive)
    table("Campaign report, nine pages", (nine_ours, nine_naive, nine_browser, nine_office), nine_naive)
    table("Campaign report with its annex tables", (all_ours, all_whole, all_naive), all_naive)

    at_ten, at_300 = growth(nine)
    word, word_four, word_plain = docx_table()
    sizes, plain_sizes = memory("ours", home, units), memory("naive", home, min(units, 150))
    engine_ratio, nine_ratio = naive.cost / engine.cost, nine_naive.cost / nine_ours.cost
    rest = sizes or [0.0]
    flat = max(abs(size - rest[0]) for size in rest) / rest[0] if rest[0] else 0.0
    goals = [
        ("unit reports, engine ÷ naive WeasyPrint", f"{engine_ratio:.1f}", "≥ 2", engine_ratio >= 2),
        ("unit reports, engine ÷ warm Chromium", f"{browser.cost / engine.cost:.1f}", "> 1", browser.cost > engine.cost),
        ("unit reports, engine ÷ LibreOffice", f"{office.cost / engine.cost:.1f}", "> 1", office.cost > engine.cost),
        ("nine pages, engine ÷ naive WeasyPrint", f"{nine_ratio:.1f}", "≥ 2", nine_ratio >= 2),
        ("nine pages, engine ÷ warm Chromium", f"{nine_browser.cost / nine_ours.cost:.1f}", "> 1", nine_browser.cost > nine_ours.cost),
        ("nine pages, engine ÷ LibreOffice", f"{nine_office.cost / nine_ours.cost:.1f}", "> 1", nine_office.cost > nine_ours.cost),
        ("unit reports, end to end ÷ naive's bare engine", f"{naive.cost / whole_way.cost:.1f}", "≥ 1.5", naive.cost / whole_way.cost >= 1.5),
        ("whole report, end to end ÷ naive's bare engine", f"{all_naive.cost / all_whole.cost:.1f}", "≥ 1.5", all_naive.cost / all_whole.cost >= 1.5),
        ("worker memory, MB, largest", f"{max(rest):.0f}", "≤ 200", max(rest) <= 200),
        (f"worker memory, change from document 50 to {units}", f"{flat:.1%}", "≤ 5 %", flat <= 0.05),
        ("time per page, 300 pages ÷ 10", f"{at_300 / at_ten:.2f}", "≤ 1.2", at_300 <= 1.2 * at_ten),
        (".docx table of 300 rows, python-docx's cell() ÷ ours", f"{word_plain / word:.0f}", "≥ 4", word_plain >= 4 * word),
        (".docx table, 1,200 rows ÷ 300 (4 is linear)", f"{word_four / word:.1f}", "≤ 5", word_four <= 5 * word),
    ]  # fmt: skip
    print("\n### Goals\n\n| what | measured | goal | reached |\n|---|---:|---:|---|")
    for what, measured, goal, reached in goals:
        print(f"| {what} | {measured} | {goal} | {'yes' if reached else 'NO'} |")
    print(
        f"\nPer page: {at_ten:.2f} ms at ten pages, {at_300:.2f} ms at three hundred. Worker memory after each 50 documents: "
        f"{', '.join(f'{size:.0f}' for size in rest)} MB (naive WeasyPrint: {', '.join(f'{size:.0f}' for size in plain_sizes)} MB). "
        f".docx of 300 rows: {word:.0f} ms, python-docx's cell(): {word_plain:.0f} ms."
    )

    print("\n### Checks of the same files\n")
    print("-", correct.text_comes_out(documents[:60], engine.files[:60]))
    print("-", correct.text_comes_out([documents[0], nine, whole], [whole_way.files[0], nine_ours.files[0], all_whole.files[0]]))
    print("-", correct.grid_is_kept())
    print("-", correct.marks_are_kept([*engine.files[:20], nine_ours.files[0], all_ours.files[0]]))
    return 0 if all(reached for *_, reached in goals) else 1


def _counted(made: tuple[float, list[bytes]]) -> tuple[float, int, list[bytes]]:
    return made[0], len(made[1]), made[1]


if __name__ == "__main__":
    raise SystemExit(main())
