"""``manage.py prune_audit``: remove entries of the activity log that are beyond the time for which they must be kept."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.utils import timezone

from jobs.errors import Refused
from units.actions.pruning import LEAST_DAYS, prune


class Command(BaseCommand):
    """Remove old entries; the chain stays verifiable."""

    help = f"清理超过保存期限的操作记录（至少保存 {LEAST_DAYS} 天）；封存链保留，仍可核对。请先备份。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How long entries are kept."""
        parser.add_argument("--days", type=int, default=1096, help="保存天数，默认 1096（三年）")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prune. Raises ``CommandError`` when fewer days are asked for than the law allows, or the chain does not verify."""
        try:
            count = prune(timezone.now() - timedelta(days=options["days"]))
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"已清理 {count} 条操作记录。")
