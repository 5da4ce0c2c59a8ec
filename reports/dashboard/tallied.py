"""The counts behind the leaders' page read from tallies: the same shapes as counting gives, whatever lies below.

``inspections.tallies`` holds what a reader may see and makes sure that it equals the lists behind the figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from inspections.models import Campaign, Finding, Lamp, Rectification, Team
from inspections.progress import Bar
from inspections.tallies.reading import age
from inspections.tallies.totals import Totals
from units.models import OrganizationCategory

Row = tuple[Any, ...]
MINUTE = 60


def finding_rows(read: dict[int, Totals], themes: dict[int, tuple[str, str]]) -> list[Row]:
    """Return ``(campaign, theme's code, theme's name, kind, severity, number)``; ``themes`` are codes and names by id."""
    rows: list[Row] = []
    for campaign, totals in read.items():
        for (theme, kind, severity), number in totals.parts["found"].items():
            rows.append((campaign, *themes[theme], kind, severity, number))
    return rows


def team_problems(read: dict[int, Totals]) -> Counter[Row]:
    """Return the problems by campaign and team."""
    return Counter(
        {(campaign, team): number for campaign, totals in read.items() for (team,), number in totals.parts["team_problems"].items()}
    )


def by_category(totals: Totals) -> list[Bar]:
    """Return what ``progress.by_category`` does. One query."""
    categories = OrganizationCategory.objects.in_bulk({category for category, _ in totals.parts["coverage"] if category is not None})
    names = {key: (one.name, one.order) for key, one in categories.items()}
    return _bars(totals.parts["coverage"], names, "未设类别")


def by_team(totals: Totals) -> list[Bar]:
    """Return what ``progress.by_team`` does. One query."""
    teams = Team.objects.in_bulk({team for team, _ in totals.parts["teams"] if team is not None})
    names = {key: (one.name, one.order) for key, one in teams.items()}
    return _bars(totals.parts["teams"], names, "未分组")


def _bars(counter: Counter[Row], names: dict[int, tuple[str, int]], nobody: str) -> list[Bar]:
    bars: dict[int | None, Bar] = {}
    for (key, status), number in counter.items():
        name, order = names.get(key, (nobody, 0)) if key is not None else (nobody, 0)
        bar = bars.setdefault(key, Bar(key, name, (key is None, order, key or 0)))
        bar.counts[status] += number
    return sorted(bars.values(), key=lambda bar: bar.order)


def states(totals: Totals) -> Counter[str]:
    """Return the assignments by state."""
    found: Counter[str] = Counter()
    for (_, status), number in totals.parts["coverage"].items():
        found[status] += number
    return found


def problems_by(totals: Totals, place: int) -> Counter[Any]:
    """Return the problems by theme's id (``place`` 0) or severity (2)."""
    found: Counter[Any] = Counter()
    for key, number in totals.parts["found"].items():
        if key[1] == Finding.Kind.PROBLEM:
            found[key[place]] += number
    return found


def duty_rows(totals: Totals) -> Iterable[tuple[str, str, int]]:
    """Yield issued rows of the ledger by state and lamp; only red and the rest are told apart, which is all that is shown."""
    today = timezone.localdate().isoformat()
    late: Counter[str] = Counter({status: number for (status,), number in totals.parts["late"].items()})
    with_unit = sum(number for (due_on,), number in totals.parts["deadlines"].items() if due_on < today)
    for (status, issued), number in totals.parts["ledger"].items():
        if not issued:
            continue
        if status == Rectification.Status.CLOSED:
            yield status, Lamp.DONE.value, number
            continue
        red = late[status]
        if status in Rectification.WITH_UNIT:
            # Deadlines are kept for both states of the unit's turn together: which of the two is late is told nowhere.
            red = min(number, with_unit)
            with_unit -= red
        yield status, Lamp.RED.value, red
        yield status, Lamp.GREEN.value, number - red


def freshness(campaign: Campaign) -> str:
    """Return in words how old the figures of a campaign are: what was noted in the last seconds is still being counted. One query."""
    waits = age(campaign)
    if not waits:
        return "数字为最新"
    seconds = int(waits.total_seconds()) + 1
    return (
        f"数字截至 {seconds} 秒前，新的变化正在汇总" if seconds < MINUTE * 2 else f"数字截至 {seconds // MINUTE} 分钟前，新的变化正在汇总"
    )
