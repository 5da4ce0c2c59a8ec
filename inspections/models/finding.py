"""Answers, findings and evidence. Each has an id made by whoever wrote it (a phone, later) and a revision to guard edits."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from inspections.models.campaign import Assignment, Campaign
from inspections.models.checklist import ChecklistItem, ChecklistTheme, StandardFinding
from units.models import PartyOrganization
from units.models.changed import ChangedAtField, Changes
from units.models.grams import Grams, words_in
from units.models.organization import PathField, in_subtree

if TYPE_CHECKING:
    from units.models import User


class ResultQuerySet(models.QuerySet["CheckResult"]):
    """Sets of results."""

    def visible_to(self, user: User) -> ResultQuerySet:
        """The answers a user reads, by the rule for findings: those who are inspected read them once the campaign has ended."""
        if not user.is_authenticated:
            return self.none()
        finished = Q(assignment__campaign__status=Campaign.Status.FINISHED)
        condition = Q(assignment__team__members__user=user, assignment__campaign__status=Campaign.Status.RUNNING)
        condition |= Q(assignment__organization__in=user.liaison_organization_ids) & finished
        for path in user.scope_paths:
            condition |= in_subtree(path, "assignment__organization_path") & finished
            condition |= in_subtree(path, "assignment__campaign__organizer__path")
        return self.filter(pk__in=CheckResult.objects.filter(condition).values("pk"))


class CheckResult(models.Model):
    """检查结果: one answer to one item for one organization."""

    class Conformity(models.TextChoices):
        """Answers to an item that asks for a judgement."""

        CONFORMING = "conforming", "符合"
        MOSTLY = "mostly", "基本符合"
        NOT_CONFORMING = "not_conforming", "不符合"
        NOT_APPLICABLE = "not_applicable", "不适用"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="results", verbose_name="督查任务")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="results", verbose_name="检查项")
    conformity = models.CharField("判断", max_length=16, choices=Conformity, blank=True)
    number = models.DecimalField("数值", max_digits=12, decimal_places=2, null=True, blank=True)
    is_approximate = models.BooleanField("约数", default=False)
    date = models.DateField("日期", null=True, blank=True)
    text = models.TextField("文字", blank=True)
    note = models.CharField("备注", max_length=300, blank=True)
    revision = models.PositiveIntegerField("修订号", default=1)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="填写人")
    answered_at = models.DateTimeField("填写时间")

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检查结果"
        constraints = (models.UniqueConstraint(fields=("assignment", "item"), name="one_result_per_item"),)

    def __str__(self) -> str:
        return self.answer

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer, and not only a note."""
        return bool(self.conformity or self.number is not None or self.date or self.text)

    @property
    def number_text(self) -> str:
        """The number without needless zeros; empty when there is none."""
        return "" if self.number is None else f"{self.number.normalize():f}"

    @property
    def answer(self) -> str:
        """The answer in words."""
        if self.conformity:
            return self.get_conformity_display()
        if self.number is not None:
            return f"{'约' if self.is_approximate else ''}{self.number_text}{self.item.unit_of_measure}"
        if self.date:
            return f"{self.date.year}年{self.date.month}月{self.date.day}日"
        return self.text


def _closed_before() -> models.QuerySet:
    """Return the close-outs that a problem (the outer query) repeats: same item by its code, same organization, an earlier campaign."""
    from inspections.models.rectification import RectificationFinding  # noqa: PLC0415 -- rows name findings, so that module imports this one

    return RectificationFinding.objects.filter(
        rectification__status="closed",
        rectification__merged_into=None,
        rectification__withdrawn_at=None,
        rectification__closed_at__lt=OuterRef("recorded_at"),
        rectification__organization=OuterRef("organization"),
        finding__item__code=OuterRef("item__code"),
        finding__item__theme__checklist__lineage=OuterRef("item__theme__checklist__lineage"),
    ).exclude(rectification__campaign=OuterRef("campaign"))


class FindingQuerySet(Changes, models.QuerySet["Finding"]):
    """Sets of findings."""

    def visible_to(self, user: User) -> FindingQuerySet:
        """The findings of the assignments a user reads.

        The team (while the campaign runs) and the organizer's side read everything; those who are inspected read what stands once the
        campaign has ended, never what was taken back.
        """
        if not user.is_authenticated:
            return self.none()
        # Campaigns and seats are few and asked for apart: without joins the list is walked along an index, page after page.
        finished = Campaign.objects.filter(status=Campaign.Status.FINISHED)
        published = Q(campaign__in=finished.values("pk"), withdrawn_at__isnull=True)
        seats = Assignment.objects.filter(team__members__user=user, campaign__status=Campaign.Status.RUNNING)
        condition = Q(assignment__in=seats.values("pk"))
        condition |= Q(organization__in=user.liaison_organization_ids) & published
        for path in user.scope_paths:
            condition |= in_subtree(path, "organization_path") & published
            condition |= Q(campaign__in=Campaign.objects.filter(in_subtree(path, "organizer__path")).values("pk"))
        return self.filter(condition)

    def standing(self) -> FindingQuerySet:
        """Findings that have not been withdrawn; only these are counted and reported."""
        return self.filter(withdrawn_at__isnull=True)

    def problems(self) -> FindingQuerySet:
        """Standing problems."""
        return self.standing().filter(kind=Finding.Kind.PROBLEM)

    def with_recurrence(self) -> FindingQuerySet:
        """Annotate ``recurs``: whether the same item had been closed out at the same organization before, in another campaign (屡查屡犯)."""
        return self.annotate(recurs=Exists(_closed_before()))

    def recurring(self) -> FindingQuerySet:
        """Problems that had been closed out and are there again.

        The first close-out and not ``EXISTS``: PostgreSQL would make a join of that, and while it knows nothing yet of new tables, one that
        takes minutes. So each problem looks up the few rows of its own organization.
        """
        return self.problems().alias(closed_before=Subquery(_closed_before().values("pk")[:1])).filter(closed_before__isnull=False)

    def below(self, organization: PartyOrganization) -> FindingQuerySet:
        """Findings about ``organization`` and everything below it."""
        return self.filter(in_subtree(organization.path, "organization_path"))

    def search(self, words: str) -> FindingQuerySet:
        """Findings in which every one of the words occurs: in the text, the cause, the measure or the organization's name."""
        found: FindingQuerySet = words_in(self, words.split(), Finding.SEARCHED, FindingGrams, "finding")
        return found


