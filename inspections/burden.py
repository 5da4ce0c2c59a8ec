"""基层负担提示: how often each organization was asked for something in twelve months, how long this round takes it, what it is asked again.

An estimate for the office before it asks, not a mark for anybody: rows stand in the order of the directory.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count

from inspections.models import Assignment, BurdenSetting, Campaign, ChecklistItem, CheckResult, Submission, SubmissionRequest
from inspections.models.campaign import AssignmentQuerySet, Method

YEAR = timedelta(days=365)
HOUR = 60


@dataclass(frozen=True)
class Load:
    """What one organization bears. ``asks`` counts this round too; ``again`` are the numbers it gave within the year already."""

    assignment: Assignment
    visits: int
    reports: int
    minutes: int
    again: tuple[str, ...]
    is_over: bool

    @property
    def asks(self) -> int:
        """Inspections and reports together."""
        return self.visits + self.reports

    @property
    def time(self) -> str:
        """The minutes as people say them."""
        return time_text(self.minutes)


@dataclass(frozen=True)
class Overview:
    """The whole campaign in a few figures."""

    loads: tuple[Load, ...]
    most_asks: int

    @property
    def minutes(self) -> int:
        """Minutes of all organizations together."""
        return sum(row.minutes for row in self.loads)

    @property
    def time(self) -> str:
        """The same in words."""
        return time_text(self.minutes)

    @property
    def average(self) -> str:
        """Minutes of one organization on the average, in words."""
        return time_text(round(self.minutes / len(self.loads))) if self.loads else "—"

    @property
    def over(self) -> int:
        """How many organizations are asked as often as the office wants to be told of, or more."""
        return sum(row.is_over for row in self.loads)

    @property
    def asked_again(self) -> int:
        """How many organizations are asked for numbers that they gave within the year."""
        return sum(bool(row.again) for row in self.loads)


def time_text(minutes: int) -> str:
    """Return minutes as people say them: 45 分钟, 3.5 小时."""
    if minutes < HOUR:
        return f"{minutes} 分钟"
    return f"{minutes / HOUR:.1f}".removesuffix(".0") + " 小时"


def setting() -> BurdenSetting:
    """Return the one row of settings; what nobody has set has its default."""
    return BurdenSetting.objects.order_by("pk").first() or BurdenSetting()


def overview(campaign: Campaign, assignments: AssignmentQuerySet) -> Overview:
    """Return the load of each of ``assignments``, in the order of the directory; a number of queries that does not grow."""
    rows = list(assignments.select_related("organization", "category").order_by("organization_path"))
    settings = setting()
    request = SubmissionRequest.objects.filter(campaign=campaign).first()
    visits, reports = _asked_before(campaign, rows, request)
    numbers, asked = _items(campaign)
    given = _given(campaign, rows)
    loads = []
    for row in rows:
        wanted = [item for item in numbers if not asked[item.pk] or row.category_id in asked[item.pk]]
        known = given[row.organization_id]
        reporting = row.method == Method.WRITTEN or bool(request and request.includes_on_site)
        minutes = len(row.activities) * settings.minutes_visit
        if reporting:
            # Numbers of the last round are shown beside, but every one has to be looked at.
            minutes += settings.minutes_report + len(wanted) * settings.minutes_number
        if row.method == Method.ON_SITE:
            own = sum(not only or row.category_id in only for only in asked.values())
            minutes += own * settings.minutes_other
        again = tuple(item.question for item in wanted if item.code in known)
        count = visits[row.organization_id] + reports[row.organization_id]
        loads.append(Load(row, visits[row.organization_id], reports[row.organization_id], minutes, again, count >= settings.most_asks))
    return Overview(tuple(loads), settings.most_asks)


def _asked_before(campaign: Campaign, rows: list[Assignment], request: SubmissionRequest | None) -> tuple[Counter[int], Counter[int]]:
    """Inspections and reports asked of each organization in the year up to this round, this round included."""
    window = {"campaign__starts_on__gt": campaign.starts_on - YEAR, "campaign__starts_on__lte": campaign.starts_on}
    keys = [row.organization_id for row in rows]
    others = Assignment.objects.filter(organization__in=keys, campaign__status__in=Campaign.STARTED, **window).exclude(campaign=campaign)
    visits = Counter(dict(others.order_by().values_list("organization").annotate(Count("pk"))))
    told = Submission.objects.filter(organization__in=keys, **window).exclude(campaign=campaign)
    reports = Counter(dict(told.order_by().values_list("organization").annotate(Count("pk"))))
    visits.update(keys)
    if request:
        reports.update(row.organization_id for row in rows if row.method == Method.WRITTEN or request.includes_on_site)
    return visits, reports


def _items(campaign: Campaign) -> tuple[list[ChecklistItem], dict[int, set[int]]]:
    """The items that ask for a number, and for each item of the checklist the categories that it asks (empty: all)."""
    items = list(ChecklistItem.objects.filter(theme__checklist=campaign.checklist_id).prefetch_related("categories"))
    asked = {item.pk: {category.pk for category in item.categories.all()} for item in items}
    return [item for item in items if item.answer_kind == ChecklistItem.AnswerKind.NUMBER], asked


def _given(campaign: Campaign, rows: list[Assignment]) -> dict[int, set[str]]:
    """Codes of the numbers that each organization gave in other rounds of the year."""
    results = CheckResult.objects.filter(
        assignment__organization__in=[row.organization_id for row in rows],
        assignment__campaign__starts_on__gt=campaign.starts_on - YEAR,
        assignment__campaign__starts_on__lt=campaign.starts_on,
        number__isnull=False,
    ).exclude(assignment__campaign=campaign)
    found: dict[int, set[str]] = defaultdict(set)
    pairs: Any = results.values_list("assignment__organization", "item__code")
    for organization, code in pairs:
        found[organization].add(code)
    return found
