"""What must be right before a figure counts: the text, the grid, no mark where none may stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pypdfium2

from reports.rendering.document import Document, Figure, Paragraph, Table
from reports.rendering.pdf import render_pdf
from tests.reports.rendering import sample
from tests.reports.rendering.measuring import read

NEVER_FIRST = set("，。、；：？！）》〉」』】〕〗”’…—·,.;:!?)]}%％‰℃")
NEVER_LAST = set("（《〈「『【〔〖“‘([{")


def squeeze(text: str) -> str:
    """Return ``text`` without white space."""
    return re.sub(r"\s|\ufffe", "", text)


def text_comes_out(documents: Sequence[Document], files: Sequence[bytes]) -> str:
    """Look for every paragraph of the documents in what PDFium reads from their files; return what to print."""
    wanted = 0
    for document, content in zip(documents, files, strict=True):
        pdf = pypdfium2.PdfDocument(content)
        # Page numbers, and the mark of a draft, stand between the parts of a paragraph that runs over.
        text = squeeze("".join(re.sub(r"— \d+ —|草稿", "", page.get_textpage().get_text_range()) for page in pdf))
        for block in document.blocks:
            if not isinstance(block, Table | Figure):
                wanted += 1
                piece = squeeze(getattr(block, "lead", "") + block.text)
                assert piece in text, piece
    return f"{wanted} paragraphs of {len(files)} files extract exactly"


def grid_is_kept() -> str:
    """Count characters and lines of full pages."""
    pages = read(render_pdf(Document("字", (Paragraph("督查调研情况报告" * 400),))).content)[1:-1]
    assert {len(page.lines) for page in pages} == {22}
    assert {len(line.text) for page in pages for line in page.lines} == {28}
    return f"{len(pages)} full pages have 22 lines of 28 characters"


def marks_are_kept(files: Sequence[bytes]) -> str:
    """Look at the ends of all lines, of text made to be awkward and of the given files."""
    thorny = render_pdf(Document("标点", tuple(Paragraph(sample.random_text(1500, seed)) for seed in range(12)))).content
    lines = 0
    for content in (thorny, *files):
        for page in read(content):
            for line in page.lines:
                if ("Report-Fangsong", 16.0) in line.faces:
                    lines += 1
                    assert line.text[0] not in NEVER_FIRST, line
                    assert line.text[-1] not in NEVER_LAST, line
    return f"{lines} lines without a breach of 避头尾"


Pairs = tuple[Sequence[Document], Sequence[bytes]]


def everything(many: Pairs, mixed: Pairs, lines: Sequence[bytes]) -> Iterator[str]:
    """Make all checks, one sentence each. ``many`` and ``mixed`` are documents and their files; ``lines`` files whose lines are looked at."""
    yield text_comes_out(*many)
    yield text_comes_out(*mixed)
    yield grid_is_kept()
    yield marks_are_kept(lines)
