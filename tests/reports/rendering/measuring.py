"""Reading a finished PDF back: lines of characters with their places, fonts and sizes."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pdfplumber

MM = 72 / 25.4
LEFT, RIGHT = 28 * MM, (210 - 26) * MM
TOP, BOTTOM = 37 * MM, (297 - 35) * MM


@dataclass(frozen=True)
class PrintedLine:
    """A line as printed: its text, edges, baseline distance from the top, and the (font, size) pairs in it."""

    text: str
    x0: float
    x1: float
    top: float
    page: int
    faces: frozenset[tuple[str, float]]


@dataclass(frozen=True)
class PrintedPage:
    """A page: its size, the lines inside the text area, and the page number below it."""

    width: float
    height: float
    lines: tuple[PrintedLine, ...]
    foot: PrintedLine | None
    head: PrintedLine | None


def read(content: bytes) -> list[PrintedPage]:
    """Return the pages of a PDF, lines from top to bottom and characters from left to right."""
    pages = []
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            lines = _lines(page.chars, number)
            pages.append(
                PrintedPage(
                    float(page.width),
                    float(page.height),
                    tuple(line for line in lines if TOP - 2 < line.top < BOTTOM),
                    next((line for line in lines if line.top >= BOTTOM), None),
                    next((line for line in lines if line.top <= TOP - 2), None),
                )
            )
    return pages


def _lines(chars: list[dict], number: int) -> list[PrintedLine]:
    rows: list[list[dict]] = []
    for char in sorted(chars, key=lambda char: (round(char["bottom"], 1), char["x0"])):
        # Characters of one line share a baseline, whatever their sizes; bottom is close enough to it for one size.
        if rows and abs(rows[-1][0]["bottom"] - char["bottom"]) < 3:
            rows[-1].append(char)
        else:
            rows.append([char])
    lines = []
    for row in rows:
        row.sort(key=lambda char: char["x0"])
        faces = frozenset((char["fontname"].split("+")[-1], round(char["size"], 1)) for char in row if char["text"].strip())
        text = "".join(char["text"] for char in row)
        ink = [char for char in row if char["text"].strip()] or row
        lines.append(PrintedLine(text, ink[0]["x0"], ink[-1]["x1"], min(char["top"] for char in row), number, faces))
    return lines


def text_of(pages: list[PrintedPage]) -> str:
    """Return all text inside the text areas, lines joined."""
    return "".join(line.text for page in pages for line in page.lines)
