"""What the leaders' page shows, as plain values: each figure with the list behind it."""

from __future__ import annotations

from dataclasses import dataclass

from inspections.models import Campaign
from reports.dashboard.addresses import Figure
from reports.dashboard.counts import Duties


@dataclass(frozen=True)
class ProgressRow:
    """How far one group of assignments has come."""

    label: str
    total: Figure
    concluded: Figure
    in_progress: Figure
    planned: Figure
    percent: int
    problems: Figure | None = None

    @property
    def percent_text(self) -> str:
        """The share with its sign."""
        return f"{self.percent}%"


@dataclass(frozen=True)
class ThemeRow:
    """What was found on one theme; ``severities`` are those of the problems, from light to grave."""

    label: str
    problems: Figure
    severities: tuple[Figure, ...]
    risk_points: Figure
    good_practices: Figure
    total: Figure
    code: str = ""


@dataclass(frozen=True)
class SpreadRow:
    """One problem and at how many of the inspected organizations it was found, of those whose category is asked about it."""

    heading: str
    wording: str
    n: int
    of: int
    word: str
    findings: Figure

    @property
    def percent(self) -> int:
        """The share in per cent, rounded."""
        return round(self.n * 100 / self.of)


@dataclass(frozen=True)
class ComparisonRow:
    """One count of this campaign beside the last one's."""

    label: str
    now: Figure
    before: Figure

    @property
    def change(self) -> int:
        """By how much it rose; negative when it fell."""
        return self.now.number - self.before.number

    @property
    def fall(self) -> int:
        """By how much it fell, for a sentence that says so."""
        return -self.change


@dataclass(frozen=True)
class KeyFigures:
    """The few figures that come first."""

    covered: ProgressRow
    problems: Figure
    serious: Figure
    risk_points: Figure
    good_practices: Figure
    duties: Duties


@dataclass(frozen=True)
class Board:
    """Everything on the leaders' page."""

    campaign: Campaign
    previous: Campaign | None
    coverage: tuple[ProgressRow, ...]
    key: KeyFigures
    themes: tuple[ThemeRow, ...]
    found: ThemeRow
    spread: tuple[SpreadRow, ...]
    teams: tuple[ProgressRow, ...]
    comparison: tuple[ComparisonRow, ...]
    theme_comparison: tuple[ComparisonRow, ...]
