"""What happens in the campaign today, and what was done well."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from inspections.models import Assignment, Campaign, Finding
from reports.dashboard.counts import Scope

MOST_VISITS = 60


@dataclass(frozen=True)
class TeamToday:
    """The organizations that one team visits today."""

    team: str
    visits: tuple[Assignment, ...]


def teams_today(campaign: Campaign, scope: Scope) -> list[TeamToday]:
    """Return the visits planned for today, team by team; one query. Nothing once the campaign is over."""
    if campaign.status != Campaign.Status.RUNNING:
        return []
    rows = scope.assignments().filter(campaign=campaign, visit_on=timezone.localdate()).select_related("team", "organization")
    found: dict[str, list[Assignment]] = {}
    # The first of them along an index, and only then by team: a nation has thousands a day.
    visits = sorted(rows.order_by("organization_path")[:MOST_VISITS], key=_by_team)
    for row in visits:
        found.setdefault(str(row.team or "未分组"), []).append(row)
    return [TeamToday(team, tuple(visits)) for team, visits in found.items()]


def _by_team(row: Assignment) -> tuple[bool, int, int, int, str]:
    team = row.team
    return team is None, team.order if team else 0, team.pk if team else 0, row.order, row.organization_path


def good_practices(campaign: Campaign, scope: Scope) -> list[Finding]:
    """Return the newest good practices with their organizations; one query for those that the tally remembers."""
    newest = scope.totals([campaign])[campaign.pk].newest_practices
    if not newest:
        return []
    # Asked again who may read them: one may have been taken back since it was counted.
    rows = {str(one.pk): one for one in scope.findings().filter(pk__in=newest).select_related("organization", "theme")}
    return [rows[key] for key in newest if key in rows]
