"""What documents that ask for something rest on besides facts: deadlines, what an organization declared itself, in whose voice it speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from reports.facts.values import Unit
from reports.wording import date_text, period_text

DAYS = {"general": 30, "notable": 20, "serious": 10}
"""Days to put something right, by how grave it is; a template or the person who composes may set others."""
FIRST, THIRD = "first", "third"


@dataclass(frozen=True)
class Terms:
    """``days`` by severity; ``signed_on`` is the day from which they are counted, when it is known.

    ``declared`` are problems in an organization's own words; ``requirements`` sentences that the office asks of everybody.
    """

    days: Mapping[str, int] = field(default_factory=lambda: dict(DAYS))
    signed_on: date | None = None
    person: str = FIRST
    declared: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Mapping[str, Any], values: Mapping[str, Any]) -> Terms:
        """Read a template's settings and what was typed; one typed deadline holds for all severities. Raises ``ValueError`` for a bad date."""
        signed_on = values.get("signed_on") or None
        typed = values.get("deadline_days")
        days = dict.fromkeys(DAYS, int(typed)) if typed else {**DAYS, **{k: int(v) for k, v in (settings.get("deadlines") or {}).items()}}
        return cls(
            days=days,
            signed_on=date.fromisoformat(signed_on) if isinstance(signed_on, str) else signed_on,
            person=values.get("person") or settings.get("person") or FIRST,
            declared=lines(values.get("declared_problems") or ()),
            requirements=lines(settings.get("requirements") or ()),
        )

    def due_on(self, severity: str) -> date | None:
        """The day by which a problem of this severity is to be put right; None while the document has no date."""
        return self.signed_on + timedelta(days=self.days[severity]) if self.signed_on else None

    def due_text(self, severity: str) -> str:
        """Return ``2026年12月20日前``, or the number of days while the document has no date."""
        due = self.due_on(severity)
        return f"{date_text(due)}前" if due else f"收到之日起{self.days[severity]}日内"

    def due_span(self, first: str, last: str) -> str:
        """The earliest and the latest of several deadlines, in a cell: ``2026年12月10日至20日``."""
        start, end = self.due_on(first), self.due_on(last)
        if start and end:
            return period_text(start, end)
        days = (self.days[first], self.days[last])
        return f"{days[0]}日内" if days[0] == days[1] else f"{days[0]}日至{days[1]}日内"

    def due_cell(self, severity: str) -> str:
        """The same for a cell of a table."""
        due = self.due_on(severity)
        return date_text(due) if due else f"{self.days[severity]}日内"


def lines(value: str | Sequence[str]) -> tuple[str, ...]:
    """Return non-empty lines, from a text or a list."""
    return tuple(line.strip() for line in (value.splitlines() if isinstance(value, str) else value) if line.strip())


@dataclass(frozen=True)
class Voice:
    """How a document written in an organization's name speaks of it: 我党委, or by its name and then 该党委."""

    first: str
    then: str

    @classmethod
    def of(cls, unit: Unit, person: str) -> Voice:
        """The voice for ``unit`` in the first or third person."""
        return cls(unit.name, f"该{unit.kind}") if person == THIRD else cls(f"我{unit.kind}", f"我{unit.kind}")
