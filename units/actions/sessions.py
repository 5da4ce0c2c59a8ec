"""The verbs on log-ins in force: keeping one alive, ending it from elsewhere."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from jobs.errors import InvalidTransition
from units.actions.activity import record
from units.models import LoginSession, User

EXACT = timedelta(minutes=1)
"""A use is written down when the last one is older: not every request shall write."""


def touch(session_key: str, seen_at: datetime | None) -> None:
    """Note that a session is in use; ``seen_at`` is what is known of its last use."""
    now = timezone.now()
    # Far in the future: the clock has been put back since, and the session would else not be seen to lie idle for that long.
    if seen_at is None or abs(now - seen_at) < EXACT:
        return
    LoginSession.objects.filter(session_key=session_key).update(seen_at=now)


@transaction.atomic
def end_session(session: LoginSession, *, by: User) -> None:
    """Log a session out from elsewhere. Raises ``InvalidTransition`` when it has ended already."""
    if not LoginSession.objects.filter(pk=session.pk).delete()[0]:
        message = "这个登录已经结束。"
        raise InvalidTransition(message)
    account = session.account
    whose = "自己" if account == by else f"“{account}”"
    summary = f"使{whose}在{session.device or '未知设备'}上的登录退出"
    record(by, "units.session_end", summary, account, organization=account.organization if account else None)


@transaction.atomic
def end_other_sessions(user: User, *, keep: str) -> int:
    """Log ``user`` out everywhere but in the session with the key ``keep``; return how many that were."""
    count, _rows = LoginSession.objects.filter(account=user).exclude(session_key=keep).delete()
    if count:
        record(user, "units.session_end", f"使自己在其他 {count} 处的登录退出", user, organization=user.organization)
    return count


def forget_over() -> None:
    """Remove what nobody can use any more."""
    LoginSession.objects.over().delete()
