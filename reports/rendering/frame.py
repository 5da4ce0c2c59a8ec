"""版头 and 版记: where each part of the red head and of the imprint stands (GB/T 9704-2012 §7.2 and §7.4).

The head is a block of whole lines with its parts at known places; the imprint stands at the foot of the last page, in lines between rules.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.rendering import paper
from reports.rendering.document import Head, Imprint
from reports.rendering.fonts import Role
from reports.rendering.lines import Line, Measure, clean_text

Width = Callable[[str, Role, str], float]
"""Measures a line of text in a face, in thousandths of an em; the last argument names the place in Chinese."""
NAMES_IN_A_ROW = 2
"""§7.2.6: two 签发人 to a row."""


@dataclass(frozen=True)
class Placed:
    """A line of text at its place; lengths in points. ``scale`` narrows it, ``spacing`` stands behind each character."""

    text: str
    role: Role
    size: float
    left: float
    top: float
    height: float
    spacing: float = 0.0
    scale: float = 1.0
    red: bool = False

    @property
    def face(self) -> str:
        """The class of its face in the style sheet."""
        return self.role.name.lower()


@dataclass(frozen=True)
class Mark:
    """发文机关标志: its size, how much it is narrowed, the height of it all, and its lines."""

    size: float
    scale: float
    height: float
    parts: tuple[Placed, ...]


@dataclass(frozen=True)
class HeadSetting:
    """The head ready for the page: ``height`` in whole lines (two blank ones below the rule included), where the red rule is, its parts."""

    height: float
    rule_top: float
    parts: tuple[Placed, ...]


def corner_lines(head: Head) -> list[tuple[str, Role]]:
    """Return 份号, 密级 and 紧急程度 with their faces, one below the other (§7.2.1 to 7.2.3)."""
    found = [(head.copy_number, Role.FANGSONG), (head.secrecy, Role.HEITI), (head.urgency, Role.HEITI)]
    return [(one_line(text), role) for text, role in found if text.strip()]


def approver_rows(head: Head) -> list[list[str]]:
    """Return the 签发人 in rows of two."""
    names = [one_line(name) for name in head.approvers]
    return [names[start : start + NAMES_IN_A_ROW] for start in range(0, len(names), NAMES_IN_A_ROW)]


def one_line(text: str) -> str:
    """Return ``text`` cleaned and without line feeds."""
    return clean_text(text).replace("\n", "").strip()


def set_mark(head: Head, width: Width) -> Mark:
    """Return the 发文机关标志 centred: large, then smaller, then narrower until it fits; joint issuers as a block before the suffix (§7.2.4)."""
    names = [one_line(name) for name in head.issuers if name.strip()]
    if not names:
        return Mark(paper.MARK_SIZE, 1.0, 0.0, ())
    widths = [width(name, Role.BIAOSONG, "发文机关标志") for name in names]
    suffix = one_line(head.suffix)
    behind = width(suffix, Role.BIAOSONG, "发文机关标志") if suffix else 0.0
    gap = 250.0 if suffix and len(names) > 1 else 0.0
    total = (max(widths) + gap + behind) / 1000
    size = max(paper.LEAST_MARK_SIZE, min(paper.MARK_SIZE, paper.MEASURE / total))
    scale = min(1.0, paper.MEASURE / (total * size))
    if scale < paper.NARROWEST_MARK:
        size, scale = size * scale / paper.NARROWEST_MARK, paper.NARROWEST_MARK
    leading = size * (1.25 if len(names) > 1 else 1.0)
    height = leading * (len(names) - 1) + size
    left, top = (paper.MEASURE - total * size * scale) / 2, paper.MARK_BELOW_TOP
    if len(names) == 1:
        return Mark(size, scale, height, (Placed(names[0] + suffix, Role.BIAOSONG, size, left, top, size, 0.0, scale, red=True),))
    unit = size / 1000
    parts = []
    for place, (name, own) in enumerate(zip(names, widths, strict=True)):
        spacing = (max(widths) - own) * unit / (len(name) - 1) if len(name) > 1 else 0.0
        parts.append(Placed(name, Role.BIAOSONG, size, left, top + place * leading, size, spacing, scale, red=True))
    if suffix:
        beside = left + (max(widths) + gap) * unit * scale
        parts.append(Placed(suffix, Role.BIAOSONG, size, beside, top + (height - size) / 2, size, 0.0, scale, red=True))
    return Mark(size, scale, height, tuple(parts))


def set_head(head: Head, width: Width) -> HeadSetting:
    """Place the parts of the red head. ``width`` measures text and raises ``MissingGlyphError`` for what no font can draw."""
    unit, line = paper.BODY_SIZE / 1000, paper.LINE
    parts = []
    for place, (text, role) in enumerate(corner_lines(head)):
        width(text, role, "版头")
        parts.append(Placed(text, role, paper.BODY_SIZE, 0.0, place * line, line))
    mark = set_mark(head, width)
    parts.extend(mark.parts)
    number = one_line(head.number)
    rows = approver_rows(head)
    top = paper.MARK_BELOW_TOP + mark.height + 2 * line
    last = top + max(0, len(rows) - 1) * line
    if number:
        wide = width(number, Role.FANGSONG, "发文字号") * unit
        # Upward the number stands one character in, beside the last 签发人; else it is centred (§7.2.5).
        left = paper.BODY_SIZE if rows else (paper.MEASURE - wide) / 2
        parts.append(Placed(number, Role.FANGSONG, paper.BODY_SIZE, left, last, line))
    parts.extend(_approvers(rows, top, width))
    bottom = last + (line + paper.BODY_SIZE) / 2 if number or rows else paper.MARK_BELOW_TOP + mark.height
    rule_top = bottom + paper.RULE_BELOW_NUMBER
    return HeadSetting(math.ceil((rule_top + 2 * line) / line) * line, rule_top, tuple(parts))


def _approvers(rows: Sequence[Sequence[str]], top: float, width: Width) -> list[Placed]:
    """Place 签发人：甲　乙 one character from the right; further rows align with the first name (§7.2.6)."""
    if not rows:
        return []
    unit = paper.BODY_SIZE / 1000
    texts = ["　".join(row) for row in rows]
    names_left = paper.MEASURE - paper.BODY_SIZE - max(width(text, Role.KAITI, "签发人") for text in texts) * unit
    label = "签发人："
    label_left = names_left - width(label, Role.FANGSONG, "签发人") * unit
    parts = [Placed(label, Role.FANGSONG, paper.BODY_SIZE, label_left, top, paper.LINE)]
    return parts + [
        Placed(text, Role.KAITI, paper.BODY_SIZE, names_left, top + place * paper.LINE, paper.LINE) for place, text in enumerate(texts)
    ]


# --- 版记 -------------------------------------------------------------------------------------------------------------------

COPY_LABEL = "抄送："


@dataclass(frozen=True)
class ImprintSetting:
    """The imprint ready for the page: the lines of 抄送, the printer and the date; ``height`` is what it takes up in points."""

    copies: tuple[Line, ...]
    printer: str
    printed: str
    height: float
    even_page: bool = False


def copies_text(imprint: Imprint) -> str:
    """Return the names of 抄送机关 with their full stop, empty when there are none (§7.4.2)."""
    names = [one_line(name) for name in imprint.copy_to if name.strip()]
    return "，".join(names) + "。" if names else ""


def printed_text(imprint: Imprint) -> str:
    """Return the date with 印发 behind it, empty without a date (§7.4.3)."""
    return f"{one_line(imprint.date_text)}印发" if imprint.date_text.strip() else ""


def copies_room() -> Measure:
    """Return the room for the names of 抄送: a character in on both sides, and behind the label."""
    return Measure(paper.MEASURE / paper.IMPRINT_SIZE * 1000 - 2000 - 1000 * len(COPY_LABEL))


def set_imprint(imprint: Imprint, copies: Sequence[Line]) -> ImprintSetting | None:
    """Return the imprint, with the broken lines of its 抄送; None when there is nothing in it."""
    printer, printed = one_line(imprint.printer), printed_text(imprint)
    rows = len(copies) + bool(printer or printed)
    if not rows:
        return None
    rules = 2 * paper.THICK_RULE + (paper.THIN_RULE if copies and (printer or printed) else 0.0)
    return ImprintSetting(tuple(copies), printer, printed, rows * paper.IMPRINT_LEADING + rules, imprint.even_page)
