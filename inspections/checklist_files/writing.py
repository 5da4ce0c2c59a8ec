"""Writing a checklist as a spreadsheet of three sheets, and the template for importing one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from inspections.checklist_files.columns import (
    BETWEEN_NAMES,
    COLUMNS,
    IN_USE,
    ITEM_COLUMNS,
    ITEM_SHEET,
    NO,
    RETIRED,
    VALUE_SHEET,
    WORDING_COLUMNS,
    WORDING_SHEET,
    YES,
    Column,
)
from inspections.models import Checklist, ChecklistItem, ChecklistTheme, StandardFinding
from units.models import OrganizationCategory

Sheet = tuple[str, list[str], list[list[Any]], list[float]]


def sheets_of(checklist: Checklist) -> list[Sheet]:
    """Return the three sheets of a checklist: its rows, the standard wordings of its themes, and the values that may be chosen."""
    themes = checklist.outline()
    rows = [row for theme in themes for row in _rows_of(theme)]
    # Wordings of items that other checklists have under the same themes stay out: they would not fit into this file.
    items = ["", *(item.code for theme in themes for item in theme.items.all())]
    wordings = StandardFinding.objects.filter(theme_code__in=[theme.code for theme in themes], item_code__in=items)
    return [
        _sheet(ITEM_SHEET, rows),
        _sheet(WORDING_SHEET, [[_wording_value(wording, column) for column in WORDING_COLUMNS] for wording in wordings]),
        _values(),
    ]


def template_sheets() -> list[Sheet]:
    """Return the same sheets with one example row each."""
    return [*(_sheet(name, [[column.example for column in columns]]) for name, columns in COLUMNS.items()), _values()]


def _sheet(name: str, rows: list[list[Any]]) -> Sheet:
    columns = COLUMNS[name]
    return name, [column.header for column in columns], rows, [column.width for column in columns]


def _rows_of(theme: ChecklistTheme) -> Iterator[list[Any]]:
    """One row per item; a theme without items has a row of its own, so that it is not lost."""
    head = [theme.code, theme.name, theme.report_heading]
    items = list(theme.items.all())
    if not items:
        yield [*head, *[""] * len(ITEM_COLUMNS)]
    for item in items:
        yield [*head, *(_item_value(item, column) for column in ITEM_COLUMNS)]


def _item_value(item: ChecklistItem, column: Column) -> Any:
    value = getattr(item, column.field)
    is_number = item.answer_kind == ChecklistItem.AnswerKind.NUMBER
    if column.field == "answer_kind":
        return item.get_answer_kind_display()
    if column.field == "categories":
        return BETWEEN_NAMES.join(str(category) for category in value.all())
    if column.field == "is_approximate" and not is_number:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    return float(value) if isinstance(value, Decimal) else value


def _wording_value(wording: StandardFinding, column: Column) -> str:
    if column.field == "kind":
        return wording.get_kind_display()
    if column.field == "severity":
        return wording.get_severity_display()
    if column.field == "state":
        return RETIRED if wording.is_retired else IN_USE
    return str(getattr(wording, column.field))


def _values() -> Sheet:
    """Return the sheet that says what may stand in which column, for those who fill in the file."""
    rows: list[list[Any]] = []
    for sheet, columns in COLUMNS.items():
        rows += [[sheet, column.header, column.expected] for column in columns]
    choices = [
        ("答案类型", ChecklistItem.AnswerKind.labels),
        ("类型", StandardFinding.Kind.labels),
        ("默认程度", StandardFinding.Severity.labels),
        ("单位类别", list(OrganizationCategory.objects.values_list("name", flat=True))),
    ]
    rows += [["可选值", name, value] for name, values in choices for value in values]
    return VALUE_SHEET, ["所在的表", "列", "填写要求或可选的值"], rows, [16, 18, 60]
