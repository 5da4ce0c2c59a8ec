"""Counting the facts themselves: what stands in a range of paths, or what a user may see. Grouped in the database, a few queries each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, When

from inspections.models import Assignment, Campaign, Finding, Rectification
from inspections.models.finding import FindingQuerySet
from inspections.tallies.totals import Totals
from units.models.organization import AFTER_ALL, STEP

Range = tuple[str, str]
RANGES_AT_ONCE = 80
"""Ranges in one condition: SQLite takes a thousand levels of a condition, and each range is a step of its own in either plan."""
Place = Callable[[str], str]


def whole(path: str) -> Range:
    """Return the range of everything at ``path`` and below it."""
    return path, path + AFTER_ALL


def gaps(path: str, children: Iterable[str]) -> Iterator[Range]:
    """Yield the ranges at ``path`` and below it that lie in none of ``children``: its own facts and those of children without a tally.

    Nothing fits between two steps that follow each other, so a node whose children all have tallies needs two ranges, however many it has.
    """
    start, before = path, ""
    for child in sorted(children):
        if before and int(before[-STEP:], 36) + 1 == int(child[-STEP:], 36):
            before, start = child, child + AFTER_ALL
            continue
        yield start, child
        before, start = child, child + AFTER_ALL
    yield start, path + AFTER_ALL


def in_ranges(ranges: Sequence[Range], field: str = "organization_path") -> Q:
    """Return the condition that ``field`` lies in one of ``ranges``."""
    condition = Q()
    for start, end in ranges:
        condition |= Q(**{f"{field}__gte": start, f"{field}__lt": end})
    return condition


def count_ranges(campaign: Campaign | int, ranges: Iterable[Range], place: Place) -> dict[str, Totals]:
    """Count the facts of ``campaign`` in ``ranges``, apart by what ``place`` makes of each fact's path."""
    found: dict[str, Totals] = defaultdict(Totals)
    rest = iter(ranges)
    while some := list(islice(rest, RANGES_AT_ONCE)):
        count(facts_in(Q(campaign=campaign) & in_ranges(some)), found, place)
    return found


class Facts(NamedTuple):
    """What is counted: three sets of rows."""

    assignments: QuerySet[Assignment]
    findings: FindingQuerySet
    duties: QuerySet[Rectification]


def facts_in(condition: Q) -> Facts:
    """Return all facts that fulfil a condition on campaign and path."""
    return Facts(Assignment.objects.filter(condition), Finding.objects.filter(condition), Rectification.objects.filter(condition))


def count(facts: Facts, found: dict[Any, Totals], place: Callable[[Any], Any], by: str = "organization_path") -> None:
    """Add what the three sets hold to ``found``, under what ``place`` makes of the column ``by``. Six queries."""
    tally = _Adder(found, place, by)
    tally.add(facts.assignments, ("category", "team", "status"), _unit)
    standing = facts.findings.filter(withdrawn_at__isnull=True)
    tally.add(standing, ("theme", "kind", "severity", "item", "standard", "assignment__team"), _finding)
    problems = standing.filter(kind=Finding.Kind.PROBLEM)
    concluded = problems.filter(standard__isnull=False, assignment__status=Assignment.Status.CONCLUDED)
    tally.add(concluded, ("standard", "assignment__category"), _having, Count("assignment", distinct=True))
    # Against the few that were ever closed out: without one of them nothing recurs.
    closed = Rectification.objects.filter(status=Rectification.Status.CLOSED).values("organization")
    tally.add(problems.filter(organization__in=closed).recurring(), ("theme",), _recurring)
    yes = IntegerField()
    issued = Case(When(issued_at__isnull=True, then=0), default=1, output_field=yes)
    late = Case(When(status=Rectification.Status.SUBMITTED, submitted_on__gt=F("due_on"), then=1), default=0, output_field=yes)
    ledger = facts.duties.filter(merged_into__isnull=True, withdrawn_at__isnull=True).annotate(is_issued=issued, is_late=late)
    tally.add(ledger, ("status", "is_issued", "is_late", "due_on"), _duty)
    tally.remember(standing.filter(kind=Finding.Kind.GOOD_PRACTICE))


Add = Callable[[Totals, Sequence[Any], int], None]


class _Adder:
    """Adds grouped rows to the totals of their places."""

    def __init__(self, found: dict[Any, Totals], place: Callable[[Any], Any], by: str) -> None:
        self.found, self.place, self.by = found, place, by

    def add(self, rows: QuerySet[Any], names: tuple[str, ...], add: Add, number: Count | None = None) -> None:
        grouped = rows.order_by().values_list(self.by, *names).annotate(number=number or Count("pk"))
        for row in grouped.iterator():
            add(self.found[self.place(row[0])], row[1:-1], row[-1])

    def remember(self, practices: FindingQuerySet) -> None:
        for key, recorded_at, finding in practices.order_by().values_list(self.by, "recorded_at", "pk").iterator():
            self.found[self.place(key)].remember(recorded_at, finding)


def _unit(totals: Totals, key: Sequence[Any], number: int) -> None:
    category, team, status = key
    totals.parts["coverage"][category, status] += number
    totals.parts["teams"][team, status] += number


def _finding(totals: Totals, key: Sequence[Any], number: int) -> None:
    theme, kind, severity, item, standard, team = key
    totals.parts["found"][theme, kind, severity] += number
    if kind != Finding.Kind.PROBLEM:
        return
    totals.parts["team_problems"][(team,)] += number
    if item is not None:
        totals.parts["items"][(item,)] += number
    if standard is not None:
        totals.parts["noted"][(standard,)] += number


def _having(totals: Totals, key: Sequence[Any], number: int) -> None:
    totals.parts["having"][key[0], key[1]] += number


def _recurring(totals: Totals, key: Sequence[Any], number: int) -> None:
    totals.parts["recurring"][(key[0],)] += number


def _duty(totals: Totals, key: Sequence[Any], number: int) -> None:
    status, issued, late, due_on = key
    totals.parts["ledger"][status, issued] += number
    if issued and status in Rectification.WITH_UNIT:
        totals.parts["deadlines"][(due_on.isoformat(),)] += number
    if late:
        totals.parts["late"][(status,)] += number
