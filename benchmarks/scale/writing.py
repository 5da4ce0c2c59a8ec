"""Rows past the verbs, as fast as the database takes them."""

from __future__ import annotations

import io
import itertools
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

CHUNK = 20_000


def load(model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
    """Write rows with COPY on PostgreSQL and ``executemany`` elsewhere; return how many."""
    count, rest = 0, iter(rows)
    columns = ", ".join(connection.ops.quote_name(name) for name in names)
    table = connection.ops.quote_name(model._meta.db_table)
    while some := list(itertools.islice(rest, CHUNK)):
        count += len(some)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                lines = "".join("\t".join(r"\N" if value is None else str(value) for value in row) + "\n" for row in some)
                cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO(lines))
            else:
                marks = ", ".join(["%s"] * len(names))
                plain = [[_plain(value) for value in row] for row in some]
                cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", plain)  # noqa: S608 -- our own names
    return count


def _plain(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return value.hex
    return value.strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, datetime) else value
