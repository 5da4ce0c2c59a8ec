"""Finished files to measure, rendered once for all tests of this folder."""

from __future__ import annotations

import pytest

from reports.rendering.document import Document, Paragraph
from reports.rendering.fonts import FANDOL, font_set
from reports.rendering.pdf import render_pdf
from tests.reports.rendering import sample
from tests.reports.rendering.measuring import read


@pytest.fixture(scope="session")
def fandol():
    """Fail, and say what to do, where set-up could not fetch the fonts that a test is about."""
    if any(font_set().faces[role].origin != "fandol" for role in FANDOL):
        pytest.fail("the Fandol fonts are missing: run .venv/bin/python tools/fonts.py (takes them from Debian's texlive-lang-chinese)")


@pytest.fixture(scope="session")
def report_pdf():
    """Return the long report as a PDF, as it leaves the office."""
    return render_pdf(sample.long_report())


@pytest.fixture(scope="session")
def report_pages(report_pdf):
    """Return the pages of the long report."""
    return read(report_pdf.content)


@pytest.fixture(scope="session")
def plain_pages():
    """Return the pages of a text without marks, in which every line and page must be full."""
    return read(render_pdf(Document("字", (Paragraph("督查调研情况报告" * 400),))).content)


@pytest.fixture(scope="session")
def thorny_texts():
    """Return paragraphs in which marks, quotes, numbers and words stand in every awkward place."""
    return [sample.random_text(1500, seed) for seed in range(12)]


@pytest.fixture(scope="session")
def thorny_pages(thorny_texts):
    """Return the pages of those paragraphs."""
    return read(render_pdf(Document("标点排版检验", tuple(Paragraph(text) for text in thorny_texts))).content)
