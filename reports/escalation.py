"""提醒函 → 督办单 → 通报: which letters were sent about what is late, and which step is next. Offered, never taken by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from inspections.models import Campaign, Rectification
from reports.composing.variants import LETTERS, REMINDER
from reports.models import LetterItem, Report, ReportTemplate

if TYPE_CHECKING:
    from units.models import PartyOrganization

NAMES = dict(zip(LETTERS, ("提醒函", "督办单", "通报"), strict=True))


@dataclass(frozen=True)
class LateRow:
    """One matter that is late, with the letters about it: issued ones and drafts, the oldest first."""

    row: Rectification
    days: int
    letters: tuple[Report, ...]


@dataclass(frozen=True)
class LateUnit:
    """One organization with what it is late with, and the letter that would be the next."""

    organization: PartyOrganization
    rows: tuple[LateRow, ...]

    @property
    def next_step(self) -> str:
        """The kind of letter that has not been issued about all of its rows yet; the hardest when all have been."""
        steps = [next_step(late.letters) for late in self.rows]
        return min(steps, key=LETTERS.index)

    @property
    def next_name(self) -> str:
        """The next letter in words."""
        return NAMES[self.next_step]


def letters_about(ids: Iterable[UUID]) -> dict[UUID, list[Report]]:
    """Return by row the letters about it, the oldest first; one query."""
    found: dict[UUID, list[Report]] = defaultdict(list)
    items = LetterItem.objects.filter(rectification__in=list(ids)).select_related("report__template").order_by("report__created_at", "pk")
    for item in items:
        found[item.rectification_id].append(item.report)
    return found


def next_step(letters: Sequence[Report]) -> str:
    """Return the kind of letter that follows those that were issued: a reminder first, and after a 通报 another one."""
    issued = [LETTERS.index(row.template.document) for row in letters if row.status == Report.Status.ISSUED]
    return LETTERS[min(max(issued) + 1, len(LETTERS) - 1)] if issued else REMINDER


def late_units(campaign: Campaign, day: date | None = None) -> list[LateUnit]:
    """Return the organizations of a campaign that are late with something, as the directory has them; three queries."""
    today = day or timezone.localdate()
    rows = list(
        Rectification.objects.filter(campaign=campaign)
        .overdue(today)
        .select_related("organization", "campaign")
        .order_by("organization_path", "due_on", "number")
    )
    letters = letters_about(row.pk for row in rows)
    grouped: dict[int, list[LateRow]] = defaultdict(list)
    for row in rows:
        until = today if row.is_with_unit else row.submitted_on or today
        grouped[row.organization_id].append(LateRow(row, (until - row.due_on).days, tuple(letters[row.pk])))
    return [LateUnit(found[0].row.organization, tuple(found)) for found in grouped.values()]


def letter_templates() -> list[ReportTemplate]:
    """Return the templates of letters that are in use, from the mildest to the hardest."""
    found = [row for row in ReportTemplate.objects.published() if row.document in LETTERS]
    return sorted(found, key=lambda row: (LETTERS.index(row.document), row.pk))
