"""Template filter for the print pages."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from reports.rendering.lines import Line, Span

register = template.Library()


@register.filter
def typeset(lines: Iterable[Line], role: str) -> SafeString:
    """Return broken lines as HTML; ``role`` is the face that the element around them has anyway, so that plain text needs no span.

    Each span costs as much to lay out as a line of text, and nothing may stand between them: white space would be printed.
    """
    return SafeString("<br>".join("".join(_span(span, role) for span in line.spans) for line in lines))


def _span(span: Span, role: str) -> str:
    name = span.role.name.lower()
    classes = [name] if name != role else []
    if span.spacing:
        classes.append(f"s{span.spacing}")
    if span.gap:
        classes.append("gap")
    text = escape(span.text)
    return f'<span class="{" ".join(classes)}">{text}</span>' if classes else str(text)
