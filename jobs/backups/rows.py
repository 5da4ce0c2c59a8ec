"""Rows as lines of JSON, the same from every database: what moves a site from SQLite to PostgreSQL and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

from django.apps import apps
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import FieldDoesNotExist
from django.core.management.color import no_style
from django.db import connections, models
from django.db.models import FileField, Model

from jobs.errors import Refused

SLICE = 500
"""Rows written in one statement; SQLite takes 32,766 parameters."""


def tables() -> list[type[Model]]:
    """Return every model with a table of its own, the joining ones of many-to-many fields included, in a fixed order."""
    found = apps.get_models(include_auto_created=True)
    return sorted((model for model in found if kept(model)), key=lambda model: model._meta.label_lower)


def kept(model: type[Model]) -> bool:
    """Whether rows of ``model`` belong into a backup. Sessions do not: who was logged in logs in again."""
    return model._meta.managed and not model._meta.proxy and not issubclass(model, AbstractBaseSession)


def file_fields(model: type[Model]) -> list[FileField]:
    """Return the fields of ``model`` that name a stored file."""
    return [field for field in model._meta.concrete_fields if isinstance(field, FileField)]


def dump(model: type[Model], target: IO[str], *, using: str) -> int:
    """Write all rows of ``model`` as lines and return how many."""
    fields = model._meta.concrete_fields
    target.write(json.dumps([field.attname for field in fields]) + "\n")
    count = 0
    for row in model._base_manager.using(using).order_by("pk").iterator(chunk_size=2000):
        target.write(json.dumps([_plain(field, row) for field in fields], ensure_ascii=False) + "\n")
        count += 1
    return count


def _plain(field: models.Field, row: Model) -> Any:
    value = field.value_from_object(row)
    if value is None or isinstance(value, bool | int | str) or isinstance(field, models.JSONField):
        return value
    # Every field writes itself so that its ``to_python`` reads the same again, moments to the microsecond.
    return field.value_to_string(row)


def load(model: type[Model], source: IO[str], *, using: str) -> int:
    """Insert the rows that ``dump`` wrote and return how many; automatic dates stay as they were.

    Raises ``Refused`` when the file holds columns that this version does not know, or is no such file.
    """
    names = _line(source.readline())
    try:
        fields = [
            model._meta.get_field(name.removesuffix("_id")) if not _has(model, name) else model._meta.get_field(name) for name in names
        ]
    except (FieldDoesNotExist, AttributeError, TypeError) as error:
        raise Refused(
            f"备份中的“{model._meta.verbose_name}”与当前程序版本不符（{error}）。请用制作备份时的程序版本恢复，再升级。"
        ) from error
    count = 0
    for rows in _slices(source):
        objects = []
        for row in rows:
            if len(row) != len(fields):
                raise Refused(f"备份中的“{model._meta.verbose_name}”有残缺的行，请换用另一份备份。")
            objects.append(model(**{name: _value(field, value) for name, field, value in zip(names, fields, row, strict=True)}))
        # Raw as in loading fixtures: without it, fields with automatic dates would be set to the moment of restoring.
        model._base_manager._insert(objects, fields=fields, using=using, raw=True)  # type: ignore[attr-defined]
        count += len(objects)
    return count


def _has(model: type[Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)


def _value(field: Any, value: Any) -> Any:
    target = field.target_field if field.is_relation else field
    return value if value is None or isinstance(field, models.JSONField) else target.to_python(value)


def _line(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise Refused("备份文件已损坏，不能读取。请换用另一份备份。") from error


def _slices(source: IO[str]) -> Iterator[list[Any]]:
    rows: list[Any] = []
    for line in source:
        rows.append(_line(line))
        if len(rows) == SLICE:
            yield rows
            rows = []
    if rows:
        yield rows


def empty(*, using: str) -> None:
    """Delete every row, those that migrations ship included: the backup holds its own. Log-ins in force end: their people may be gone."""
    connection = connections[using]
    with connection.cursor() as cursor:
        # Children before parents is not needed: both databases check foreign keys at the end of the transaction.
        for model in apps.get_models(include_auto_created=True):
            if not model._meta.managed or model._meta.proxy:
                continue
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 -- our own table names


def set_counters(*, using: str) -> None:
    """Let automatic keys go on after the highest one restored (PostgreSQL's sequences know nothing of rows inserted with a key)."""
    connection = connections[using]
    statements = connection.ops.sequence_reset_sql(no_style(), tables())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
