"""What no view should have to think of: requests that cannot be meant, and errors that have an answer for the user."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.db import DataError, IntegrityError
from django.http import HttpRequest, HttpResponse

from config import errors
from jobs.asking import asked, new_number
from jobs.errors import Refused
from units.addresses import client_address, is_proxied

logger = logging.getLogger("duchatong.requests")
NUMBER = re.compile(r"[0-9a-f]{32}")
"""A request's number as nginx gives it (``$request_id``)."""


class AskingMiddleware:
    """Give every request a number, which the log keeps with its address; stands before everything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Take the number of our own proxy where there is one: then its log and ours agree. The visitor's own claim does not count."""
        given = request.headers.get("X-Request-ID", "") if is_proxied(request) else ""
        with asked(given if NUMBER.fullmatch(given) else new_number(), client_address(request)) as asking:
            response = self.get_response(request)
        response.headers["X-Request-ID"] = asking.number
        return response


class GuardMiddleware:
    """Turn away what no page of ours sends; answer with a sentence where an error is nobody's fault.

    Stands behind the middleware that names the user, and before anything reads the session or the body.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse NUL characters, which PostgreSQL cannot keep, and bodies that would fill the disk before any form looks at them."""
        if _has_nul(request):
            return errors.bad_request(request)
        length = _content_length(request)
        if length > settings.ANONYMOUS_MAX_BYTES:
            # Only now is the session read: most requests have no body worth asking about.
            limit = settings.REQUEST_MAX_BYTES if request.user.is_authenticated else settings.ANONYMOUS_MAX_BYTES
            if length > limit:
                return errors.too_large(request, limit)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer errors of which the user can be told what to do next; anything else is a fault of ours and stays one."""
        if isinstance(exception, Refused):
            return errors.refused(request, str(exception))
        if isinstance(exception, IntegrityError):
            logger.error("two wrote at once: %s", request.path, exc_info=exception)
            return errors.refused(request, "刚刚有人保存了相同或相关的内容，您的没有保存。请返回上一页，刷新核对后再试。")
        if isinstance(exception, OverflowError | DataError):
            # A key with thirty digits, say: no page of ours sends it.
            logger.error("cannot be stored: %s", request.path, exc_info=exception)
            return errors.bad_request(request)
        if errors.cannot_work_now(exception):
            logger.error("cannot work now: %s", request.path, exc_info=exception)
            return errors.unavailable(request)
        return None


class ApiMiddleware:
    """Mark every answer below the API's prefix as ours, keep it out of caches, and leave no page of anybody's in it.

    A phone must be able to tell our answer from that of a portal or proxy on the way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put JSON in the place of an error that has none."""
        response = self.get_response(request)
        if not request.path.startswith(settings.API_PREFIX):
            return response
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not is_json:
            allowed = response.get("Allow", "")
            response = errors.method_not_allowed(request)
            response["Allow"] = allowed
        elif response.status_code >= HTTPStatus.BAD_REQUEST and not is_json:
            response = errors.plain(request, response.status_code)
        response["X-Duchatong-Api"] = "1"
        response["Cache-Control"] = "no-store"
        return response


def _content_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0  # as Django has it: then the body counts as empty


def _has_nul(request: HttpRequest) -> bool:
    query = request.META.get("QUERY_STRING", "")
    return "\0" in request.path or "%00" in query or "\0" in query or any("\0" in value for value in request.COOKIES.values())
