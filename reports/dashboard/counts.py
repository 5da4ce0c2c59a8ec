"""The counts behind every figure of the leaders' page: what a reader may see, or what lies at one organization and below it.

One place asks the database, so that figures kept beside the facts can take the place of counting them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from inspections.models import Assignment, Campaign, Finding, Lamp, Rectification
from inspections.models.campaign import AssignmentQuerySet
from inspections.models.finding import FindingQuerySet
from inspections.models.rectification import RectificationQuerySet
from reports.dashboard.addresses import Figure, duties_url, findings_url
from units.models import PartyOrganization, User
from units.models.organization import in_subtree


@dataclass(frozen=True)
class Scope:
    """Whose eyes look, and at what: everything they see, or one organization with all below it."""

    user: User
    organization: PartyOrganization | None = None

    @property
    def conditions(self) -> Mapping[str, Any]:
        """What the addresses of lists carry so that they hold the same."""
        return {"organization": self.organization.pk, "below": 1} if self.organization else {}

    def assignments(self) -> AssignmentQuerySet:
        """The assignments counted."""
        return Assignment.objects.visible_to(self.user).filter(self._within)

    def findings(self) -> FindingQuerySet:
        """The standing findings counted."""
        return Finding.objects.visible_to(self.user).standing().filter(self._within)

    def duties(self) -> RectificationQuerySet:
        """The rows of the ledger counted: those that organizations have been told of."""
        return Rectification.objects.visible_to(self.user).ledger().issued().filter(self._within)

    def recurring(self) -> FindingQuerySet:
        """The problems counted that had been closed out before."""
        # Against the few that were ever closed out: without one of them nothing recurs.
        closed = Rectification.objects.filter(status=Rectification.Status.CLOSED).values("organization")
        return self.findings().filter(organization__in=closed).recurring()

    @property
    def _within(self) -> Q:
        return in_subtree(self.organization.path, "organization_path") if self.organization else Q()


class Counts:
    """The standing findings of a scope, counted once by campaign, team, theme, kind and severity."""

    def __init__(self, scope: Scope, campaigns: Iterable[Campaign]) -> None:
        self.scope = scope
        rows = scope.findings().filter(campaign__in=[campaign.pk for campaign in campaigns]).order_by()
        fields = ("campaign", "assignment__team", "theme__code", "theme__name", "kind", "severity")
        self.rows = list(rows.values_list(*fields).annotate(number=Count("pk")))

    def of(self, campaign: Campaign, *, team: Any = ..., theme: str = "", kind: str = "", severity: str = "") -> int:
        """Return the sum over the rows that fulfil the conditions given."""
        return sum(
            number
            for its_campaign, its_team, its_theme, _, its_kind, its_severity, number in self.rows
            if its_campaign == campaign.pk
            and team in (..., its_team)
            and theme in ("", its_theme)
            and kind in ("", its_kind)
            and severity in ("", its_severity)
        )

    def figure(self, campaign: Campaign, **conditions: Any) -> Figure:
        """Return the count together with the list behind it."""
        return Figure(self.of(campaign, **conditions), findings_url(campaign, **conditions, **self.scope.conditions))


@dataclass(frozen=True)
class Duties:
    """整改 of one campaign: rows issued, closed out, late; and the problems that were there before."""

    issued: Figure
    closed: Figure
    overdue: Figure
    recurring: Figure

    @property
    def percent(self) -> int:
        """整改率: closed out of all issued in per cent, rounded down, so that 100 means all."""
        return self.closed.number * 100 // self.issued.number if self.issued.number else 0

    @property
    def rate(self) -> str:
        """The same in words; nothing can be said while nothing was issued."""
        return f"{self.percent}%" if self.issued.number else "—"


def duties_by_campaign(scope: Scope, campaigns: Iterable[Campaign]) -> dict[int, Duties]:
    """Count the ledger of each campaign; two queries."""
    wanted = list(campaigns)
    keys = [campaign.pk for campaign in wanted]
    rows = scope.duties().filter(campaign__in=keys).lamp().order_by()
    counted = list(rows.values_list("campaign", "status", "lamp_now").annotate(number=Count("pk")))
    again = dict(scope.recurring().filter(campaign__in=keys).order_by().values_list("campaign").annotate(number=Count("pk")))
    found = {}
    for campaign in wanted:
        own = [(status, lamp, number) for key, status, lamp, number in counted if key == campaign.pk]
        found[campaign.pk] = duties_of(campaign, own, again.get(campaign.pk, 0), scope.conditions)
    return found


def duties_of(campaign: Campaign, rows: Iterable[tuple[str, str, int]], again: int, conditions: Mapping[str, Any]) -> Duties:
    """Return the figures of one campaign from its rows by state and lamp."""
    counted = list(rows)
    return Duties(
        issued=Figure(sum(number for *_, number in counted), duties_url(campaign, status="issued", **conditions)),
        closed=Figure(
            sum(number for status, _, number in counted if status == Rectification.Status.CLOSED),
            duties_url(campaign, status=Rectification.Status.CLOSED.value, **conditions),
        ),
        overdue=Figure(
            sum(number for _, lamp, number in counted if lamp == Lamp.RED),
            duties_url(campaign, status="issued", lamp=Lamp.RED.value, **conditions),
        ),
        recurring=Figure(again, findings_url(campaign, recurring=1, **conditions)),
    )
