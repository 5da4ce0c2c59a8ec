"""``manage.py demo``: fill an empty database with an invented district, to try everything without entering anything."""

from __future__ import annotations

import os
import secrets
import unicodedata
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from inspections.actions.tally_folding import fold_all
from inspections.actions.tally_marks import mark_branch
from inspections.demo.further import carry_on
from inspections.demo.loading import Summary, is_empty, load
from inspections.models import Campaign

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without the signs that look alike on a screen."""


class Command(BaseCommand):
    """Write the demo data and print the logins once."""

    help = "在空数据库中写入演示数据（虚构的云岭区），并显示登录账号。密码取自环境变量 DEMO_PASSWORD，未设置时随机生成。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare ``--if-empty``."""
        parser.add_argument("--if-empty", action="store_true", help="数据库中已有数据时什么也不做，也不报错。")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load, or refuse. Raises ``CommandError`` when the database holds anything, or has not been migrated."""
        try:
            empty = is_empty()
        except DatabaseError as error:
            message = "数据库还没有建好表，请先运行 manage.py migrate，再运行 manage.py demo。"
            raise CommandError(message) from error
        if not empty and options["if_empty"]:
            return
        if not empty:
            message = "数据库中已有数据，没有写入演示数据。请换一个空数据库（例如另设 DUCHATONG_VAR 或 DATABASE_URL 并运行 manage.py migrate）后再试。"
            raise CommandError(message)
        given = os.environ.get("DEMO_PASSWORD", "").strip()
        password = given or random_password()
        summary = load(password, timezone.localtime())
        further = carry_on()
        # Its rows are written in bulk, past the verbs that would say so.
        mark_branch(Campaign.objects.values_list("pk", flat=True))
        fold_all()
        self.stdout.write(login_table(summary, password, is_random=not given))
        for said in further:
            self.stdout.write(said)


def random_password() -> str:
    """Return three groups of four signs that are easy to type from a screen."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def login_table(summary: Summary, password: str, *, is_random: bool) -> str:
    """Return the text shown once: what was written, the password, and who may do what."""
    written = (
        f"{summary.organizations} 个党组织、{summary.campaigns} 次督查活动、{summary.assignments} 个督查任务、{summary.findings} 条发现"
    )
    lines = [
        "",
        f"已写入演示数据：虚构的云岭区，{written}。组织和人员均为虚构。",
        "",
        _padded("账号", 14) + _padded("姓名", 10) + "可以做什么",
        *(_padded(person.username, 14) + _padded(person.name, 10) + person.note for person in summary.people),
        "",
        f"所有演示账号的密码都是：{password}" + ("（随机生成，只显示这一次；可用 DEMO_PASSWORD 指定）" if is_random else ""),
        "",
    ]
    return "\n".join(lines)


def _padded(text: str, width: int) -> str:
    """Fill up with spaces; Chinese signs take two columns of a terminal."""
    taken = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
    return text + " " * max(1, width - taken)
