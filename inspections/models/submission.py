"""材料报送: what a campaign asks its organizations to hand in (自查报告, 书面汇报), and what becomes of it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from inspections.models.campaign import Assignment, Campaign
from units.models import Appointment, PartyOrganization, User
from units.models.grams import Grams, anywhere
from units.models.organization import PathField, in_subtree

if TYPE_CHECKING:
    from django.db.models import QuerySet


class SubmissionKind(models.TextChoices):
    """What is asked for."""

    SELF_INSPECTION_REPORT = "self_inspection_report", "自查报告"
    WRITTEN_REPORT = "written_report", "书面汇报"


class SubmissionRequest(models.Model):
    """报送要求: the setting of a campaign that asks its written-mode organizations, and if set those on site too, for a report."""

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="submission_request", verbose_name="督查活动")
    kind = models.CharField("报送材料", max_length=30, choices=SubmissionKind, default=SubmissionKind.WRITTEN_REPORT)
    includes_on_site = models.BooleanField("实地督查的单位也要报送", default=False)
    due_on = models.DateField("报送期限", help_text="逾期仍可提交，但会注明逾期天数。")
    sends_on_start = models.BooleanField("启动督查时自动发出通知", default=True)
    key_points = models.TextField("督查重点", blank=True, help_text="写进通知，每行一条。")
    preparation = models.TextField("准备事项", blank=True, help_text="写进通知，每行一条，如“本年度责任制落实情况书面汇报”。")
    revision = models.PositiveIntegerField("修订号", default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "报送要求"

    def __str__(self) -> str:
        return f"{self.campaign}：{self.get_kind_display()}"

    def asked(self) -> QuerySet[Assignment]:
        """The assignments whose organizations are asked."""
        rows = self.campaign.assignments.all()
        return rows if self.includes_on_site else rows.filter(method="written")

    def not_told(self) -> QuerySet[Assignment]:
        """Those of them to which no notice has gone out yet."""
        return self.asked().filter(submission__isnull=True)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Sets of submissions."""

    def visible_to(self, user: User) -> SubmissionQuerySet:
        """The organization's own people once the campaign has begun, the organizer's side always, a team while the campaign runs."""
        if not user.is_authenticated:
            return self.none()
        condition = Q(assignment__team__members__user=user, campaign__status=Campaign.Status.RUNNING) | Q(
            organization__in=user.liaison_organization_ids, campaign__status__in=Campaign.STARTED
        )
        for path in user.scope_paths:
            condition |= in_subtree(path, "organization_path") & Q(campaign__status__in=Campaign.STARTED)
            condition |= in_subtree(path, "campaign__organizer__path")
        return self.filter(pk__in=Submission.objects.filter(condition).values("pk"))

    def fillable_by(self, user: User) -> SubmissionQuerySet:
        """What the user signs for and hands in: as liaison, or as office staff of the very organization that is asked."""
        own = [*user.liaison_organization_ids, *office_organization_ids(user)]
        return self.filter(organization__in=own, campaign__status=Campaign.Status.RUNNING)

    def decidable_by(self, user: User) -> SubmissionQuerySet:
        """What the user accepts or returns: the organizer's office, while the campaign runs."""
        condition = Q(pk__in=[])
        for path in user.office_paths:
            condition |= in_subtree(path, "campaign__organizer__path")
        return self.filter(condition, campaign__status=Campaign.Status.RUNNING)

    def with_the_organization(self) -> SubmissionQuerySet:
        """Submissions on which the organization has something to do."""
        return self.filter(status__in=Submission.WITH_THE_ORGANIZATION)

    def overdue(self, on: date | None = None) -> SubmissionQuerySet:
        """Submissions that should have been handed in before today and never were."""
        return self.filter(first_submitted_at=None, due_on__lt=on or timezone.localdate())

    def search(self, words: str) -> SubmissionQuerySet:
        """Submissions in which every word occurs: in the organization's name or code, or in the text once it was handed in.

        Before that the text is the organization's own.
        """
        wanted, found = words.split(), self
        for word in wanted:
            found = found.filter(
                anywhere(word, SubmissionGrams.NAMES) | Q(anywhere(word, (SubmissionGrams.TEXT,)), status__in=Submission.HANDED_IN)
            )
        near = SubmissionGrams.objects.candidates(wanted) if wanted else None
        return found if near is None else found.filter(pk__among=near.values("submission"))

    def accepted(self) -> SubmissionQuerySet:
        """Submissions that count in the campaign."""
        return self.filter(status=Submission.Status.ACCEPTED)


def office_organization_ids(user: User) -> list[int]:
    """Organizations at which ``user`` is office staff by an appointment of its own, not by one above."""
    return [a.organization_id for a in user.current_appointments if a.role == Appointment.Role.OFFICE]


