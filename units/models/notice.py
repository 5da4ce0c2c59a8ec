"""提醒: one line to one user, kept until long after it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from units.notices import kind_name

if TYPE_CHECKING:
    from units.models.user import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Sets of notices."""

    def visible_to(self, user: User) -> NoticeQuerySet:
        """Everybody reads the own ones, nobody those of others."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def unread(self) -> NoticeQuerySet:
        """Not read yet, the quiet ones included."""
        return self.filter(read_at__isnull=True)

    def ringing(self) -> NoticeQuerySet:
        """What the bell counts: unread and of a kind that its reader did not silence."""
        return self.unread().filter(is_quiet=False)


class Notice(models.Model):
    """What one user was told, and where it leads."""

    user = models.ForeignKey("units.User", on_delete=models.CASCADE, related_name="notices", verbose_name="收件人")
    kind = models.CharField("类别", max_length=60)
    text = models.CharField("内容", max_length=300)
    path = models.CharField("去向", max_length=300)
    key = models.CharField("去重标识", max_length=160, blank=True)
    is_quiet = models.BooleanField("静默", default=False)
    made_at = models.DateTimeField("时间", auto_now_add=True)
    read_at = models.DateTimeField("已读时间", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        ordering = ("-made_at", "-pk")
        constraints = (models.UniqueConstraint(fields=("user", "key"), condition=~Q(key=""), name="notice_key_once"),)
        indexes = (models.Index(fields=("user", "read_at", "-made_at"), name="notice_of_user"),)

    def __str__(self) -> str:
        return self.text

    @property
    def kind_name(self) -> str:
        """The kind in Chinese."""
        return kind_name(self.kind)
