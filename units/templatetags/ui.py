"""Template tags for the look that all screens share."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from units.grams import marked

register = template.Library()

TONES = {
    # jobs
    "queued": "",
    "running": "info",
    "done": "ok",
    "failed": "bad",
    "cancelled": "",
    # deliveries
    "sending": "info",
    "sent": "ok",
    "dropped": "",
    # imports
    "checking": "info",
    "faulty": "bad",
    "ready": "warn",
    "importing": "info",
    "discarded": "",
    # checklists
    "draft": "",
    "published": "ok",
    "retired": "",
    # campaigns and assignments
    "preparing": "",
    "finished": "ok",
    "planned": "",
    "in_progress": "info",
    "concluded": "ok",
    # findings
    "problem": "bad",
    "risk_point": "warn",
    "good_practice": "ok",
    "general": "",
    "notable": "warn",
    "serious": "bad",
    # rows of the ledger, requests for more time, second looks
    "assigned": "warn",
    "closed": "ok",
    "immediate": "info",
    "asked": "warn",
    "endorsed": "info",
    "approved": "ok",
    "refused": "bad",
    "lapsed": "",
    "fixed": "ok",
    "still_there": "bad",
    # reports and their steps
    "in_review": "info",
    "to_issue": "warn",
    "issued": "ok",
    "waiting": "warn",
    "pending": "",
    "passed": "ok",
    "sent_back": "bad",
    "void": "",
    # answers
    "conforming": "ok",
    "mostly": "warn",
    "not_conforming": "bad",
    "not_applicable": "",
    # submissions
    "notified": "warn",
    "received": "info",
    "submitted": "warn",
    "returned": "bad",
    "accepted": "ok",
    "proposed": "warn",
    "confirmed": "ok",
    "dismissed": "",
}
"""The tone of a state or kind; whatever is missing is neutral. Colour is never the only sign: the word stands in the tag."""


@register.simple_tag
def tag(value: str, label: str) -> SafeString:
    """Show a state or kind as a coloured tag: ``{% tag campaign.status campaign.get_status_display %}``."""
    tone = TONES.get(str(value), "")
    return format_html('<span class="tag{}">{}</span>', f" tag-{tone}" if tone else "", label)


@register.filter
def marking(text: object, words: Sequence[str]) -> SafeString:
    """Show a text with the words searched for marked: ``{{ row.content|marking:words }}``; nothing else becomes markup."""
    return marked(str(text), words or ())


@register.filter
def zh_date(value: object) -> str:
    """Show a date as ``2026年11月20日``, a missing one as a dash."""
    return f"{value.year}年{value.month}月{value.day}日" if hasattr(value, "year") else "—"


@register.filter
def zh_seconds(value: int | None) -> str:
    """Show a number of seconds as ``约 2 分钟``; ``None`` as an empty text."""
    if value is None:
        return ""
    minute = 60
    return f"约 {max(1, round(value))} 秒" if value < minute else f"约 {round(value / minute)} 分钟"


@register.simple_block_tag
def panel(content: str, title: str = "", *, body: bool = True) -> SafeString:
    """Wrap content in a panel with a heading; ``body=False`` leaves out the inner margin, for tables."""
    head = format_html('<div class="panel-head"><h2>{}</h2></div>', title) if title else ""
    inner = format_html('<div class="panel-body">{}</div>', mark_safe(content)) if body else mark_safe(content)
    return format_html('<section class="panel">{}{}</section>', head, inner)
