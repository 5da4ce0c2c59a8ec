"""Breaking Chinese text into lines that fill the measure: 28 characters, both edges straight, 避头尾 kept.

WeasyPrint justifies by stretching spaces, and Chinese has none; so the lines are broken here and the space of each line is spread over its
characters. All lengths are thousandths of an em of the text's own size; a *gap* is the space after a character (0 = the font's own).

Rules: GB/T 15834-2011 §5.1 (marks that may not begin or end a line, 破折号 and 省略号 in one piece), plus what offices expect: numbers and
Western words stay whole. Where a mark would have to move, the line is either drawn together (the blank half of its marks gives way) or
spread, whichever disturbs less.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from reports.rendering.fonts import Face, FontSet, Role
from reports.rendering.result import MissingGlyphError

CLOSING = frozenset("，。、；：？！）》〉」』】〕〗”’｝］．")
OPENING = frozenset("（《〈「『【〔〖“‘｛［")
NOT_AT_START = CLOSING | frozenset(",.;:!?)]}%·…—–～~－％‰℃°′″℉々／/、﹏›»")
NOT_AT_END = OPENING | frozenset("([{￥$¥№#＃／/‹«")
WESTERN = re.compile("[\u0021-\u024f０-９Ａ-Ｚａ-ｚ]")
UNBROKEN_PAIRS = frozenset({"——", "……"})
SQUEEZE = 450
"""How much of the blank half of a full-width mark may give way; the rest keeps it apart from its neighbour."""
EASY_STRETCH = 80
"""A gap widened by this much disturbs about as much as marks squeezed to the full."""
LONELY = 4
"""A character with this many marks at most is still a lonely one."""
EASY_TO_MISS = 32
"""Letters and digits may share a change of spacing up to this (half a point in body text); beyond it they keep their own."""
WIDEST_STRETCH = 500
"""A line that would need wider gaps than this stays short; only a very long unbroken word can cause it."""


@dataclass(frozen=True)
class Run:
    """A stretch of text in one face. ``gap`` marks a place that a person must still fill."""

    text: str
    role: Role
    gap: bool = False


@dataclass(frozen=True)
class Span:
    """Characters of a line that share face, mark and the space after each of them."""

    text: str
    role: Role
    gap: bool
    spacing: int


@dataclass(frozen=True)
class Line:
    """One line. ``width`` is what it takes up; ``text`` what it says."""

    spans: tuple[Span, ...]
    width: float

    @property
    def text(self) -> str:
        """Return the characters of the line."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True)
class Measure:
    """The room for lines: ``width``, less ``first`` at the beginning of the first; ``pitch`` is the usual gap; straight or ragged."""

    width: float
    first: float = 0.0
    pitch: float = 0.0
    justify: bool = True


