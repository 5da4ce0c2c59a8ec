"""What is read out of a submission: numbers for the organization to confirm, problems and signals for the office to judge."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from inspections.models.checklist import ChecklistItem, ChecklistTheme
from inspections.models.finding import Finding
from inspections.models.submission import Submission
from units.models import PartyOrganization, User
from units.models.organization import in_subtree


class DeclaredMetric(models.Model):
    """自报指标: a number proposed from the text, and what the organization says to it. Nothing is assumed: zero is attested."""

    class Status(models.TextChoices):
        """What the organization said."""

        PROPOSED = "proposed", "待核对"
        CONFIRMED = "confirmed", "已核对"
        NOT_KEPT = "not_kept", "没有这项数据"

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="metrics", verbose_name="报送材料")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="+", verbose_name="检查项")
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.PROPOSED)
    proposed_number = models.DecimalField("读到的数值", max_digits=12, decimal_places=2, null=True, blank=True)
    proposed_approximate = models.BooleanField("读到的是约数", default=False)
    sentence = models.CharField("出处", max_length=500, blank=True)
    quoted = models.CharField("原文数字", max_length=40, blank=True)
    others = models.JSONField("文中其他可能的数值", default=list, blank=True)
    number = models.DecimalField("核对后的数值", max_digits=12, decimal_places=2, null=True, blank=True)
    is_approximate = models.BooleanField("约数", default=False)
    attests_zero = models.BooleanField("经核实为零", default=False)
    note = models.CharField("说明", max_length=200, blank=True)
    revision = models.PositiveIntegerField("修订号", default=1, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核对人"
    )
    confirmed_at = models.DateTimeField("核对时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "自报指标"
        ordering = ("item__theme__order", "item__order", "pk")
        constraints = (
            models.UniqueConstraint(fields=("submission", "item"), name="metric_once_per_submission"),
            models.CheckConstraint(condition=~Q(status="confirmed") | Q(number__isnull=False), name="confirmed_metric_has_number"),
            models.CheckConstraint(condition=~Q(status="confirmed", number=0) | Q(attests_zero=True), name="zero_is_attested"),
        )

    def __str__(self) -> str:
        return f"{self.item}：{self.value_text or '未填'}"

    @property
    def is_settled(self) -> bool:
        """Whether the organization has said what it is."""
        return self.status != self.Status.PROPOSED

    @property
    def was_corrected(self) -> bool:
        """Whether the organization confirmed another number than the text has."""
        return self.status == self.Status.CONFIRMED and self.proposed_number is not None and self.number != self.proposed_number

    @property
    def value_text(self) -> str:
        """The confirmed number with its unit of measure; empty when there is none."""
        return with_unit(self.number, self.item.unit_of_measure, approximate=self.is_approximate)

    @property
    def proposed_text(self) -> str:
        """The number that was read, with its unit of measure."""
        return with_unit(self.proposed_number, self.item.unit_of_measure, approximate=self.proposed_approximate)


def with_unit(number: object, unit: str, *, approximate: bool) -> str:
    """Return a number as people read it: ``约1200人次``; empty for none."""
    if number is None:
        return ""
    return f"{'约' if approximate else ''}{plain(number)}{unit}"


def plain(number: object) -> str:
    """Return a decimal number without needless zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class DraftFinding(models.Model):
    """自报问题: a problem that the organization declared; it counts only once the office has made a finding of it."""

    class Status(models.TextChoices):
        """What the office decided."""

        PROPOSED = "proposed", "待确认"
        CONFIRMED = "confirmed", "已转为发现"
        DISMISSED = "dismissed", "不采用"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="draft_findings", verbose_name="报送材料")
    order = models.PositiveSmallIntegerField("顺序", default=0)
    text = models.CharField("内容", max_length=500)
    source = models.TextField("原文")
    theme = models.ForeignKey(ChecklistTheme, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主题")
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.PROPOSED)
    finding = models.OneToOneField(
        Finding, on_delete=models.PROTECT, null=True, blank=True, related_name="declared_as", verbose_name="督查发现"
    )
    reason = models.CharField("不采用的原因", max_length=200, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "自报问题"
        ordering = ("order",)
        constraints = (
            models.CheckConstraint(condition=~Q(status="confirmed") | Q(finding__isnull=False), name="confirmed_draft_has_finding"),
        )

    def __str__(self) -> str:
        return self.text


class QualitySignal(models.Model):
    """质量提示: something worth a look, explained by two passages side by side. It decides nothing."""

    class Kind(models.TextChoices):
        """What was noticed."""

        PEER = "peer", "与其他单位材料相似"
        PREVIOUS = "previous", "与本单位上期材料相似"
        SUPERIOR = "superior", "与上级材料相似"
        MODEL = "model", "与范文相似"
        MASK = "mask", "有未填写的内容"
        FOREIGN_NAME = "foreign_name", "出现其他单位名称"
        NUMBER_PREVIOUS = "number_previous", "数字与上期不符"
        NUMBER_TARGET = "number_target", "数字与清单要求不符"
        NUMBER_TEXT = "number_text", "数字与原文不符"

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="signals", verbose_name="报送材料")
    kind = models.CharField("类型", max_length=20, choices=Kind)
    text = models.CharField("说明", max_length=300)
    ours = models.TextField("本材料", blank=True)
    theirs = models.TextField("对照", blank=True)
    theirs_label = models.CharField("对照来源", max_length=200, blank=True)
    share = models.PositiveSmallIntegerField("相同比例", default=0)
    order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "质量提示"
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return self.text


