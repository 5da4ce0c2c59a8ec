"""``manage.py backup DIR``: everything that cannot be made again, in a folder."""

from __future__ import annotations

import errno
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from jobs.backups.keeping import passphrase_from
from jobs.backups.writing import write
from jobs.errors import Refused

NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


class Command(BaseCommand):
    """Write a backup while the site goes on working."""

    help = "把数据库和全部附件备份到一个文件夹（不停机）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and whether encrypted."""
        parser.add_argument("folder", metavar="文件夹", type=Path, help="备份存放的文件夹，须为空或不存在")
        parser.add_argument("--passphrase-file", default="", help="用这个文件第一行的口令加密")
        parser.add_argument("--database-only", action="store_true", help="只备份数据库，不含附件")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write it. Raises ``CommandError`` in words."""
        try:
            passphrase = passphrase_from(options["passphrase_file"])
            folder = options["folder"]
            written = write(folder, passphrase=passphrase, with_files=not options["database_only"], tell=self.stdout.write)
        except Refused as error:
            message = f"没有备份成功：{error}"
            raise CommandError(message) from error
        except OSError as error:
            why = "磁盘空间不足，请清理或换一个磁盘后再备份" if error.errno in NO_SPACE else f"文件夹不能写入（{error.strerror}）"
            message = f"没有备份成功：{why}。没有写完的部分已删除：{options['folder']}"
            raise CommandError(message) from error
        if written.missing:
            self.stderr.write(f"注意：有 {len(written.missing)} 个文件在存储中找不到，如 {written.missing[0]}。")
        self.stdout.write(f"已备份到 {folder}" + ("（已加密，口令请另行妥善保管）" if passphrase else ""))
