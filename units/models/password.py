"""Passwords that were used before, as hashes: they must not come back."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class UsedPassword(models.Model):
    """One password that a user had."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="used_passwords", verbose_name="用户")
    password = models.CharField("密码散列", max_length=128)
    set_at = models.DateTimeField("启用时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"

    def __str__(self) -> str:
        return str(self.user)
