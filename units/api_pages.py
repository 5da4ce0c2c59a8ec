"""Pages of the reading interface: by key, with what has changed since, in one shape for all lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from ninja import Field, Schema

from units.api_errors import ApiError
from units.paging import is_cursor, keyset_page

MOST_ROWS = 500
OVERLAP = timedelta(minutes=2)
"""``as_of`` lies so far back: what is being written while we read will carry an earlier moment than our answer."""
KEYS = ("pk",)
CURSOR = "cursor 不正确，请原样使用上一页返回的 next_cursor，或从第一页重新读取。"
Values = Mapping[str, Any]


class PageQuery(Schema):
    """How much to read, from where, and what only."""

    limit: int = Field(100, title="每页条数", ge=1, le=MOST_ROWS)
    cursor: str = Field("", title="游标：上一页返回的 next_cursor", max_length=500)


class ChangedQuery(PageQuery):
    """A page of a list that knows when its rows were written."""

    updated_since: datetime | None = Field(None, title="只要这一时刻以后有变动的")


class PageOut(Schema):
    """What every page says beside its rows."""

    as_of: datetime = Field(title="下次增量读取时作为 updated_since")
    next_cursor: str = Field(title="下一页的游标，空表示已到末页")


def moment(value: datetime | None) -> str | None:
    """Return a moment as ISO 8601 in local time."""
    return timezone.localtime(value).isoformat(timespec="seconds") if value else None


def said(values: dict[str, Any]) -> HttpResponse:
    """Answer with JSON that people can read too: Chinese as it is, at half the size."""
    return JsonResponse(values, json_dumps_params={"ensure_ascii": False})


def since(value: datetime | None) -> datetime | None:
    """Return a moment as the database compares it. Raises ``ApiError`` for one beyond the calendar."""
    if value is None:
        return None
    try:
        return (timezone.make_aware(value) if timezone.is_naive(value) else value).astimezone(UTC)
    except (OverflowError, ValueError) as error:
        message = "updated_since 不是有效的时刻，应写成 2026-11-10T08:00:00+08:00 的样子。"
        raise ApiError(422, "invalid", message, errors=[("updated_since", message)]) from error


def page(
    rows: QuerySet[Any], fields: Sequence[str], shown: Callable[[list[Values]], list[dict[str, Any]]], asked: PageQuery, changed: str = ""
) -> HttpResponse:
    """Answer with one page of ``rows``: ``shown`` makes items of the values of ``fields``.

    ``changed`` names the field that ``updated_since`` is compared with. Raises ``ApiError`` for a cursor that is not one of this list.
    """
    if asked.cursor and not is_cursor(rows, KEYS, asked.cursor):
        raise ApiError(422, "invalid", CURSOR, errors=[("cursor", CURSOR)])
    if isinstance(asked, ChangedQuery) and (start := since(asked.updated_since)):
        rows = rows.filter(**{f"{changed}__gte": start})
    as_of = moment(timezone.now() - OVERLAP)
    found = keyset_page(rows, KEYS, asked.limit, asked.cursor, fields)
    items = shown([dict(zip(fields, row, strict=True)) for row in found.object_list])
    return said({"as_of": as_of, "next_cursor": found.next, "items": items})


def one(
    rows: QuerySet[Any], key: Any, fields: Sequence[str], shown: Callable[[list[Values]], list[dict[str, Any]]], what: str
) -> dict[str, Any]:
    """Return one item of ``rows``. Raises ``ApiError`` when it does not exist or lies outside the token's scope; which, is not told."""
    values = rows.filter(pk=key).values(*fields).first()
    if values is None:
        raise ApiError(404, "not_found", f"没有这个{what}，或者它不在令牌的范围内。")
    return shown([values])[0]
