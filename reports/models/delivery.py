"""送达: issued documents that reached the organizations they were written to, and the matters that a letter is about."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from inspections.models import Rectification
from inspections.models.submission import office_organization_ids
from reports.models.report import Report
from units.models import PartyOrganization
from units.models.organization import PathField, in_subtree

if TYPE_CHECKING:
    from units.models import User


class LetterItem(models.Model):
    """One row of the ledger that a 提醒函, 督办单 or 通报 is about."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="letter_items", verbose_name="文书")
    rectification = models.ForeignKey(Rectification, on_delete=models.PROTECT, related_name="+", verbose_name="整改事项")

    class Meta:
        verbose_name = verbose_name_plural = "文书所涉事项"
        constraints = (models.UniqueConstraint(fields=("report", "rectification"), name="letter_item_once"),)

    def __str__(self) -> str:
        return f"{self.report_id} {self.rectification_id}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Sets of deliveries."""

    def visible_to(self, user: User) -> DeliveryQuerySet:
        """The receiving organization's own liaisons, its office and leaders and those above it, and the side that sent it."""
        if not user.is_authenticated:
            return self.none()
        condition = Q(organization__in=user.liaison_organization_ids)
        for path in user.scope_paths:
            condition |= in_subtree(path, "organization_path")
            condition |= in_subtree(path, "report__campaign__organizer__path")
        return self.filter(condition)

    def addressed_to(self, user: User) -> DeliveryQuerySet:
        """What was written to the organizations that ``user`` signs for: as liaison, or as office staff of the very organization."""
        return self.filter(organization__in=[*user.liaison_organization_ids, *office_organization_ids(user)])

    def waiting(self) -> DeliveryQuerySet:
        """Deliveries that nobody has signed for yet."""
        return self.filter(received_at=None)


class Delivery(models.Model):
    """One issued document at one organization: it was sent when it was issued; somebody there signs for it (签收) once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="deliveries", verbose_name="文件")
    organization = models.ForeignKey(PartyOrganization, on_delete=models.PROTECT, related_name="deliveries", verbose_name="收文单位")
    organization_path = PathField("组织路径", editable=False)
    sent_at = models.DateTimeField("送达时间")
    received_at = models.DateTimeField("签收时间", null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签收人"
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "送达"
        ordering = ("-sent_at", "organization_path")
        indexes = (models.Index(fields=("organization", "received_at"), name="delivery_waiting"),)
        constraints = (
            models.UniqueConstraint(fields=("report", "organization"), name="delivery_once"),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, received_by__isnull=True) | Q(received_at__isnull=False, received_by__isnull=False),
                name="receipt_is_signed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.report}：{self.organization}"

    def is_receivable_by(self, user: User) -> bool:
        """Whether ``user`` signs for the organization."""
        return self.organization_id in {*user.liaison_organization_ids, *office_organization_ids(user)}
