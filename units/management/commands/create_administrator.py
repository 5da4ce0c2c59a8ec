"""``manage.py create_administrator``: the first account, asked for in Chinese at a terminal, or given by options and standard input."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from jobs.errors import Refused
from units.actions.accounts import check_name, check_password, create_administrator

TRIES = 5
OFFICES = {"administrator": "系统管理员", "security": "安全管理员", "auditor": "审计员"}


class Command(BaseCommand):
    """Make an account that keeps directory and accounts; on an empty database the one with which everything begins."""

    help = "创建系统管理员账号。在终端里逐项询问；也可以用参数给出用户名和姓名、从标准输入读取密码。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What is given is not asked for."""
        parser.add_argument("--username", default="", help="登录用的用户名")
        parser.add_argument("--name", default="", help="姓名")
        text = "只任一员：administrator 系统管理员、security 安全管理员、auditor 审计员；不填则建立兼有三员权限的初始账号"
        parser.add_argument("--office", default="", choices=["", *OFFICES], help=text)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Ask, check, create. Raises ``CommandError`` in Chinese when something is refused and nobody can be asked again."""
        try:
            username = self._asked("用户名", options["username"], check_name)
            name = self._asked("姓名", options["name"], _not_empty)
            password = self._password(username, name)
            user = create_administrator(username=username, display_name=name, password=password, office=options["office"])
        except Refused as error:
            raise CommandError(str(error)) from error
        except (KeyboardInterrupt, EOFError):
            message = "已中断，没有创建账号。"
            raise CommandError(message, returncode=130) from None
        if options["office"]:
            self.stdout.write(f"已创建{OFFICES[options['office']]}“{user}”（用户名 {user.username}）。")
            return
        said = f"已创建系统管理员“{user}”（用户名 {user.username}），暂时兼有安全管理员和审计员的权限。"
        self.stdout.write(f"{said}登录后请先建立组织名录和其他账号，再按“三员与权限”页的步骤分开。")

    def _asked(self, label: str, given: str, check: Callable[[str], None]) -> str:
        """Return a value that passes ``check``: the given one, else what is typed, asked for again until it is right."""
        if given.strip() or not sys.stdin.isatty():
            check(given.strip())
            return given.strip()
        for _ in range(TRIES):
            typed = input(f"{label}：").strip()
            try:
                check(typed)
            except Refused as error:
                self.stderr.write(str(error))
            else:
                return typed
        message = f"{label}多次不符合要求，没有创建账号。请重新运行本命令。"
        raise Refused(message)

    def _password(self, username: str, name: str) -> str:
        """Return the password: typed twice without being shown, or one line of standard input."""
        if not sys.stdin.isatty():
            password = sys.stdin.readline().rstrip("\r\n")
            check_password(password, username=username, display_name=name)
            return password
        for _ in range(TRIES):
            password = getpass.getpass("密码（输入时不显示）：")
            try:
                check_password(password, username=username, display_name=name)
            except Refused as error:
                self.stderr.write(str(error))
                continue
            if getpass.getpass("再输入一次密码：") == password:
                return password
            self.stderr.write("两次输入的密码不一致，请重新输入。")
        message = "密码多次不符合要求，没有创建账号。请重新运行本命令。"
        raise Refused(message)


def _not_empty(value: str) -> None:
    if not value:
        message = "姓名不能为空，请填写。不在终端里运行时用 --name 给出。"
        raise Refused(message)
