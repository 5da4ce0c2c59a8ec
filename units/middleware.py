"""A new or reset password must be changed before anything else."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect


class PasswordChangeMiddleware:
    """Send users with a one-time password to the page where they choose their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Redirect pages; anything else (static files, log-out, the change itself) passes."""
        user = request.user
        if user.is_authenticated and user.must_change_password:
            open_paths = (reverse("units:password_change"), reverse("units:logout"), "/static/", "/healthz")
            if not request.path.startswith(open_paths):
                target = reverse("units:password_change")
                # A fragment cannot hold the page: the browser as a whole has to go there.
                return HttpResponseClientRedirect(target) if request.headers.get("HX-Request") else redirect(target)
        return self.get_response(request)
