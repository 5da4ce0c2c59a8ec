"""What was found and answered: findings, merged findings, sums of metrics, judgements."""

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
    """One standing finding of a concluded inspection. ``applies_to`` holds the categories its item asks; empty means all.

    ``recurs``: a problem at the same item had been closed out at this organization before (屡查屡犯).
    """

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
    recurs: bool = False

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

    ``by_category`` lists only categories where it occurs, ``asked`` all to which it applies. ``wording`` is the standard's, or the words of
    the first finding.
    """

    kind: str
    theme: str
    wording: str
    share: Share
    by_category: tuple[tuple[int, Share], ...]
    asked: tuple[int, ...]
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
        """Ids of its findings, in one order whatever their gravity."""
        return tuple(sorted(finding.id for finding in self.findings))


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


NOTHING_JUDGED = Conformity()
