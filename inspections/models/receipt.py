"""Receipts: which records of a phone have arrived. They make sending again harmless, however much was changed in between."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from inspections.models.campaign import Assignment


class Receipt(models.Model):
    """One record or photo that was stored. Its key is made from the whole content, so that the very same record is recognized for ever.

    Revisions alone would call a late repeat a conflict, once somebody has changed the object since.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField("类型", max_length=16)
    target = models.UUIDField("对象编号", db_index=True)
    # Both stand on the fact that is stored in the same transaction, where the database checks them (docs/decisions/0020).
    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, db_constraint=False, related_name="receipts", verbose_name="督查任务"
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name="上传人"
    )
    sha256 = models.CharField("校验值", max_length=64, blank=True)
    received_at = models.DateTimeField("收到时间")

    class Meta:
        verbose_name = verbose_name_plural = "上传回执"

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"
