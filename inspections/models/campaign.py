"""督查活动, its teams and the assignment of organizations to them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from inspections.models.checklist import Checklist
from units.models import OrganizationCategory, PartyOrganization
from units.models.changed import ChangedAtField, Changes
from units.models.organization import PathField, in_subtree

if TYPE_CHECKING:
    from units.models import User


class Method(models.TextChoices):
    """督查方式."""

    ON_SITE = "on_site", "实地督查"
    WRITTEN = "written", "书面督查"


class Activity(models.TextChoices):
    """What a team does at a visited organization."""

    HEARING = "hearing", "听取汇报"
    DOCUMENT_REVIEW = "document_review", "查阅资料"
    DISCUSSION = "discussion", "现场座谈"
    SITE_CHECK = "site_check", "实地查看"


class BasisDocument(models.Model):
    """依据文件: what a campaign rests on, cited in the report in this order."""

    issuer = models.CharField("发文单位", max_length=80, blank=True, help_text="如“区委办公室”。")
    title = models.CharField("文件名称", max_length=120, help_text="不写书名号。")
    number = models.CharField("文号", max_length=40, blank=True)
    order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "依据文件"
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return f"《{self.title}》"


class CampaignQuerySet(Changes, models.QuerySet["Campaign"]):
    """Sets of campaigns."""

    def visible_to(self, user: User) -> CampaignQuerySet:
        """Campaigns whose organizer lies in the user's subtree or above it with assignments inside, and those of the user's teams."""
        if not user.is_authenticated:
            return self.none()
        # One assignment that is there decides: joined, all those of a nation would be read.
        own = Assignment.objects.filter(campaign=OuterRef("pk"))
        condition = Q(teams__members__user=user, status=Campaign.Status.RUNNING)
        if user.liaison_organization_ids:
            condition |= Exists(own.filter(organization__in=user.liaison_organization_ids)) & Q(status__in=Campaign.STARTED)
        for path in user.scope_paths:
            condition |= in_subtree(path, "organizer__path")
            condition |= Exists(own.filter(in_subtree(path, "organization_path"))) & Q(status__in=Campaign.STARTED)
        return self.filter(pk__in=Campaign.objects.filter(condition).values("pk"))

    def manageable_by(self, user: User) -> CampaignQuerySet:
        """Campaigns that the user sets up and runs: office staff of the organizer or above it."""
        condition = Q(pk__in=[])
        for path in user.office_paths:
            condition |= in_subtree(path, "organizer__path")
        return self.filter(condition)


class Campaign(models.Model):
    """One round of inspection, normally twice a year."""

    class Status(models.TextChoices):
        """The states of a campaign."""

        PREPARING = "preparing", "筹备中"
        RUNNING = "running", "进行中"
        FINISHED = "finished", "已结束"

    STARTED = (Status.RUNNING, Status.FINISHED)

    class Half(models.IntegerChoices):
        """Which half of the year."""

        FIRST = 1, "上半年"
        SECOND = 2, "下半年"

    code = models.SlugField("活动编码", max_length=40, unique=True, help_text="字母、数字和连字符，如 2026-2。")
    title = models.CharField("活动名称", max_length=120)
    subject = models.CharField("督查内容", max_length=80, help_text="如“落实意识形态工作责任制情况”。")
    subject_short = models.CharField("督查内容简称", max_length=40, blank=True, help_text="用在句子里，如“意识形态工作”。")
    arrangement = models.CharField("工作安排", max_length=80, blank=True, help_text="根据谁的安排，如“区委工作安排”。")
    purpose = models.CharField("督查目的", max_length=120, blank=True, help_text="如“推动主体责任落到实处”。")
    year = models.PositiveSmallIntegerField("年度")
    half = models.PositiveSmallIntegerField("半年", choices=Half)
    organizer = models.ForeignKey(PartyOrganization, on_delete=models.PROTECT, related_name="organized_campaigns", verbose_name="主办组织")
    organizer_body = models.CharField("牵头机构", max_length=80, help_text="报告中的督查主体，如“区委意识形态工作联席会议办公室”。")
    co_organizer_bodies = models.JSONField("联合机构", default=list, blank=True)
    basis_documents = models.ManyToManyField(BasisDocument, blank=True, related_name="campaigns", verbose_name="依据文件")
    approval_number = models.CharField("批准文号", max_length=60, blank=True, help_text="列入年度督查计划或专项报批的文号。")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    cut_off_on = models.DateField("数据截止日期")
    checklist = models.ForeignKey(
        Checklist, on_delete=models.PROTECT, null=True, blank=True, related_name="campaigns", verbose_name="督查清单"
    )
    scope = models.JSONField("范围条件", default=dict, blank=True, help_text="按类别、标签、下级和单个组织选定的条件。")
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.PREPARING)
    revision = models.PositiveIntegerField("修订号", default=1, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="创建人")
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    started_at = models.DateTimeField("启动时间", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)
    changed_at = ChangedAtField("最近变动")

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督查活动"
        ordering = ("-year", "-half", "-starts_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")),
                name="campaign_ends_after_start",
                violation_error_message="结束日期不能早于开始日期。",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def period(self) -> str:
        """The half year in words, ``2026年下半年``."""
        return f"{self.year}年{self.get_half_display()}"

    @property
    def is_open(self) -> bool:
        """Whether facts may still be entered or changed."""
        return self.status != self.Status.FINISHED

    @property
    def previous(self) -> Campaign | None:
        """The finished campaign before this one with which it is compared.

        Of the same organizer and by a version of the same checklist: a special check of a few organizations is no measure for a round
        over the whole district. Of several in the latest half year it is the one with the most organizations.
        """
        if self.checklist is None:
            return None
        earlier = Q(year__lt=self.year) | Q(year=self.year, half__lt=self.half)
        rounds = Campaign.objects.filter(earlier, organizer=self.organizer_id, status=Campaign.Status.FINISHED)
        found = list(rounds.filter(checklist__lineage=self.checklist.lineage).order_by("-year", "-half", "-pk"))
        latest = [one for one in found if (one.year, one.half) == (found[0].year, found[0].half)]
        if len(latest) < 2:  # noqa: PLR2004 -- nothing to choose, and a nation's assignments are not counted for it
            return latest[0] if latest else None
        sizes = dict(Assignment.objects.filter(campaign__in=latest).order_by().values_list("campaign").annotate(size=models.Count("pk")))
        return max(latest, key=lambda one: (sizes.get(one.pk, 0), one.pk))

    def is_manageable_by(self, user: User) -> bool:
        """Whether ``user`` may set this campaign up and run it."""
        return user.is_office_for(self.organizer)


class CampaignMethod(models.Model):
    """How organizations of one category are inspected in one campaign."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="methods", verbose_name="督查活动")
    category = models.ForeignKey(OrganizationCategory, on_delete=models.PROTECT, related_name="+", verbose_name="单位类别")
    method = models.CharField("督查方式", max_length=10, choices=Method, default=Method.WRITTEN)
    activities = models.JSONField("实地环节", default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "督查方式"
        ordering = ("category__order",)
        constraints = (models.UniqueConstraint(fields=("campaign", "category"), name="method_once_per_category"),)

    def __str__(self) -> str:
        return f"{self.category}：{self.get_method_display()}"

    @property
    def activity_names(self) -> list[str]:
        """The activities of a visit in Chinese, in their usual order."""
        return [label for value, label in Activity.choices if value in self.activities]


class Team(models.Model):
    """督查组."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="teams", verbose_name="督查活动")
    name = models.CharField("组名", max_length=40)
    order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "督查组"
        ordering = ("order", "pk")
        constraints = (models.UniqueConstraint(fields=("campaign", "name"), name="team_name_once"),)

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """抽调人员: a seat in a team; the right to inspect that comes with it ends with the campaign."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members", verbose_name="督查组")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="team_seats", verbose_name="成员")
    home_organization = models.ForeignKey(PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="抽调单位")
    is_leader = models.BooleanField("组长", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "督查组成员"
        ordering = ("-is_leader", "pk")
        constraints = (models.UniqueConstraint(fields=("team", "user"), name="seat_once_per_team"),)

    def __str__(self) -> str:
        return str(self.user)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Sets of assignments."""

    def visible_to(self, user: User) -> AssignmentQuerySet:
        """What the user may read: the own subtree, the own teams while the campaign runs, a liaison's own organization once concluded."""
        if not user.is_authenticated:
            return self.none()
        condition = Q(team__members__user=user, campaign__status=Campaign.Status.RUNNING) | Q(
            organization__in=user.liaison_organization_ids, campaign__status__in=Campaign.STARTED
        )
        for path in user.scope_paths:
            condition |= in_subtree(path, "organization_path") & Q(campaign__status__in=Campaign.STARTED)
            condition |= in_subtree(path, "campaign__organizer__path")
        return self.filter(pk__in=Assignment.objects.filter(condition).values("pk"))

    def inspectable_by(self, user: User) -> AssignmentQuerySet:
        """What the user may answer and note findings on: the own teams' organizations while the campaign runs, and the organizer's office."""
        condition = Q(team__members__user=user)
        for path in user.office_paths:
            condition |= in_subtree(path, "campaign__organizer__path")
        return self.filter(pk__in=Assignment.objects.filter(condition, campaign__status=Campaign.Status.RUNNING).values("pk"))

    def concluded(self) -> AssignmentQuerySet:
        """Assignments whose inspection is complete; only these count as covered."""
        return self.filter(status=Assignment.Status.CONCLUDED)

    def unfinished(self) -> AssignmentQuerySet:
        """Assignments that are not complete yet."""
        return self.exclude(status=Assignment.Status.CONCLUDED)


class Assignment(models.Model):
    """督查任务: one organization to be inspected in one campaign, by one team, by one method."""

    class Status(models.TextChoices):
        """The states of an assignment."""

        PLANNED = "planned", "未开始"
        IN_PROGRESS = "in_progress", "督查中"
        CONCLUDED = "concluded", "已办结"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="assignments", verbose_name="督查活动")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name="督查组")
    organization = models.ForeignKey(PartyOrganization, on_delete=models.PROTECT, related_name="assignments", verbose_name="督查对象")
    organization_path = PathField("组织路径", editable=False)
    category = models.ForeignKey(
        OrganizationCategory, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位类别"
    )
    method = models.CharField("督查方式", max_length=10, choices=Method, default=Method.WRITTEN)
    activities = models.JSONField("实地环节", default=list, blank=True)
    visit_on = models.DateField("督查日期", null=True, blank=True)
    order = models.PositiveIntegerField("顺序", default=0)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.PLANNED)
    summary = models.TextField("总体评价", blank=True)
    revision = models.PositiveIntegerField("修订号", default=1, editable=False)
    concluded_at = models.DateTimeField("办结时间", null=True, blank=True)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办结人"
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督查任务"
        ordering = ("order", "organization_path")
        indexes = (
            models.Index(fields=("campaign", "organization_path")),
            models.Index(fields=("campaign", "team", "status")),
            # Today's visits anywhere in the tree, in its order: the first sixty are the first sixty entries.
            models.Index(fields=("campaign", "visit_on", "organization_path"), name="assignment_visits"),
        )
        constraints = (
            models.UniqueConstraint(fields=("campaign", "organization"), name="organization_once_per_campaign"),
            models.CheckConstraint(
                condition=~Q(status="concluded") | Q(concluded_by__isnull=False, concluded_at__isnull=False), name="concluded_is_signed"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization}（{self.campaign}）"

    @property
    def is_writable(self) -> bool:
        """Whether answers and findings may be entered now."""
        return self.campaign.status == Campaign.Status.RUNNING and self.status != self.Status.CONCLUDED

    @property
    def activity_names(self) -> list[str]:
        """The activities of a visit in Chinese, in their usual order."""
        return [label for value, label in Activity.choices if value in self.activities]

    @property
    def is_due_today(self) -> bool:
        """Whether the visit is planned for today."""
        return self.visit_on == timezone.localdate()
