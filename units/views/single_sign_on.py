"""统一身份认证: to the provider and back, and out of it. Accounts are kept here; the provider only says whose turn it is."""

from __future__ import annotations

from http import HTTPStatus

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from units import entering, single_sign_on
from units.actions import accounts
from units.models import User
from units.typed import own_address

TARGET = "sso_target"
LOCAL = "请改用本系统的用户名和密码登录。"


@login_not_required
@never_cache
@require_GET
def sso_begin(request: HttpRequest) -> HttpResponse:
    """Go to the provider."""
    target = own_address(request, request.GET.get("next")) or resolve_url(settings.LOGIN_REDIRECT_URL)
    if request.user.is_authenticated:
        return redirect(target)
    if not single_sign_on.is_on():
        return redirect("units:login")
    try:
        answer = single_sign_on.begin(request)
    except single_sign_on.Failed as error:
        messages.error(request, str(error))
        return redirect("units:login")
    request.session[TARGET] = target
    return answer


@login_not_required
@never_cache
@require_GET
def sso_return(request: HttpRequest) -> HttpResponse:
    """Come back from the provider: into an account that exists, or to a page that says why not."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    if not single_sign_on.is_on():
        return redirect("units:login")
    try:
        who = single_sign_on.vouched(request)
    except single_sign_on.Failed as error:
        return _refuse(request, str(error))
    user = _account_of(who.username)
    if refusal := _refusal(request, user, who.username):
        accounts.note_refused_sign_on(user, who.username)
        return _refuse(request, refusal)
    target = own_address(request, request.session.get(TARGET)) or resolve_url(settings.LOGIN_REDIRECT_URL)
    request.session.pop(TARGET, None)
    return entering.admit(request, user, target=target, how=entering.SINGLE_SIGN_ON, factor_given=who.with_factor)


def _account_of(username: str) -> User | None:
    """Return the account of that name; differing in capitals only, when there is but one such."""
    found = list(User.objects.filter(username__iexact=username)[:2])
    exact = [user for user in found if user.username == username]
    return next(iter(exact or (found if len(found) == 1 else [])), None)


def _refusal(request: HttpRequest, user: User | None, username: str) -> str:
    """Return why the account is not opened to somebody for whom the provider vouches; empty when it is."""
    if user is None:
        return f"本系统没有用户名为“{username}”的账号。请联系本单位系统管理员建立账号（用户名须与统一身份认证一致），再重新登录。"
    if not user.is_active:
        return f"账号“{username}”已停用。如需继续使用，请联系本单位系统管理员启用。"
    if user.is_superuser:
        return f"“{username}”是在服务器上建立的初始账号，不能通过统一身份认证登录。{LOCAL}"
    if not AxesProxyHandler.is_allowed(request, {"username": user.username}):
        minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
        return f"账号“{username}”从您所在的网络地址多次登录失败，已锁定。请在 {minutes} 分钟后再试，或联系安全管理员解除锁定。"
    return ""


def _refuse(request: HttpRequest, text: str) -> HttpResponse:
    context = {"text": text, "end": single_sign_on.end_address(request)}
    return render(request, "units/sso_refused.html", context, status=HTTPStatus.FORBIDDEN)


@login_not_required
@never_cache
@require_GET
def sso_end(request: HttpRequest) -> HttpResponse:
    """Log out at the provider too. By a link: a form's answer may not lead to another site (form-action)."""
    address = single_sign_on.end_address(request) if single_sign_on.is_on() and not request.user.is_authenticated else ""
    return redirect(address or "units:login")
