"""两步验证: the second step of a log-in, and one's own factor."""

from __future__ import annotations

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs.errors import Refused
from units import entering, factors, lockout
from units.actions import factors as actions
from units.actions import sessions
from units.forms.factors import CodeForm, EnrolForm
from units.models import FactorRule, SecondFactor, User
from units.typed import own_address

OFFERED = "factor_offered"
FEW = 3
"""With so few recovery codes left their owner is told to make new ones."""


@login_not_required
@sensitive_post_parameters("code")
@csrf_protect
@never_cache
@require_http_methods(["GET", "POST"])
def factor_check(request: HttpRequest) -> HttpResponse:
    """The second step of a log-in."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    waiting = entering.pending(request)
    if waiting is None:
        entering.abandon(request)
        messages.warning(request, "第二步验证已超时或尚未开始，请重新登录。")
        return redirect("units:login")
    form = CodeForm(request.POST or None)
    form.fields["code"].widget.attrs["autofocus"] = True
    if request.method == "POST" and form.is_valid():
        credentials = {"username": waiting.user.username}
        if not AxesProxyHandler.is_allowed(request, credentials):
            return lockout.locked_out(request)
        try:
            recovered = actions.check(waiting.user, form.cleaned_data["code"])
        except Refused as error:
            form.add_error("code", str(error))
            actions.note_failed_step(waiting.user)
            # Counted for the address like a wrong password: axes answers in our place when it was one too many.
            user_login_failed.send(__name__, credentials=credentials, request=request)
        else:
            if recovered:
                _advise(request, waiting.user)
            return entering.complete(request, waiting.user, target=waiting.target, how=waiting.how)
    return render(request, "units/factors/check.html", {"form": form, "account": waiting.user})


def _advise(request: HttpRequest, user: User) -> None:
    left = actions.unused_codes(user)
    advice = "请尽快在“两步验证”中更换恢复码。" if left <= FEW else "手机找不回来的，请在“两步验证”中更换设备。"
    messages.warning(request, f"您用恢复码完成了登录，还剩 {left} 个没有用过。{advice}")


@login_not_required
@require_POST
def factor_abandon(request: HttpRequest) -> HttpResponse:
    """Go back to the first step, as somebody else perhaps."""
    entering.abandon(request)
    return redirect("units:login")


@never_cache
@require_GET
def factor_detail(request: HttpRequest) -> HttpResponse:
    """One's own factor: whether there is one, how many recovery codes are left."""
    return _page(request, CodeForm(prefix="codes"), CodeForm(prefix="off"))


def _page(request: HttpRequest, codes_form: CodeForm, off_form: CodeForm) -> HttpResponse:
    user = request.user
    context = {
        "factor": SecondFactor.objects.filter(user=user).first(),
        "left": actions.unused_codes(user),
        "few": FEW,
        "is_needed": FactorRule.objects.needed_by(user),
        "codes_form": codes_form,
        "off_form": off_form,
    }
    return render(request, "units/factors/detail.html", context)


@sensitive_post_parameters("code", "proof", "password")
@never_cache
@require_http_methods(["GET", "POST"])
def factor_enrol(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator, the first or another one; the answer shows the recovery codes, once."""
    user = request.user
    target = own_address(request, request.POST.get("next") or request.GET.get("next")) or resolve_url("units:factor_detail")
    replaces = SecondFactor.objects.filter(user=user).exists()
    forced = bool(request.session.get(entering.MISSING))
    if forced and (replaces or not FactorRule.objects.needed_by(user)):
        # Done in another window, or no longer asked for.
        del request.session[entering.MISSING]
        return redirect(target)
    trusted = forced or request.session.get(entering.HOW) == entering.SINGLE_SIGN_ON
    form = EnrolForm(request.POST or None, request=request, replaces=replaces, trusted=trusted)
    secret = _offered(request)
    if request.method == "POST" and form.is_valid() and (codes := _enrol(request, secret, form)):
        return render(request, "units/factors/codes.html", {"codes": codes, "target": target, "is_new": True})
    context = {
        "form": form,
        "secret": factors.grouped(secret),
        "picture": factors.picture_of(factors.address_for(secret, user.username)),
        "forced": forced,
        "replaces": replaces,
        "next": target,
    }
    return render(request, "units/factors/enrol.html", context)


def _offered(request: HttpRequest) -> str:
    """Return the secret on the page: the same until it is taken, so that a wrong code does not mean to scan again."""
    secret = request.session.get(OFFERED, "")
    if not factors.is_secret(secret):
        secret = request.session[OFFERED] = factors.new_secret()
    return str(secret)


def _enrol(request: HttpRequest, secret: str, form: EnrolForm) -> list[str]:
    """Keep the secret and return the recovery codes; nothing, with the fault at its field. Log-ins elsewhere were made without it and end."""
    user, field = request.user, "code"
    try:
        # First, since a recovery code shall not be spent on a slip of the finger.
        actions.require_code(secret, form.cleaned_data["code"])
        if "proof" in form.fields:
            field = "proof"
            actions.check(user, form.cleaned_data["proof"])
            field = "code"
        codes = actions.enrol(user, secret=secret, typed=form.cleaned_data["code"])
    except Refused as error:
        form.add_error(field, str(error))
        return []
    request.session.pop(OFFERED, None)
    request.session.pop(entering.MISSING, None)
    sessions.end_other_sessions(user, keep=request.session.session_key or "")
    return codes


@sensitive_post_parameters()
@never_cache
@require_POST
def factor_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes, shown once."""
    form = CodeForm(request.POST, prefix="codes")
    if form.is_valid():
        try:
            codes = actions.remake_codes(request.user, form.cleaned_data["code"])
        except Refused as error:
            form.add_error("code", str(error))
        else:
            return render(request, "units/factors/codes.html", {"codes": codes, "target": resolve_url("units:factor_detail")})
    return _page(request, form, CodeForm(prefix="off"))


@sensitive_post_parameters()
@never_cache
@require_POST
def factor_off(request: HttpRequest) -> HttpResponse:
    """Do without a second factor, where no role needs one."""
    form = CodeForm(request.POST, prefix="off")
    if form.is_valid():
        try:
            actions.switch_off(request.user, form.cleaned_data["code"])
        except Refused as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, "两步验证已关闭，以后登录只需要密码。")
            return redirect("units:factor_detail")
    return _page(request, CodeForm(prefix="codes"), form)
