"""Counting the facts in many ranges of paths at once, each found along the index, none joined.

The databases believe that a range holds one row in two hundred, and read whole tables when another one is joined or when many ranges
stand in one condition. So each range is a step of its own, and what belongs together is put together here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connections, models, router

from inspections.models import Assignment, Finding, Rectification
from inspections.tallies.totals import PARTS, Totals
from units.models.organization import AFTER_ALL, STEP

Range = tuple[int, str, str]
"""A campaign, and where in it a range of paths begins and ends."""
Place = Callable[[int, str], Any]
RANGES_AT_ONCE = 300
IDS_AT_ONCE = 2000
CONCLUDED, CLOSED = Assignment.Status.CONCLUDED.value, Rectification.Status.CLOSED.value
PROBLEM, GOOD_PRACTICE = Finding.Kind.PROBLEM.value, Finding.Kind.GOOD_PRACTICE.value
OF_FINDINGS = {"found", "team_problems", "items", "noted", "having", "practices"}
OF_DUTIES = {"ledger", "deadlines", "late"}


def whole(campaign: int, path: str) -> Range:
    """Return the range of everything at ``path`` and below it."""
    return campaign, path, path + AFTER_ALL


def gaps(campaign: int, path: str, children: Iterable[str]) -> Iterator[Range]:
    """Yield the ranges at ``path`` and below it that lie in none of ``children``: its own facts and those of children without a tally.

    Nothing fits between two steps that follow each other, so a node whose children all have tallies needs two ranges, however many it has.
    """
    start, before = path, ""
    for child in sorted(children):
        if before and int(before[-STEP:], 36) + 1 == int(child[-STEP:], 36):
            before, start = child, child + AFTER_ALL
            continue
        yield campaign, start, child
        before, start = child, child + AFTER_ALL
    yield campaign, start, path + AFTER_ALL


def count_ranges(ranges: Iterable[Range], place: Place, parts: Collection[str] = tuple(PARTS)) -> dict[Any, Totals]:
    """Count the facts in ``ranges``, apart by what ``place`` makes of each one's campaign and path.

    Other ``parts`` than those asked for may be counted too. At most five queries for each 300 ranges.
    """
    found: dict[Any, Totals] = defaultdict(Totals)
    rest = iter(ranges)
    while some := list(islice(rest, RANGES_AT_ONCE)):
        _Batch(some, place, found).count(set(parts))
    return found


class _Batch:
    """As many ranges as one statement takes."""

    def __init__(self, ranges: Sequence[Range], place: Place, found: dict[Any, Totals]) -> None:
        self.ranges, self.place, self.found = ranges, place, found
        self.units: dict[tuple[int, int], tuple[int | None, int | None, str]] = {}
        """Category, team and state by campaign and organization, which is inspected once in a campaign."""

    def count(self, parts: set[str]) -> None:
        self._assignments()
        if parts & OF_FINDINGS:
            self._findings()
        if "recurring" in parts:
            self._recurring()
        if parts & OF_DUTIES:
            self._duties()

    def _assignments(self) -> None:
        columns = "organization_id, category_id, team_id, status"
        for campaign, path, organization, category, team, status in rows_in(Assignment, self.ranges, columns):
            parts = self.found[self.place(campaign, path)].parts
            parts["coverage"][category, status] += 1
            parts["teams"][team, status] += 1
            self.units[campaign, organization] = category, team, status

    def _findings(self) -> None:
        having: set[tuple[int, int, int]] = set()
        rows = rows_in(Finding, self.ranges, _FINDING, "withdrawn_at IS NULL")
        for campaign, path, organization, theme, kind, severity, item, standard, recorded_at, key in rows:
            totals = self.found[self.place(campaign, path)]
            parts = totals.parts
            parts["found"][theme, kind, severity] += 1
            if recorded_at:
                totals.remember(_moment(recorded_at), key if isinstance(key, UUID) else UUID(key))
            if kind != PROBLEM:
                continue
            category, team, status = self.units.get((campaign, organization), (None, None, ""))
            parts["team_problems"][(team,)] += 1
            if item is not None:
                parts["items"][(item,)] += 1
            if standard is not None:
                parts["noted"][(standard,)] += 1
                if status == CONCLUDED and (campaign, organization, standard) not in having:
                    having.add((campaign, organization, standard))
                    parts["having"][standard, category] += 1

    def _recurring(self) -> None:
        """Asked only of organizations where something was closed out before, which are few."""
        closed = Rectification.objects.filter(status=CLOSED)
        if not closed.exists():
            return
        campaigns = {campaign for campaign, _ in self.units}
        rest = iter({organization for _, organization in self.units})
        while some := list(islice(rest, IDS_AT_ONCE)):
            there = list(closed.filter(organization__in=some).order_by().values_list("organization", flat=True).distinct())
            again = Finding.objects.filter(campaign__in=campaigns, organization__in=there).recurring().order_by()
            for campaign, organization, path, theme in again.values_list("campaign", "organization", "organization_path", "theme"):
                if (campaign, organization) in self.units:
                    self.found[self.place(campaign, path)].parts["recurring"][(theme,)] += 1

    def _duties(self) -> None:
        standing = "merged_into_id IS NULL AND withdrawn_at IS NULL"
        for campaign, path, status, issued_at, submitted_on, due_on in rows_in(Rectification, self.ranges, _DUTY, standing):
            late = status == Rectification.Status.SUBMITTED and submitted_on is not None and submitted_on > due_on
            self.found[self.place(campaign, path)].add_duty(status, issued=issued_at is not None, late=late, due_on=due_on)


_FINDING = "organization_id, theme_id, kind, severity, item_id, standard_id"
_FINDING += "".join(f", CASE WHEN kind = '{GOOD_PRACTICE}' THEN {name} END" for name in ("recorded_at", "id"))
_DUTY = "status, issued_at, submitted_on, due_on"


def rows_in(model: type[models.Model], ranges: Sequence[Range], columns: str, condition: str = "1 = 1") -> list[Any]:
    """Return campaign, path and ``columns`` of the rows in ``ranges`` that fulfil ``condition``; both are SQL of our own.

    A statement for each database: PostgreSQL keeps a subquery with ``OFFSET`` apart from what is around it and runs it once for each range;
    SQLite knows no ``LATERAL``, but leaves the order of a ``CROSS JOIN`` as it is written.
    """
    connection = connections[router.db_for_read(model)]
    table, names = model._meta.db_table, f"campaign_id, organization_path, {columns}"
    given = f"VALUES {', '.join(['(%s, %s, %s)'] * len(ranges))}"
    where = f"campaign_id = given.campaign AND organization_path >= given.low AND organization_path < given.high AND {condition}"
    if connection.vendor == "postgresql":
        apart = f"SELECT {names} FROM {table} WHERE {where} OFFSET 0"  # noqa: S608 -- our own names
        sql = f"SELECT fact.* FROM ({given}) AS given (campaign, low, high) CROSS JOIN LATERAL ({apart}) AS fact"  # noqa: S608
    else:
        sql = f"WITH given (campaign, low, high) AS ({given}) SELECT {names} FROM given CROSS JOIN {table} WHERE {where}"  # noqa: S608
    with connection.cursor() as cursor:
        if connection.vendor not in {"postgresql", "sqlite"}:
            return _one_by_one(cursor, f"SELECT {names} FROM {table}", condition, ranges)  # noqa: S608 -- our own names
        cursor.execute(sql, [value for one in ranges for value in one])
        found: list[Any] = cursor.fetchall()
        return found


def _one_by_one(cursor: Any, select: str, condition: str, ranges: Sequence[Range]) -> list[Any]:
    """Return the same on a database of which nothing is known: a plain question for each range."""
    found: list[Any] = []
    for one in ranges:
        cursor.execute(f"{select} WHERE campaign_id = %s AND organization_path >= %s AND organization_path < %s AND {condition}", list(one))
        found += cursor.fetchall()
    return found


def _moment(value: Any) -> datetime:
    """Return a moment as either database gives it where it does not know that it is one."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
