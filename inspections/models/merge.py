"""归并: several findings that say the same in their own words come under one standard wording; and the groups that an office keeps apart."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from inspections.models.campaign import Campaign
from inspections.models.checklist import StandardFinding
from inspections.models.finding import Finding
from units.models import PartyOrganization
from units.models.organization import in_subtree

if TYPE_CHECKING:
    from units.models import User


class MergeQuerySet(models.QuerySet["FindingMerge"]):
    """Sets of merges."""

    def visible_to(self, user: User) -> MergeQuerySet:
        """The organizer's side reads them: offices and leaders of the organizer or above it."""
        condition = Q(pk__in=[])
        for path in user.scope_paths if user.is_authenticated else ():
            condition |= in_subtree(path, "organizer__path")
        return self.filter(condition)

    def of_campaign(self, campaign: Campaign) -> MergeQuerySet:
        """Merges that concern findings of ``campaign``."""
        return self.filter(Exists(MergedFinding.objects.filter(merge=OuterRef("pk"), finding__campaign=campaign)))


class FindingMerge(models.Model):
    """One act of merging. The findings keep their words, organizations and sources; what they share from then on is the standard wording."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organizer = models.ForeignKey(PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="主办组织")
    standard = models.ForeignKey(StandardFinding, on_delete=models.PROTECT, related_name="merges", verbose_name="规范表述")
    made_standard = models.BooleanField("新立表述", default=False)
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="归并人")
    merged_at = models.DateTimeField("归并时间", auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤销人"
    )
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "归并"
        ordering = ("-merged_at", "-pk")
        indexes = (models.Index(fields=("organizer", "-merged_at", "-id"), name="merge_newest"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merge_undone_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"归并为“{self.standard}”"


class MergedFinding(models.Model):
    """One finding in a merge, with the wording it had before: what undoing gives back."""

    merge = models.ForeignKey(FindingMerge, on_delete=models.CASCADE, related_name="rows", verbose_name="归并")
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="merge_rows", verbose_name="发现")
    before = models.ForeignKey(
        StandardFinding, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="原规范表述"
    )

    class Meta:
        verbose_name = verbose_name_plural = "归并的发现"
        constraints = (models.UniqueConstraint(fields=("merge", "finding"), name="merged_once"),)

    def __str__(self) -> str:
        return str(self.finding)


class KeptApart(models.Model):
    """不归并: a suggested group that an office does not want; it comes back when a new way of saying it joins the group."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="kept_apart", verbose_name="督查活动")
    digest = models.CharField("分组特征", max_length=64)
    text = models.CharField("内容", max_length=500)
    number = models.PositiveIntegerField("条数")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="操作人")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "不归并的分组"
        ordering = ("-at", "-pk")
        constraints = (models.UniqueConstraint(fields=("campaign", "digest"), name="kept_apart_once"),)

    def __str__(self) -> str:
        return self.text
