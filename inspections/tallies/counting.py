"""Counting sets of facts, such as what a user may see: grouped in the database, a few queries each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, IntegerField, QuerySet, When

from inspections.models import Assignment, Finding, Rectification
from inspections.models.finding import FindingQuerySet
from inspections.tallies.totals import Totals


class Facts(NamedTuple):
    """What is counted: three sets of rows."""

    assignments: QuerySet[Assignment]
    findings: FindingQuerySet
    duties: QuerySet[Rectification]


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
    totals.add_duty(status, issued=bool(issued), late=bool(late), due_on=due_on, number=number)
