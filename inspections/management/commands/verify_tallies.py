"""``manage.py verify_tallies``: whether the figures kept beside the facts are what a full count gives."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from inspections.actions.tally_folding import fold_all
from inspections.actions.tally_marks import mark, mark_branch
from inspections.models import Campaign, TallyMark
from inspections.tallies.verifying import differences

SHOWN = 50


class Command(BaseCommand):
    """Count everything and compare."""

    help = "把各级汇总数字与逐条统计的结果核对；--heal 重新统计不符的，--rebuild 全部重新统计。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare ``--heal``, ``--rebuild`` and ``--campaign``."""
        parser.add_argument("--heal", action="store_true", help="重新统计不符的汇总。")
        parser.add_argument("--rebuild", action="store_true", help="先全部重新统计，再核对。")
        parser.add_argument("--campaign", default="", help="只核对这次督查活动（活动编码）。")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Fold what is marked, compare, tell. Raises ``CommandError`` when something differs and was not put right."""
        campaigns = list(Campaign.objects.filter(**({"code": options["campaign"]} if options["campaign"] else {})).order_by("pk"))
        if options["campaign"] and not campaigns:
            message = f"没有编码为“{options['campaign']}”的督查活动。"
            raise CommandError(message)
        if options["rebuild"]:
            mark_branch(campaign.pk for campaign in campaigns)
        fold_all()
        wrong = self._compare(campaigns)
        if wrong and options["heal"]:
            mark(wrong)
            mark_branch({campaign for campaign, _ in wrong})
            fold_all()
            self.stdout.write("已重新统计，再次核对：")
            wrong = self._compare(campaigns)
        if wrong:
            message = f"发现 {len(wrong)} 处不符。请运行 manage.py verify_tallies --heal 重新统计。"
            raise CommandError(message)
        waiting = TallyMark.objects.count()
        self.stdout.write("核对无误。" + (f"核对期间又有 {waiting} 处变化等待汇总。" if waiting else ""))

    def _compare(self, campaigns: list[Campaign]) -> list[tuple[int, str]]:
        wrong: list[tuple[int, str]] = []
        for campaign in campaigns:
            found = differences(campaign)
            self.stdout.write(
                f"{campaign}：{found.places} 处汇总，{found.units} 个督查对象，{found.findings} 条发现，{found.duties} 项整改。"
            )
            for difference in found.faults[: max(0, SHOWN - len(wrong))]:
                self.stderr.write(difference.text)
            wrong += [(campaign.pk, difference.path) for difference in found.faults]
        return wrong
