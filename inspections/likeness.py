"""How alike two findings are, by the pairs of characters they share. Pure functions; nothing leaves the machine.

Numbers and the organization's own name are taken out before texts are compared: what is alike is the matter. Rare pairs weigh more than
those that stand in every finding. Two texts that differ in numbers only are told apart from those that say exactly the same.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from units.grams import fold, grams_of

_DIGITS = r"\d+(?:[.,:]\d+)*[%‰]?"
_COUNTED = "[个次名份项条场人篇期年月日号季度处家批天周件张页期余多分]"
_NUMBER = re.compile(rf"{_DIGITS}|百分之[〇零一二两三四五六七八九十百]+|[〇零一二两三四五六七八九十百千万]+(?={_COUNTED})")
_SIGNS = re.compile(r"[\W_]+")
CONTAINED = 0.85
"""What a text that is wholly part of a longer one counts for, beside one that is the same."""
SHORTEST = 6
"""Pairs below which a text is too short to be called part of another."""
PIECE = 4
"""Characters of a piece that is looked up in the index."""


def without_name(text: str, names: Iterable[str]) -> str:
    """Return ``text`` without the organization's name at its beginning: ``青石镇党委未建台账`` → ``未建台账``."""
    for name in names:
        if len(name) > 1 and text.startswith(name) and (rest := re.sub(r"^[的，、：:,\s]+", "", text[len(name) :])):
            return rest
    return text


def masked(text: str) -> str:
    """Return ``text`` with every number made a ``#``."""
    return _NUMBER.sub("#", unicodedata.normalize("NFKC", text))


def plain_words(text: str) -> str:
    """Return ``text`` without what does not change its meaning: width of characters, space, punctuation, case. Numbers stay."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def matter(text: str) -> str:
    """Return what a text is about, for grouping: without numbers, signs and case."""
    return _SIGNS.sub("", masked(text)).casefold()


def pairs_of(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of ``text``; none spans a number or a sign."""
    return frozenset(grams_of(_SIGNS.split(masked(text))))


class Weights:
    """How much each pair says: the fewer of the texts at hand hold it, the more."""

    def __init__(self, texts: Iterable[frozenset[str]]) -> None:
        self._held: Counter[str] = Counter()
        self._number = 0
        for pairs in texts:
            self._held.update(pairs)
            self._number += 1

    def of(self, pair: str) -> float:
        """Return the weight of one pair."""
        return math.log(1 + (self._number + 1) / (self._held[pair] + 1))

    def sum(self, pairs: Iterable[str]) -> float:
        """Return the weight of several pairs together."""
        return sum(self.of(pair) for pair in pairs)

    def likeness(self, one: frozenset[str], other: frozenset[str]) -> float:
        """Return how alike two texts are, from 0 to 1: what they share of all they say, or of the shorter one where it is part of the other."""
        shared = one & other
        if not shared:
            return 0.0
        both, first, second = self.sum(shared), self.sum(one), self.sum(other)
        alike = both / (first + second - both)
        if min(len(one), len(other)) < SHORTEST:
            return alike
        return max(alike, CONTAINED * both / min(first, second))


@dataclass(frozen=True)
class Sameness:
    """How a text stands to another one, in words."""

    key: str
    label: str


SAME = Sameness("same", "文字相同")
NUMBERS = Sameness("numbers", "只有数字不同")
ALIKE = Sameness("alike", "相近")


def sameness(one: str, other: str) -> Sameness:
    """Say whether two texts (without their organizations' names) are the same, differ in numbers only, or are alike."""
    if plain_words(one) == plain_words(other):
        return SAME
    return NUMBERS if matter(one) == matter(other) else ALIKE


def shared_words(text: str, pairs: frozenset[str]) -> list[str]:
    """Return the runs of characters of ``text`` whose pairs all are among ``pairs``: what is marked to show why it was found."""
    words, run = [], ""
    folded = fold(text)
    for place in range(len(text) - 1):
        if folded[place : place + 2] in pairs:
            run = run + text[place + 1] if run else text[place : place + 2]
        elif run:
            words.append(run)
            run = ""
    return [*words, run] if run else words


def telling_pieces(text: str, weights: Weights, most: int) -> list[str]:
    """Return up to ``most`` pieces of ``text`` that say most about it, none overlapping another; what to ask an index for."""
    pieces: list[tuple[float, int, str]] = []
    at = 0
    for part in _SIGNS.split(masked(text)):
        for place in range(len(part) - PIECE + 1):
            piece = part[place : place + PIECE]
            pieces.append((-weights.sum(grams_of([piece])), at + place, piece))
        at += len(part) + PIECE
    chosen: list[tuple[int, str]] = []
    for _, place, piece in sorted(pieces):
        if len(chosen) == most:
            break
        if all(abs(place - other) >= PIECE for other, _ in chosen):
            chosen.append((place, piece))
    return [piece for _, piece in sorted(chosen)]


def heaviest(pairs: frozenset[str], weights: Weights, most: int) -> Sequence[str]:
    """Return the ``most`` pairs that say most."""
    return sorted(pairs, key=lambda pair: (-weights.of(pair), pair))[:most]
