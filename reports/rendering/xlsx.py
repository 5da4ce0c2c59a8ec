"""The tables of a document as a workbook, a sheet each: the lists go on living in the hands of those who work through them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import BytesIO

import xlsxwriter

from reports.rendering.document import Block, Document, Figure, Table
from reports.rendering.result import RenderResult

LONGEST_NAME = 31
"""Characters that a spreadsheet allows for the name of a sheet."""
WIDTH = 110
"""Characters over which the relative widths of a table are spread."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def tables_of(document: Document) -> list[tuple[str, Table]]:
    """Return the tables with the headings under which they stand: those of the text first, then those of the annexes."""
    found = list(_tables(document.blocks, document.title))
    for annex in document.annexes:
        found += _tables(annex.blocks, annex.title)
    return found


def _tables(blocks: Iterable[Block], heading: str) -> Iterator[tuple[str, Table]]:
    for block in blocks:
        if isinstance(block, Table | Figure):
            yield block.caption or heading, block.table if isinstance(block, Figure) else block


def render_xlsx(document: Document) -> RenderResult:
    """Return the tables of ``document`` as .xlsx. Raises ``ValueError`` when it has none.

    Every cell is written as text, except whole numbers: what somebody typed never becomes a formula or a link.
    """
    tables = tables_of(document)
    if not tables:
        raise ValueError("the document has no table")
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": document.title})
        for (title, table), name in zip(tables, _names(title for title, _table in tables), strict=True):
            _write(book, name, title, table)
    return RenderResult(target.getvalue(), pages=0)


def _names(titles: Iterator[str]) -> Iterator[str]:
    """Yield a name per sheet that spreadsheets accept, each once; a long title keeps its end, which tells lists apart."""
    seen: set[str] = set()
    for place, title in enumerate(titles, start=1):
        name = _FORBIDDEN.sub("", title).strip()[-LONGEST_NAME:] or f"表{place}"
        if name in seen:
            name = f"{name[: LONGEST_NAME - 4]}（{place}）"
        seen.add(name)
        yield name


def _write(book: xlsxwriter.Workbook, name: str, title: str, table: Table) -> None:
    sheet = book.add_worksheet(name)
    heading = book.add_format({"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"})
    head = book.add_format({"bold": True, "bg_color": "#EAEEF2", "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True})
    sides = [book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter", "align": side}) for side in _sides(table)]
    last = len(table.columns) - 1
    widths = table.widths or (1.0,) * len(table.columns)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, max(6.0, width / sum(widths) * WIDTH))
    if last > 0:
        sheet.merge_range(0, 0, 0, last, title, heading)
    else:
        sheet.write_string(0, 0, title, heading)
    sheet.set_row(0, 30)
    for column, text in enumerate(table.columns):
        sheet.write_string(1, column, text, head)
    for number, row in enumerate(table.rows, start=2):
        for column, text in enumerate(row[: last + 1]):
            if re.fullmatch(r"0|[1-9]\d{0,8}", text):
                sheet.write_number(number, column, int(text), sides[column])
            else:
                sheet.write_string(number, column, text, sides[column])
    sheet.freeze_panes(2, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(1)
    sheet.fit_to_pages(1, 0)


def _sides(table: Table) -> tuple[str, ...]:
    return table.align or ("left",) * len(table.columns)
