"""What other systems get of campaigns, findings and rectifications, field by field, and what they may ask for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from ninja import Field, Schema

from units.api_pages import ChangedQuery, PageOut

Kind = Literal["problem", "risk_point", "good_practice"]
Status = Literal["assigned", "in_progress", "submitted", "closed"]
MOST = 2**31 - 1
"""The largest number that every database compares a key with."""


class FindingQuery(ChangedQuery):
    """Which findings."""

    campaign_id: int | None = Field(None, title="督查活动编号", ge=1, le=MOST)
    organization_id: int | None = Field(None, title="督查对象编号", ge=1, le=MOST)
    kind: Kind | None = Field(None, title="类型代码")

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return those of ``rows`` that are asked for."""
        return _narrowed(rows, campaign=self.campaign_id, organization=self.organization_id, kind=self.kind)


class RectificationQuery(ChangedQuery):
    """Which rows of the ledger."""

    campaign_id: int | None = Field(None, title="督查活动编号", ge=1, le=MOST)
    organization_id: int | None = Field(None, title="责任单位编号", ge=1, le=MOST)
    status: Status | None = Field(None, title="状态代码")

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return those of ``rows`` that are asked for."""
        return _narrowed(rows, campaign=self.campaign_id, organization=self.organization_id, status=self.status)


def _narrowed(rows: QuerySet[Any], **conditions: Any) -> QuerySet[Any]:
    return rows.filter(**{name: value for name, value in conditions.items() if value is not None})


class CampaignOut(Schema):
    """One campaign."""

    id: int = Field(title="编号")
    code: str = Field(title="活动编码")
    title: str = Field(title="活动名称")
    subject: str = Field(title="督查内容")
    year: int = Field(title="年度")
    half: int = Field(title="半年：1 上半年，2 下半年")
    organizer_id: int | None = Field(title="主办组织编号，不在令牌范围内的为空")
    organizer_body: str = Field(title="牵头机构")
    status: str = Field(title="状态代码")
    status_name: str = Field(title="状态")
    starts_on: date = Field(title="开始日期")
    ends_on: date = Field(title="结束日期")
    cut_off_on: date = Field(title="数据截止日期")
    changed_at: datetime | None = Field(title="最近变动")


class CampaignPage(PageOut):
    """A page of campaigns."""

    items: list[CampaignOut] = Field(title="督查活动")


class FindingOut(Schema):
    """One finding."""

    id: UUID = Field(title="编号")
    campaign_id: int = Field(title="督查活动编号")
    organization_id: int = Field(title="督查对象编号")
    kind: str = Field(title="类型代码")
    kind_name: str = Field(title="类型")
    severity: str = Field(title="程度代码")
    severity_name: str = Field(title="程度")
    theme: str = Field(title="主题")
    item_code: str = Field(title="检查项编码，没有的为空")
    standard_id: int | None = Field(title="规范表述编号")
    text: str = Field(title="内容")
    cause: str = Field(title="原因")
    measure: str = Field(title="建议措施")
    recorded_at: datetime = Field(title="记录时间")
    is_withdrawn: bool = Field(title="是否已撤回")
    revision: int = Field(title="修订号")
    changed_at: datetime | None = Field(title="最近变动")


class FindingPage(PageOut):
    """A page of findings."""

    items: list[FindingOut] = Field(title="督查发现")


class RectificationOut(Schema):
    """One row of the ledger."""

    id: UUID = Field(title="编号")
    reference: str = Field(title="台账编号，如 2026-2-007")
    campaign_id: int = Field(title="督查活动编号")
    organization_id: int = Field(title="责任单位编号")
    finding_ids: list[UUID] = Field(title="对应的督查发现")
    content: str = Field(title="问题内容")
    requirement: str = Field(title="整改要求")
    measure: str = Field(title="整改措施")
    responsible_title: str = Field(title="责任人职务")
    severity: str = Field(title="程度代码")
    severity_name: str = Field(title="程度")
    is_immediate: bool = Field(title="是否立行立改")
    due_on: date = Field(title="整改时限")
    first_due_on: date = Field(title="最初的整改时限")
    status: str = Field(title="状态代码")
    status_name: str = Field(title="状态")
    lamp: str = Field(title="灯：red 已逾期，yellow 临近到期，green 正常，done 已销号")
    progress: str = Field(title="进展")
    issued_at: datetime | None = Field(title="下发时间")
    received_at: datetime | None = Field(title="签收时间")
    submitted_on: date | None = Field(title="报送核验日期")
    closed_at: datetime | None = Field(title="销号时间")
    merged_into_id: UUID | None = Field(title="并入的整改事项")
    is_withdrawn: bool = Field(title="是否已撤回")
    revision: int = Field(title="修订号")
    changed_at: datetime | None = Field(title="最近变动")


class RectificationPage(PageOut):
    """A page of the ledger."""

    items: list[RectificationOut] = Field(title="整改事项")


class TallyQuery(Schema):
    """Of which campaign, and where in the tree."""

    campaign_id: int = Field(title="督查活动编号", ge=1, le=MOST)
    organization_id: int | None = Field(None, title="组织编号，不填为令牌范围的最上一级", ge=1, le=MOST)
    limit: int = Field(100, title="下级组织每页条数", ge=1, le=500)
    cursor: str = Field("", title="游标：上一页返回的 next_cursor", max_length=500)


class FiguresOut(Schema):
    """The figures of one organization and everything below it."""

    organization_id: int = Field(title="组织编号")
    units: int = Field(title="督查对象数")
    concluded: int = Field(title="已办结数")
    problems: int = Field(title="问题数")
    serious: int = Field(title="其中严重问题数")
    risk_points: int = Field(title="风险点数")
    good_practices: int = Field(title="好做法数")
    recurrences: int = Field(title="屡查屡犯数")
    duties: int = Field(title="已下发的整改事项数")
    closed: int = Field(title="其中已销号数")
    overdue: int = Field(title="其中逾期数，按今天计算")


class TallyOut(Schema):
    """Figures of an organization and of those right below it."""

    campaign_id: int = Field(title="督查活动编号")
    seconds_behind: int = Field(title="数字落后的秒数，0 为最新")
    organization: FiguresOut = Field(title="本组织（含全部下级）")
    next_cursor: str = Field(title="下级组织下一页的游标，空表示已到末页")
    items: list[FiguresOut] = Field(title="直接下级组织（各含其全部下级）；没有督查对象的数字为 0")
