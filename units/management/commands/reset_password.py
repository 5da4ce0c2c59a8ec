"""``manage.py reset_password``: a new one-time password for somebody whom nobody may reset on the pages."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from units.actions.users import reset_at_console
from units.models import User


class Command(BaseCommand):
    """Reset the password of one account, for security administrators and auditors above all."""

    help = "重置一个账号的密码，显示一次性密码；用于页面上不能重置的安全管理员、审计员和初始账号。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("username", help="用户名")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Reset and show. Raises ``CommandError`` for an unknown or closed account."""
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            message = f"没有用户名为“{options['username']}”的启用账号。"
            raise CommandError(message)
        password = reset_at_console(user)
        self.stdout.write(f"“{user}”的一次性密码：{password}\n请当面交给本人；本人登录后须立即修改。")
