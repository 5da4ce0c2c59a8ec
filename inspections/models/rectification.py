"""整改: one row of the ledger per task that an organization has been given, from its notice to its close-out."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone

from inspections.models.campaign import Assignment, Campaign
from inspections.models.checklist import StandardFinding
from inspections.models.finding import Finding
from units.calendar import add_working_days
from units.models import PartyOrganization
from units.models.changed import ChangedAtField, Changes
from units.models.grams import Grams, words_in
from units.models.organization import PathField, in_subtree

if TYPE_CHECKING:
    from units.models import User


class Lamp(models.TextChoices):
    """红黄绿灯: never stored, always read off the dates."""

    RED = "red", "已逾期"
    YELLOW = "yellow", "临近到期"
    GREEN = "green", "正常"
    DONE = "done", "已销号"


def warning_day(today: date) -> date:
    """Return the last deadline for which the lamp is yellow today: N working days ahead, N being a setting."""
    return add_working_days(today, settings.RECTIFICATION_WARNING_DAYS)


def _overdue(today: date) -> Q:
    """What is late: not handed in by the deadline. What was handed in on time and waits to be verified is not the unit's delay."""
    return Q(status__in=Rectification.WITH_UNIT, due_on__lt=today) | Q(status=Rectification.Status.SUBMITTED, submitted_on__gt=F("due_on"))


class RectificationQuerySet(Changes, models.QuerySet["Rectification"]):
    """Sets of rows."""

    def visible_to(self, user: User) -> RectificationQuerySet:
        """The rows a user reads.

        The organizer's office and leaders: all; offices and leaders below, and the organization's liaisons: what has been issued; the team
        while its campaign runs, and the inspectors whose organization is looked at again in a running campaign; whoever was asked to verify.
        """
        if not user.is_authenticated:
            return self.none()
        issued = Q(issued_at__isnull=False)
        seats = Assignment.objects.filter(team__members__user=user, campaign__status=Campaign.Status.RUNNING)
        same_organizer = seats.filter(organization=OuterRef("organization"), campaign__organizer=OuterRef("campaign__organizer"))
        condition = (Q(organization__in=user.liaison_organization_ids) | Exists(same_organizer)) & issued
        condition |= Q(verifier=user) & issued
        for path in user.scope_paths:
            condition |= in_subtree(path, "organization_path") & issued
            condition |= in_subtree(path, "campaign__organizer__path")
        return self.filter(pk__in=Rectification.objects.filter(condition).values("pk"))

    def manageable_by(self, user: User) -> RectificationQuerySet:
        """Rows that the user keeps as the organizer's office."""
        condition = Q(pk__in=[])
        for path in user.office_paths:
            condition |= in_subtree(path, "campaign__organizer__path")
        return self.filter(condition)

    def answerable_by(self, user: User) -> RectificationQuerySet:
        """Rows that the user answers for, as a liaison or as the office of that very organization."""
        own = [one.organization_id for one in user.current_appointments if one.role in {"liaison", "office"}]
        return self.ledger().issued().filter(organization__in=own)

    def ledger(self) -> RectificationQuerySet:
        """整改台账: the rows that count. What was merged into another row or taken back stays on record only."""
        return self.filter(merged_into__isnull=True, withdrawn_at__isnull=True)

    def issued(self) -> RectificationQuerySet:
        """Rows that the organization has been told of."""
        return self.filter(issued_at__isnull=False)

    def open(self) -> RectificationQuerySet:
        """Rows that are not closed out."""
        return self.ledger().exclude(status=Rectification.Status.CLOSED)

    def closed(self) -> RectificationQuerySet:
        """Rows that are closed out."""
        return self.ledger().filter(status=Rectification.Status.CLOSED)

    def overdue(self, today: date | None = None) -> RectificationQuerySet:
        """Open, issued rows whose deadline has passed without the result being handed in."""
        return self.open().issued().filter(_overdue(today or timezone.localdate()))

    def due_soon(self, today: date | None = None) -> RectificationQuerySet:
        """Issued rows still to be handed in whose deadline is near."""
        day = today or timezone.localdate()
        return self.ledger().issued().filter(status__in=Rectification.WITH_UNIT, due_on__gte=day, due_on__lte=warning_day(day))

    def extended(self) -> RectificationQuerySet:
        """Rows whose deadline was moved by an approved extension."""
        return self.filter(pk__in=Rectification.objects.filter(extensions__status="approved").values("pk"))

    def recurring(self) -> RectificationQuerySet:
        """Rows about problems that had been closed out at the same organization before (屡查屡犯)."""
        return self.filter(pk__in=RectificationFinding.objects.filter(finding__in=Finding.objects.recurring()).values("rectification"))

    def search(self, words: str) -> RectificationQuerySet:
        """Rows in which every one of the words occurs: content, measure, progress, duty, or the organization's name."""
        found: RectificationQuerySet = words_in(self, words.split(), Rectification.SEARCHED, RectificationGrams, "rectification")
        return found

    def lamp(self, today: date | None = None) -> RectificationQuerySet:
        """Annotate ``lamp_now``, one of ``Lamp``, as it stands on ``today``."""
        day = today or timezone.localdate()
        return self.annotate(
            lamp_now=Case(
                When(status=Rectification.Status.CLOSED, then=Value(Lamp.DONE.value)),
                When(_overdue(day), then=Value(Lamp.RED.value)),
                When(status__in=Rectification.WITH_UNIT, due_on__lte=warning_day(day), then=Value(Lamp.YELLOW.value)),
                default=Value(Lamp.GREEN.value),
                output_field=models.CharField(),
            )
        )

    def for_recheck(self, assignment: Assignment) -> RectificationQuerySet:
        """What an inspector looks at again at one organization: rows of the organizer's other campaigns that are open or were sampled.

        What has been looked at in this assignment already stays in the set, whatever became of the row since.
        """
        again = Q(status__in=Rectification.OPEN) | Q(samples__campaign=assignment.campaign) | Q(rechecks__assignment=assignment)
        earlier = self.ledger().issued().exclude(campaign=assignment.campaign_id)
        rows = earlier.filter(again, organization=assignment.organization_id, campaign__organizer=assignment.campaign.organizer_id)
        return self.filter(pk__in=rows.values("pk"))


