"""``manage.py reset_factor``: takes a second factor away on the server, for the one security administrator who has lost phone and codes."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from jobs.errors import Refused
from units.actions.factors import reset
from units.models import User


class Command(BaseCommand):
    """Reset the second factor of one account; the log keeps it as done on the server."""

    help = "重置一个账号的两步验证（本人手机和恢复码都已丢失，又没有别的安全管理员时使用）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, and why."""
        parser.add_argument("username", help="用户名")
        parser.add_argument("--reason", required=True, help="原因，记入操作记录")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Reset, or say in Chinese why not."""
        user = User.objects.filter(username__iexact=options["username"]).first()
        if user is None:
            message = f"没有用户名为“{options['username']}”的账号，请核对后再试。"
            raise CommandError(message)
        reason = options["reason"].strip()[:200]
        if not reason:
            message = "请用 --reason 写明原因。"
            raise CommandError(message)
        try:
            reset(user, reason=reason, by=None)
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"已重置“{user}”（{user.username}）的两步验证，其登录已全部退出。下次登录只需要密码，规定须使用的会要求重新设置。"
        )
