"""What a browser has to know about evidence before it sends any."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from inspections.forms.findings import ACCEPT

register = template.Library()


@register.simple_tag
def file_rules() -> SafeString:
    """Return the attributes of a file input for evidence: what the chooser offers, and the size that static/js/file-size.js checks."""
    limit = settings.EVIDENCE_MAX_BYTES
    text = f"每个文件不能超过 {limit // 2**20} MB，请缩小后再选。"
    return format_html('accept="{}" data-max-bytes="{}" data-max-text="{}"', ACCEPT, limit, text)