class Rectification(models.Model):
    """整改: what one organization puts right, by when, and how far it is. Its findings are the problems it answers."""

    class Status(models.TextChoices):
        """The states of a row."""

        ASSIGNED = "assigned", "待整改"
        IN_PROGRESS = "in_progress", "整改中"
        SUBMITTED = "submitted", "待核验"
        CLOSED = "closed", "已销号"

    WITH_UNIT = (Status.ASSIGNED, Status.IN_PROGRESS)
    OPEN = (Status.ASSIGNED, Status.IN_PROGRESS, Status.SUBMITTED)
    Severity = StandardFinding.Severity
    SEARCHED = ("content", "measure", "progress", "responsible_title", "organization__name", "organization__short_name")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="rectifications", verbose_name="督查活动")
    number = models.PositiveIntegerField("序号")
    organization = models.ForeignKey(PartyOrganization, on_delete=models.PROTECT, related_name="rectifications", verbose_name="责任单位")
    organization_path = PathField("组织路径", editable=False)
    findings = models.ManyToManyField(Finding, through="RectificationFinding", related_name="rectifications", verbose_name="对应的问题")
    content = models.TextField("问题内容")
    requirement = models.TextField("整改要求", blank=True)
    measure = models.TextField("整改措施", blank=True)
    responsible_title = models.CharField("责任人职务", max_length=60, blank=True, help_text="写职务，不写姓名，如“党委副书记”。")
    severity = models.CharField("程度", max_length=10, choices=Severity, default=Severity.GENERAL)
    is_immediate = models.BooleanField("立行立改", default=False)
    due_on = models.DateField("整改时限")
    first_due_on = models.DateField("最初的整改时限", editable=False)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.ASSIGNED)
    progress = models.TextField("进展", blank=True)
    progress_at = models.DateTimeField("进展更新时间", null=True, blank=True)
    issued_at = models.DateTimeField("下发时间", null=True, blank=True)
    received_at = models.DateTimeField("签收时间", null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签收人"
    )
    submitted_on = models.DateField("报送核验日期", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="报送人"
    )
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核验人"
    )
    closed_at = models.DateTimeField("销号时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="销号人"
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_rows", verbose_name="并入"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    revision = models.PositiveIntegerField("修订号", default=1, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="建账人")
    created_at = models.DateTimeField("建账时间", auto_now_add=True)
    changed_at = ChangedAtField("最近变动")

    objects = RectificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改事项"
        ordering = ("due_on", "campaign", "number")
        indexes = (
            models.Index(fields=("campaign", "organization_path"), name="rectify_campaign_path"),
            models.Index(fields=("status", "due_on"), name="rectify_status_due"),
            models.Index(fields=("organization", "status"), name="rectify_org_status"),
            models.Index(fields=("changed_at",), name="rectify_changed", condition=Q(changed_at__isnull=False)),
        )
        constraints = (
            models.UniqueConstraint(fields=("campaign", "number"), name="rectify_number_once"),
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(closed_by__isnull=False, closed_at__isnull=False), name="rectify_closed_is_signed"
            ),
            models.CheckConstraint(
                condition=~Q(status="submitted") | Q(submitted_by__isnull=False, submitted_on__isnull=False),
                name="rectify_submit_is_signed",
            ),
            models.CheckConstraint(condition=Q(status="assigned") | Q(issued_at__isnull=False), name="rectify_begun_is_issued"),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.content[:40]}"

    @property
    def reference(self) -> str:
        """The row's number as people quote it, ``2026-2-007``: it stays the same for good and is found again when a file is read in."""
        return f"{self.campaign.code}-{self.number:03d}"

    @property
    def is_open(self) -> bool:
        """Whether the row is not closed out."""
        return self.status != self.Status.CLOSED

    @property
    def is_with_unit(self) -> bool:
        """Whether it is the organization's turn."""
        return self.status in self.WITH_UNIT

    @property
    def is_live(self) -> bool:
        """Whether the row stands in the ledger."""
        return self.merged_into_id is None and self.withdrawn_at is None

    @property
    def is_extended(self) -> bool:
        """Whether the deadline has been moved since the row was made."""
        return self.due_on != self.first_due_on

    def lamp(self, today: date | None = None) -> Lamp:
        """The lamp on ``today``; the same rule as the queryset's, whose answer is taken where it was read along."""
        if today is None and "lamp_now" in self.__dict__:
            return Lamp(self.__dict__["lamp_now"])
        day = today or timezone.localdate()
        if self.status == self.Status.CLOSED:
            return Lamp.DONE
        if self.status == self.Status.SUBMITTED:
            return Lamp.RED if self.submitted_on and self.submitted_on > self.due_on else Lamp.GREEN
        if self.due_on < day:
            return Lamp.RED
        return Lamp.YELLOW if self.due_on <= warning_day(day) else Lamp.GREEN


class RectificationFinding(models.Model):
    """Which problem a row answers. A problem may stand in several rows once its task has been split."""

    rectification = models.ForeignKey(Rectification, on_delete=models.CASCADE, related_name="links", verbose_name="整改事项")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="rectification_links", verbose_name="问题")

    class Meta:
        verbose_name = verbose_name_plural = "整改对应的问题"
        constraints = (models.UniqueConstraint(fields=("rectification", "finding"), name="rectify_finding_once"),)

    def __str__(self) -> str:
        return f"{self.rectification_id} {self.finding_id}"


class RectificationGrams(Grams):
    """What a search in the ledger is narrowed down by; written with the row (``actions.searching``)."""

    rectification = models.OneToOneField(Rectification, on_delete=models.CASCADE, related_name="pairs", verbose_name="整改事项")

    class Meta:
        verbose_name = verbose_name_plural = "整改事项的检索索引"

    def __str__(self) -> str:
        return str(self.rectification_id)
