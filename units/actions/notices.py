"""The verbs on notices. Telling somebody is no act of its own in the activity log: the act that is told of has its entry."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from units.models import Notice, NoticeSetting, User
from units.notices import require_kind


def notify(users: Iterable[User], *, kind: str, text: str, path: str, key: str = "") -> int:
    """Tell ``users`` one line that leads to ``path`` (an address of ours); return how many were told.

    Called inside the verb's transaction: what is undone was never told. Of the same ``key`` a user gets one notice for ever, so a key
    that shall come again holds what makes it new (``overdue:<id>:<day>``). Closed accounts are left out. Mail and robots follow in the
    morning from the same rows. Raises ``KeyError`` for a kind that is not registered, ``ValueError`` for a path that is not ours.
    """
    require_kind(kind)
    if not path.startswith("/") or path.startswith("//"):
        message = f"a notice leads to a page of ours, not to {path!r}"
        raise ValueError(message)
    told = {user.pk for user in users if user.is_active}
    if key:
        told -= set(Notice.objects.filter(user__in=told, key=key).values_list("user_id", flat=True))
    settings = NoticeSetting.objects.filter(user__in=told)
    quiet = {setting.pk for setting in settings if setting.way_of(kind) == NoticeSetting.Way.QUIET}
    rows = [Notice(user_id=pk, kind=kind, text=text[:300], path=path, key=key, is_quiet=pk in quiet) for pk in sorted(told)]
    # Two at once may both find the key free: the constraint decides, and the second row is left out in silence.
    Notice.objects.bulk_create(rows, ignore_conflicts=bool(key), batch_size=500)
    return len(rows)


def mark_read(notice: Notice) -> None:
    """Note that its user has seen it; the first time counts."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())


def mark_all_read(user: User) -> int:
    """Mark everything that ``user`` has not read; return how many there were."""
    return Notice.objects.visible_to(user).unread().update(read_at=timezone.now())
