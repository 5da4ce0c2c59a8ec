"""What stands above a list on its page: chips of the conditions, saved views, columns, export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect

from units.forms.conditions import shown
from units.lists import Column, ListKind, chosen_columns, conditions, views_for
from units.models import SavedView


@dataclass(frozen=True)
class Chip:
    """One condition in words; ``query`` is the address without it."""

    text: str
    query: str


@dataclass(frozen=True)
class Tools:
    """All of it for one page."""

    kind: ListKind
    label: str
    chosen: list[Column]
    columns: list[Column]
    offered: list[Column]
    is_chosen: bool
    chips: list[Chip]
    views: list[SavedView]
    here: SavedView | None
    query: str
    export_query: str
    user_id: int
    place: str

    @property
    def hides_some(self) -> bool:
        """Whether there are columns that only files have."""
        return any(not column.on_screen for column in self.offered)

    @property
    def keys(self) -> set[str]:
        """The keys of the columns chosen, or shown at first."""
        return {column.key for column in self.chosen}


def _without(query: QueryDict, names: Sequence[str]) -> str:
    left = query.copy()
    for name in names:
        left.pop(name, None)
    return f"?{left.urlencode()}" if left else "?all=1"


def chips_of(form: forms.Form | None, query: QueryDict, *, extra: dict[str, str] | None = None) -> list[Chip]:
    """Return a chip for each condition of ``query`` that the form knows; ``extra`` names conditions that it hides, by their field.

    What the form refused is a condition too: the chip takes it away.
    """
    found, said = [], {**(extra or {})}
    data = getattr(form, "cleaned_data", {})
    fields = form.fields if form is not None else {}
    for name, field in fields.items():
        if name not in query or name in said or field.widget.is_hidden:
            continue
        if name == "below" and "organization" in fields:
            continue
        value = data.get(name, query[name])
        if value in (None, "", False):
            continue
        said[name] = str(field.label) if value is True else f"{field.label}：{shown(field, value)}"
    for name, text in said.items():
        if query.get(name):
            # What is below an organization is no condition without it.
            gone = [name, "below"] if name in {"organization", "under"} else [name]
            found.append(Chip(text, _without(query, gone)))
    return found


def tools_for(
    request: Any, kind: ListKind, form: forms.Form | None = None, *, place: str = "", extra: dict[str, str] | None = None
) -> Tools:
    """Return what stands above the list ``kind`` on the page of ``request`` (2 queries)."""
    query = conditions(request.GET)
    columns, is_chosen = chosen_columns(kind, query, request.user)
    views = _views(request, kind)
    exported = query.copy()
    if place:
        exported["place"] = place
    return Tools(
        kind=kind,
        label=kind.face(query)[1],
        chosen=columns,
        columns=[column for column in columns if column.on_screen],
        offered=list(kind.columns),
        is_chosen=is_chosen,
        chips=chips_of(form, query, extra=extra),
        views=views,
        here=next((view for view in views if view.holds(query)), None) if query else None,
        query=query.urlencode(),
        export_query=exported.urlencode(),
        user_id=request.user.pk,
        place=place,
    )


def _views(request: Any, kind: ListKind) -> list[SavedView]:
    """Read the views once for a request: its page shows them, and may open with one."""
    known: dict[str, list[SavedView]] = request.__dict__.setdefault("list_views", {})
    if kind.key not in known:
        known[kind.key] = views_for(kind, request.user)
    return known[kind.key]


def default_view(request: Any, kind: ListKind) -> HttpResponse | None:
    """Return the way to the user's default view when the list is opened without any condition; ``None`` when there is no such view."""
    if request.GET or request.htmx:
        return None
    own = (view for view in _views(request, kind) if view.is_default and view.user_id == request.user.pk)
    view = next(own, None)
    return redirect(f"{request.path}?{view.query}") if view and view.query else None
