"""The charts of the leaders' page: what each shows. Its options come from the one builder that documents use too (``rendering.charts``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspections.models import Finding
from reports.dashboard.addresses import Figure
from reports.dashboard.rounds import RoundRow
from reports.dashboard.rows import Board, ComparisonRow, ProgressRow, SpreadRow, ThemeRow
from reports.rendering.charts import Bars, Option, Series, chart_options


@dataclass(frozen=True)
class Chart:
    """One chart: its options, what it shows in words for those who cannot see it, and how many bars stand above each other."""

    key: str
    summary: str
    rows: int
    option: Option


def charts(board: Board, rounds: Sequence[RoundRow] = ()) -> dict[str, Chart]:
    """Return the charts of the leaders' page by key; a chart without anything to show is missing."""
    made = {
        "coverage": coverage_chart(board.coverage, board.key.covered) if board.key.covered.total.number else None,
        "severity": severity_chart(board.themes, board.found) if board.found.problems.number else None,
        "spread": spread_chart(board.spread) if board.spread else None,
        "comparison": comparison_chart(board.theme_comparison, board) if board.previous else None,
        "rounds": rounds_chart(rounds) if rounds else None,
    }
    return {key: chart for key, chart in made.items() if chart}


def coverage_chart(rows: Sequence[ProgressRow], covered: ProgressRow) -> Chart:
    """Assignments by category and state, one bar a category."""
    series = (
        _series("已办结", [row.concluded for row in rows]),
        _series("督查中", [row.in_progress for row in rows]),
        _series("未开始", [row.planned for row in rows]),
    )
    parts = "；".join(f"{row.label}{row.concluded}/{row.total}" for row in rows)
    summary = f"各类别督查进度条形图。共{covered.total}个单位，已办结{covered.concluded}个。{parts}。"
    return Chart("coverage", summary, len(rows), _options("coverage", rows, series))


def severity_chart(rows: Sequence[ThemeRow], found: ThemeRow) -> Chart:
    """Problems by theme and severity, one bar a theme."""
    series = [_series(label, [row.severities[place] for row in rows]) for place, label in enumerate(Finding.Severity.labels)]
    parts = "；".join(f"{row.label}{row.problems}条" for row in rows)
    summary = f"各主题问题按程度分布条形图。共{found.problems}条问题。{parts}。"
    return Chart("severity", summary, len(rows), _options("severity", rows, series))


def spread_chart(rows: Sequence[SpreadRow]) -> Chart:
    """The most spread problems by their share of the organizations asked, in per cent."""
    parts = "；".join(f"{row.heading}{row.n}/{row.of}，{row.word}" for row in rows)
    series = _series("涉及单位占比", [Figure(row.percent, row.findings.url) for row in rows])
    option = chart_options(Bars("share", tuple(row.heading for row in rows), (series,)))
    option["xAxis"]["max"] = 100
    option["xAxis"]["axisLabel"]["formatter"] = "{value}%"
    option["series"][0]["label"]["formatter"] = "{c}%"
    option["legend"]["show"] = False
    option["grid"]["top"] = 4
    return Chart("spread", f"问题涉及面条形图，按涉及单位占比排列。{parts}。", len(rows), option)


def comparison_chart(rows: Sequence[ComparisonRow], board: Board) -> Chart:
    """Problems by theme in this campaign and the last one, two bars a theme."""
    before = board.previous.period if board.previous else ""
    series = (_series(board.campaign.period, [row.now for row in rows]), _series(before, [row.before for row in rows]))
    parts = "；".join(f"{row.label}本次{row.now}条，上次{row.before}条" for row in rows)
    return Chart("comparison", f"各主题问题数与上次对比条形图。{parts}。", 2 * len(rows), _options("comparison", rows, series))


def rounds_chart(rows: Sequence[RoundRow]) -> Chart:
    """Problems found and duties closed out in each of the last rounds, two bars a round."""
    series = (
        _series("发现问题", [row.problems for row in rows]),
        _series("整改已销号", [row.duties.closed for row in rows]),
    )
    parts = "；".join(f"{row.campaign.period}发现问题{row.problems}条，整改已销号{row.duties.closed}项" for row in rows)
    option = chart_options(Bars("comparison", tuple(row.campaign.period for row in rows), series))
    return Chart("rounds", f"近{len(rows)}次督查条形图。{parts}。", 2 * len(rows), option)


def _series(name: str, figures: Sequence[Figure]) -> Series:
    return Series(name, tuple(figure.number for figure in figures), tuple(figure.url for figure in figures))


def _options(look: str, rows: Sequence[ProgressRow | ThemeRow | ComparisonRow], series: Sequence[Series]) -> Option:
    return chart_options(Bars(look, tuple(row.label for row in rows), tuple(series)))
