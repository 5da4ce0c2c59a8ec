"""From a right password to a log-in: at once, or after the second step. What lies between stands in a session of nobody."""

from __future__ import annotations

import time
from dataclasses import dataclass
from secrets import compare_digest

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from units import guessing
from units.actions import accounts
from units.addresses import client_address
from units.models import FactorRule, SecondFactor, User
from units.sessions import describe

BACKEND = "django.contrib.auth.backends.ModelBackend"
PENDING, MISSING, HOW = "second_step", "factor_missing", "login_how"
PASSWORD, SINGLE_SIGN_ON = "password", "single_sign_on"
SECONDS = 300
"""For so long the second step may follow the first."""


@dataclass(frozen=True)
class Pending:
    """Somebody whose password was right and whose second step is outstanding."""

    user: User
    target: str
    how: str


def admit(request: HttpRequest, user: User, *, target: str, how: str = PASSWORD, factor_given: bool = False) -> HttpResponse:
    """Lead ``user``, who has passed the first step, to the second, or on to ``target`` where there is none.

    ``factor_given``: the provider that vouches for the user has asked for a second factor, and the site trusts it.
    """
    if factor_given or not SecondFactor.objects.filter(user=user).exists():
        return complete(request, user, target=target, how=how, factor_given=factor_given)
    request.session.flush()
    request.session[PENDING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "until": time.time() + SECONDS,
        "target": target,
        "how": how,
    }
    return redirect("units:factor_check")


def pending(request: HttpRequest) -> Pending | None:
    """Return who stands before the second step in this browser; ``None`` when nobody does, or no longer."""
    kept = request.session.get(PENDING)
    if not kept or kept["until"] < time.time():
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    # A password that was changed or reset since is a first step no more.
    if user is None or not compare_digest(user.get_session_auth_hash(), kept["hash"]):
        return None
    return Pending(user, kept["target"], kept["how"])


def abandon(request: HttpRequest) -> None:
    """Go back to before the first step."""
    request.session.pop(PENDING, None)


def complete(request: HttpRequest, user: User, *, target: str, how: str, factor_given: bool = False) -> HttpResponse:
    """Log ``user`` in and go on: to setting up a second factor when the user's role needs one, else to ``target``."""
    before = accounts.last_login_of(user)
    abandon(request)
    auth.login(request, user, backend=BACKEND)
    describe(request)
    request.session[HOW] = how
    accounts.note_login(user, address=client_address(request))
    messages.info(request, before)
    if not factor_given and FactorRule.objects.needed_by(user) and not SecondFactor.objects.filter(user=user).exists():
        request.session[MISSING] = True
        target = f"{reverse('units:factor_enrol')}?{urlencode({'next': target})}"
    response = redirect(target)
    guessing.remember(request, response, user.username)
    return response
