"""Setting tables: column widths from the contents, broken cells, rows whose heights are known before the page is made."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from reports.rendering import paper
from reports.rendering.document import Table
from reports.rendering.fonts import Role
from reports.rendering.lines import Line, Measure

TALLEST_ROW = 16 * paper.LINE
"""A row higher than this is torn, instead of leaving most of a page empty or, higher than a page, losing what does not fit."""
TORN_HEIGHT = 6 * paper.LINE
ROW_PADDING = 4.0
USUAL_ROW, COMPACT_ROW = 2.0, 1.4
"""Least height of a row in half lines; the table below a chart is compact, so that both stand on one page."""
SHORT_HEAD = 4
"""Characters of a column's head that are not broken."""

BreakCell = Callable[[str, Role, Measure, str], Sequence[Line]]
"""Breaks the text of a cell, in a face, to a measure; the last argument names the place in Chinese."""


@dataclass(frozen=True)
class Cell:
    """A table cell with its lines and its side: ``left``, ``center`` or ``right``."""

    lines: tuple[Line, ...]
    align: str


@dataclass(frozen=True)
class Row:
    """A table row and its height, a multiple of half a line but for compact ones. ``goes_on`` marks a part of a torn row that is not the last."""

    cells: tuple[Cell, ...]
    height: float
    goes_on: bool = False


@dataclass(frozen=True)
class TableSetting:
    """A table ready for the page: widths in points, the blank space around it, and whether it is in the smaller size."""

    head: Row
    rows: tuple[Row, ...]
    widths: tuple[float, ...]
    above: float
    below: float
    small: bool


def set_table(table: Table, break_cell: BreakCell, where: str, *, compact: bool = False) -> TableSetting:
    """Break all cells of ``table`` and measure its rows.

    Args:
        table: the table; short rows are filled with empty cells.
        break_cell: breaks one cell.
        where: the place of the table in Chinese.
        compact: set it in the smaller size, with low rows, as below a chart.

    """
    small = compact or len(table.columns) >= paper.WIDE_TABLE
    size = paper.SMALL_TABLE_SIZE if small else paper.TABLE_SIZE
    widths = column_widths(table)
    align = alignment(table)

    def row(texts: Sequence[str], role: Role, sides: Sequence[str], name: str) -> Row:
        cells = []
        for number, (width, side) in enumerate(zip(widths, sides, strict=True), 1):
            text = texts[number - 1] if number <= len(texts) else ""
            room = Measure((width - 2 * paper.CELL_PADDING - 0.5) / size * 1000, justify=False)
            cells.append(Cell(tuple(break_cell(text, role, room, f"{where}{name}第{number}列")), side))
        return _measured(tuple(cells), small=small, least=COMPACT_ROW if compact else USUAL_ROW)

    head = row(table.columns, Role.HEITI, ["center"] * len(widths), "表头")
    rows = tuple(row(texts, Role.FANGSONG, align, f"第{number}行") for number, texts in enumerate(table.rows, 1))
    above = 0.0 if table.caption else paper.HALF_LINE
    return TableSetting(head, rows, widths, above, _space_below(above, head, rows), small)


def torn(table: TableSetting) -> TableSetting:
    """Return the table with rows that are too tall for a page cut into parts."""
    rows = tuple(part for row in table.rows for part in _tear(row, small=table.small))
    return replace(table, rows=rows, below=_space_below(table.above, table.head, rows))


def _tear(row: Row, *, small: bool) -> Iterator[Row]:
    if row.height <= TALLEST_ROW:
        yield row
        return
    leading = paper.SMALL_TABLE_LEADING if small else paper.TABLE_LEADING
    step = int(TORN_HEIGHT / leading)
    tallest = max(len(cell.lines) for cell in row.cells)
    for start in range(0, tallest, step):
        cells = tuple(replace(cell, lines=cell.lines[start : start + step]) for cell in row.cells)
        # Parts follow each other at the distance of their lines, without the space between rows.
        last = start + step >= tallest
        part = _measured(cells, small=small)
        yield part if last else replace(part, height=step * leading, goes_on=True)


def _measured(cells: tuple[Cell, ...], *, small: bool, least: float = USUAL_ROW) -> Row:
    leading = paper.SMALL_TABLE_LEADING if small else paper.TABLE_LEADING
    need = max((len(cell.lines) for cell in cells), default=0) * leading + ROW_PADDING
    half_lines = need / paper.HALF_LINE
    return Row(cells, (least if half_lines <= least else max(2, math.ceil(half_lines - 0.01))) * paper.HALF_LINE)


def _space_below(above: float, head: Row, rows: Sequence[Row]) -> float:
    """Return the space that brings the text below back onto the line grid, as long as the table stays on one page."""
    height = above + head.height + sum(row.height for row in rows)
    return math.ceil((height + paper.HALF_LINE - 0.1) / paper.LINE) * paper.LINE - height


def column_widths(table: Table) -> tuple[float, ...]:
    """Return the column widths in points, together as wide as the text.

    They follow the shares that the table names, or its contents when it names none; but a short head (序号) stays on one line.
    """
    count = len(table.columns)
    shares = list(table.widths) if len(table.widths) == count and sum(table.widths) > 0 else _shares(table)
    size = paper.SMALL_TABLE_SIZE if count >= paper.WIDE_TABLE else paper.TABLE_SIZE
    least = [min(_ems(head), SHORT_HEAD) * size + 2 * paper.CELL_PADDING + 1 for head in table.columns]
    widths = [share / sum(shares) * paper.MEASURE for share in shares]
    if sum(least) >= paper.MEASURE:
        return tuple(widths)
    # What narrow columns need more than their share, the wide ones give, in proportion to what they have to spare.
    lack = sum(max(0.0, need - width) for need, width in zip(least, widths, strict=True))
    spare = sum(max(0.0, width - need) for need, width in zip(least, widths, strict=True))
    return tuple(max(need, width - (width - need) / spare * lack) if spare else width for need, width in zip(least, widths, strict=True))


def _shares(table: Table) -> list[float]:
    """Return what each column wants in characters; where that is too much, the widest give way first."""
    padding = 1.0
    wanted = []
    for head, column in zip(table.columns, _columns(table), strict=True):
        longest = max((_ems(text) for text in column), default=0.0)
        # A long cell may run over several lines, so its column need not be as wide as it is long.
        wanted.append(max(_ems(head), min(longest, 4 + 2 * math.sqrt(longest))) + padding)
    room = paper.MEASURE / (paper.SMALL_TABLE_SIZE if len(wanted) >= paper.WIDE_TABLE else paper.TABLE_SIZE)
    cap = max(wanted)
    while sum(min(want, cap) for want in wanted) > room and cap > 3:  # noqa: PLR2004 - two characters and the padding
        cap -= 0.5
    return [min(want, cap) for want in wanted]


def _ems(text: str) -> float:
    return max((sum(0.55 if char.isascii() else 1.0 for char in part) for part in text.split("\n")), default=0.0)


def alignment(table: Table) -> list[str]:
    """Return the side of each column: what the table says, else ``left`` for sentences and ``center`` for short entries."""
    guessed = ["left" if any(len(text) > 8 for text in column) else "center" for column in _columns(table)]  # noqa: PLR2004
    return [*table.align[: len(guessed)], *guessed[len(table.align) :]]


def _columns(table: Table) -> Iterator[list[str]]:
    for index in range(len(table.columns)):
        yield [row[index] if index < len(row) else "" for row in table.rows]
