"""Writes what the street's communities put right after its campaign of last time; the visits under way look at the rest again."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from inspections.demo.duties import DutyWriter, S, Scene, problems_of
from inspections.demo.identity import moment
from inspections.demo.rounds import Round, World
from inspections.models import Finding

OF_EACH_UNIT = (Scene(S.SUBMITTED, 5, photos=True), Scene(S.CLOSED, 0, photos=True), Scene(S.IN_PROGRESS, 9))
"""How the problems of one unit stand, in turn; one more than these never came into the ledger, so that the visit itself has to tell."""


def make_street_duties(before: Round, world: World) -> None:
    """Write the ledger of the street's last campaign: of every unit something is put right and something is open."""
    writer = DutyWriter(world, office=world.people["street"], other=world.people["street"])
    issued = moment(before.plan.ends_on + timedelta(days=10), 10)
    by_unit: dict[int, list[Finding]] = defaultdict(list)
    for finding in problems_of(before):
        by_unit[finding.organization_id].append(finding)
    number = 0
    for findings in by_unit.values():
        for finding, scene in zip(findings, OF_EACH_UNIT, strict=False):
            number += 1
            is_open = scene.status != S.CLOSED
            due = world.today + timedelta(days=scene.due) if is_open else before.plan.ends_on + timedelta(days=45)
            ended = world.now - timedelta(hours=2) if is_open else moment(due - timedelta(days=6), 15)
            writer.row(number, finding, scene, due=due, issued=issued, ended=ended)
    writer.write()
