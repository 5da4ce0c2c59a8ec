"""Template tags of the ledger."""

from __future__ import annotations

from django import template

from inspections.ledger import Column
from inspections.models import Rectification

register = template.Library()


@register.simple_tag
def cell(row: Rectification, column: Column) -> str:
    """Return what a cell of the ledger says, as on paper: ``{% cell row column as text %}``."""
    return column.text(row)
