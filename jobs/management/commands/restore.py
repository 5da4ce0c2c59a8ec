"""``manage.py restore DIR``: make the site what it was when the backup was made."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from jobs.backups.keeping import passphrase_from
from jobs.backups.restoring import check, restore
from jobs.errors import Refused


class Command(BaseCommand):
    """Check a backup and bring it back."""

    help = "核对备份并恢复到当前数据库和附件存储（先停止网页服务和后台进程）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where from, and how far."""
        parser.add_argument("folder", metavar="文件夹", type=Path, help="backup 命令制作的文件夹")
        parser.add_argument("--passphrase-file", default="", help="加密时所用的口令文件")
        parser.add_argument("--replace", action="store_true", help="目标数据库中已有数据时，用备份取代")
        parser.add_argument("--database-only", action="store_true", help="只恢复数据库，不动附件")
        parser.add_argument("--check", action="store_true", dest="check_only", help="只核对备份是否完好，不恢复")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check, migrate an empty database, restore. Raises ``CommandError`` in words."""
        try:
            backup = check(options["folder"], passphrase=passphrase_from(options["passphrase_file"]))
            rows = sum(backup.manifest["rows"].values())
            self.stdout.write(f"备份完好：{backup.manifest['made_at']} 制作，{rows} 行，{len(backup.files)} 个文件。")
            if options["check_only"]:
                return
            call_command("migrate", interactive=False, verbosity=0)
            restore(backup, replace=options["replace"], database_only=options["database_only"], tell=self.stdout.write)
        except (Refused, OSError) as error:
            message = f"没有恢复：{error}"
            raise CommandError(message) from error
        self.stdout.write("已恢复。所有人需要重新登录。")
