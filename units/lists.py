"""The lists of the site: what each shows, who finds what in it, and how it is taken out as a file. Each app registers its own.

One description serves the screen (which columns), the saved views (whose conditions) and the export (both): what is taken out is what is
seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, QueryDict

from units.models import ListColumns, SavedView, User

BATCH = 2_000
NO_CONDITIONS = frozenset({"at", "page", "count", "all", "place", "show"})
"""What an address says beside the conditions of the list: where in it one is, not what is in it."""


@dataclass(frozen=True)
class Column:
    """A column: ``fields`` are read for it, ``value`` makes of them what a cell says. ``on_screen`` says whether pages can show it."""

    key: str
    label: str
    width: float
    fields: tuple[str, ...]
    value: Callable[..., Any] | None = None
    on_screen: bool = True


@dataclass(frozen=True)
class Found:
    """What a user finds by an address: the rows in their order, and the conditions in words; ``fault`` says what is wrong with them."""

    rows: QuerySet[Any]
    words: str = "无"
    fault: str = ""


def _values(rows: QuerySet[Any], columns: Sequence[Column]) -> Iterator[Sequence[Any]]:
    """Read plain values, batch by batch: neither rows nor objects pile up."""
    names = list(dict.fromkeys(field for column in columns for field in column.fields))
    plan = [([names.index(field) for field in column.fields], column.value) for column in columns]
    for row in rows.values_list(*names).iterator(BATCH):
        yield [value(*(row[place] for place in places)) if value else row[places[0]] for places, value in plan]


def objects(prepare: Callable[[Any], Any]) -> Callable[[QuerySet[Any], Sequence[Column]], Iterator[Sequence[Any]]]:
    """Return a reader for lists whose cells need whole objects: ``prepare`` adds what they show; columns get the object."""

    def read(rows: QuerySet[Any], columns: Sequence[Column]) -> Iterator[Sequence[Any]]:
        for row in prepare(rows).iterator(BATCH):
            yield [column.value(row) if column.value else "" for column in columns]

    return read


def named(choices: Any) -> Callable[[Any], str]:
    """Return a cell's value for a field with ``choices``: the Chinese word instead of the key."""
    labels = {str(key): str(label) for key, label in choices.choices}
    return lambda value: labels.get(str(value), "")


def rights_of(user: User) -> list[str]:
    """Return what lets ``user`` read what stands in lists: the appointments of today."""
    held = sorted(f"{one.role}:{one.organization_id}" for one in user.current_appointments)
    return [*held, "superuser"] if user.is_superuser else held


@dataclass(frozen=True)
class ListKind:
    """One list. ``found`` raises ``PermissionDenied`` or ``Http404`` for those who may not open it, as its page does.

    ``shown`` are the columns of the screen until somebody chooses others, ``fixed`` those that cannot be left out. ``place`` is what the
    page's address says beside the conditions (a campaign's code); it travels as ``place``. ``parts`` are the columns of a list that has
    several faces, by the ``view`` in its address. ``rights``: an export by a worker is made, and read, only while they are still there.
    """

    key: str
    label: str
    page: str
    columns: tuple[Column, ...]
    shown: tuple[str, ...]
    found: Callable[[User, QueryDict], Found]
    fixed: tuple[str, ...] = ()
    unit: str = "条"
    place: str = ""
    parts: Callable[[str], tuple[str, tuple[str, ...]]] | None = None
    verb: str = "units.list_export"
    rights: Callable[[User], list[str]] = rights_of
    read: Callable[[QuerySet[Any], Sequence[Column]], Iterator[Sequence[Any]]] = _values

    def face(self, query: QueryDict) -> tuple[str, str, tuple[str, ...]]:
        """Return the key under which columns are chosen, the name of the list and its first columns, for the address ``query``."""
        if self.parts is None:
            return self.key, self.label, self.shown
        part = query.get("view", "")
        label, columns = self.parts(part)
        return f"{self.key}.{part}" if part else self.key, label, columns


_KINDS: dict[str, ListKind] = {}


def list_kind(kind: ListKind) -> ListKind:
    """Register ``kind`` and return it."""
    _KINDS[kind.key] = kind
    return kind


def kind_of(key: str) -> ListKind:
    """Return the list ``key``. Raises ``Http404`` for one that nobody registered."""
    try:
        return _KINDS[key]
    except KeyError as error:
        raise Http404("没有这个列表。") from error


def kinds() -> dict[str, ListKind]:
    """Return all lists by key."""
    return dict(_KINDS)


def conditions(query: QueryDict) -> QueryDict:
    """Return what ``query`` says about the content of a list, without what is empty."""
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        if name not in NO_CONDITIONS and any(values):
            kept.setlist(name, [value for value in values if value])
    return kept


def chosen_columns(kind: ListKind, query: QueryDict, user: User) -> tuple[list[Column], bool]:
    """Return the columns that ``user`` wants to see, in the order of the list, and whether they were chosen."""
    key, _label, first = kind.face(query)
    row = ListColumns.objects.filter(user=user, list_key=key).values_list("columns", flat=True).first()
    known = {column.key for column in kind.columns}
    wanted = [name for name in row or () if name in known]
    if not wanted:
        return columns_of(kind, first), False
    order = [*first, *(column.key for column in kind.columns if column.key not in first)]
    return columns_of(kind, [name for name in order if name in {*wanted, *kind.fixed}]), True


def columns_of(kind: ListKind, keys: Sequence[str]) -> list[Column]:
    """Return the columns ``keys`` in that order; a key that is gone is left out."""
    known = {column.key: column for column in kind.columns}
    return [known[key] for key in keys if key in known]


def exported_columns(kind: ListKind, query: QueryDict, user: User) -> list[Column]:
    """Return the columns of a file: those that ``user`` chose; else all, or those of the face that is open."""
    columns, is_chosen = chosen_columns(kind, query, user)
    if is_chosen or kind.parts is not None:
        return columns
    return list(kind.columns)


def views_for(kind: ListKind, user: User) -> list[SavedView]:
    """Return the saved views of the list that ``user`` has or is shown by the own office, the own ones first."""
    rows = list(SavedView.objects.visible_to(user).filter(list_key=kind.key).select_related("user"))
    return sorted(rows, key=lambda view: (view.user_id != user.pk, view.name))
