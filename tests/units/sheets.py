"""Building the files that the import tests upload."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from units.importing.columns import COLUMNS, HEADERS

ROW = {"组织类型": "党支部", "是否撤销": "否"}


def line(code: str, name: str = "", parent: str = "", **more: Any) -> dict[str, Any]:
    """One organization; everything that is not named has a usable value."""
    return {**ROW, "组织编码": code, "组织名称": name or f"{code}党支部", "上级组织编码": parent, **more}


def xlsx(*lines: dict[str, Any], headers: Any = HEADERS, sheet: str = "组织名录", change: Any = None) -> bytes:
    """A workbook with these lines; ``change`` may do more to its sheet."""
    workbook = openpyxl.Workbook()
    page = workbook.active
    page.title = sheet
    page.append(list(headers))
    for one in lines:
        page.append([one.get(header) for header in headers])
    if change:
        change(page)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def csv(*lines: dict[str, Any], headers: Any = HEADERS, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    rows = [delimiter.join(headers), *(delimiter.join(str(one.get(header, "") or "") for header in headers) for one in lines)]
    return "\r\n".join(rows).encode(encoding)


def uploaded(data: bytes, name: str = "名录.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def rows_of(data: bytes, sheet: str | None = None) -> list[tuple[Any, ...]]:
    """The cells of a workbook we made, as another program reads them."""
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    return [tuple(cell.value for cell in row) for row in (workbook[sheet] if sheet else workbook.worksheets[0]).iter_rows()]


REQUIRED = tuple(column.header for column in COLUMNS if column.is_required)
