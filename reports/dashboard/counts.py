"""The counts behind every figure of the leaders' page: what a reader may see, or what lies at one organization and below it.

One place asks the database, so that figures kept beside the facts can take the place of counting them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from inspections.models import Assignment, Campaign, ChecklistTheme, Finding, Lamp, Rectification
from inspections.models.campaign import AssignmentQuerySet
from inspections.models.finding import FindingQuerySet
from inspections.tallies.reading import by_child, read_otherwise, totals_by_campaign
from inspections.tallies.totals import Totals
from reports.dashboard.addresses import Figure, duties_url, findings_url
from reports.dashboard.tallied import duty_rows, finding_rows, team_problems
from units.models import PartyOrganization, User
from units.models.organization import in_subtree


@dataclass(frozen=True)
class Scope:
    """Whose eyes look, and at what: everything they see, or one organization with all below it."""

    user: User
    organization: PartyOrganization | None = None
    _read: dict[int, Totals] = field(default_factory=dict, compare=False, repr=False)
    _more: set[int] = field(default_factory=set, compare=False, repr=False)
    _themes: dict[int, tuple[str, str]] = field(default_factory=dict, compare=False, repr=False)

    def totals(self, campaigns: Iterable[Campaign]) -> dict[int, Totals]:
        """Return the figures of the campaigns by their ids, each read once."""
        missing = [one for one in campaigns if one.pk not in self._read]
        if missing:
            more = self._more | read_otherwise(missing, self.user)
            self._read.update(totals_by_campaign(missing, self.user, self.organization, more=more))
            self._more.update(more)
        return self._read

    def by_child(self, campaign: Campaign, top: PartyOrganization, parts: Sequence[str]) -> dict[str, Totals]:
        """Return the figures right below ``top`` as ``tallies.reading.by_child`` does; ``totals`` of the campaign have been read before."""
        return by_child(campaign, self.user, top, parts, more=self._more)

    def themes_of(self, checklists: Iterable[int]) -> dict[int, dict[str, str]]:
        """Return the names of the themes of checklists by their codes, in their order, and keep them for ``themes``; one query."""
        found: dict[int, dict[str, str]] = {checklist: {} for checklist in checklists}
        for key, checklist, code, name in ChecklistTheme.objects.filter(checklist__in=found).values_list("pk", "checklist", "code", "name"):
            found[checklist][code] = name
            self._themes[key] = code, name
        return found

    def themes(self, keys: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Return codes and names of themes by their ids, each read once."""
        missing = {key for key in keys if key not in self._themes}
        if missing:
            rows = ChecklistTheme.objects.filter(pk__in=missing).order_by().values_list("pk", "code", "name")
            self._themes.update({key: (code, name) for key, code, name in rows})
        return self._themes

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

    @property
    def _within(self) -> Q:
        return in_subtree(self.organization.path, "organization_path") if self.organization else Q()


class Counts:
    """The standing findings of a scope by campaign, team, theme, kind and severity."""

    def __init__(self, scope: Scope, campaigns: Iterable[Campaign]) -> None:
        self.scope = scope
        keys = list(campaigns)
        read = scope.totals(keys)
        own = {one.pk: read[one.pk] for one in keys}
        self._teams = team_problems(own)
        self.rows = finding_rows(own, scope.themes(key for totals in read.values() for key, _, _ in totals.parts["found"]))

    def of(self, campaign: Campaign, *, team: Any = ..., theme: str = "", kind: str = "", severity: str = "") -> int:
        """Return the sum over the rows that fulfil the conditions given; a team's are its problems, whatever their theme."""
        if team is not ...:
            return self._teams[campaign.pk, team]
        return sum(
            number
            for its_campaign, its_theme, _, its_kind, its_severity, number in self.rows
            if its_campaign == campaign.pk and theme in ("", its_theme) and kind in ("", its_kind) and severity in ("", its_severity)
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
    """Return the ledger of each campaign in figures."""
    wanted = list(campaigns)
    read = scope.totals(wanted)
    return {one.pk: duties_of(one, duty_rows(read[one.pk]), read[one.pk].recurrences, scope.conditions) for one in wanted}


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
