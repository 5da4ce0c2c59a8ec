"""An uploaded list of organizations on its way into the directory."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models

from jobs.models import Job

if TYPE_CHECKING:
    from units.models.user import User


class OrganizationImportQuerySet(models.QuerySet["OrganizationImport"]):
    """Sets of imports."""

    def visible_to(self, user: User) -> OrganizationImportQuerySet:
        """An import is its uploader's own business until it is confirmed; then the activity log tells what it did."""
        return self.filter(created_by_id=user.pk)


class OrganizationImport(models.Model):
    """One uploaded file: checked in the background, shown, confirmed or thrown away."""

    class Status(models.TextChoices):
        """The states of an import."""

        CHECKING = "checking", "检查中"
        FAULTY = "faulty", "有问题"
        READY = "ready", "待确认"
        IMPORTING = "importing", "导入中"
        DONE = "done", "已导入"
        DISCARDED = "discarded", "已放弃"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.FileField("文件", upload_to="imports/", blank=True)
    file_name = models.CharField("文件名", max_length=200)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.CHECKING)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="后台任务")
    counts: Any = models.JSONField("计数", default=dict, help_text="各类行数：faults、created、changed、moved、unchanged。")
    outcome = models.FileField("检查结果", upload_to="imports/", blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="上传人")
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = OrganizationImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "名录导入"
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_working(self) -> bool:
        """Whether a background job is at it."""
        return self.status in {self.Status.CHECKING, self.Status.IMPORTING}
