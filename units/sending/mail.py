"""Mail: one message, text and simple HTML, over a connection that several messages share."""

from __future__ import annotations

import smtplib
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email

from units.sending.outcome import NotSent
from units.wording import tidy

SAFE_HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
"""So that no out-of-office note answers us (RFC 3834)."""


def is_on() -> bool:
    """Whether this site has a mail server."""
    return bool(settings.EMAIL_ON)


def refusal_of(address: str) -> str:
    """Return why nothing may be sent to ``address``; an empty text when it may."""
    try:
        validate_email(address)
    except ValidationError:
        return "邮箱地址不正确，应为“名称@域名”，例如 name@example.cn。"
    domain = address.rpartition("@")[2].lower()
    if settings.EMAIL_DOMAINS and domain not in settings.EMAIL_DOMAINS:
        return f"本站只向这些邮箱发送邮件：{'、'.join(settings.EMAIL_DOMAINS)}。"
    return ""


def send_mail(connection: Any, *, address: str, subject: str, text: str, html: str, message_id: str) -> None:
    """Send one message to one address over ``connection`` (an open mail backend).

    The subject is one line whatever it was made of, and the receiver stands without a name: nothing typed by anybody becomes a header.
    Raises ``NotSent``.
    """
    if refusal := refusal_of(address):
        raise NotSent(refusal, again=False)
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    headers = {**SAFE_HEADERS, "Message-ID": f"<{message_id}@{domain}>"}
    message = EmailMultiAlternatives(tidy(subject), text, to=[address], headers=headers, connection=connection)
    message.attach_alternative(html, "text/html")
    try:
        message.send()
    except smtplib.SMTPAuthenticationError as error:
        raise NotSent("邮件服务器不接受用户名或口令，请系统管理员检查 EMAIL_URL。", again=True, everybody=True) from error
    except smtplib.SMTPRecipientsRefused as error:
        code = max((code for code, _text in error.recipients.values()), default=0)
        raise NotSent(f"邮件服务器拒收这个地址（代码 {code}），请核对邮箱。", again=_is_passing(code)) from error
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"邮件服务器没有接收（代码 {error.smtp_code}）。", again=_is_passing(error.smtp_code)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent("连不上邮件服务器，或连接中断。", again=True, everybody=True) from error


def _is_passing(code: int) -> bool:
    """Whether a reply code means "later, perhaps" (RFC 5321, 4.2.1)."""
    return 400 <= code < 500  # noqa: PLR2004
