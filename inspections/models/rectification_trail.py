"""What gathers at a row of the ledger: its story step by step, its evidence, the extensions asked for."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from inspections.models.rectification import Rectification
from units.models.organization import in_subtree

if TYPE_CHECKING:
    from units.models import User


class RectificationEntry(models.Model):
    """One step in the story of a row, as everybody who may see the row reads it; rows are only added."""

    class Kind(models.TextChoices):
        """What happened."""

        CREATE = "create", "建账"
        ISSUE = "issue", "下发"
        RECEIVE = "receive", "签收"
        PLAN = "plan", "制定措施"
        PROGRESS = "progress", "报送进展"
        SUBMIT = "submit", "报请核验"
        RETURN = "return", "退回"
        CLOSE = "close", "销号"
        REOPEN = "reopen", "重新整改"
        REMIND = "remind", "催办"
        CHANGE = "change", "调整"
        EXTENSION = "extension", "延期"
        TRANSFER = "transfer", "移交"
        MERGE = "merge", "合并"
        SPLIT = "split", "拆分"
        WITHDRAW = "withdraw", "撤回"
        RECHECK = "recheck", "回头看"

    WORK = (Kind.RECEIVE, Kind.PLAN, Kind.PROGRESS, Kind.SUBMIT)
    """Steps of putting things right; who took one of them does not verify the result."""
    BACK = (Kind.RETURN, Kind.REOPEN)
    """Steps that give a row back to its organization with the reason: as long as it works on the row, the last of them is what counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rectification = models.ForeignKey(Rectification, on_delete=models.CASCADE, related_name="entries", verbose_name="整改事项")
    kind = models.CharField("事项", max_length=12, choices=Kind)
    text = models.TextField("内容", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="填写人")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "整改过程"
        ordering = ("at", "pk")
        indexes = (models.Index(fields=("rectification", "at"), name="rectify_entry_at"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.text[:40]}"


def proof_path(proof: RectificationEvidence, _name: str) -> str:
    """Where a file is kept: by its id, so that names on disk reveal nothing."""
    return f"rectification/{proof.pk.hex[:2]}/{proof.pk.hex}"


class ProofQuerySet(models.QuerySet["RectificationEvidence"]):
    """Sets of files."""

    def visible_to(self, user: User) -> ProofQuerySet:
        """Files are served to those who may see the row."""
        return self.filter(rectification__in=Rectification.objects.visible_to(user))


class RectificationEvidence(models.Model):
    """整改佐证: a photo or document that shows what was put right; photos may be a pair of before and after."""

    class Stage(models.TextChoices):
        """What the file shows."""

        BEFORE = "before", "整改前"
        AFTER = "after", "整改后"
        OTHER = "other", "其他佐证"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rectification = models.ForeignKey(Rectification, on_delete=models.CASCADE, related_name="proofs", verbose_name="整改事项")
    stage = models.CharField("说明什么", max_length=8, choices=Stage, default=Stage.OTHER)
    file = models.FileField("文件", upload_to=proof_path, max_length=200)
    name = models.CharField("文件名", max_length=150)
    content_type = models.CharField("文件类型", max_length=100)
    size = models.PositiveIntegerField("大小")
    sha256 = models.CharField("校验值", max_length=64)
    caption = models.CharField("说明", max_length=100, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = ProofQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改佐证"
        ordering = ("uploaded_at", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether a browser shows it as a picture."""
        return self.content_type.startswith("image/")


class ExtensionQuerySet(models.QuerySet["Extension"]):
    """Sets of requests."""

    def pending(self) -> ExtensionQuerySet:
        """Requests that nobody has decided for good."""
        return self.filter(status__in=Extension.PENDING)

    def visible_to(self, user: User) -> ExtensionQuerySet:
        """Requests are read by those who may see the row."""
        return self.filter(rectification__in=Rectification.objects.visible_to(user))

    def waiting_for(self, user: User) -> ExtensionQuerySet:
        """Requests on which it is the user's turn: the organizer's office first, then the leader, who is somebody else."""
        office, leader = Q(pk__in=[]), Q(pk__in=[])
        for path in user.office_paths:
            office |= in_subtree(path, "rectification__campaign__organizer__path")
        for path in user.paths_as("leader"):
            leader |= in_subtree(path, "rectification__campaign__organizer__path")
        mine = (Q(status=Extension.Status.ASKED) & office & ~Q(asked_by=user)) | (
            Q(status=Extension.Status.ENDORSED) & leader & ~Q(office_by=user) & ~Q(asked_by=user)
        )
        return self.filter(mine)


class Extension(models.Model):
    """延期: asked before the deadline with a reason and a new date; the office looks at it, then a leader decides."""

    class Status(models.TextChoices):
        """The states of a request."""

        ASKED = "asked", "待办公室审核"
        ENDORSED = "endorsed", "待领导批准"
        APPROVED = "approved", "已批准"
        REFUSED = "refused", "未批准"
        LAPSED = "lapsed", "已失效"

    PENDING = (Status.ASKED, Status.ENDORSED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rectification = models.ForeignKey(Rectification, on_delete=models.CASCADE, related_name="extensions", verbose_name="整改事项")
    reason = models.TextField("延期理由")
    old_due_on = models.DateField("原整改时限")
    new_due_on = models.DateField("申请延至")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="申请人")
    asked_at = models.DateTimeField("申请时间", auto_now_add=True)
    office_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核人"
    )
    office_at = models.DateTimeField("审核时间", null=True, blank=True)
    office_note = models.CharField("审核意见", max_length=300, blank=True)
    leader_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="批准人"
    )
    leader_at = models.DateTimeField("批准时间", null=True, blank=True)
    leader_note = models.CharField("批准意见", max_length=300, blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "延期申请"
        ordering = ("asked_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("rectification",), condition=Q(status__in=("asked", "endorsed")), name="rectify_one_extension"),
            models.CheckConstraint(
                condition=Q(new_due_on__gt=F("old_due_on")), name="extension_is_later", violation_error_message="新的时限要晚于原时限。"
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(office_by__isnull=False, leader_by__isnull=False), name="extension_has_two_steps"
            ),
        )

    def __str__(self) -> str:
        return f"延期至{self.new_due_on}"

    @property
    def is_pending(self) -> bool:
        """Whether the request is not decided yet."""
        return self.status in self.PENDING
