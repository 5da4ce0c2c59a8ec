"""The facts themselves: frozen, comparable, ready to be written as JSON."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from reports.facts.found import NOTHING_JUDGED, Amount, Conformity, FindingFact


@dataclass(frozen=True)
class Header:
    """What a report says about the campaign as such."""

    id: int
    code: str
    title: str
    subject: str
    subject_short: str
    arrangement: str
    purpose: str
    year: int
    period: str
    body: str
    co_bodies: tuple[str, ...]
    starts_on: date
    ends_on: date
    cut_off_on: date
    checklist_name: str
    themes: int
    items: int

    @property
    def topic(self) -> str:
        """How a sentence speaks of the subject: the short form where there is one."""
        return self.subject_short or self.subject.removesuffix("情况")


@dataclass(frozen=True)
class Basis:
    """依据文件."""

    id: int
    issuer: str
    title: str
    number: str


@dataclass(frozen=True)
class Teams:
    """How many teams, how many people, and from which kinds of bodies they were seconded.

    ``bodies`` holds categories; ``named`` the organizations that have none, by name.
    """

    ids: tuple[int, ...] = ()
    people: int = 0
    bodies: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Category:
    """单位类别, as far as it was inspected. ``is_whole`` says whether all organizations of the category were in the scope."""

    id: int
    name: str
    label: str
    planned: int
    is_whole: bool = True


@dataclass(frozen=True)
class Unit:
    """One organization whose inspection is concluded."""

    id: int
    name: str
    short_name: str
    kind: str
    category: int
    assignment: str
    method: str
    activities: tuple[str, ...] = ()
    team: str = ""
    visit_on: date | None = None
    summary: str = ""


@dataclass(frozen=True)
class Unfinished:
    """One organization in the scope whose inspection is not concluded; it counts nowhere and is said to be missing."""

    assignment: str
    name: str
    category: int


@dataclass(frozen=True)
class Theme:
    """主题, with the heading under which a report speaks of it."""

    code: str
    name: str
    heading: str


@dataclass(frozen=True)
class Previous:
    """The campaign before: what this one is compared with."""

    code: str
    period: str
    units: int
    problems: int
    standards: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LedgerRow:
    """整改事项: one row of the ledger, as it stands. ``label`` is the state in words; ``findings`` are the problems that it answers."""

    id: str
    number: int
    unit: int
    content: str
    due_on: date
    requirement: str = ""
    measure: str = ""
    responsible: str = ""
    severity: str = "general"
    label: str = "待整改"
    is_with_unit: bool = True
    submitted_on: date | None = None
    is_closed: bool = False
    unit_name: str = ""
    findings: tuple[str, ...] = ()

    @property
    def asked(self) -> str:
        """What is to be done: what the notice requires, else the measure that was planned."""
        return self.requirement or self.measure

    def days_late(self, day: date) -> int:
        """By how many days it is late on ``day``; 0 when it is in time. What was handed in late stays late until it is closed out."""
        if self.is_closed:
            return 0
        until = day if self.is_with_unit else self.submitted_on or self.due_on
        return max((until - self.due_on).days, 0)


@dataclass(frozen=True)
class CampaignFacts:
    """Everything a report about a whole campaign rests on."""

    header: Header
    basis: tuple[Basis, ...] = ()
    teams: Teams = Teams()
    categories: tuple[Category, ...] = ()
    units: tuple[Unit, ...] = ()
    unfinished: tuple[Unfinished, ...] = ()
    themes: tuple[Theme, ...] = ()
    findings: tuple[FindingFact, ...] = ()
    amounts: tuple[Amount, ...] = ()
    conformity: tuple[tuple[int, str, Conformity], ...] = ()
    previous: Previous | None = None
    own_amounts: tuple[tuple[int, tuple[Amount, ...]], ...] = ()
    previous_problems: tuple[tuple[str, str, int], ...] = ()
    """Problems of the campaign before, by code and name of their theme: themes keep their codes across versions of a checklist."""
    ledger: tuple[LedgerRow, ...] = ()

    @cached_property
    def amounts_of(self) -> dict[int, tuple[Amount, ...]]:
        """What each organization reported itself, by its id; for good examples that are told with their own figures."""
        return dict(self.own_amounts)

    @cached_property
    def inspected(self) -> Counter[int]:
        """Concluded organizations per category."""
        return Counter(unit.category for unit in self.units)

    @cached_property
    def unit_of(self) -> dict[int, Unit]:
        """Concluded organizations by id."""
        return {unit.id: unit for unit in self.units}

    @cached_property
    def names(self) -> re.Pattern[str] | None:
        """Matches any name of an organization in the scope, long ones first; None when there is none."""
        known = {name for unit in self.units for name in (unit.name, unit.short_name)} | {row.name for row in self.unfinished}
        long_first = sorted((re.escape(name) for name in known if len(name) > 1), key=lambda name: (-len(name), name))
        return re.compile("|".join(long_first)) if long_first else None

    @cached_property
    def theme_of(self) -> dict[str, Theme]:
        """Themes by code."""
        return {theme.code: theme for theme in self.themes}

    def of_kind(self, kind: str) -> tuple[FindingFact, ...]:
        """Findings of one kind."""
        return tuple(finding for finding in self.findings if finding.kind == kind)

    def judged(self, *, category: int | None = None, theme: str | None = None) -> Conformity:
        """Conformity, of a category, of a theme, or of everything."""
        chosen = [c for cat, code, c in self.conformity if category in {None, cat} and theme in {None, code}]
        return sum(chosen, NOTHING_JUDGED)


@dataclass(frozen=True)
class OrganizationFacts:
    """Everything a document about one inspected organization rests on."""

    header: Header
    unit: Unit
    themes: tuple[Theme, ...] = ()
    findings: tuple[FindingFact, ...] = ()
    amounts: tuple[Amount, ...] = ()
    conformity: Conformity = NOTHING_JUDGED
    targets: tuple[tuple[str, Decimal], ...] = ()
    ledger: tuple[LedgerRow, ...] = ()
    quoted: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Paragraphs of its own report by theme code, where the office allows them to be used."""

    @cached_property
    def target_of(self) -> dict[str, Decimal]:
        """Targets of metrics by the code of the item."""
        return dict(self.targets)

    def of_kind(self, kind: str) -> tuple[FindingFact, ...]:
        """Findings of one kind, gravest first, then in the order of the checklist."""
        place = {theme.code: number for number, theme in enumerate(self.themes)}
        chosen = [finding for finding in self.findings if finding.kind == kind]
        return tuple(sorted(chosen, key=lambda f: (-f.gravity, place.get(f.theme, len(place)), f.text, f.id)))
