"""Campaigns, findings and rectifications for other systems (docs/api.md). Addresses lie below ``/api/v1/``.

A token reads what a leader of its organization reads, and of that only what lies in the subtree of the organization. Names of people are
part of nothing here.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from inspections.api_shapes import (
    CampaignOut,
    CampaignPage,
    FindingOut,
    FindingPage,
    FindingQuery,
    RectificationOut,
    RectificationPage,
    RectificationQuery,
)
from inspections.models import Campaign, Finding, Rectification, RectificationFinding
from units.api import scope_of
from units.api_access import TokenAuth
from units.api_errors import READING
from units.api_pages import ChangedQuery, Values, moment, one, page, said
from units.models import AccessToken
from units.models.organization import in_subtree

MOST_NAMED = 500
router = Router(tags=["督查"], auth=TokenAuth())

CAMPAIGN = (
    "id", "code", "title", "subject", "year", "half", "organizer_id", "organizer__path", "organizer_body", "status", "starts_on", "ends_on",
    "cut_off_on", "changed_at",
)  # fmt: skip
FINDING = (
    "id", "campaign_id", "organization_id", "kind", "severity", "theme__name", "item__code", "standard_id", "text", "cause", "measure",
    "recorded_at", "withdrawn_at", "revision", "changed_at",
)  # fmt: skip
RECTIFICATION = (
    "id", "campaign_id", "campaign__code", "number", "organization_id", "content", "requirement", "measure", "responsible_title", "severity",
    "is_immediate", "due_on", "first_due_on", "status", "progress", "issued_at", "received_at", "submitted_on", "closed_at", "merged_into_id",
    "withdrawn_at", "revision", "changed_at", "lamp_now",
)  # fmt: skip
KIND_NAMES, SEVERITY_NAMES = dict(Finding.Kind.choices), dict(Finding.Severity.choices)
CAMPAIGN_STATUS, STATUS_NAMES = dict(Campaign.Status.choices), dict(Rectification.Status.choices)


def campaigns_of(token: AccessToken) -> QuerySet[Campaign]:
    """Return the campaigns that the token's organization holds, or by which organizations in its scope are inspected."""
    return Campaign.objects.visible_to(token.reader)


def _narrowed(rows: Any, token: AccessToken) -> Any:
    """Return what of ``rows`` lies in the token's branch. Campaigns are named one by one: the index leads by them to a branch's rows."""
    below = rows.filter(in_subtree(token.organization.path, "organization_path"))
    known = list(campaigns_of(token).order_by().values_list("pk", flat=True)[: MOST_NAMED + 1])
    return below if len(known) > MOST_NAMED else below.filter(campaign__in=known)


def findings_of(token: AccessToken) -> QuerySet[Finding]:
    """Return the findings in the token's scope, those that were withdrawn as well: a copy elsewhere has to learn of it."""
    found: QuerySet[Finding] = _narrowed(Finding.objects.visible_to(token.reader), token)
    return found


def rectifications_of(token: AccessToken) -> QuerySet[Rectification]:
    """Return the rows of the ledger in the token's scope, those that were merged or withdrawn as well."""
    found: QuerySet[Rectification] = _narrowed(Rectification.objects.visible_to(token.reader), token).lamp()
    return found


def _campaigns(token: AccessToken, rows: list[Values]) -> list[dict[str, Any]]:
    return [
        {
            **{name: row[name] for name in CAMPAIGN if name not in {"organizer__path", "changed_at"}},
            "organizer_id": row["organizer_id"] if row["organizer__path"].startswith(token.organization.path) else None,
            "status_name": CAMPAIGN_STATUS[row["status"]],
            "changed_at": moment(row["changed_at"]),
        }
        for row in rows
    ]


def _findings(rows: list[Values]) -> list[dict[str, Any]]:
    plain = ("campaign_id", "organization_id", "kind", "severity", "standard_id", "text", "cause", "measure", "revision")
    return [
        {
            **{name: row[name] for name in plain},
            "id": str(row["id"]),
            "kind_name": KIND_NAMES[row["kind"]],
            "severity_name": SEVERITY_NAMES[row["severity"]],
            "theme": row["theme__name"],
            "item_code": row["item__code"] or "",
            "recorded_at": moment(row["recorded_at"]),
            "is_withdrawn": row["withdrawn_at"] is not None,
            "changed_at": moment(row["changed_at"]),
        }
        for row in rows
    ]


