"""Reading small uploaded .xlsx files cell by cell, with the faults an office's files really have: renamed .xls, merged cells, formulas.

For tables of up to some thousand rows: the whole workbook is held in memory, since merged cells are known only at its end.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from jobs.errors import Refused
from units.wording import FULL_WIDTH, FULL_WIDTH_SIGNS, INVISIBLE

OLD_FORMAT = b"\xd0\xcf\x11\xe0"
"""How .xls files begin, and .xlsx files with a password too."""
LARGEST_UNPACKED = 60 * 1024 * 1024
BROKEN = (
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    EOFError,
    OSError,
    zipfile.BadZipFile,
    InvalidFileException,
    SyntaxError,
)
"""What openpyxl raises for damaged files; an XML error is a ``SyntaxError``."""


class Unreadable(Refused):
    """The file is no workbook that can be read; the text says what to do."""


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


def open_upload(file: IO[bytes], size: int, *, max_bytes: int) -> Workbook:
    """Return the workbook of an uploaded file. Raises ``Unreadable`` with a sentence that says what to do instead."""
    if size == 0:
        raise Unreadable("文件是空的，请检查后重新选择。")
    if size > max_bytes:
        raise Unreadable(f"文件超过 {max_bytes // 1024 // 1024} MB，请删去图片和多余的工作表后再上传。")
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    if head == OLD_FORMAT:
        raise Unreadable("这是旧版 .xls 文件（只改了扩展名），或者加了密码。请用表格软件打开，另存为不加密的 .xlsx 文件后再上传。")
    if not zipfile.is_zipfile(file):
        raise Unreadable("这不是 .xlsx 表格文件。请下载模板填写，或用表格软件另存为 .xlsx 后再上传。")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > LARGEST_UNPACKED:
            raise Unreadable("文件展开后过大，请删去多余的工作表、行和格式后再上传。")
        file.seek(0)
        return openpyxl.load_workbook(file)
    except BROKEN as error:
        raise Unreadable("文件已损坏或不是 .xlsx 表格。请用表格软件打开，另存为 .xlsx 后再上传。") from error


def read_table(workbook: Workbook, name: str, *, headers: Sequence[str], required: Sequence[str]) -> tuple[list[Row], list[Fault]]:
    """Read the sheet ``name``, whose first row holds headers in any order.

    Returns its non-empty rows and its faults: a missing sheet or header, an unknown or doubled header, merged cells, formulas.
    """
    if name not in workbook.sheetnames:
        return [], [Fault(name, None, "", "、".join(workbook.sheetnames), f"工作表“{name}”，名称与模板一致")]
    sheet = workbook[name]
    filled = {place: cell for place, cell in sheet._cells.items() if cell.value is not None and str(cell.value).strip()}
    if not filled:
        return [], [Fault(name, None, "", "（空表）", "第 1 行是表头，从第 2 行起填写内容")]
    titles = {column: text_of(cell.value) for (row, column), cell in sorted(filled.items()) if row == 1}
    faults = [*_header_faults(name, titles, headers, required), *_merged(sheet, titles)]
    if any(fault.row == 1 or fault.row is None for fault in faults):
        return [], faults
    rows: dict[int, dict[str, str]] = {}
    for (row, column), cell in sorted(filled.items()):
        if row == 1:
            continue
        if column not in titles:
            faults.append(Fault(name, row, get_column_letter(column), text_of(cell.value), "这一列没有表头，请删去内容或补上表头"))
        elif cell.data_type in {"f", "e"}:
            faults.append(Fault(name, row, titles[column], str(cell.value), "直接填写内容，不用公式"))
        else:
            rows.setdefault(row, {})[titles[column]] = text_of(cell.value)
    return [Row(number, cells) for number, cells in sorted(rows.items())], faults


def _header_faults(name: str, titles: dict[int, str], headers: Sequence[str], required: Sequence[str]) -> list[Fault]:
    found = list(titles.values())
    faults = [Fault(name, 1, header, "（没有这一列）", f"表头“{header}”") for header in required if header not in found]
    for column, title in titles.items():
        if title not in headers:
            faults.append(Fault(name, 1, get_column_letter(column), title, "模板中的表头；多余的列请删去"))
        elif found.count(title) > 1:
            faults.append(Fault(name, 1, get_column_letter(column), title, "每个表头只出现一次"))
    return faults


def _merged(sheet: Worksheet, titles: dict[int, str]) -> list[Fault]:
    return [
        Fault(
            sheet.title,
            part.min_row,
            titles.get(part.min_col, get_column_letter(part.min_col)),
            f"合并单元格 {part.coord}",
            "取消合并，每行都填写",
        )
        for part in sheet.merged_cells.ranges
    ]


def text_of(value: Any) -> str:
    """Return a cell's value as text: dates as 2026-10-31, whole numbers without a point, no invisible characters, no outer spaces."""
    if value is None:
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
