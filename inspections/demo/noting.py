"""Turns decisions into findings as inspectors would write them down, each a little different."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from string import Formatter

from inspections.demo.choosing import Place
from inspections.demo.identity import chance, uid
from inspections.demo.loose import LOOSE
from inspections.demo.rounds import Round
from inspections.demo.standards import Kind
from inspections.demo.wording import METRICS, SLOTS, Wording
from inspections.models import Assignment, Finding, StandardFinding

AS_THE_LIBRARY_SAYS = 0.35
"""Share of findings noted in the library's own words; the others are free variants that still name the wording."""
FEW, MANY = (2, 4), (7, 14)
MONTHS = {0: (2, 4), 1: (7, 10)}


def findings_at(
    now: Round, place: Place, assignment: Assignment, standards: dict[str, StandardFinding], *, numbers: dict[str, int], at: datetime
) -> list[Finding]:
    """Return the findings of one organization; ``numbers`` are its metrics, which the texts quote."""
    chosen = [
        *((Kind.PROBLEM, wording) for wording in place.problems),
        *((Kind.RISK_POINT, wording) for wording in place.risks),
        *((Kind.GOOD_PRACTICE, wording) for wording in place.practices),
    ]
    rows = []
    for turn, (kind, wording) in enumerate(chosen):
        dice = chance("finding", now.plan.code, place.code, wording.code)
        standard = standards[wording.code]
        rows.append(
            Finding(
                id=uid("finding", now.plan.code, place.code, wording.code),
                assignment=assignment,
                campaign=now.campaign,
                organization=assignment.organization,
                organization_path=assignment.organization_path,
                kind=kind,
                theme=now.sheet.themes[wording.theme],
                item=now.sheet.items[wording.item],
                standard=standard,
                text=_text(wording, dice, numbers, now.plan.round),
                severity=wording.severity if kind != Kind.GOOD_PRACTICE else "general",
                cause=_cause(wording, dice),
                measure=wording.measure if kind != Kind.GOOD_PRACTICE else "",
                recorded_by=now.author(assignment, turn),
                recorded_at=at + timedelta(minutes=11 * turn + dice.randint(0, 9)),
            )
        )
    return rows


def loose_findings(now: Round, assignments: dict[str, Assignment], at: dict[str, datetime]) -> list[Finding]:
    """Return the findings that no standard wording covers."""
    rows = []
    for turn, loose in enumerate(LOOSE.get(now.plan.code, ())):
        assignment = assignments[loose.code]
        rows.append(
            Finding(
                id=uid("loose", now.plan.code, loose.code, loose.text),
                assignment=assignment,
                campaign=now.campaign,
                organization=assignment.organization,
                organization_path=assignment.organization_path,
                kind=loose.kind,
                theme=now.sheet.themes[loose.theme],
                text=loose.text,
                severity=loose.severity,
                cause=loose.cause,
                measure=loose.measure,
                recorded_by=now.author(assignment, turn),
                recorded_at=at[loose.code] + timedelta(minutes=95 + turn),
                withdrawn_at=at[loose.code] + timedelta(hours=3) if loose.withdrawn else None,
                withdrawn_reason=loose.withdrawn,
            )
        )
    return rows


def _cause(wording: Wording, dice: Random) -> str:
    """Mostly the usual cause; sometimes none was noted."""
    if not wording.causes or dice.random() < 0.25:  # noqa: PLR2004 -- a quarter of the notes names no cause
        return ""
    return dice.choice(wording.causes)


def _text(wording: Wording, dice: Random, numbers: dict[str, int], campaign_round: int) -> str:
    if not wording.variants or dice.random() < AS_THE_LIBRARY_SAYS:
        return wording.wording
    for variant in dice.sample(wording.variants, len(wording.variants)):
        slots = {name for _, name, _, _ in Formatter().parse(variant) if name}
        quoted = {name: numbers.get(METRICS[name], 0) for name in slots & METRICS.keys()}
        # "只有 1 次" needs another sentence than "5 次", so a variant that quotes a number wants a real one.
        if any(number < FEW[0] for number in quoted.values()):
            continue
        details = {name: dice.choice(words) for name, words in sorted(SLOTS.items())}
        return variant.format(月=dice.randint(*MONTHS[campaign_round]), 数=dice.randint(*FEW), 多=dice.randint(*MANY), **details, **quoted)
    return wording.wording
