"""What happens in the campaign today, and what was done well."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from inspections.models import Assignment, Campaign, Finding
from reports.dashboard.counts import Scope

SHOWN = 5
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
    for row in rows.order_by("team__order", "team", "order", "organization_path")[:MOST_VISITS]:
        found.setdefault(str(row.team or "未分组"), []).append(row)
    return [TeamToday(team, tuple(visits)) for team, visits in found.items()]


def good_practices(campaign: Campaign, scope: Scope) -> list[Finding]:
    """Return the newest good practices with their organizations; one query."""
    rows = scope.findings().filter(campaign=campaign, kind=Finding.Kind.GOOD_PRACTICE).select_related("organization", "theme")
    return list(rows.order_by(F("recorded_at").desc(), "pk")[:SHOWN])
