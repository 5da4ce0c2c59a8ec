"""封存: links of the hash chain over the activity log. What is sealed can be read by anybody and changed by nobody without being noticed."""

from __future__ import annotations

from django.db import models


class ActivitySeal(models.Model):
    """One link: which entries, the digest of each, and a hash over them and the link before.

    Rows are only ever added, by one worker at a time: ``number`` is unique and without gaps. The digests make a changed entry findable by
    itself, and keep the chain verifiable after entries beyond the retention period were removed (``pruned_at``).
    """

    number = models.PositiveBigIntegerField("序号", unique=True)
    lowest = models.PositiveBigIntegerField("最小编号")
    highest = models.PositiveBigIntegerField("最大编号", db_index=True)
    size = models.PositiveIntegerField("条数")
    entries = models.JSONField("记录编号", default=list)
    digests = models.JSONField("记录摘要", default=list)
    hash = models.CharField("链值", max_length=64)
    sealed_at = models.DateTimeField("封存时间", auto_now_add=True, db_index=True)
    pruned_at = models.DateTimeField("到期清理时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "操作记录封存"
        ordering = ("number",)

    def __str__(self) -> str:
        return f"第 {self.number} 环"
