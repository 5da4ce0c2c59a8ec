"""Context processor: the bell on every page, and after how long a log-in ends that is not used."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from units.models import Notice

MOST = 99
"""More than that is shown as 99+: nobody counts further, and neither does the database."""


def bell(request: HttpRequest) -> dict[str, Any]:
    """How many notices the bell counts, asked only by pages that show it; minutes until an unused log-in ends, zero for never."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    count = SimpleLazyObject(Notice.objects.visible_to(user).ringing()[: MOST + 1].count)
    return {"bell_count": count, "bell_most": MOST, "idle_minutes": settings.SESSION_IDLE_MINUTES}
