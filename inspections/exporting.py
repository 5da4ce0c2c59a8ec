"""The findings list as an .xlsx workbook, written row by row in constant memory (scale.md: one thing that never grows with the data)."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

import xlsxwriter
from django.utils import timezone

from inspections.models import Campaign, Finding
from inspections.models.campaign import Method
from inspections.models.finding import FindingQuerySet
from units.models import User

DIRECT_ROWS = 5_000
"""Up to here the workbook is made while the user waits; beyond, a background job makes it."""
BATCH = 500
COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("督查活动", "campaign__title", 30),
    ("组织名称", "organization__name", 26),
    ("组织编码", "organization__code", 14),
    ("单位类别", "assignment__category__name", 12),
    ("督查方式", "assignment__method", 10),
    ("督查组", "assignment__team__name", 12),
    ("主题", "theme__name", 16),
    ("检查项", "item__question", 30),
    ("类型", "kind", 8),
    ("程度", "severity", 8),
    ("内容", "text", 60),
    ("原因", "cause", 30),
    ("建议措施", "measure", 40),
    ("记录日期", "recorded_at", 12),
    ("记录人", "recorded_by__display_name", 10),
    ("撤回原因", "withdrawn_reason", 20),
)
CHOICES: dict[str, dict[str, str]] = {
    "assignment__method": {str(value): str(label) for value, label in Method.choices},
    "kind": {str(value): str(label) for value, label in Finding.Kind.choices},
    "severity": {str(value): str(label) for value, label in Finding.Severity.choices},
}


def reading_rights(user: User) -> list[str]:
    """Return what lets ``user`` read findings today: appointments by path or organization, seats in teams of running campaigns."""
    seats = user.team_seats.filter(team__campaign__status=Campaign.Status.RUNNING).values_list("team", flat=True)
    return sorted(
        [
            *(f"scope:{path}" for path in user.scope_paths),
            *(f"liaison:{pk}" for pk in user.liaison_organization_ids),
            *(f"team:{pk}" for pk in seats),
        ]
    )


def write_findings(findings: FindingQuerySet, target: IO[bytes], *, advance: Callable[[int], None] = lambda _count: None) -> int:
    """Write ``findings`` to ``target`` and return how many rows there were; ``advance`` is told the count of each batch.

    Every cell is written as text: what somebody typed never becomes a formula, a link or a number.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet("督查发现")
        head = book.add_format({"bold": True, "bg_color": "#EAEEF2", "border": 1, "border_color": "#D8DEE4"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for column, (title, _field, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, head)
        sheet.freeze_panes(1, 0)
        count = 0
        for count, values in enumerate(findings.values_list(*(field for _title, field, _width in COLUMNS)).iterator(BATCH), start=1):
            for column, text in enumerate(_cells(values)):
                sheet.write_string(count, column, text, wrapped)
            if count % BATCH == 0:
                advance(BATCH)
        advance(count % BATCH)
        sheet.autofilter(0, 0, max(count, 1), len(COLUMNS) - 1)
    return count


def _cells(values: tuple[object, ...]) -> list[str]:
    """Return one row as text, codes of choices as their Chinese names."""
    return [_text(field, value) for (_title, field, _width), value in zip(COLUMNS, values, strict=True)]


def _text(field: str, value: object) -> str:
    if field in CHOICES:
        return CHOICES[field].get(str(value), "")
    if field == "recorded_at":
        return timezone.localtime(value).strftime("%Y-%m-%d") if value else ""  # type: ignore[arg-type]
    return "" if value is None else str(value)
