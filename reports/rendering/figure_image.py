"""The chart of a figure as a picture for programs that take no drawings, such as Word."""

from __future__ import annotations

import io
import threading

import pypdfium2
from PIL import Image

from reports.rendering import paper
from reports.rendering.document import Document
from reports.rendering.figures import FigureSetting
from reports.rendering.fonts import FontSet
from reports.rendering.pdf import paint_pages
from reports.rendering.setting import Piece, Setting

DPI = 240
COLOURS = 64
_reading = threading.Lock()
"""PDFium is not made for several threads."""


def figure_png(figure: FigureSetting, fonts: FontSet) -> bytes:
    """Return the chart as PNG at ``DPI``: painted like a page of a PDF, so that both files show the same picture.

    Raises ``RenderError`` as painting does.
    """
    setting = Setting((Piece("figure", figure=figure),), frozenset())
    content, _pages = paint_pages(Document("", ()), setting, fonts)
    millimetre = paper.POINTS_PER_MM
    top = paper.TOP_MM * millimetre + figure.air
    left = paper.LEFT_MM * millimetre + figure.left
    right, bottom = paper.PAGE_WIDTH_MM * millimetre - left - figure.width, paper.PAGE_HEIGHT_MM * millimetre - top - figure.height
    with _reading:
        document = pypdfium2.PdfDocument(content)
        try:
            scan = document[0].render(scale=DPI / 72, crop=(left, bottom, right, top)).to_pil()
        finally:
            document.close()
    target = io.BytesIO()
    # Few colours, no transparency: a third of the size, and Word shows it everywhere.
    scan.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(target, "PNG", optimize=True, dpi=(DPI, DPI))
    return target.getvalue()
