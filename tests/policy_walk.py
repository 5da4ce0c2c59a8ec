"""Asks addresses of the site as some kind of person, and says what came of it. What should come is in the policies of the apps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.backends.django import Template
from django.test import RequestFactory
from django.urls import URLPattern, resolve, reverse
from django_htmx.middleware import HtmxDetails

from jobs.errors import Refused
from tests.addresses import World, patterns
from units.models import User
from units.sessions import SessionStore

REFUSED, HIDDEN, LOGIN, DONE, NONE = "refused", "hidden", "login", "done", "none"
FACTORY = RequestFactory()


def methods_of(pattern: URLPattern) -> tuple[str, ...]:
    """Return which of GET and POST the view takes, as its decorator says; both where none does."""
    view: Any = pattern.callback
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            if isinstance(cell.cell_contents, list | tuple) and set(cell.cell_contents) & {"GET", "POST"}:
                return tuple(method for method in ("GET", "POST") if method in cell.cell_contents)
        view = getattr(view, "__wrapped__", None)
    return ("GET", "POST")


def asked(method: str, url: str, person: User, data: dict[str, Any]) -> HttpRequest:
    """Return a request as it reaches a view behind all middleware, which is asked as a whole in ``tests.test_rights``."""
    request: Any = FACTORY.get(url) if method == "GET" else FACTORY.post(url, data)
    request.user, request.session = person, SessionStore()
    request.htmx = HtmxDetails(request)
    request.resolver_match = resolve(url)
    request._messages = FallbackStorage(request)
    request._dont_enforce_csrf_checks = True
    return request


def outcome(request: HttpRequest) -> str:
    """Return what comes of a request; ``done`` is anything but a refusal, a mistake in the form included."""
    match: Any = request.resolver_match
    try:
        answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except PermissionDenied:
        return REFUSED
    except Http404:
        return HIDDEN
    except Refused:
        return DONE
    return {401: LOGIN, 403: REFUSED, 404: HIDDEN, 405: NONE}.get(answer.status_code, DONE)


@contextmanager
def without_pages() -> Iterator[None]:
    """Leave pages empty: whether one is shown is asked here, not what stands on it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "render", lambda *_args, **_kwargs: "")
        yield


def walk(world: World, person: User, samples: dict[str, dict[str, Any]], but: Iterable[str] = ()) -> Iterator[tuple[str, str, str]]:
    """Yield address, method and outcome for all addresses as ``person``; nothing of it stays done."""
    person = User.objects.get(pk=person.pk)
    _ = person.current_appointments
    for name, pattern in sorted(patterns(), key=lambda pair: pair[0]):
        if name in but:
            continue
        url = reverse(name, kwargs=world.arguments(name, pattern))
        for method in methods_of(pattern):
            with transaction.atomic():
                found = outcome(asked(method, url, person, samples.get(name, {})))
                transaction.set_rollback(True)
            if found != NONE:
                yield name, method, found
