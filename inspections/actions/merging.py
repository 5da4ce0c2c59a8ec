"""Two people on one form: what each changed is kept, and only a field that both changed differently is a conflict.

A form carries the values it was opened with (its base). Comparing base, what was sent and what is stored now tells who changed what.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model

from jobs.errors import Refused

Values = dict[str, Any]


class Conflict(Refused):
    """Somebody else saved other values in the same fields. ``theirs`` holds them by field name, JSON-ready."""

    def __init__(self, theirs: Values) -> None:
        super().__init__("您打开之后，别人保存了不同的内容。您填写的内容还在页面上，没有保存；请对照后选择保留哪一份。")
        self.theirs = theirs


@dataclass(frozen=True)
class Merge:
    """What is to be written, what both changed, and what only the other one changed."""

    write: Values
    conflicts: Values
    kept: Values


def plain(value: Any) -> Any:
    """Return a field's value as it is compared and sent: text, number, truth value or a sorted list of keys."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, Model):
        return value.pk
    if value is None or isinstance(value, str | int):
        return "" if value is None else value
    return sorted(plain(part) for part in value)


def snapshot(instance: Model, fields: Iterable[str]) -> Values:
    """Return the stored values of ``fields``, many-to-many ones as sorted keys."""
    many = {field.name for field in instance._meta.many_to_many}
    return {name: plain(getattr(instance, name).all() if name in many else getattr(instance, name)) for name in fields}


def merge(base: Values, mine: Values, current: Values) -> Merge:
    """Compare three states field by field. A field missing in ``base`` counts as changed by me.

    ``conflicts`` and ``kept`` hold the values stored now.
    """
    write, conflicts, kept = {}, {}, {}
    for name, value in mine.items():
        now = current[name]
        if value == now:
            continue
        if name in base and value == base[name]:
            kept[name] = now
        elif name in base and now != base[name]:
            conflicts[name] = now
        else:
            write[name] = value
    return Merge(write, conflicts, kept)


def merged(base: Values, mine: Values, current: Values) -> Merge:
    """As ``merge``, but raises ``Conflict`` when both changed the same field to different values."""
    found = merge(base, mine, current)
    if found.conflicts:
        raise Conflict(found.conflicts)
    return found