class Finding(models.Model):
    """发现: a problem, a risk point or a good practice of an organization. Written once, counted, quoted and put right."""

    Kind = StandardFinding.Kind
    Severity = StandardFinding.Severity
    SEARCHED = ("text", "cause", "measure", "organization__name", "organization__short_name")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="findings", verbose_name="督查任务")
    # Copied from the assignment, which the database checks; looked up by the indexes below (docs/decisions/0020).
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="findings", verbose_name="督查活动"
    )
    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="findings", verbose_name="督查对象"
    )
    organization_path = PathField("组织路径", editable=False)
    kind = models.CharField("类型", max_length=20, choices=StandardFinding.Kind)
    theme = models.ForeignKey(ChecklistTheme, on_delete=models.PROTECT, related_name="findings", verbose_name="主题")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, null=True, blank=True, related_name="findings", verbose_name="检查项")
    standard = models.ForeignKey(
        StandardFinding, on_delete=models.PROTECT, null=True, blank=True, related_name="findings", verbose_name="规范表述"
    )
    text = models.CharField("内容", max_length=500)
    severity = models.CharField("程度", max_length=10, choices=StandardFinding.Severity, default=StandardFinding.Severity.GENERAL)
    cause = models.CharField("原因", max_length=200, blank=True)
    measure = models.CharField("建议措施", max_length=300, blank=True)
    revision = models.PositiveIntegerField("修订号", default=1)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="记录人")
    recorded_at = models.DateTimeField("记录时间")
    received_at = models.DateTimeField("收到时间", auto_now_add=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True)
    changed_at = ChangedAtField("最近变动")

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发现"
        ordering = ("-recorded_at", "-id")
        indexes = (
            models.Index(fields=("campaign", "organization_path")),
            models.Index(fields=("campaign", "kind", "severity", "-recorded_at")),
            models.Index(fields=("organization", "kind")),
            models.Index(fields=("-recorded_at", "-id"), name="finding_newest"),
            models.Index(fields=("campaign", "-recorded_at", "-id"), name="finding_campaign_newest"),
            models.Index(fields=("changed_at",), name="finding_changed", condition=Q(changed_at__isnull=False)),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def is_recurring(self) -> bool:
        """Whether it is a problem that had been closed out at this organization before (屡查屡犯); one query unless read along."""
        known = self.__dict__.get("recurs")
        recurs = Finding.objects.filter(pk=self.pk).recurring().exists() if known is None else known
        return bool(recurs) and self.kind == self.Kind.PROBLEM

    @property
    def is_withdrawn(self) -> bool:
        """Whether the finding was taken back; it stays on record but counts nowhere."""
        return self.withdrawn_at is not None


class FindingGrams(Grams):
    """What a search for findings is narrowed down by; written with the finding (``actions.searching``)."""

    # Written in the finding's own transaction, and made anew by ``reindex_search``: nothing for the database to check.
    finding = models.OneToOneField(Finding, on_delete=models.CASCADE, db_constraint=False, related_name="pairs", verbose_name="发现")

    class Meta:
        verbose_name = verbose_name_plural = "发现的检索索引"

    def __str__(self) -> str:
        return str(self.finding_id)


def evidence_path(evidence: Evidence, _name: str) -> str:
    """Where a file is kept: by its id, so that names on disk reveal nothing."""
    return f"evidence/{evidence.pk.hex[:2]}/{evidence.pk.hex}"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Sets of evidence."""

    def visible_to(self, user: User) -> EvidenceQuerySet:
        """Evidence is served to those who may see its finding."""
        return self.filter(finding__in=Finding.objects.visible_to(user))


class Evidence(models.Model):
    """佐证材料: a photo or scan of an organization's document or premises."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="evidence", verbose_name="发现")
    file = models.FileField("文件", upload_to=evidence_path, max_length=200)
    name = models.CharField("文件名", max_length=150)
    content_type = models.CharField("文件类型", max_length=100)
    size = models.PositiveIntegerField("大小")
    sha256 = models.CharField("校验值", max_length=64)
    source_sha256 = models.CharField("原件校验值", max_length=64, blank=True, help_text="收到的文件本身的校验值；图片入库前会重新生成。")
    captured_at = models.DateTimeField("拍摄时间", null=True, blank=True)
    caption = models.CharField("说明", max_length=100, blank=True)
    revision = models.PositiveIntegerField("修订号", default=1)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        ordering = ("uploaded_at",)

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether a browser shows it as a picture."""
        return self.content_type.startswith("image/")
