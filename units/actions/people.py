"""Verbs on many accounts at once: those of a list, and those that nobody has used for long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.hashers import get_hasher
from django.db import transaction

from jobs.errors import Refused
from units.actions.activity import record
from units.actions.users import appoint, deactivate_user, one_time_password
from units.models import Appointment, User

LIGHT_ROUNDS = 20_000
"""Enough for a random password of 70 bits; the owner's own, and this one at its first use, get the full number."""


def hash_of(password: str) -> str:
    """Return the hash of a random one-time password in a hundredth of a second: a list has hundreds of them."""
    hasher: Any = get_hasher()
    if hasattr(hasher, "iterations"):
        return str(hasher.encode(password, hasher.salt(), iterations=LIGHT_ROUNDS))
    return str(hasher.encode(password, hasher.salt()))


@transaction.atomic
def create_people(people: Sequence[dict[str, Any]], *, by: User) -> list[tuple[User, str]]:
    """Create the accounts of a list, all or none, and appoint whom it says if ``by`` may; return each with its one-time password, kept nowhere else.

    Each of ``people`` holds the fields of an account, ``role`` (empty for none) and ``at``. Raises ``Refused`` as ``appoint`` does.
    """
    made = []
    for person in people:
        fields = {name: value for name, value in person.items() if name not in {"role", "at"}}
        password = one_time_password()
        user = User(must_change_password=True, password=hash_of(password), **fields)
        user.save(force_insert=True)
        record(by, "units.user_create", f"按名单新增用户“{user}”（{user.username}）", user, organization=user.organization)
        # Who keeps accounts gives no rights (units.offices): then the same list goes to the security administrator.
        if person["role"] and by.keeps_security:
            appoint(user, role=person["role"], organization=person["at"], by=by)
        made.append((user, password))
    return made


@transaction.atomic
def appoint_people(people: Sequence[dict[str, Any]], *, by: User) -> tuple[int, int]:
    """Appoint the people of a list, all or none; return how many were, and how many held the same appointment already.

    Each of ``people`` holds ``user``, ``role`` and ``at``. Raises ``Refused`` as ``appoint`` does.
    """
    done = 0
    for person in people:
        user, role, place = person["user"], person["role"], person["at"]
        there = Appointment.objects.filter(user=user, role=role, organization=place).first()
        if there is None or there.is_over:
            appoint(user, role=role, organization=place, by=by)
            done += 1
    return done, len(people) - done


def deactivate_unused(keys: Iterable[int], *, by: User) -> tuple[int, list[str]]:
    """Close those of the accounts that are still unused; return how many, and why others were left."""
    done, left = 0, []
    for user in User.objects.unused().filter(pk__in=list(keys)):
        try:
            deactivate_user(user, by=by)
            done += 1
        except Refused as error:
            left.append(str(error))
    return done, left
