"""The text messages of three office messengers' group robots, as their makers describe them.

企业微信: developer.work.weixin.qq.com/document/path/91770 · 钉钉: open.dingtalk.com/document/robots/custom-robot-access ·
飞书: open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from units.sending import guarded
from units.sending.outcome import NotSent

LONGEST = 2000
"""Bytes of text: 企业微信 takes 2,048, the others more."""
BUSY = {-1, 45009, 130101, 130102, 410100, 90030, 11232, 11233}
"""Codes by which the three say "too many at the moment"."""
HINTS = {
    93000: "机器人地址无效或机器人已被移出群",
    300001: "机器人地址无效",
    310000: "安全设置不符：请核对签名密钥、关键词（可设为“督查通”）或允许的网络地址",
    19001: "机器人地址无效",
    19021: "签名校验没有通过：请核对签名密钥和服务器时间",
    19022: "服务器的网络地址不在机器人允许的范围内",
    19024: "消息里没有机器人要求的关键词，可把关键词设为“督查通”",
    40035: "机器人地址不完整",
}


def are_on() -> bool:
    """Whether this site allows robots at all."""
    return bool(settings.ROBOT_HOSTS or settings.ROBOT_INTERNAL_HOSTS)


def send_text(kind: str, address: str, secret: str, text: str) -> None:
    """Send ``text`` to the robot of ``kind`` (wecom, dingtalk, feishu) at ``address``. Raises ``NotSent``."""
    url, message = message_of(kind, address, secret, text, now=time.time())
    status, answer = guarded.post(url, json.dumps(message, ensure_ascii=False).encode())
    judge(status, answer)


def message_of(kind: str, address: str, secret: str, text: str, *, now: float) -> tuple[str, dict[str, Any]]:
    """Return where to post and what, signed when there is a secret. Pure."""
    text = cut(text)
    if kind == "feishu":
        message: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if secret:
            stamp = str(int(now))
            # 飞书 takes the text to be signed as the key and signs nothing with it.
            message |= {"timestamp": stamp, "sign": _signature(f"{stamp}\n{secret}", "")}
        return address, message
    if kind == "dingtalk" and secret:
        stamp = str(int(now * 1000))
        address += ("&" if "?" in address else "?") + urlencode({"timestamp": stamp, "sign": _signature(secret, f"{stamp}\n{secret}")})
    return address, {"msgtype": "text", "text": {"content": text}}


def _signature(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def cut(text: str) -> str:
    """Return ``text`` in at most ``LONGEST`` bytes of UTF-8, cut between characters."""
    raw = text.encode()
    return text if len(raw) <= LONGEST else raw[: LONGEST - 3].decode(errors="ignore") + "…"


def judge(status: int, answer: bytes) -> None:
    """Accept an answer of success. Raises ``NotSent`` for anything else: a redirect is never followed, a page is no answer."""
    if status == 429 or status >= 500:  # noqa: PLR2004 -- HTTP
        raise NotSent(f"对方暂时不能接收（代码 {status}）。", again=True)
    if status != 200:  # noqa: PLR2004
        raise NotSent(f"对方没有接收（代码 {status}），请核对机器人地址。", again=False)
    try:
        found = json.loads(answer)
        code = int(found.get("errcode", found.get("code", found.get("StatusCode"))))
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise NotSent("对方的回应看不懂，请核对机器人地址和类型。", again=False) from None
    if code:
        hint = HINTS.get(code, "请核对机器人类型、地址和安全设置")
        raise NotSent(f"对方没有接收（代码 {code}）：{hint}。", again=code in BUSY)
