"""Reading a report's paragraphs in tests."""

from __future__ import annotations

from reports.models import Paragraph


def paragraph(report, key):
    return Paragraph.objects.get(section__report=report, key=key)


def texts(report):
    """All paragraphs as the reader meets them."""
    rows = Paragraph.objects.filter(section__report=report).order_by("section__order", "order", "pk")
    return [(row.level, row.lead, row.text) for row in rows]
