"""The other ways to make the same pages: WeasyPrint as anybody would call it, warm Chromium, LibreOffice."""

from __future__ import annotations

import html
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reports.rendering.document import Document, Figure, Heading, Table
from reports.rendering.fonts import font_set

STYLE = """
@page { size: A4; margin: 37mm 26mm 35mm 28mm; @bottom-center { content: "— " counter(page) " —"; font: 14pt "Report Songti"; } }
body { font: 16pt/28.95pt "Report Fangsong"; margin: 0; text-align: justify; }
p { margin: 0; text-indent: 2em; orphans: 2; widows: 2; }
h1 { font: 22pt/36pt "Report Biaosong"; text-align: center; margin: 0 0 28.95pt; }
h2 { font: 16pt/28.95pt "Report Heiti"; margin: 0; text-indent: 2em; }
h3 { font: 16pt/28.95pt "Report Kaiti"; margin: 0; text-indent: 2em; }
b { font-family: "Report Kaiti"; font-weight: normal; }
table { border-collapse: collapse; font-size: 12pt; line-height: 19.3pt; width: 100%; }
td, th { border: .5pt solid #000; padding: 0 3.5pt; }
.sign { text-align: right; text-indent: 0; }
.annex { break-before: page; }
"""


def page_of(document: Document) -> str:
    """Return ``document`` as a plain web page: what one would write without knowing our setting."""
    parts = [f"<h1>{html.escape(document.title)}</h1>", f"<p style='text-indent:0'>{html.escape(document.addressee)}：</p>"]
    parts += map(_block, document.blocks)
    if document.signature:
        parts += [f"<p class=sign>{html.escape(text)}</p>" for text in (*document.signature.signers, document.signature.date_text)]
    for annex in document.annexes:
        parts += [f"<h2 class=annex>附件{annex.number or ''}</h2><h1>{html.escape(annex.title)}</h1>", *map(_block, annex.blocks)]
    return f"<!doctype html><html lang=zh-CN><meta charset=utf-8><style>{STYLE}</style>{''.join(parts)}</html>"


def _block(block: Any) -> str:
    if isinstance(block, Figure):
        block = block.table  # the others get the numbers; the drawing is ours
    if isinstance(block, Heading):
        tag = "h2" if block.level == 1 else "h3"
        return f"<{tag}>{html.escape(block.text)}</{tag}>"
    if isinstance(block, Table):
        head = "".join(f"<th>{html.escape(text)}</th>" for text in block.columns)
        rows = "".join("<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>" for row in block.rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<p><b>{html.escape(block.lead)}</b>{html.escape(block.text)}</p>"


def naive(page: str) -> bytes:
    """Make a PDF as the manual of WeasyPrint says."""
    from weasyprint import HTML  # noqa: PLC0415 - after the fonts are chosen

    return bytes(HTML(string=page).write_pdf())


class Chromium:
    """One warm browser that prints page after page; CPU of all its processes."""

    def __init__(self) -> None:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415

        self._playwright = sync_playwright().start()
        environment = {**os.environ, "FONTCONFIG_FILE": str(font_set().fontconfig_file)}
        path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        self._browser = self._playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"], env=environment)
        self._page = self._browser.new_page()

    def pdf(self, page: str) -> bytes:
        """Print one page to PDF."""
        self._page.set_content(page)
        return bytes(self._page.pdf(prefer_css_page_size=True))

    def print(self, pages: Sequence[str]) -> tuple[float, int, list[bytes]]:
        """Print pages; return the browser's CPU seconds, their number and the files."""
        before = self.cpu()
        files = [self.pdf(page) for page in pages]
        return self.cpu() - before, len(files), files

    @staticmethod
    def cpu() -> float:
        """Return the CPU seconds of the browser's processes so far, without those of the driver that steers it."""
        parents, spent = {}, {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                text = stat.read_text()
            except OSError:
                continue
            name, rest = text[text.index("(") + 1 : text.rindex(")")], text[text.rindex(")") + 2 :].split()
            pid = int(stat.parent.name)
            parents[pid] = int(rest[1])
            if "chrom" in name or "headless" in name:
                spent[pid] = (int(rest[11]) + int(rest[12])) / os.sysconf("SC_CLK_TCK")
        return sum(seconds for pid, seconds in spent.items() if _below(pid, parents))

    def close(self) -> None:
        """End the browser."""
        self._browser.close()
        self._playwright.stop()


def _below(pid: int, parents: dict[int, int]) -> bool:
    while pid in parents:
        if pid == os.getpid():
            return True
        pid = parents[pid]
    return False


def libreoffice(folder: Path, files: Sequence[bytes]) -> tuple[float, list[bytes]]:
    """Turn .docx files into PDFs in one process; return its CPU seconds and the files."""
    folder.mkdir(exist_ok=True)
    names = []
    for number, content in enumerate(files):
        names.append(f"{number}.docx")
        (folder / names[-1]).write_bytes(content)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(  # noqa: S603
        ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", "pdf", *names],  # noqa: S607
        cwd=folder, check=True, capture_output=True, timeout=900,
        env={**os.environ, "HOME": str(folder), "FONTCONFIG_FILE": str(font_set().fontconfig_file)},
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    made = [(folder / name).with_suffix(".pdf").read_bytes() for name in names]
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, made


def ordinary_docx(table: Table) -> tuple[float, bytes]:
    """Write a table as python-docx's manual has it, through ``cell()``; return CPU seconds and the file."""
    import io  # noqa: PLC0415

    import docx  # noqa: PLC0415

    start = time.process_time()
    word = docx.Document()
    made = word.add_table(rows=len(table.rows) + 1, cols=len(table.columns))
    for y, row in enumerate((table.columns, *table.rows)):
        for x, text in enumerate(row):
            made.cell(y, x).text = text
    file = io.BytesIO()
    word.save(file)
    return time.process_time() - start, file.getvalue()
