"""Every stored file against the row that names it: is it there, and is it still what was stored?

One pass reads all rows that name files, then all names in the store. It works in batches, keeps its place in a ``FileCheck`` after each,
and so may be stopped, killed or continued by another process at any point.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.files.storage import default_storage
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone

from jobs.errors import Refused
from jobs.files import BATCH, file_fields, stored, unnamed
from jobs.models import FileCheck

BLOCK = 1024 * 1024
ROWS = 50
"""Files between two notes of the place; large ones are noted one by one."""
HELD = timedelta(minutes=15)
"""Who holds a pass for so long without a note has been killed."""
YOUNG = timedelta(days=1)
"""What was stored since may get its row yet."""
FAULTS, KEPT = 100, 60
STORE = "~store"
"""The last stage, behind every label."""

Checked = Callable[[FileCheck], None]
_AFTER: list[Checked] = []


class TakenOver(Exception):
    """Another process has gone on with the pass."""


def on_checked(function: Checked) -> Checked:
    """Register ``function(check)`` to run in the transaction that ends a pass: the app above keeps the activity log."""
    if function not in _AFTER:
        _AFTER.append(function)
    return function


def begin(*, daily: bool = False) -> FileCheck | None:
    """Start a pass and hold it; ``None`` when today's ``daily`` one has begun already, here or in another process."""
    day = timezone.localdate() if daily else None
    try:
        with transaction.atomic():
            return FileCheck.objects.create(day=day, held_at=timezone.now())
    except IntegrityError:
        return None


def take_up() -> FileCheck | None:
    """Hold the newest pass that was not ended and that nobody is at; ``None`` when there is none."""
    newest = FileCheck.objects.first()
    if newest is None or newest.finished_at:
        return None
    free = Q(held_at=None) | Q(held_at__lt=timezone.now() - HELD)
    now = timezone.now()
    if not FileCheck.objects.filter(free, pk=newest.pk, finished_at=None).update(held_at=now):
        return None
    newest.refresh_from_db()
    return newest


def go_on(check: FileCheck, *, seconds: float | None = None) -> bool:
    """Go on with a pass that is held until it ends (``True``) or ``seconds`` have gone by; then it is free for others.

    Raises ``TakenOver`` when another process went on with it, ``OSError`` when the store is away: the place is kept.
    """
    ends = time.monotonic() + seconds if seconds is not None else None
    try:
        for _ in _batches(check):
            _note(check)
            if ends is not None and time.monotonic() > ends:
                return False
        _finish(check)
    finally:
        FileCheck.objects.filter(pk=check.pk, held_at=check.held_at).update(held_at=None)
    return True


def _note(check: FileCheck, **more: Any) -> None:
    before, now = check.held_at, timezone.now()
    names = ("stage", "cursor", "files", "size", "missing", "changed", "unknown", "faults")
    values = {name: getattr(check, name) for name in names}
    if not FileCheck.objects.filter(pk=check.pk, held_at=before).update(held_at=now, **values, **more):
        raise TakenOver
    check.held_at = now


def _finish(check: FileCheck) -> None:
    with transaction.atomic():
        check.finished_at = timezone.now()
        _note(check, finished_at=check.finished_at)
        old = FileCheck.objects.exclude(finished_at=None).order_by("-pk").values_list("pk", flat=True)[KEPT:]
        FileCheck.objects.filter(pk__in=list(old)).delete()
        for function in _AFTER:
            function(check)


def _batches(check: FileCheck) -> Iterator[None]:
    """Do the work; at each ``yield`` the pass may stop."""
    fields = sorted(file_fields(), key=lambda pair: _label(*pair))
    for model, field in fields:
        if _label(model, field) < check.stage:
            continue
        if _label(model, field) > check.stage:
            check.stage, check.cursor = _label(model, field), ""
        yield from _rows(check, model, field)
    if check.stage != STORE:
        check.stage, check.cursor = STORE, ""
    yield from _names(check)


def _label(model: type[models.Model], field: str) -> str:
    return f"{model._meta.label_lower}.{field}"


def _rows(check: FileCheck, model: type[models.Model], field: str) -> Iterator[None]:
    wanted = model._base_manager.exclude(**{field: ""}).exclude(**{f"{field}__isnull": True}).order_by("pk")
    columns = ["pk", field, *(["sha256"] if _has_hash(model) else [])]
    while True:
        after = {"pk__gt": model._meta.pk.to_python(check.cursor)} if check.cursor else {}
        rows = list(wanted.filter(**after).values_list(*columns)[:ROWS])
        for row in rows:
            size = _look(check, model, field, row)
            check.cursor = str(row[0])
            if size > BLOCK:
                yield
        if not rows:
            return  # nothing was done: a pass that stopped here would not have moved
        yield


def _has_hash(model: type[models.Model]) -> bool:
    try:
        model._meta.get_field("sha256")
    except FieldDoesNotExist:
        return False
    return True


def _look(check: FileCheck, model: type[models.Model], field: str, row: tuple[Any, ...]) -> int:
    """Compare one file with its row and return its size; a fault counts only if the row still says the same."""
    pk, name, recorded = (*row, "")[:3]
    found, size = _hash(name, whole=bool(recorded))
    check.files += 1
    check.size += size
    if found == recorded or (found is not None and not recorded):
        return size
    now = model._base_manager.filter(pk=pk).values_list(field, *(["sha256"] if recorded else [])).first()
    if now == (name, *([recorded] if recorded else [])):
        what = "missing" if found is None else "changed"
        setattr(check, what, getattr(check, what) + 1)
        _fault(check, what, f"{model._meta.verbose_name} {pk}", name)
    return size


def _hash(name: str, *, whole: bool) -> tuple[str | None, int]:
    """Return the SHA-256 of a stored file and its size, read block by block; ``None`` for one that is not there. Without ``whole`` only its size."""
    try:
        if not whole:
            return "", default_storage.size(name)
        digest, size = hashlib.sha256(), 0
        with default_storage.open(name, "rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
                size += len(block)
    except FileNotFoundError:
        return None, 0
    return digest.hexdigest(), size


def _names(check: FileCheck) -> Iterator[None]:
    names = stored(default_storage, after=check.cursor)
    before = timezone.now() - YOUNG
    while batch := list(islice(names, BATCH)):
        for name in sorted(unnamed(batch)):
            try:
                old = default_storage.get_modified_time(name) < before
            except FileNotFoundError:
                continue
            if old:
                check.unknown += 1
                _fault(check, "unknown", "", name)
        check.cursor = batch[-1]
        yield


def _fault(check: FileCheck, what: str, row: str, name: str) -> None:
    """Keep the first faults with names; losses push out what is merely untidy."""
    if len(check.faults) >= FAULTS and what != "unknown":
        check.faults = [fault for fault in check.faults if fault["what"] != "unknown"]
    if len(check.faults) < FAULTS:
        check.faults.append({"what": what, "row": row, "name": name})


def check_now(*, resume: bool = False, seconds: float | None = None) -> tuple[FileCheck, bool]:
    """Make a pass, or go on with the last one, in this process; return it and whether it has ended. Raises ``Refused`` when another is at it."""
    check = take_up() if resume else begin()
    if check is None:
        message = "没有可以继续的核对：上一次已经完成，或者正由后台进程进行。去掉 --resume 可重新核对。"
        raise Refused(message)
    return check, go_on(check, seconds=seconds)
