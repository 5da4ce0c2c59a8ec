"""Headers on every answer that Django's own middleware does not set (OWASP ASVS 5.0, V3.4 and V14.3)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Photos come through the phone's own camera dialogue, which needs no permission of the page; the self-check page asks whether there is one.
PERMISSIONS = (
    *("accelerometer=()", "autoplay=()", "camera=(self)", "display-capture=()", "geolocation=()", "gyroscope=()", "magnetometer=()"),
    *("microphone=()", "midi=()", "payment=()", "usb=()", "bluetooth=()", "serial=()", "hid=()", "browsing-topics=()"),
)


class HeadersMiddleware:
    """Say what the browser may do with our pages, and keep what a user has read out of its cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add what is missing. Who sits down at the same machine after the log-out finds nothing behind the back button."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", ", ".join(PERMISSIONS))
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # Whether somebody is logged in is not asked: a request that was turned away may have a session nobody can read.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
