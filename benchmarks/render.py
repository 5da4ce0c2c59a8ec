"""One nine-page report as PDF: WeasyPrint as it comes, beside our setting; and the same tree as .docx.

    .venv/bin/python benchmarks/render.py [rounds]

All in one process and one run, in turns, so that a busy machine slows all alike; CPU time of the quickest quarter. The plain way gets
the same text, fonts and page, as ``HTML(string=…).write_pdf()`` with the style sheet in the page. It is quicker to make than it is right:
its lines are ragged and hold 27 characters (see docs/decisions/0005-own-lines.md), so the table says what each gives as well.
"""

from __future__ import annotations

import html
import io
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

import pdfplumber  # noqa: E402

from reports.rendering import paper  # noqa: E402
from reports.rendering.document import Document, Heading, Paragraph, Signature  # noqa: E402
from reports.rendering.docx import render_docx  # noqa: E402
from reports.rendering.fonts import font_set  # noqa: E402
from reports.rendering.pdf import render_pdf  # noqa: E402

SENTENCES = (
    "各单位能够把意识形态工作纳入重要议事日程，与业务工作同部署、同检查、同考核，上半年共开展专题研究168次、签订责任书1,204份。",
    "“三审三校”制度总体落实较好，抽查的132处阵地中登记完整的121处，占91.7%；但个别单位仍存在“重建轻管”现象，更新不够及时。",
    "理论学习中心组采取“领学＋研学＋讲学”的方式开展学习，累计326场次、覆盖党员9,870余人次（含流动党员），学习成效明显提升。",
)

PLAIN_STYLE = """
@page { size: A4; margin: 37mm 26mm 35mm 28mm; @bottom-center { content: "— " counter(page) " —"; font: 14pt "Report Songti"; } }
body { font: 16pt/28.95pt "Report Fangsong"; margin: 0; text-align: justify; }
p { margin: 0; text-indent: 2em; orphans: 2; widows: 2; }
h1 { font: 22pt/36pt "Report Biaosong"; text-align: center; margin: 0 0 28.95pt; }
h2 { font: 16pt/28.95pt "Report Heiti"; margin: 0; text-indent: 2em; }
"""


def report() -> Document:
    """Return a report of nine pages, different in every paragraph."""
    blocks: list[Heading | Paragraph] = []
    for part, number in enumerate("一二三四五六", 1):
        blocks.append(Heading(1, f"{number}、第{part}部分有关情况"))
        blocks += [
            Paragraph(f"第{part}部分第{index}段。" + "".join(SENTENCES[index % 3 :] + SENTENCES[: index % 3])) for index in range(1, 6)
        ]
    return Document("关于2026年上半年督查调研情况的报告", tuple(blocks), signature=Signature(("联席会议办公室",), "2026年7月6日"))


def plain_html(document: Document) -> str:
    """Return the same report as anybody would write it."""
    parts = [f"<h1>{html.escape(document.title)}</h1>"]
    for block in document.blocks:
        tag = "h2" if isinstance(block, Heading) else "p"
        parts.append(f"<{tag}>{html.escape(block.text)}</{tag}>")
    return f"<!doctype html><html lang=zh-CN><style>{PLAIN_STYLE}</style>{''.join(parts)}</html>"


def measure(ways: dict[str, Callable[[], bytes]], rounds: int) -> dict[str, tuple[float, bytes]]:
    """Run all ways in turns and return the CPU milliseconds of the quickest quarter, and what came out."""
    results = {name: way() for name, way in ways.items()}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.process_time()
            way()
            times[name].append((time.process_time() - start) * 1000)
    return {name: (statistics.quantiles(spent, n=4)[0], results[name]) for name, spent in times.items()}


def quality(content: bytes) -> tuple[int, float, int]:
    """Return pages, the share of full lines that reach the right margin, and the most characters on a line."""
    right = (paper.PAGE_WIDTH_MM - paper.RIGHT_MM) * paper.POINTS_PER_MM
    full = straight = most = 0
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            rows: dict[int, list[float]] = {}
            for char in page.chars:
                if char["size"] < paper.BODY_SIZE + 1 and paper.TOP_MM * paper.POINTS_PER_MM < char["top"] < 742:  # noqa: PLR2004
                    rows.setdefault(round(char["bottom"]), []).append(char["x1"])
            for edges in rows.values():
                most = max(most, len(edges))
                if right - max(edges) < 2 * paper.BODY_SIZE:
                    full += 1
                    straight += abs(right - max(edges)) < 1
        return len(pdf.pages), straight / max(full, 1), most


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    document = report()
    page = plain_html(document)
    os.environ["FONTCONFIG_FILE"] = str(font_set().fontconfig_file)
    from weasyprint import HTML  # noqa: PLC0415 - after the fonts are chosen

    ways = {
        "WeasyPrint, plain": lambda: HTML(string=page).write_pdf(),
        "ours, PDF": lambda: render_pdf(document).content,
        "ours, .docx": lambda: render_docx(document).content,
    }
    results = measure(ways, rounds)
    base = results["WeasyPrint, plain"][0]
    print(f"{'way':<20}{'CPU ms':>9}{'plain ÷ it':>12}{'KB':>7}{'pages':>7}{'straight':>10}{'longest':>9}")
    for name, (spent, content) in results.items():
        row = f"{name:<20}{spent:>9.0f}{base / spent:>12.2f}{len(content) / 1024:>7.0f}"
        if content.startswith(b"%PDF"):
            pages, straight, most = quality(content)
            row += f"{pages:>7}{straight:>10.0%}{most:>9}"
        print(row)


if __name__ == "__main__":
    main()
