"""近几次督查: the last rounds of the same organizer by the same checklist, one beside the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspections.models import Assignment, Campaign, Finding
from reports.dashboard.addresses import Figure, assignments_url, board_url
from reports.dashboard.counts import Counts, Duties, Scope, duties_by_campaign
from reports.dashboard.tallied import states

MOST = 8
"""Rounds shown: four years."""
PROBLEM = Finding.Kind.PROBLEM


@dataclass(frozen=True)
class RoundRow:
    """One round in a few figures; ``url`` is its own page."""

    campaign: Campaign
    url: str
    total: Figure
    concluded: Figure
    problems: Figure
    serious: Figure
    duties: Duties

    @property
    def percent(self) -> int:
        """Concluded of all in per cent, rounded down."""
        return self.concluded.number * 100 // self.total.number if self.total.number else 0

    @property
    def each(self) -> str:
        """问题密度: problems for each organization inspected, which can be compared where the rounds differ in size."""
        return f"{self.problems.number / self.concluded.number:.1f}" if self.concluded.number else "—"


def rounds_before(campaign: Campaign, campaigns: Sequence[Campaign]) -> list[Campaign]:
    """Return ``campaign`` and the rounds before it that it can be compared with, oldest first; ``campaigns`` as from ``started_campaigns``.

    As with the last half-year: same organizer, a version of the same checklist, and of several in one half-year the largest.
    """
    lineage = campaign.checklist.lineage if campaign.checklist else None
    largest: dict[tuple[int, int], Campaign] = {(campaign.year, campaign.half): campaign}
    for one in campaigns:
        half = (one.year, one.half)
        same = one.organizer_id == campaign.organizer_id and one.checklist and one.checklist.lineage == lineage
        if not same or half >= (campaign.year, campaign.half):
            continue
        if half not in largest or one.size > largest[half].size:  # type: ignore[attr-defined]
            largest[half] = one
    return [largest[half] for half in sorted(largest)][-MOST:]


def previous_of(shown: Sequence[Campaign]) -> Campaign | None:
    """Return the round with which the last one is compared: the finished one before it. ``shown`` is from ``rounds_before``."""
    return next((one for one in reversed(shown[:-1]) if one.status == Campaign.Status.FINISHED), None)


def rounds(shown: Sequence[Campaign], scope: Scope) -> tuple[RoundRow, ...]:
    """Read the figures of rounds from ``rounds_before``; nothing when there is no other than the last."""
    if len(shown) == 1:
        return ()
    counts, duties = Counts(scope, shown), duties_by_campaign(scope, shown)
    bars = {one.pk: states(scope.totals([one])[one.pk]) for one in shown}
    done = Assignment.Status.CONCLUDED
    return tuple(
        RoundRow(
            campaign=one,
            url=board_url(one, scope.organization),
            total=Figure(sum(bars[one.pk].values()), assignments_url(one, **scope.conditions)),
            concluded=Figure(bars[one.pk][done], assignments_url(one, status=done, **scope.conditions)),
            problems=counts.figure(one, kind=PROBLEM),
            serious=counts.figure(one, kind=PROBLEM, severity=Finding.Severity.SERIOUS),
            duties=duties[one.pk],
        )
        for one in shown
    )
