"""What leaves the application: mail to one user, a line to an office's robot; and the rules by which it does."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Q
from django.utils import timezone

from units.models.organization import PartyOrganization, PathField, in_subtree

if TYPE_CHECKING:
    from units.models.user import User


class ScheduledRun(models.Model):
    """One run of one daily routine. The row is the claim: who inserts it runs, everybody else has nothing to do."""

    name = models.CharField("例行任务", max_length=40)
    day = models.DateField("日期")
    since = models.DateTimeField("上次运行", null=True)
    claimed_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("次数", default=1)
    result = models.CharField("结果", max_length=200, blank=True)
    error = models.CharField("原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "例行任务"
        ordering = ("-day", "name")
        constraints = (models.UniqueConstraint(fields=("name", "day"), name="run_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.name} {self.day:%Y-%m-%d}"


class NoticeSetting(models.Model):
    """通知设置 of one user; without a row the defaults hold: in the app at once, by mail in the morning."""

    class Way(models.TextChoices):
        """How one kind of notice reaches a user. In the application's list it always stands."""

        BOTH = "both", "铃铛和邮件"
        APP = "app", "只用铃铛"
        QUIET = "quiet", "静默（只在列表中）"

    user = models.OneToOneField("units.User", on_delete=models.CASCADE, primary_key=True, related_name="notice_setting")
    digest = models.BooleanField("每个工作日早上发送邮件摘要", default=True)
    paused_until = models.DateField("暂停邮件至", null=True, blank=True)
    ways = models.JSONField("各类提醒的方式", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "通知设置"

    def __str__(self) -> str:
        return f"{self.user}的通知设置"

    def way_of(self, kind: str) -> str:
        """How notices of ``kind`` reach the user."""
        way = self.ways.get(kind)
        return way if way in self.Way.values else self.Way.BOTH

    def wants_mail(self, on: date) -> bool:
        """Whether a digest is welcome on the day ``on``."""
        return self.digest and not (self.paused_until and on <= self.paused_until)


class RobotQuerySet(models.QuerySet["Robot"]):
    """Sets of robots."""

    def visible_to(self, user: User) -> RobotQuerySet:
        """Office staff and leaders see those of the organizations in their scope."""
        if not user.is_authenticated:
            return self.none()
        condition = Q(pk__in=[])
        for path in user.scope_paths:
            condition |= in_subtree(path, "organization__path")
        return self.filter(condition)


class Robot(models.Model):
    """群机器人 of an organization's office: where a line of counts goes every morning. Off until somebody turns it on."""

    class Kind(models.TextChoices):
        """Office messengers whose robots take plain text."""

        WECOM = "wecom", "企业微信"
        DINGTALK = "dingtalk", "钉钉"
        FEISHU = "feishu", "飞书"

    organization = models.ForeignKey(PartyOrganization, on_delete=models.PROTECT, related_name="robots", verbose_name="所属组织")
    name = models.CharField("名称", max_length=40, help_text="自己认得出即可，如“办公室工作群”。")
    kind = models.CharField("类型", max_length=12, choices=Kind)
    address = models.CharField("机器人地址", max_length=500)
    secret = models.CharField("签名密钥", max_length=200, blank=True)
    names_units = models.BooleanField(
        "列出超期事项涉及的单位名称", default=False, help_text="不勾选时，消息里只有数字，没有任何单位和事项名称。"
    )
    is_enabled = models.BooleanField("启用", default=False)
    created_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", verbose_name="设置人")
    changed_at = models.DateTimeField("修改时间", auto_now=True)

    objects = RobotQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "群机器人"
        ordering = ("organization__path", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def masked_address(self) -> str:
        """Enough of the address to know it again; the rest is as good as a password."""
        return f"{urlsplit(self.address).netloc}/…{self.address[-4:]}"

    def is_writable_by(self, user: User) -> bool:
        """Whether ``user`` may change, test or delete it: the office of its organization or above."""
        return user.is_office_for(self.organization)


class SentMessageQuerySet(models.QuerySet["Delivery"]):
    """Sets of deliveries."""

    def visible_to(self, user: User) -> SentMessageQuerySet:
        """Administrators see all, office staff and leaders those in their scope, everybody what went to themselves."""
        if not user.is_authenticated:
            return self.none()
        if user.keeps_directory:
            return self.all()
        condition = Q(user=user)
        for path in user.scope_paths:
            condition |= in_subtree(path, "organization_path") & ~Q(organization_path="")
        return self.filter(condition)

    def due(self) -> SentMessageQuerySet:
        """What is to be sent now."""
        return self.filter(status=Delivery.Status.WAITING, next_try_at__lte=timezone.now())


class Delivery(models.Model):
    """发送记录: one message to one address, and what became of it. The text of a mail is not kept: it is made when it is sent."""

    class Channel(models.TextChoices):
        """By which way."""

        EMAIL = "email", "邮件"
        ROBOT = "robot", "群机器人"
        WEBHOOK = "webhook", "事件推送"

    class Purpose(models.TextChoices):
        """Why."""

        DIGEST = "digest", "每日摘要"
        TEST = "test", "测试"
        EVENT = "event", "事件"

    class Status(models.TextChoices):
        """What became of it. ``DROPPED``: nothing was left to say when its turn came, or its receiver no longer wants it."""

        WAITING = "waiting", "待发送"
        SENDING = "sending", "发送中"
        SENT = "sent", "已送出"
        FAILED = "failed", "未送达"
        DROPPED = "dropped", "无需发送"

    channel = models.CharField("方式", max_length=8, choices=Channel)
    purpose = models.CharField("用途", max_length=8, choices=Purpose)
    user = models.ForeignKey(
        "units.User", on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries", verbose_name="收件人"
    )
    robot = models.ForeignKey(Robot, on_delete=models.SET_NULL, null=True, blank=True, related_name="deliveries", verbose_name="群机器人")
    webhook = models.ForeignKey(
        "units.Webhook", on_delete=models.SET_NULL, null=True, blank=True, related_name="deliveries", verbose_name="事件推送"
    )
    payload = models.JSONField("推送的内容", null=True, blank=True)
    run = models.ForeignKey(ScheduledRun, on_delete=models.SET_NULL, null=True, blank=True, related_name="deliveries")
    receiver = models.CharField("收件方", max_length=80)
    address = models.CharField("地址", max_length=254)
    organization_path = PathField("组织路径", blank=True)
    key = models.CharField("去重标识", max_length=80, unique=True)
    status = models.CharField("状态", max_length=8, choices=Status, default=Status.WAITING)
    tries = models.PositiveSmallIntegerField("次数", default=0)
    next_try_at = models.DateTimeField("下次发送", default=timezone.now)
    made_at = models.DateTimeField("生成时间", auto_now_add=True)
    claimed_at = models.DateTimeField("开始发送", null=True, blank=True)
    sent_at = models.DateTimeField("送出时间", null=True, blank=True)
    summary = models.CharField("内容概要", max_length=600, blank=True)
    error = models.CharField("原因", max_length=300, blank=True)

    objects = SentMessageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发送记录"
        ordering = ("-made_at", "-pk")
        indexes = (
            models.Index(fields=("status", "next_try_at"), name="delivery_due"),
            models.Index(fields=("organization_path", "-made_at"), name="delivery_of_unit"),
        )

    def __str__(self) -> str:
        return f"{self.get_channel_display()}至{self.receiver}"

    @property
    def is_open(self) -> bool:
        """Whether it is still on its way."""
        return self.status in {self.Status.WAITING, self.Status.SENDING}

    def is_resendable_by(self, user: User) -> bool:
        """Whether ``user`` may have it sent again: administrators, and the office above its receiver."""
        return user.keeps_directory or any(self.organization_path.startswith(path) for path in user.office_paths)
