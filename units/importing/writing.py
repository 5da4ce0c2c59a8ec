"""The spreadsheets we hand out: template, result of a check, the directory itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from units.importing.cleaning import KINDS
from units.importing.columns import CATEGORY, CODE, COLUMNS, DISSOLVED, HEADERS, KIND, PARENT, SHEET
from units.importing.plan import SHOWN, as_text, described
from units.models import OrganizationCategory, OrganizationTag
from units.models.organization import OrganizationQuerySet
from units.spreadsheets import open_workbook, write_sheet

VALIDATED_ROWS = 20_000
EXAMPLES = (
    ("示例-01", "示例区委", "区委", "党委", "", "", "", 1, "示例路1号", "办公室", "否"),
    ("示例-02", "示例镇党委", "示例镇", "党委", "", "", "示例-01", 1, "示例路2号", "党建办", "否"),
    ("示例-03", "示例镇某村党支部", "", "党支部", "", "", "示例-02", 1, "", "", "否"),
)
ADVICE = (
    "1. 在“组织名录”表中从示例行下面开始填写，每行一个组织。编码以“示例”开头的行不会导入，可以保留或删除。",
    "2. 不要改动表头，不要合并单元格，不要使用公式。",
    "3. 已有的编码会被更新：表格中的内容（包括空白）会替换名录中的内容；不想改动某一项，可以整列删去（组织编码、组织名称、组织类型、上级组织编码四列必须保留）。",
    "4. 上级组织编码与名录中不同时，该组织连同全部下级一起移动。",
    "5. 上传后先检查，逐条列出问题和将要发生的变化；确认之后才写入，有一处问题就全部不写入。",
)
WIDTHS = tuple(column.width for column in COLUMNS)


def write_template(target: IO[bytes]) -> None:
    """Write the import template: the sheet to fill with examples and drop-down lists, the allowed values, the advice."""
    workbook = open_workbook(target, streaming=False)
    write_sheet(workbook, SHEET, HEADERS, EXAMPLES, WIDTHS)
    sheet = workbook.get_worksheet_by_name(SHEET)
    as_written = workbook.add_format({"num_format": "@"})
    for place, column in enumerate(COLUMNS):
        if column.header in (CODE, PARENT):
            # Text, or the spreadsheet drops leading zeros.
            sheet.set_column(place, place, column.width, as_written)
        sheet.write_comment(0, place, column.rule, {"x_scale": 2})
    allowed = {
        KIND: list(KINDS),
        CATEGORY: list(OrganizationCategory.objects.values_list("name", flat=True)),
        "标签": list(OrganizationTag.objects.values_list("name", flat=True)),
        DISSOLVED: ["是", "否"],
    }
    height = max(len(values) for values in allowed.values())
    rows = [[values[row] if row < len(values) else "" for values in allowed.values()] for row in range(height)]
    write_sheet(workbook, "允许值", list(allowed), rows, (16, 24, 24, 12))
    for place, (header, values) in enumerate(allowed.items()):
        if values and header != "标签":
            letter = "ABCD"[place]
            rule = {"validate": "list", "source": f"=允许值!${letter}$2:${letter}${len(values) + 1}", "error_title": header}
            column_place = HEADERS.index(header)
            sheet.data_validation(1, column_place, VALIDATED_ROWS, column_place, {**rule, "error_message": f"请从下拉列表中选择{header}。"})
    advice = workbook.add_worksheet("填写说明")
    advice.set_column(0, 0, 16)
    advice.set_column(1, 1, 110)
    for row, text in enumerate(ADVICE):
        advice.write_string(row, 1, text)
    for row, column in enumerate(COLUMNS, start=len(ADVICE) + 1):
        advice.write_string(row, 0, column.header)
        advice.write_string(row, 1, column.rule)
    sheet.activate()
    workbook.close()


RESULT_SHEETS: tuple[tuple[str, str, tuple[str, ...], tuple[float, ...]], ...] = (
    ("faults", "问题", ("行号", "列", "现在的内容", "问题和改法"), (8, 16, 30, 80)),
    ("created", "将新增", ("行号", "组织编码", "组织名称", "上级组织编码"), (8, 20, 36, 20)),
    ("changed", "将修改", ("行号", "组织编码", "组织名称", "项目", "现在", "改为"), (8, 20, 36, 14, 36, 36)),
    ("moved", "将移动", ("行号", "组织编码", "组织名称", "现在的上级", "新的上级"), (8, 20, 36, 20, 20)),
    ("notes", "提示", ("行号", "列", "现在的内容", "说明"), (8, 16, 30, 80)),
)


def write_result(target: IO[bytes], outcome: dict[str, Any]) -> None:
    """Write the result of a check, one sheet for each kind of line."""
    workbook = open_workbook(target)
    for key, name, headers, widths in RESULT_SHEETS:
        lines = outcome.get(key, [])
        if lines or key == "faults":
            write_sheet(workbook, name, headers, _spread(lines) if key == "changed" else map(_without_zero, lines), widths)
    workbook.close()


def _without_zero(line: list[Any]) -> list[Any]:
    """Row 0 stands for the file as a whole."""
    return [line[0] or "", *line[1:]]


def _spread(lines: list[list[Any]]) -> Iterator[list[Any]]:
    for number, code, name, changes in lines:
        for header, (old, new) in changes.items():
            yield [number, code, name, header, old, new]


def directory_rows(organizations: OrganizationQuerySet) -> Iterator[tuple[Any, ...]]:
    """Yield organizations in the columns of the import, parents before children."""
    found = organizations.select_related("category", "parent").prefetch_related("tags").order_by("path")
    for one in found.iterator(chunk_size=2000):
        shown = described(one)
        texts = {SHOWN[name]: value if name == "order" else as_text(name, value) for name, value in shown.items()}
        texts[CODE], texts[PARENT] = one.code, one.parent.code if one.parent else ""
        yield tuple(texts[header] for header in HEADERS)
