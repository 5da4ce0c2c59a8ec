"""Faces as the direct painter sees them: glyphs, how high they stand, and the part of the font file that goes into a PDF.

HarfBuzz cuts the parts. A face is opened and made ready for cutting once per process; after that a subset takes a tenth of a millisecond
instead of five (docs/performance.md).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import uharfbuzz as hb

from reports.rendering.fonts import Face

DASH = "—"
NOT_IN_A_PDF = ("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "OS/2", "VORG", "cmap", "name", "post", "vhea", "vmtx")
"""Tables that a PDF viewer does not read: it has our codes, widths and names beside the font."""
PLAIN = {"kern": False, "liga": False, "clig": False, "calt": False}


class UnfitFaceError(Exception):
    """A font file is of a kind that this painter does not embed, such as a variable one."""


@dataclass(frozen=True)
class Subset:
    """The part of a font that a document uses. ``codes`` leads from the glyphs of the font to those of the part."""

    content: bytes
    codes: dict[int, int]


class Glyphs:
    """One face, opened. Not for several threads at once."""

    def __init__(self, face: Face) -> None:
        """Open the font file of ``face``; raises ``UnfitFaceError`` for kinds that cannot be embedded."""
        self.face = face
        blob = hb.Blob.from_file_path(str(face.path))
        self._face = hb.Face(blob, 0)
        tables = set(self._face.table_tags)
        if "fvar" in tables or not tables & {"CFF ", "glyf"}:
            raise UnfitFaceError(face.path.name)
        self.outlines = "CFF " if "CFF " in tables else "glyf"
        self.scale = 1000 / self._face.upem
        self._font = hb.Font(self._face)
        extents = self._font.get_font_extents("ltr")
        self.ascent, self.descent = extents.ascender * self.scale, extents.descender * self.scale
        self._known: dict[str, tuple[int, float]] = {}
        self._ready: hb.Face | None = None

    def glyph(self, text: str) -> tuple[int, float]:
        """Return the glyph for a character, or for a dash of two (破折号), and its width in thousandths of an em."""
        if text not in self._known:
            buffer = hb.Buffer()
            buffer.add_str(text)
            buffer.direction, buffer.script, buffer.language = "ltr", "Hani", "zh-hans"
            hb.shape(self._font, buffer, PLAIN)
            glyph = buffer.glyph_infos[0].codepoint if len(buffer.glyph_infos) == 1 else self._font.get_nominal_glyph(ord(text[0])) or 0
            self._known[text] = glyph, self._font.get_glyph_h_advance(glyph) * self.scale
        return self._known[text]

    def middle(self, text: str) -> float:
        """Return how high the middle of the ink of a character stands above the line, in thousandths of an em."""
        extents = self._font.get_glyph_extents(self.glyph(text)[0])
        return (extents.y_bearing + extents.height / 2) * self.scale if extents else 0.0

    def subset(self, glyphs: Iterable[int]) -> Subset:
        """Return the part of the font that draws ``glyphs``; for CFF outlines the bare CFF table, as PDF likes it best."""
        if self._ready is None:
            self._ready = hb.subset_preprocess(self._face)
        wanted = hb.SubsetInput()
        wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE | hb.SubsetFlags.CFF_IDENTITY_CHARSET
        wanted.glyph_set.update(glyphs)
        wanted.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in NOT_IN_A_PDF)
        plan = hb.SubsetPlan(self._ready, wanted)
        part = plan.execute()
        content = part.reference_table("CFF ").data if self.outlines == "CFF " else part.blob.data
        return Subset(bytes(content), dict(plan.old_to_new_glyph_mapping.items()))


_opened: dict[Face, Glyphs] = {}
painting = threading.Lock()
"""HarfBuzz objects belong to one thread at a time."""


def glyphs_of(face: Face) -> Glyphs:
    """Return ``face`` opened, once per process. Raises ``UnfitFaceError``."""
    if face not in _opened:
        _opened[face] = Glyphs(face)
    return _opened[face]


@cache
def icc_profile() -> bytes:
    """Return the colour profile that PDF/A files carry; WeasyPrint brings one along."""
    from importlib.util import find_spec  # noqa: PLC0415 - only files that are kept need it
    from pathlib import Path  # noqa: PLC0415

    origin = getattr(find_spec("weasyprint"), "origin", None)
    return (Path(str(origin)).parent / "pdf" / "sRGB2014.icc").read_bytes()
