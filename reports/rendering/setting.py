"""From the block tree to pieces ready for the page: every line broken, every height a multiple of the line grid.

What is left to WeasyPrint is to cut the pieces into pages and to paint them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from reports.rendering import paper
from reports.rendering.charts import captionless
from reports.rendering.document import GAP, Annex, Block, Document, Figure, Head, Heading, Imprint, Paragraph, Signature, Table
from reports.rendering.figures import FigureSetting, set_figure
from reports.rendering.fonts import Face, FontSet, Role
from reports.rendering.frame import HeadSetting, ImprintSetting, copies_room, copies_text, set_head, set_imprint
from reports.rendering.lines import Line, Measure, Run, break_lines, clean_text
from reports.rendering.result import MissingGlyphError
from reports.rendering.tables import TableSetting, set_table, torn
from reports.rendering.titles import balanced


@dataclass(frozen=True)
class Piece:
    """One thing on the page. ``kind`` chooses its part of the template; unused fields stay empty.

    ``above`` and ``below`` are blank space in points, ``left`` and ``right`` indents in points, ``first`` that of the first line.
    ``opens`` has a piece of kind ``entry``, which takes up no room, begin a ``page`` or a ``right`` one; ``page`` ``cover`` is one without number.
    """

    kind: str
    lines: tuple[Line, ...] = ()
    level: int = 0
    label: str = ""
    above: float = 0.0
    below: float = 0.0
    left: float = 0.0
    first: float = 0.0
    table: TableSetting | None = None
    head: HeadSetting | None = None
    imprint: ImprintSetting | None = None
    figure: FigureSetting | None = None
    after_table: bool = False
    opens: str = ""
    page: str = ""

    @property
    def tag(self) -> str:
        """Return the HTML heading for ``level``; h1 is the title's."""
        return f"h{min(self.level, 4) + 1}"


@dataclass(frozen=True)
class Setting:
    """A document cut into pieces. ``faces`` are those that draw at least one character; ``rare`` the characters a face lacked."""

    pieces: tuple[Piece, ...]
    faces: frozenset[Face]
    rare: tuple[str, ...] = ()
    gaps: int = 0


