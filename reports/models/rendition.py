"""成稿: files made from a report's content."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from reports.models.report import Report


def rendition_path(rendition: Rendition, _name: str) -> str:
    """Where a file is kept: by its content, so that names on disk reveal nothing."""
    return f"renditions/{rendition.sha256[:2]}/{rendition.sha256}"


FONT_NAMES = {
    "FandolFang R": "仿宋（Fandol）",
    "FandolKai": "楷体（Fandol）",
    "FandolHei": "黑体（Fandol）",
    "FandolSong Bold": "宋体加粗（Fandol）",
    "FandolSong": "宋体（Fandol）",
    "Noto Sans SC": "思源黑体",
    "Noto Serif SC": "思源宋体",
}


class Rendition(models.Model):
    """成稿: a file made from a report's content at one moment; ``content_sha256`` says from which content."""

    class Format(models.TextChoices):
        """File formats."""

        PDF = "pdf", "PDF"
        DOCX = "docx", "Word 文档"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="renditions", verbose_name="报告")
    format = models.CharField("格式", max_length=4, choices=Format)
    file = models.FileField("文件", upload_to=rendition_path, max_length=200)
    sha256 = models.CharField("校验值", max_length=64)
    content_sha256 = models.CharField("内容校验值", max_length=64)
    pages = models.PositiveIntegerField("页数", default=0)
    fonts = models.JSONField("所用字体", default=list)
    warnings = models.JSONField("提示", default=list)
    made_at = models.DateTimeField("生成时间", auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="生成人")

    class Meta:
        verbose_name = verbose_name_plural = "成稿"
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return f"{self.report}（{self.get_format_display()}）"

    @property
    def is_kept(self) -> bool:
        """Whether the file is still in its store."""
        return bool(self.file.name) and self.file.storage.exists(str(self.file.name))

    @property
    def font_names(self) -> list[str]:
        """The fonts as the office calls them; a site's own fonts keep their names."""
        return [FONT_NAMES.get(name, name) for name in self.fonts]
