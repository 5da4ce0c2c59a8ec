"""What is counted, as plain counters that can be added: the figures of a place are those of its own facts and of its children."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from inspections.models import Assignment, Finding, Rectification

Key = tuple[Any, ...]
NEWEST = 5
"""Good practices that a place remembers."""

PARTS: dict[str, tuple[str, ...]] = {
    "coverage": ("category", "status"),
    "teams": ("team", "status"),
    "found": ("theme", "kind", "severity"),
    "team_problems": ("team",),
    "items": ("item",),
    "noted": ("standard",),
    "having": ("standard", "category"),
    "recurring": ("theme",),
    "ledger": ("status", "issued"),
    "deadlines": ("due_on",),
    "late": ("status",),
    "practices": ("recorded_at", "finding"),
}
"""The counters by name, with what their keys are made of. Keys are ids (``None`` for none), codes and ISO dates: what JSON keeps as it is.

``coverage`` and ``teams`` count assignments, ``found`` standing findings, ``team_problems``, ``items`` and ``noted`` standing problems,
``having`` concluded organizations that have a problem of a standard wording, ``recurring`` problems that had been closed out before.
``ledger`` counts rows of the ledger, ``deadlines`` issued rows that wait for the organization, by the day on which they are due (so that
midnight needs no write), ``late`` rows that were handed in after their day. ``practices`` are no sum but the newest good practices of a
place: those of several places are the newest of them all.
"""


class Totals:  # noqa: PLW1641 -- it changes as it is added to
    """The counters of one place, or of several together."""

    def __init__(self) -> None:
        self.parts: dict[str, Counter[Key]] = {name: Counter() for name in PARTS}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Totals) and self.to_json() == other.to_json()

    def add(self, other: Totals) -> None:
        """Add the counters of ``other``."""
        for name, counter in other.parts.items():
            if counter:
                self.parts[name].update(counter)
        self._keep_newest()

    def to_json(self) -> dict[str, list[list[Any]]]:
        """Return each counter as rows ``[*key, number]`` in a fixed order, without noughts."""
        self._keep_newest()
        return {name: [[*key, number] for key, number in _in_order(counter) if number] for name, counter in self.parts.items()}

    def add_json(self, parts: Mapping[str, list[list[Any]]]) -> None:
        """Add what ``to_json`` returned; parts that are missing add nothing."""
        for name, rows in parts.items():
            if rows:
                _add_rows(self.parts[name], rows)
        self._keep_newest()

    def add_texts(self, names: Sequence[str], texts: Sequence[str]) -> None:
        """Add parts as the database keeps them, each the text of what ``to_json`` returned."""
        # One call of the parser instead of a dozen.
        self.add_json(dict(zip(names, json.loads(f"[{','.join(texts)}]"), strict=True)))

    def add_duty(self, status: str, *, issued: bool, late: bool, due_on: date, number: int = 1) -> None:
        """Add so many rows of the ledger; ``late`` when they were handed in after their day."""
        self.parts["ledger"][status, int(issued)] += number
        if issued and status in Rectification.WITH_UNIT:
            self.parts["deadlines"][(due_on.isoformat(),)] += number
        if late:
            self.parts["late"][(status,)] += number

    def remember(self, recorded_at: datetime, finding: UUID) -> None:
        """Add one good practice."""
        self.parts["practices"][recorded_at.astimezone(UTC).isoformat(), str(finding)] = 1
        if len(self.parts["practices"]) > 10 * NEWEST:
            self._keep_newest()

    @property
    def newest_practices(self) -> list[str]:
        """The ids of the newest good practices, the newest first."""
        self._keep_newest()
        return [finding for _, finding in sorted(self.parts["practices"], reverse=True)]

    def _keep_newest(self) -> None:
        practices = self.parts["practices"]
        if len(practices) > NEWEST:
            self.parts["practices"] = Counter(dict.fromkeys(sorted(practices, reverse=True)[:NEWEST], 1))

    def sum_of(self, part: str, **conditions: Any) -> int:
        """Return the sum of a counter over the keys that fulfil ``conditions``, named as in ``PARTS``."""
        places = [(PARTS[part].index(name), value) for name, value in conditions.items()]
        return sum(number for key, number in self.parts[part].items() if all(key[place] == value for place, value in places))

    # --- the figures that are asked for most ------------------------------------------------------------------------------------

    @property
    def units(self) -> int:
        """Organizations to be inspected."""
        return self.sum_of("coverage")

    @property
    def concluded(self) -> int:
        """Those whose inspection is complete."""
        return self.sum_of("coverage", status=Assignment.Status.CONCLUDED.value)

    @property
    def problems(self) -> int:
        """Standing problems."""
        return self.sum_of("found", kind=Finding.Kind.PROBLEM.value)

    @property
    def serious(self) -> int:
        """Those of them that are serious."""
        return self.sum_of("found", kind=Finding.Kind.PROBLEM.value, severity=Finding.Severity.SERIOUS.value)

    @property
    def risk_points(self) -> int:
        """Standing risk points."""
        return self.sum_of("found", kind=Finding.Kind.RISK_POINT.value)

    @property
    def good_practices(self) -> int:
        """Standing good practices."""
        return self.sum_of("found", kind=Finding.Kind.GOOD_PRACTICE.value)

    @property
    def recurrences(self) -> int:
        """Problems that had been closed out before (屡查屡犯)."""
        return self.sum_of("recurring")

    @property
    def duties(self) -> int:
        """Rows of the ledger that were issued."""
        return self.sum_of("ledger", issued=1)

    @property
    def closed(self) -> int:
        """Rows of the ledger that are closed out."""
        return self.sum_of("ledger", status=Rectification.Status.CLOSED.value)

    def overdue(self, today: date) -> int:
        """Return the open, issued rows that are late on ``today``, by the rule of ``Rectification.objects.overdue``."""
        before = today.isoformat()
        return self.sum_of("late") + sum(number for (due_on,), number in self.parts["deadlines"].items() if due_on < before)


def _in_order(counter: Counter[Key]) -> Iterable[tuple[Key, int]]:
    try:
        return sorted(counter.items())
    except TypeError:
        # Nothing can be compared with None.
        return sorted(counter.items(), key=lambda one: tuple((part is not None, part) for part in one[0]))


def _add_rows(counter: Counter[Key], rows: Sequence[Sequence[Any]]) -> None:
    """Add rows ``[*key, number]``. Written out by the length of the keys: most of what folding costs is here."""
    get = counter.get
    key: Key
    match len(rows[0]):
        case 2:
            for first, number in rows:
                key = (first,)
                counter[key] = get(key, 0) + number
        case 3:
            for first, second, number in rows:
                key = (first, second)
                counter[key] = get(key, 0) + number
        case 4:
            for first, second, third, number in rows:
                key = (first, second, third)
                counter[key] = get(key, 0) + number
        case _:
            raise ValueError(rows[0])
