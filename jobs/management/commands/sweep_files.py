"""``manage.py sweep_files``: files that belong to nothing, and records whose file is gone."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.utils import timezone

from jobs.files import missing, orphans

SHOWN = 20


class Command(BaseCommand):
    """Hold the store against the database; deletes only when told to, and never what is younger than a day."""

    help = "核对附件目录与数据库：列出（或删除）没有任何记录引用的文件，并指出文件已丢失的记录。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """By default nothing is changed."""
        parser.add_argument("--delete", action="store_true", help="删除没有记录引用的文件（默认只列出）")
        parser.add_argument("--hours", type=int, default=24, help="只处理至少这么多小时以前的文件（默认 24，最少 1）")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Report both. Raises ``CommandError`` when records have lost their files: that needs the backup."""
        if options["hours"] < 1:
            message = "--hours 不能小于 1：刚上传的文件可能还没有写入记录。"
            raise CommandError(message)
        before = timezone.now() - timedelta(hours=options["hours"])
        found = size = 0
        for name in orphans(before=before):
            found += 1
            size += default_storage.size(name)
            if found <= SHOWN:
                self.stdout.write(f"无人引用：{name}")
            if options["delete"]:
                default_storage.delete(name)
        more = f"（只列出前 {SHOWN} 个）" if found > SHOWN else ""
        did = "已删除" if options["delete"] else "加上 --delete 再运行一次即可删除"
        self.stdout.write(f"没有记录引用的文件 {found} 个，共 {size / 2**20:.1f} MB{more}。" + (f"{did}。" if found else ""))
        lost = 0
        for row, name in missing():
            lost += 1
            if lost <= SHOWN:
                self.stderr.write(f"文件丢失：{row._meta.verbose_name} {row.pk}（{name}）")
        if lost:
            message = f"有 {lost} 条记录的文件已丢失，请从备份中恢复附件目录。"
            raise CommandError(message)
        self.stdout.write("所有记录的文件都在。")
