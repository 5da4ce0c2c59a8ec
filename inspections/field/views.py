"""The phone's shell and its service worker. Both are the same for everybody and hold no data, so they need no log-in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from inspections.field import shell as files


@login_not_required
@require_GET
def shell(request: HttpRequest) -> HttpResponse:
    """The page all screens of the phone live in; it asks the API who is there."""
    response = render(request, "inspections/field/shell.html", {"version": files.version(), "root": files.address("")})
    response["Cache-Control"] = "no-cache"
    return response


@login_not_required
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root of the site so that it may serve ``/field/``; a changed version makes browsers fetch anew."""
    addresses = [files.address(name) for name in files.file_names()]
    response = render(
        request,
        "inspections/field/worker.js",
        {"version": files.version(), "addresses": addresses},
        content_type="text/javascript; charset=utf-8",
    )
    response["Cache-Control"] = "no-cache"
    return response
