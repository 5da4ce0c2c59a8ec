"""From an uploaded file to rows of raw cells. Whatever is in the file, the answer is rows or a sentence, never a traceback."""

from __future__ import annotations

import csv
import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

import openpyxl
from openpyxl.utils import get_column_letter, range_boundaries

from jobs.errors import Refused
from units.importing.columns import SHEET

logger = logging.getLogger("duchatong.units")

MAX_ROWS = 100_000
MAX_COLUMNS = 60
"""Stray cells far to the right are not read: they would make each row as long."""
MAX_UNPACKED = 400 * 2**20
"""An .xlsx is a zip; a small one can be made to fill the memory."""
EVERY = 2000
"""Rows between two signs of progress."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ERROR_VALUE = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)")
MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
SAVE_AS = "请在 Excel 或 WPS 中用“另存为”保存成 .xlsx 格式后再上传。"


class Unreadable(Refused):
    """The file as a whole cannot be read; the sentence says what to do."""


@dataclass(frozen=True)
class Formula:
    """A cell that holds a formula instead of a value."""

    text: str


@dataclass
class Table:
    """The rows of a file as they are: numbers as the spreadsheet shows them, cells untouched."""

    rows: list[tuple[int, list[Any]]] = field(default_factory=list)
    merged: list[tuple[int, int, str]] = field(default_factory=list)
    """Merged ranges: first and last row, and the range as written."""
    notes: list[str] = field(default_factory=list)


OnRows = Callable[[int, int], None]


def nobody(_done: int, _total: int) -> None:
    """Nobody watches the progress."""


def read(file: IO[bytes], on_rows: OnRows = nobody) -> Table:
    """Read a workbook or a text table, told apart by content and not by name.

    ``on_rows`` is called now and then with how many rows have been read and about how many there are. Raises ``Unreadable``.
    """
    file.seek(0)
    head = file.read(8)
    if not head:
        raise Unreadable("文件是空的。请下载导入模板，填好后再上传。")
    if head == OLE:
        raise Unreadable(_about_ole(file))
    return _read_workbook(file, on_rows) if head.startswith(b"PK") else _read_text(file, on_rows)


def _about_ole(file: IO[bytes]) -> str:
    file.seek(0)
    if "EncryptedPackage".encode("utf-16-le") in file.read():
        return "这个工作簿设有打开密码，系统无法读取。请在 Excel 或 WPS 中取消密码后再上传。"
    return f"这是旧版 Excel（.xls）格式，即使文件名改成 .xlsx 也不能读取。{SAVE_AS}"


def read_sheets(file: IO[bytes]) -> dict[str, Table]:
    """Read all visible sheets of a workbook by name, for files whose sheets belong together. Raises ``Unreadable``."""
    file.seek(0)
    head = file.read(8)
    if not head:
        raise Unreadable("文件是空的。请下载导入模板，填好后再上传。")
    if head == OLE:
        raise Unreadable(_about_ole(file))
    if not head.startswith(b"PK"):
        raise Unreadable(f"这不是 .xlsx 工作簿。{SAVE_AS}")
    _check_archive(file)
    with _broken_files_told():
        workbook, sheets = _visible_sheets(file)
        return {sheet.title.strip(): Table(list(_rows_of(sheet, nobody)), _merged(workbook, sheet)) for sheet in sheets}


@contextmanager
def _broken_files_told() -> Iterator[None]:
    try:
        yield
    except Refused:
        raise
    except Exception as error:
        # Broken files fail deep inside the library in a hundred ways; all of them are the file's fault.
        logger.info("unreadable workbook: %r", error)
        raise Unreadable(f"文件已损坏或不是标准的 .xlsx 工作簿，无法读取。{SAVE_AS}") from error


def _visible_sheets(file: IO[bytes]) -> tuple[Any, list[Any]]:
    workbook = openpyxl.load_workbook(file, read_only=True, keep_links=False)
    sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    if not sheets:
        raise Unreadable("工作簿里没有可读取的工作表。请下载导入模板，填好后再上传。")
    return workbook, sheets


def _read_workbook(file: IO[bytes], on_rows: OnRows) -> Table:
    _check_archive(file)
    with _broken_files_told():
        workbook, sheets = _visible_sheets(file)
        sheet = next((one for one in sheets if one.title.strip() == SHEET), sheets[0])
        table = Table(list(_rows_of(sheet, on_rows)), _merged(workbook, sheet))
    if len(sheets) > 1 and sheet.title.strip() != SHEET:
        table.notes.append(f"工作簿有 {len(sheets)} 个工作表，只读取了第一个“{sheet.title}”。")
    return table


def _check_archive(file: IO[bytes]) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            names = {entry.filename for entry in archive.infolist()}
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable(f"文件不完整或已损坏，无法读取。请重新保存后再上传；{SAVE_AS}") from error
    if "xl/workbook.bin" in names:
        raise Unreadable(f"这是二进制工作簿（.xlsb），不能读取。{SAVE_AS}")
    if not any(name.endswith("workbook.xml") for name in names):
        raise Unreadable(f"这不是 Excel 工作簿（可能是改了名的 Word 文档、ODS 表格或压缩包）。{SAVE_AS}")
    if size > MAX_UNPACKED:
        raise Unreadable("工作簿展开后过大，可能含有图片或大量空白格式。请把数据复制到导入模板中再上传。")


def _rows_of(sheet: Any, on_rows: OnRows) -> Iterator[tuple[int, list[Any]]]:
    total = min(sheet.max_row or 0, MAX_ROWS + 1)
    for number, cells in enumerate(sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS), start=1):
        _refuse_too_long(number)
        values = [Formula(str(cell.value)) if cell.data_type == "f" else cell.value for cell in cells]
        if any(value is not None and str(value).strip() for value in values):
            yield number, values
        if number % EVERY == 0:
            on_rows(number, max(total, number))


def _refuse_too_long(number: int) -> None:
    # One more for the header.
    if number > MAX_ROWS + 1:
        raise Unreadable(f"表格超过 {MAX_ROWS} 行。请删除多余的空白行，或拆成几个文件分批导入。")


def _merged(workbook: Any, sheet: Any) -> list[tuple[int, int, str]]:
    """Merged ranges, which the library's fast mode leaves out: they stand behind the rows in the sheet's XML."""
    found, rest = [], b""
    with workbook._archive.open(sheet._worksheet_path) as source:
        while chunk := source.read(1 << 20):
            rest += chunk
            for match in MERGE.finditer(rest):
                _left, top, _right, bottom = range_boundaries(match[1].decode())
                found.append((top, bottom, match[1].decode()))
            cut = rest.rfind(b"<")
            rest = rest[cut:] if cut >= 0 else b""
    return found


def _read_text(file: IO[bytes], on_rows: OnRows) -> Table:
    file.seek(0)
    text, notes = _decode(file.read())
    delimiter = _delimiter(text)
    if delimiter != ",":
        notes.append(f"文件用{ {';': '分号', chr(9): '制表符'}[delimiter] }分隔，已按此读取。")
    table = Table(notes=notes)
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False), start=1):
            _refuse_too_long(number)
            values: list[Any] = [Formula(cell) if cell.startswith("=") else cell for cell in cells[:MAX_COLUMNS]]
            if any(str(value).strip() for value in cells):
                table.rows.append((number, values))
    except csv.Error as error:
        raise Unreadable("CSV 文件的引号不成对或内容过长，无法分列。请在 Excel 或 WPS 中打开检查，另存为 .xlsx 后再上传。") from error
    on_rows(len(table.rows), len(table.rows))
    return table


def _decode(data: bytes) -> tuple[str, list[str]]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _decoded(data, encoding), []
    if b"\0" in data:
        raise Unreadable("文件里有空字符（NUL），不是正常的表格。请在 Excel 或 WPS 中打开，另存为 .xlsx 后再上传。")
    if re.match(rb"\s*<(!doctype|html|\?xml|table)", data[:200], re.IGNORECASE):
        raise Unreadable(f"这是网页或 XML 格式的表格，不是真正的 Excel 文件。{SAVE_AS}")
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        return _decoded(data, "gb18030"), ["文件是国标（GBK）编码，已按此读取。"]


def _decoded(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("文件的文字编码无法识别。请另存为 .xlsx，或“CSV UTF-8（逗号分隔）”后再上传。") from error
    if "\0" in text:
        raise Unreadable("文件里有空字符（NUL），不是正常的表格。请在 Excel 或 WPS 中打开，另存为 .xlsx 后再上传。")
    return text


def _delimiter(text: str) -> str:
    """Return what separates the columns, judged by the first line that has anything: comma, semicolon or tab."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    if not first:
        raise Unreadable("文件是空的。请下载导入模板，填好后再上传。")
    counts = {mark: first.count(mark) for mark in (",", ";", "\t")}
    best = max(counts, key=lambda mark: counts[mark])
    if counts[best]:
        return best
    strange = next((mark for mark in "，；|、" if mark in first), "")
    if strange:
        raise Unreadable(f"CSV 的列之间应当用英文逗号分隔，这个文件用的是“{strange}”。请改用英文逗号，或另存为 .xlsx 后再上传。")
    return ","


def cell_name(row: int, column: int) -> str:
    """Return a cell's address as the spreadsheet shows it; ``column`` counts from 0."""
    return f"{get_column_letter(column + 1)}{row}"
