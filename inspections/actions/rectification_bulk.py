"""Verbs on many rows at once. Each row stands for itself: what can be done is done, and every other row says why not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from inspections.actions.rectification_rows import issue_rows, log_bulk, remind_row
from inspections.actions.rectification_verdicts import ask_verifier, close_row
from inspections.models import Rectification
from inspections.rectifying import is_asked_to_verify, keeps
from jobs.errors import Refused
from units.models import User


@dataclass(frozen=True)
class RowOutcome:
    """What became of one row; ``reason`` is empty when it was done."""

    row: Rectification
    reason: str = ""


@dataclass
class BulkOutcome:
    """What became of all of them."""

    what: str
    rows: list[RowOutcome] = field(default_factory=list)

    @property
    def done(self) -> list[RowOutcome]:
        """The rows it was done for."""
        return [one for one in self.rows if not one.reason]

    @property
    def failed(self) -> list[RowOutcome]:
        """The rows it was not done for, each with its reason."""
        return [one for one in self.rows if one.reason]


NAMES = {"issue": "下发", "verifier": "指定核验人", "remind": "催办", "close": "核验销号"}
"""The verbs by the names that the page sends."""


def run_bulk(what: str, rows: Sequence[Rectification], *, by: User, text: str = "", verifier: User | None = None) -> BulkOutcome:
    """Carry one of ``NAMES`` out on each row, each in a transaction of its own. Raises ``KeyError`` for another verb.

    ``text`` says how it was verified (close) or what is urged (remind); ``verifier`` is needed for that verb.
    """
    act: dict[str, Callable[[Rectification], object]] = {
        "issue": lambda row: issue_rows([row], by=by),
        "remind": lambda row: remind_row(row, by=by, text=text),
        "close": lambda row: close_row(row, by=by, text=text),
        "verifier": lambda row: ask_verifier(row, verifier, by=by) if verifier else None,
    }
    outcome = BulkOutcome(NAMES[what])
    for row in rows:
        outcome.rows.append(RowOutcome(row, _reason(row, what, act[what], by)))
    if rows:
        log_bulk(rows[0].campaign.organizer, by=by, what=outcome.what, done=len(outcome.done), failed=len(outcome.failed))
    return outcome


def _reason(row: Rectification, what: str, act: Callable[[Rectification], object], by: User) -> str:
    """Do it for one row; return why it could not be done."""
    allowed = is_asked_to_verify(row, by) if what == "close" else keeps(row, by)
    if not allowed:
        return "这项整改不由您办理。"
    try:
        with transaction.atomic():
            act(row)
    except Refused as error:
        return str(error)
    return ""
