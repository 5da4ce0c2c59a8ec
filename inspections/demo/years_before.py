"""The rounds of the years before, for what is told over several years: narrower, each with somewhat less found than the last."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from inspections.demo.duties import DutyWriter, Scene, problems_of
from inspections.demo.identity import chance, moment
from inspections.demo.plans import DOCUMENTS_CITED, FIRST, Plan
from inspections.demo.rounds import Round, World
from inspections.models import Finding, Rectification

FIRST_HALF = 1
WIDENED_IN = 2025
"""From this year on the departments of the district were inspected too."""


def _plan(year: int, half: int, scale: float) -> Plan:
    month = 5 if half == FIRST_HALF else 11
    kinds = ("镇街", "国有企业") if year < WIDENED_IN else ("镇街", "国有企业", "区直机关")
    return replace(
        FIRST,
        code=f"{year}-{half}",
        title=f"{year}年{'上' if half == FIRST_HALF else '下'}半年落实意识形态工作责任制情况督查",
        year=year,
        half=half,
        approval_number=f"云督计〔{year}〕{3 * half - 1}号",
        starts_on=date(year, month, 12),
        ends_on=date(year, month, 16),
        cut_off_on=date(year, month - 1, 30),
        round=half - 1,
        methods={kind: FIRST.methods[kind] for kind in kinds},
        documents=DOCUMENTS_CITED[:1],
        share_of_year=FIRST.share_of_year if half == FIRST_HALF else 1.0,
        scale=scale,
    )


PLANS = (_plan(2024, 1, 1.6), _plan(2024, 2, 1.45), _plan(2025, 1, 1.3), _plan(2025, 2, 1.15))
SHARES = (0.6, 0.7, 0.8, 0.9)
"""How many of the problems of each round came into the ledger; all of them have been closed out."""


def make_duties_before(rounds: list[Round], world: World) -> None:
    """Write the ledgers of ``rounds``, which are those of ``PLANS``.

    What was found again in this year's rounds is left out: that it recurs is for their own ledgers to tell.
    """
    writer = DutyWriter(world, office=world.people["office"], other=world.people["office2"])
    this_year = Finding.objects.problems().filter(campaign__year__gte=FIRST.year, item__isnull=False)
    again = set(this_year.values_list("organization", "item__code"))
    for now, share in zip(rounds, SHARES, strict=True):
        issued, due = moment(now.plan.ends_on + timedelta(days=12), 10), now.plan.ends_on + timedelta(days=45)
        codes = {item.pk: code for code, item in now.sheet.items.items()}
        kept = [one for one in problems_of(now) if (one.organization_id, codes.get(one.item_id or 0)) not in again]
        for number, finding in enumerate((one for one in kept if chance("duty", one.pk).random() < share), 1):
            ended = moment(due - timedelta(days=chance("closed", finding.pk).randint(2, 12)), 15)
            writer.row(number, finding, Scene(Rectification.Status.CLOSED, 0), due=due, issued=issued, ended=ended)
    writer.write()
