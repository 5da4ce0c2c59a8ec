"""历史报告: old reports taken in from Word or text files, searchable and comparable with new ones."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from units.models import PartyOrganization
from units.models.organization import in_subtree

if TYPE_CHECKING:
    from units.models import User


class ArchivedQuerySet(models.QuerySet["ArchivedReport"]):
    """Sets of archived reports."""

    def visible_to(self, user: User) -> ArchivedQuerySet:
        """Office staff and leaders read the archive of their subtree."""
        if not user.is_authenticated:
            return self.none()
        condition = Q(pk__in=[])
        for path in user.scope_paths:
            condition |= in_subtree(path, "organization__path")
        return self.filter(condition)


def archive_path(report: ArchivedReport, _name: str) -> str:
    """Where the file is kept: by an id, so that names on disk reveal nothing."""
    return f"archive/{report.uid.hex[:2]}/{report.uid.hex}"


class ArchivedReport(models.Model):
    """One old report as it was understood; ``unread`` holds what was not, so that nothing is dropped."""

    uid = models.UUIDField("标识", default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(PartyOrganization, on_delete=models.PROTECT, related_name="archived_reports", verbose_name="所属组织")
    title = models.CharField("标题", max_length=200)
    issuer = models.CharField("发文单位", max_length=100, blank=True)
    year = models.PositiveSmallIntegerField("年度", null=True, blank=True)
    signed_on = models.DateField("成文日期", null=True, blank=True)
    content = models.JSONField("结构化内容", help_text="大纲和段落，见 reports.intake。")
    unread = models.JSONField("未能识别的内容", default=list, blank=True)
    text = models.TextField("全文")
    file = models.FileField("原件", upload_to=archive_path, max_length=200)
    name = models.CharField("文件名", max_length=150)
    sha256 = models.CharField("校验值", max_length=64)
    taken_in_at = models.DateTimeField("收录时间", auto_now_add=True)
    taken_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="收录人")

    objects = ArchivedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "历史报告"
        ordering = ("-year", "-taken_in_at")
        constraints = (models.UniqueConstraint(fields=("organization", "sha256"), name="archived_file_once"),)

    def __str__(self) -> str:
        return self.title
