"""Cutting a document that is already set into pages: what keeps together, what a page may begin with, table heads on each page.

The rules are those of the print style sheet (static/pdf/report.css), by which WeasyPrint cuts; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.rendering import paper
from reports.rendering.setting import Piece
from reports.rendering.tables import Row

ROOM = (paper.PAGE_HEIGHT_MM - paper.TOP_MM - paper.BOTTOM_MM) * paper.POINTS_PER_MM + 1e-6
ENOUGH = 2
"""Lines of a paragraph that a page ends or begins with, at least."""
OFF_GRID = 0.75
"""Less than this off the line grid (a CSS pixel) is on it."""
WHOLE = frozenset({"title", "annex-title", "annexes", "signature"})
KEPT_WITH_NEXT = frozenset({"title", "annex-title", "annex-mark", "annex-note", "heading", "caption", "figure"})
KEPT_WITH_LAST = frozenset({"annexes", "signature"})
PADDED = frozenset({"title", "annex-title"})
"""The space around these is theirs, even at the top of a page."""


@dataclass(frozen=True, slots=True)
class Atom:
    """What a page holds whole or not at all: a line, a row, a block.

    ``space`` is the blank above, dropped at the top of a page; ``opens`` says whether a page may begin here, ``forced`` that it must.
    ``first`` and ``last`` are the lines of the piece, or its row; ``right`` wants an odd page,
    ``left``, of the last atom of a document, an even one.
    """

    piece: int
    first: int
    last: int
    height: float
    space: float = 0.0
    opens: bool = True
    forced: bool = False
    snaps: bool = False
    row: Row | None = None
    is_head: bool = False
    right: bool = False
    left: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """An atom and the distance of its upper edge from that of the text area. ``again`` marks a table head that is repeated."""

    atom: Atom
    top: float
    again: bool = False


def leading(piece: Piece) -> float:
    """Return the distance of the lines of a piece that is not a table."""
    return paper.TITLE_LEADING if piece.kind in PADDED else paper.LINE


def atoms_of(pieces: Sequence[Piece]) -> list[Atom]:
    """Return the atoms of all pieces in order."""
    atoms: list[Atom] = []
    before: Piece | None = None
    for index, piece in enumerate(pieces):
        below = before.below if before and before.kind not in PADDED else 0.0
        above = piece.above if piece.kind not in PADDED else 0.0
        announced = before is not None and (before.kind, piece.kind) == ("body", "figure")
        opens = not before or not (before.kind in KEPT_WITH_NEXT or piece.kind in KEPT_WITH_LAST or announced)
        atoms.extend(_of_piece(index, piece, max(below, above), opens=opens))
        before = piece
    return atoms


def _of_piece(index: int, piece: Piece, space: float, *, opens: bool) -> Iterator[Atom]:
    count = len(piece.lines)
    forced = piece.kind == "annex-mark"
    if piece.kind == "entry":
        yield Atom(index, 0, 0, 0.0, forced=bool(piece.opens), right=piece.opens == "right")
    elif piece.head:
        yield Atom(index, 0, 0, piece.head.height, space, opens)
    elif piece.figure:
        yield Atom(index, 0, 0, piece.figure.room, space, opens, snaps=piece.after_table)
    elif piece.imprint:
        yield Atom(index, 0, 0, piece.imprint.height, space, opens, snaps=piece.after_table, left=piece.imprint.even_page)
    elif piece.table:
        yield Atom(index, 0, 0, piece.table.head.height, space, opens, snaps=piece.after_table, row=piece.table.head, is_head=True)
        for number, row in enumerate(piece.table.rows):
            yield Atom(index, number, number, row.height, opens=number > 0, row=row)
    elif piece.kind in WHOLE:
        around = piece.above + piece.below if piece.kind in PADDED else 0.0
        yield Atom(index, 0, count, count * leading(piece) + around, space, opens, forced, piece.after_table)
    else:
        for number in range(count):
            if number == 0:
                yield Atom(index, 0, 1, leading(piece), space, opens, forced, piece.after_table)
            else:
                yield Atom(index, number, number + 1, leading(piece), opens=number >= ENOUGH and count - number >= ENOUGH)


def cut(atoms: Sequence[Atom]) -> list[list[Placed]]:
    """Return the pages: each as full as the rules allow."""
    pages: list[list[Placed]] = []
    start = 0
    heads = _heads(atoms)
    while start < len(atoms) or not pages:
        if start < len(atoms) and atoms[start].right and len(pages) % 2:
            pages.append([])  # the back of the last sheet stays blank
        page, start = _fill(atoms, start, heads)
        if page and page[-1].atom.left and len(pages) % 2 == 0:
            # The imprint goes on to the back; where it stands alone already, its page stays blank.
            pages.append(page[:-1])
            page = [Placed(page[-1].atom, 0.0)]
        pages.append(page)
    return pages


def is_bare(pages: Sequence[Sequence[Placed]], index: int) -> bool:
    """Say whether a page has no number: a blank one, and the imprint's behind a blank one (GB/T 9704-2012 §7.5)."""
    if not pages[index]:
        return index > 0
    return index > 0 and not pages[index - 1] and pages[index][0].atom.left


def imprint_moves(pieces: Sequence[Piece]) -> str:
    """Return how an imprint that wants an even page comes onto one: ``next`` page, behind a ``blank`` one, or as it stands (empty)."""
    if not pieces or not pieces[-1].imprint or not pieces[-1].imprint.even_page:
        return ""
    pages = cut(atoms_of(pieces))
    if len(pages[-1]) > 1:
        return ""
    return "next" if pages[-2] else "blank"


def _heads(atoms: Sequence[Atom]) -> dict[int, Atom]:
    return {atom.piece: atom for atom in atoms if atom.is_head}


def _fill(atoms: Sequence[Atom], start: int, heads: dict[int, Atom]) -> tuple[list[Placed], int]:
    """Return one page that begins with the atom ``start``, and the atom that the next begins with."""
    page: list[Placed] = []
    bottom = 0.0
    if start < len(atoms) and atoms[start].row and not atoms[start].is_head:
        head = heads[atoms[start].piece]
        page.append(Placed(head, 0.0, again=True))
        bottom = head.height
    repeated = len(page)
    for index in range(start, len(atoms)):
        atom = atoms[index]
        top = bottom
        if index > start:
            if atom.forced:
                return page, index
            top = _on_grid(atom, bottom + atom.space)
            if top + atom.height > ROOM:
                back = index
                while back > start and not atoms[back].opens:
                    back -= 1
                # Where nothing may be parted, it is parted here all the same.
                end = back if back > start else index
                return page[: repeated + end - start], end
        elif start == 0:
            top += atom.space
        page.append(Placed(atom, top))
        bottom = top + atom.height
    return page, len(atoms)


def _on_grid(atom: Atom, top: float) -> float:
    """Bring what follows a table back onto the line grid: how the table falls over pages is known only now."""
    behind = top % paper.LINE
    return top + paper.LINE - behind if atom.snaps and OFF_GRID < behind < paper.LINE - OFF_GRID else top
