"""Who is not logged in, or must change a password first, is led there and back to a page that can be shown."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from units.actions import sessions
from units.entering import HOW, MISSING, SINGLE_SIGN_ON
from units.typed import own_address


class LoginMiddleware(LoginRequiredMiddleware):
    """Send visitors to the log-in, and afterwards to a page: what only takes forms cannot be opened."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]) -> HttpResponseBase:  # type: ignore[override]
        """For a form sent after the session had ended, the way back is the page it stood on; programs are told in JSON."""
        if request.path.startswith(settings.API_PREFIX):
            return JsonResponse({"code": "login_required", "message": "登录已失效，请重新登录。已填写的内容不会丢失。"}, status=401)
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        if not request.headers.get("HX-Request") and (kept := kept_fields(request)):
            return self._keep(request, kept)
        came_from = urlsplit(request.headers.get("Referer", ""))
        page = urlunsplit(("", "", came_from.path, came_from.query, "")) if came_from.netloc == request.get_host() else ""
        page = own_address(request, page) or resolve_url(settings.LOGIN_REDIRECT_URL)
        return redirect_to_login(page, self.get_login_url(view_func), self.get_redirect_field_name(view_func))

    def _keep(self, request: HttpRequest, kept: list[tuple[str, str]]) -> HttpResponse:
        """Hand back what was typed, to be sent again after a log-in in a second window."""
        renew = f"{reverse('units:login')}?{urlencode({'next': reverse('units:session_renewed')})}"
        texts = [value for _name, value in kept if any("一" <= letter <= "鿿" for letter in value)]
        context = {"kept": kept, "texts": texts, "has_files": bool(request.FILES), "renew": renew, "address": request.get_full_path()}
        return render(request, "units/sessions/lost.html", context, status=HTTPStatus.FORBIDDEN)


def kept_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what a form held, but for passwords and its token."""
    fields = ((name, value) for name, values in request.POST.lists() for value in values)
    return [(name, value) for name, value in fields if name != "csrfmiddlewaretoken" and "password" not in name]


class SessionUseMiddleware:
    """Note that a log-in is in use, so that it does not end for lying idle."""

    QUIET = frozenset({"units:notice_bell", "jobs:job_progress", "units:session_state", "units:login", "units:logout", "healthz"})
    """What pages ask by themselves, with nobody before them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing: who is asked for is known only with the view."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> None:
        """Count it as a use when a person can be meant: phones ask the API by themselves, and send what a person has written."""
        asked = request.method in {"GET", "HEAD"} and request.path.startswith(settings.API_PREFIX)
        match = request.resolver_match
        if asked or match is None or match.view_name in self.QUIET or not request.user.is_authenticated:
            return
        sessions.touch(request.session.session_key or "", getattr(request.session, "seen_at", None))


class DutyMiddleware:
    """Send users who have something to put right about their account first to the page where they do it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Redirect pages; anything else (static files, log-out, the duty itself) passes. Programs are told in JSON."""
        duty = self._duty(request)
        if duty is None:
            return self.get_response(request)
        name, code, message = duty
        target = reverse(name)
        if request.path.startswith(settings.API_PREFIX):
            return JsonResponse({"code": code, "message": message}, status=HTTPStatus.FORBIDDEN)
        if request.path.startswith((target, reverse("units:logout"), reverse("units:session_state"), "/static/", "/healthz")):
            return self.get_response(request)
        # A fragment cannot hold the page: the browser as a whole has to go there.
        return HttpResponseClientRedirect(target) if request.headers.get("HX-Request") else redirect(target)

    def _duty(self, request: HttpRequest) -> tuple[str, str, str] | None:
        """Return the page, the code and the sentence of what has to be done first: a password of one's own, then the second factor."""
        user = request.user
        if not user.is_authenticated:
            return None
        # Who comes by single sign-on never types the password that is kept here, and may not know it.
        by_password = request.session.get(HOW) != SINGLE_SIGN_ON
        if by_password and (user.must_change_password or user.password_is_old):
            return "units:password_change", "password_change_required", "请先修改密码，再继续上传。"
        if request.session.get(MISSING):
            return "units:factor_enrol", "second_factor_required", "请先设置两步验证，再继续上传。"
        return None
