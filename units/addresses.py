"""Where a request comes from."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def is_proxied(request: HttpRequest) -> bool:
    """Whether our own proxy handed the request over, so that what it says of the visitor counts: ``TRUSTED_PROXIES`` names its addresses."""
    if not settings.USE_X_FORWARDED_HOST:
        return False
    if not settings.TRUSTED_PROXIES:
        return True
    try:
        peer = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return True  # a Unix socket: only this machine can open it
    return any(peer in network for network in settings.TRUSTED_PROXIES)


def client_address(request: HttpRequest) -> str | None:
    """Return the network address of the visitor, ``None`` when it cannot be told (a Unix socket).

    Behind our own proxy it is the last entry of ``X-Forwarded-For``: the one the proxy added; those before it are the visitor's claim.
    """
    given = request.META.get("REMOTE_ADDR", "")
    if is_proxied(request):
        given = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or given
    try:
        return str(ipaddress.ip_address(given))
    except ValueError:
        return None
