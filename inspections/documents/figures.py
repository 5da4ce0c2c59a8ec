"""Numbers with a unit of measure in running text and tables: 2次, 两场, 近百人次, 1.2万余人次. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

ALIKE = (("次", "场", "场次", "期", "回", "轮"), ("人", "名"), ("份", "篇", "件", "条", "册", "本"), ("个", "项", "处", "家"))
"""Units of measure that people use for one another."""
LONGEST_SENTENCE = 1_000
"""Characters; nobody writes longer ones."""
_FULL = str.maketrans("０１２３４５６７８９．％", "0123456789.%")
_THOUSANDS = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_SPELLED = "零一二两三四五六七八九十百千"
_NUMBER = (
    r"(?P<about>大约|将近|超过|约|近|逾|超)?\s*(?P<n>\d{1,3}(?:,\d{3})+|\d{1,9}(?:\.\d{1,2})?|[零一二两三四五六七八九十百千]{1,7})"
    r"\s*(?P<scale>万|(?<=\d)[百千])?(?P<more>余|多|来)?(?P<scale2>万)?\s*"
)
_NOT_A_COUNT = re.compile(
    r"(?:第|不少于|不低于|不得少于|至少|达到或超过|每人|每[一-鿿]{1,4}(?:召开|开展|组织|不少于)?[一-鿿]{0,4}|前|上|近期第)$"
)
_BREAK = re.compile(r"[。；，、：！？\n\t（）()]")


@dataclass(frozen=True)
class Figure:
    """One number as it stands. ``before`` and ``after`` are the words around it in its clause, ``clause`` the one before."""

    number: Decimal
    is_approximate: bool
    unit: str
    quoted: str
    sentence: str
    before: str
    after: str
    earlier: str
    is_cell: bool = False


def figures_in(text: str, units: Iterable[str]) -> Iterator[Figure]:
    """Yield each number of ``text`` that counts something in one of ``units`` or a unit used for it."""
    known = sorted({row for unit in units for row in alike(unit)}, key=len, reverse=True)
    if not known:
        return
    pattern = re.compile(f"{_NUMBER}(?P<unit>{'|'.join(re.escape(unit) for unit in known)})")
    for sentence in sentences(text):
        end = 0
        for hit in pattern.finditer(sentence):
            number = value_of(hit["n"], (hit["scale"] or "") + (hit["scale2"] or ""))
            before = _BREAK.split(sentence[end : hit.start()])
            end = hit.end()
            if number is None or _NOT_A_COUNT.search(before[-1]):
                continue
            rest = sentence[hit.end() :]
            stop = _BREAK.search(rest)
            yield Figure(
                number=number,
                is_approximate=bool(hit["about"] or hit["more"]),
                unit=hit["unit"],
                quoted=hit.group().strip(),
                sentence=sentence.strip(),
                before=before[-1],
                after=rest[: stop.start()] if stop else rest,
                earlier=before[-2] if len(before) > 1 else "",
            )


def cells_in(rows: Iterable[tuple[str, ...]], units: Iterable[str]) -> Iterator[Figure]:
    """Yield each number of a table with its label: the words of its row, or the head of its column."""
    table = [tuple(_ordinary(cell).strip() for cell in row) for row in rows]
    known = sorted({row for unit in units for row in alike(unit)}, key=len, reverse=True)
    plain = re.compile(f"{_NUMBER}(?P<unit>{'|'.join(re.escape(unit) for unit in known) or '次'})?")
    heads = table[0] if table else ()
    for row in table:
        for place, cell in enumerate(row):
            hit = plain.fullmatch(cell)
            if not hit:
                continue
            number = value_of(hit["n"], (hit["scale"] or "") + (hit["scale2"] or ""))
            labels = [other for other in row[:place] if other and not plain.fullmatch(other)]
            head = heads[place] if place < len(heads) and row is not heads and not plain.fullmatch(heads[place]) else ""
            if number is None or not (labels or head):
                continue
            label = labels[-1] if labels else head
            noted = re.search(r"[（(]\s*(?:单位[：:])?\s*([一-鿿]{1,3})\s*[）)]", f"{label}{head}")
            unit = hit["unit"] or (noted.group(1) if noted and noted.group(1) in known else "")
            yield Figure(number, bool(hit["about"] or hit["more"]), unit, cell, "　".join(row), label, head, "", is_cell=True)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, with ordinary digits. What runs on without a full stop is cut: its end is looked for again and again."""
    parts = re.split(r"(?<=[。；！？\n])", _ordinary(text))
    pieces = [part[start : start + LONGEST_SENTENCE] for part in parts for start in range(0, len(part), LONGEST_SENTENCE)]
    return [piece for piece in pieces if piece.strip()]


def clauses(text: str) -> list[str]:
    """Return the clauses of a text."""
    return [part for part in _BREAK.split(_ordinary(text)) if part.strip()]


def _ordinary(text: str) -> str:
    """Return the text with ordinary digits; its Chinese punctuation stays."""
    return _THOUSANDS.sub(",", text.translate(_FULL))


def alike(unit: str) -> tuple[str, ...]:
    """Return ``unit`` and what people write for it."""
    return next((group for group in ALIKE if unit in group), (unit,))


def value_of(text: str, scale: str = "") -> Decimal | None:
    """Return the value of 12, 1,200, 十二, 两百, with ``scale`` 百, 千 or 万 behind it; None for what is no number."""
    times = {"": 1, "百": 100, "千": 1000, "万": 10_000}.get(scale)
    if times is None:
        return None
    if text[:1].isdigit():
        return Decimal(text.replace(",", "")) * times
    total = current = 0
    for sign in text:
        if sign in _SCALES:
            total, current = total + (current or 1) * _SCALES[sign], 0
        else:
            current = _DIGITS[sign]
    # 二三 is no number, but two of them.
    if len(text) > 1 and not any(sign in _SCALES for sign in text):
        return None
    return Decimal(total + current) * times
