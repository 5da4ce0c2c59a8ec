"""Guessing one password from many addresses, or many from one: slowed down where nobody knows the browser.

The lock of django-axes counts an account at one address. Counted over all addresses, a lock would let anybody keep anybody from working;
so it is a brake only, and it holds only browsers and addresses from which the account has never been logged in to (OWASP "device cookies").
"""

from __future__ import annotations

from datetime import timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.core import signing
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from units.addresses import client_address
from units.lockout import PER_ACCOUNT, address_of, hashed
from units.models import ActivityEntry

PER_ADDRESS = 100
"""Wrong passwords within the time of a lock from one address, for whatever accounts: a whole office may stand behind one."""
PAUSE = timedelta(minutes=5)
"""Beyond that, one try in so long a time."""
COOKIE = "known_browser"
SALT = "units.guessing"
REMEMBERED = timedelta(days=180)
KNOWN_ADDRESS = timedelta(days=90)
MOST_ACCOUNTS = 8


def is_braked(request: HttpRequest, username: str) -> bool:
    """Whether this try has to wait. An account that does not exist is treated like one that does."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    recent = AccessAttempt.objects.filter(attempt_time__gte=since)
    of_account = _runs_hot(recent.filter(username=hashed(username)), PER_ACCOUNT)
    if not of_account and not _runs_hot(recent.filter(ip_address=address_of(request)), PER_ADDRESS):
        return False
    return hashed(username) not in _known(request) and not (of_account and _is_known_address(request, username))


def _runs_hot(attempts: QuerySet[AccessAttempt], limit: int) -> bool:
    found = attempts.aggregate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
    return (found["failures"] or 0) >= limit and found["last"] > timezone.now() - PAUSE


def hot_accounts() -> int:
    """Return for how many user names passwords are being tried out at this time, existing or not."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    recent = AccessAttempt.objects.filter(attempt_time__gte=since).values("username").order_by("username")
    return recent.annotate(failures=Sum("failures_since_start")).filter(failures__gte=PER_ACCOUNT).count()


def _is_known_address(request: HttpRequest, username: str) -> bool:
    """Whether the account was logged in to from here lately."""
    address = client_address(request)
    entries = ActivityEntry.objects.filter(verb="units.user_login", actor__username__iexact=username.strip(), address=address)
    return bool(address) and entries.filter(at__gte=timezone.now() - KNOWN_ADDRESS).exists()


def _known(request: HttpRequest) -> list[str]:
    """Return the keys of the accounts that were logged in to with this browser."""
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=REMEMBERED)
    except signing.BadSignature:
        return []
    return [str(key) for key in found] if isinstance(found, list) else []


def remember(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Note in the browser that ``username`` was logged in to with it: a keyed hash, of use for nothing else."""
    key = hashed(username)
    keys = [key, *(known for known in _known(request) if known != key)][:MOST_ACCOUNTS]
    response.set_cookie(
        COOKIE,
        signing.dumps(keys, salt=SALT),
        max_age=REMEMBERED,
        path="/units/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
