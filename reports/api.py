"""Issued reports for other systems (docs/api.md). Addresses lie below ``/api/v1/``. Drafts are nobody's business."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Query, Router, Schema

from reports.models import Report
from reports.rendering.document import from_json
from reports.rendering.plain import plain_lines
from units.api import scope_of
from units.api_access import TokenAuth
from units.api_errors import READING, ApiError
from units.api_pages import ChangedQuery, PageOut, Values, moment, page, said
from units.models import AccessToken

router = Router(tags=["督查报告"], auth=TokenAuth())
FIELDS = (
    "id", "campaign_id", "template__name", "organization_id", "title", "number_text", "signed_on", "issued_at", "frozen_sha256", "corrects_id"
)  # fmt: skip


class ReportOut(Schema):
    """One issued report without its text."""

    id: int = Field(title="编号")
    campaign_id: int = Field(title="督查活动编号")
    kind: str = Field(title="文种（报告样式）")
    organization_id: int | None = Field(title="所涉组织编号，综合报告为空")
    title: str = Field(title="标题")
    number: str = Field(title="发文字号")
    signed_on: date | None = Field(title="成文日期")
    issued_at: datetime = Field(title="签发时间")
    content_sha256: str = Field(title="签发内容的校验值")
    corrects_id: int | None = Field(title="所更正的报告编号，不是更正件的为空")


class ReportPage(PageOut):
    """A page of issued reports."""

    items: list[ReportOut] = Field(title="督查报告")


class WholeReportOut(ReportOut):
    """One issued report with its text."""

    text: list[str] = Field(title="正文，一项一段；表格一行一项，各格以制表符隔开")


def reports_of(token: AccessToken) -> QuerySet[Report]:
    """Return the issued reports on campaigns that organizations in the token's scope hold."""
    return Report.objects.visible_to(token.reader).filter(status=Report.Status.ISSUED)


def _shown(rows: list[Values]) -> list[dict[str, Any]]:
    return [
        {
            **{name: row[name] for name in ("id", "campaign_id", "organization_id", "title", "signed_on", "corrects_id")},
            "kind": row["template__name"],
            "number": row["number_text"],
            "issued_at": moment(row["issued_at"]),
            "content_sha256": row["frozen_sha256"],
        }
        for row in rows
    ]


@router.get(
    "/reports",
    response={200: ReportPage, **READING},
    summary="督查报告",
    description="本组织及下级组织主办的督查活动中已签发的报告、通知、反馈意见等。签发后不再改变，updated_since 比较的是签发时间。",
    url_name="read_reports",
)
def read_reports(request: HttpRequest, asked: Query[ChangedQuery]) -> HttpResponse:
    """Read a page of issued reports."""
    return page(reports_of(scope_of(request)), FIELDS, _shown, asked, "issued_at")


@router.get(
    "/reports/{int:report_id}",
    response={200: WholeReportOut, **READING},
    summary="一份督查报告",
    description="按编号读取一份已签发的报告，连同正文。",
    url_name="read_report",
)
def read_report(request: HttpRequest, report_id: int = Path(..., title="编号")) -> HttpResponse:
    """Read one report as it was issued."""
    values = reports_of(scope_of(request)).filter(pk=report_id).values(*FIELDS, "frozen").first()
    if values is None:
        raise ApiError(404, "not_found", "没有这份已签发的报告，或者它不在令牌的范围内。")
    return said({**_shown([values])[0], "text": plain_lines(from_json(values["frozen"]))})
