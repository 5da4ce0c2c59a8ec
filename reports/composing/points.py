"""Points: what is told about one merged problem or risk, and the sentences that tell it."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from reports.composing.draft import share_row
from reports.composing.phrases import Spread, example_of, in_own_words, problem_clause, spread_of, unnamed
from reports.composing.spec import Style
from reports.facts.found import PROBLEM, Group
from reports.facts.grouping import normalised
from reports.facts.values import CampaignFacts, Theme
from reports.wording import FEW, GENERAL, MOST, SOME, clause, list_text, sentence

_WORDS = (GENERAL, MOST, SOME, FEW)
_MOST_NAMES = 10
_CLOSED = ("的问题", "集中", "严重")


@dataclass(frozen=True)
class Point:
    """One merged problem as it is told; everything the text uses and nothing else."""

    key: str
    kind: str
    theme: str
    heading: str
    wording: str
    spread: Spread
    gravity: int
    serious: int
    example: str
    causes: tuple[tuple[str, int], ...]
    usual_cause: str
    ids: tuple[str, ...]
    names: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How the arithmetic calls it."""
        return self.heading or self.wording

    def rows(self, style: Style) -> list[dict[str, Any]]:
        """The counting behind what is said of it in full."""
        grave = [share_row(f"{self.name}：情况严重", self.serious, self.spread.share.n, f"{self.serious}个")] if self.serious else []
        return [self.spread.row(self.name, style), *grave]

    def asked_word(self, style: Style) -> str:
        """How common it is among all organizations to which it applies, by which problems are ranked and chosen."""
        return style.word(self.spread.asked.n, self.spread.asked.of)

    def rank(self, style: Style) -> tuple[Any, ...]:
        """The most spread first, by word; within a word by share, where what is 较重 weighs twice and what is 严重 three times."""
        weight = self.spread.asked.value * (1 + self.gravity)
        return (_WORDS.index(self.asked_word(style)), -weight, -self.gravity, self.heading, self.wording)


def point_of(group: Group, facts: CampaignFacts, style: Style) -> Point:
    """Return what a report says about ``group``. Words that inspectors typed lose the names of organizations."""
    shown = example_of(group, facts)
    noted = Counter(unnamed(clause(finding.cause), facts) for finding in group.findings if finding.cause)
    theme = facts.theme_of.get(group.theme)
    return Point(
        key=f"{group.theme}.{group.key or hashlib.sha256(normalised(group.wording).encode()).hexdigest()[:12]}",
        kind=group.kind,
        theme=theme.name if theme else group.theme,
        heading=clause(group.heading),
        wording=clause(group.wording) if group.standard else unnamed(clause(group.wording), facts),
        spread=spread_of(group, facts, style),
        gravity=group.gravity,
        serious=len({finding.unit for finding in group.findings if finding.severity == "serious"}),
        example=unnamed(in_own_words(shown, facts), facts) if shown else "",
        causes=tuple(sorted(noted.items(), key=lambda pair: (-pair[1], pair[0]))),
        usual_cause=clause(group.standard.cause) if group.standard else "",
        ids=group.ids,
        names=tuple(facts.unit_of[unit].name for unit in group.units) if style.names_units else (),
    )


def by_theme(groups: tuple[Group, ...], facts: CampaignFacts, style: Style) -> list[tuple[Theme, list[Point]]]:
    """Return themes with their points; the theme in which the most organizations have a problem comes first."""
    concerned: dict[str, set[int]] = {}
    for group in groups:
        concerned.setdefault(group.theme, set()).update(group.units)
    codes = {theme.code: place for place, theme in enumerate(facts.themes)}
    order = sorted(concerned, key=lambda code: (-len(concerned[code]), codes.get(code, len(codes)), code))
    themes = []
    for code in order:
        points = [point_of(group, facts, style) for group in groups if group.theme == code]
        themes.append((facts.theme_of.get(code, Theme(code, code, code)), sorted(points, key=lambda point: point.rank(style))))
    return themes


# --- sentences ---------------------------------------------------------------------------------------------------------------


def point_text(point: Point, style: Style, *, with_example: bool = True) -> str:
    """Return one problem as a sentence: who, what, where it is crowded, how grave, an example."""
    names = f"（{list_text(point.names[:_MOST_NAMES])}{'等' if len(point.names) > _MOST_NAMES else ''}）" if point.names else ""
    text = problem_clause(point.wording, point.spread, style) + names
    text += f"，在{point.spread.crowded}较为集中" if point.spread.crowded and point.spread.word(style) != FEW else ""
    text += _serious_text(point) if point.kind == PROBLEM else _dangerous_text(point)
    example = f"有的单位{point.example}" if point.example and with_example else ""
    return sentence(text, "；" if example and text.endswith(_CLOSED) else "，", example)


def _serious_text(point: Point) -> str:
    if not point.serious:
        return ""
    if point.serious < point.spread.share.n:
        return f"，其中{point.serious}个单位情况严重"
    return "，情况严重"


def _dangerous_text(point: Point) -> str:
    return "，需重点防范" if point.serious else ""


def named_text(named: list[Point], style: Style, pattern: str, noun: str) -> str:
    """Tell points by their headings only, those of one quantifier together; all are counted among the whole."""
    ranked = sorted(named, key=lambda point: _WORDS.index(point.spread.whole_word(style)))
    clauses: list[str] = []
    for word, members in groupby(ranked, key=lambda point: point.spread.whole_word(style)):
        headings = [point.heading for point in members]
        whom = f"{'绝大多数' if word == GENERAL else word}单位"
        what = "、".join(headings) + (f"等{noun}" if len(headings) > 1 else f"的{noun}")
        told = pattern.format(whom=whom, what=what) if not clauses else f"{whom}还存在{what}"
        clauses.append(told.replace("还存在", "还有", 1) if "存在" in what else told)
    return sentence("，".join(clauses))
