"""What other systems of an office may read (访问令牌), and where they are told that something has happened (事件推送)."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Q
from django.utils import timezone

from units.models.organization import PartyOrganization, in_subtree
from units.models.user import Appointment, User

if TYPE_CHECKING:
    from collections.abc import Iterable

NOBODY = 0
"""The key of the reader that a token stands for: no account has it, so no right of an account comes with it."""


def _in_offices(paths: Iterable[str]) -> Q:
    condition = Q(pk__in=[])
    for path in paths:
        condition |= in_subtree(path, "organization__path")
    return condition


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    """Sets of tokens."""

    def visible_to(self, user: User) -> AccessTokenQuerySet:
        """Administrators see all, to take them away; offices and leaders those of their organizations."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.keeps_directory else self.filter(_in_offices(user.scope_paths))

    def valid(self, today: date | None = None) -> AccessTokenQuerySet:
        """Tokens with which one may read today."""
        return self.filter(revoked_at__isnull=True, expires_on__gte=today or timezone.localdate())


class AccessToken(models.Model):
    """访问令牌: lets another system read what lies in the subtree of one organization. Kept as its SHA-256; shown once, when it is made."""

    name = models.CharField("系统名称", max_length=60, help_text="哪个系统使用，如“区委办公厅综合平台”。")
    organization = models.ForeignKey(
        PartyOrganization,
        on_delete=models.PROTECT,
        related_name="access_tokens",
        verbose_name="可读取的范围",
        help_text="本组织及其下级组织。",
    )
    prefix = models.CharField("开头", max_length=12, editable=False)
    digest = models.CharField("校验值", max_length=64, unique=True, editable=False)
    expires_on = models.DateField("有效期至")
    created_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", verbose_name="建立人")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    used_at = models.DateTimeField("最近使用", null=True, blank=True, editable=False)
    used_from = models.GenericIPAddressField("最近使用的地址", null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        "units.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="停用人", editable=False
    )

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "访问令牌"
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def digest_of(secret: str) -> str:
        """Return what is kept of a token. Tokens are 256 random bits: nothing slower is needed to protect them."""
        return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_on < timezone.localdate()

    @property
    def is_valid(self) -> bool:
        """Whether one may read with it now."""
        return self.revoked_at is None and not self.is_expired

    def is_writable_by(self, user: User) -> bool:
        """Whether ``user`` may take it away: administrators, and the office of its organization or above."""
        return user.keeps_directory or user.is_office_for(self.organization)

    @property
    def reader(self) -> User:
        """The reader for whom the token stands: a leader of its organization and nothing else; never stored, and no account.

        So every rule on who reads what (``visible_to``) holds for other systems as it does for people.
        """
        reader = User(pk=NOBODY, username="", display_name=self.name)
        seat = Appointment(user=reader, organization=self.organization, role=Appointment.Role.LEADER)
        reader.__dict__["current_appointments"] = [seat]
        return reader


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """Sets of subscriptions."""

    def visible_to(self, user: User) -> WebhookQuerySet:
        """Offices and leaders see those of their organizations, as they do with robots."""
        return self.filter(_in_offices(user.scope_paths)) if user.is_authenticated else self.none()


class Webhook(models.Model):
    """事件推送: where another system is told of events in the subtree of one organization. Off until somebody turns it on."""

    organization = models.ForeignKey(PartyOrganization, on_delete=models.PROTECT, related_name="webhooks", verbose_name="所属组织")
    name = models.CharField("名称", max_length=40, help_text="哪个系统接收，自己认得出即可。")
    address = models.CharField("接收地址", max_length=500)
    secret = models.CharField("签名密钥", max_length=80, editable=False)
    events = models.JSONField("推送的事件", default=list)
    is_enabled = models.BooleanField("启用", default=False)
    created_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", verbose_name="设置人")
    changed_at = models.DateTimeField("修改时间", auto_now=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "事件推送"
        ordering = ("organization__path", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def masked_address(self) -> str:
        """The host, and enough of the rest to know it again: an address may hold a key."""
        return f"{urlsplit(self.address).netloc}/…{self.address[-4:]}"

    def is_writable_by(self, user: User) -> bool:
        """Whether ``user`` may change, test or delete it: the office of its organization or above."""
        return user.is_office_for(self.organization)
