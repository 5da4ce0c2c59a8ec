"""The pictures that the chart library makes, as lines, areas and words with known places; our painter writes them into a PDF.

Reads the part of SVG that ``echarts.svg_of`` writes: paths, words, and patterns made of paths. Anything else in it is an error, so that an
update of the library cannot leave something out unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from fontTools.misc.transform import Identity, Transform
from fontTools.pens.basePen import BasePen
from fontTools.pens.transformPen import TransformPen
from fontTools.svgLib.path import parse_path

_SVG = "{http://www.w3.org/2000/svg}"
_MOVE = re.compile(r"(translate|rotate|scale|matrix)\(([^)]*)\)")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_COLOUR = re.compile(r"rgba?\((\d+),(\d+),(\d+)(?:,[\d.]+)?\)")
MIDDLE = 0.36
"""How far above the line of writing the middle of a Chinese character and of a figure stands, in ems."""
Colour = tuple[float, float, float]


class UnknownDrawingError(ValueError):
    """A picture has something that this module does not know."""


@dataclass(frozen=True)
class Shape:
    """An area or a line. ``pattern`` names what fills it instead of ``fill``; ``width`` is that of the line."""

    path: str
    place: Transform
    fill: Colour | None = None
    pattern: str = ""
    stroke: Colour | None = None
    width: float = 0.0


@dataclass(frozen=True)
class Label:
    """Words. ``x`` and ``y`` are on the line of writing; ``side`` says which end of the words ``x`` is: start, middle or end."""

    text: str
    x: float
    y: float
    size: float
    side: str
    colour: Colour


@dataclass(frozen=True)
class Pattern:
    """What is repeated over an area: a tile of this size, laid out by ``place``."""

    width: float
    height: float
    place: Transform
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Drawing:
    """A picture, in pixels, its upper left corner at 0, 0; ``items`` in the order in which they are drawn."""

    width: float
    height: float
    items: tuple[Shape | Label, ...]
    patterns: dict[str, Pattern]


def drawing_of(svg: str) -> Drawing:
    """Read a picture. Raises ``UnknownDrawingError`` for what would not be drawn."""
    root = ET.fromstring(svg)  # noqa: S314 -- written by our own engine a moment ago
    items: list[Shape | Label] = []
    patterns: dict[str, Pattern] = {}
    for element in root.iter():
        if element.tag == f"{_SVG}pattern":
            shapes = tuple(shape for child in element.iter(f"{_SVG}path") if (shape := _shape(child)) is not None)
            size = float(element.get("width", 0)), float(element.get("height", 0))
            patterns[element.get("id", "")] = Pattern(*size, _transform(element.get("patternTransform", "")), shapes)
    inside = {id(child) for pattern in root.iter(f"{_SVG}pattern") for child in pattern.iter()}
    for element in root.iter():
        if id(element) in inside or element.tag in {f"{_SVG}svg", f"{_SVG}defs", f"{_SVG}g"}:
            continue
        items.extend(_items(element))
    return Drawing(float(root.get("width", 0)), float(root.get("height", 0)), tuple(items), patterns)


def _items(element: ET.Element) -> Iterator[Shape | Label]:
    if element.tag == f"{_SVG}path":
        shape = _shape(element)
        if shape is not None:
            yield shape
    elif element.tag == f"{_SVG}text":
        yield _label(element)
    else:
        message = f"unknown element {element.tag}"
        raise UnknownDrawingError(message)


def _shape(element: ET.Element) -> Shape | None:
    """Return a path, or None for one that leaves no mark."""
    fill, stroke = element.get("fill", "#000"), element.get("stroke", "none")
    width = float(element.get("stroke-width", 1)) if stroke != "none" else 0.0
    reference = _REFERENCE.fullmatch(fill)
    filled = None if fill == "none" or reference or not _shows(element, "fill-opacity") else _colour(fill)
    lined = _colour(stroke) if width and _shows(element, "stroke-opacity") else None
    path = element.get("d", "")
    if not path or (filled is None and reference is None and lined is None):
        return None
    return Shape(path, _transform(element.get("transform", "")), filled, reference[1] if reference else "", lined, width)


def _shows(element: ET.Element, name: str) -> bool:
    opacity = float(element.get(name, 1)) * float(element.get("opacity", 1))
    if 0 < opacity < 1:
        raise UnknownDrawingError("half transparent: a kept PDF shall not depend on how transparency is mixed")
    return opacity > 0


def _label(element: ET.Element) -> Label:
    style = dict(part.split(":", 1) for part in element.get("style", "").split(";") if ":" in part)
    size = float(style.get("font-size", "12px").removesuffix("px"))
    place = _transform(element.get("transform", ""))
    if place[:4] != (1, 0, 0, 1):
        raise UnknownDrawingError("turned words")
    x, y = place.transformPoint((float(element.get("x", 0)), float(element.get("y", 0))))
    if element.get("dominant-baseline") in {"central", "middle"}:
        y += MIDDLE * size
    text = "".join(element.itertext())
    return Label(text, x, y, size, element.get("text-anchor", "start"), _colour(element.get("fill", "#000")))


def _transform(text: str) -> Transform:
    place = Identity
    for name, arguments in _MOVE.findall(text):
        values = [float(value) for value in re.split(r"[\s,]+", arguments.strip())]
        if name == "translate":
            place = place.translate(*values)
        elif name == "scale":
            place = place.scale(*values)
        elif name == "rotate":
            place = place.rotate(values[0] * 3.141592653589793 / 180)
        else:
            place = place.transform(Transform(*values))
    return place


def _colour(text: str) -> Colour:
    found = _COLOUR.fullmatch(text.replace(" ", ""))
    if found:
        red, green, blue = (int(part) for part in found.groups())
    elif re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        red, green, blue = (int(text[start : start + 2], 16) for start in (1, 3, 5))
    elif re.fullmatch(r"#[0-9a-fA-F]{3}", text):
        red, green, blue = (int(char * 2, 16) for char in text[1:])
    else:
        message = f"unknown colour {text}"
        raise UnknownDrawingError(message)
    return red / 255, green / 255, blue / 255


# --- as PDF -----------------------------------------------------------------------------------------------------------------


class _Pen(BasePen):
    """Writes a path in the operators of a PDF."""

    def __init__(self) -> None:
        super().__init__(None)
        self.parts: list[str] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 -- fontTools' names
        self.parts.append(f"{pt[0]:.2f} {pt[1]:.2f} m")

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.parts.append(f"{pt[0]:.2f} {pt[1]:.2f} l")

    def _curveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]) -> None:  # noqa: N802
        self.parts.append(" ".join(f"{x:.2f} {y:.2f}" for x, y in (pt1, pt2, pt3)) + " c")

    def _closePath(self) -> None:  # noqa: N802
        self.parts.append("h")

    def _endPath(self) -> None:  # noqa: N802
        pass


def path_operators(shape: Shape, place: Transform) -> str:
    """Return the path of a shape, moved by ``place``, in the operators of a PDF."""
    pen = _Pen()
    parse_path(shape.path, TransformPen(pen, place.transform(shape.place)))
    return " ".join(pen.parts)


def colour_operator(colour: Colour, name: str) -> str:
    """Return the operator ``name`` (rg, RG) that sets a colour."""
    return " ".join(f"{part:.3f}".rstrip("0").rstrip(".") for part in colour) + f" {name}"
