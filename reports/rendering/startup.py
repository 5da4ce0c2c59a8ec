"""What the operator is told when the program starts, rather than by the clock: Django's system checks for printing."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Info, Warning, register  # noqa: A004 - Django's name for it

from reports.rendering.echarts import can_draw
from reports.rendering.engine import WEASYPRINT, chosen_engine
from reports.rendering.fonts import has_fast_subsetting


@register
def subsetting_is_fast(**_: Any) -> list[CheckMessage]:
    """Tell that libharfbuzz-subset is missing: a warning where WeasyPrint paints everything, a note where it paints exceptions only."""
    if has_fast_subsetting():
        return []
    kind = Warning if chosen_engine() == WEASYPRINT else Info
    return [
        kind(
            "系统缺少 libharfbuzz-subset0：由 WeasyPrint 生成的 PDF 会慢十倍以上。",
            hint="apt-get install libharfbuzz-subset0",
            id="reports.I001" if kind is Info else "reports.W001",
        )
    ]


@register
def charts_can_be_drawn(**_: Any) -> list[CheckMessage]:
    """Tell that the chart library was not copied: reports with figures cannot be turned into files then."""
    if can_draw():
        return []
    return [Warning("找不到图表组件：带图的报告无法生成 PDF 和 Word。", hint="python tools/assets.py", id="reports.W002")]
