"""Painting set pages straight into a PDF: the text of each line in one stroke, tags, bookmarks, page numbers.

Every line is broken and every place is known before the page is made (lines.py, setting.py, pages.py), so nothing is left that a
layout engine would have to find out. WeasyPrint paints what this module does not know (engine.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby

from reports.rendering import paper
from reports.rendering.document import Document
from reports.rendering.drawing import colour_operator
from reports.rendering.figure_painter import FigurePainter
from reports.rendering.figures import ROLE as FIGURE_ROLE
from reports.rendering.figures import FigureSetting
from reports.rendering.fonts import Face, FontSet, Role
from reports.rendering.frame import COPY_LABEL, HeadSetting, ImprintSetting
from reports.rendering.glyphs import DASH, Glyphs, glyphs_of
from reports.rendering.lines import Line, Span, clean_text
from reports.rendering.pages import PADDED, Placed, atoms_of, cut, is_bare, leading
from reports.rendering.pdf_file import Bookmark, File, add_bookmarks, add_font, add_properties
from reports.rendering.setting import Piece, Setting
from reports.rendering.tables import Cell, TableSetting
from reports.rendering.tags import Tags

MM = paper.POINTS_PER_MM
LEFT, RIGHT = paper.LEFT_MM * MM, (paper.PAGE_WIDTH_MM - paper.RIGHT_MM) * MM
HEIGHT = paper.PAGE_HEIGHT_MM * MM
TOP = HEIGHT - paper.TOP_MM * MM
"""The upper edge of the text area, from the lower edge of the sheet as everything in a PDF."""
BOTTOM = paper.BOTTOM_MM * MM
CENTRED = frozenset({"title", "annex-title", "annex-note", "caption"})
SIZES = {"title": paper.TITLE_SIZE, "annex-title": paper.TITLE_SIZE, "caption": paper.TABLE_SIZE}
FACES = {"title": Role.BIAOSONG, "annex-title": Role.BIAOSONG, "caption": Role.HEITI, "annex-mark": Role.HEITI, "annex-note": Role.KAITI}
TAGS = {"title": "H1", "annex-title": "H2"}
BORDER = 0.5
BOOKMARKED = frozenset({"entry", "heading", "annex-mark"})
FOOT_BELOW, FOOT_SIDE = 7 * MM, 14.0
"""The dashes of the page number stand so far below the text, and the number a character (14 pt) in from the edge (§7.5)."""
DRAFT, DRAFT_SIZE, DRAFT_SPACING, DRAFT_BASE, DRAFT_RULE = "草稿", 12.0, 6.0, 31.91, 36.85
DRAFT_WIDTH = 0.2 * paper.MEASURE
HIGHLIGHT = "1 .878 .541 rg"
KNOWN = frozenset(
    "entry title annex-title addressee heading body caption figure table annexes signature annex-mark annex-note head imprint".split()  # noqa: SIM905
)


@dataclass
class _Letters:
    """The characters of one part (Role): where each is in which face of the file. ``plain`` ones are in the part's own face."""

    name: str
    glyphs: Glyphs
    codes: dict[int, str] = field(default_factory=dict)
    widths: dict[str, float] = field(default_factory=dict)
    strange: dict[str, tuple[str, str, float]] = field(default_factory=dict)
    joined: tuple[str, float] | None = None


def paint(document: Document, setting: Setting, fonts: FontSet, *, draft: bool, archival: bool) -> tuple[bytes, int]:
    """Return the PDF of a document that is set, and its number of pages.

    Raises ``UnfitFaceError`` when one of the faces cannot be embedded by this painter. Holds no lock: see ``glyphs.painting``.
    """
    return _Painter(document, setting, fonts, draft=draft, archival=archival).file()


@dataclass(frozen=True)
class _Box:
    """The room of a cell inside its rules. Without ``lower`` the text hangs from the upper edge: the row goes on."""

    left: float
    right: float
    upper: float
    lower: float | None


