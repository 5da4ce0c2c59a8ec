"""What is measured: see ``benchmarks.search``. Imported once the settings are loaded."""

import random
import statistics
import time
import uuid
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone

from inspections.actions.searching import index_for_search
from inspections.demo.loading import load
from inspections.models import Finding, FindingGrams
from units.bulk_rows import insert_rows
from units.models import User
from units.models.grams import best_first
from units.paging import keyset_page

RUNS, BATCH, PER_PAGE, RARE = 7, 5_000, 30, 5_000
RARE_WORDS = ("烛龙", "凤鸣台账", "烛龙 台账")
NEWEST = ("-recorded_at", "-id")


def fill(size: int, luck: random.Random) -> None:
    """Write findings that say what the demo's say, with other characters here and there, and a rare word in one of 5,000."""
    known = list(Finding.objects.standing())
    letters = [chr(0x4E00 + place) for place in range(0, 9_000, 3)]
    start = timezone.now()
    for done in range(0, size, BATCH):
        rows = []
        for number in range(done, min(done + BATCH, size)):
            row: dict[str, Any] = {**vars(luck.choice(known)), "id": uuid.uuid4(), "recorded_at": start - timedelta(seconds=number)}
            cut = luck.randrange(len(row["text"]))
            row["text"] = row["text"][:cut] + "".join(luck.choices(letters, k=4)) + row["text"][cut:]
            if (number + 1) % RARE == 0:
                row["text"] = f"{row['text']}，烛龙凤鸣台账"
            rows.append(row)
        insert_rows(Finding, rows)
        index_for_search(
            [Finding(**{field.attname: row[field.attname] for field in Finding._meta.concrete_fields}) for row in rows], new=True
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def like(words: str) -> Any:
    """The same search without the index."""
    rows = Finding.objects.all()
    for word in words.split():
        condition = Q()
        for field in Finding.SEARCHED:
            condition |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(condition)
    return rows


def page(rows: Any, words: str) -> list[Any]:
    """The first page as the list shows it."""
    found = words.split()
    is_ranked = FindingGrams.objects.candidates(found) is not None
    ranked = rows.annotate(rank=best_first(found, Finding.SEARCHED)) if is_ranked else rows
    return keyset_page(ranked, ("rank", *NEWEST) if is_ranked else NEWEST, PER_PAGE, "", ("pk",)).object_list


def milliseconds(what: Any) -> float:
    """The median of some runs."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        what()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1_000


def report(user: User) -> None:
    """Print the table."""
    print(f"{connection.vendor}, {Finding.objects.count():,} findings, milliseconds (median of {RUNS})")
    print(f"{'search, first page':30}{'ours':>10}{'LIKE alone':>12}{'same rows':>11}")
    for words in (*RARE_WORDS, "学习", "台账 记录", "没有这个词"):
        visible = Finding.objects.visible_to(user).standing()
        same = set(Finding.objects.search(words).values_list("pk", flat=True)) == set(like(words).values_list("pk", flat=True))
        ours = milliseconds(lambda rows=visible, words=words: page(rows.search(words), words))
        theirs = milliseconds(lambda words=words: list(like(words).order_by(*NEWEST)[:PER_PAGE]))
        print(f"{words:26}{ours:>12.1f}{theirs:>12.1f}{same!s:>11}")
    rows = Finding.objects.visible_to(user).standing()
    deep = min(2_000, Finding.objects.count() // PER_PAGE - 2)
    at = ""
    for _ in range(deep - 1):
        at = keyset_page(rows, NEWEST, PER_PAGE, at, ("pk",)).next
    first = milliseconds(lambda: keyset_page(rows, NEWEST, PER_PAGE, "", ("pk", "text")))
    far = milliseconds(lambda: keyset_page(rows, NEWEST, PER_PAGE, at, ("pk", "text")))
    skipped = milliseconds(lambda: list(rows.order_by(*NEWEST).values_list("pk", "text")[(deep - 1) * PER_PAGE : deep * PER_PAGE]))
    print(f"page 1: {first:.1f}; page {deep:,}: {far:.1f} by key, {skipped:.1f} by skipping rows")


def run(size: int) -> None:
    """Make the database, fill it, measure, drop it."""
    config = setup_databases(verbosity=0, interactive=False)
    try:
        load(uuid.uuid4().hex, timezone.now())
        began = time.perf_counter()
        fill(size, random.Random(3))  # noqa: S311 -- not for secrets
        print(f"filled in {time.perf_counter() - began:.0f} s")
        report(next(user for user in User.objects.all() if user.office_paths))
    finally:
        teardown_databases(config, verbosity=0)
