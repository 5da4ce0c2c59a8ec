"""Removing entries of the activity log that are old enough. The links stay, with the digest of every entry: the chain can still be walked."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from jobs.errors import Refused
from units.actions.activity import record
from units.actions.sealing import verify
from units.models import ActivityEntry, ActivitySeal

LEAST_DAYS = 183
"""Network logs are kept for no less than six months (网络安全法 §21)."""


def prune(before: datetime) -> int:
    """Remove sealed entries made before ``before``, whole links at a time, and return how many.

    Raises ``Refused`` when that is less than six months ago, or when the log is not what was sealed: then nothing may be cleared away.
    """
    if before > timezone.now() - timedelta(days=LEAST_DAYS):
        raise Refused(f"操作记录至少保存 {LEAST_DAYS} 天（网络安全法第二十一条），请加大天数。")
    if faults := verify().faults:
        raise Refused(f"操作记录与封存不符（{faults[0]}），不能清理。请先运行 manage.py verify_audit 查明。")
    count = 0
    for seal in ActivitySeal.objects.filter(pruned_at=None).order_by("number").iterator(chunk_size=20):
        if ActivityEntry.objects.filter(pk__in=seal.entries, at__gte=before).exists():
            break
        with transaction.atomic():
            count += _remove(seal.entries)
            ActivitySeal.objects.filter(pk=seal.pk).update(pruned_at=timezone.now())
    if count:
        record(None, "units.activity_prune", f"清理{before:%Y年%-m月%-d日}以前的操作记录 {count} 条")
    return count


def _remove(entries: list[int]) -> int:
    """Delete rows by SQL: the model refuses, and so does the database's grant, which is lifted for this one statement."""
    table = connection.ops.quote_name(ActivityEntry._meta.db_table)
    marks = ", ".join(["%s"] * len(entries))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"GRANT DELETE ON {table} TO CURRENT_USER")
        cursor.execute(f"DELETE FROM {table} WHERE id IN ({marks})", entries)  # noqa: S608 -- our own table, bound values
        count = cursor.rowcount
        if connection.vendor == "postgresql":
            cursor.execute(f"REVOKE DELETE ON {table} FROM CURRENT_USER")
    return count
