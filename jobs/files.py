"""Files in the store and the rows that name them, held against each other.

A row that is deleted leaves its file behind, and so does a worker that is killed between the two. No row is deleted for a file, and no file
for a row in one transaction: only a look at both, later, finds what belongs to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.db import models, transaction

from jobs.models import Job

BATCH = 500


def file_fields() -> list[tuple[type[models.Model], str]]:
    """Return the fields of all apps that name a file in the store."""
    return [
        (model, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field, models.FileField)
    ]


def stored(storage: Storage, *, after: str = "") -> Iterator[str]:
    """Yield the names of all files behind ``after``, in the order of their names: whoever is interrupted goes on at the last one."""
    if hasattr(storage, "names_after"):
        return iter(storage.names_after(after))
    return _below(storage, "", after)


def _below(storage: Storage, folder: str, after: str) -> Iterator[str]:
    folders, files = storage.listdir(folder)
    prefix = f"{folder}/" if folder else ""
    for name in sorted([prefix + name for name in files] + [f"{prefix}{name}/" for name in folders]):
        if not name.endswith("/"):
            if name > after:
                yield name
        elif name > after or after.startswith(name):
            yield from _below(storage, name[:-1], after)


def unnamed(names: Iterable[str]) -> set[str]:
    """Return those of ``names`` that no row names; one query per field, so the caller keeps batches small."""
    left = set(names)
    for model, field in file_fields():
        if not left:
            break
        left.difference_update(model._default_manager.filter(**{f"{field}__in": left}).values_list(field, flat=True))
    if left:
        # What a job has still to read.
        left.difference_update(Job.objects.filter(params__stored__in=left).values_list("params__stored", flat=True))
    return left


def orphans(*, before: datetime, storage: Storage = default_storage) -> Iterator[str]:
    """Yield the files that no row names and that were there already at the moment ``before``: younger ones may get their row yet."""
    names = stored(storage)
    while batch := list(islice(names, BATCH)):
        for name in sorted(unnamed(batch)):
            if storage.get_modified_time(name) < before:
                yield name


def missing(storage: Storage = default_storage) -> Iterator[tuple[models.Model, str]]:
    """Yield each row whose file is gone, with the file's name."""
    for model, field in file_fields():
        for row in model._default_manager.exclude(**{field: ""}).exclude(**{f"{field}__isnull": True}).order_by("pk").iterator():
            name = getattr(row, field).name
            if not storage.exists(name):
                yield row, name


def delete_unnamed_on_commit(names: Iterable[str], storage: Storage = default_storage) -> None:
    """Delete files once the current transaction commits, except those that a row names then: a file may serve several rows."""
    wanted = [name for name in names if name]

    def delete() -> None:
        for name in unnamed(wanted):
            storage.delete(name)

    # What stays behind because the store is away is found by the next sweep: the verb has been carried out all the same.
    transaction.on_commit(delete, robust=True)
