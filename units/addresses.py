"""Where a request comes from."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the network address of the visitor, ``None`` when it cannot be told (a Unix socket).

    Behind our own proxy it is the last entry of ``X-Forwarded-For``: the one the proxy added; those before it are the visitor's claim.
    """
    given = request.META.get("REMOTE_ADDR", "")
    if settings.USE_X_FORWARDED_HOST:
        given = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or given
    try:
        return str(ipaddress.ip_address(given))
    except ValueError:
        return None
