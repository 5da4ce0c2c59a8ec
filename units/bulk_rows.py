"""Many new rows in one statement, for the few verbs that take in thousands a second.

``bulk_create`` does the same in many times the time of the processor: it compiles every value of every row on its own. Here rows go out as
``INSERT … VALUES``, which both databases understand alike, or, when there are many, as PostgreSQL's ``COPY``, which no longer has to read SQL.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections, models, router

READY = (str, int, float, type(None))
"""Values that every field hands to the database as they are. Truth values are integers to Python, and no trouble either."""
MOST_PARAMETERS = 30_000
COPIED_FROM = 20
"""With fewer rows ``COPY`` gains nothing."""
COPY_PIECE = 1 << 20

Column = tuple[str, Any]


def insert_rows(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert ``rows``: mappings from attribute names (``assignment_id``) to values, all with the same names.

    An instance's ``__dict__`` is such a mapping. Raises ``IntegrityError`` as any insert does. Called inside the verb's transaction.
    """
    if not rows:
        return
    connection = connections[router.db_for_write(model)]
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    quote = connection.ops.quote_name
    target = f"{quote(model._meta.db_table)} ({', '.join(quote(str(field.column)) for field in fields)})"
    # What no row says has its default, as in an instance.
    given = rows[0]
    rest = {field.attname: field.get_default() for field in fields if field.attname not in given}
    full = [{**rest, **row} for row in rows] if rest else rows
    columns = [(field.attname, field) for field in fields]
    if connection.vendor == "postgresql" and len(rows) >= COPIED_FROM:
        _copy(connection, target, columns, full)
    else:
        _insert(connection, target, columns, full)


def _insert(connection: Any, target: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> None:
    one = f"({', '.join(['%s'] * len(columns))})"
    step = max(1, (connection.features.max_query_params or MOST_PARAMETERS) // len(columns))
    prepared = [(name, _prepare(field, connection), isinstance(field, models.JSONField)) for name, field in columns]
    with connection.cursor() as cursor:
        for place in range(0, len(rows), step):
            some = rows[place : place + step]
            values = [
                value if isinstance(value := row[name], READY) and not is_json else prepare(value)
                for row in some
                for name, prepare, is_json in prepared
            ]
            cursor.execute(f"INSERT INTO {target} VALUES {', '.join([one] * len(some))}", values)  # noqa: S608 -- our own names


def _prepare(field: Any, connection: Any) -> Callable[[Any], Any]:
    """Return what makes a value ready for the database; the same moment stands in many rows."""
    moments: dict[datetime, Any] = {}

    def prepare(value: Any) -> Any:
        if not isinstance(value, datetime):
            return field.get_db_prep_save(value, connection)
        if value not in moments:
            moments[value] = field.get_db_prep_save(value, connection)
        return moments[value]

    return prepare


def update_rows(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write ``fields`` (attribute names) of ``rows``, instances of one model, in one statement per so many parameters.

    Unlike ``bulk_update``, which makes a case of every value. Called inside the verb's transaction. What notes changes by itself
    (``changed_at``) has to be named.
    """
    if not rows:
        return
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    if connection.vendor not in {"postgresql", "sqlite"}:
        # ``UPDATE … FROM (VALUES …)`` is not understood everywhere.
        model._default_manager.bulk_update(rows, fields, batch_size=100)
        return
    quote = connection.ops.quote_name
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    columns = [by_name[name] for name in (str(model._meta.pk.attname), *fields)]
    prepared = [(field.attname, _prepare(field, connection)) for field in columns]
    # PostgreSQL has to be told the types of bare values; without their lengths, so that what is too long is an error and not cut.
    is_strict = connection.vendor == "postgresql"
    types = [str(field.db_type(connection)).partition("(")[0] for field in columns]
    given = [f"CAST(given.column{place} AS {kind})" if is_strict else f"given.column{place}" for place, kind in enumerate(types, 1)]
    names = [quote(str(field.column)) for field in columns]
    table = quote(model._meta.db_table)
    settings = ", ".join(f"{name} = {value}" for name, value in zip(names[1:], given[1:], strict=True))
    one = f"({', '.join(['%s'] * len(columns))})"
    step = max(1, (connection.features.max_query_params or MOST_PARAMETERS) // len(columns))
    with connection.cursor() as cursor:
        for place in range(0, len(rows), step):
            some = rows[place : place + step]
            values = [prepare(getattr(row, name)) for row in some for name, prepare in prepared]
            head = f"UPDATE {table} SET {settings} FROM (VALUES {', '.join([one] * len(some))}) AS given"  # noqa: S608 -- our own names
            cursor.execute(f"{head} WHERE {table}.{names[0]} = {given[0]}", values)


# --- COPY -----------------------------------------------------------------------------------------------------------------


def _copy(connection: Any, target: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> None:
    r"""Send the rows in the text form of ``COPY``: columns apart by tabs, rows by line ends, ``\N`` for nothing."""
    sides = []
    for name, field in columns:
        words = _words(field, connection)
        values = [row[name] for row in rows]
        first = values[0]
        # Many columns hold one and the same value throughout.
        is_same = all(value is first for value in values)
        sides.append([words(first)] * len(values) if is_same else list(map(words, values)))
    lines = "\n".join(map("\t".join, zip(*sides, strict=True)))
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(f"COPY {target} FROM STDIN", io.StringIO(lines), COPY_PIECE)


def _words(field: Any, connection: Any) -> Callable[[Any], str]:
    """Return what turns a value of ``field`` into words that PostgreSQL reads back as the same value."""
    if isinstance(field, models.JSONField):
        return lambda value: "\\N" if value is None else _escaped(json.dumps(value, cls=field.encoder))
    prepare = _prepare(field, connection)

    def words(value: Any) -> str:
        if isinstance(value, str):
            return _escaped(value)
        if value is None:
            return "\\N"
        if isinstance(value, UUID):
            return value.hex
        return _escaped(str(value if isinstance(value, READY) else prepare(value)))

    return words


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
