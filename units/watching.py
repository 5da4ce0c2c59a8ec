"""What stands nearest to the views and notes in the activity log what they refused."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from units.actions.refusals import note_refusal
from units.refusals import hidden_from

logger = logging.getLogger("duchatong.requests")


class RefusalMiddleware:
    """Write refused access into the activity log; what was turned away before it came to a view does not count."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Programs are refused without an exception that reaches us; their answer tells."""
        response = self.get_response(request)
        if response.status_code == HTTPStatus.FORBIDDEN and request.path.startswith(settings.API_PREFIX):
            self._note(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Note what a view refused, and what it hid."""
        if isinstance(exception, PermissionDenied):
            self._note(request, reason=str(exception))
        elif request.user.is_authenticated and (hidden := hidden_from(exception)):
            self._note(request, hidden=hidden)

    def _note(self, request: HttpRequest, **about: Any) -> None:
        if not request.user.is_authenticated:
            return
        try:
            note_refusal(request.user, path=request.path, method=request.method or "", **about)
        except DatabaseError:
            # The refusal stands, whether or not it can be written down now.
            logger.exception("a refusal could not be logged: %s", request.path)
