"""What a monitor learns of requests: a line in the run-time log and a count of seconds. Neither names a person."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.metrics import observe
from jobs.asking import current

logger = logging.getLogger("duchatong.access")
UNNAMED = "（没有这个网址）"


class MeasuringMiddleware:
    """Log and measure each request; stands right inside the middleware that numbers it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer it and say how."""
        # Django tells of refusals once the request is over: the line finds its number here.
        request.number = current().number  # type: ignore[attr-defined]
        started = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - started
        if settings.METRICS_TOKEN:
            observe(request.method or "", route_of(request), response.status_code, seconds)
        if settings.LOG_REQUESTS:
            told = {"method": request.method, "route": route_of(request), "status": response.status_code, "ms": round(seconds * 1000, 1)}
            # Neither the query, which holds what people search for, nor who asked, nor from where: the activity log has that.
            logger.info("%s %s %s", request.method, request.path, response.status_code, extra={"told": told})
        return response


def route_of(request: HttpRequest) -> str:
    """Return the name of the address, such as ``inspections:finding_list``: a bounded set, whatever is asked for."""
    match = request.resolver_match
    return match.view_name if match and match.view_name else match.route if match else UNNAMED