def _rectifications(token: AccessToken, rows: list[Values]) -> list[dict[str, Any]]:
    answers = _findings_by_row(token, [row["id"] for row in rows])
    plain = (
        "campaign_id", "organization_id", "content", "requirement", "measure", "responsible_title", "severity", "is_immediate", "due_on",
        "first_due_on", "status", "progress", "submitted_on", "revision",
    )  # fmt: skip
    return [
        {
            **{name: row[name] for name in plain},
            "id": str(row["id"]),
            "reference": f"{row['campaign__code']}-{row['number']:03d}",
            "finding_ids": answers[row["id"]],
            "severity_name": SEVERITY_NAMES[row["severity"]],
            "status_name": STATUS_NAMES[row["status"]],
            "lamp": row["lamp_now"],
            **{name: moment(row[name]) for name in ("issued_at", "received_at", "closed_at", "changed_at")},
            "merged_into_id": str(row["merged_into_id"]) if row["merged_into_id"] else None,
            "is_withdrawn": row["withdrawn_at"] is not None,
        }
        for row in rows
    ]


def _findings_by_row(token: AccessToken, keys: list[UUID]) -> dict[UUID, list[str]]:
    """Return which findings each row answers; one query. One that the token may not read is not named."""
    found: dict[UUID, list[str]] = defaultdict(list)
    links = RectificationFinding.objects.filter(rectification__in=keys, finding__in=findings_of(token).values("pk"))
    for row, finding in links.order_by("pk").values_list("rectification", "finding"):
        found[row].append(str(finding))
    return found


@router.get(
    "/campaigns",
    response={200: CampaignPage, **READING},
    summary="督查活动",
    description="本组织主办的，以及督查范围内组织的督查活动。",
    url_name="read_campaigns",
)
def read_campaigns(request: HttpRequest, asked: Query[ChangedQuery]) -> HttpResponse:
    """Read a page of campaigns."""
    token = scope_of(request)
    return page(campaigns_of(token), CAMPAIGN, lambda rows: _campaigns(token, rows), asked, "changed_at")


@router.get(
    "/campaigns/{int:campaign_id}",
    response={200: CampaignOut, **READING},
    summary="一个督查活动",
    description="按编号读取一个督查活动。",
    url_name="read_campaign",
)
def read_campaign(request: HttpRequest, campaign_id: int = Path(..., title="编号")) -> HttpResponse:
    """Read one campaign."""
    token = scope_of(request)
    return said(one(campaigns_of(token), campaign_id, CAMPAIGN, lambda rows: _campaigns(token, rows), "督查活动"))


@router.get(
    "/findings",
    response={200: FindingPage, **READING},
    summary="督查发现",
    description="问题、风险点和好做法。上级主办的活动结束后才能读到；撤回的 is_withdrawn 为真，请从副本中去掉。",
    url_name="read_findings",
)
def read_findings(request: HttpRequest, asked: Query[FindingQuery]) -> HttpResponse:
    """Read a page of findings."""
    return page(asked.narrowed(findings_of(scope_of(request))), FINDING, _findings, asked, "changed_at")


@router.get(
    "/findings/{uuid:finding_id}",
    response={200: FindingOut, **READING},
    summary="一条督查发现",
    description="按编号读取一条督查发现。",
    url_name="read_finding",
)
def read_finding(request: HttpRequest, finding_id: Annotated[UUID, Path(title="编号")]) -> HttpResponse:
    """Read one finding."""
    return said(one(findings_of(scope_of(request)), finding_id, FINDING, _findings, "督查发现"))


@router.get(
    "/rectifications",
    response={200: RectificationPage, **READING},
    summary="整改事项",
    description="整改台账的各行。上级主办的只能读到已下发的；并入其他事项或撤回的也在其中，请从副本中去掉。",
    url_name="read_rectifications",
)
def read_rectifications(request: HttpRequest, asked: Query[RectificationQuery]) -> HttpResponse:
    """Read a page of the ledger."""
    token = scope_of(request)
    rows = asked.narrowed(rectifications_of(token))
    return page(rows, RECTIFICATION, lambda rows: _rectifications(token, rows), asked, "changed_at")


@router.get(
    "/rectifications/{uuid:rectification_id}",
    response={200: RectificationOut, **READING},
    summary="一项整改",
    description="按编号读取一项整改，收到销号推送后可由此取得详情。",
    url_name="read_rectification",
)
def read_rectification(request: HttpRequest, rectification_id: Annotated[UUID, Path(title="编号")]) -> HttpResponse:
    """Read one row of the ledger."""
    token = scope_of(request)
    found = one(rectifications_of(token), rectification_id, RECTIFICATION, lambda rows: _rectifications(token, rows), "整改事项")
    return said(found)
