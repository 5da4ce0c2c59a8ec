"""Faces as the direct painter sees them: glyphs, how high they stand, and the part of the font file that goes into a PDF.

HarfBuzz cuts the parts. A face is opened once per process, and made ready for cutting when a document wants much of it; after that a
subset takes a fifth of a millisecond instead of seven.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import md5

import uharfbuzz as hb
from isal import isal_zlib

from reports.rendering.fonts import Face

DASH = "—"
NOT_IN_A_PDF = ("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "OS/2", "VORG", "cmap", "name", "post", "vhea", "vmtx")
"""Tables that a PDF viewer does not read: it has our codes, widths and names beside the font."""
MANY = 120
"""A face of which a document wants more glyphs than this is made ready for cutting: 20 MB (Noto: 86), and 7 ms less each time."""
KEPT = 8
"""Small parts that are kept per face: page numbers and section headings are the same in document after document."""
LEVEL = 2
"""isal's level 2 is ten times as fast as zlib's 9 and 3 % larger."""


class UnfitFaceError(Exception):
    """A font file is of a kind that this painter does not embed, such as a variable one."""


@dataclass(frozen=True)
class Subset:
    """The part of a font that a document uses, deflated; ``codes`` leads from the glyphs of the font to those of the part."""

    packed: bytes
    size: int
    codes: dict[int, int]
    tag: str


class Glyphs:
    """One face, opened. Not for several threads at once."""

    def __init__(self, face: Face) -> None:
        """Open the font file of ``face``; raises ``UnfitFaceError`` for kinds that cannot be embedded."""
        self.face = face
        self._font = face.shaper
        self._face = self._font.face
        tables = set(self._face.table_tags)
        if "fvar" in tables or not tables & {"CFF ", "glyf"}:
            raise UnfitFaceError(face.path.name)
        self.outlines = "CFF " if "CFF " in tables else "glyf"
        self.scale = 1000 / self._face.upem
        extents = self._font.get_font_extents("ltr")
        self.ascent, self.descent = extents.ascender * self.scale, extents.descender * self.scale
        self._known: dict[str, tuple[int, float]] = {}
        self._ready: hb.Face | None = None
        self._kept: dict[frozenset[int], Subset] = {}

    def glyph(self, text: str) -> tuple[int, float]:
        """Return the glyph for a character, or for a dash of two (破折号), and its width in thousandths of an em."""
        if text not in self._known:
            self._known[text] = self.face.glyph(text) or (0, 1000.0)
        return self._known[text]

    def middle(self, text: str) -> float:
        """Return how high the middle of the ink of a character stands above the line, in thousandths of an em."""
        extents = self._font.get_glyph_extents(self.glyph(text)[0])
        return (extents.y_bearing + extents.height / 2) * self.scale if extents else 0.0

    def subset(self, glyphs: Iterable[int]) -> Subset:
        """Return the part of the font that draws ``glyphs``; for CFF outlines the bare CFF table, as PDF likes it best."""
        wanted = frozenset(glyphs)
        if len(wanted) > MANY:
            self._ready = self._ready or hb.subset_preprocess(self._face)
            return self._cut(wanted)
        found = self._kept.pop(wanted, None) or self._cut(wanted)
        self._kept[wanted] = found  # the last used stands last
        if len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        return found

    def _cut(self, glyphs: frozenset[int]) -> Subset:
        wanted = hb.SubsetInput()
        wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE | hb.SubsetFlags.CFF_IDENTITY_CHARSET
        wanted.glyph_set.update(glyphs)
        wanted.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in NOT_IN_A_PDF)
        plan = hb.SubsetPlan(self._ready or self._face, wanted)
        part = plan.execute()
        content = bytes(part.reference_table("CFF ").data if self.outlines == "CFF " else part.blob.data)
        tag = "".join(chr(65 + byte % 26) for byte in md5(content, usedforsecurity=False).digest()[:6])
        return Subset(isal_zlib.compress(content, LEVEL), len(content), dict(plan.old_to_new_glyph_mapping.items()), tag)


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
