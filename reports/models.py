"""Reports as rows: templates, sections, paragraphs that know their sources, and the files made from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from inspections.models import Campaign
from units.models import PartyOrganization
from units.models.organization import in_subtree

if TYPE_CHECKING:
    from units.models import User


class ReportTemplate(models.Model):
    """报告样式: which sections a report has and how it is worded; shipped ones are made by a migration."""

    class Subject(models.TextChoices):
        """What one report of this kind is about."""

        CAMPAIGN = "campaign", "整个督查活动"
        ORGANIZATION = "organization", "单个组织"

    key = models.SlugField("标识", max_length=40, unique=True)
    name = models.CharField("样式名称", max_length=60)
    subject = models.CharField("报告对象", max_length=12, choices=Subject, default=Subject.CAMPAIGN)
    title_pattern = models.CharField("标题格式", max_length=200, help_text="可用 {牵头机构}、{督查内容}、{期间}、{组织}。")
    settings = models.JSONField("设置", default=dict, blank=True, help_text="数量词的档位、是否点名等。")

    class Meta:
        verbose_name = verbose_name_plural = "报告样式"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class SectionKind(models.TextChoices):
    """What a section says."""

    OPENING = "opening", "导语"
    OVERVIEW = "overview", "基本情况"
    PROBLEMS = "problems", "存在问题"
    RISK_POINTS = "risk_points", "风险点"
    NEXT_STEPS = "next_steps", "下步打算"
    RECOMMENDATIONS = "recommendations", "意见建议"
    PROBLEMS_AND_PLAN = "problems_and_plan", "问题与打算"
    ANNEX = "annex", "附件"
    CUSTOM = "custom", "其他"


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


class ReportQuerySet(models.QuerySet["Report"]):
    """Sets of reports."""

    def visible_to(self, user: User) -> ReportQuerySet:
        """Office staff and leaders of the organizer's side read its reports; they name units in the annex, so nobody else does."""
        if not user.is_authenticated:
            return self.none()
        condition = Q(pk__in=[])
        for path in user.scope_paths:
            condition |= in_subtree(path, "campaign__organizer__path")
        return self.filter(condition)


