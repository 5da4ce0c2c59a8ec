"""Template filter for the print pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from reports.rendering import paper
from reports.rendering.lines import Line

register = template.Library()

BODY_SPACING = round(paper.PITCH)
"""The space between characters that the style sheet gives all text but tables and titles."""


@register.filter
def typeset(lines: Iterable[Line], role: str) -> SafeString:
    """Return broken lines as HTML, line feeds between them, for an element with ``white-space: pre``.

    ``role`` is the face that this element has. Each span costs as much to lay out as a line, so neighbours that look alike share one,
    over line ends too, and what looks like the element itself needs none. No white space may be added: it would be printed.
    """
    usual = (role, 0 if role in {"biaosong", "heiti-cell", "fangsong-cell"} else BODY_SPACING, False)
    face = role.removesuffix("-cell")
    parts = []
    for look, pieces in groupby(_pieces(lines), key=lambda piece: piece[0]):
        text = escape("".join(text for _, text in pieces))
        classes = [] if look[0] == face else [look[0]]
        if look[1] != usual[1]:
            classes.append(f"s{look[1]}")
        if look[2]:
            classes.append("gap")
        parts.append(f'<span class="{" ".join(classes)}">{text}</span>' if classes else str(text))
    return SafeString("".join(parts))


def _pieces(lines: Iterable[Line]) -> Iterator[tuple[tuple[str, int, bool], str]]:
    """Return the spans of all lines as (look, text); each line but the first begins with the line feed before it."""
    for number, line in enumerate(lines):
        for index, span in enumerate(line.spans):
            yield (span.role.name.lower(), span.spacing, span.gap), ("\n" if number and not index else "") + span.text
