"""From raw cells to clean values, one row at a time and without the database: what can be judged by looking at a cell alone."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from units.importing.columns import (
    ADDRESS,
    BY_HEADER,
    CATEGORY,
    CODE,
    COLUMNS,
    CONTACT,
    DISSOLVED,
    EXAMPLE,
    HEADERS,
    KIND,
    NAME,
    ORDER,
    PARENT,
    SHORT_NAME,
    TAGS,
    Column,
)
from units.importing.reading import ERROR_VALUE, Formula, Table, Unreadable, cell_name
from units.models import PartyOrganization
from units.wording import CODE as CODE_PATTERN
from units.wording import CODE_RULE, tidy, tidy_code

KINDS = {label: value for value, label in PartyOrganization.Kind.choices}
YES_NO = {"是": True, "否": False, "": False}
SEPARATOR = re.compile(r"[、,，;；]")
MAX_ORDER = 999_999_999
EXACT_DIGITS = 15
"""Excel keeps no more digits of a number than this."""
HEADER_WITHIN = 10
"""The header must stand in one of the first rows; a title above it is usual."""


@dataclass(frozen=True)
class Remark:
    """One thing to tell about the file: where, what stands there, and what is expected (or was done about it)."""

    row: int
    column: str
    value: str
    text: str

    def as_list(self) -> list[Any]:
        """For JSON and for the spreadsheet of faults."""
        return [self.row, self.column, self.value, self.text]


@dataclass
class Row:
    """One organization as the file describes it. Names of category and tags are looked up when comparing with the directory."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The organization's code; empty when the cell was unusable."""
        return self.values.get("code", "")

    @property
    def parent_code(self) -> str:
        """The code of the organization above; empty at the top."""
        return self.values.get("parent", "")


@dataclass
class Cleaned:
    """The usable rows, and what is to be said about the file."""

    rows: list[Row] = field(default_factory=list)
    given: tuple[str, ...] = ()
    """Model fields whose columns are in the file."""
    faults: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)


def clean(table: Table, *, categories: Iterable[str], tags: Iterable[str]) -> Cleaned:
    """Turn a table into rows. ``categories`` and ``tags`` are the allowed names.

    Raises ``Unreadable`` when there is no header or nothing below it.
    """
    result = Cleaned(notes=[Remark(0, "文件", "", note) for note in table.notes])
    position = _header_position(table)
    header_row, header = table.rows[position]
    places = _places(header_row, header, result)
    result.given = tuple(BY_HEADER[name].field for name in places)
    for first, last, name in table.merged:
        if last >= header_row:
            text = "合并单元格只有左上角有内容。请取消合并，逐行填写。"
            result.faults.append(Remark(first, "合并单元格", name, text))
    cleaner = _Cleaner(result, set(categories), set(tags))
    body = table.rows[position + 1 :]
    if not body:
        raise Unreadable("表格只有表头，没有数据。请从表头的下一行开始填写组织。")
    if not all(column.header in places for column in COLUMNS if column.is_required):
        return result
    for number, cells in body:
        cleaner.row(number, {name: cells[place] if place < len(cells) else None for name, place in places.items()})
    if not result.rows and not result.faults:
        raise Unreadable("表格里只有示例行，没有要导入的组织。请在示例行下面填写。")
    return result


def _header_position(table: Table) -> int:
    if not table.rows:
        raise Unreadable("表格是空的。请下载导入模板，填好后再上传。")
    known = [sum(_header_text(cell) in BY_HEADER for cell in cells) for _number, cells in table.rows[:HEADER_WITHIN]]
    best = max(range(len(known)), key=lambda place: known[place])
    if known[best] < 2:  # noqa: PLR2004 -- one match may be chance: a title that happens to be a column's name
        seen = "、".join(text for cell in table.rows[0][1] if (text := _header_text(cell)))[:100]
        raise Unreadable(
            f"没有找到表头。第一行应为：{'、'.join(HEADERS)}。现在的第一行是：{seen or '（空）'}。请下载导入模板，照模板的表头填写。"
        )
    return best


def _header_text(cell: Any) -> str:
    return re.sub(r"\s|[*＊]|（.*）|\(.*\)", "", tidy(str(cell))) if isinstance(cell, str) else ""


def _places(header_row: int, header: list[Any], result: Cleaned) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        name = _header_text(cell)
        if name in places:
            result.faults.append(
                Remark(header_row, name, name, f"表头“{name}”出现了两次（{cell_name(header_row, place)}），请删除多余的一列。")
            )
        elif name in BY_HEADER:
            places[name] = place
        elif name:
            close = difflib.get_close_matches(name, HEADERS, n=1, cutoff=0.6)
            hint = f"如果是指“{close[0]}”，请改成这个名称。" if close and close[0] not in places else "如果不需要，可以不理会。"
            result.notes.append(Remark(header_row, name, name, f"没有“{name}”这一列，已忽略。{hint}"))
    for column in COLUMNS:
        if column.header not in places:
            if column.is_required:
                result.faults.append(Remark(header_row, column.header, "", f"缺少“{column.header}”列。请按模板补上这一列。"))
            else:
                result.notes.append(Remark(header_row, column.header, "", f"没有“{column.header}”列，已有组织的这一项保持不变。"))
    return places


