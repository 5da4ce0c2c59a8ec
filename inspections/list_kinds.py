"""The lists of this app: campaigns, assignments, findings, the ledger, submissions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch
from django.http import Http404, QueryDict
from django.utils import timezone

from inspections.forms.campaign_lists import AssignmentFilterForm, CampaignFilterForm
from inspections.forms.finding_filter import FindingFilterForm
from inspections.forms.ledger import LedgerFilterForm
from inspections.forms.submissions import SubmissionFilterForm
from inspections.ledger import ALL, view_of, with_cells
from inspections.models import Assignment, Campaign, Finding, Rectification, Submission, SubmissionFile
from inspections.models.campaign import Method
from units.forms.conditions import in_words
from units.lists import Column, Found, ListKind, list_kind, named, objects, rights_of
from units.models import User

FAULTY = "筛选条件有误"


def reading_rights(user: User) -> list[str]:
    """Return what lets ``user`` read in this app today: appointments, and seats in teams of running campaigns."""
    seats = user.team_seats.filter(team__campaign__status=Campaign.Status.RUNNING).values_list("team", flat=True)
    return [*rights_of(user), *sorted(f"team:{pk}" for pk in seats)]


def day_of(moment: datetime | None) -> date | None:
    """Return the day of a moment, where this site is."""
    return timezone.localdate(moment) if moment else None


def _campaigns(user: User, query: QueryDict) -> Found:
    visible = Campaign.objects.visible_to(user)
    form = CampaignFilterForm(query, years=list(visible.order_by("-year").values_list("year", flat=True).distinct()))
    return Found(form.filter(visible), in_words(form))


CAMPAIGNS = list_kind(
    ListKind(
        key="campaigns",
        label="督查活动",
        page="inspections:campaign_list",
        columns=(
            Column("title", "活动名称", 40, ("title",)),
            Column("code", "编号", 12, ("code",), on_screen=False),
            Column("period", "年度", 14, ("year", "half"), lambda year, half: f"{year}年{named(Campaign.Half)(half)}", on_screen=False),
            Column("starts", "开始日期", 12, ("starts_on",), on_screen=False),
            Column("ends", "结束日期", 12, ("ends_on",), on_screen=False),
            Column("dates", "时间", 26, ("starts_on", "ends_on"), lambda first, last: f"{first or ''} 至 {last or ''}"),
            Column("organizer", "主办组织", 30, ("organizer__name",)),
            Column("status", "状态", 10, ("status",), named(Campaign.Status)),
        ),
        shown=("title", "dates", "organizer", "status"),
        fixed=("title",),
        found=_campaigns,
        unit="项",
        rights=reading_rights,
    )
)


def _assignments(user: User, query: QueryDict) -> Found:
    form = AssignmentFilterForm(query, user=user)
    rows = form.filter(Assignment.objects.visible_to(user))
    return Found(rows.order_by(*ASSIGNMENT_ORDER), in_words(form), "" if form.is_valid() else FAULTY)


ASSIGNMENT_ORDER = ("-campaign__year", "-campaign__half", "-campaign", "order", "organization_path")
ASSIGNMENTS = list_kind(
    ListKind(
        key="assignments",
        label="督查任务",
        page="inspections:assignment_list",
        columns=(
            Column("organization", "单位", 30, ("organization__name",)),
            Column("code", "组织编码", 14, ("organization__code",), on_screen=False),
            Column("campaign", "督查活动", 34, ("campaign__title",)),
            Column("category", "类别", 14, ("category__name",), lambda name: name or "未设类别"),
            Column("method", "方式", 10, ("method",), named(Method)),
            Column("team", "督查组", 14, ("team__name",), lambda name: name or "未分组"),
            Column("visit", "督查日期", 12, ("visit_on",)),
            Column("status", "状态", 10, ("status",), named(Assignment.Status)),
            Column("concluded", "办结日期", 12, ("concluded_at",), day_of, on_screen=False),
            Column("summary", "总体评价", 60, ("summary",), on_screen=False),
        ),
        shown=("organization", "campaign", "category", "method", "team", "visit", "status"),
        fixed=("organization",),
        found=_assignments,
        unit="项",
        rights=reading_rights,
    )
)


def _findings(user: User, query: QueryDict) -> Found:
    form = FindingFilterForm(query, user=user)
    rows = form.filter(Finding.objects.visible_to(user))
    return Found(rows, form.in_words() if form.is_valid() else "", "" if form.is_valid() else FAULTY)


FINDINGS = list_kind(
    ListKind(
        key="findings",
        label="督查发现",
        page="inspections:finding_list",
        columns=(
            Column("campaign", "督查活动", 30, ("campaign__title",)),
            Column("organization", "组织名称", 26, ("organization__name",)),
            Column("code", "组织编码", 14, ("organization__code",)),
            Column("category", "单位类别", 12, ("assignment__category__name",)),
            Column("method", "督查方式", 10, ("assignment__method",), named(Method)),
            Column("team", "督查组", 12, ("assignment__team__name",)),
            Column("theme", "主题", 16, ("theme__name",)),
            Column("item", "检查项", 30, ("item__question",)),
            Column("kind", "类型", 8, ("kind",), named(Finding.Kind)),
            Column("severity", "程度", 8, ("severity",), named(Finding.Severity)),
            Column("text", "内容", 60, ("text",)),
            Column("cause", "原因", 30, ("cause",)),
            Column("measure", "建议措施", 40, ("measure",)),
            Column("recorded", "记录日期", 12, ("recorded_at",), day_of),
            Column("recorded_by", "记录人", 10, ("recorded_by__display_name",)),
            Column("withdrawn", "撤回原因", 20, ("withdrawn_reason",)),
        ),
        shown=("organization", "theme", "text", "severity", "kind", "team", "recorded"),
        fixed=("organization", "text"),
        found=_findings,
        verb="inspections.finding_export",
        rights=reading_rights,
    )
)


def _ledger(user: User, query: QueryDict) -> Found:
    form = LedgerFilterForm(query, user=user)
    rows = form.filter(Rectification.objects.visible_to(user))
    return Found(rows, form.in_words() if form.is_valid() else "", "" if form.is_valid() else FAULTY)


def _face(part: str) -> tuple[str, tuple[str, ...]]:
    view = view_of(part)
    return view.label, tuple(column.key for column in view.columns)


LEDGER = list_kind(
    ListKind(
        key="ledger",
        label="整改台账",
        page="inspections:rectification_list",
        columns=tuple(Column(column.key, column.label, column.width, (), column.text) for column in ALL),
        shown=_face("")[1],
        fixed=("number", "content"),
        found=_ledger,
        unit="项",
        parts=_face,
        verb="inspections.rectification_export",
        rights=reading_rights,
        read=objects(with_cells),
    )
)


SUBMISSION_ORDER = ("organization_path", "pk")


def _submissions(user: User, query: QueryDict) -> Found:
    campaign = Campaign.objects.visible_to(user).filter(code=query.get("place", "")).first()
    if campaign is None:
        raise Http404("没有这项督查活动。")
    form = SubmissionFilterForm(query)
    rows = form.filter(Submission.objects.visible_to(user).filter(campaign=campaign)).order_by(*SUBMISSION_ORDER)
    return Found(rows, f"督查活动：{campaign}；{in_words(form)}", "" if form.is_valid() else FAULTY)


def with_files(rows: Any) -> Any:
    """Return submissions with what their lists show."""
    files = Prefetch("files", SubmissionFile.objects.filter(is_current=True).defer("content"))
    return rows.select_related("organization", "assignment__category", "campaign").prefetch_related(files)


def _material(row: Submission) -> str:
    return row.current_file.name if row.current_file else "在线填写" if row.online else ""


SUBMISSIONS = list_kind(
    ListKind(
        key="submissions",
        label="材料报送",
        page="inspections:submission_list",
        columns=(
            Column("organization", "单位", 30, (), lambda row: str(row.organization)),
            Column("code", "组织编码", 14, (), lambda row: row.organization.code, on_screen=False),
            Column("category", "类别", 14, (), lambda row: str(row.assignment.category or "未设类别")),
            Column("method", "方式", 10, (), lambda row: row.assignment.get_method_display()),
            Column("due", "期限", 12, (), lambda row: row.due_on),
            Column("status", "状态", 10, (), lambda row: row.get_status_display()),
            Column("late", "逾期天数", 10, (), lambda row: row.late_days or None, on_screen=False),
            Column("received", "签收", 16, (), lambda row: row.received_at),
            Column("submitted", "提交", 16, (), lambda row: row.submitted_at),
            Column("material", "材料", 30, (), _material),
            Column("returned", "退回原因", 30, (), lambda row: row.return_reason, on_screen=False),
        ),
        shown=("organization", "category", "method", "due", "status", "received", "submitted", "material"),
        fixed=("organization",),
        found=_submissions,
        unit="个单位",
        place="code",
        rights=reading_rights,
        read=objects(with_files),
    )
)
