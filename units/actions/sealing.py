"""Sealing the activity log into a hash chain, in the background.

Inside the verbs' transactions the chain would be a lock that everybody shares (design §3). A link takes entries that have no link yet. Keys
are given out before transactions end, so an entry may appear below keys that are sealed already: such late ones are taken as long as they
can be honest (``LATE``), after that they are reported as slipped in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Min, Q, QuerySet, Sum
from django.utils import timezone

from units.models import ActivityEntry, ActivitySeal

FIRST = "0" * 64
SIZE = 500
"""Entries in one link."""
SETTLES = timedelta(seconds=20)
"""An entry this old is normally committed together with those around it."""
LATE = timedelta(hours=1)
"""No transaction of ours stays open this long."""
FIELDS = ("actor_id", "actor_name", "verb", "summary", "object_type", "object_id", "object_name", "organization_path", "changes", "address")
LATER = ("request_id",)
"""Columns that came after the first seals: they count where they hold something, so that older entries keep their digests."""
COLUMNS = ("pk", "at", *FIELDS, *LATER)


def digest_of(row: dict[str, Any]) -> str:
    """Return the SHA-256 of one entry, given as ``values(*COLUMNS)``, over canonical JSON: sorted keys, no spaces, UTC to the microsecond."""
    content = {name: row[name] for name in FIELDS} | {name: row[name] for name in LATER if row[name] is not None}
    content["id"] = row["pk"]
    content["at"] = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return _sha256(content)


def hash_of(number: int, entries: list[int], digests: list[str], before: str) -> str:
    """Return what binds a link to its entries and to the link before."""
    return _sha256([number, entries, digests, before])


def _sha256(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seal_waiting(limit: int = 200) -> int:
    """Add up to ``limit`` links for entries that wait, and return how many entries were sealed. Two workers at once never fork the chain."""
    sealed = 0
    for _ in range(limit):
        try:
            with transaction.atomic():
                added = _seal_next()
        except IntegrityError:
            return sealed  # another worker added this link
        sealed += added
        if added < SIZE:
            return sealed
    return sealed


def _seal_next() -> int:
    last = ActivitySeal.objects.order_by("-number").first()
    now = timezone.now()
    top = ActivitySeal.objects.aggregate(top=Max("highest"))["top"] or 0
    # An entry from the future was written before the clock was put back. It must not wait: what follows it would be sealed first.
    settled = Q(at__lte=now - SETTLES) | Q(at__gt=now + SETTLES)
    waiting = ActivityEntry.objects.filter(settled).order_by("pk")
    rows = _late(waiting, now) if top else []
    rows += waiting.filter(pk__gt=top).values(*COLUMNS)[: SIZE - len(rows)]
    if not rows:
        return 0
    number = last.number + 1 if last else 1
    entries, digests = [row["pk"] for row in rows], [digest_of(row) for row in rows]
    value = hash_of(number, entries, digests, last.hash if last else FIRST)
    ActivitySeal.objects.create(
        number=number, lowest=min(entries), highest=max(entries), size=len(rows), entries=entries, digests=digests, hash=value
    )
    return len(rows)


def _late(waiting: QuerySet[ActivityEntry], now: datetime) -> list[dict[str, Any]]:
    """Return entries that appeared below sealed keys; nearly always none, which two counts tell."""
    recent = ActivitySeal.objects.filter(sealed_at__gte=now - LATE)
    span = recent.aggregate(lowest=Min("lowest"), highest=Max("highest"), size=Sum("size"))
    if not span["size"]:
        return []
    between = waiting.filter(pk__gte=span["lowest"], pk__lte=span["highest"])
    if between.count() == span["size"]:
        return []
    known = {key for keys in recent.values_list("entries", flat=True) for key in keys}
    keys = between.filter(at__gte=now - LATE).values_list("pk", flat=True)
    late = [key for key in keys.iterator(chunk_size=5000) if key not in known][:SIZE]
    return list(waiting.filter(pk__in=late).values(*COLUMNS))


@dataclass
class Verdict:
    """What verification found. ``faults`` are Chinese sentences, each about one entry or link; ``head`` is the last link's hash."""

    links: int = 0
    entries: int = 0
    waiting: int = 0
    head: str = FIRST
    faults: list[str] = field(default_factory=list)


def verify() -> Verdict:
    """Walk the chain from its beginning and compare every entry with its digest. Memory does not grow with the log."""
    found = Verdict()
    highest = 0
    for seal in ActivitySeal.objects.order_by("number").iterator(chunk_size=50):
        if seal.number != found.links + 1:
            found.faults.append(f"封存链在第 {found.links} 环之后断开：下一环是第 {seal.number} 环，中间的被移除。")
        if hash_of(seal.number, seal.entries, seal.digests, found.head) != seal.hash:
            found.faults.append(f"第 {seal.number} 环的链值不符：这一环或它前面的内容被改动。")
        found.links, found.head = seal.number, seal.hash
        highest = max(highest, seal.highest)
        found.entries += len(seal.entries)
        found.faults += _compare(seal)
    found.waiting = ActivityEntry.objects.filter(pk__gt=highest).count()
    found.faults += [f"记录 {key} 没有封存，却排在已封存的记录之前：是后来插入的。" for key in _slipped_in(highest)]
    return found


def _compare(seal: ActivitySeal) -> Iterator[str]:
    rows = {row["pk"]: row for row in ActivityEntry.objects.filter(pk__in=seal.entries).values(*COLUMNS)}
    for key, digest in zip(seal.entries, seal.digests, strict=True):
        row = rows.get(key)
        if row is None:
            if seal.pruned_at is None:
                yield f"记录 {key}（第 {seal.number} 环）被删除。"
        elif digest_of(row) != digest:
            yield f"记录 {key}（第 {seal.number} 环，{row['actor_name']}，{row['summary']}）被改动。"


def _slipped_in(highest: int) -> Iterator[int]:
    """Keys below the highest sealed one that no link holds, and that are too old to be merely late."""
    settled = timezone.now() - LATE
    below = (
        ActivityEntry.objects.filter(pk__lte=highest, at__lt=settled).order_by("pk").values_list("pk", flat=True).iterator(chunk_size=5000)
    )
    sealed = (
        key for keys in ActivitySeal.objects.order_by("number").values_list("entries", flat=True).iterator(chunk_size=50) for key in keys
    )
    pending: set[int] = set()
    for key in below:
        # Links run nearly in the order of keys: what is read ahead stays small.
        while key not in pending and (following := next(sealed, None)) is not None:
            pending.add(following)
        if key in pending:
            pending.discard(key)
        else:
            yield key
