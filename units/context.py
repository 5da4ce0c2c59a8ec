"""Context processor: the bell on every page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from units.models import Notice

MOST = 99
"""More than that is shown as 99+: nobody counts further, and neither does the database."""


def bell(request: HttpRequest) -> dict[str, Any]:
    """How many notices the bell counts; asked only by pages that show it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"bell_count": SimpleLazyObject(Notice.objects.visible_to(user).ringing()[: MOST + 1].count), "bell_most": MOST}
