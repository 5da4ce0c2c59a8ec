"""Reading an uploaded checklist: every fault with sheet, row, column, value and what is expected; content only when there is none."""

from __future__ import annotations

import re
from collections import Counter
from typing import IO, Any

from django import forms

from inspections.actions.merging import plain
from inspections.actions.standards import STANDARD_FIELDS
from inspections.checklist_files.columns import (
    COLUMNS,
    IN_USE,
    ITEM_COLUMNS,
    ITEM_SHEET,
    NO,
    REQUIRED_HEADERS,
    RETIRED,
    THEME_COLUMNS,
    WORDING_COLUMNS,
    WORDING_SHEET,
    YES,
    Column,
)
from inspections.checklist_files.content import KEY, Content
from inspections.forms.checklists import NUMBER_FIELDS, ItemForm, ThemeForm
from inspections.models import ChecklistItem, StandardFinding
from units.importing.reading import Table, Unreadable, read_sheets
from units.importing.sheets import Fault, Row, half_width, rows_by_header
from units.models import OrganizationCategory
from units.wording import tidy_code

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 2000
CODES = ("code", "theme_code", "item_code")


class ItemRowForm(ItemForm):
    """An item of a file; its categories are looked up by name elsewhere."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["categories"]


class WordingRowForm(forms.ModelForm):
    """A wording of a file; its code may be left out."""

    class Meta:
        model = StandardFinding
        fields = STANDARD_FIELDS


def read_checklist(file: IO[bytes], size: int) -> tuple[Content, list[Fault]]:
    """Read an uploaded file. Raises ``Unreadable`` when it is no workbook at all."""
    if size > MAX_BYTES:
        raise Unreadable(f"文件超过 {MAX_BYTES // 2**20} MB，请删去图片和多余的工作表后再上传。")
    tables = read_sheets(file)
    rows, faults = _table(tables, ITEM_SHEET)
    # A file without wordings, or with an empty sheet for them, is complete.
    wording_rows, wording_faults = _table(tables, WORDING_SHEET) if tables.get(WORDING_SHEET, Table()).rows else ([], [])
    reader = _Reader([*faults, *wording_faults])
    reader.read_items(rows)
    if not rows and not faults:
        reader.fault(ITEM_SHEET, 2, THEME_COLUMNS[0], "", "至少填写一行")
    if rows:
        reader.read_wordings(wording_rows)
    return reader.content, reader.faults


def _table(tables: dict[str, Table], name: str) -> tuple[list[Row], list[Fault]]:
    headers = [column.header for column in COLUMNS[name]]
    rows, faults = rows_by_header(tables, name, headers=headers, required=REQUIRED_HEADERS[name])
    if len(rows) > MAX_ROWS:
        raise Unreadable(f"工作表“{name}”有 {len(rows)} 行，一份清单最多 {MAX_ROWS} 行。请拆成几份清单。")
    return rows, faults


class _Reader:
    """Turns rows into content and collects what is wrong with them."""

    def __init__(self, faults: list[Fault]) -> None:
        self.content = Content()
        self.faults = faults
        # A cell with a formula is not told a second time because it holds nothing else.
        self.told = {(fault.sheet, fault.row, fault.column) for fault in faults}
        self.codes: dict[str, set[str]] = {"theme_code": set(), "item_code": {""}}
        self.categories = set(OrganizationCategory.objects.values_list("name", flat=True))

    def fault(self, sheet: str, row: int, column: Column, value: str, expected: str = "") -> None:
        if (sheet, row, column.header) not in self.told:
            self.faults.append(Fault(sheet, row, column.header, value or "（空）", expected or column.expected))

    # --- items ---

    def read_items(self, rows: list[Row]) -> None:
        themes: dict[str, dict[str, Any]] = {}
        codes: Counter[str] = Counter()
        for row in rows:
            theme = self._theme(row, themes)
            values = {column.field: _cell(row, column) for column in ITEM_COLUMNS}
            if not any(values.values()):
                if theme is not None and theme["row"] != row.number:
                    self.fault(ITEM_SHEET, row.number, ITEM_COLUMNS[1], "")
                continue
            item = self._item(row, values)
            codes[item["code"]] += 1
            self.codes["item_code"].add(item["code"])
            if item["code"] and codes[item["code"]] > 1:
                self.fault(ITEM_SHEET, row.number, ITEM_COLUMNS[0], item["code"], "在清单中不重复的编码")
            if theme is not None:
                theme["items"].append(item)
        self.content.themes = [{name: value for name, value in theme.items() if name != "row"} for theme in themes.values()]

    def _theme(self, row: Row, themes: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
        code, name, heading = (_cell(row, column) for column in THEME_COLUMNS)
        self.codes["theme_code"].add(code)
        form = ThemeForm({"code": code, "name": name, "report_heading": heading})
        if not form.is_valid():
            columns = dict(zip(("code", "name", "report_heading"), THEME_COLUMNS, strict=True))
            for wrong in form.errors:
                self.fault(ITEM_SHEET, row.number, columns[wrong], form.data[wrong])
            return None
        known = themes.setdefault(code, {**form.values(), "items": [], "row": row.number})
        for column, key, value in ((THEME_COLUMNS[1], "name", name), (THEME_COLUMNS[2], "report_heading", heading)):
            if known[key] != value:
                self.fault(ITEM_SHEET, row.number, column, value, f"与第 {known['row']} 行相同：{known[key] or '（空）'}")
        return known

    def _item(self, row: Row, raw: dict[str, str]) -> dict[str, Any]:
        columns = {column.field: column for column in ITEM_COLUMNS}
        names = [name.strip() for name in re.split("[、,，;；\n]", raw["categories"]) if name.strip()]
        for name in names:
            if name not in self.categories:
                self.fault(ITEM_SHEET, row.number, columns["categories"], name, "可选值表中的单位类别；缺少的请先在单位类别中添加")
        data = self._typed(row, raw, columns)
        form = ItemRowForm({name: value for name, value in data.items() if value not in (None, False)})
        if not form.is_valid():
            for wrong in form.errors:
                self.fault(ITEM_SHEET, row.number, columns[wrong], raw[wrong])
            return {**data, "categories": names}
        is_known = raw["answer_kind"] in ChecklistItem.AnswerKind.labels
        if is_known and form.cleaned_data["answer_kind"] != ChecklistItem.AnswerKind.NUMBER:
            for name in NUMBER_FIELDS:
                if raw[name] and raw[name] != NO:
                    self.fault(ITEM_SHEET, row.number, columns[name], raw[name], "只有数值指标才填写，其他类型留空")
        values = {name: plain(form.cleaned_data[name]) for name in form.fields}
        return {**values, "categories": sorted(set(names))}

    def _typed(self, row: Row, raw: dict[str, str], columns: dict[str, Column]) -> dict[str, Any]:
        data: dict[str, Any] = dict(raw)
        data["answer_kind"] = self._choice(ITEM_SHEET, row, columns["answer_kind"], ChecklistItem.AnswerKind)
        data["weight"] = half_width(raw["weight"]) or "1"
        data["target"] = half_width(raw["target"])
        data["cut_off_on"] = _date(raw["cut_off_on"])
        for name, default in (("is_required", True), ("is_approximate", False)):
            data[name] = {YES: True, NO: False, "": default}.get(raw[name])
            if data[name] is None:
                self.fault(ITEM_SHEET, row.number, columns[name], raw[name])
        return data

    def _choice(self, sheet: str, row: Row, column: Column, choices: Any, *, default: str = "") -> str:
        """Return the value of a choice given by its Chinese name; a wrong one is a fault and becomes the first, so that one fault suffices."""
        label = _cell(row, column)
        found = {str(name): value for value, name in choices.choices}
        if not label and default:
            return default
        if label not in found:
            self.fault(sheet, row.number, column, label)
        return found.get(label, choices.values[0])

    # --- wordings ---

    def read_wordings(self, rows: list[Row]) -> None:
        codes: Counter[str] = Counter()
        texts: Counter[tuple[str, ...]] = Counter()
        for row in rows:
            wording = self._wording(row)
            codes[wording["code"]] += 1
            text = tuple(wording[name] for name in KEY)
            texts[text] += 1
            columns = {column.field: column for column in WORDING_COLUMNS}
            if wording["code"] and codes[wording["code"]] > 1:
                self.fault(WORDING_SHEET, row.number, columns["code"], wording["code"], "在表中不重复的编码，或留空")
            if not wording["code"] and wording["wording"] and texts[text] > 1:
                self.fault(WORDING_SHEET, row.number, columns["wording"], wording["wording"], "与前面的行不重复")
            for name, known in self.codes.items():
                if wording[name] not in known or (name == "theme_code" and not wording[name]):
                    self.fault(WORDING_SHEET, row.number, columns[name], wording[name])
            self.content.wordings.append(wording)

    def _wording(self, row: Row) -> dict[str, Any]:
        columns = {column.field: column for column in WORDING_COLUMNS}
        raw = {column.field: _cell(row, column) for column in WORDING_COLUMNS}
        data = {
            **raw,
            "kind": self._choice(WORDING_SHEET, row, columns["kind"], StandardFinding.Kind),
            "severity": self._choice(
                WORDING_SHEET, row, columns["severity"], StandardFinding.Severity, default=StandardFinding.Severity.GENERAL
            ),
        }
        if raw["state"] not in {"", IN_USE, RETIRED}:
            self.fault(WORDING_SHEET, row.number, columns["state"], raw["state"])
        form = WordingRowForm(data)
        for wrong in form.errors:
            if wrong != "theme_code" or raw["theme_code"]:
                self.fault(WORDING_SHEET, row.number, columns[wrong], raw[wrong])
        longest = StandardFinding._meta.get_field("code").max_length or 0
        if len(raw["code"]) > longest:
            self.fault(WORDING_SHEET, row.number, columns["code"], raw["code"])
        return {**{name: data[name] for name in STANDARD_FIELDS}, "code": raw["code"], "is_retired": raw["state"] == RETIRED}


def _cell(row: Row, column: Column) -> str:
    text = row.cells.get(column.header, "")
    if column.field in CODES:
        return tidy_code(text)
    return text if column.field == "guidance" else " ".join(text.split())


def _date(text: str) -> str:
    """Return a date as people type it (2026/10/31, 2026年10月31日, full-width digits) in the one form that the form field reads."""
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", half_width(text))
    return "-".join(found.groups()) if found else text