@dataclass
class Setter:
    """Sets one document; use once. ``fonts`` are the fonts that will draw it."""

    fonts: FontSet
    pieces: list[Piece] = field(default_factory=list)
    faces: set[Face] = field(default_factory=set)
    rare: dict[str, None] = field(default_factory=dict)
    gaps: int = 0

    def set(self, document: Document) -> Setting:
        """Return the pieces of ``document``. Raises ``MissingGlyphError`` when no font has one of its characters."""
        if document.head:
            self._head(document.head)
        self._title(document.title, "标题")
        if document.addressee:
            self._addressee(document.addressee)
        self._blocks(document.blocks, "正文")
        if document.annexes:
            self._annex_list(document.annexes)
        if document.signature:
            self._signature(document.signature)
        for annex in document.annexes:
            self._annex(annex)
        if document.imprint:
            self._imprint(document.imprint)
        return Setting(tuple(self.pieces), frozenset(self.faces), tuple(self.rare), self.gaps)

    # --- text -------------------------------------------------------------------------------------------------------

    def runs(self, text: str, role: Role) -> list[Run]:
        """Return ``text`` as runs, with the gaps for a person to fill apart."""
        runs, end = [], 0
        for match in GAP.finditer(text):
            self.gaps += 1
            runs += [Run(text[end : match.start()], role), Run(match.group(), role, gap=True)]
            end = match.end()
        return [run for run in [*runs, Run(text[end:], role)] if run.text]

    def lines(self, runs: Sequence[Run], measure: Measure, where: str) -> tuple[Line, ...]:
        """Break ``runs`` into lines and note which faces draw them."""
        for char, role in {(char, run.role) for run in runs for char in run.text}:
            advance = self.fonts.advance(char, role)
            if advance is None:
                text = "".join(run.text for run in runs)
                index = text.index(char)
                raise MissingGlyphError(char, where, text[max(0, index - 8) : index + 8])
            self.faces.add(advance.face)
            if advance.face is not self.fonts.faces[role]:
                self.rare[char] = None
        return tuple(break_lines(runs, measure, self.fonts, where))

    def _body(
        self, text: str, where: str, *, role: Role = Role.FANGSONG, lead: Sequence[Run] = (), indent: float = paper.INDENT
    ) -> list[tuple[Line, ...]]:
        """Return the lines of body text, one tuple for each part between line feeds."""
        parts = clean_text(text).split("\n")
        result = []
        for index, part in enumerate(parts):
            runs = [*(lead if index == 0 else ()), *self.runs(part.strip(), role)]
            if runs:
                result.append(self.lines(runs, Measure(paper.BODY_MEASURE, indent, paper.PITCH), where))
        return result

    # --- head and imprint -------------------------------------------------------------------------------------------

    def width(self, text: str, role: Role, where: str) -> float:
        """Return the width of one line of text and note which faces draw it."""
        lines = self.lines(self.runs(text, role), Measure(math.inf, justify=False), where)
        return lines[0].width if lines else 0.0

    def _head(self, head: Head) -> None:
        self.pieces.append(Piece("head", head=set_head(head, self.width)))

    def _imprint(self, imprint: Imprint) -> None:
        text = copies_text(imprint)
        copies = self.lines(self.runs(text, Role.FANGSONG), copies_room(), "抄送机关") if text else ()
        setting = set_imprint(imprint, copies)
        if setting:
            for part in ("抄送：", setting.printer, setting.printed):
                self.width(part, Role.FANGSONG, "版记")
            self.pieces.append(Piece("imprint", above=paper.HALF_LINE, imprint=setting))

    # --- pieces -----------------------------------------------------------------------------------------------------

    def _title(self, title: str, where: str, *, kind: str = "title") -> None:
        """Centre the title. It and the blank line after it take up whole lines, so that the text below stands on the grid."""
        room = Measure(paper.MEASURE / paper.TITLE_SIZE * 1000, justify=False)
        texts = title_lines(title, self.fonts)
        lines = [line for text in texts for line in self.lines(self.runs(text, Role.BIAOSONG), room, where)]
        space = title_space(len(lines))
        # The title of an annex stands on the third line, below its mark and a blank one.
        above = space / 2 + (paper.LINE if kind == "annex-title" else 0.0)
        self.pieces.append(Piece(kind, tuple(lines), 1, above=above, below=space / 2 + paper.LINE))

    def _addressee(self, addressee: str) -> None:
        for lines in self._body(addressee.rstrip("：:") + "：", "主送机关", indent=0):
            self.pieces.append(Piece("addressee", lines))

    def _blocks(self, blocks: Sequence[Block], where: str) -> None:
        paragraphs = tables = 0
        for block in blocks:
            if isinstance(block, Table | Figure):
                tables += 1
                place = f"{where}第{tables}个表格"
                if below_chart := isinstance(block, Figure):
                    self._figure(block, place)
                    block = captionless(block.table)  # noqa: PLW2901 -- a figure is its chart and then its table
                else:
                    self._caption(block, place)
                table = torn(self.table(block, place, compact=below_chart))
                self._follow(Piece("table", above=table.above, below=table.below, table=table))
            elif isinstance(block, Heading):
                self._heading(block, f"{where}小标题")
            else:
                paragraphs += 1
                self._paragraph(block, f"{where}第{paragraphs}段")

    def _follow(self, piece: Piece) -> None:
        """Add a piece of the text flow; one after a table may have to be moved back onto the grid."""
        after_table = bool(self.pieces) and self.pieces[-1].kind == "table"
        self.pieces.append(Piece(**{**piece.__dict__, "after_table": after_table}))

    def _heading(self, heading: Heading, where: str) -> None:
        role = paper.HEADING_ROLES[min(max(heading.level, 1), 4)]
        for lines in self._body(heading.text, where, role=role):
            label = clean_text(heading.text).replace("\n", " ")
            self._follow(Piece("heading", lines, heading.level, label, first=paper.INDENT / 1000 * paper.BODY_SIZE))

    def _paragraph(self, paragraph: Paragraph, where: str) -> None:
        role = paper.HEADING_ROLES.get(paragraph.lead_level, Role.FANGSONG)
        lead = self.runs(clean_text(paragraph.lead).replace("\n", ""), role)
        for lines in self._body(paragraph.text, where, lead=lead):
            self._follow(Piece("body", lines, first=paper.INDENT / 1000 * paper.BODY_SIZE))

    def _annex_list(self, annexes: Sequence[Annex]) -> None:
        """附件说明 (§7.3.4): one line below the text, two characters in; a name that runs on aligns with its own first character."""
        numbered = len(annexes) > 1
        word = "附件："
        prefix = text_width(self.fonts, f"{word}1." if numbered else word, Role.FANGSONG) + paper.PITCH * len(word)
        for index, annex in enumerate(annexes):
            label = (word if index == 0 else "") + (f"{index + 1}." if numbered else "")
            room = Measure(paper.BODY_MEASURE - paper.INDENT - prefix, 0, paper.PITCH)
            name = self.lines([Run(clean_text(annex.title).replace("\n", ""), Role.FANGSONG)], room, "附件说明")
            lines = list(name)
            first = 0.0
            if label:
                (mark,) = self.lines([Run(label, Role.FANGSONG)], Measure(paper.BODY_MEASURE, 0, paper.PITCH), "附件说明")
                first = -(mark.width + paper.PITCH)
                lines[0] = Line((*mark.spans, *name[0].spans), name[0].width - first)
            unit = paper.BODY_SIZE / 1000
            above = paper.LINE if index == 0 else 0.0
            self._follow(Piece("annexes", tuple(lines), above=above, left=(paper.INDENT + prefix) * unit, first=first * unit))

    def _signature(self, signature: Signature) -> None:
        """落款 without a seal (§7.3.5.2): one line below the text, the date on the line below the signer."""
        signers = [clean_text(signer).replace("\n", "") for signer in signature.signers]
        date = clean_text(signature.date_text).replace("\n", "")
        room = Measure(paper.BODY_MEASURE - 2 * paper.INDENT, 0, paper.PITCH, justify=False)
        signed = [line for signer in signers for line in self.lines(self.runs(signer, Role.FANGSONG), room, "落款")]
        dated = self.lines(self.runs(date, Role.FANGSONG), room, "成文日期")
        longest = max((line.width for line in signed), default=0.0)
        start, date_left = signature_places(longest, max((line.width for line in dated), default=0.0))
        unit = paper.BODY_SIZE / 1000
        for index, line in enumerate(signed):
            # Joint signers stand one below the other, centred on the longest.
            left = start + (longest - line.width) / 2
            self._follow(Piece("signature", (line,), above=0.0 if index else paper.LINE, left=left * unit))
        for index, line in enumerate(dated):
            self._follow(Piece("signature", (line,), above=0.0 if index or signed else paper.LINE, left=date_left * unit))

    def _annex(self, annex: Annex) -> None:
        """附件 (§7.3.7): a new page, the mark at the top left in 黑体, the title centred on the third line."""
        mark = f"附件{annex.number or ''}"
        self.pieces.append(
            Piece(
                "annex-mark",
                self.lines([Run(mark, Role.HEITI)], Measure(paper.BODY_MEASURE, 0, paper.PITCH), mark),
                1,
                f"{mark} {annex.title}",
            )
        )
        self._title(annex.title, f"{mark}标题", kind="annex-title")
        if annex.internal:
            note = self.lines([Run("（仅供内部使用）", Role.KAITI)], Measure(paper.BODY_MEASURE, justify=False), mark)
            title = self.pieces.pop()
            self.pieces.append(Piece(**{**title.__dict__, "below": title.below - paper.LINE}))
            self.pieces.append(Piece("annex-note", note, below=paper.LINE))
        self._blocks(annex.blocks, mark)

    # --- figures and tables -----------------------------------------------------------------------------------------

    def _figure(self, figure: Figure, where: str) -> None:
        """A figure stands above its caption (a table below its own), and both with the head of the table on one page."""
        setting = set_figure(figure, self.width, f"{where}的图")
        self._follow(Piece("figure", figure=setting))
        self._caption(figure, where)

    def _caption(self, captioned: Table | Figure, where: str) -> None:
        if captioned.caption:
            room = Measure(paper.MEASURE / paper.TABLE_SIZE * 1000, justify=False)
            caption = clean_text(captioned.caption).replace("\n", "")
            self._follow(Piece("caption", self.lines(self.runs(caption, Role.HEITI), room, where)))

    def table(self, table: Table, where: str, *, compact: bool = False) -> TableSetting:
        """Return a table with its rows measured; ``where`` names it in Chinese, ``compact`` says that it stands below its chart."""

        def break_cell(text: str, role: Role, room: Measure, place: str) -> list[Line]:
            parts = clean_text(text).split("\n")
            return [line for part in parts for line in self.lines(self.runs(part.strip(), role), room, place)]

        return set_table(table, break_cell, where, compact=compact)