class Submission(models.Model):
    """报送: one organization's answer to the notice, from 待签收 to 已采用."""

    class Status(models.TextChoices):
        """The states of a submission."""

        NOTIFIED = "notified", "待签收"
        RECEIVED = "received", "填报中"
        SUBMITTED = "submitted", "待审阅"
        RETURNED = "returned", "已退回"
        ACCEPTED = "accepted", "已采用"

    HANDED_IN = (Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED)
    WITH_THE_ORGANIZATION = (Status.NOTIFIED, Status.RECEIVED, Status.RETURNED)
    WRITABLE = (Status.RECEIVED, Status.RETURNED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="submission", verbose_name="督查任务")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="submissions", verbose_name="督查活动")
    organization = models.ForeignKey(PartyOrganization, on_delete=models.PROTECT, related_name="submissions", verbose_name="报送单位")
    organization_path = PathField("组织路径", editable=False)
    kind = models.CharField("报送材料", max_length=30, choices=SubmissionKind)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.NOTIFIED)
    due_on = models.DateField("报送期限")
    online = models.JSONField("在线填写", default=dict, blank=True, help_text="主题编码到文字；problems 为存在问题，plans 为下步打算。")
    revision = models.PositiveIntegerField("修订号", default=1, editable=False)
    notified_at = models.DateTimeField("通知时间")
    notified_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="通知人")
    received_at = models.DateTimeField("签收时间", null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签收人"
    )
    first_submitted_at = models.DateTimeField("首次提交时间", null=True, blank=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提交人"
    )
    decided_at = models.DateTimeField("审阅时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审阅人"
    )
    return_reason = models.CharField("退回原因", max_length=500, blank=True)
    returns = models.PositiveSmallIntegerField("退回次数", default=0)
    may_quote = models.BooleanField("允许报告引用原文", default=False, help_text="办公室决定工作报告能否使用本单位自己的文字。")
    checked_at = models.DateTimeField("比对时间", null=True, blank=True)
    reminded_at = models.DateTimeField("最近催报时间", null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "报送材料"
        ordering = ("organization_path",)
        indexes = (
            models.Index(fields=("campaign", "status")),
            models.Index(fields=("campaign", "organization_path")),
            models.Index(fields=("organization", "status")),
        )
        constraints = (
            models.CheckConstraint(condition=Q(status="notified") | Q(received_at__isnull=False), name="submission_is_received"),
            models.CheckConstraint(
                condition=~Q(status__in=("submitted", "accepted", "returned")) | Q(submitted_at__isnull=False),
                name="submission_is_handed_in",
            ),
            models.CheckConstraint(condition=~Q(status="returned") | ~Q(return_reason=""), name="return_has_reason"),
        )

    def __str__(self) -> str:
        return f"{self.organization}的{self.get_kind_display()}"

    @property
    def is_writable(self) -> bool:
        """Whether the organization may change it now."""
        return self.campaign.status == Campaign.Status.RUNNING and self.status in self.WRITABLE

    @property
    def late_days(self) -> int:
        """By how many days it came, or is, late; 0 when in time."""
        day = timezone.localdate(self.first_submitted_at) if self.first_submitted_at else timezone.localdate()
        return max(0, (day - self.due_on).days)

    @property
    def is_overdue(self) -> bool:
        """Whether its last day has passed and it was never handed in."""
        return self.first_submitted_at is None and self.late_days > 0

    @property
    def current_file(self) -> SubmissionFile | None:
        """The file that counts: the last one that was not replaced or removed."""
        return next((row for row in self.files.all() if row.is_current), None)

    def is_fillable_by(self, user: User) -> bool:
        """Whether ``user`` answers for the organization, whatever the state."""
        return self.organization_id in {*user.liaison_organization_ids, *office_organization_ids(user)}


class SubmissionGrams(Grams):
    """What a search for submissions is narrowed down by, with the plain text that it compares (``actions.submission_searching``)."""

    NAMES = ("organization__name", "organization__short_name", "organization__code")
    TEXT = "pairs__text"

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="pairs", verbose_name="报送材料")
    text = models.TextField("正文", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "报送材料的检索索引"

    def __str__(self) -> str:
        return str(self.submission_id)


def submission_path(row: SubmissionFile, _name: str) -> str:
    """Where a file is kept: by its id, so that names on disk reveal nothing."""
    return f"submissions/{row.pk.hex[:2]}/{row.pk.hex}"


class SubmissionFile(models.Model):
    """上传的文件 and what was read in it. Files that were replaced stay on record."""

    class Status(models.TextChoices):
        """How far the reading has come."""

        WAITING = "waiting", "正在读取"
        READ = "read", "已读取"
        UNREADABLE = "unreadable", "无法读取"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="files", verbose_name="报送材料")
    file = models.FileField("文件", upload_to=submission_path, max_length=200)
    name = models.CharField("文件名", max_length=150)
    size = models.PositiveIntegerField("大小")
    sha256 = models.CharField("校验值", max_length=64)
    status = models.CharField("读取状态", max_length=12, choices=Status, default=Status.WAITING)
    problem = models.CharField("无法读取的原因", max_length=300, blank=True)
    content = models.JSONField("读取的内容", default=dict, blank=True, help_text="标题、段落、未识别内容，见 inspections.documents。")
    is_current = models.BooleanField("现用", default=True)
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="后台任务")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "报送文件"
        ordering = ("-uploaded_at",)
        constraints = (models.UniqueConstraint(fields=("submission",), condition=Q(is_current=True), name="one_current_file"),)

    def __str__(self) -> str:
        return self.name
