"""``manage.py verify_audit``: whether the activity log is what was sealed."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from units.actions.sealing import seal_waiting, verify

SHOWN = 50


class Command(BaseCommand):
    """Verify the chain over the activity log."""

    help = "核对操作记录的封存链，找出被改动、删除或插入的记录。"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Seal what waits, verify, and tell. Raises ``CommandError`` when something does not agree."""
        seal_waiting()
        found = verify()
        self.stdout.write(f"共 {found.links} 环、{found.entries} 条已封存的记录；另有 {found.waiting} 条刚产生，尚未封存。")
        self.stdout.write(f"链尾：{found.head}（请抄录到系统之外，下次核对时比较，可发现从末尾整段移除）")
        for fault in found.faults[:SHOWN]:
            self.stderr.write(fault)
        if found.faults:
            message = f"发现 {len(found.faults)} 处不符。请保留现场，用备份中的操作记录比对，并报告安全管理员。"
            raise CommandError(message)
        self.stdout.write("核对无误。")
