"""An old report beside a new one: which paragraph became which, and what was changed in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_GRAM = 3
_ALIKE = 0.25
"""Share of common three-character pieces from which two paragraphs are the same one, rewritten."""
_SAME = 0.85
_ENOUGH, _MOSTLY = 12, 0.6


@dataclass(frozen=True)
class Text:
    """One paragraph: its part's heading and its words."""

    part: str
    words: str


@dataclass(frozen=True)
class Pair:
    """An old and a new paragraph that belong together, or one alone; ``share`` is how much they have in common, 0 to 100."""

    old: Text | None
    new: Text | None
    share: int = 0

    @property
    def kind(self) -> str:
        """``kept``, ``changed``, ``added`` or ``dropped``."""
        if self.old is None:
            return "added"
        if self.new is None:
            return "dropped"
        return "kept" if self.share >= _SAME * 100 else "changed"


def _grams(words: str) -> set[str]:
    bare = re.sub(r"[^一-鿿A-Za-z0-9]", "", words)
    return {bare[place : place + _GRAM] for place in range(len(bare) - _GRAM + 1)} or {bare}


def _score(common: int, one: set[str], other: set[str]) -> float:
    """How alike two paragraphs are; one that went whole into a longer one counts as well."""
    shorter = min(len(one), len(other))
    contained = common / shorter if shorter >= _ENOUGH else 0.0
    return max(common / len(one | other), contained / 2 if contained >= _MOSTLY else 0.0)


def compared(old: Sequence[Text], new: Sequence[Text]) -> list[Pair]:
    """Return the pairs in the order of ``new``; what only ``old`` has stands behind its neighbour there.

    Best matches are taken first, each paragraph once; a gram is looked up in an index, so that long reports stay quick.
    """
    olds, news = [_grams(text.words) for text in old], [_grams(text.words) for text in new]
    where: dict[str, list[int]] = {}
    for place, grams in enumerate(olds):
        for gram in grams:
            where.setdefault(gram, []).append(place)
    scored = []
    for number, grams in enumerate(news):
        common: dict[int, int] = {}
        for gram in grams:
            for place in where.get(gram, ()):
                common[place] = common.get(place, 0) + 1
        scored += [(_score(n, grams, olds[place]), number, place) for place, n in common.items()]
    match: dict[int, tuple[int, float]] = {}
    taken: set[int] = set()
    for share, number, place in sorted(scored, key=lambda row: (-row[0], row[1], row[2])):
        if share >= _ALIKE and number not in match and place not in taken:
            match[number] = (place, share)
            taken.add(place)
    return _in_order(old, new, match, taken)


def _in_order(old: Sequence[Text], new: Sequence[Text], match: dict[int, tuple[int, float]], taken: set[int]) -> list[Pair]:
    behind: dict[int, list[Pair]] = {}
    last = -1
    number_of = {place: number for number, (place, _share) in match.items()}
    for place, text in enumerate(old):
        if place in taken:
            last = number_of[place]
        else:
            behind.setdefault(last, []).append(Pair(text, None))
    pairs = list(behind.get(-1, ()))
    for number, text in enumerate(new):
        place, share = match.get(number, (-1, 0.0))
        pairs.append(Pair(old[place], text, round(share * 100)) if place >= 0 else Pair(None, text))
        pairs.extend(behind.get(number, ()))
    return pairs
