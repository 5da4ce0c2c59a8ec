"""合订本: many documents bound into one file, with a cover, a contents list and bookmarks.

One file set as a whole rather than many joined: fonts are embedded once, page numbers run through, and both painters make it. How the pages
are counted: docs/decisions/0015.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reports.rendering import paper
from reports.rendering.document import Document, Table
from reports.rendering.fonts import FontSet, Role, font_set
from reports.rendering.lines import Measure
from reports.rendering.pages import atoms_of, cut
from reports.rendering.pdf import render_setting
from reports.rendering.result import RenderResult
from reports.rendering.setting import Piece, Setter, Setting

COVER, CONTENTS = "封面", "目录"
TITLE_BELOW_TOP, LINES_BETWEEN = 6, 4
"""Blank lines on the cover: above the title, and between it and each block of lines below."""


@dataclass(frozen=True)
class Entry:
    """One document of a volume: the unit it is about, the group of units it belongs to, the document."""

    label: str
    group: str
    document: Document


@dataclass(frozen=True)
class Volume:
    """What is bound together.

    ``notes`` stand on the cover below the title (whose, how many, when). With ``right_pages`` each document begins on an odd page, so that
    printed on both sides it can be taken out.
    """

    title: str
    notes: tuple[str, ...]
    entries: tuple[Entry, ...]
    right_pages: bool = True


def render_volume(volume: Volume, *, draft: bool = False) -> RenderResult:
    """Set a volume as one PDF. Raises ``MissingGlyphError`` and ``RenderError`` as ``render_pdf`` does."""
    setting, _ = set_volume(volume, font_set())
    return render_setting(Document(volume.title, (), keywords=(volume.title.replace("\n", ""),)), setting, draft=draft)


def set_volume(volume: Volume, fonts: FontSet) -> tuple[Setting, list[int]]:
    """Return the pieces of a volume, and the page on which each document begins; pages are counted from the cover."""
    parts = [Setter(fonts).set(entry.document) for entry in volume.entries]
    bodies = [_bound(entry, part, right=volume.right_pages) for entry, part in zip(volume.entries, parts, strict=True)]
    front = _front(volume, fonts, [0] * len(bodies))
    starts = _starts(front, bodies)
    front = _front(volume, fonts, starts)
    everything = [front, *parts]
    return Setting(
        pieces=tuple(piece for pieces in (front.pieces, *bodies) for piece in pieces),
        faces=frozenset().union(*(part.faces for part in everything)),
        rare=tuple(dict.fromkeys(char for part in everything for char in part.rare)),
        gaps=sum(part.gaps for part in everything),
    ), starts


def _bound(entry: Entry, part: Setting, *, right: bool) -> list[Piece]:
    """Return the pieces of one document behind the place where it begins; its headings go one level down, below the unit's bookmark."""
    opening = Piece("entry", level=1, label=entry.label, opens="right" if right else "page")
    deeper = (replace(piece, level=piece.level + 1) if piece.kind in {"heading", "annex-mark"} else piece for piece in part.pieces)
    return [opening, *deeper]


def _starts(front: Setting, bodies: Sequence[Sequence[Piece]]) -> list[int]:
    pieces = [*front.pieces, *(piece for body in bodies for piece in body)]
    first = len(front.pieces)
    return [
        number
        for number, page in enumerate(cut(atoms_of(pieces)), 1)
        for placed in page
        if placed.atom.piece >= first and pieces[placed.atom.piece].kind == "entry"
    ]


def _front(volume: Volume, fonts: FontSet, starts: Sequence[int]) -> Setting:
    """Return cover and contents; a page number that is not known yet takes up as much room as any."""
    contents = Setter(fonts).set(Document(CONTENTS, (contents_table(volume, starts),)))
    cover = Setter(fonts)
    title = cover.set(Document(volume.title, ())).pieces[0]
    centred = Measure(paper.BODY_MEASURE, justify=False)
    notes = [cover.lines(cover.runs(note, Role.KAITI), centred, COVER) for note in volume.notes]
    pieces = [
        Piece("entry", level=1, label=COVER, page="cover"),
        replace(title, above=title.above + TITLE_BELOW_TOP * paper.LINE, page="cover"),
        *(
            Piece("annex-note", lines, above=LINES_BETWEEN * paper.LINE if not place else 0.0, page="cover")
            for place, lines in enumerate(notes)
        ),
        Piece("entry", level=1, label=CONTENTS, opens="page"),
        *contents.pieces,
    ]
    return replace(contents, pieces=tuple(pieces), faces=contents.faces | cover.faces, rare=(*cover.rare, *contents.rare))


def contents_table(volume: Volume, starts: Sequence[int]) -> Table:
    """Return the contents: number, unit, the group of units where there are several, page."""
    grouped = len({entry.group for entry in volume.entries}) > 1
    rows = [
        (str(place), entry.label, *([entry.group] if grouped else []), str(start or 0))
        for place, (entry, start) in enumerate(zip(volume.entries, starts, strict=True), 1)
    ]
    if grouped:
        return Table(("序号", "单位", "单位类别", "页码"), tuple(rows), (1.0, 6.0, 2.4, 1.2), ("center", "left", "left", "center"))
    return Table(("序号", "单位", "页码"), tuple(rows), (1.0, 7.4, 1.2), ("center", "left", "center"))
