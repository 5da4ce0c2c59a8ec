"""``EMAIL_URL`` and ``DIGEST_TIME`` to settings, refused with what to write instead."""

from __future__ import annotations

from datetime import time
from email.utils import formataddr
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
"""Plain (only inside one's own network), STARTTLS, TLS from the first byte."""


def digest_time(text: str) -> str:
    """Return a time of day as it stands. Raises ``ImproperlyConfigured`` for anything but ``HH:MM``."""
    try:
        if time.fromisoformat(text).strftime("%H:%M") == text:
            return text
    except ValueError:
        pass
    message = "DIGEST_TIME 应为 24 小时制的时间，例如 08:10。"
    raise ImproperlyConfigured(message)


def mail_settings(url: str, sender: str) -> dict[str, Any]:
    """Return the settings for ``smtp[+tls|s]://user:password@host:port`` and the sender's address; without a URL, mail is off.

    Raises ``ImproperlyConfigured`` with what to write instead.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in PORTS or not parts.hostname or port == 0:
        message = "EMAIL_URL 应写成 smtp://、smtp+tls:// 或 smtps:// 开头的地址，例如 smtps://用户名:口令@mail.example.cn:465。"
        raise ImproperlyConfigured(message)
    user = unquote(parts.username or "")
    address = sender or user
    try:
        validate_email(address)
    except ValidationError:
        message = "请在 EMAIL_FROM 中填写发件邮箱地址，例如 ducha@example.cn。"
        raise ImproperlyConfigured(message) from None
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 15,
        "DEFAULT_FROM_EMAIL": formataddr(("督查通", address)),
    }
