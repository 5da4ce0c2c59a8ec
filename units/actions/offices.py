"""The verb by which the account made on the console gives its powers to three people."""

from __future__ import annotations

from django.db import transaction

from jobs.errors import InvalidTransition, Refused
from units.actions.activity import record
from units.models import User
from units.offices import hand_over_obstacles


@transaction.atomic
def hand_over(user: User) -> None:
    """Take the powers of the initial account away for good; an appointment it holds stays.

    Raises ``Refused`` while one of the three offices has no holder who has already worked with an own password, and
    ``InvalidTransition`` when the account has no such powers.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if obstacles := hand_over_obstacles(user):
        raise Refused("还不能交出权限：" + "".join(obstacles))
    if not User.objects.filter(pk=user.pk, is_superuser=True).update(is_superuser=False, is_staff=False):
        message = "您的账号不是初始账号，没有可以交出的权限。"
        raise InvalidTransition(message)
    changes = {"三员权限": ["兼有", "已交出"]}
    record(user, "units.user_hand_over", f"初始账号“{user}”交出三员权限", user, organization=user.organization, changes=changes)
