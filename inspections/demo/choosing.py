"""Decides what was found where: which organizations have which problems, risk points and good practices."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from inspections.demo.checklist import Sheet
from inspections.demo.district import PUBLISHING, SEATS
from inspections.demo.identity import chance
from inspections.demo.practices import PRACTICES
from inspections.demo.standards import WORDINGS, Kind
from inspections.demo.wording import Wording
from units.models import PartyOrganization

SCREEN_ITEMS = {"T3-2"}
LECTURE_ITEMS = {"T3-3"}
BELOW_ITEMS = {"T1-5", "T1-7"}
"""Asked about Party organizations below, of which a branch has none."""
ACCOUNT_ITEMS = {"T5-2", "T5-3", "T5-4", "T5-5"}
WITHOUT_SCREEN, WITHOUT_LECTURES, WITHOUT_ACCOUNTS = 0.12, 0.18, {"社区": 0.5, "": 1.0}
"""How likely a body has no such thing; towns have everything, and communities and grid branches seldom run accounts."""
MOST_PROBLEMS = 4

_TAGS = {seat.code: seat.tags for seat in SEATS}
_KINDS = {seat.code: seat.kind for seat in SEATS}


@dataclass
class Place:
    """One inspected organization while it is decided what was found there."""

    code: str
    category: str
    round: int
    scale: float = 1.0
    not_applicable: set[str] = field(default_factory=set)
    problems: list[Wording] = field(default_factory=list)
    risks: list[Wording] = field(default_factory=list)
    practices: list[Wording] = field(default_factory=list)

    def __post_init__(self) -> None:
        dice = chance("traits", self.code)
        self.weakness = dice.uniform(0.4, 1.9)
        if self.category != "镇街":
            self.not_applicable |= SCREEN_ITEMS if dice.random() < WITHOUT_SCREEN else set()
            self.not_applicable |= LECTURE_ITEMS if dice.random() < WITHOUT_LECTURES else set()
        if _KINDS[self.code] == PartyOrganization.Kind.BRANCH:
            self.not_applicable |= BELOW_ITEMS
        if PUBLISHING not in _TAGS[self.code] and dice.random() < WITHOUT_ACCOUNTS.get(self.category, 0.25):
            self.not_applicable |= ACCOUNT_ITEMS

    def may_have(self, wording: Wording, sheet: Sheet) -> bool:
        """Whether the wording makes sense here: the item is asked and applies, and the wording fits this kind of body."""
        asked = {item.code for item in sheet.asked_of(self.category)}
        fits = not wording.categories or self.category in wording.categories
        return fits and wording.item in asked and wording.item not in self.not_applicable

    @property
    def blamed_items(self) -> set[str]:
        """Items on which a problem or risk point was noted."""
        return {wording.item for wording in (*self.problems, *self.risks)}


def decide(places: list[Place], sheet: Sheet, seed: str) -> None:
    """Fill ``problems``, ``risks`` and ``practices`` of all places so that the shares of the wordings come out."""
    for kind, most in ((Kind.PROBLEM, MOST_PROBLEMS), (Kind.RISK_POINT, 1)):
        # The wide-spread ones first, while everybody may still be given one.
        for wording in sorted(WORDINGS[kind], key=lambda wording: -wording.share[places[0].round]):
            _spread(wording, kind, places, sheet, most=most, seed=seed)
    _praise(places, sheet, seed)


def _spread(wording: Wording, kind: str, places: list[Place], sheet: Sheet, *, most: int, seed: str) -> None:
    able = [place for place in places if place.may_have(wording, sheet)]
    wanted = round(min(1.0, places[0].scale * wording.share[places[0].round]) * len(able)) if able else 0
    free = [
        place
        for place in able
        if wording.item not in place.blamed_items and len(place.problems if kind == Kind.PROBLEM else place.risks) < most
    ]
    for place in _drawn(free, wanted, chance(seed, wording.code), lambda place: place.weakness**2):
        (place.problems if kind == Kind.PROBLEM else place.risks).append(wording)


def _drawn(places: list[Place], wanted: int, dice: Random, weight: Callable[[Place], float]) -> list[Place]:
    """Draw ``wanted`` places without putting any back, heavier ones more often (Efraimidis and Spirakis)."""
    keys = {id(place): dice.random() ** (1 / weight(place)) for place in places}
    drawn = sorted(places, key=lambda place: -keys[id(place)])[:wanted]
    return sorted(drawn, key=lambda place: place.code)


def _praise(places: list[Place], sheet: Sheet, seed: str) -> None:
    """Give every place one good practice and towns two, in turn over the themes so that each category shows all of them."""
    used: dict[str, Counter[str]] = defaultdict(Counter)
    for place in places:
        dice = chance(seed, "praise", place.code)
        count = 2 if place.category == "镇街" else 1
        for _ in range(count):
            wording = _next_praise(place, sheet, used[place.category], dice)
            if wording is None:
                break
            used[place.category].update((wording.theme, wording.code))
            place.practices.append(wording)


def _next_praise(place: Place, sheet: Sheet, used: Counter[str], dice: Random) -> Wording | None:
    barred = {*place.blamed_items, *(wording.item for wording in place.practices)}
    # Who has a problem in a theme is not praised for it, unless nothing else is left.
    blamed_themes = {wording.theme for wording in place.problems}
    able = [
        wording for wording in PRACTICES if wording.share[place.round] and wording.item not in barred and place.may_have(wording, sheet)
    ]
    chosen = [wording for wording in able if wording.theme not in blamed_themes] or able
    return min(chosen, key=lambda wording: (used[wording.theme], used[wording.code], dice.random()), default=None)
