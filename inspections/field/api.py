"""The phone's interface (docs/api-field.md): who, the day, sending, receipts. Addresses lie below ``/api/v1/field/``."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.cache import get_conditional_response
from ninja import Field, Path, Query, Router, Schema

from inspections.actions.photos import Photo, PhotoReceipt, PhotoRefused, receive_photo
from inspections.actions.syncing import sync
from inspections.field import shell
from inspections.field.copies import moment
from inspections.field.day import day_of, limits
from inspections.field.documented import EXAMPLE_BODY, PHOTO_BODY
from inspections.field.receiving import json_body, raw_body
from inspections.field.texts import one_line
from inspections.models import Receipt
from units.api_errors import ApiError, ErrorOut

router = Router(tags=["现场录入"])
ERRORS: Any = dict.fromkeys((400, 401, 403, 413, 415, 422, 429), ErrorOut)
PHOTO_STATUS = {
    "no_access": 403,
    "campaign_finished": 403,
    "read_only": 403,
    "unsupported_type": 415,
    "hash_mismatch": 422,
    "refused": 422,
}
"""Status of a refused photo by its code; all others are 409: something else must happen first."""
TOLD = {
    "ping": "原样返回随机数。只有随机数相符，才说明连上的是本系统，而不是上网认证页。",
    "me": "每次上传前先取一次：页面打开时间长了，原来的令牌会失效。",
    "day": "本人所在督查组的全部单位：清单、已有答案和发现、上次情况、规范表述。没有变化时返回 304。",
    "sync": "每条记录各有结果，一条有问题不影响其他条；同一条记录重复上传不会重复保存。",
    "photo": "请求体是照片本身。回执中的 SHA-256 与手机上的一致，才算上传完成。",
    "receipts": "上传时断线、没有看到结果的，可以在这里查询；只查本人上传的。",
}
"""What the page about the interface says of each operation."""
MOST_IDS = 200
NONCE = r"^[A-Za-z0-9_-]{8,64}$"


def person_of(request: HttpRequest) -> Any:
    """Return the user itself: ``request.user`` is a proxy, and asking one a hundred times over costs as much as storing the records."""
    return getattr(request, "_cached_user", request.user)


class PingOut(Schema):
    """The proof that our server answered, and not a portal on the way."""

    app: Literal["duchatong"]
    nonce: str
    server_time: str


@router.get(
    "/ping",
    auth=None,
    response={200: PingOut, 422: ErrorOut},
    description=TOLD["ping"],
    url_name="field_ping",
    summary="探测线路",
)
def field_ping(request: HttpRequest, nonce: str = Query(..., pattern=NONCE, title="随机数")) -> HttpResponse:  # noqa: ARG001
    """Echo the nonce: only our server knows to."""
    return JsonResponse({"app": "duchatong", "nonce": nonce, "server_time": timezone.localtime().isoformat(timespec="milliseconds")})


@router.get(
    "/me", response={200: dict[str, Any], **ERRORS}, description=TOLD["me"], url_name="field_me", summary="当前登录人、新的令牌和各项上限"
)
def field_me(request: HttpRequest) -> HttpResponse:
    """Say who is logged in, with a fresh token and the limits."""
    user = request.user
    return JsonResponse(
        {
            "user": {"id": user.pk, "username": user.username, "name": str(user), "duty_title": user.duty_title},
            "csrf_token": get_token(request),
            "server_time": timezone.localtime().isoformat(timespec="milliseconds"),
            "session_expires_at": moment(request.session.get_expiry_date()),
            "app_version": settings.VERSION,
            "api_version": 1,
            "shell_version": shell.version(),
            "limits": limits(),
        }
    )


@router.get(
    "/day",
    response={200: dict[str, Any], 304: None, **ERRORS},
    description=TOLD["day"],
    url_name="field_day",
    summary="今天的任务（离线使用所需的全部内容）",
)
def field_day(request: HttpRequest, campaign: str = Query("", max_length=40, title="活动编码")) -> HttpResponse:
    """Return everything for a day offline; 304 when nothing has changed."""
    body = json.dumps(day_of(request.user, campaign_code=campaign), ensure_ascii=False, separators=(",", ":")).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["ETag"] = etag
    answer = get_conditional_response(request, etag=etag, response=response)
    return answer or response


@router.post(
    "/sync",
    response={200: dict[str, Any], **ERRORS},
    description=TOLD["sync"],
    url_name="field_sync",
    summary="上传一批记录",
    openapi_extra={"requestBody": EXAMPLE_BODY},
)
def field_sync(request: HttpRequest) -> HttpResponse:
    """Store a batch; each record has its own outcome."""
    body = json_body(request, most=settings.FIELD_SYNC_BYTES)
    records = body.get("records") if isinstance(body, dict) else None
    if not isinstance(records, list):
        raise ApiError(422, "invalid", "没有找到要上传的记录，请更新页面后重新上传。", errors=[("records", "应为记录的列表。")])
    if len(records) > settings.FIELD_SYNC_RECORDS:
        raise ApiError(413, "too_large", f"一次最多上传 {settings.FIELD_SYNC_RECORDS} 条记录，请分几次上传。")
    received_at = timezone.now()
    outcomes = sync(records, by=person_of(request))
    return JsonResponse({"received_at": moment(received_at), "outcomes": [outcome.as_json() for outcome in outcomes]})


class PhotoQuery(Schema):
    """What is said about a photo beside its bytes."""

    finding: UUID = Field(title="所属发现")
    sha256: str = Field(title="照片的 SHA-256", pattern="^[0-9a-f]{64}$")
    name: str = Field("", title="文件名", max_length=200)
    caption: str = Field("", title="说明", max_length=100)
    captured_at: datetime | None = Field(None, title="拍摄时间")


class PhotoOut(Schema):
    """The receipt of a photo."""

    id: UUID
    finding: UUID
    sha256: str
    size: int
    stored_sha256: str
    received_at: str
    outcome: Literal["created", "same", "removed"]


@router.put(
    "/photos/{uuid:photo}",
    response={200: PhotoOut, 201: PhotoOut, 409: ErrorOut, **ERRORS},
    description=TOLD["photo"],
    url_name="field_photo",
    summary="上传一张照片",
    openapi_extra={"requestBody": PHOTO_BODY},
)
def field_photo(request: HttpRequest, photo: Annotated[UUID, Path(title="照片编号")], query: Query[PhotoQuery]) -> HttpResponse:
    """Keep one photo and answer with its receipt."""
    if request.content_type not in {"image/jpeg", "image/png"}:
        raise ApiError(415, "unsupported_type", "只接受 JPG 或 PNG 照片，请重新选择。")
    content = raw_body(request, most=settings.FIELD_PHOTO_BYTES)
    captured = query.captured_at
    if captured is not None and timezone.is_naive(captured):
        captured = timezone.make_aware(captured)
    sent = Photo(
        id=photo,
        finding=query.finding,
        content=content,
        sha256=query.sha256,
        name=one_line(query.name),
        caption=one_line(query.caption),
        captured_at=captured,
    )
    try:
        receipt = receive_photo(sent, by=person_of(request))
    except PhotoRefused as error:
        raise ApiError(PHOTO_STATUS.get(error.code, 409), error.code, str(error)) from error
    return JsonResponse(_receipt(receipt), status=201 if receipt.outcome == "created" else 200)


def _receipt(receipt: PhotoReceipt) -> dict[str, Any]:
    return {
        "id": str(receipt.photo.id),
        "finding": str(receipt.photo.finding),
        "sha256": receipt.sha256,
        "size": len(receipt.photo.content),
        "stored_sha256": receipt.stored_sha256,
        "received_at": moment(receipt.received_at),
        "outcome": receipt.outcome,
    }


@router.get(
    "/receipts",
    response={200: dict[str, Any], **ERRORS},
    description=TOLD["receipts"],
    url_name="field_receipts",
    summary="查询哪些记录和照片已经收到",
)
def field_receipts(request: HttpRequest, ids: str = Query(..., max_length=40 * MOST_IDS, title="编号，用逗号隔开")) -> HttpResponse:
    """Say which of the user's records and photos have arrived."""
    asked = [part.strip() for part in ids.split(",") if part.strip()]
    if len(asked) > MOST_IDS:
        raise ApiError(413, "too_large", f"一次最多查询 {MOST_IDS} 个编号，请分几次查询。")
    try:
        keys = [UUID(part) for part in asked]
    except ValueError as error:
        raise ApiError(422, "invalid", "编号不正确，请刷新页面后重试。", errors=[("ids", "编号不正确。")]) from error
    found = Receipt.objects.filter(target__in=keys, sent_by=request.user).order_by("received_at", "pk")
    rows = [
        {"id": str(row.target), "kind": row.kind, "sha256": row.sha256, "received_at": moment(row.received_at)}
        for row in found.only("target", "kind", "sha256", "received_at")[: MOST_IDS * 10]
    ]
    arrived = {row["id"] for row in rows}
    return JsonResponse({"receipts": rows, "missing": [str(key) for key in keys if str(key) not in arrived]})
