"""Report templates: which sections a report has and how it is worded. Published versions never change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from units.models import User


class SectionKind(models.TextChoices):
    """What a section says."""

    OPENING = "opening", "导语"
    OVERVIEW = "overview", "基本情况"
    PROBLEMS = "problems", "存在问题"
    RISK_POINTS = "risk_points", "风险点"
    NEXT_STEPS = "next_steps", "下步打算"
    RECOMMENDATIONS = "recommendations", "意见建议"
    PROBLEMS_AND_PLAN = "problems_and_plan", "问题与打算"
    SCHEDULE = "schedule", "督查时间"
    OBJECTS = "objects", "督查对象"
    KEY_POINTS = "key_points", "督查内容"
    METHODS = "methods", "督查方式"
    PREPARE = "prepare", "准备事项"
    CONTACT = "contact", "联系方式"
    OVERDUE = "overdue", "逾期事项"
    ANNEX = "annex", "附件"
    CUSTOM = "custom", "其他"


class TemplateQuerySet(models.QuerySet["ReportTemplate"]):
    """Sets of templates."""

    def visible_to(self, user: User) -> TemplateQuerySet:
        """Office staff keep the site's templates, leaders read them; nobody else has to do with reports."""
        return self if user.is_authenticated and user.scope_paths else self.none()

    def published(self) -> TemplateQuerySet:
        """Versions that a new report may use, one per key."""
        return self.filter(status=ReportTemplate.Status.PUBLISHED)

    def by_family(self) -> TemplateQuerySet:
        """In the order in which templates came into being: a new version takes the place of the one before."""
        first = ReportTemplate.objects.filter(key=models.OuterRef("key")).order_by("pk").values("pk")[:1]
        return self.annotate(first=models.Subquery(first)).order_by("subject", "first", "pk")


class ReportTemplate(models.Model):
    """报告样式: which sections a report has and how it is worded; shipped ones are made by a migration."""

    class Subject(models.TextChoices):
        """What one report of this kind is about."""

        CAMPAIGN = "campaign", "整个督查活动"
        ORGANIZATION = "organization", "单个组织"

    class Status(models.TextChoices):
        """The states of a version."""

        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"
        RETIRED = "retired", "已停用"

    key = models.SlugField("标识", max_length=40, help_text="同一样式的各个版本相同。")
    version = models.PositiveIntegerField("版本", default=1)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PUBLISHED)
    revision = models.PositiveIntegerField("修订号", default=1, editable=False)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    name = models.CharField("样式名称", max_length=60)
    subject = models.CharField("报告对象", max_length=12, choices=Subject, default=Subject.CAMPAIGN)
    title_pattern = models.CharField("标题格式", max_length=200, help_text="可用 {牵头机构}、{督查内容}、{期间}、{组织}。")
    settings = models.JSONField("设置", default=dict, blank=True, help_text="数量词的档位、是否点名等。")

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "报告样式"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("key", "version"), name="template_version_once"),
            models.UniqueConstraint(fields=("key",), condition=models.Q(status="published"), name="one_published_version_of_a_template"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def document(self) -> str:
        """Which kind of document it makes (see ``composing.variants``)."""
        return self.settings.get("document") or ("report" if self.subject == self.Subject.CAMPAIGN else "feedback")

    @property
    def is_editable(self) -> bool:
        """Only drafts change: a report is composed again by the version it was made from."""
        return self.status == self.Status.DRAFT


class TemplateSection(models.Model):
    """One section of a template, in order; the heading text is data."""

    template = models.ForeignKey(ReportTemplate, on_delete=models.CASCADE, related_name="sections", verbose_name="样式")
    kind = models.CharField("部分", max_length=20, choices=SectionKind)
    heading = models.CharField("标题", max_length=100, blank=True)
    order = models.PositiveSmallIntegerField("顺序", default=0)
    settings = models.JSONField("设置", default=dict, blank=True, help_text="这一部分自己的设置，如附件用哪一种表。")

    class Meta:
        verbose_name = verbose_name_plural = "样式部分"
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return self.heading or self.get_kind_display()
