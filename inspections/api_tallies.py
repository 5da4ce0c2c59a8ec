"""The figures of the dashboard for other systems: an organization, and those right below it (docs/api.md)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from inspections.api import campaigns_of
from inspections.api_shapes import TallyOut, TallyQuery
from inspections.tallies.reading import age, by_child, totals
from inspections.tallies.totals import Totals
from units.api import organizations_of, scope_of
from units.api_access import TokenAuth
from units.api_errors import READING, ApiError
from units.api_pages import CURSOR, KEYS, said
from units.paging import is_cursor, keyset_page

tallies_router = Router(tags=["督查"], auth=TokenAuth())
FIGURES = ("units", "concluded", "problems", "serious", "risk_points", "good_practices", "recurrences", "duties", "closed")
NEEDED = ("coverage", "found", "recurring", "ledger", "deadlines", "late")


@tallies_router.get(
    "/tallies",
    response={200: TallyOut, **READING},
    summary="汇总数字",
    description="一次督查活动在一个组织（含全部下级）的数字，以及它直接下级的数字；逐级往下读即得整棵树。上级主办的活动结束前没有发现类数字。",
    url_name="read_tallies",
)
def read_tallies(request: HttpRequest, asked: Query[TallyQuery]) -> HttpResponse:
    """Read figures as the dashboard shows them to a leader of the token's organization."""
    token = scope_of(request)
    reader, known = token.reader, organizations_of(token)
    campaign = campaigns_of(token).select_related("organizer").filter(pk=asked.campaign_id).first()
    top = known.filter(pk=asked.organization_id).first() if asked.organization_id else token.organization
    if campaign is None or top is None:
        raise ApiError(404, "not_found", "没有这个督查活动或组织，或者它不在令牌的范围内。")
    children = known.filter(parent=top)
    if asked.cursor and not is_cursor(children, KEYS, asked.cursor):
        raise ApiError(422, "invalid", CURSOR, errors=[("cursor", CURSOR)])
    found = keyset_page(children, KEYS, asked.limit, asked.cursor, ("id", "path"))
    below = by_child(campaign, reader, top, NEEDED)
    return said(
        {
            "campaign_id": campaign.pk,
            "seconds_behind": int(age(campaign).total_seconds()),
            "organization": _figures(top.pk, totals(campaign, reader, top)),
            "next_cursor": found.next,
            "items": [_figures(pk, below.get(path) or Totals()) for pk, path in found.object_list],
        }
    )


def _figures(organization: int, of: Totals) -> dict[str, Any]:
    return {
        "organization_id": organization,
        **{name: getattr(of, name) for name in FIGURES},
        "overdue": of.overdue(timezone.localdate()),
    }