class _Cleaner:
    """Cleans rows into a result; a cell that cannot be used becomes a fault and leaves its value out."""

    def __init__(self, result: Cleaned, categories: set[str], tags: set[str]) -> None:
        self.result = result
        self.allowed = {KIND: set(KINDS), CATEGORY: categories}
        self.tags = tags
        self._known_unknowns: dict[tuple[str, str], str] = {}
        self.read = {
            CODE: self._code,
            PARENT: self._code,
            NAME: self._text,
            SHORT_NAME: self._text,
            ADDRESS: self._text,
            CONTACT: self._text,
            KIND: self._choice,
            CATEGORY: self._choice,
            TAGS: self._tags,
            ORDER: self._order,
            DISSOLVED: self._dissolved,
        }

    def row(self, number: int, cells: dict[str, Any]) -> None:
        """Clean one row; without a usable code it cannot be compared with anything and is left out, its fault stays."""
        code_cell = cells[CODE]
        if isinstance(code_cell, str) and tidy_code(code_cell).startswith(EXAMPLE):
            return
        row = Row(number)
        for header, value in cells.items():
            column = BY_HEADER[header]
            text = self._as_text(number, column, value)
            cleaned = None if text is None else self.read[header](number, column, text)
            if cleaned is not None:
                row.values[column.field] = cleaned
        if row.code:
            self.result.rows.append(row)

    def _fault(self, number: int, column: Column, value: Any, text: str) -> None:
        self.result.faults.append(Remark(number, column.header, str(value)[:200], text))

    def _note(self, number: int, column: Column, value: Any, text: str) -> None:
        self.result.notes.append(Remark(number, column.header, str(value)[:200], text))

    def _as_text(self, number: int, column: Column, value: Any) -> str | None:
        """The cell as text, or ``None`` with a fault when it holds no plain value."""
        fault = ""
        if isinstance(value, Formula):
            value, fault = value.text, "单元格里是公式。请复制这一列，用“选择性粘贴—数值”粘贴回原处。"
        elif isinstance(value, date | time):
            fault = "单元格被识别成了日期或时间。请把这一列设为“文本”格式后重新填写。"
        elif isinstance(value, str) and ERROR_VALUE.fullmatch(value):
            fault = "单元格是公式出错后的值。请改成正确的内容。"
        elif isinstance(value, int | float) and not isinstance(value, bool):
            return self._number(number, column, value)
        if fault:
            self._fault(number, column, value, fault)
            return None
        if isinstance(value, bool):
            return "是" if value else "否"
        return "" if value is None else str(value)

    def _number(self, number: int, column: Column, value: float) -> str | None:
        """A number as text. In a code column it is told about: leading zeros may be lost."""
        text = str(int(value)) if isinstance(value, int) or value.is_integer() else str(value)
        if column.header in (CODE, PARENT):
            if len(text.lstrip("-")) > EXACT_DIGITS:
                self._fault(number, column, text, "编码存成了数字，超过 15 位的部分已被 Excel 丢弃。请把这一列设为“文本”格式后重新填写。")
                return None
            self._note(number, column, value, f"编码存成了数字，已读作“{text}”。如果编码前面有 0，请把这一列设为“文本”格式后补上。")
        return text

    def _tidied(self, number: int, column: Column, text: str, *, code: bool = False) -> str | None:
        """The text without stray characters; ``None`` with a fault when it is missing or too long."""
        tidied = tidy_code(text) if code else tidy(text)
        if tidied != text and (tidied or text.strip()):
            self._note(number, column, text, f"已整理为“{tidied}”（去掉多余空格，全角数字和字母改为半角）。")
        if not tidied and column.must_be_filled:
            self._fault(number, column, "", f"“{column.header}”没有填写。{column.rule}")
            return None
        if column.longest and len(tidied) > column.longest:
            self._fault(number, column, tidied, f"有 {len(tidied)} 个字，最长 {column.longest} 个字。请缩短。")
            return None
        return tidied

    def _text(self, number: int, column: Column, text: str) -> str | None:
        return self._tidied(number, column, text)

    def _code(self, number: int, column: Column, text: str) -> str | None:
        code = self._tidied(number, column, text, code=True)
        if code and not CODE_PATTERN.match(code):
            self._fault(number, column, code, CODE_RULE)
            return None
        return code

    def _choice(self, number: int, column: Column, text: str) -> str | None:
        name = self._tidied(number, column, text)
        if name and name not in self.allowed[column.header]:
            self._fault(number, column, name, self._unknown(name, column.header, self.allowed[column.header]))
            return None
        return KINDS[name] if name and column.header == KIND else name

    def _unknown(self, name: str, what: str, allowed: set[str]) -> str:
        """Say what is allowed instead; remembered, since one wrong name tends to stand in every row."""
        if (what, name) not in self._known_unknowns:
            self._known_unknowns[what, name] = self._suggest(name, what, allowed)
        return self._known_unknowns[what, name]

    def _suggest(self, name: str, what: str, allowed: set[str]) -> str:
        close = difflib.get_close_matches(name, sorted(allowed), n=1, cutoff=0.4)
        hint = f"是不是“{close[0]}”？" if close else ""
        if what == KIND:
            return f"没有这种{what}。{hint}可填：{'、'.join(KINDS)}。"
        return f"没有这个{what}。{hint}请改正，或先在“类别与标签”中新增。"

    def _tags(self, number: int, column: Column, text: str) -> frozenset[str] | None:
        names = {tidied for part in SEPARATOR.split(text) if (tidied := tidy(part))}
        unknown = sorted(names - self.tags)
        for name in unknown:
            self._fault(number, column, name, self._unknown(name, TAGS, self.tags))
        return None if unknown else frozenset(names)

    def _order(self, number: int, column: Column, text: str) -> int | None:
        tidied = tidy_code(text)
        if not tidied:
            return 0
        if not re.fullmatch(r"[0-9]{1,9}", tidied):
            self._fault(number, column, text, f"应为 0 至 {MAX_ORDER} 的整数。")
            return None
        return int(tidied)

    def _dissolved(self, number: int, column: Column, text: str) -> bool | None:
        tidied = tidy(text)
        if tidied not in YES_NO:
            self._fault(number, column, text, "应填“是”或“否”。")
            return None
        return YES_NO[tidied]
