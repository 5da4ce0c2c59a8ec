"""排名: whether the leaders' page may number organizations. Off unless an administrator turned it on and said why (基层减负)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class RankingSetting(models.Model):
    """One row. Without it ranking is off."""

    is_on = models.BooleanField("允许排名", default=False)
    reason = models.CharField("原因", max_length=300, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="设置人"
    )
    changed_at = models.DateTimeField("设置时间", null=True, blank=True)
    revision = models.PositiveIntegerField("修订号", default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "排名设置"
        constraints = (models.CheckConstraint(condition=Q(is_on=False) | ~Q(reason=""), name="leaders_ranking_has_reason"),)

    def __str__(self) -> str:
        return "允许排名" if self.is_on else "不排名"

    @classmethod
    def current(cls) -> RankingSetting:
        """Return the setting; what nobody has set is off. One query."""
        return cls.objects.select_related("changed_by").filter(pk=1).first() or cls(pk=1)
