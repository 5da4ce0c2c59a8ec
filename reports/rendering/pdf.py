"""PDF of a document: our lines, on pages that our own painter or WeasyPrint makes (engine.py).

Pure: reads the block tree, the fonts and our print style sheets; no database, request or network.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from reports.rendering import paper
from reports.rendering.engine import paint_directly
from reports.rendering.fonts import FontSet, Role, font_set, has_fast_subsetting
from reports.rendering.lines import SQUEEZE, WIDEST_STRETCH
from reports.rendering.pages import imprint_moves
from reports.rendering.result import RenderResult
from reports.rendering.setting import Piece, Setter, Setting

if TYPE_CHECKING:
    from weasyprint import Document as Pages

    from reports.rendering.document import Document

logger = logging.getLogger(__name__)

# Pango's font maps are not made for several threads, and one FontConfiguration serves the whole process.
_painting = threading.Lock()

PIXEL = 96 / 72
"""CSS pixels, in which WeasyPrint gives positions, per point."""


class _Painter:
    """WeasyPrint with our fonts and style sheets, made once per process."""

    def __init__(self) -> None:
        if not has_fast_subsetting():
            logger.warning("libharfbuzz-subset is missing, PDFs will cost ten times as much: apt-get install libharfbuzz-subset0")
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(font_set().fontconfig_file)
        try:
            # Imported here: fontconfig must see our folder first, and a process that never prints need not load Pango.
            from weasyprint import CSS, HTML  # noqa: PLC0415
            from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

            from reports.rendering.fetcher import ClosedFetcher  # noqa: PLC0415

            self.fonts = FontConfiguration()
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before
        self.html = HTML
        folder = Path(settings.BASE_DIR) / "static" / "pdf"
        self.css, self.folder = CSS, folder
        self.fetcher = ClosedFetcher(folder)
        self.styles = [
            CSS(filename=str(folder / "report.css"), font_config=self.fonts, url_fetcher=self.fetcher),
            CSS(string=spacing_css(), font_config=self.fonts, url_fetcher=self.fetcher),
        ]

    def style_sheet(self, name: str) -> Any:
        """Return one of our print style sheets."""
        return self.css(filename=str(self.folder / name), font_config=self.fonts, url_fetcher=self.fetcher)

    def pages(self, html: str) -> Pages:
        document = self.html(string=html, url_fetcher=self.fetcher, base_url=None)
        return document.render(font_config=self.fonts, stylesheets=self.styles)


@cache
def _painter() -> _Painter:
    return _Painter()


def spacing_css() -> str:
    """Return the classes for the space between characters, one per thousandth of an em.

    WeasyPrint cuts spaces to whole thousandths toward zero; a little more than the value makes it arrive at the value.
    """
    values = range(round(paper.PITCH) - 2 * SQUEEZE - 2, WIDEST_STRETCH + 2)
    return "".join(f".s{value}{{letter-spacing:{(value + (0.3 if value > 0 else -0.3 if value else 0)) / 1000:.4f}em}}" for value in values)


def render_pdf(document: Document, *, draft: bool = False, archival: bool = False) -> RenderResult:
    """Set ``document`` as a PDF by GB/T 9704-2012.

    Args:
        document: the block tree.
        draft: print 草稿 in the head of each page. Without it, gaps that are still open give a warning.
        archival: write PDF/A-2u (ISO 19005-2), as for what is issued and kept.

    Returns:
        The file, its number of pages, the fonts it is set in, and warnings in Chinese.

    Raises:
        MissingGlyphError: no font has one of the characters.
        RenderError: the fonts or their folder are missing.

    """
    return render_setting(document, Setter(font_set()).set(document), draft=draft, archival=archival)


def render_setting(document: Document, setting: Setting, *, draft: bool = False, archival: bool = False) -> RenderResult:
    """Paint what is set already; ``document`` gives title and keywords. As ``render_pdf`` else."""
    fonts = font_set()
    painted = paint_directly(document, setting, fonts, draft=draft, archival=archival)
    content, count = painted or _by_weasyprint(document, setting, draft=draft, archival=archival)
    warnings = fonts.warnings(setting.faces, cut_here=painted is not None)
    if setting.rare:
        warnings.append(f"“{''.join(setting.rare)}”在原字体中没有，已用其他字体显示，请核对字形。")
    if setting.gaps and not draft:
        warnings.append(f"文中还有 {setting.gaps} 处“【待补】”没有填写，正式印发前请补全。")
    # The page numbers are always set in 宋体.
    used = {*setting.faces, fonts.faces[Role.SONGTI]}
    return RenderResult(content, count, tuple(sorted({face.name for face in used})), tuple(warnings))


def paint_pages(document: Document, setting: Setting, fonts: FontSet) -> tuple[bytes, int]:
    """Return the PDF of pieces that are set already, and its number of pages, by the painter that this installation asks for."""
    painted = paint_directly(document, setting, fonts, draft=False, archival=False)
    return painted or _by_weasyprint(document, setting, draft=False, archival=False)


def _by_weasyprint(document: Document, setting: Setting, *, draft: bool, archival: bool) -> tuple[bytes, int]:
    """Return the PDF and its number of pages, cut and painted by WeasyPrint."""
    with _painting:
        painter = _painter()
        moves: dict[int, float] = {}
        pages = painter.pages(_html(document, setting, moves, draft=draft))
        while (move := _off_grid(setting, pages)) and len(moves) < len(setting.pieces):
            if move[0] in moves:
                break
            moves |= dict([move])
            pages = painter.pages(_html(document, setting, moves, draft=draft))
        content: bytes = pages.write_pdf(pdf_tags=True, pdf_variant="pdf/a-2u" if archival else None)
        return content, len(pages.pages)


def paint_page(html: str, style_sheet: str) -> tuple[bytes, int]:
    """Return a page of our own making as a PDF, with its number of pages: for forms that are no documents by GB/T 9704.

    ``style_sheet`` is a file of ours beside the one of reports.
    """
    with _painting:
        painter = _painter()
        styles = [*painter.styles, painter.style_sheet(style_sheet)]
        pages = painter.html(string=html, url_fetcher=painter.fetcher, base_url=None).render(font_config=painter.fonts, stylesheets=styles)
        content: bytes = pages.write_pdf(pdf_tags=True)
        return content, len(pages.pages)


def _html(document: Document, setting: Setting, moves: Mapping[int, float], *, draft: bool) -> str:
    pieces = [(piece, _style(piece, index, moves.get(index, 0.0))) for index, piece in enumerate(setting.pieces)]
    context: dict[str, Any] = {"title": document.title.replace("\n", ""), "keywords": document.keywords, "pieces": pieces, "draft": draft}
    context["imprint_moves"] = imprint_moves(setting.pieces)
    return render_to_string("reports/pdf/document.html", context)


def _style(piece: Piece, index: int, move: float) -> SafeString:
    """Return the attributes that place a piece. Inline styles are fine here: no browser ever sees this page."""
    # Space around a title belongs to it even at the top of a page; other space disappears there, as it should.
    around = "padding" if piece.kind in {"title", "annex-title"} else "margin"
    values = (
        (f"{around}-top", piece.above),
        (f"{around}-bottom", piece.below),
        ("padding-top", move),
        ("padding-left", piece.left),
        ("text-indent", piece.first),
    )
    parts = [f"{name}:{value:.3f}pt" for name, value in values if value]
    if piece.opens:
        parts.append(f"break-before:{piece.opens}")
    if piece.page:
        parts.append(f"page:{piece.page}")
    if piece.kind == "annex-mark" and piece.level > 1:
        parts.append(f"bookmark-level:{piece.level}")
    style = ";".join(parts)
    anchor = f' id="p{index}"' if piece.after_table else ""
    return SafeString(f'{anchor} style="{style}"' if style else anchor)


def _off_grid(setting: Setting, pages: Pages) -> tuple[int, float] | None:
    """Return the first piece after a table that stands off the line grid, and how far down it must move; None when all stand on it.

    How a table falls over pages, with its head repeated on each, is known only once it is laid out.
    """
    after = {f"p{index}": index for index, piece in enumerate(setting.pieces) if piece.after_table}
    line, top = paper.LINE * PIXEL, paper.TOP_MM * 96 / 25.4
    for page in pages.pages if after else ():
        for name, (_x, y, *_rest) in sorted(page.anchors.items(), key=lambda item: item[1][1]):
            behind = (y - top) % line
            if name in after and 1 < behind < line - 1:
                return after[name], (line - behind) / PIXEL
    return None
