"""How far a campaign has come: per team, per category, per unit. Counts what it is given, so callers pass visible assignments."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from inspections.models import Assignment, ChecklistItem, CheckResult
from inspections.models.campaign import AssignmentQuerySet, Method

S = Assignment.Status


@dataclass
class Bar:
    """Counts of one group of assignments, shown as a bar."""

    key: Any = None
    label: str = ""
    order: tuple[Any, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)
    on_site: int = 0

    @property
    def total(self) -> int:
        """All assignments of the group."""
        return sum(self.counts.values())

    @property
    def concluded(self) -> int:
        """Those that are complete."""
        return self.counts[S.CONCLUDED]

    @property
    def in_progress(self) -> int:
        """Those that have begun."""
        return self.counts[S.IN_PROGRESS]

    @property
    def planned(self) -> int:
        """Those that have not begun."""
        return self.counts[S.PLANNED]

    @property
    def written(self) -> int:
        """Those inspected by their written report."""
        return self.total - self.on_site

    @property
    def percent(self) -> int:
        """Concluded of all in per cent, rounded down: 100 means all."""
        return self.concluded * 100 // self.total if self.total else 0


def overall(assignments: AssignmentQuerySet) -> Bar:
    """Count all assignments."""
    bars = _bars(assignments, "campaign", "campaign__title")
    return bars[0] if bars else Bar()


def by_team(assignments: AssignmentQuerySet) -> list[Bar]:
    """Count by team in the teams' order; units without a team come last with the key ``None``."""
    return _bars(assignments, "team", "team__name", "team__order", nobody="未分组")


def by_category(assignments: AssignmentQuerySet) -> list[Bar]:
    """Count by category in the categories' order; units without one come last with the key ``None``."""
    return _bars(assignments, "category", "category__name", "category__order", nobody="未设类别")


def by_campaign(assignments: AssignmentQuerySet) -> dict[int, Bar]:
    """Count by campaign, for the list of campaigns."""
    return {bar.key: bar for bar in _bars(assignments, "campaign", "campaign__title")}


def _bars(assignments: AssignmentQuerySet, group: str, label: str, *order: str, nobody: str = "") -> list[Bar]:
    rows = assignments.order_by().values(group, label, *order, "status", "method").annotate(number=Count("pk"))
    bars: dict[Any, Bar] = {}
    for row in rows:
        key = row[group]
        place = (key is None, *(row[name] or 0 for name in order), key or 0)
        bar = bars.setdefault(key, Bar(key, row[label] or nobody, place))
        bar.counts[row["status"]] += row["number"]
        if row["method"] == Method.ON_SITE:
            bar.on_site += row["number"]
    return sorted(bars.values(), key=lambda bar: bar.order)


@dataclass(frozen=True)
class Answered:
    """How many of the required items of one unit are answered."""

    answered: int
    required: int

    @property
    def percent(self) -> int:
        """Answered of required in per cent; a unit of which nothing is required is complete."""
        return self.answered * 100 // self.required if self.required else 100


def answers(assignments: Iterable[Assignment]) -> dict[Any, Answered]:
    """Return the answered required items per assignment; three queries. The assignments' campaigns must have been read."""
    units = list(assignments)
    checklists = {unit.campaign.checklist_id for unit in units}
    items = (
        ChecklistItem.objects.filter(theme__checklist__in=checklists, is_required=True)
        .select_related("theme")
        .prefetch_related("categories")
    )
    asked: dict[int | None, list[tuple[int, set[int]]]] = defaultdict(list)
    for row in items:
        asked[row.theme.checklist_id].append((row.pk, {category.pk for category in row.categories.all()}))
    given: dict[Any, set[int]] = defaultdict(set)
    filled = Q(number__isnull=False) | Q(date__isnull=False) | ~Q(conformity="") | ~Q(text="")
    results = CheckResult.objects.filter(filled, assignment__in=[unit.pk for unit in units], item__is_required=True)
    for assignment, item in results.values_list("assignment", "item"):
        given[assignment].add(item)
    found = {}
    for unit in units:
        required = {key for key, only in asked[unit.campaign.checklist_id] if not only or unit.category_id in only}
        found[unit.pk] = Answered(len(required & given[unit.pk]), len(required))
    return found