NO_CHARACTER = 0xFFFE
"""The last two code points of every plane are none (Unicode 23.7)."""
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode categories of what is not printed."""


def clean_text(text: str) -> str:
    """Return ``text`` without what has no place on paper: control, zero-width and bidirectional characters; tabs become spaces.

    Nor does a .docx take what Unicode says is no character at all (U+FFFE, half a surrogate pair).

    Line feeds stay: whoever sets the text decides what they mean.
    """
    text = unicodedata.normalize("NFC", text.replace("\t", " ").replace("\u00a0", " ").replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        char for char in text if char == "\n" or (unicodedata.category(char) not in UNSEEN and ord(char) & NO_CHARACTER != NO_CHARACTER)
    )


@lru_cache(maxsize=1 << 14)
def is_western(char: str) -> bool:
    """Say whether ``char`` is part of words and numbers that stay whole: letters, digits and their marks, full-width ones too."""
    return bool(WESTERN.match(char))


_STARTS_NO_LINE, _ENDS_NO_LINE, _WESTERN, _COMBINING = 1, 2, 4, 8


@lru_cache(maxsize=1 << 14)
def _kind(char: str) -> int:
    """Return what breaking has to know about a character, as a sum of the above."""
    combining = unicodedata.combining(char) or unicodedata.category(char) == "Mn"
    return (
        (char in NOT_AT_START or char == " ") * _STARTS_NO_LINE
        + (char in NOT_AT_END) * _ENDS_NO_LINE
        + is_western(char) * _WESTERN
        + bool(combining) * _COMBINING
    )


def may_break(before: str, after: str) -> bool:
    """Say whether a line may end after ``before`` and the next begin with ``after``."""
    first, second = _kind(before), _kind(after)
    if second & _STARTS_NO_LINE or first & _ENDS_NO_LINE or before + after in UNBROKEN_PAIRS:
        return False
    if before == " ":
        return True
    if second & _COMBINING:
        return False
    return not first & second & _WESTERN or "·" in (before, after)


class _Text:
    """One paragraph as parallel lists per character, with running sums so that any stretch is measured at once."""

    def __init__(self, runs: Sequence[Run], fonts: FontSet, where: str, pitch: float) -> None:
        self.runs = runs
        self.chars = "".join(run.text for run in runs)
        self.run_of = [run for run in runs for _ in run.text]
        widths: list[float] = []
        joined = [False]
        face: Face | None = None
        for index, (char, run) in enumerate(zip(self.chars, self.run_of, strict=True)):
            advance = fonts.advance(char, run.role)
            if advance is None:
                raise MissingGlyphError(char, where, self.chars[max(0, index - 8) : index + 8])
            widths.append(advance.width)
            dash = self.chars[max(0, index - 1) : index + 1] == "——" and not joined[-1]
            joined.append(dash and face is advance.face and face.joins_dashes)
            face = advance.face
        pairs = list(pairwise(self.chars))
        # Inside a word or number the letters keep their own spacing; every other gap takes part in filling the line.
        self.elastic = [not (is_western(a) and is_western(b)) and not inside for (a, b), inside in zip(pairs, joined[2:], strict=True)]
        self.give = [SQUEEZE * ((a in CLOSING) + (b in OPENING)) for a, b in pairs]
        self.breaks = [may_break(a, b) for a, b in pairs]
        self.pitch = pitch
        self._width = [0.0, *accumulate(widths)]
        self.joined = joined[2:]
        self._gaps = [0, *accumulate(not inside for inside in self.joined)]
        self._elastic = [0, *accumulate(self.elastic)]
        self._give = [0, *accumulate(self.give)]

    def width(self, start: int, end: int) -> float:
        """Return the width of characters ``start`` to ``end`` without gaps."""
        return self._width[end] - self._width[start]

    def count(self, start: int, end: int) -> int:
        """Return how many gaps there are between those characters."""
        return self._gaps[end - 1] - self._gaps[start]

    def gaps(self, start: int, end: int) -> int:
        """Return how many of those gaps can be widened without pulling a word apart."""
        return self._elastic[end - 1] - self._elastic[start]

    def yielding(self, start: int, end: int) -> int:
        """Return by how much the marks among those characters can be squeezed."""
        return self._give[end - 1] - self._give[start]

    def natural(self, start: int, end: int) -> float:
        """Return the width with the usual gaps."""
        return self.width(start, end) + self.count(start, end) * self.pitch

    def trimmed(self, start: int, end: int) -> int:
        """Return ``end`` without the spaces before it."""
        while end > start + 1 and self.chars[end - 1] == " ":
            end -= 1
        return end


def break_lines(runs: Sequence[Run], measure: Measure, fonts: FontSet, where: str = "") -> list[Line]:
    """Break one paragraph into lines.

    Args:
        runs: the text; without line feeds, cleaned by ``clean_text``.
        measure: the room there is.
        fonts: the fonts that will draw it.
        where: the place in Chinese (``正文第3段``), for the message when a character cannot be drawn.

    Returns:
        The lines in order; none for empty text. All but the last fill the measure when it says so.

    Raises:
        MissingGlyphError: no font has one of the characters.

    """
    text = _Text(runs, fonts, where, measure.pitch)
    lines: list[Line] = []
    start, size = 0, len(text.chars)
    while start < size:
        if text.chars[start] == " " and lines:
            start += 1
            continue
        room = measure.width - (measure.first if not lines else 0.0)
        end, overflow = _choose(text, start, room)
        stop = text.trimmed(start, end)
        if end >= size and overflow <= 0:
            gaps = _plain(text, start, stop)
        elif overflow > 0:
            gaps = _squeezed(text, start, stop, overflow)
        elif measure.justify:
            gaps = _spread(text, start, stop, room)
        else:
            gaps = _plain(text, start, stop)
        lines.append(_line(text, start, stop, gaps))
        start = end
    return lines


def _choose(text: _Text, start: int, room: float) -> tuple[int, float]:
    """Return where the line from ``start`` ends, and by how much it must be drawn together to fit (0 when it need not)."""
    size = len(text.chars)
    fits = longer = 0
    for end in range(start + 1, size + 1):
        if end < size and not text.breaks[end - 1]:
            continue
        stop = text.trimmed(start, end)
        if text.natural(start, stop) <= room + 0.5:
            fits = end
            continue
        longer = end
        break
    if not longer:
        return size, 0.0
    stop = text.trimmed(start, longer)
    overflow, yielding = text.natural(start, stop) - room, text.yielding(start, stop)
    can_squeeze = 0 < overflow <= yielding
    if fits:
        stop = text.trimmed(start, fits)
        stretch = (room - text.natural(start, stop)) / max(1, text.gaps(start, stop))
        if can_squeeze and overflow / yielding < stretch / EASY_STRETCH:
            return longer, overflow
        return _with_company(text, start, fits, room), 0.0
    return (longer, overflow) if can_squeeze else (_forced(text, start, longer, room), 0.0)


def _with_company(text: _Text, start: int, fits: int, room: float) -> int:
    """Return ``fits``, or an earlier end where otherwise a single character would be left for the last line (孤字不成行)."""
    rest = text.chars[fits:].strip()
    if len(rest) > LONELY or sum(char not in NOT_AT_START for char in rest) > 1:
        return fits
    for end in range(fits - 1, start + 1, -1):
        if text.breaks[end - 1]:
            stop = text.trimmed(start, end)
            stretch = (room - text.natural(start, stop)) / max(1, text.gaps(start, stop))
            return end if stretch <= EASY_STRETCH else fits
    return fits


def _forced(text: _Text, start: int, end: int, room: float) -> int:
    """Return where to cut a piece that has no break and is wider than the line, such as a long web address."""
    cut = start + 1
    while cut < end and text.natural(start, cut + 1) <= room + 0.5:
        cut += 1
    # Even here a mark does not begin a line, unless the piece consists of nothing else.
    back = cut
    while back > start + 1 and (text.chars[back] in NOT_AT_START or text.chars[back - 1] in NOT_AT_END):
        back -= 1
    return back if back > start + 1 else cut


def _plain(text: _Text, start: int, end: int) -> list[float]:
    return [text.pitch] * (end - start - 1)


def _squeezed(text: _Text, start: int, end: int, overflow: float) -> list[float]:
    share = overflow / text.yielding(start, end)
    return [gap - share * text.give[index] for index, gap in enumerate(_plain(text, start, end), start)]


def _spread(text: _Text, start: int, end: int, room: float) -> list[float]:
    """Return gaps that fill the line: even where nobody sees it (a line is then one span, cheap to paint), else between words only."""
    slack, count = room - text.width(start, end), text.count(start, end)
    if count and abs(slack / count) <= EASY_TO_MISS:
        return [slack / count] * (end - start - 1)
    gaps = text.gaps(start, end)
    if not gaps or slack / gaps > WIDEST_STRETCH:
        return _plain(text, start, end)
    # A joined dash has no gap inside; any value there keeps its two halves in one span, and only in one span are they joined.
    return [slack / gaps if text.elastic[index] or text.joined[index] else 0.0 for index in range(start, end - 1)]


def _line(text: _Text, start: int, end: int, gaps: Iterable[float]) -> Line:
    """Group the characters of a line into spans; whole thousandths, because a PDF viewer sees no finer ones."""
    rounded = [round(gap) for gap in gaps]
    # Nothing follows the last character; the gap of its neighbour lets the two share a span.
    rounded.append(rounded[-1] if rounded else round(text.pitch))
    keys = [(text.run_of[start + index], gap) for index, gap in enumerate(rounded)]
    edges = [0, *(index for index, (a, b) in enumerate(pairwise(keys), 1) if a != b), len(keys)]
    spans = tuple(
        Span(text.chars[start + first : start + last], keys[first][0].role, keys[first][0].gap, keys[first][1])
        for first, last in pairwise(edges)
    )
    return Line(spans, text.width(start, end) + sum(rounded[:-1]))
