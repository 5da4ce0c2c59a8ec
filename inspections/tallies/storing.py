"""Tallies in the database, read and written as text: no row passes through a model, no JSON through a field, thousands at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connections, router, transaction

from inspections.models import Tally
from inspections.tallies.totals import PARTS, Totals
from units.models.organization import STEP

AT_ONCE = 500
"""Places in one statement."""
SCALARS = ("units", "concluded", "problems", "serious", "risk_points", "good_practices", "recurrences", "duties", "closed")
Parts = Sequence[str]


def read(campaigns: Sequence[int], paths: Iterable[str], parts: Parts = tuple(PARTS)) -> Iterator[tuple[int, str, list[str]]]:
    """Yield the tallies of ``campaigns`` at ``paths``: campaign, path, and the parts asked for as texts for ``Totals.add_texts``."""
    columns = _named(("campaign_id", "path", *parts))
    for some in batches(paths):
        condition = f"campaign_id IN ({_marks(campaigns)}) AND path IN ({_marks(some)})"
        for campaign, path, *texts in _fetch(columns, condition, [*campaigns, *some]):
            yield campaign, path, texts


def read_below(campaign: int, parents: Iterable[str], parts: Parts = tuple(PARTS)) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the tallies right below ``parents``: parent's path, path, and the parts asked for. The whole campaign is no child of itself."""
    columns = _named(("parent_path", "path", *parts))
    for some in batches(parents):
        condition = f"campaign_id = %s AND parent_path IN ({_marks(some)}) AND path <> ''"
        for parent, path, *texts in _fetch(columns, condition, [campaign, *some]):
            yield parent, path, texts


def write(campaign: int, counted: Mapping[str, Totals], now: datetime) -> None:
    """Put the tallies of ``campaign`` by their paths, in place of what was there."""
    connection = connections[router.db_for_write(Tally)]
    names = ("campaign_id", "path", "parent_path", *SCALARS, *PARTS, "counted_at")
    kept = ", ".join(f'"{name}" = excluded."{name}"' for name in names[2:])
    head = f"INSERT INTO {_TABLE} ({_named(names)}) VALUES "  # noqa: S608 -- our own names
    merges = connection.vendor in {"postgresql", "sqlite"}
    tail = f" ON CONFLICT (campaign_id, path) DO UPDATE SET {kept}" if merges else ""
    one = f"({_marks(names)})"
    moment = connection.ops.adapt_datetimefield_value(now)
    with transaction.atomic(using=connection.alias, savepoint=False), connection.cursor() as cursor:
        # In one order always, so that two writers could not wait for each other crosswise.
        for some in batches(sorted(counted)):
            values: list[Any] = []
            for path in some:
                totals = counted[path]
                texts = [json.dumps(rows, ensure_ascii=False, separators=(",", ":")) for rows in totals.to_json().values()]
                values += (campaign, path, path[:-STEP], *(getattr(totals, name) for name in SCALARS), *texts, moment)
            if not merges:
                Tally.objects.using(connection.alias).filter(campaign=campaign, path__in=some).delete()
            cursor.execute(head + ", ".join([one] * len(some)) + tail, values)


def batches(values: Iterable[str]) -> Iterator[list[str]]:
    """Yield ``values`` by so many as go into one statement."""
    rest = iter(values)
    while some := list(islice(rest, AT_ONCE)):
        yield some


_TABLE = Tally._meta.db_table


def _named(names: Sequence[str]) -> str:
    # One of them is a word of SQL.
    return ", ".join(f'"{name}"' for name in names)


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _fetch(columns: str, condition: str, values: Sequence[Any]) -> list[Any]:
    with connections[router.db_for_read(Tally)].cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {_TABLE} WHERE {condition}", values)  # noqa: S608 -- our own names
        found: list[Any] = cursor.fetchall()
        return found
