"""``manage.py move_database URL``: take everything from the present database to another, such as from SQLite to PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from jobs.backups.writing import write
from jobs.errors import Refused


class Command(BaseCommand):
    """Copy all rows; the files stay where they are."""

    help = "把当前数据库的全部数据搬到另一个数据库（先停止网页服务和后台进程）；附件不动，原数据库保持不变。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("url", metavar="DATABASE_URL", help="目标数据库，如 postgres://用户:口令@主机:5432/库名")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the rows to a temporary folder and let a process that sees the other database read them. Raises ``CommandError``."""
        with tempfile.TemporaryDirectory(prefix="duchatong-move-") as place:
            folder = Path(place) / "rows"
            try:
                write(folder, with_files=False, tell=self.stdout.write)
            except (Refused, OSError) as error:
                message = f"没有搬动：{error}"
                raise CommandError(message) from error
            # Settings are read once per process: the other database needs one of its own.
            command = [sys.executable, sys.argv[0], "restore", str(folder), "--database-only"]
            done = subprocess.run(command, env={**os.environ, "DATABASE_URL": options["url"]}, check=False)  # noqa: S603 -- our own command
        if done.returncode:
            message = "没有搬成，目标数据库未写入任何数据；原数据库没有变化。原因见上面的输出。"
            raise CommandError(message)
        self.stdout.write("已搬到新的数据库。请把 DATABASE_URL 设为新的地址后启动；确认无误之前请保留原数据库。")
