"""Writing .xlsx files in constant memory. Text is always written as text: a cell that begins with = + - @ is never a formula."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse
from django.utils import timezone

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 32_767
"""Characters that a cell can hold."""


def open_workbook(target: IO[bytes] | str, *, streaming: bool = True) -> xlsxwriter.Workbook:
    """Return a workbook that never guesses what a text might mean; ``streaming`` writes row after row and forgets them."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return xlsxwriter.Workbook(target, {**options, "constant_memory": streaming, "default_date_format": "yyyy-mm-dd hh:mm"})


def write_sheet(
    workbook: xlsxwriter.Workbook, name: str, headers: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[float] = ()
) -> int:
    """Write one sheet with a bold frozen header, filter buttons and column widths; return the number of rows."""
    sheet = workbook.add_worksheet(name)
    bold = workbook.add_format({"bold": True, "bg_color": "#EAEEF2", "border": 1, "border_color": "#D8DEE4"})
    for column in range(len(headers)):
        sheet.set_column(column, column, widths[column] if column < len(widths) else 18)
    for column, header in enumerate(headers):
        sheet.write_string(0, column, header, bold)
    count = 0
    for count, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            write_cell(sheet, count, column, value)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(count, 1), len(headers) - 1)
    return count


def write_cell(sheet: Any, row: int, column: int, value: Any, style: Any = None) -> None:
    """Write one value by its type; every text goes in as text."""
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value, style)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, str(value)[:LONGEST], style)


def download(name: str, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]], Sequence[float]]]) -> FileResponse:
    """Return sheets ``(name, headers, rows, widths)`` as a file to be downloaded as ``name``."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
    workbook = open_workbook(file)
    for sheet, headers, rows, widths in sheets:
        write_sheet(workbook, sheet, headers, rows, widths)
    workbook.close()
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
