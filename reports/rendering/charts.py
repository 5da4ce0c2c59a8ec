"""The one builder of chart options: the leaders' page gives them to ECharts, documents have ECharts draw them as SVG (echarts.py).

Pure. Colour is never the only sign: bars differ in lightness and by stripes, and each carries its figure, so that a black and white print
can be read; and every chart has a table with the same figures beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.rendering.document import Figure, Table

Option = dict[str, Any]

INK, SOFT, LINE, WHITE = "#1f2328", "#57606a", "#d8dee4", "#ffffff"
PAPER_FONTS = "Report Fangsong,FangSong_GB2312,FangSong,STFangsong,FandolFang,Noto Serif SC,Source Han Serif SC,serif"
"""The face of our own pages first, then what a reader's browser may have."""
PAPER_SIZE = 14
"""Pixels, of which a page has 590 from edge to edge: 10.5 pt, as in a table."""
PAPER_WIDTH = 588
ROW, ROW_BESIDE, LABEL, LABEL_LINE = 22, 17, 150, 18
FRAME = 70
"""Above and below the bars: the legend and the axis."""
MOST_BARS = 24
"""More do not fit on a page; the table has them all."""
TOTALS = frozenset({"合计", "总计", "共计"})
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")


@dataclass(frozen=True)
class Shade:
    """How the bars of one series are filled; ``striped`` with white, ``dark`` when the figure on them must be white."""

    colour: str
    striped: bool = False
    dark: bool = False


@dataclass(frozen=True)
class Look:
    """How a chart looks: bars of a row behind each other (``stacked``) or one below the other, and the fill of each series."""

    stacked: bool
    shades: tuple[Shade, ...]

    def shade(self, place: int) -> Shade:
        """Return the fill of the series at ``place``; more series than fills begin anew."""
        return self.shades[place % len(self.shades)]


LOOKS = {
    "severity": Look(stacked=True, shades=(Shade("#f0d0cd"), Shade("#cf655e", striped=True), Shade("#8c1d18", dark=True))),
    "coverage": Look(stacked=True, shades=(Shade("#1a6b35", dark=True), Shade("#7fb0de", striped=True), Shade("#dfe4e8"))),
    "comparison": Look(stacked=False, shades=(Shade("#9c1f18", dark=True), Shade("#aab3bc", striped=True))),
    "share": Look(stacked=False, shades=(Shade("#b3261e", dark=True),)),
}
"""Looks by name: ``Figure.look`` is one of them."""


@dataclass(frozen=True)
class Series:
    """One series: its name, a value per row (None where there is none), and where a click on each bar leads."""

    name: str
    values: tuple[float | None, ...]
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bars:
    """What a bar chart shows."""

    look: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]


def chart_options(bars: Bars, *, size: int = 12, label_width: int = 118) -> Option:
    """Return what ECharts reads: horizontal bars, one line per label, first at the top.

    The tooltip is drawn on the canvas (``richText``): as HTML it would need inline styles, which the page's policy forbids. ``size`` is that
    of the letters in pixels, ``label_width`` the room for the names of the rows.
    """
    look = LOOKS[bars.look]
    return {
        "animation": False,
        "aria": {"enabled": True, "label": {"enabled": False}, "decal": {"show": True}},
        "textStyle": {"fontFamily": "inherit", "fontSize": size},
        "grid": {"left": 4, "right": 44, "top": 34, "bottom": 4},
        "legend": {
            "show": True,
            "icon": "rect",
            "top": 0,
            "left": 0,
            "itemWidth": 18,
            "itemHeight": size,
            "textStyle": {"color": SOFT, "fontSize": size},
        },
        "tooltip": {"trigger": "axis", "renderMode": "richText", "axisPointer": {"type": "shadow"}, "confine": True},
        "xAxis": {
            "type": "value",
            "minInterval": 1,
            "axisLabel": {"color": SOFT, "fontSize": size},
            "splitLine": {"lineStyle": {"color": LINE}},
        },
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": list(bars.labels),
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": LINE}},
            "axisLabel": {"color": INK, "fontSize": size, "width": label_width, "overflow": "break", "interval": 0},
        },
        "series": [_series(series, look, look.shade(place), size) for place, series in enumerate(bars.series)],
    }