class Report(models.Model):
    """督查报告: a draft composed from a campaign's facts, later signed off and issued."""

    class Status(models.TextChoices):
        """The states of a report."""

        DRAFT = "draft", "拟稿"

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="reports", verbose_name="督查活动")
    template = models.ForeignKey(ReportTemplate, on_delete=models.PROTECT, related_name="reports", verbose_name="报告样式")
    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, null=True, blank=True, related_name="reports", verbose_name="所涉组织"
    )
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.DRAFT)
    title = models.CharField("标题", max_length=200)
    addressee = models.CharField("主送", max_length=200, blank=True)
    signers = models.JSONField("落款单位", default=list, blank=True)
    signed_on = models.DateField("成文日期", null=True, blank=True)
    composed_at = models.DateTimeField("成文时间", null=True, blank=True)
    revision = models.PositiveIntegerField("修订号", default=1)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="拟稿人")
    created_at = models.DateTimeField("创建时间", auto_now_add=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督查报告"
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.title


class Section(models.Model):
    """部分: one part of a report."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="sections", verbose_name="报告")
    kind = models.CharField("部分", max_length=20, choices=SectionKind)
    heading = models.CharField("标题", max_length=100, blank=True)
    is_internal = models.BooleanField("仅供内部使用", default=False)
    order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "报告部分"
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return self.heading or self.get_kind_display()


class Paragraph(models.Model):
    """段落, with the facts it rests on: ``sources`` holds ids by kind, ``fingerprint`` their state when the text was drafted.

    ``arithmetic`` keeps the counting behind a quantifier or a sum, e.g. ``{"n": 3, "of": 58, "word": "个别"}``.
    """

    class Kind(models.TextChoices):
        """What a paragraph is on the page."""

        HEADING = "heading", "标题"
        BODY = "body", "正文"
        TABLE = "table", "表格"

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="paragraphs", verbose_name="部分")
    kind = models.CharField("类型", max_length=10, choices=Kind, default=Kind.BODY)
    level = models.PositiveSmallIntegerField("级别", default=0)
    lead = models.CharField("段首标题", max_length=200, blank=True)
    text = models.TextField("正文", blank=True)
    table = models.JSONField("表格", default=dict, blank=True)
    key = models.CharField("成文标识", max_length=80, blank=True, help_text="重新成文时用来找到同一段。")
    sources = models.JSONField("依据", default=dict, blank=True)
    fingerprint = models.CharField("依据指纹", max_length=64, blank=True)
    arithmetic = models.JSONField("计算过程", default=list, blank=True)
    drafted_text = models.TextField("系统拟稿", blank=True)
    drafted_lead = models.CharField("系统拟稿的段首标题", max_length=200, blank=True)
    drafted_table = models.JSONField("系统拟稿的表格", default=dict, blank=True)
    order = models.PositiveIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "报告段落"
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return (self.lead + self.text)[:60]

    @property
    def is_edited(self) -> bool:
        """Whether a person changed or added it; recomposing leaves such a paragraph as it is."""
        return not self.key or (self.lead, self.text, self.table) != (self.drafted_lead, self.drafted_text, self.drafted_table)

    @property
    def source_count(self) -> int:
        """How many records this paragraph rests on."""
        return sum(len(ids) for ids in self.sources.values())

    @property
    def arithmetic_lines(self) -> list[str]:
        """The counting behind this paragraph, one line each, as the office reads it: ``3 / 58 → 个别``."""
        return [explained(row) for row in self.arithmetic]


MOST_PARTS = 8
"""A sum of more parts than this is told without them."""


def explained(row: dict[str, Any]) -> str:
    """Return one row of arithmetic in words; see ``composing.draft`` for its shapes."""
    what = row.get("what", "")
    if "sum" in row:
        parts = row.get("parts", [])
        shown = "＋".join(str(part) for part in parts) + " ＝ " if 1 < len(parts) <= MOST_PARTS else f"{len(parts)} 项合计 "
        return f"{what}：{shown}{row.get('word') or row['sum']}"
    count = f"{row['n']} / {row['of']}" if "of" in row else str(row.get("n", ""))
    return f"{what}：{count}" + (f" → {row['word']}" if row.get("word") else "")


def rendition_path(rendition: Rendition, _name: str) -> str:
    """Where a file is kept: by its content, so that names on disk reveal nothing."""
    return f"renditions/{rendition.sha256[:2]}/{rendition.sha256}"


FONT_NAMES = {
    "FandolFang R": "仿宋（Fandol）",
    "FandolKai": "楷体（Fandol）",
    "FandolHei": "黑体（Fandol）",
    "FandolSong Bold": "宋体加粗（Fandol）",
    "FandolSong": "宋体（Fandol）",
    "Noto Sans SC": "思源黑体",
    "Noto Serif SC": "思源宋体",
}


class Rendition(models.Model):
    """成稿: a file made from a report's content at one moment; ``content_sha256`` says from which content."""

    class Format(models.TextChoices):
        """File formats."""

        PDF = "pdf", "PDF"
        DOCX = "docx", "Word 文档"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="renditions", verbose_name="报告")
    format = models.CharField("格式", max_length=4, choices=Format)
    file = models.FileField("文件", upload_to=rendition_path, max_length=200)
    sha256 = models.CharField("校验值", max_length=64)
    content_sha256 = models.CharField("内容校验值", max_length=64)
    pages = models.PositiveIntegerField("页数", default=0)
    fonts = models.JSONField("所用字体", default=list)
    warnings = models.JSONField("提示", default=list)
    made_at = models.DateTimeField("生成时间", auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="生成人")

    class Meta:
        verbose_name = verbose_name_plural = "成稿"
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return f"{self.report}（{self.get_format_display()}）"

    @property
    def is_kept(self) -> bool:
        """Whether the file is still in its store."""
        return bool(self.file.name) and self.file.storage.exists(str(self.file.name))

    @property
    def font_names(self) -> list[str]:
        """The fonts as the office calls them; a site's own fonts keep their names."""
        return [FONT_NAMES.get(name, name) for name in self.fonts]
