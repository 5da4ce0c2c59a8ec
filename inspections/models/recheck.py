"""回头看: looking again, on site, at what was to be put right; and the samples of closed rows drawn for it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from inspections.models.campaign import Assignment, Campaign
from inspections.models.finding import Finding
from inspections.models.rectification import Rectification
from units.models.organization import in_subtree

if TYPE_CHECKING:
    from units.models import User


class RecheckQuerySet(models.QuerySet["Recheck"]):
    """Sets of results of looking again."""

    def visible_to(self, user: User) -> RecheckQuerySet:
        """As findings: the team while the campaign runs and the organizer's side; those who are inspected once it has finished."""
        if not user.is_authenticated:
            return self.none()
        finished = Q(assignment__campaign__status=Campaign.Status.FINISHED)
        condition = Q(assignment__team__members__user=user, assignment__campaign__status=Campaign.Status.RUNNING)
        condition |= Q(assignment__organization__in=user.liaison_organization_ids) & finished
        for path in user.scope_paths:
            condition |= in_subtree(path, "assignment__organization_path") & finished
            condition |= in_subtree(path, "assignment__campaign__organizer__path")
        return self.filter(pk__in=Recheck.objects.filter(condition).values("pk"))

    def still_there(self) -> RecheckQuerySet:
        """What was found not to be put right."""
        return self.filter(outcome=Recheck.Outcome.STILL_THERE)


class Recheck(models.Model):
    """One problem of an earlier campaign, looked at again in the course of an assignment."""

    class Outcome(models.TextChoices):
        """What was seen."""

        FIXED = "fixed", "已整改"
        STILL_THERE = "still_there", "仍存在"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="rechecks", verbose_name="督查任务")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="rechecks", verbose_name="原问题")
    rectification = models.ForeignKey(
        Rectification, on_delete=models.PROTECT, null=True, blank=True, related_name="rechecks", verbose_name="整改事项"
    )
    outcome = models.CharField("结果", max_length=12, choices=Outcome)
    note = models.CharField("现场情况", max_length=300, blank=True)
    revision = models.PositiveIntegerField("修订号", default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="填写人")
    at = models.DateTimeField("填写时间", default=timezone.now)

    objects = RecheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回头看"
        ordering = ("-at", "-pk")
        constraints = (models.UniqueConstraint(fields=("assignment", "finding"), name="recheck_once"),)

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}：{self.finding}"


class RecheckSample(models.Model):
    """抽查: which closed rows are looked at again in a campaign, and by what rule. From rule and seed anybody can draw it again."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="recheck_samples", verbose_name="用于哪次督查")
    share = models.PositiveSmallIntegerField("抽查比例（%）")
    severities = models.JSONField("必查程度", default=list, blank=True)
    seed = models.CharField("随机种子", max_length=40)
    population = models.JSONField("备选序号", default=list, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="抽取人")
    at = models.DateTimeField("抽取时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "回头看抽查"
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=100),
                name="sample_share_is_percentage",
                violation_error_message="抽查比例在 0 到 100 之间。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.campaign}（{self.share}%）"


class SampledRectification(models.Model):
    """A closed row that was drawn, for one campaign."""

    sample = models.ForeignKey(RecheckSample, on_delete=models.CASCADE, related_name="rows", verbose_name="抽查")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+", verbose_name="用于哪次督查")
    rectification = models.ForeignKey(Rectification, on_delete=models.CASCADE, related_name="samples", verbose_name="整改事项")

    class Meta:
        verbose_name = verbose_name_plural = "抽中的整改事项"
        constraints = (models.UniqueConstraint(fields=("campaign", "rectification"), name="sampled_once_per_campaign"),)

    def __str__(self) -> str:
        return f"{self.sample_id} {self.rectification_id}"
