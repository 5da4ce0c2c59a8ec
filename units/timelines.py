"""Time lines: what happened about one object, from every app, newest first, a page at a time by key.

Apps register sources for the model that a time line is about; each is a set of rows that the user may see and their moment. The lower app
shows the page and knows none of those above it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Model, Q, QuerySet

from units.models import User

PER_PAGE = 30


@dataclass(frozen=True)
class Event:
    """One thing that happened, in words; ``by`` only where those who read may know who did it."""

    label: str
    text: str
    url: str = ""
    by: str = ""
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Source:
    """Rows with a moment. ``kind`` and ``label`` are the filter they come under, which several sources may share.

    ``key`` is the source's own, ``at`` the field (or annotation) of the moment, never empty in ``rows(subject, user)``; ``show(row, user)``
    says what happened.
    """

    key: str
    kind: str
    label: str
    at: str
    rows: Callable[[Any, User], QuerySet[Any]]
    show: Callable[[Any, User], Event]


@dataclass(frozen=True)
class Shown:
    """An event on the page."""

    at: datetime
    kind: str
    event: Event


@dataclass(frozen=True)
class Timeline:
    """A page: events newest first, and what the address of the next page says; empty where nothing is older."""

    events: list[Shown]
    next: str
    is_first: bool
    kinds: dict[str, str]
    """All kinds on offer with their labels."""
    chosen: str


_SOURCES: dict[type[Model], list[Source]] = {}


def timeline_source(model: type[Model], source: Source) -> None:
    """Add ``source`` to the time lines of objects of ``model``; a second one of the same key takes the place of the first."""
    found = _SOURCES.setdefault(model, [])
    found[:] = [one for one in found if one.key != source.key] + [source]


def timeline(subject: Model, user: User, *, kind: str = "", cursor: str = "", per_page: int = PER_PAGE) -> Timeline:
    """Return the page of what happened about ``subject`` behind ``cursor``, as far as ``user`` may see it. One query a source.

    The order is total — moment, source, key — so that nothing is repeated or left out, however many things happened at one moment. A cursor
    of another time line, or made up, leads to the first page; an unknown ``kind`` means all.
    """
    sources = _SOURCES.get(type(subject), [])
    kinds = {source.kind: source.label for source in sources}
    chosen = kind if kind in kinds else ""
    salt = f"timeline|{subject._meta.label}|{subject.pk}"
    place = _read(cursor, salt)
    streams = [_stream(source, subject, user, place, per_page + 1) for source in sources if chosen in ("", source.kind)]
    # Equal keys keep the order of their own stream, which the database has sorted.
    merged = heapq.merge(*streams, key=lambda one: (one[0], one[1].key), reverse=True)
    found = [row for row, _ in zip(merged, range(per_page + 1), strict=False)]
    has_more, found = len(found) > per_page, found[:per_page]
    last = ""
    if has_more:
        at, source, row = found[-1]
        last = signing.dumps([at.isoformat(), source.key, str(row.pk)], salt=salt, compress=True)
    shown = [Shown(at, source.kind, source.show(row, user)) for at, source, row in found]
    return Timeline(shown, last, place is None, kinds, chosen)


Place = tuple[datetime, str, str]


def _stream(source: Source, subject: Model, user: User, place: Place | None, most: int) -> Sequence[tuple[datetime, Source, Any]]:
    rows = source.rows(subject, user)
    if place is not None:
        rows = rows.filter(_older(source, rows.model, place))
    found = rows.order_by(f"-{source.at}", "-pk")[:most]
    return [(getattr(row, source.at), source, row) for row in found]


def _older(source: Source, model: type[Model], place: Place) -> Q:
    """Return the condition for rows of ``source`` that stand behind ``place``."""
    at, key, pk = place
    if source.key < key:
        return Q(**{f"{source.at}__lte": at})
    older = Q(**{f"{source.at}__lt": at})
    if source.key > key:
        return older
    return older | Q(**{source.at: at, "pk__lt": model._meta.pk.to_python(pk)})


def _read(cursor: str, salt: str) -> Place | None:
    """Return the place; signed, so that only what we wrote for this time line reaches the database."""
    try:
        at, key, pk = signing.loads(cursor, salt=salt)
    except signing.BadSignature:
        return None
    return datetime.fromisoformat(at), key, pk
