"""Write the search indexes anew."""

from typing import Any

from django.core.management.base import BaseCommand

from units.searching import indexes


class Command(BaseCommand):
    """After data was written past the program (restored in part, loaded by a script). People may go on working meanwhile."""

    help = "重建检索索引（正常使用时不需要；绕过本程序写入数据后执行，期间可照常使用）。"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run every registered index."""
        for label, rebuild in indexes().items():
            self.stdout.write(f"{label}：已重建 {rebuild()} 条。")
