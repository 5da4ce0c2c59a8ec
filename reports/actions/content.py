"""What people type or paste, brought into the shape in which it is stored: one paragraph, a table, a table that is drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jobs.errors import Refused
from reports.rendering.charts import LOOKS

MOST_LEAD, MOST_TEXT, MOST_CELLS = 200, 20_000, 60_000
MOST_SHARE = 10_000
_SIDES = ("left", "center", "right")
_NO_FIGURE = "图的设置不完整，没有保存。请刷新页面后重试。"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u200b\ufeff\ufffe\uffff]")


def clean(text: str) -> str:
    """Return typed or pasted text as one paragraph: no control characters, no line breaks, no space around it."""
    return re.sub(r"\s*\n\s*", "", _CONTROL.sub("", text.replace("\r", "\n").replace("\xa0", " "))).strip()


def plain_text(text: str) -> str:
    """Return typed text of several lines without control characters, which PostgreSQL or the files could not keep."""
    return _CONTROL.sub("", text)


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return cleaned values. Raises ``Refused`` with what is too long or malformed."""
    result: dict[str, Any] = {}
    if "lead" in values:
        result["lead"] = re.sub(r"[。．.]+$", "", clean(values["lead"]))
        if len(result["lead"]) > MOST_LEAD:
            raise Refused(f"段首标题最长 {MOST_LEAD} 个字，请缩短，或把多出的部分移到正文。")
    if "text" in values:
        result["text"] = clean(values["text"])
        if len(result["text"]) > MOST_TEXT:
            raise Refused(f"一段最长 {MOST_TEXT} 个字，请拆成几段。")
    if "table" in values:
        result["table"] = checked_table(values["table"])
    return result


def checked_table(table: Any) -> dict[str, Any]:
    """Return a table with as many cells in each row as there are columns. Raises ``Refused`` for what is no table."""
    if not isinstance(table, Mapping) or not isinstance(table.get("columns"), list) or not isinstance(table.get("rows"), list):
        raise Refused("表格内容不完整，没有保存。请刷新页面后重试。")
    columns = [clean(str(name)) for name in table["columns"]]
    if not columns or not all(isinstance(row, list) for row in table["rows"]):
        raise Refused("表格至少要有一列。")
    if len(columns) * len(table["rows"]) > MOST_CELLS:
        raise Refused("表格太大，请拆成几张表。")
    width = len(columns)
    rows = [[clean(str(cell)) for cell in [*row, *[""] * width][:width]] for row in table["rows"]]
    result: dict[str, Any] = {"columns": columns, "rows": rows, "caption": clean(str(table.get("caption", "")))[:200]}
    for name, is_meant in (("widths", _is_share), ("align", _SIDES.__contains__)):
        given = table.get(name)
        if isinstance(given, list) and len(given) == width and all(map(is_meant, given)):
            result[name] = given
    if figure := table.get("figure"):
        result["figure"] = _checked_figure(figure, width)
    return result


def _checked_figure(figure: Any, width: int) -> dict[str, Any]:
    """Return how a table is drawn. Raises ``Refused`` where the columns are no longer those that are drawn."""
    given = figure if isinstance(figure, Mapping) else {}
    series, look = given.get("series"), given.get("look")
    if not (isinstance(series, list) and series and all(type(column) is int and column > 0 for column in series)):
        raise Refused(_NO_FIGURE)
    if len(set(series)) < len(series) or not isinstance(look, str) or look not in LOOKS:
        raise Refused(_NO_FIGURE)
    if any(column >= width for column in series):
        raise Refused("这张表画成了图，不能增删列；可以改数字、增删行，或先点“去掉图”再改。")
    return {"look": look, "series": series, "unit": clean(str(given.get("unit", "")))[:10]}


def _is_share(value: Any) -> bool:
    """Whether a page can be divided by it: what is stored here is computed with whenever the report is shown."""
    return type(value) in (int, float) and 0 < value < MOST_SHARE