class ModelTextQuerySet(models.QuerySet["ModelText"]):
    """Sets of model texts."""

    def visible_to(self, user: User) -> ModelTextQuerySet:
        """Each office keeps its own library, and that of the offices below it."""
        condition = Q(pk__in=[])
        if user.is_authenticated:
            for path in user.office_paths:
                condition |= in_subtree(path, "organizer__path")
        return self.filter(condition)


class ModelText(models.Model):
    """范文库: a text with which submissions are compared: a model that circulates, or material of a superior body."""

    class Kind(models.TextChoices):
        """Where a text comes from."""

        MODEL = "model", "范文"
        SUPERIOR = "superior", "上级材料"

    organizer = models.ForeignKey(PartyOrganization, on_delete=models.PROTECT, related_name="model_texts", verbose_name="所属组织")
    kind = models.CharField("类型", max_length=10, choices=Kind, default=Kind.MODEL)
    title = models.CharField("标题", max_length=120)
    source = models.CharField("来源", max_length=120, blank=True, help_text="如“网上流传”“区委宣传部2026年工作要点”。")
    text = models.TextField("正文")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="收入人")
    added_at = models.DateTimeField("收入时间", auto_now_add=True)

    objects = ModelTextQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "范文"
        ordering = ("-added_at", "-pk")

    def __str__(self) -> str:
        return self.title


class BurdenSetting(models.Model):
    """基层负担提示的设置: one row. Ranking is off unless an administrator has turned it on and said why."""

    ranks = models.BooleanField("按负担排序", default=False)
    reason = models.CharField("原因", max_length=300, blank=True)
    most_asks = models.PositiveSmallIntegerField("12个月内要求次数的提醒线", default=4)
    minutes_report = models.PositiveSmallIntegerField("报送一份材料（分钟）", default=120)
    minutes_visit = models.PositiveSmallIntegerField("一个实地环节（分钟）", default=60)
    minutes_number = models.PositiveSmallIntegerField("一个数值指标（分钟）", default=5)
    minutes_other = models.PositiveSmallIntegerField("一个其他检查项（分钟）", default=3)
    revision = models.PositiveIntegerField("修订号", default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "负担提示设置"
        constraints = (models.CheckConstraint(condition=Q(ranks=False) | ~Q(reason=""), name="ranking_has_reason"),)

    def __str__(self) -> str:
        return "负担提示设置"
