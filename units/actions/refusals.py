"""Writing refused access into the log, so much of it that a row of attempts shows and not so much that the log can be flooded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from units.actions.activity import entry_of, record_all
from units.models import ActivityEntry, User

VERB = "units.access_refuse"
KEPT = 20
"""So many of one account within ``SPAN``, whatever the number of its log-ins; the last one says that more are left out."""
SPAN = timedelta(minutes=10)


@transaction.atomic
def note_refusal(user: User, *, path: str, method: str, reason: str = "", hidden: tuple[type[Model], Any] | None = None) -> None:
    """Log that ``user`` was refused at ``path``: with a reason (403), or because the object is not for the account's eyes (404).

    The name of a hidden object is not kept: who asked reads the own entries.
    """
    since = timezone.now() - SPAN
    before = len(ActivityEntry.objects.filter(actor=user, verb=VERB, at__gte=since).values_list("pk")[:KEPT])
    if before >= KEPT:
        return
    last = "；十分钟内次数过多，此后的不再逐条记录" if before == KEPT - 1 else ""
    said = "访问查看范围以外的内容，已按“没有找到”处理" if hidden else f"访问被拒绝：{reason or '没有权限'}"
    fields = entry_of(
        user,
        "units.access_refuse",
        f"{said[:240]}{last}",
        changes={"网址": ["", path[:300]], "方式": ["", "提交" if method == "POST" else "打开"]},
    )
    if hidden:
        fields |= {"object_type": hidden[0]._meta.label_lower, "object_id": str(hidden[1])}
    fields["organization_path"] = user.organization.path if user.organization else ""
    record_all([fields])
