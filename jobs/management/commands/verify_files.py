"""``manage.py verify_files``: every stored file compared with the SHA-256 that was recorded when it came in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from jobs.errors import Refused
from jobs.integrity import TakenOver, check_now

SHOWN = 20
WORDS = {"missing": "文件缺失", "changed": "内容与记录不符", "unknown": "没有记录引用"}


class Command(BaseCommand):
    """Check all files now; what the nightly check does in slices."""

    help = "核对全部附件：文件是否都在、内容的 SHA-256 是否与记录一致，并指出没有记录引用的文件。可中断，可用 --resume 继续。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """From the beginning or from where it stopped; for how long."""
        parser.add_argument("--resume", action="store_true", help="接着上一次没有完成的核对")
        parser.add_argument("--seconds", type=float, help="最多核对多少秒，其余下次用 --resume 继续")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Report. Raises ``CommandError`` when files are missing or changed: that needs the backup."""
        try:
            check, ended = check_now(resume=options["resume"], seconds=options["seconds"])
        except (Refused, TakenOver, OSError) as error:
            message = f"没有核对完：{error or '已由后台进程接着核对'}。可用 --resume 继续。"
            raise CommandError(message) from error
        for fault in check.faults[:SHOWN]:
            row = f"{fault['row']}：" if fault["row"] else ""
            self.stdout.write(f"{WORDS[fault['what']]}　{row}{fault['name']}")
        told = f"缺失 {check.missing} 个，与记录不符 {check.changed} 个，没有记录引用 {check.unknown} 个"
        self.stdout.write(f"已核对 {check.files} 个文件，{check.size / 2**20:.1f} MB；{told}。")
        if not ended:
            self.stdout.write("时间到，尚未核对完，请用 --resume 继续。")
        elif check.unknown:
            self.stdout.write("没有记录引用的文件可用 manage.py sweep_files --delete 删除。")
        if not check.is_clean:
            message = "有文件缺失或被改动，请从备份中恢复这些文件。"
            raise CommandError(message)
