"""Setting figures: the chart as a drawing of known size, and the words that a screen reader says instead."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from dataclasses import dataclass

from reports.rendering import paper
from reports.rendering.charts import figure_options, figure_size, summary_of
from reports.rendering.document import Figure
from reports.rendering.drawing import Drawing, Label, drawing_of
from reports.rendering.echarts import svg_of
from reports.rendering.fonts import Role

POINTS = 72 / 96
"""Points per pixel of the drawing."""
AIR = 4.0
ROLE = Role.FANGSONG
"""The face of all words in a chart, as in the cells of the table below it."""


@dataclass(frozen=True)
class FigureSetting:
    """A chart ready for the page: lengths in points. ``summary`` says in words what it shows."""

    svg: str
    drawing: Drawing
    width: float
    height: float
    left: float
    summary: str

    @property
    def labels(self) -> list[Label]:
        """The words in the drawing."""
        return [item for item in self.drawing.items if isinstance(item, Label)]

    @property
    def source(self) -> str:
        """The picture as an address that holds all of it."""
        return address_of(self.svg)

    @property
    def air(self) -> float:
        """The blank above it in the lines that it takes up."""
        return (self.room - self.height) / 2

    @property
    def room(self) -> float:
        """The height in whole lines, with a little air above and below."""
        return math.ceil((self.height + AIR) / paper.LINE) * paper.LINE


def address_of(svg: str) -> str:
    """Return a picture as an address that holds all of it."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def set_figure(figure: Figure, width: Callable[[str, Role, str], float], where: str) -> FigureSetting:
    """Draw the chart of ``figure``.

    Args:
        figure: the figure.
        width: measures words and raises ``MissingGlyphError`` for what no font can draw.
        where: the place of the figure in Chinese.

    Raises:
        RenderError: the chart library is missing or cannot draw this.

    """
    size = figure_size(figure)
    svg = svg_of(figure_options(figure), *size)
    drawing = drawing_of(svg)
    across, high = (pixels * POINTS for pixels in size)
    setting = FigureSetting(svg, drawing, across, high, (paper.MEASURE - across) / 2, summary_of(figure))
    for label in {label.text for label in setting.labels}:
        width(label, ROLE, where)
    return setting
