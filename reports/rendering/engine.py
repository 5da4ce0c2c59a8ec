"""Which painter makes a PDF: ours where it knows everything in the document, WeasyPrint else, or where the site asks for it.

Both cut the same pages from the same set pieces (docs/decisions/0011-own-painter.md has the reasons and the figures).
"""

from __future__ import annotations

from django.conf import settings

from reports.rendering.document import Document
from reports.rendering.fonts import FontSet
from reports.rendering.glyphs import UnfitFaceError, painting
from reports.rendering.painter import KNOWN, paint
from reports.rendering.setting import Setting

DIRECT, WEASYPRINT = "direct", "weasyprint"


def chosen_engine() -> str:
    """Return the painter that this installation asks for in its setting ``PDF_ENGINE``."""
    return WEASYPRINT if settings.PDF_ENGINE == WEASYPRINT else DIRECT


def paint_directly(document: Document, setting: Setting, fonts: FontSet, *, draft: bool, archival: bool) -> tuple[bytes, int] | None:
    """Return the PDF and its number of pages, or None when WeasyPrint is to make it."""
    if chosen_engine() == WEASYPRINT or any(piece.kind not in KNOWN for piece in setting.pieces):
        return None
    try:
        with painting:
            return paint(document, setting, fonts, draft=draft, archival=archival)
    except UnfitFaceError:
        return None
