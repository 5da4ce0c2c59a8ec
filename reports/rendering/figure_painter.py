"""Charts in the file that our painter writes: areas and lines as operators, stripes as patterns, words for the painter's own fonts.

Everything is opaque and in device colours, as a file that is kept for long (PDF/A) likes it best.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fontTools.misc.transform import Identity, Transform

from reports.rendering.drawing import Label, Pattern, Shape, colour_operator, path_operators
from reports.rendering.figures import POINTS, FigureSetting
from reports.rendering.pdf_file import File


class FigurePainter:
    """Paints the charts of one file."""

    def __init__(self, pdf: File) -> None:
        """Begin with ``pdf``, to which patterns are added."""
        self.pdf = pdf
        self.names: list[str] = []

    @property
    def resources(self) -> str:
        """What the pages' resources need for the charts painted so far; nothing where there are none."""
        return f"/Pattern<<{''.join(self.names)}>>" if self.names else ""

    def steps(self, figure: FigureSetting, left: float, upper: float) -> Iterator[str | Label]:
        """Yield what is to be written, in order: operators as they are, and words with their places on the page."""
        place = Transform(POINTS, 0, 0, -POINTS, left, upper)
        patterns = {name: self._pattern(pattern, place) for name, pattern in figure.drawing.patterns.items()}
        for item in figure.drawing.items:
            if isinstance(item, Label):
                x, y = place.transformPoint((item.x, item.y))
                yield replace(item, x=x, y=y, size=item.size * POINTS)
            else:
                yield _painted(item, place, patterns.get(item.pattern, ""))

    def _pattern(self, pattern: Pattern, place: Transform) -> str:
        """Add a pattern and return its name. Its tiles lie on the sheet as such, not on the chart, so that they know the chart's place."""
        matrix = " ".join(f"{value:.5f}" for value in place.transform(pattern.place))
        content = "\n".join(_painted(shape, Identity, "") for shape in pattern.shapes).encode("ascii")
        size = f"{pattern.width:g} {pattern.height:g}"
        across, high = size.split()
        extra = (
            f"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 {size}]/XStep {across}/YStep {high}"
            f"/Matrix[{matrix}]/Resources<<>>"
        )
        number = self.pdf.stream(content, extra)
        self.names.append(f"/P{len(self.names) + 1} {number} 0 R")
        return f"P{len(self.names)}"


def _painted(shape: Shape, place: Transform, pattern: str) -> str:
    path = path_operators(shape, place)
    parts = []
    if shape.fill:
        parts.append(f"{colour_operator(shape.fill, 'rg')} {path} f")
    if pattern:
        parts.append(f"/Pattern cs /{pattern} scn {path} f 0 g")
    if shape.stroke:
        width = shape.width * abs(place.transform(shape.place)[0])
        parts.append(f"{colour_operator(shape.stroke, 'RG')} {width:.3f} w {path} S")
    return " ".join(parts)
