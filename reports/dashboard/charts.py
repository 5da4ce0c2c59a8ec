"""Options of the charts, as plain dictionaries that ECharts reads. Pure; every chart has a table with the same figures beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inspections.models import Finding
from reports.dashboard.addresses import Figure
from reports.dashboard.rows import Board, ComparisonRow, ProgressRow, SpreadRow, ThemeRow

DONE, GOING, WAITING = "#1a7f37", "#4a8fd1", "#c3cad1"
GRADES = ("#e2aaa6", "#cb5f58", "#8c1d18")
NOW, BEFORE = "#b3261e", "#8c96a0"
INK, SOFT, LINE = "#1f2328", "#57606a", "#d8dee4"

Option = dict[str, Any]
Series = tuple[str, str, Sequence[Figure]]
"""Name, colour, one figure per row."""


@dataclass(frozen=True)
class Chart:
    """One chart: its options, what it shows in words for those who cannot see it, and how many bars stand above each other."""

    key: str
    summary: str
    rows: int
    option: Option


def charts(board: Board) -> dict[str, Chart]:
    """Return the charts of the leaders' page by key; a chart without anything to show is missing."""
    made = {
        "coverage": coverage_chart(board.coverage, board.key.covered) if board.key.covered.total.number else None,
        "severity": severity_chart(board.themes, board.found) if board.found.problems.number else None,
        "spread": spread_chart(board.spread) if board.spread else None,
        "comparison": comparison_chart(board.theme_comparison, board) if board.previous else None,
    }
    return {key: chart for key, chart in made.items() if chart}


def coverage_chart(rows: Sequence[ProgressRow], covered: ProgressRow) -> Chart:
    """Assignments by category and state, one bar a category."""
    series = (
        ("已办结", DONE, [row.concluded for row in rows]),
        ("督查中", GOING, [row.in_progress for row in rows]),
        ("未开始", WAITING, [row.planned for row in rows]),
    )
    parts = "；".join(f"{row.label}{row.concluded}/{row.total}" for row in rows)
    summary = f"各类别督查进度条形图。共{covered.total}个单位，已办结{covered.concluded}个。{parts}。"
    return Chart("coverage", summary, len(rows), bars([row.label for row in rows], series, stacked=True))


def severity_chart(rows: Sequence[ThemeRow], found: ThemeRow) -> Chart:
    """Problems by theme and severity, one bar a theme."""
    series = [
        (label, colour, [row.severities[place] for row in rows])
        for place, (label, colour) in enumerate(zip(Finding.Severity.labels, GRADES, strict=True))
    ]
    parts = "；".join(f"{row.label}{row.problems}条" for row in rows)
    return Chart(
        "severity",
        f"各主题问题按程度分布条形图。共{found.problems}条问题。{parts}。",
        len(rows),
        bars([row.label for row in rows], series, stacked=True),
    )


def spread_chart(rows: Sequence[SpreadRow]) -> Chart:
    """The most spread problems by their share of the organizations asked, in per cent."""
    figures = [Figure(row.percent, row.findings.url) for row in rows]
    parts = "；".join(f"{row.heading}{row.n}/{row.of}，{row.word}" for row in rows)
    option = bars([row.heading for row in rows], (("涉及单位占比", NOW, figures),), stacked=False)
    option["xAxis"] |= {"max": 100, "axisLabel": {"formatter": "{value}%", "color": SOFT}}
    option["series"][0]["label"] = {"show": True, "position": "right", "formatter": "{c}%", "color": INK}
    option["legend"]["show"] = False
    option["grid"]["top"] = 4
    return Chart("spread", f"问题涉及面条形图，按涉及单位占比排列。{parts}。", len(rows), option)


def comparison_chart(rows: Sequence[ComparisonRow], board: Board) -> Chart:
    """Problems by theme in this campaign and the last one, two bars a theme."""
    before = board.previous.period if board.previous else ""
    series = ((board.campaign.period, NOW, [row.now for row in rows]), (before, BEFORE, [row.before for row in rows]))
    parts = "；".join(f"{row.label}本次{row.now}条，上次{row.before}条" for row in rows)
    return Chart(
        "comparison", f"各主题问题数与上次对比条形图。{parts}。", 2 * len(rows), bars([row.label for row in rows], series, stacked=False)
    )


def bars(labels: Sequence[str], series: Sequence[Series], *, stacked: bool) -> Option:
    """Return horizontal bars: one line per label, first at the top. A bar leads to the list that its figure counts.

    The tooltip is drawn on the canvas (``richText``): as HTML it would need inline styles, which the page's policy forbids.
    """
    return {
        "animation": False,
        "textStyle": {"fontFamily": "inherit"},
        "grid": {"left": 4, "right": 44, "top": 34, "bottom": 4},
        "legend": {"show": True, "top": 0, "left": 0, "itemWidth": 12, "itemHeight": 12, "textStyle": {"color": SOFT}},
        "tooltip": {"trigger": "axis", "renderMode": "richText", "axisPointer": {"type": "shadow"}, "confine": True},
        "xAxis": {"type": "value", "minInterval": 1, "axisLabel": {"color": SOFT}, "splitLine": {"lineStyle": {"color": LINE}}},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": list(labels),
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": LINE}},
            "axisLabel": {"color": INK, "width": 118, "overflow": "break"},
        },
        "series": [
            {
                "type": "bar",
                "name": name,
                "color": colour,
                "barMaxWidth": 18,
                **({"stack": "all"} if stacked else {}),
                "data": [{"value": figure.number, "url": figure.url} for figure in figures],
            }
            for name, colour, figures in series
        ],
    }
