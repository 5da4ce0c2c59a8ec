"""Pages of long lists by key: the address says behind (or before) which row a page begins, not how many rows to skip.

Page 2,000 then costs what page 1 costs, and rows that arrive meanwhile neither repeat nor hide others. Lists are counted only so far:
beyond ``MOST_COUNTED`` the page says “1000 条以上”, for an exact count reads everything there is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet

MOST_COUNTED = 1_000
BEHIND, BEFORE = ">", "<"
_READ: dict[str, Callable[[str], Any]] = {
    "int": int,
    "str": str,
    "UUID": UUID,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
}


@dataclass(frozen=True)
class KeysetPage:
    """One page: rows as tuples, and what the address of the neighbours says; empty where there is none."""

    object_list: list[tuple[Any, ...]]
    previous: str
    next: str
    is_first: bool


@dataclass(frozen=True)
class Count:
    """How many rows a list has, counted up to ``MOST_COUNTED``."""

    number: int
    is_capped: bool = False


def capped_count(rows: QuerySet[Any], most: int = MOST_COUNTED) -> Count:
    """Count ``rows``, but not beyond ``most``."""
    number = rows.order_by().values("pk")[: most + 1].count()
    return Count(min(number, most), is_capped=number > most)


def keyset_page(rows: QuerySet[Any], keys: Sequence[str], per_page: int, cursor: str, fields: Sequence[str]) -> KeysetPage:
    """Return the page of ``rows`` at ``cursor`` with the values of ``fields``.

    ``keys`` are names of fields or annotations as for ``order_by``; together they are unique, and none is ever empty. What is no cursor of
    this list (another order, or made up) leads to the first page.
    """
    names = [key.lstrip("-") for key in keys]
    direction, place = _read(rows, keys, cursor)
    backwards = direction == BEFORE
    if place:
        rows = rows.filter(_beyond(keys, place, backwards=backwards))
    order = [_reversed(key) for key in keys] if backwards else keys
    found = list(rows.order_by(*order).values_list(*names, *fields)[: per_page + 1])
    has_more = len(found) > per_page
    found = found[:per_page]
    if backwards:
        found.reverse()
    if not found:
        return KeysetPage([], "", "", is_first=not place)
    has_previous = has_more if backwards else bool(place)
    has_next = bool(place) if backwards else has_more
    width = len(names)
    return KeysetPage(
        [row[width:] for row in found],
        _written(rows, keys, BEFORE, found[0][:width]) if has_previous else "",
        _written(rows, keys, BEHIND, found[-1][:width]) if has_next else "",
        is_first=not has_previous,
    )


def is_cursor(rows: QuerySet[Any], keys: Sequence[str], cursor: str) -> bool:
    """Whether ``cursor`` was written for this list in this order; programs are told so in place of being led to the first page."""
    return bool(_read(rows, keys, cursor)[1])


def _reversed(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"


def _beyond(keys: Sequence[str], place: Sequence[Any], *, backwards: bool) -> Q:
    """Return the condition for rows behind ``place`` in the order of ``keys`` (before it, if ``backwards``)."""
    condition, same = Q(), Q()
    for number, (key, value) in enumerate(zip(keys, place, strict=True)):
        name = key.lstrip("-")
        comparison = "lt" if key.startswith("-") != backwards else "gt"
        if number == 0:
            # Said apart, so that an index over the keys is entered at the place.
            first = Q(**{f"{name}__{comparison}e": value})
        condition |= same & Q(**{f"{name}__{comparison}": value})
        same &= Q(**{name: value})
    return first & condition


def _salt(rows: QuerySet[Any], keys: Sequence[str]) -> str:
    return "|".join(["page", rows.model._meta.label, *keys])


def _written(rows: QuerySet[Any], keys: Sequence[str], direction: str, place: Sequence[Any]) -> str:
    values = [[type(value).__name__, value.isoformat() if isinstance(value, date) else str(value)] for value in place]
    return signing.dumps([direction, *values], salt=_salt(rows, keys), compress=True)


def _read(rows: QuerySet[Any], keys: Sequence[str], cursor: str) -> tuple[str, list[Any]]:
    """Return direction and place; signed, so that only what we wrote for this list reaches the database."""
    try:
        direction, *values = signing.loads(cursor, salt=_salt(rows, keys))
    except signing.BadSignature:
        return BEHIND, []
    return direction, [_READ[kind](text) for kind, text in values]
