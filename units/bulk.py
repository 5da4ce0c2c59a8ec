"""One verb on many rows: what can be done is done, and every other row says why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from jobs.errors import Refused

MOST = 200
"""Rows of one request: more than any page shows."""


@dataclass(frozen=True)
class RowOutcome:
    """What became of one row; ``reason`` is empty when it was done."""

    label: str
    url: str
    reason: str = ""


@dataclass
class BulkOutcome:
    """What became of all of them; ``what`` is the verb in Chinese."""

    what: str
    rows: list[RowOutcome] = field(default_factory=list)

    @property
    def done(self) -> list[RowOutcome]:
        """The rows it was done for."""
        return [row for row in self.rows if not row.reason]

    @property
    def failed(self) -> list[RowOutcome]:
        """The rows it was not done for."""
        return [row for row in self.rows if row.reason]


def on_each(what: str, rows: Iterable[Any], act: Callable[[Any], object], described: Callable[[Any], tuple[str, str]]) -> BulkOutcome:
    """Do ``act`` for each row in a transaction of its own; ``described`` returns a row's name and address, asked before the act.

    A row whose act raises ``Refused`` or ``PermissionDenied`` stays as it was and says why.
    """
    outcome = BulkOutcome(what)
    for row in rows:
        label, url = described(row)
        reason = ""
        try:
            with transaction.atomic():
                act(row)
        except Refused as error:
            reason = str(error)
        except PermissionDenied as error:
            reason = str(error) or "您不能办理这一项。"
        outcome.rows.append(RowOutcome(label, url, reason))
    return outcome


def uuids(keys: Iterable[str]) -> list[UUID]:
    """Return the keys among what a page sent, ``MOST`` of them; what is no UUID is left out."""
    found = []
    for key in keys:
        try:
            found.append(UUID(key))
        except ValueError:
            continue
    return found[:MOST]
