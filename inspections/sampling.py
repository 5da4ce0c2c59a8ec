"""抽查: which closed rows are looked at again. Pure: the same rows, rule and seed always give the same sample, on any machine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """A closed row as the draw knows it."""

    reference: str
    severity: str


def ticket(seed: str, reference: str) -> str:
    """Return the lot of a row: SHA-256 over seed and number, both printed on the page, so that anybody can draw it again."""
    return hashlib.sha256(f"{seed}:{reference}".encode()).hexdigest()


def draw(candidates: Sequence[Candidate], *, share: int, severities: Sequence[str], seed: str) -> list[str]:
    """Return the numbers of the rows drawn, sorted: all of ``severities``, and of the rest ``share`` per cent, rounded up.

    The rest is taken in the order of its lots, the smallest first.
    """
    always = [one.reference for one in candidates if one.severity in severities]
    rest = sorted((one.reference for one in candidates if one.severity not in severities), key=lambda ref: ticket(seed, ref))
    number = -(-len(rest) * share // 100)
    return sorted([*always, *rest[:number]])
