"""Reports as rows: sections and paragraphs that know their sources."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from inspections.models import Campaign
from reports.models.template import ReportTemplate, SectionKind
from units.models import PartyOrganization
from units.models.grams import Grams, anywhere
from units.models.organization import in_subtree

if TYPE_CHECKING:
    from units.models import User


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

    def search(self, words: str) -> ReportQuerySet:
        """Reports in which every one of the words occurs: in the title, the number or a paragraph."""
        wanted, found = words.split(), self
        for word in wanted:
            # "Not less and not more" in place of "the same": for that PostgreSQL would gather the paragraphs of all reports first.
            here = {"section__report__gte": OuterRef("pk"), "section__report__lte": OuterRef("pk")}
            said = Paragraph.objects.filter(anywhere(word, ("text", "lead")), **here)
            found = found.filter(anywhere(word, Report.NAMES) | Exists(said))
        near = ReportGrams.objects.candidates(wanted) if wanted else None
        if near is None:
            return found
        # What was written since its pairs were (an editor saves all the time) is compared as it stands.
        due = Report.objects.filter(search_due=True).order_by().values("pk")
        return found.filter(pk__in=near.values("report").union(due))

    def passages(self, words: str) -> dict[int, str]:
        """Return for each report the first paragraph in which one of the words occurs; a report without one is left out."""
        condition = Q(pk__in=[])
        for word in words.split():
            condition |= Q(text__icontains=word) | Q(lead__icontains=word)
        found: dict[int, str] = {}
        rows = Paragraph.objects.filter(condition, section__report__in=self).order_by("section__report", "section__order", "order", "pk")
        for report, lead, text in rows.values_list("section__report", "lead", "text"):
            found.setdefault(report, lead + text)
        return found


class Report(models.Model):
    """督查报告: a draft composed from a campaign's facts, later signed off and issued."""

    class Status(models.TextChoices):
        """The states of a report."""

        DRAFT = "draft", "拟稿"
        IN_REVIEW = "in_review", "核稿中"
        TO_ISSUE = "to_issue", "待签发"
        ISSUED = "issued", "已签发"

    NAMES = ("title", "number_text")
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
    wishes = models.JSONField("起草时填写的要求", default=dict, blank=True, help_text="整改期限、自报问题等，重新成文时沿用。")
    layout = models.JSONField("版头与版记", default=dict, blank=True, help_text="红头、密级、抄送、印发等，见 rendering.document。")
    number = models.PositiveIntegerField("发文顺序号", null=True, blank=True)
    number_year = models.PositiveSmallIntegerField("发文年份", null=True, blank=True)
    number_text = models.CharField("发文字号", max_length=60, blank=True)
    number_series = models.ForeignKey(
        "reports.NumberSeries", on_delete=models.PROTECT, null=True, blank=True, related_name="reports", verbose_name="字号系列"
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name="更正的报告"
    )
    search_due = models.BooleanField("检索索引待更新", default=True, editable=False)
    frozen = models.JSONField("签发内容", null=True, blank=True, help_text="签发时的全文（规范 JSON），此后不再改变。")
    frozen_sha256 = models.CharField("签发内容校验值", max_length=64, blank=True)
    issued_at = models.DateTimeField("签发时间", null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发人"
    )
    revision = models.PositiveIntegerField("修订号", default=1)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="拟稿人")
    created_at = models.DateTimeField("创建时间", auto_now_add=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督查报告"
        ordering = ("-created_at",)
        indexes = (
            models.Index(fields=("-created_at", "-id"), name="report_newest"),
            models.Index(fields=("id",), condition=Q(search_due=True), name="report_search_due"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("number_series", "number_year", "number"), condition=Q(number__isnull=False), name="report_number_once"
            ),
            models.CheckConstraint(
                condition=~Q(status="issued") | Q(frozen__isnull=False, issued_at__isnull=False, issued_by__isnull=False),
                name="issued_is_frozen_and_signed",
            ),
        )

    def __str__(self) -> str:
        return self.title


class ReportGrams(Grams):
    """What a search for reports is narrowed down by: the pairs of title, number and all paragraphs (``actions.searching``)."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="pairs", verbose_name="报告")

    class Meta:
        verbose_name = verbose_name_plural = "报告的检索索引"

    def __str__(self) -> str:
        return str(self.report_id)


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

    uid = models.UUIDField("段落标识", default=uuid.uuid4, editable=False, help_text="编辑、批注和版本都认它；移动、改级不变。")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="paragraphs", verbose_name="部分")
    revision = models.PositiveIntegerField("修订号", default=1, editable=False)
    offer = models.JSONField(
        "待定的新稿",
        null=True,
        blank=True,
        help_text="依据变化后系统重新拟写的内容（lead、text、table、sources、fingerprint、arithmetic，或 gone）。",
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="最近修改人"
    )
    edited_at = models.DateTimeField("最近修改时间", null=True, blank=True)
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
