"""What makes two runs equal: ids from names, random choices from fixed seeds, moments from fixed days."""

from __future__ import annotations

import random
import uuid
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

NAMESPACE = uuid.UUID("5d0c6a54-6a3e-5b0e-9a5c-2f6f4c1f7a10")
ZONE = ZoneInfo("Asia/Shanghai")


def uid(*parts: object) -> uuid.UUID:
    """Return the id that always belongs to these words."""
    return uuid.uuid5(NAMESPACE, "/".join(str(part) for part in parts))


def chance(*parts: object) -> random.Random:
    """Return a source of choices that depends on these words only, so that adding one choice does not change all others."""
    return random.Random("/".join(str(part) for part in parts))  # noqa: S311 -- variety, not secrecy


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of ``day`` in local time."""
    return datetime.combine(day, time(hour, minute), ZONE)
