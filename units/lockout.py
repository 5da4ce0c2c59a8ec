"""Lock-out after wrong passwords, on django-axes: under which key attempts are counted, what a locked-out visitor is told, how it is lifted."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from units.addresses import client_address
from units.models import SecondFactor, User

TOO_MANY = 429
PER_ACCOUNT = 20
"""Wrong passwords for one account within the time of a lock, from wherever, after which new browsers are slowed down."""


def key_of(_request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """Return under what the attempts on an account are counted: a keyed hash, since what was typed may be a password."""
    typed = (credentials or {}).get("username") or (_request.POST.get("username", "") if _request else "")
    return hashed(str(typed))


def hashed(username: str) -> str:
    """Return the key of ``username``; capitals and space around it make no difference."""
    return salted_hmac("units.lockout", username.strip().casefold()).hexdigest()


def address_of(request: HttpRequest) -> str:
    """Return the visitor's address as the activity log has it, behind our proxy too."""
    return client_address(request) or "0.0.0.0"  # noqa: S104 -- "unknown", nothing is bound to it


def locked_out(request: HttpRequest, _response: HttpResponse | None = None, _credentials: Any = None) -> HttpResponse:
    """Tell a locked-out visitor how long to wait and who can help."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "units/locked_out.html", {"minutes": minutes, "tries": settings.AXES_FAILURE_LIMIT}, status=TOO_MANY)


def is_locked(user: User) -> bool:
    """Whether ``user`` cannot log in from some address at this time, is slowed down (``units.guessing``) or cannot take the second step."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    attempts = AccessAttempt.objects.filter(username=hashed(user.username), attempt_time__gte=since)
    # axes keeps a row for each browser at an address, and counts them together.
    counts = attempts.values("ip_address").order_by("ip_address").annotate(failures=Sum("failures_since_start"))
    failures = list(counts.values_list("failures", flat=True))
    locked = max(failures, default=0) >= settings.AXES_FAILURE_LIMIT or sum(failures) >= PER_ACCOUNT
    return locked or SecondFactor.objects.filter(user=user).resting().exists()


def lift(user: User) -> int:
    """Forget the wrong passwords and codes given for ``user``, from all addresses; return whether there were any."""
    wrong = AccessAttempt.objects.filter(username=hashed(user.username)).delete()[0]
    return wrong + SecondFactor.objects.filter(user=user, tries__gt=0).update(tries=0)