class _Painter:
    """Paints one document; use once."""

    def __init__(self, document: Document, setting: Setting, fonts: FontSet, *, draft: bool, archival: bool) -> None:
        self.document, self.pieces, self.fonts = document, setting.pieces, fonts
        self.draft, self.archival = draft, archival
        self.pages = cut(atoms_of(setting.pieces))
        self.pdf = File()
        self.letters: dict[Role, _Letters] = {}
        self.out: list[str] = []
        self.marked = 0
        self.marks: list[Bookmark] = []
        self.tags = Tags(self.pdf)
        self.figures = FigurePainter(self.pdf)

    def file(self) -> tuple[bytes, int]:
        """Return the file and its number of pages."""
        fonts = self._fonts()
        numbers = [self.pdf.add() for _ in self.pages]
        for index, (number, page) in enumerate(zip(numbers, self.pages, strict=True)):
            content = self.pdf.stream(self._page(index, page, int(number.number)).encode("ascii"))
            number.text = (
                f"<</Type/Page/Parent {self.pdf.pdf.pages.number} 0 R/MediaBox[0 0 {paper.PAGE_WIDTH_MM * MM:.2f} {HEIGHT:.2f}]"
                f"/Contents {content} 0 R/Resources {fonts} 0 R/StructParents {index}/Tabs/S>>"
            )
            self.pdf.pdf.pages["Kids"].extend([number.number, 0, "R"])
        self.pdf.pdf.pages["Count"] = len(self.pages)
        self.resources.text += self.figures.resources + ">>"
        add_bookmarks(self.pdf, self.marks)
        self.tags.finish([int(number.number) for number in numbers])
        title = clean_text(self.document.title).replace("\n", "")
        add_properties(self.pdf, title, map(clean_text, self.document.keywords), archival=self.archival)
        return self.pdf.finish(archival=self.archival), len(self.pages)

    # --- fonts ------------------------------------------------------------------------------------------------------

    def _fonts(self) -> int:
        """Embed what the document uses of each face; return the number of the resources that all pages share."""
        used: dict[Role, set[str]] = defaultdict(set)
        for text, role in self._texts():
            used[role].update(text)
        found: dict[Face, dict[int, str]] = {}
        places: list[tuple[Role, str, Face, int, float]] = []
        joined: dict[Role, tuple[int, float]] = {}
        for role, chars in used.items():
            for char in sorted(chars):
                advance = self.fonts.advance(char, role)
                face = advance.face if advance else self.fonts.faces[role]
                glyph, width = glyphs_of(face).glyph(char)
                found.setdefault(face, {}).setdefault(glyph, char)
                places.append((role, char, face, glyph, width))
            main = self.fonts.faces[role]
            if DASH in chars and main.joins_dashes and main.width(DASH) is not None:
                joined[role] = glyphs_of(main).glyph(DASH * 2)
                found[main].setdefault(joined[role][0], DASH * 2)
        names, codes, resources = {}, {}, []
        for number, face in enumerate(sorted(found, key=lambda face: face.family), 1):
            glyphs = glyphs_of(face)
            subset = glyphs.subset(found[face])
            resources.append(f"/F{number} {add_font(self.pdf, glyphs, subset, found[face])} 0 R")
            names[face], codes[face] = f"F{number}", subset.codes
        for role in used:
            main = self.fonts.faces[role]
            self.letters[role] = _Letters(names.get(main, ""), glyphs_of(main))
        for role, char, face, glyph, width in places:
            letters, code = self.letters[role], f"{codes[face][glyph]:04x}"
            letters.widths[char] = width
            if face is self.fonts.faces[role]:
                letters.codes[ord(char)] = code
            else:
                letters.strange[char] = names[face], code, width
        for role, (glyph, width) in joined.items():
            self.letters[role].joined = f"{codes[self.fonts.faces[role]][glyph]:04x}", width
        # Closed when the pages are painted: the stripes of a chart are known by its place.
        self.resources = self.pdf.add(f"<</Font<<{''.join(resources)}>>")
        return int(self.resources.number)

    def _texts(self) -> Iterator[tuple[str, Role]]:
        """Return everything that is going to be painted."""
        yield "— 0123456789", Role.SONGTI
        if self.draft:
            yield DRAFT, Role.KAITI
        for piece in self.pieces:
            for line in _lines_of(piece):
                for span in line.spans:
                    yield span.text, span.role
            if piece.head:
                yield from ((part.text, part.role) for part in piece.head.parts)
            if piece.figure:
                yield from ((label.text, FIGURE_ROLE) for label in piece.figure.labels)
            if piece.imprint:
                yield COPY_LABEL + piece.imprint.printer + piece.imprint.printed, Role.FANGSONG

    # --- pages ------------------------------------------------------------------------------------------------------

    def _page(self, index: int, page: Sequence[Placed], number: int) -> str:
        self.out, self.marked = [], 0
        self.tags.begin(number)
        for piece_number, group in groupby(page, key=lambda placed: placed.atom.piece):
            self._piece(piece_number, self.pieces[piece_number], list(group), number)
        if page or index == 0:
            self.out.append("/Artifact BMC")
            if not page or (self.pieces[page[0].atom.piece].page != "cover" and not is_bare(self.pages, index)):
                self._foot(index + 1)
            if self.draft:
                self._draft()
            self.out.append("EMC")
        return "\n".join(self.out)

    def _piece(self, index: int, piece: Piece, placed: Sequence[Placed], page: int) -> None:
        if piece.kind in BOOKMARKED and placed[0].atom.first == 0:
            self.marks.append((piece.level, piece.label, page, TOP - placed[0].top))
        if piece.kind == "entry":
            return
        if piece.table:
            self._table(index, piece.table, placed)
        elif piece.head:
            self._head(index, piece.head)
        elif piece.figure:
            self._figure(index, piece.figure, TOP - placed[0].top)
        elif piece.imprint:
            self._imprint(index, piece.imprint)
        else:
            self._text(index, piece, placed)

    def _text(self, index: int, piece: Piece, placed: Sequence[Placed]) -> None:
        size, high = SIZES.get(piece.kind, paper.BODY_SIZE), leading(piece)
        glyphs = glyphs_of(self.fonts.faces[FACES.get(piece.kind, Role.FANGSONG)])
        tag = TAGS.get(piece.kind) or (piece.tag.upper() if piece.kind == "heading" else "P")
        self._begin(tag, (index,))
        for one in placed:
            top = TOP - one.top - (piece.above if piece.kind in PADDED else 0.0)
            for number, line in enumerate(piece.lines[one.atom.first : one.atom.last], one.atom.first):
                centred = (paper.MEASURE - line.width / 1000 * size) / 2
                left = LEFT + (centred if piece.kind in CENTRED else piece.left + (0.0 if number else piece.first))
                self._line(line, left, top - _base(glyphs, size, high), size)
                top -= high
        self.out.append("EMC")

    def _table(self, index: int, table: TableSetting, placed: Sequence[Placed]) -> None:
        edges = [LEFT, *(LEFT + width for width in accumulate(table.widths))]
        rules: list[str] = []
        for one in placed:
            atom, row = one.atom, one.atom.row
            if row is None:
                continue
            top = TOP - one.top
            # Head cells have a rule above and below, others below only; the text stands in the middle between.
            upper, lower = top - (BORDER if atom.is_head else 0.0), top - row.height + (0.0 if row.goes_on else BORDER)
            for column, cell in enumerate(row.cells):
                if not cell.lines:
                    continue
                if one.again:
                    self.out.append("/Artifact BMC")
                else:
                    self._begin("TH" if atom.is_head else "TD", (index, -1 if atom.is_head else atom.first, column))
                left, right = edges[column] + (0.0 if column else BORDER), edges[column + 1] - BORDER
                box = _Box(left, right, upper, None if row.goes_on else lower)
                self._cell(cell, box, Role.HEITI if atom.is_head else Role.FANGSONG, small=table.small)
                self.out.append("EMC")
            if atom.is_head:
                rules.append(_rect(LEFT, top - BORDER, edges[-1] - LEFT, BORDER))
            if not row.goes_on:
                rules.append(_rect(LEFT, top - row.height, edges[-1] - LEFT, BORDER))
        first, last = placed[0], placed[-1]
        low, tall = TOP - last.top - last.atom.height, last.top + last.atom.height - first.top
        rules.extend(_rect(edge - BORDER if edge > LEFT else edge, low, BORDER, tall) for edge in edges)
        self.out.append(f"/Artifact BMC\n{' '.join(rules)} f\nEMC")

    def _figure(self, index: int, figure: FigureSetting, top: float) -> None:
        left, upper = LEFT + figure.left, top - figure.air
        self._begin("Figure", (index,))
        self.tags.describe((index,), figure.summary, (left, upper - figure.height, left + figure.width, upper))
        widths = self.letters[FIGURE_ROLE].widths
        for step in self.figures.steps(figure, left, upper):
            if isinstance(step, str):
                self.out.append(step)
                continue
            width = sum(widths[char] for char in step.text) / 1000 * step.size
            x = step.x - {"middle": width / 2, "end": width}.get(step.side, 0.0)
            self.out.append(colour_operator(step.colour, "rg"))
            self._words(step.text, x, step.y, step.size, FIGURE_ROLE)
        self.out.append("0 g\nEMC")

    def _cell(self, cell: Cell, box: _Box, role: Role, *, small: bool) -> None:
        size, high = (paper.SMALL_TABLE_SIZE, paper.SMALL_TABLE_LEADING) if small else (paper.TABLE_SIZE, paper.TABLE_LEADING)
        start = box.upper if box.lower is None else (box.upper + box.lower + len(cell.lines) * high) / 2
        start -= _base(glyphs_of(self.fonts.faces[role]), size, high)
        for number, line in enumerate(cell.lines):
            width = line.width / 1000 * size
            left = box.left + paper.CELL_PADDING
            if cell.align == "center":
                left = (box.left + box.right - width) / 2
            elif cell.align == "right":
                left = box.right - paper.CELL_PADDING - width
            self._line(line, left, start - number * high, size)

    def _head(self, index: int, head: HeadSetting) -> None:
        for number, part in enumerate(head.parts):
            self._begin("P", (index, number))
            glyphs = glyphs_of(self.fonts.faces[part.role])
            if part.red:
                self.out.append("1 0 0 rg")
            y = TOP - part.top - _base(glyphs, part.size, part.height)
            self._spans(
                [Span(part.text, part.role, gap=False, spacing=0)], LEFT + part.left, y, part.size, extra=part.spacing, scale=part.scale
            )
            self.out.append("0 g\nEMC" if part.red else "EMC")
        y = TOP - head.rule_top - paper.RED_RULE
        self.out.append(f"/Artifact BMC\n1 0 0 rg {_rect(LEFT, y, paper.MEASURE, paper.RED_RULE)} f 0 g\nEMC")

    def _imprint(self, index: int, imprint: ImprintSetting) -> None:
        size, high, side = paper.IMPRINT_SIZE, paper.IMPRINT_LEADING, paper.IMPRINT_SIZE
        base = _base(glyphs_of(self.fonts.faces[Role.FANGSONG]), size, high)
        top = BOTTOM + imprint.height
        rules = [_rect(LEFT, top - paper.THICK_RULE, paper.MEASURE, paper.THICK_RULE), _rect(LEFT, BOTTOM, paper.MEASURE, paper.THICK_RULE)]
        top -= paper.THICK_RULE
        printed = imprint.printer or imprint.printed
        if imprint.copies:
            self._begin("P", (index, 0))
            self._words(COPY_LABEL, LEFT + side, top - base, size)
            for number, line in enumerate(imprint.copies):
                self._line(line, LEFT + side + len(COPY_LABEL) * size, top - number * high - base, size)
            self.out.append("EMC")
            top -= len(imprint.copies) * high
            if printed:
                top -= paper.THIN_RULE
                rules.append(_rect(LEFT, top, paper.MEASURE, paper.THIN_RULE))
        if printed:
            self._begin("P", (index, 1))
            self._words(imprint.printer, LEFT + side, top - base, size)
            width = sum(self.letters[Role.FANGSONG].widths[char] for char in imprint.printed) / 1000 * size
            self._words(imprint.printed, RIGHT - side - width, top - base, size)
            self.out.append("EMC")
        self.out.append(f"/Artifact BMC\n{' '.join(rules)} f\nEMC")

    def _foot(self, number: int) -> None:
        """Paint 页码 (§7.5): odd pages at the right, even ones at the left."""
        text, size, letters = f"— {number} —", paper.PAGE_NUMBER_SIZE, self.letters[Role.SONGTI]
        width = sum(letters.widths[char] for char in text) / 1000 * size
        left = RIGHT - FOOT_SIDE - width if number % 2 else LEFT + FOOT_SIDE
        self._words(text, left, BOTTOM - FOOT_BELOW - letters.glyphs.middle(DASH) * size / 1000, size, Role.SONGTI)

    def _draft(self) -> None:
        left = RIGHT - len(DRAFT) * (DRAFT_SIZE + DRAFT_SPACING)
        self.out.append(".467 g")
        self._spans([Span(DRAFT, Role.KAITI, gap=False, spacing=0)], left, HEIGHT - DRAFT_BASE, DRAFT_SIZE, extra=DRAFT_SPACING)
        self.out.append(f".6 g {_rect(RIGHT - DRAFT_WIDTH, HEIGHT - DRAFT_RULE, DRAFT_WIDTH, BORDER)} f 0 g")

    # --- lines ------------------------------------------------------------------------------------------------------

    def _begin(self, tag: str, key: tuple[int, ...]) -> None:
        """Begin words that belong to the element ``key`` of the text; a paragraph goes on under its key on the next page."""
        self.out.append(f"/{tag}<</MCID {self.marked}>>BDC")
        self.tags.add(tag, key, self.marked)
        self.marked += 1

    def _words(self, text: str, x: float, y: float, size: float, role: Role = Role.FANGSONG) -> None:
        if text:
            self._spans([Span(text, role, gap=False, spacing=0)], x, y, size)

    def _line(self, line: Line, x: float, y: float, size: float) -> None:
        if any(span.gap for span in line.spans):
            self._highlight(line, x, y, size)
        self._spans(line.spans, x, y, size)

    def _highlight(self, line: Line, x: float, y: float, size: float) -> None:
        for gap, group in groupby(line.spans, key=lambda span: span.gap):
            spans = list(group)
            width = sum(self._width(span, size) for span in spans)
            if gap:
                glyphs = self.letters[spans[0].role].glyphs
                low, tall = y + glyphs.descent * size / 1000, (glyphs.ascent - glyphs.descent) * size / 1000
                # What marks a place is decoration and no part of the text.
                self.out.append(f"{HIGHLIGHT} {_rect(x, low, width, tall)} f 0 g")
            x += width

    def _width(self, span: Span, size: float) -> float:
        widths = self.letters[span.role].widths
        return (sum(widths[char] for char in span.text) + span.spacing * len(span.text)) / 1000 * size

    def _spans(self, spans: Sequence[Span], x: float, y: float, size: float, *, extra: float = 0.0, scale: float = 1.0) -> None:
        """Paint spans one after the other, each with its own space between characters."""
        parts = [f"BT {scale:.4f} 0 0 1 {x:.3f} {y:.3f} Tm"]
        moved = 0.0
        font = ""
        for span in spans:
            gap = span.spacing / 1000 * size + extra
            for name, codes, count, width in self._strokes(span):
                if moved:
                    parts.append(f"{moved:.3f} 0 Td")
                if name != font:
                    parts.append(f"/{name} {size:g} Tf")
                    font = name
                parts.append(f"{gap:.4f} Tc<{codes}>Tj")
                moved = width / 1000 * size + count * gap
        parts.append("ET")
        self.out.append(" ".join(parts))

    def _strokes(self, span: Span) -> Iterable[tuple[str, str, int, float]]:
        """Return the stretches of a span that one face draws: its name, codes, number and width of glyphs."""
        letters = self.letters[span.role]
        text, widths = span.text, letters.widths
        if (not letters.strange or letters.strange.keys().isdisjoint(text)) and not (letters.joined and DASH * 2 in text):
            return [(letters.name, text.translate(letters.codes), len(text), sum([widths[char] for char in text]))]
        return self._strange(span, letters)

    @staticmethod
    def _strange(span: Span, letters: _Letters) -> Iterator[tuple[str, str, int, float]]:
        text, index = span.text, 0
        pieces: list[tuple[str, str, float]] = []
        while index < len(text):
            char = text[index]
            if letters.joined and text.startswith(DASH * 2, index):
                pieces.append((letters.name, *letters.joined))
                index += 2
                continue
            pieces.append(letters.strange.get(char) or (letters.name, letters.codes[ord(char)], letters.widths[char]))
            index += 1
        for name, group in groupby(pieces, key=lambda piece: piece[0]):
            part = list(group)
            yield name, "".join(code for _, code, _ in part), len(part), sum(width for *_, width in part)


def _lines_of(piece: Piece) -> Iterator[Line]:
    yield from piece.lines
    if piece.table:
        for row in (piece.table.head, *piece.table.rows):
            for cell in row.cells:
                yield from cell.lines
    if piece.imprint:
        yield from piece.imprint.copies


def _base(glyphs: Glyphs, size: float, high: float) -> float:
    """Return how far below the upper edge of its line a text stands: half of what the line is higher, and the ascent."""
    return (high - (glyphs.ascent - glyphs.descent) * size / 1000) / 2 + glyphs.ascent * size / 1000


def _rect(x: float, y: float, width: float, height: float) -> str:
    return f"{x:.3f} {y:.3f} {width:.3f} {height:.3f} re"
