"""Down the tree: the organizations below one, a page of them with their figures, and where on which theme problems were found.

Neither the number of children nor what was found costs queries (``inspections.tallies``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.paginator import Page, Paginator

from inspections.models import Assignment, Campaign, Finding, Lamp, Rectification
from reports.dashboard.addresses import Figure, assignments_url, board_url, findings_url
from reports.dashboard.counts import Duties, Scope, duties_of
from reports.dashboard.tallied import duty_rows, problems_by, states
from units.models import PartyOrganization

PER_PAGE = 20
SORTS = {
    "": "名录顺序",
    "covered": "督查进度",
    "problems": "问题",
    "serious": "严重问题",
    "rate": "整改率",
    "overdue": "逾期",
}
HEATS = 4
"""Steps of shade in the heat table; the figure stands in each cell."""


@dataclass(frozen=True)
class Cell:
    """Problems on one theme at one child; ``heat`` from 0 (none) to 4 (as many as anywhere on the page)."""

    figure: Figure
    heat: int = 0


@dataclass
class _Found:
    """What was counted at one child."""

    states: Counter[str] = field(default_factory=Counter)
    themes: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)
    duties: list[tuple[str, str, int]] = field(default_factory=list)

    def key(self, name: str) -> int:
        """What rows are sorted by."""
        match name:
            case "covered":
                return _share(self.states[Assignment.Status.CONCLUDED], sum(self.states.values()))
            case "problems":
                return sum(self.severities.values())
            case "serious":
                return self.severities[Finding.Severity.SERIOUS]
            case "rate":
                closed = sum(number for status, _, number in self.duties if status == Rectification.Status.CLOSED)
                return _share(closed, sum(number for *_, number in self.duties))
            case _:
                return sum(number for _, lamp, number in self.duties if lamp == Lamp.RED)


@dataclass(frozen=True)
class ChildRow:
    """One organization below; ``url`` is its own page, empty for the row of the upper organization's own facts."""

    organization: PartyOrganization
    label: str
    url: str
    total: Figure
    concluded: Figure
    problems: Figure
    serious: Figure
    duties: Duties
    cells: tuple[Cell, ...]
    rank: int = 0
    """名次 by the column that the table is sorted by; nought where ranking is off."""
    bar: int = 0
    """Length of the bar of problems in per cent of the longest on the page."""

    @property
    def percent(self) -> int:
        """Concluded of all in per cent, rounded down."""
        return _share(self.concluded.number, self.total.number)


@dataclass(frozen=True)
class Children:
    """A page of the organizations below ``top`` with their order."""

    top: PartyOrganization
    themes: tuple[str, ...]
    page: Page[ChildRow]
    sort: str
    is_ranked: bool = False

    @property
    def count(self) -> int:
        """All rows, on every page."""
        return self.page.paginator.count

    @property
    def has_problems(self) -> bool:
        """Whether a heat table has anything to show."""
        return any(row.problems.number for row in self.page)


def children(
    campaign: Campaign,
    scope: Scope,
    top: PartyOrganization,
    themes: dict[str, str],
    *,
    sort: str = "",
    page: str = "",
    per_page: int = PER_PAGE,
    ranking: bool = False,
) -> Children | None:
    """Read the figures of the organizations below ``top``; nothing when it has none in this campaign. Five queries.

    ``sort`` is a key of ``SORTS``, with ``-`` before it for the largest first; anything else means the order of the directory.
    ``themes`` are names by code. Sorted rows are numbered only where ``ranking`` is on.
    """
    found = _counted(campaign, scope, top)
    below = PartyOrganization.objects.filter(path__in=[path for path in found if path.startswith(top.path) and path != top.path])
    rows = list(below.order_by("order", "path"))
    if not rows:
        return None
    name = sort.lstrip("-")
    if name and name in SORTS:
        rows.sort(key=lambda row: found[row.path].key(name), reverse=sort.startswith("-"))
    else:
        sort = ""
    is_ranked = ranking and bool(sort)
    ranks = ranks_of([found[row.path].key(name) for row in rows]) if is_ranked else [0] * len(rows)
    if top.path in found:
        rows.insert(0, top)
        ranks.insert(0, 0)
    shown: Page[Any] = Paginator(list(zip(rows, ranks, strict=True)), per_page).get_page(page)
    # Only what is shown is put into figures with addresses: a street may have a thousand branches.
    made = [_row(campaign, one, found[one.path], tuple(themes), below=one != top, rank=rank) for one, rank in shown.object_list]
    shown.object_list = _shaded(made)
    return Children(top, tuple(themes.values()), shown, sort, is_ranked)


def ranks_of(values: Sequence[int]) -> list[int]:
    """Return the rank of each of ``values``, sorted either way: equal ones share a rank, and the next one does not move up."""
    ranks: list[int] = []
    for place, value in enumerate(values):
        ranks.append(ranks[-1] if place and value == values[place - 1] else place + 1)
    return ranks


def _share(part: int, whole: int) -> int:
    return part * 100 // whole if whole else 0


def _counted(campaign: Campaign, scope: Scope, top: PartyOrganization) -> dict[str, _Found]:
    """Return what lies right below ``top`` by its path, and what is the own of ``top`` under its path."""
    read = scope.by_child(campaign, top, ("coverage", "found", "ledger", "deadlines", "late"))
    keys = {key for totals in read.values() for key in problems_by(totals, 0)}
    codes = {key: code for key, (code, _) in scope.themes(keys).items()}
    found = {}
    for path, totals in read.items():
        themes: Counter[str] = Counter()
        for key, number in problems_by(totals, 0).items():
            themes[codes[key]] += number
        found[path] = _Found(states(totals), themes, problems_by(totals, 2), list(duty_rows(totals)))
    return {path: one for path, one in found.items() if one.states or one.severities or one.duties}


def _row(campaign: Campaign, one: PartyOrganization, found: _Found, themes: Sequence[str], *, below: bool, rank: int) -> ChildRow:
    conditions = {"organization": one.pk, **({"below": 1} if below else {})}
    done, serious, problem = Assignment.Status.CONCLUDED, Finding.Severity.SERIOUS, Finding.Kind.PROBLEM
    return ChildRow(
        organization=one,
        label=str(one) if below else f"{one}（本级）",
        url=board_url(campaign, one) if below else "",
        total=Figure(sum(found.states.values()), assignments_url(campaign, **conditions)),
        concluded=Figure(found.states[done], assignments_url(campaign, status=done, **conditions)),
        problems=Figure(sum(found.severities.values()), findings_url(campaign, kind=problem, **conditions)),
        serious=Figure(found.severities[serious], findings_url(campaign, kind=problem, severity=serious, **conditions)),
        duties=duties_of(campaign, found.duties, 0, conditions),
        rank=rank,
        cells=tuple(Cell(Figure(found.themes[code], findings_url(campaign, kind=problem, theme=code, **conditions))) for code in themes),
    )


def _shaded(rows: list[ChildRow]) -> list[ChildRow]:
    """Return the rows of one page with bars and shades, which measure each against the largest of the page."""
    most = max((row.problems.number for row in rows), default=0)
    hottest = max((cell.figure.number for row in rows for cell in row.cells), default=0)
    return [
        replace(
            row,
            bar=row.problems.number * 100 // most if most else 0,
            cells=tuple(replace(cell, heat=-(-cell.figure.number * HEATS // hottest) if hottest else 0) for cell in row.cells),
        )
        for row in rows
    ]
