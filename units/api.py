"""The directory for other systems (docs/api.md). Addresses lie below ``/api/v1/``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Query, Router, Schema

from units.api_access import TokenAuth
from units.api_errors import READING
from units.api_pages import ChangedQuery, PageOut, Values, moment, one, page, said
from units.models import AccessToken, PartyOrganization
from units.models.organization import STEP, in_subtree

router = Router(tags=["组织名录"], auth=TokenAuth())
KINDS = dict(PartyOrganization.Kind.choices)
FIELDS = (
    "id", "code", "name", "short_name", "kind", "category__name", "parent_id", "path", "order", "dissolved_on", "changed_at"
)  # fmt: skip


class OrganizationOut(Schema):
    """One organization."""

    id: int = Field(title="编号")
    code: str = Field(title="组织编码")
    name: str = Field(title="组织名称")
    short_name: str = Field(title="简称")
    kind: str = Field(title="组织类型代码")
    kind_name: str = Field(title="组织类型")
    category: str = Field(title="单位类别，没有分类的为空")
    parent_id: int | None = Field(title="上级组织编号，令牌范围的最上一级为空")
    level: int = Field(title="在令牌范围内的层级，最上一级为 1")
    order: int = Field(title="同级中的顺序")
    dissolved_on: date | None = Field(title="撤销日期")
    changed_at: datetime | None = Field(title="最近变动")


class OrganizationPage(PageOut):
    """A page of organizations."""

    items: list[OrganizationOut] = Field(title="组织")


def scope_of(request: HttpRequest) -> AccessToken:
    """Return the token that the request bears; its organization is the top of all that may be read."""
    token: AccessToken = request.auth  # type: ignore[attr-defined]
    return token


def organizations_of(token: AccessToken) -> QuerySet[PartyOrganization]:
    """Return the organizations in the token's scope."""
    return PartyOrganization.objects.visible_to(token.reader).filter(in_subtree(token.organization.path))


def _shown(token: AccessToken, rows: list[Values]) -> list[dict[str, Any]]:
    top = token.organization
    return [
        {
            **{name: row[name] for name in ("id", "code", "name", "short_name", "kind", "order", "dissolved_on")},
            "kind_name": KINDS.get(row["kind"], ""),
            "category": row["category__name"] or "",
            "parent_id": None if row["id"] == top.pk else row["parent_id"],
            "level": (len(row["path"]) - len(top.path)) // STEP + 1,
            "changed_at": moment(row["changed_at"]),
        }
        for row in rows
    ]


@router.get(
    "/organizations",
    response={200: OrganizationPage, **READING},
    summary="组织名录",
    description="令牌范围内的全部组织，包括已撤销的（dissolved_on 不为空）。",
    url_name="read_organizations",
)
def read_organizations(request: HttpRequest, asked: Query[ChangedQuery]) -> HttpResponse:
    """Read a page of the directory."""
    token = scope_of(request)
    return page(organizations_of(token), FIELDS, lambda rows: _shown(token, rows), asked, "changed_at")


@router.get(
    "/organizations/{int:organization_id}",
    response={200: OrganizationOut, **READING},
    summary="一个组织",
    description="按编号读取一个组织。",
    url_name="read_organization",
)
def read_organization(request: HttpRequest, organization_id: int = Path(..., title="编号")) -> HttpResponse:
    """Read one organization."""
    token = scope_of(request)
    return said(one(organizations_of(token), organization_id, FIELDS, lambda rows: _shown(token, rows), "组织"))
