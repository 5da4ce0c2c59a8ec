"""Log-in, log-out and one's own password."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from units import entering, guessing, single_sign_on
from units.actions import accounts, sessions
from units.addresses import client_address
from units.forms.accounts import LoginForm, OwnPasswordForm
from units.typed import own_address


@login_not_required
@sensitive_post_parameters("password")
@csrf_protect
@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Log in and go on to where the visitor wanted to go."""
    if request.htmx and request.method == "GET":
        # A fragment was asked for after the session had ended: the whole page has to go to the log-in.
        return HttpResponseClientRedirect(f"{request.path}?{urlencode({'next': request.htmx.current_url_abs_path or '/'})}")
    target = _safe_next(request)
    if request.user.is_authenticated:
        return redirect(target)
    form = LoginForm(request, request.POST or None)
    if request.method == "POST":
        if guessing.is_braked(request, request.POST.get("username", "")):
            # Before the password is looked at: what was typed is not tried at all.
            form = LoginForm(request, initial={"username": request.POST.get("username", "")[:150]})
            return _login_page(request, form, target, is_braked=True)
        if form.is_valid():
            return entering.admit(request, form.get_user(), target=target)
        if form.cleaned_data.get("username") and request.POST.get("password"):
            accounts.note_failed_login(form.cleaned_data["username"], address=client_address(request))
    return _login_page(request, form, target)


def _login_page(request: HttpRequest, form: LoginForm, target: str, *, is_braked: bool = False) -> HttpResponse:
    context = {
        "form": form,
        "next": target,
        "is_braked": is_braked,
        "minutes": int(guessing.PAUSE.total_seconds() // 60),
        "sso_label": settings.OIDC_LABEL if single_sign_on.is_on() else "",
        "sso_left": "left" in request.GET,
    }
    status = HTTPStatus.TOO_MANY_REQUESTS if is_braked else HTTPStatus.OK
    return render(request, "units/login.html", context, status=status)


def _safe_next(request: HttpRequest) -> str:
    """Return where to go after the log-in: a page of ours, never another site."""
    return own_address(request, request.POST.get("next") or request.GET.get("next")) or resolve_url(settings.LOGIN_REDIRECT_URL)


@login_not_required
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Log out; harmless for somebody who is logged out already."""
    left = ""
    if request.user.is_authenticated:
        # Still logged in at the provider, which the log-in page then offers to end.
        left = "?left=1" if request.session.get(entering.HOW) == entering.SINGLE_SIGN_ON else ""
        accounts.note_logout(request.user, address=client_address(request))
        auth.logout(request)
        messages.success(request, "您已退出登录。")
    return redirect(f"{reverse('units:login')}{left}")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """Choose a new password; the session goes on, other sessions of the same account end."""
    user = request.user
    form = OwnPasswordForm(user, request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        accounts.change_own_password(user, form.cleaned_data["new_password1"], address=client_address(request))
        auth.update_session_auth_hash(request, user)
        sessions.end_other_sessions(user, keep=request.session.session_key or "")
        messages.success(request, "密码已修改，下次请用新密码登录。")
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "units/password_change.html", {"form": form})
