"""What may honestly be said of a whole, derived from the judgements (docs/decisions/0006)."""

from __future__ import annotations

from typing import Any

from reports.composing.draft import share_row
from reports.facts.found import Conformity
from reports.wording import list_text, percent_text

APPRAISALS = ((0.80, 0.95, "总体良好"), (0.60, 0.85, "总体较好"), (0.0, 0.70, "总体一般"))
"""Lowest share of 符合, lowest share of 符合 and 基本符合 together, and the word for it; the first that fits holds."""
POOR = "与要求相比还有较大差距"
APART = 0.05
"""How far a theme must be from the mean to be called strong or weak."""
ENOUGH = 10
"""Judgements that a theme needs to be compared at all."""


def appraisal_word(judged: Conformity, *, is_grave: bool = False) -> str:
    """Return the word for the whole; never the best one where something grave was found.

    Raises ``ZeroDivisionError`` when nothing was judged.
    """
    conforming, met = judged.conforming / judged.judged, judged.met / judged.judged
    words = APPRAISALS[1:] if is_grave else APPRAISALS
    return next((word for least, least_met, word in words if conforming >= least and met >= least_met), POOR)


def _answers(judged: Conformity) -> list[tuple[str, int]]:
    named = (("符合", judged.conforming), ("基本符合", judged.mostly), ("不符合", judged.not_conforming))
    return [(word, n) for word, n in named if n]


def judged_text(judged: Conformity, measure: str = "项次") -> str:
    """Return the judgements in figures; answers that did not occur are left out."""
    if judged.conforming == judged.judged:
        return f"{judged.judged}{measure}，均为符合"
    shares = [f"{word}{n}{measure}、占{percent_text(n, judged.judged)}" for word, n in _answers(judged)]
    return f"{judged.judged}{measure}，其中{'，'.join(shares)}"


def judged_rows(judged: Conformity, what: str = "符合性判断") -> list[dict[str, Any]]:
    """The counting behind ``judged_text``."""
    return [share_row(f"{what}：{word}", n, judged.judged, percent_text(n, judged.judged)) for word, n in _answers(judged)]


def strong_and_weak(scores: list[tuple[str, Conformity]]) -> tuple[list[str], list[str]]:
    """Return at most two themes clearly above the mean and two clearly below it, by the share of 符合."""
    total = sum((judged for _name, judged in scores), Conformity())
    if not total.judged:
        return [], []
    mean = total.conforming / total.judged
    shares = [(judged.conforming / judged.judged, name) for name, judged in scores if judged.judged >= ENOUGH]
    strong = [name for share, name in sorted(shares, key=lambda pair: -pair[0]) if share >= mean + APART]
    weak = [name for share, name in sorted(shares, key=lambda pair: pair[0]) if share <= mean - APART]
    return strong[:2], weak[:2]


def contrast_text(scores: list[tuple[str, Conformity]]) -> str:
    """Return a clause that says which themes stand out; empty when none does."""
    strong, weak = strong_and_weak(scores)
    parts = (f"{list_text(strong)}方面情况较好" if strong else "", f"{list_text(weak)}方面相对薄弱" if weak else "")
    return "，".join(part for part in parts if part)
