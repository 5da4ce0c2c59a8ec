"""What changed between two texts, as a reader of Chinese sees it; and which facts a change takes out. Pure functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, GONE, NEW = "same", "gone", "new"
_WORD = re.compile(r"[0-9]+(?:\.[0-9]+)?%?|[A-Za-z]+|\s+|.", re.DOTALL)
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?[万亿]?[余]?%?")
_ISLAND = 2
"""Two equal characters between two changes read worse than one change."""


@dataclass(frozen=True)
class Run:
    """A piece of text: ``same`` in both, ``gone`` from the old, ``new`` in the new one."""

    kind: str
    text: str


def runs(old: str, new: str) -> tuple[Run, ...]:
    """Return what turns ``old`` into ``new``: numbers and foreign words as wholes, Chinese by characters, tiny islands swallowed.

    The ``same`` and ``gone`` pieces joined give ``old``, the ``same`` and ``new`` ones ``new``.
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    pieces: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        left, right = "".join(before[a:b]), "".join(after[c:d])
        island = kind == "equal" and pieces and len(left) <= _ISLAND and b < len(before) and d < len(after)
        if kind != "equal" or island:
            if pieces and pieces[-1][0] != pieces[-1][1]:
                pieces[-1] = (pieces[-1][0] + left, pieces[-1][1] + right)
            else:
                pieces.append((left, right))
        else:
            pieces.append((left, right))
    result: list[Run] = []
    for left, right in pieces:
        if left == right:
            result.append(Run(SAME, left))
        else:
            result += [Run(kind, text) for kind, text in ((GONE, left), (NEW, right)) if text]
    return tuple(result)


def numbers(text: str) -> Counter[str]:
    """Return the numbers of a text with how often each occurs; parts of dates count too, they are facts as well."""
    return Counter(_NUMBER.findall(text))


def lost_numbers(old: str, new: str) -> list[str]:
    """Return numbers that occur in ``old`` but no more in ``new``, in the order of ``old``."""
    left = numbers(new)
    return [number for number in numbers(old) if number not in left]


def lost_names(names: Iterable[str], new: str) -> list[str]:
    """Return those of ``names`` that ``new`` does not have, long ones first; a name within a missing longer one is not told twice."""
    result: list[str] = []
    for name in sorted({name for name in names if name and name not in new}, key=lambda name: (-len(name), name)):
        if not any(name in longer for longer in result):
            result.append(name)
    return result


@dataclass(frozen=True)
class OtherRow:
    """A row of another table beside mine. ``mine`` is the row of mine that it stands for, None where I have none; ``before`` where it would go.

    ``cells`` are its texts, each with whether it differs from mine.
    """

    cells: tuple[tuple[str, bool], ...]
    mine: int | None
    before: int


def other_rows(mine: Sequence[Sequence[str]], other: Sequence[Sequence[str]]) -> tuple[OtherRow, ...]:
    """Return the rows of ``other``, each beside the row of ``mine`` that it stands for: equal ones first, then those at the same place."""
    left, right = [tuple(map(str, row)) for row in mine], [tuple(map(str, row)) for row in other]
    found: list[OtherRow] = []
    for _kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        for place, row in enumerate(right[c:d]):
            beside = left[a + place] if a + place < b else None
            cells = tuple(
                (text, beside is None or text != (beside[number] if number < len(beside) else "")) for number, text in enumerate(row)
            )
            found.append(OtherRow(cells, a + place if beside is not None else None, min(a + place, b)))
    return tuple(found)
