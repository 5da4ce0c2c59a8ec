"""Passages that two texts have in common, found by runs of characters and shown side by side. Pure functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_RUN = 6
_SHORTEST = 24
_PAIR = 0.55
_SHOWN = 4
_NAMES = re.compile(r"《[^《》]{1,60}》")
_BARE = re.compile(r"[^一-鿿A-Za-z]")


@dataclass(frozen=True)
class Pair:
    """Two passages; ``share`` is how much of ours stands in theirs, in per cent."""

    ours: str
    theirs: str
    share: int

    @property
    def alike_but_for_figures(self) -> bool:
        """Whether the words are the same throughout and only numbers, punctuation or names of documents differ."""
        return self.ours != self.theirs and bare(self.ours) == bare(self.theirs)


@dataclass(frozen=True)
class Likeness:
    """What two texts have in common: of all our passages together in per cent, and the most striking pairs."""

    share: int
    pairs: tuple[Pair, ...]


def bare(text: str) -> str:
    """Return a passage without numbers, punctuation and names of documents, which anybody may quote."""
    return _BARE.sub("", _NAMES.sub("", text))


def runs_of(text: str) -> frozenset[str]:
    """Return the runs of characters of what is left of a passage (``bare``)."""
    words = bare(text)
    return frozenset(words[place : place + _RUN] for place in range(len(words) - _RUN + 1))


class Text:
    """A text prepared once and compared with many. ``common`` are passages that everybody has before him: the notice, the checklist."""

    def __init__(self, passages: Iterable[str], common: Iterable[str] = ()) -> None:
        shared = frozenset().union(*(runs_of(text) for text in common))
        self.passages: list[str] = []
        self.runs: list[frozenset[str]] = []
        self.size = 0
        for text in passages:
            whole = runs_of(text)
            self.size += len(whole)
            runs = whole - shared
            if len(runs) >= _SHORTEST - _RUN:
                self.passages.append(text)
                self.runs.append(runs)
        self.places: dict[str, list[int]] = {}
        for place, runs in enumerate(self.runs):
            for run in runs:
                self.places.setdefault(run, []).append(place)

    def against(self, other: Sequence[str]) -> Likeness:
        """Return what this text has in common with the passages of another."""
        taken: list[set[str]] = [set() for _ in self.runs]
        best: dict[int, tuple[int, str]] = {}
        for theirs in other:
            hits: Counter[int] = Counter()
            for run in runs_of(theirs):
                for place in self.places.get(run, ()):
                    hits[place] += 1
                    taken[place].add(run)
            for place, count in hits.items():
                if count > best.get(place, (0, ""))[0]:
                    best[place] = (count, theirs)
        share = sum(len(found) for found in taken) * 100 // self.size if self.size else 0
        rows = [(count / len(self.runs[place]), place, theirs) for place, (count, theirs) in best.items()]
        striking = sorted((row for row in rows if row[0] >= _PAIR), key=lambda row: -row[0] * len(self.runs[row[1]]))[:_SHOWN]
        return Likeness(share, tuple(Pair(self.passages[place], theirs, min(100, round(part * 100))) for part, place, theirs in striking))
