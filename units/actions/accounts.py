"""Logging in and out and choosing one's password: what the log keeps about it."""

from __future__ import annotations

from django.db import transaction

from units.actions.activity import record
from units.models import User


def note_login(user: User, *, address: str | None) -> None:
    """Log a successful log-in."""
    record(user, "units.user_login", f"{user}登录系统", user, address=address)


def note_failed_login(username: str, *, address: str | None) -> None:
    """Log a refused log-in. An unknown name is not kept: people type their password into the wrong field."""
    user = User.objects.filter(username=username).first()
    summary = f"账号“{user.username}”登录失败" if user else "登录失败，用户名不存在"
    record(None, "units.user_login_failed", summary, user, address=address)


def note_logout(user: User, *, address: str | None) -> None:
    """Log a log-out."""
    record(user, "units.user_logout", f"{user}退出登录", user, address=address)


@transaction.atomic
def change_own_password(user: User, password: str, *, address: str | None) -> None:
    """Set the password that ``user`` chose (already validated) and lift the duty to change it."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record(user, "units.user_change_password", f"{user}修改了自己的密码", user, address=address)
