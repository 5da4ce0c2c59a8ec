"""Keeping the search index true: called by every verb that writes what can be searched, in its own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import models, transaction

from inspections.models import Finding, FindingGrams, Rectification, RectificationGrams
from units.actions.organizations import on_rename
from units.bulk_rows import insert_rows
from units.grams import grams_of
from units.models import PartyOrganization
from units.models.grams import Grams
from units.searching import searchable

BATCH = 2_000
KEPT: dict[type[models.Model], tuple[type[Grams], str]] = {
    Finding: (FindingGrams, "finding_id"),
    Rectification: (RectificationGrams, "rectification_id"),
}


def index_for_search(rows: Sequence[Any], *, new: bool = False, names: Mapping[int, tuple[str, str]] | None = None) -> None:
    """Write the pairs of characters by which ``rows`` (findings, or rows of the ledger) are found.

    Part of the transaction that wrote them. ``new`` says that none was there before, which saves a statement; so does ``names``: what the
    organizations are called, by their keys, where that has just been read.
    """
    if not rows:
        return
    model = type(rows[0])
    index, key = KEPT[model]
    if not new:
        index._default_manager.filter(**{f"{key}__in": [row.pk for row in rows]}).delete()
    called = names if names is not None else _names({row.organization_id for row in rows})
    own = [field for field in model.SEARCHED if "__" not in field]
    # A key may come as it was sent, as text.
    made = [(model._meta.pk.to_python(row.pk), [*(getattr(row, field) for field in own), *called[row.organization_id]]) for row in rows]
    insert_rows(index, [{key: pk, "grams": " ".join(grams_of(texts))} for pk, texts in made])


def _names(organizations: set[int]) -> dict[int, tuple[str, str]]:
    rows = PartyOrganization.objects.filter(pk__in=organizations).values_list("pk", "name", "short_name")
    return {pk: (name, short_name) for pk, name, short_name in rows}


def _parts(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(rows)
    while part := list(islice(rest, BATCH)):
        yield part


@on_rename
def index_renamed(organizations: Sequence[int]) -> None:
    """What is about organizations is found by their names: write it anew when these change."""
    for model in KEPT:
        rows = model._default_manager.filter(organization__in=organizations).order_by("pk")
        for part in _parts(rows.iterator(BATCH)):
            index_for_search(part)


def _index_all(model: type[models.Model]) -> int:
    """Write the pairs of every row anew, one batch per transaction, and return how many there were."""
    count, last = 0, None
    while True:
        with transaction.atomic():
            rows = model._default_manager.order_by("pk")
            part = list((rows.filter(pk__gt=last) if last else rows).select_for_update(of=("self",))[:BATCH])
            index_for_search(part)
        if not part:
            return count
        count, last = count + len(part), part[-1].pk


@searchable("督查发现")
def index_findings() -> int:
    """Write the index of all findings anew."""
    return _index_all(Finding)


@searchable("整改事项")
def index_rectifications() -> int:
    """Write the index of all rows of the ledger anew."""
    return _index_all(Rectification)
