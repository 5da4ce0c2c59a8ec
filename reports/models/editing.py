"""What editing leaves behind: versions of the whole report, single changes, remarks, and proposals from Word files."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from reports.models.report import Report


class ReportVersion(models.Model):
    """版本: the whole content at one moment. ``content`` lists sections with their paragraphs (see ``reports.versions``)."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="versions", verbose_name="报告")
    number = models.PositiveIntegerField("版本号")
    reason = models.CharField("缘由", max_length=120)
    content = models.JSONField("内容")
    sha256 = models.CharField("内容校验值", max_length=64)
    made_at = models.DateTimeField("时间", auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="操作人")

    class Meta:
        verbose_name = verbose_name_plural = "报告版本"
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("report", "number"), name="report_version_once"),)

    def __str__(self) -> str:
        return f"第{self.number}版（{self.reason}）"


class ParagraphEdit(models.Model):
    """One change to one paragraph, for the history of the paragraph and for undo. ``before``/``after`` are null for added/deleted.

    A part that was renamed leaves its trace here too: ``before`` and ``after`` then hold ``section`` and ``heading``, and ``paragraph`` is
    made of the part's id.
    """

    class Verb(models.TextChoices):
        """What was done."""

        CHANGE = "change", "修改"
        ADD = "add", "新增"
        DELETE = "delete", "删除"
        SPLIT = "split", "拆分"
        MERGE = "merge", "合并"
        MOVE = "move", "移动"
        LEVEL = "level", "调整级别"
        ACCEPT = "accept", "采用新稿"
        KEEP = "keep", "保留原稿"
        PROPOSAL = "proposal", "采纳外部修改"
        UNDO = "undo", "撤销"
        RENAME = "rename", "修改部分标题"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="edits", verbose_name="报告")
    paragraph = models.UUIDField("段落标识", db_index=True)
    verb = models.CharField("操作", max_length=10, choices=Verb)
    before = models.JSONField("修改前", null=True, blank=True)
    after = models.JSONField("修改后", null=True, blank=True)
    act = models.UUIDField("同一次操作", default=uuid.uuid4, help_text="一次操作改动几个段落时相同，撤销时一起撤销。")
    undone = models.BooleanField("已撤销", default=False)
    made_at = models.DateTimeField("时间", auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="操作人")

    class Meta:
        verbose_name = verbose_name_plural = "段落修改"
        ordering = ("-pk",)
        indexes = (models.Index(fields=("report", "-id")),)

    def __str__(self) -> str:
        return self.get_verb_display()


class Remark(models.Model):
    """批注: a remark on a paragraph (or on the whole report), with answers below it; resolved when settled."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="remarks", verbose_name="报告")
    paragraph = models.UUIDField("段落标识", null=True, blank=True, db_index=True)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="answers", verbose_name="所回复的批注")
    text = models.CharField("内容", max_length=500)
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="mentioned_in", verbose_name="提到的人")
    made_at = models.DateTimeField("时间", auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="批注人")
    resolved_at = models.DateTimeField("解决时间", null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="解决人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "批注"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text[:40]


class WordReturn(models.Model):
    """A .docx that came back edited from outside; its changes are proposals."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="word_returns", verbose_name="报告")
    name = models.CharField("文件名", max_length=150)
    sha256 = models.CharField("校验值", max_length=64)
    author = models.CharField("文档作者", max_length=100, blank=True)
    made_at = models.DateTimeField("上传时间", auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人")

    class Meta:
        verbose_name = verbose_name_plural = "返回的 Word 文档"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name


class Proposal(models.Model):
    """One change found in a returned Word file (留痕), to be accepted or refused; kept with who and when either way."""

    class Kind(models.TextChoices):
        """What is proposed."""

        CHANGE = "change", "修改"
        ADD = "add", "新增"
        DELETE = "delete", "删除"
        MOVE = "move", "移动"

    class Status(models.TextChoices):
        """What became of it."""

        OPEN = "open", "待定"
        ACCEPTED = "accepted", "已采纳"
        REFUSED = "refused", "未采纳"

    source = models.ForeignKey(WordReturn, on_delete=models.CASCADE, related_name="proposals", verbose_name="来源")
    kind = models.CharField("类型", max_length=8, choices=Kind)
    paragraph = models.UUIDField("段落标识", null=True, blank=True, help_text="修改、删除、移动的段落。")
    after_paragraph = models.UUIDField("放在此段之后", null=True, blank=True)
    before = models.JSONField("原文", null=True, blank=True)
    after = models.JSONField("改为", null=True, blank=True)
    position = models.PositiveIntegerField("顺序", default=0)
    status = models.CharField("状态", max_length=8, choices=Status, default=Status.OPEN)
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="处理人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "外部修改"
        ordering = ("position", "pk")
        constraints = (models.CheckConstraint(condition=Q(status="open") | Q(decided_by__isnull=False), name="decided_proposal_is_signed"),)

    def __str__(self) -> str:
        return self.get_kind_display()
