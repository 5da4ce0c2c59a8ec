"""督查清单: themes and items, published versions of which never change; and the library of standard wordings."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from units.models import OrganizationCategory
from units.models.organization import STEP

if TYPE_CHECKING:
    from units.models import User


def _count(rows: models.QuerySet, group: str) -> Coalesce:
    """Return the number of ``rows`` per ``group`` as a subquery; 0 where there are none."""
    counted = rows.order_by().values(group).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)


def sits_in_team(user: User) -> bool:
    """Whether ``user`` has a seat in a team of a campaign that has not finished: the rights of teams end with it."""
    return bool(user.team_seats.exclude(team__campaign__status="finished").exists())


def keeps_checklists(user: User) -> bool:
    """Whether ``user`` keeps the checklists and wordings that all campaigns of the site share: the office of a top organization.

    As with categories and tags. The office of an organization that is inspected must not see the questions while they are drafted, let
    alone change them.
    """
    return any(len(path) == STEP for path in user.office_paths)


class ChecklistQuerySet(models.QuerySet["Checklist"]):
    """Sets of checklists."""

    def visible_to(self, user: User) -> ChecklistQuerySet:
        """Those who keep the checklists see all; other office staff, leaders and team members read what has been published."""
        if not user.is_authenticated:
            return self.none()
        if keeps_checklists(user):
            return self
        if user.scope_paths or sits_in_team(user):
            return self.filter(status__in=(Checklist.Status.PUBLISHED, Checklist.Status.RETIRED))
        return self.none()

    def published(self) -> ChecklistQuerySet:
        """Checklists that a new campaign may use."""
        return self.filter(status=Checklist.Status.PUBLISHED)

    def with_counts(self) -> ChecklistQuerySet:
        """Annotate ``theme_count``, ``item_count`` and ``campaign_count``, each as its own subquery so that they do not multiply."""
        from inspections.models.campaign import Campaign  # noqa: PLC0415 -- campaigns name checklists, so that module imports this one

        return self.annotate(
            theme_count=_count(ChecklistTheme.objects.filter(checklist=OuterRef("pk")), "checklist"),
            item_count=_count(ChecklistItem.objects.filter(theme__checklist=OuterRef("pk")), "theme__checklist"),
            campaign_count=_count(Campaign.objects.filter(checklist=OuterRef("pk")), "checklist"),
        )


class Checklist(models.Model):
    """One version of a checklist. Draft → published (frozen) → retired when a newer version is published."""

    class Status(models.TextChoices):
        """The states of a version."""

        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"
        RETIRED = "retired", "已停用"

    name = models.CharField("清单名称", max_length=100)
    lineage = models.UUIDField("版本系列", default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField("版本", default=1)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    note = models.CharField("版本说明", max_length=200, blank=True)
    revision = models.PositiveIntegerField("修订号", default=1, editable=False)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督查清单"
        ordering = ("name", "-version")
        constraints = (models.UniqueConstraint(fields=("lineage", "version"), name="checklist_version_once"),)

    def __str__(self) -> str:
        return f"{self.name}（第{self.version}版）"

    @property
    def is_editable(self) -> bool:
        """Only drafts change; what has been published stays as it was answered."""
        return self.status == self.Status.DRAFT

    def outline(self) -> list[ChecklistTheme]:
        """Themes in order, each with its items and their categories at hand (three queries)."""
        items = Prefetch("items", ChecklistItem.objects.order_by("order", "pk").prefetch_related("categories"))
        return list(self.themes.prefetch_related(items))


class ChecklistTheme(models.Model):
    """主题: what a section of the checklist, and a numbered theme of the report, is about."""

    checklist = models.ForeignKey(Checklist, on_delete=models.CASCADE, related_name="themes", verbose_name="清单")
    code = models.CharField("主题编码", max_length=20, help_text="跨版本不变，用于和上次督查比较。")
    name = models.CharField("主题", max_length=60)
    report_heading = models.CharField(
        "报告中的小标题", max_length=60, blank=True, help_text="如“强化组织领导，压实主体责任”。留空则用主题名称。"
    )
    order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "督查主题"
        ordering = ("order", "pk")
        constraints = (models.UniqueConstraint(fields=("checklist", "code"), name="theme_code_once"),)

    def __str__(self) -> str:
        return self.name

    @property
    def heading(self) -> str:
        """The heading of this theme in a report."""
        return self.report_heading or self.name


class ItemQuerySet(models.QuerySet["ChecklistItem"]):
    """Sets of items."""

    def for_category(self, category_id: int | None) -> ItemQuerySet:
        """Items asked of organizations of a category: those without categories are asked of everybody."""
        return self.filter(Q(categories__isnull=True) | Q(categories=category_id)).distinct()


class ChecklistItem(models.Model):
    """检查项. An item whose answer is a number is a metric (指标)."""

    class AnswerKind(models.TextChoices):
        """What an answer looks like."""

        CONFORMITY = "conformity", "符合性判断"
        NUMBER = "number", "数值指标"
        DATE = "date", "日期"
        TEXT = "text", "文字"

    theme = models.ForeignKey(ChecklistTheme, on_delete=models.CASCADE, related_name="items", verbose_name="主题")
    code = models.CharField("检查项编码", max_length=20, help_text="跨版本不变，用于和上次督查比较。")
    question = models.CharField("检查内容", max_length=200)
    guidance = models.TextField("检查要点", blank=True)
    basis = models.CharField("依据文件", max_length=120, blank=True, help_text="文件名称，如《某某实施细则》。")
    clause = models.CharField("条款", max_length=40, blank=True)
    method = models.CharField("检查方法", max_length=100, blank=True, help_text="如：查阅会议记录、现场查看。")
    answer_kind = models.CharField("答案类型", max_length=12, choices=AnswerKind, default=AnswerKind.CONFORMITY)
    unit_of_measure = models.CharField("计量单位", max_length=10, blank=True, help_text="数值指标必填，如：次、场、人次、份。")
    metric_phrase = models.CharField(
        "报告中的说法", max_length=60, blank=True, help_text="放在数字前的短语，如“召开专题研究会议”。留空则不写入报告。"
    )
    is_approximate = models.BooleanField("默认为约数", default=False, help_text="约数在报告中写作“余”。")
    cut_off_on = models.DateField("数据截止日期", null=True, blank=True, help_text="留空则用督查活动的截止日期。")
    target = models.DecimalField("目标值", max_digits=12, decimal_places=2, null=True, blank=True)
    is_required = models.BooleanField("必答", default=True)
    categories = models.ManyToManyField(
        OrganizationCategory, blank=True, related_name="+", verbose_name="适用类别", help_text="不选表示适用于所有类别。"
    )
    weight = models.PositiveSmallIntegerField("权重", default=1)
    order = models.PositiveSmallIntegerField("顺序", default=0)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检查项"
        ordering = ("theme__order", "order", "pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(answer_kind="number") | ~Q(unit_of_measure=""),
                name="number_has_unit_of_measure",
                violation_error_message="数值指标必须填写计量单位。",
            ),
        )

    def __str__(self) -> str:
        return self.question


class StandardQuerySet(models.QuerySet["StandardFinding"]):
    """Sets of standard wordings."""

    def visible_to(self, user: User) -> StandardQuerySet:
        """Office staff, leaders and team members use the library."""
        if user.is_authenticated and (user.scope_paths or sits_in_team(user)):
            return self
        return self.none()

    def in_use(self) -> StandardQuerySet:
        """Wordings offered for new findings."""
        return self.filter(is_retired=False)

    def with_usage(self, findings: models.QuerySet) -> StandardQuerySet:
        """Annotate ``usage``: how many of ``findings`` (those that the reader may see) rest on each wording."""
        return self.annotate(usage=_count(findings.filter(standard=OuterRef("pk")), "standard"))


class StandardFinding(models.Model):
    """规范表述: a wording used again and again, with its usual cause and the measure that answers it.

    It names a theme and an item by their codes, so that it outlives a checklist version.
    """

    class Kind(models.TextChoices):
        """The same kinds as a finding has."""

        PROBLEM = "problem", "问题"
        RISK_POINT = "risk_point", "风险点"
        GOOD_PRACTICE = "good_practice", "好做法"

    class Severity(models.TextChoices):
        """How grave a problem or risk is."""

        GENERAL = "general", "一般"
        NOTABLE = "notable", "较重"
        SERIOUS = "serious", "严重"

    code = models.CharField("编码", max_length=20, unique=True)
    kind = models.CharField("类型", max_length=20, choices=Kind)
    theme_code = models.CharField("主题编码", max_length=20, db_index=True)
    item_code = models.CharField("检查项编码", max_length=20, blank=True, db_index=True)
    wording = models.CharField("规范表述", max_length=300, help_text="不写单位名称；报告会在前面加上“个别单位”“部分单位”等。")
    heading = models.CharField("概括标题", max_length=60, blank=True, help_text="报告中“一是……”之后的短句，如“学习制度落实不够到位”。")
    severity = models.CharField("默认程度", max_length=10, choices=Severity, default=Severity.GENERAL)
    cause = models.CharField("常见原因", max_length=200, blank=True, help_text="如“专职力量不足，人员变动较为频繁”。")
    measure_heading = models.CharField("措施标题", max_length=60, blank=True, help_text="如“加强业务培训”。")
    measure = models.CharField("整改措施", max_length=300, blank=True)
    lead_body = models.CharField("牵头单位", max_length=60, blank=True)
    is_retired = models.BooleanField("已停用", default=False)

    objects = StandardQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "规范表述"
        ordering = ("theme_code", "kind", "code")

    def __str__(self) -> str:
        return self.wording
