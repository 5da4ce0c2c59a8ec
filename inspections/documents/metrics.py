"""Which number of a text answers which item of the checklist: a proposal with its sentence, for a person to confirm. Pure functions."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from inspections.documents.figures import Figure, alike, cells_in, clauses, figures_in, sentences
from inspections.documents.likeness import core, covered
from inspections.documents.material import Material

_ENOUGH = 0.42
_ENOUGH_ALONE = 0.24
"""From how much likeness a number is proposed; less where only one item counts in its unit of measure."""
_ENOUGH_CELL = 0.5
_NONE = 0.6
_EARLIER, _AFTER = 0.6, 0.9
_NO = re.compile(r"(?:未|没有|无|零)(?=召开|开展|组织|发生|出现|收到|举办|进行|举行|[一-鿿]{2})")
_LONGEST = 480
_MOST_FIGURES = 3_000
"""A report of a hundred pages counts some hundreds of things; each is compared with every item."""


@dataclass(frozen=True)
class Asked:
    """One item that asks for a number."""

    code: str
    question: str
    phrase: str
    unit: str


@dataclass(frozen=True)
class Reading:
    """One number that may answer an item; ``share`` is how well the words fit, 0 to 1."""

    number: Decimal
    is_approximate: bool
    sentence: str
    quoted: str
    share: float


@dataclass(frozen=True)
class Period:
    """The period that is asked about; what a text says of others is not its answer."""

    year: int
    half: int

    @property
    def others(self) -> re.Pattern[str]:
        """Words by which a text speaks of an earlier period."""
        words = ["去年", "上年", "往年", "上一年", rf"{self.year - 1}年", "上次督查", "上期"]
        if self.half == 2:  # noqa: PLR2004 -- the second half of a year
            words.append("上半年")
        return re.compile("|".join(words))


def readings(material: Material, asked: Sequence[Asked], period: Period | None = None) -> dict[str, list[Reading]]:
    """Return for each item's code the numbers that may answer it, the likeliest first; items of which the text says nothing are missing.

    A number goes to the item that its words fit best. What is said of an earlier period, of a rule (每季度不少于1次) or of a target is
    not proposed; that something did not happen is proposed as zero, which a person must attest.
    """
    single = {unit for unit, count in Counter(row.unit for row in asked).items() if count == 1}
    found: dict[str, list[Reading]] = defaultdict(list)
    for figure in _figures(material, {row.unit for row in asked}):
        if period and period.others.search(f"{figure.earlier}{figure.before}"):
            continue
        scored = [(_score(figure, row), row) for row in asked if _fits(figure, row)]
        if not scored:
            continue
        share, best = max(scored, key=lambda pair: (round(pair[0], 3), pair[1].unit == figure.unit))
        least = _ENOUGH_CELL if figure.is_cell else _ENOUGH_ALONE if best.unit in single and figure.unit == best.unit else _ENOUGH
        if share >= least:
            found[best.code].append(_reading(figure, share))
    for code, reading in _nothing(material, asked):
        if code not in found:
            found[code].append(reading)
    return {code: _distinct(rows) for code, rows in found.items()}


def earlier_readings(material: Material, asked: Sequence[Asked], period: Period) -> dict[str, list[Reading]]:
    """Return what the text says of an earlier period, for comparing with what was answered then."""
    found: dict[str, list[Reading]] = defaultdict(list)
    for figure in _figures(material, {row.unit for row in asked}):
        if not period.others.search(f"{figure.earlier}{figure.before}"):
            continue
        scored = [(_score(figure, row), row) for row in asked if _fits(figure, row)]
        share, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if best is not None and share >= _ENOUGH:
            found[best.code].append(_reading(figure, share))
    return dict(found)


def _figures(material: Material, units: set[str]) -> Iterable[Figure]:
    return islice(_all_figures(material, units), _MOST_FIGURES)


def _all_figures(material: Material, units: set[str]) -> Iterator[Figure]:
    for row in material.body():
        if row.rows:
            yield from cells_in(row.rows, units)
        else:
            yield from figures_in(row.words, units)


def _fits(figure: Figure, row: Asked) -> bool:
    return figure.unit in alike(row.unit) if figure.unit else figure.is_cell


def _score(figure: Figure, row: Asked) -> float:
    """How well the words around a number fit an item, by the phrase of the report or by the question, whichever fits better."""
    around = ((figure.before, 1.0), (figure.before + figure.after, _AFTER), (figure.earlier + figure.before, _EARLIER))
    wanted = [text for text in (row.phrase, row.question) if core(text)]
    best = max((covered(text, words) * weight for text in wanted for words, weight in around), default=0.0)
    return best * (1.0 if figure.unit in {row.unit, ""} else 0.85)


def _reading(figure: Figure, share: float) -> Reading:
    return Reading(figure.number, figure.is_approximate, figure.sentence[:_LONGEST], figure.quoted[:40], share)


def _nothing(material: Material, asked: Sequence[Asked]) -> Iterable[tuple[str, Reading]]:
    """What the text says did not happen."""
    for row in material.body():
        for sentence in sentences(row.words):
            for clause in clauses(sentence):
                hit = _NO.search(clause)
                if not hit:
                    continue
                words = clause[hit.end() :]
                scored = [(max(covered(item.phrase, words), covered(item.question, words)), item) for item in asked]
                share, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
                if best is not None and share >= _NONE:
                    yield best.code, Reading(Decimal(0), False, sentence.strip()[:_LONGEST], clause[:40], share)


def _distinct(rows: list[Reading]) -> list[Reading]:
    """The likeliest reading of each number, best first; of two that fit alike the earlier one in the text."""
    best: dict[Decimal, Reading] = {}
    for row in rows:
        if row.number not in best or row.share > best[row.number].share:
            best[row.number] = row
    return sorted(best.values(), key=lambda row: -round(row.share, 2))
