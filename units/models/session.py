"""Log-ins in force: Django's sessions with whose they are, from where, and when they were last used."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from units.models.user import User


class LoginSessionQuerySet(models.QuerySet["LoginSession"]):
    """Sets of sessions."""

    def visible_to(self, user: User) -> LoginSessionQuerySet:
        """Security administrators see who is logged in, everybody else the own log-ins. What a session holds is shown to nobody."""
        if not user.is_authenticated:
            return self.none()
        known = self.filter(account__isnull=False)
        return known if user.keeps_security else known.filter(account=user)

    def live(self) -> LoginSessionQuerySet:
        """Sessions with which a request would still be taken."""
        now = timezone.now()
        found = self.filter(expire_date__gt=now)
        return found.filter(seen_at__gt=now - idle_limit()) if idle_limit() else found

    def over(self) -> LoginSessionQuerySet:
        """Sessions that nobody can use any more."""
        now = timezone.now()
        condition = Q(expire_date__lte=now)
        if idle_limit():
            condition |= Q(seen_at__lte=now - idle_limit())
        return self.filter(condition)


class LoginSessions(BaseSessionManager.from_queryset(LoginSessionQuerySet)):  # type: ignore[misc]
    """Django's manager of sessions with our sets."""

    use_in_migrations = False


def idle_limit() -> timedelta:
    """How long a session may lie unused; zero: as long as it lasts."""
    return timedelta(minutes=settings.SESSION_IDLE_MINUTES)


def handle_of(session_key: str) -> str:
    """Return the name by which pages speak of a session: its key would let whoever reads it take the session over."""
    return salted_hmac("units.session", session_key).hexdigest()[:32]


class LoginSession(AbstractBaseSession):
    """One browser or phone in which an account is logged in."""

    handle = models.CharField("标识", max_length=32, unique=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="sessions", verbose_name="用户"
    )
    address = models.GenericIPAddressField("网络地址", null=True, blank=True)
    device = models.CharField("设备", max_length=60, blank=True)
    opened_at = models.DateTimeField("登录时间", default=timezone.now)
    seen_at = models.DateTimeField("最近使用", default=timezone.now, db_index=True)

    objects: ClassVar[LoginSessions] = LoginSessions()

    class Meta(AbstractBaseSession.Meta):
        verbose_name = verbose_name_plural = "登录会话"
        ordering = ("-seen_at",)

    def __str__(self) -> str:
        return f"{self.account}：{self.device or '未知设备'}"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """The store that reads and writes these rows."""
        from units.sessions import SessionStore  # noqa: PLC0415 -- the store is built on this model

        return SessionStore
