"""The lists of this app: reports, old reports, what organizations were sent."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.utils import timezone

from reports.forms import ReportFilterForm
from reports.forms.archive import ArchiveFilterForm
from reports.forms.deliveries import DeliveryFilterForm
from reports.models import ArchivedReport, Delivery, Report
from units.forms.conditions import in_words
from units.lists import Column, Found, ListKind, list_kind, named
from units.models import User

NEWEST = ("-created_at", "-pk")
FAULTY = "筛选条件有误"


def _reports(user: User, query: QueryDict) -> Found:
    form = ReportFilterForm(query, user=user)
    rows = form.filter(Report.objects.visible_to(user)).order_by(*NEWEST)
    return Found(rows, in_words(form), "" if form.is_valid() else FAULTY)


REPORTS = list_kind(
    ListKind(
        key="reports",
        label="督查报告",
        page="reports:report_list",
        columns=(
            Column("title", "标题", 50, ("title",)),
            Column("number", "发文字号", 20, ("number_text",), on_screen=False),
            Column("campaign", "督查活动", 34, ("campaign__title",)),
            Column("template", "样式", 20, ("template__name",)),
            Column("organization", "所涉组织", 28, ("organization__name",), on_screen=False),
            Column("status", "状态", 10, ("status",), named(Report.Status)),
            Column("drafted_by", "拟稿人", 12, ("drafted_by__display_name",)),
            Column("composed", "起草时间", 18, ("composed_at",)),
            Column("issued", "签发时间", 18, ("issued_at",), on_screen=False),
            Column("issued_by", "签发人", 12, ("issued_by__display_name",), on_screen=False),
        ),
        shown=("title", "campaign", "template", "status", "drafted_by", "composed"),
        fixed=("title",),
        found=_reports,
        unit="份",
    )
)


def _received(user: User, query: QueryDict) -> Found:
    form = DeliveryFilterForm(query)
    rows = form.filter(Delivery.objects.addressed_to(user)).order_by("-sent_at", "pk")
    return Found(rows, in_words(form), "" if form.is_valid() else FAULTY)


RECEIVED = list_kind(
    ListKind(
        key="received",
        label="收到的文件",
        page="reports:delivery_list",
        columns=(
            Column("title", "文件", 50, ("report__title",)),
            Column("kind", "种类", 18, ("report__template__name",)),
            Column("number", "文号", 20, ("report__number_text",)),
            Column("organization", "收文单位", 28, ("organization__name",)),
            Column("received", "签收", 18, ("received_at",), lambda at: f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "待签收"),
            Column("sent", "送达时间", 18, ("sent_at",)),
        ),
        shown=("title", "kind", "number", "organization", "received", "sent"),
        fixed=("title",),
        found=_received,
        unit="份",
    )
)


def _archived(user: User, query: QueryDict) -> Found:
    if not user.scope_paths:
        raise PermissionDenied("历史报告由办公室工作人员和领导查阅。")
    visible = ArchivedReport.objects.visible_to(user)
    years = sorted({year for year in visible.order_by().values_list("year", flat=True).distinct() if year}, reverse=True)
    form = ArchiveFilterForm(query, years=years)
    return Found(form.filter(visible), in_words(form))


ARCHIVE = list_kind(
    ListKind(
        key="archive",
        label="历史报告",
        page="reports:archive_list",
        columns=(
            Column("title", "标题", 50, ("title",)),
            Column("year", "年度", 8, ("year",)),
            Column("issuer", "发文单位", 30, ("issuer",)),
            Column("signed", "成文日期", 12, ("signed_on",)),
            Column("taken", "收录", 18, ("taken_in_at",)),
        ),
        shown=("title", "year", "issuer", "signed", "taken"),
        fixed=("title",),
        found=_archived,
        unit="份",
    )
)
