"""事实确认: the inspected organization's representative signs, on the phone, what was found."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from inspections.models.campaign import Assignment
from inspections.models.finding import Finding

if TYPE_CHECKING:
    from units.models import User


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    """Sets of confirmations."""

    def visible_to(self, user: User) -> ConfirmationQuerySet:
        """Whoever may see the assignment: the organization confirmed it and may look at what it signed."""
        return self.filter(assignment__in=Assignment.objects.visible_to(user))

    def without_picture(self) -> ConfirmationQuerySet:
        """Leave the signature in the database: lists and the phone need only its checksum."""
        return self.defer("signature")


class Confirmation(models.Model):
    """What was shown to the representative, what they said to it, and their signature. One per assignment; signing again replaces it.

    The picture lies in the row and not in the file store: a signature without its text, or the other way round, must not come about.
    """

    class Opinion(models.TextChoices):
        """What the organization says to the facts."""

        AGREE = "agree", "无异议"
        OBJECTION = "objection", "有异议"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="confirmation", verbose_name="督查任务")
    signer_title = models.CharField("确认人职务", max_length=60, help_text="写职务，如“党建办主任”，不写姓名。")
    opinion = models.CharField("单位意见", max_length=10, choices=Opinion)
    opinion_text = models.CharField("意见内容", max_length=500, blank=True)
    findings: Any = models.JSONField("确认的事实", default=list, help_text="签字时出示的内容，逐条的编号、类型和文字。")
    signature = models.BinaryField("签名图片")
    signature_sha256 = models.CharField("签名校验值", max_length=64)
    confirmed_at = models.DateTimeField("确认时间")
    received_at = models.DateTimeField("收到时间")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="经办人")
    revision = models.PositiveIntegerField("修订号", default=1)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "事实确认"
        constraints = (models.CheckConstraint(condition=~Q(opinion="objection") | ~Q(opinion_text=""), name="objection_says_what"),)

    def __str__(self) -> str:
        return f"{self.signer_title}：{self.get_opinion_display()}"

    @property
    def is_outdated(self) -> bool:
        """Whether what stands now is not what was signed: 确认后有改动 (1 query)."""
        standing = Finding.objects.standing().filter(assignment=self.assignment_id)
        return self.differs_from(standing.values_list("id", "kind", "text"))

    def differs_from(self, standing: Any) -> bool:
        """Whether the standing findings, given as (id, kind, text), are others than those signed. The order says nothing."""
        signed = {(str(row.get("id")), row.get("kind"), row.get("text")) for row in self.findings}
        return signed != {(str(key), kind, text) for key, kind, text in standing}

    @property
    def shown_findings(self) -> list[dict[str, str]]:
        """What was signed, with the kinds in words."""
        kinds = dict(Finding.Kind.choices)
        return [{"kind": kinds.get(row.get("kind"), ""), "text": row.get("text", "")} for row in self.findings]
