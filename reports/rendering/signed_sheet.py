"""事实确认单 as a PDF: a form with the picture of a signature, laid out by WeasyPrint. Pure: no database, request or network."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from django.template.loader import render_to_string

from reports.rendering.document import Document, Paragraph
from reports.rendering.fonts import Role, font_set
from reports.rendering.pdf import paint_page
from reports.rendering.result import RenderResult
from reports.rendering.setting import Setter


@dataclass(frozen=True)
class SignedSheet:
    """Everything on the sheet, as text; ``signature`` is a PNG.

    ``facts`` and ``receipt`` are labels with values, ``checked`` the items that do not conform with their notes, ``signed`` the findings as
    they were shown when the representative signed: kind and text.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    appraisal: str
    checked: tuple[tuple[str, str], ...]
    signed: tuple[tuple[str, str], ...]
    opinion: str
    signer: str
    signed_at: str
    signature: bytes
    receipt: tuple[tuple[str, str], ...]
    warning: str = ""

    def texts(self) -> list[str]:
        """Return all texts, which must have glyphs."""
        pairs = (*self.facts, *self.checked, *self.signed, *self.receipt)
        return [
            self.title,
            self.appraisal,
            self.opinion,
            self.signer,
            self.signed_at,
            self.warning,
            *(text for pair in pairs for text in pair),
        ]


def render_signed_sheet(sheet: SignedSheet) -> RenderResult:
    """Return the sheet as a PDF. Raises ``MissingGlyphError`` when no font has one of its characters."""
    fonts = font_set()
    # WeasyPrint would print an empty box for a character that no font has; setting the lines says which one it is.
    Setter(fonts).set(Document(title=sheet.title, blocks=tuple(Paragraph(text) for text in sheet.texts() if text)))
    picture = base64.b64encode(sheet.signature).decode("ascii")
    content, pages = paint_page(render_to_string("reports/pdf/signed_sheet.html", {"sheet": sheet, "picture": picture}), "signed-sheet.css")
    names = sorted({fonts.faces[role].name for role in (Role.FANGSONG, Role.HEITI, Role.BIAOSONG, Role.SONGTI)})
    return RenderResult(content, pages, tuple(names), ())
