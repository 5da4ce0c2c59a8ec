"""One event to one other system: JSON, signed so that the receiver knows it is from us, whole and not an old one sent again (docs/api.md)."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from units.sending import guarded
from units.sending.outcome import NotSent

STAMP, SIGNATURE, EVENT, ID = "X-Duchatong-Timestamp", "X-Duchatong-Signature", "X-Duchatong-Event", "X-Duchatong-Delivery"


def send_event(address: str, secret: str, payload: Mapping[str, Any]) -> None:
    """Post ``payload`` to ``address``; any 2xx answer is success. Raises ``NotSent``."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    status, _answer = guarded.post(address, body, headers_of(secret, payload, body, now=time.time()))
    judge(status)


def headers_of(secret: str, payload: Mapping[str, Any], body: bytes, *, now: float) -> dict[str, str]:
    """Return the headers that go with ``body``. Pure."""
    stamp = str(int(now))
    return {STAMP: stamp, SIGNATURE: signature(secret, stamp, body), EVENT: payload["event"], ID: payload["id"]}


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Return HMAC-SHA256 over time and body: neither can be changed without the other side noticing."""
    return "sha256=" + hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def judge(status: int) -> None:
    """Accept any answer of success. Raises ``NotSent`` for the rest: a redirect is never followed."""
    if 200 <= status < 300:  # noqa: PLR2004 -- HTTP
        return
    if status in {408, 425, 429} or status >= 500:  # noqa: PLR2004
        raise NotSent(f"对方暂时不能接收（代码 {status}）。", again=True)
    raise NotSent(f"对方没有接收（代码 {status}），请核对接收地址和对方的设置。", again=False)
