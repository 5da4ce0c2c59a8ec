"""Figures per place of the tree and campaign, kept beside the facts; and the marks that say which of them are out of date.

Why: ``docs/decisions``, “Tallies”. Nobody adds to a tally: it is always counted again (``actions/tally_folding``).
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from inspections.models.campaign import Campaign
from units.models.organization import PathField


class Tally(models.Model):
    """What was found in one campaign at one place of the tree and below it; only for places with facts below them, others are counted live.

    The place is a path and not an organization: facts of a finished campaign keep the paths under which they were published, and a path is
    never given out twice. The path ``""`` is the whole campaign. Each JSON column holds rows ``[*key, number]`` as in ``tallies.totals``.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="tallies", verbose_name="督查活动")
    path = PathField("路径", blank=True)
    parent_path = PathField("上级路径", blank=True)
    units = models.PositiveIntegerField("督查对象")
    concluded = models.PositiveIntegerField("已办结")
    problems = models.PositiveIntegerField("问题")
    serious = models.PositiveIntegerField("严重问题")
    risk_points = models.PositiveIntegerField("风险点")
    good_practices = models.PositiveIntegerField("好做法")
    recurrences = models.PositiveIntegerField("屡查屡犯")
    duties = models.PositiveIntegerField("已下发的整改事项")
    closed = models.PositiveIntegerField("已销号")
    coverage = models.JSONField("类别、状态", default=list)
    teams = models.JSONField("督查组、状态", default=list)
    found = models.JSONField("主题、类型、程度", default=list)
    team_problems = models.JSONField("督查组的问题", default=list)
    items = models.JSONField("检查项的问题", default=list)
    noted = models.JSONField("规范表述的问题", default=list)
    having = models.JSONField("规范表述、类别的已办结单位", default=list)
    recurring = models.JSONField("主题的屡查屡犯", default=list)
    ledger = models.JSONField("整改状态、是否下发", default=list)
    deadlines = models.JSONField("待报送事项的时限", default=list)
    late = models.JSONField("逾期后才报送的事项", default=list)
    practices = models.JSONField("最新的好做法", default=list)
    counted_at = models.DateTimeField("统计时间")

    class Meta:
        verbose_name = verbose_name_plural = "汇总"
        constraints = (models.UniqueConstraint(fields=("campaign", "path"), name="tally_once"),)
        indexes = (models.Index(fields=("campaign", "parent_path"), name="tally_children"),)

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.path}"


class TallyMark(models.Model):
    """Something changed at ``path``; ``is_branch`` says: anywhere below it too. Written in the transaction of the change.

    Rows are only ever added and deleted, so that no two writers wait for each other; the campaign is not checked by the database either,
    since that would touch its row.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, db_constraint=False, related_name="+", verbose_name="督查活动")
    path = PathField("路径", blank=True)
    is_branch = models.BooleanField("整个分支", default=False)
    marked_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "待汇总标记"

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.path}"


class TallyFold(models.Model):
    """The one row that a worker locks while it counts: two at once could each miss what the other writes."""

    folded_at = models.DateTimeField("最近汇总时间", null=True)
    marks = models.PositiveIntegerField("处理的标记", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "汇总进程"

    def __str__(self) -> str:
        return f"{self.folded_at}"
