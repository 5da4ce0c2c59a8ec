"""Reading what a phone sends, whole and within limits, before anything else looks at it."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from django.http.request import UnreadablePostError

from units.api_errors import ApiError

CHUNK = 256 * 1024
CUT = "内容没有完整传到，请重新上传。"


def raw_body(request: HttpRequest, *, most: int) -> bytes:
    """Return the body. Raises ``ApiError`` when it is empty, larger than ``most`` bytes, or was cut on the way."""
    too_large = ApiError(413, "too_large", f"内容超过 {most / 2**20:g} MB 的上限，没有接收。")
    announced = request.META.get("CONTENT_LENGTH") or ""
    if announced.isdigit() and int(announced) > most:
        raise too_large
    pieces, size = [], 0
    try:
        while piece := request.read(CHUNK):
            size += len(piece)
            if size > most:
                raise too_large
            pieces.append(piece)
    except (UnreadablePostError, OSError) as error:
        raise ApiError(400, "bad_request", CUT) from error
    if announced.isdigit() and size < int(announced):
        raise ApiError(400, "bad_request", CUT)
    if not size:
        raise ApiError(400, "bad_request", "没有收到内容，请重新上传。")
    return b"".join(pieces)


def json_body(request: HttpRequest, *, most: int) -> Any:
    """Return the body as JSON. Raises ``ApiError`` as ``raw_body`` does, and for what is no JSON."""
    if request.content_type != "application/json":
        raise ApiError(415, "unsupported_type", "内容的格式不正确，请更新页面后重新上传。")
    body = raw_body(request, most=most)
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "bad_request", CUT) from error


def _no_number(_name: str) -> NoReturn:
    """Refuse NaN and Infinity, which are no JSON."""
    raise ValueError
