"""What organizations were asked to put right, and the letters that reminded them: plain values, read by ``facts.ledger``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.facts.values import Header, LedgerRow


@dataclass(frozen=True)
class Addressee:
    """One organization that a letter is written to or speaks of."""

    id: int
    name: str
    kind: str


@dataclass(frozen=True)
class EarlierLetter:
    """One letter that was sent about the same rows before: its report, kind of document, number and day."""

    report: int
    document: str
    number: str
    issued_on: date


@dataclass(frozen=True)
class LetterFacts:
    """Everything that 提醒函, 督办单 and 通报 rest on.

    ``unit`` is whom a letter is written to, None in a 通报 over several organizations; ``rows`` are the matters it is about; ``given`` and
    ``closed`` count the whole ledger of the unit, or of the campaign; ``others_due`` are the last days of its open matters beside those of
    the letter, so that no letter says of some that they are all.
    """

    header: Header
    rows: tuple[LedgerRow, ...]
    units: tuple[Addressee, ...]
    unit: Addressee | None = None
    earlier: tuple[EarlierLetter, ...] = ()
    given: int = 0
    closed: int = 0
    others_due: tuple[date, ...] = ()

    def all_late_on(self, day: date | None) -> int:
        """Return how many matters of the unit, or of the campaign, are late on ``day``: those of the letter and the others."""
        return len(self.overdue_on(day)) + (sum(due < day for due in self.others_due) if day else 0)

    def overdue_on(self, day: date | None) -> tuple[LedgerRow, ...]:
        """Return the rows that are late on ``day``, the longest first; all of them while the letter has no date."""
        late = [row for row in self.rows if day is None or row.days_late(day) > 0]
        return tuple(sorted(late, key=lambda row: (row.due_on, row.number)))

    def of(self, unit: int, day: date | None) -> tuple[LedgerRow, ...]:
        """Return what one organization is late with."""
        return tuple(row for row in self.overdue_on(day) if row.unit == unit)