def text_width(fonts: FontSet, text: str, role: Role) -> float:
    """Return the width of ``text`` in thousandths of an em; a character that no font has counts as one em."""
    return sum(advance.width if (advance := fonts.advance(char, role)) else 1000 for char in text)


def title_lines(title: str, fonts: FontSet) -> tuple[str, ...]:
    """Return a title cut into balanced lines that fit the page."""
    room = paper.MEASURE / paper.TITLE_SIZE * 1000
    return balanced(clean_text(title), room, lambda text: text_width(fonts, text, Role.BIAOSONG))


def title_space(lines: int) -> float:
    """Return the points that a title of so many lines lacks to take up whole lines of the text."""
    height = lines * paper.TITLE_LEADING
    return math.ceil(height / paper.LINE) * paper.LINE - height


def signature_places(signer: float, date: float) -> tuple[float, float]:
    """Return where signer and date begin, from their widths, all in thousandths of an em of body text (GB/T 9704-2012 §7.3.5.2).

    The signer ends two characters from the right and the date begins two characters right of the signer. A date longer than the
    signer's name ends two characters from the right itself, and the signer moves with it.
    """
    if date > signer:
        date_left = paper.BODY_MEASURE - paper.INDENT - date
        return date_left - paper.INDENT, date_left
    start = paper.BODY_MEASURE - paper.INDENT - signer
    return start, start + paper.INDENT
