"""Sheets with fixed headers as rows of text, and what is wrong with them: the common part of imports of several sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl.utils import get_column_letter, range_boundaries

from units.importing.reading import ERROR_VALUE, Formula, Table
from units.wording import FULL_WIDTH, FULL_WIDTH_SIGNS, INVISIBLE

EMPTY = "（空表）"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in a workbook; ``row`` and ``column`` as the spreadsheet program shows them."""

    sheet: str
    row: int | None
    column: str
    value: str
    expected: str


@dataclass(frozen=True)
class Row:
    """A row that holds something: its number and its cells as text by header."""

    number: int
    cells: dict[str, str]


def rows_by_header(
    tables: dict[str, Table], name: str, *, headers: Sequence[str], required: Sequence[str]
) -> tuple[list[Row], list[Fault]]:
    """Return the rows of the sheet ``name``, whose first row holds ``headers`` in any order, and its faults.

    Faults are: no such sheet, an empty one, a missing, unknown or doubled header, merged cells, formulas, content outside the headers.
    """
    table = tables.get(name)
    if table is None:
        return [], [Fault(name, None, "", "、".join(tables), f"工作表“{name}”，名称与模板一致")]
    if not table.rows:
        return [], [Fault(name, None, "", EMPTY, "第 1 行是表头，从第 2 行起填写内容")]
    first, cells = table.rows[0]
    titles = {place: text_of(cell) for place, cell in enumerate(cells) if text_of(cell)} if first == 1 else {}
    faults = [*_header_faults(name, titles, headers, required), *_merged(name, table, titles)]
    if any(fault.row == 1 for fault in faults):
        return [], faults
    rows = []
    for number, values in table.rows[1:]:
        row = Row(number, {})
        for place, value in enumerate(values):
            fault = _read_cell(row, titles.get(place), value)
            if fault:
                faults.append(Fault(name, number, titles.get(place) or get_column_letter(place + 1), shown(value), fault))
        rows.append(row)
    return rows, faults


def _read_cell(row: Row, title: str | None, value: Any) -> str:
    """Put one cell into its row; return what is expected instead when it cannot be used."""
    if not shown(value):
        return ""
    if title is None:
        return "这一列没有表头，请删去内容或补上表头"
    if isinstance(value, Formula) or ERROR_VALUE.fullmatch(shown(value)):
        return "直接填写内容，不用公式"
    row.cells[title] = text_of(value)
    return ""


def _header_faults(name: str, titles: dict[int, str], headers: Sequence[str], required: Sequence[str]) -> list[Fault]:
    found = list(titles.values())
    faults = [Fault(name, 1, header, "（没有这一列）", f"表头“{header}”") for header in required if header not in found]
    for place, title in titles.items():
        if title not in headers:
            faults.append(Fault(name, 1, get_column_letter(place + 1), title, "模板中的表头；多余的列请删去"))
        elif found.count(title) > 1:
            faults.append(Fault(name, 1, get_column_letter(place + 1), title, "每个表头只出现一次"))
    return faults


def _merged(name: str, table: Table, titles: dict[int, str]) -> list[Fault]:
    faults = []
    for first, _last, coordinates in table.merged:
        left = range_boundaries(coordinates)[0] or 1
        column = titles.get(left - 1) or get_column_letter(left)
        faults.append(Fault(name, first, column, f"合并单元格 {coordinates}", "取消合并，每行都填写"))
    return faults


def shown(value: Any) -> str:
    """Return a cell for showing it to the user: a formula as it was written, anything else as its text."""
    return value.text if isinstance(value, Formula) else text_of(value)


def text_of(value: Any) -> str:
    """Return a cell's value as text: dates as 2026-10-31, whole numbers without a point, no invisible characters, no outer spaces."""
    if value is None or isinstance(value, Formula):
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".")
    return INVISIBLE.sub("", str(value).replace("\r\n", "\n").replace("_x000D_", "")).strip()


def half_width(text: str) -> str:
    """Return ``text`` with ordinary digits, letters and signs, for numbers and dates typed on a Chinese keyboard."""
    return text.translate(FULL_WIDTH).translate(FULL_WIDTH_SIGNS)
