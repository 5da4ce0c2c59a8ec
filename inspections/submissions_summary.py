"""How far a campaign's submissions have come."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from inspections.models import Submission
from inspections.models.submission import SubmissionQuerySet

S = Submission.Status


@dataclass(frozen=True)
class Tally:
    """Counts by state, and how many are overdue."""

    states: Counter[str]
    overdue: int

    @classmethod
    def of(cls, rows: SubmissionQuerySet) -> Tally:
        """Count (2 queries)."""
        states = Counter(dict(rows.order_by().values_list("status").annotate(Count("pk"))))
        return cls(states, rows.overdue().count())

    @property
    def total(self) -> int:
        """All organizations that were told."""
        return sum(self.states.values())

    @property
    def accepted(self) -> int:
        """Those whose report counts."""
        return self.states[S.ACCEPTED]

    @property
    def submitted(self) -> int:
        """Those that wait for a decision."""
        return self.states[S.SUBMITTED]

    @property
    def handed_in(self) -> int:
        """Those that wait for a decision or have been accepted."""
        return self.states[S.SUBMITTED] + self.states[S.ACCEPTED]

    @property
    def percent(self) -> int:
        """Accepted of all in per cent, rounded down: 100 means all."""
        return self.accepted * 100 // self.total if self.total else 0

    @property
    def figures(self) -> list[tuple[str, str, int]]:
        """Key, label and count of each state, for the cards above the list."""
        return [(state.value, state.label, self.states[state]) for state in S]
