"""The facts themselves: frozen, comparable, ready to be written as JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

PROBLEM, RISK_POINT, GOOD_PRACTICE = "problem", "risk_point", "good_practice"
SEVERITIES = {"general": "一般", "notable": "较重", "serious": "严重"}
"""From light to grave; the position is the weight."""
_GRAVITY = {name: weight for weight, name in enumerate(SEVERITIES)}


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
class Standard:
    """规范表述 as it stands in the library now."""

    code: str
    wording: str
    heading: str = ""
    cause: str = ""
    measure_heading: str = ""
    measure: str = ""
    lead_body: str = ""


@dataclass(frozen=True)
class FindingFact:
    """One standing finding of a concluded inspection. ``applies_to`` holds the categories its item asks; empty means all."""

    id: str
    kind: str
    unit: int
    category: int
    theme: str
    text: str
    severity: str = "general"
    cause: str = ""
    measure: str = ""
    standard: Standard | None = None
    applies_to: frozenset[int] = frozenset()

    @property
    def gravity(self) -> int:
        """0 一般, 1 较重, 2 严重."""
        return _GRAVITY[self.severity]


@dataclass(frozen=True)
class Share:
    """``n`` of ``of`` organizations."""

    n: int
    of: int

    @property
    def value(self) -> float:
        """The share, 0 to 1."""
        return self.n / self.of if self.of else 0.0


@dataclass(frozen=True)
class Group:
    """Findings that say the same: one problem of the report, with how many of the organizations asked have it.

    ``by_category`` lists only categories where it occurs. ``wording`` is the standard's, or the words of the first finding.
    """

    kind: str
    theme: str
    wording: str
    share: Share
    by_category: tuple[tuple[int, Share], ...]
    findings: tuple[FindingFact, ...]
    standard: Standard | None = None

    @property
    def key(self) -> str:
        """The standard's code; empty for a finding in free words."""
        return self.standard.code if self.standard else ""

    @property
    def heading(self) -> str:
        """The standard's short heading, if any."""
        return self.standard.heading if self.standard else ""

    @cached_property
    def gravity(self) -> int:
        """The gravest of its findings."""
        return max(finding.gravity for finding in self.findings)

    @cached_property
    def units(self) -> tuple[int, ...]:
        """Organizations concerned, each once."""
        return tuple(dict.fromkeys(finding.unit for finding in self.findings))

    @cached_property
    def severities(self) -> Counter[str]:
        """How many findings of each severity."""
        return Counter(finding.severity for finding in self.findings)

    def causes(self) -> list[str]:
        """Causes that were noted, the most frequent first, each once."""
        noted = Counter(finding.cause for finding in self.findings if finding.cause)
        return [cause for cause, _ in sorted(noted.items(), key=lambda pair: (-pair[1], pair[0]))]

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of its findings."""
        return tuple(finding.id for finding in self.findings)


@dataclass(frozen=True)
class Amount:
    """One metric over the organizations of one category: the sum of what was reported."""

    category: int
    theme: str
    item: str
    phrase: str
    unit: str
    cut_off_on: date
    values: tuple[Decimal, ...]
    results: tuple[str, ...]
    is_approximate: bool
    asked: int

    @property
    def total(self) -> Decimal:
        """The sum of the values."""
        return sum(self.values, Decimal(0))

    @property
    def reported(self) -> int:
        """How many organizations reported a value."""
        return len(self.values)

    @property
    def is_rate(self) -> bool:
        """Whether values are percentages, which are averaged and never summed."""
        return self.unit in {"%", "％", "‰"}


@dataclass(frozen=True)
class Conformity:
    """Answers to items that ask for a judgement; 不适用 is left out."""

    conforming: int = 0
    mostly: int = 0
    not_conforming: int = 0

    @property
    def judged(self) -> int:
        """How many judgements were made."""
        return self.conforming + self.mostly + self.not_conforming

    @property
    def met(self) -> int:
        """符合 and 基本符合 together."""
        return self.conforming + self.mostly

    def __add__(self, other: Conformity) -> Conformity:
        """Add up."""
        return Conformity(self.conforming + other.conforming, self.mostly + other.mostly, self.not_conforming + other.not_conforming)


@dataclass(frozen=True)
class Previous:
    """The campaign before: what this one is compared with."""

    code: str
    period: str
    units: int
    problems: int
    standards: frozenset[str] = frozenset()


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

    @cached_property
    def inspected(self) -> Counter[int]:
        """Concluded organizations per category."""
        return Counter(unit.category for unit in self.units)

    @cached_property
    def unit_of(self) -> dict[int, Unit]:
        """Concluded organizations by id."""
        return {unit.id: unit for unit in self.units}

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
        return sum(chosen, Conformity())


@dataclass(frozen=True)
class OrganizationFacts:
    """Everything a document about one inspected organization rests on."""

    header: Header
    unit: Unit
    themes: tuple[Theme, ...] = ()
    findings: tuple[FindingFact, ...] = ()
    amounts: tuple[Amount, ...] = ()
    conformity: Conformity = Conformity()

    def of_kind(self, kind: str) -> tuple[FindingFact, ...]:
        """Findings of one kind, gravest first, then in the order of the checklist."""
        place = {theme.code: number for number, theme in enumerate(self.themes)}
        chosen = [finding for finding in self.findings if finding.kind == kind]
        return tuple(sorted(chosen, key=lambda f: (-f.gravity, place.get(f.theme, len(place)), f.text, f.id)))