def _series(series: Series, look: Look, shade: Shade, size: int) -> Option:
    # No outline around the letters: WeasyPrint paints it over them.
    label: Option = {"show": True, "fontSize": size, "color": INK, "textBorderWidth": 0, "position": "inside" if look.stacked else "right"}
    if look.stacked and shade.dark:
        label["color"] = WHITE
    elif look.stacked and shade.striped:
        label |= {"backgroundColor": WHITE, "padding": [1, 3]}
    return {
        "type": "bar",
        "name": series.name,
        "color": shade.colour,
        "barMaxWidth": 18,
        "itemStyle": {"decal": _stripes() if shade.striped else {"symbol": "none"}},
        **({"stack": "all"} if look.stacked else {}),
        "label": label,
        "labelLayout": {"hideOverlap": True},
        "data": [_datum(value, series.links[place] if series.links else "") for place, value in enumerate(series.values)],
    }


def _stripes() -> Option:
    return {"symbol": "rect", "symbolSize": 1, "color": WHITE, "dashArrayX": [8, 0], "dashArrayY": [2, 5], "rotation": -0.7854}


def _datum(value: float | None, link: str) -> Option:
    # A nought on a bar without length would stand on its neighbour.
    datum: Option = {"value": value} if value else {"value": value, "label": {"show": False}}
    return {**datum, "url": link} if link else datum


# --- figures of a document --------------------------------------------------------------------------------------------------


def number_of(cell: str) -> float | None:
    """Return the number in a cell (``12``、``1,234``、``85.7%``), or None where there is none."""
    found = _NUMBER.fullmatch(cell.strip().replace(",", "").rstrip("%％条个项次家"))
    return float(found.group()) if found else None


def bars_of(figure: Figure) -> Bars:
    """Return what the chart of a figure shows: its table without the totals; of very many rows those with the largest figures."""
    rows = drawn_rows(figure)
    columns = [column for column in figure.series if column < len(figure.table.columns)]
    return Bars(
        figure.look if figure.look in LOOKS else "share",
        tuple(_cell(row, 0).replace("\n", "") for row in rows),
        tuple(Series(figure.table.columns[column], tuple(_value(_cell(row, column)) for row in rows)) for column in columns),
    )


def drawn_rows(figure: Figure) -> list[tuple[str, ...]]:
    """Return the rows of a figure's table that its chart shows, in their order."""
    rows = [row for row in figure.table.rows if _cell(row, 0).strip() not in TOTALS]
    if len(rows) <= MOST_BARS:
        return rows
    sums = [sum(number_of(_cell(row, column)) or 0 for column in figure.series) for row in rows]
    largest = sorted(range(len(rows)), key=lambda place: (-sums[place], place))[:MOST_BARS]
    return [rows[place] for place in sorted(largest)]


def _cell(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""


def _value(cell: str) -> float | None:
    value = number_of(cell)
    return int(value) if value is not None and value == int(value) else value


def figure_options(figure: Figure) -> Option:
    """Return the options of a figure on paper."""
    option = chart_options(bars_of(figure), size=PAPER_SIZE, label_width=LABEL)
    option["textStyle"]["fontFamily"] = PAPER_FONTS
    # A grey letter comes out pale from an office printer.
    option["xAxis"]["axisLabel"]["color"] = option["legend"]["textStyle"]["color"] = INK
    option["yAxis"]["axisLabel"]["lineHeight"] = LABEL_LINE
    return option


def figure_size(figure: Figure) -> tuple[int, int]:
    """Return width and height of a figure's chart in pixels; a long name that takes several lines has room for them."""
    bars = bars_of(figure)
    row = max(ROW, ROW_BESIDE * len(bars.series) + 8) if not LOOKS[bars.look].stacked else ROW
    lines = max((-(-len(label) * PAPER_SIZE // LABEL) for label in bars.labels), default=1)
    row = max(row, lines * LABEL_LINE + 4)
    most = 720 - FRAME
    return PAPER_WIDTH, FRAME + min(max(1, len(bars.labels)) * row, most)


def summary_of(figure: Figure) -> str:
    """Return in words what the chart shows, for those who cannot see it: its own figures, row by row."""
    bars = bars_of(figure)
    rows = []
    for place, label in enumerate(bars.labels):
        values = ((series.name, series.values[place]) for series in bars.series)
        rows.append(f"{label}：" + "，".join(f"{name}{_told(value)}{figure.unit if value is not None else ''}" for name, value in values))
    left_out = len([row for row in figure.table.rows if _cell(row, 0).strip() not in TOTALS]) - len(rows)
    more = f"图中为数量最多的{len(rows)}项，其余{left_out}项见表。" if left_out else ""
    return f"条形图。{'；'.join(rows)}。{more}" if rows else "条形图，没有数据。"


def _told(value: float | None) -> str:
    return "无数据" if value is None else f"{value:g}"


def captionless(table: Table) -> Table:
    """Return the table of a figure, whose caption stands under the chart already."""
    return Table(table.columns, table.rows, table.widths, table.align)
