"""拟稿、核稿、签发: who signs what in which order, the numbers, what was waived, and the office's own words to watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reports.models.report import Report
from units.models import PartyOrganization
from units.models.organization import in_subtree

if TYPE_CHECKING:
    from units.models import User


class NumberSeriesQuerySet(models.QuerySet["NumberSeries"]):
    """Sets of number series."""

    def visible_to(self, user: User) -> NumberSeriesQuerySet:
        """Office staff and leaders see the series of their subtree."""
        if not user.is_authenticated:
            return self.none()
        condition = Q(pk__in=[])
        for path in user.scope_paths:
            condition |= in_subtree(path, "organization__path")
        return self.filter(condition)

    def usable_for(self, organizer: PartyOrganization) -> NumberSeriesQuerySet:
        """Series under which ``organizer`` issues: its own that are not retired."""
        return self.filter(organization=organizer, is_retired=False)


class NumberSeries(models.Model):
    """字号系列: the letters before 〔year〕n号, e.g. 云督报, kept by one organization."""

    organization = models.ForeignKey(PartyOrganization, on_delete=models.PROTECT, related_name="number_series", verbose_name="组织")
    prefix = models.CharField("机关代字", max_length=20, help_text="如“云督报”。")
    is_retired = models.BooleanField("已停用", default=False)

    objects = NumberSeriesQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "字号系列"
        ordering = ("organization__path", "prefix")
        constraints = (models.UniqueConstraint(fields=("organization", "prefix"), name="number_series_once"),)

    def __str__(self) -> str:
        return self.prefix


class NumberCounter(models.Model):
    """The last number allotted in a series in one year; raised in the transaction that issues, so that no number is lost or doubled."""

    series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, related_name="counters", verbose_name="字号系列")
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("最后一号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "字号计数"
        constraints = (models.UniqueConstraint(fields=("series", "year"), name="number_counter_once"),)

    def __str__(self) -> str:
        return f"{self.series}〔{self.year}〕{self.last}号"


class SignOffQuerySet(models.QuerySet["SignOff"]):
    """Sets of steps of signing."""

    def waiting_for(self, user: User) -> SignOffQuerySet:
        """What waits for ``user`` now, in reports that the user still may read."""
        reports = Report.objects.visible_to(user)
        return self.filter(assignee=user, status=SignOff.Status.WAITING, report__in=reports).select_related("report", "drafter")


class SignOff(models.Model):
    """One step of signing one round of a report. A sending back ends the round; the next one starts again with its own rows."""

    class Step(models.TextChoices):
        """The steps."""

        DRAFT = "draft", "拟稿"
        REVIEW = "review", "核稿"
        ISSUE = "issue", "签发"

    class Status(models.TextChoices):
        """The states of a step."""

        WAITING = "waiting", "待办"
        PENDING = "pending", "未到"
        PASSED = "passed", "已通过"
        SENT_BACK = "sent_back", "已退回"
        VOID = "void", "已作废"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="sign_offs", verbose_name="报告")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    order = models.PositiveSmallIntegerField("顺序", default=0)
    step = models.CharField("环节", max_length=8, choices=Step)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PENDING)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sign_offs", verbose_name="办理人")
    drafter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="拟稿人")
    opinion = models.CharField("意见", max_length=500, blank=True)
    snapshot = models.JSONField("所见内容", default=dict, blank=True, help_text="各段落标识到内容校验值，用来标出审后改动。")
    acted_at = models.DateTimeField("办理时间", null=True, blank=True)

    objects = SignOffQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "签批"
        ordering = ("round", "order", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(step="draft") | ~Q(assignee=F("drafter")), name="drafter_does_not_review"),
            models.UniqueConstraint(fields=("report", "round", "order"), name="sign_off_place_once"),
        )

    def __str__(self) -> str:
        return f"{self.get_step_display()}：{self.assignee}"


class Waiver(models.Model):
    """放行: a message of the pre-issue check that somebody let pass, with the reason. ``mark`` identifies message, place and text."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="waivers", verbose_name="报告")
    code = models.CharField("检查项", max_length=40)
    mark = models.CharField("消息标识", max_length=64)
    text = models.CharField("消息", max_length=300)
    reason = models.CharField("理由", max_length=300)
    made_at = models.DateTimeField("时间", auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="放行人")

    class Meta:
        verbose_name = verbose_name_plural = "放行记录"
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("report", "mark"), name="waiver_once"),)

    def __str__(self) -> str:
        return self.text


class WatchWord(models.Model):
    """本单位词表: a word that the pre-issue check reports, with what to write instead."""

    organization = models.ForeignKey(PartyOrganization, on_delete=models.CASCADE, related_name="watch_words", verbose_name="组织")
    word = models.CharField("词语", max_length=40)
    advice = models.CharField("建议写法", max_length=100, blank=True)
    blocks = models.BooleanField("阻止签发", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "本单位词表"
        ordering = ("word",)
        constraints = (models.UniqueConstraint(fields=("organization", "word"), name="watch_word_once"),)

    def __str__(self) -> str:
        return self.word
