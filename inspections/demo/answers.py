"""Answers to the items that agree with what was found: where there is a problem, the item is not simply in order."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from inspections.demo.checklist import Item, Sheet
from inspections.demo.choosing import ACCOUNT_ITEMS, Place
from inspections.demo.identity import chance, uid
from inspections.demo.plans import Plan
from inspections.models import Assignment, CheckResult
from units.models import User

C = CheckResult.Conformity
MOSTLY_WITHOUT_PROBLEM = 0.06
EXACT_DESPITE_ESTIMATE = 0.15
LARGE = 1000
ACCOUNT_METRICS = ("T5-6", "T5-7")


def answer_all(plan: Plan, place: Place, sheet: Sheet, assignment: Assignment, *, by: User, at: datetime) -> list[CheckResult]:
    """Return the answers of one organization to all items asked of its category, required ones without exception."""
    rows = []
    for turn, item in enumerate(sheet.asked_of(place.category)):
        fields = _answer(plan, place, item)
        if fields is None:
            continue
        rows.append(
            CheckResult(
                id=uid("result", plan.code, place.code, item.code),
                assignment=assignment,
                item=sheet.items[item.code],
                answered_by=by,
                answered_at=at + timedelta(minutes=2 * turn),
                **fields,
            )
        )
    return rows


def metrics_of(rows: list[CheckResult]) -> dict[str, int]:
    """Return the numbers among the answers by item, for texts that quote them."""
    return {row.item.code: int(row.number) for row in rows if row.number is not None}


def _answer(plan: Plan, place: Place, item: Item) -> dict[str, object] | None:
    dice = chance("answer", plan.code, place.code, item.code)
    if item.kind == "conformity":
        return _judgement(place, item, dice.random())
    if item.kind == "number":
        return _number(plan, place, item)
    if item.kind == "date":
        return {"date": plan.cut_off_on - timedelta(days=dice.randint(8, 70))}
    if not place.practices or dice.random() < 0.7:  # noqa: PLR2004 -- the optional text is mostly left empty
        return None
    return {"text": place.practices[0].wording + "。"}


def _judgement(place: Place, item: Item, roll: float) -> dict[str, object]:
    if item.code in place.not_applicable:
        return {"conformity": C.NOT_APPLICABLE, "note": "该单位没有此项工作"}
    problem = next((wording for wording in place.problems if wording.item == item.code), None)
    if problem is None:
        return {"conformity": C.MOSTLY if roll < MOSTLY_WITHOUT_PROBLEM else C.CONFORMING}
    failing = {"serious": 1.0, "notable": 0.6, "general": 0.2}[problem.severity]
    return {"conformity": C.NOT_CONFORMING if roll < failing else C.MOSTLY, "note": problem.heading}


def _number(plan: Plan, place: Place, item: Item) -> dict[str, object]:
    if item.code in ACCOUNT_METRICS and place.not_applicable >= ACCOUNT_ITEMS:
        return {"number": Decimal(0), "note": "没有开设账号"}
    if item.code in place.not_applicable:
        return {"number": Decimal(0), "note": "没有下级党组织"}
    low, high = item.numbers.get(place.category, item.numbers.get("", (1, 5)))
    # The size of a body goes with its kind and stays the same from one campaign to the next.
    size = chance("size", place.code, item.code).uniform(low, high)
    number = size if item.code == "T5-6" else size * plan.share_of_year
    least = 1 if plan.share_of_year < 1 else max(1, item.target or 1)
    number = max(least, round(number))
    for wording in place.problems:
        if item.code in wording.lowers:
            number = min(number, wording.lowers[item.code] if plan.share_of_year == 1 else 0)
    praised = {wording.item for wording in place.practices}
    if (item.code == "T6-4" and "T6-3" in praised) or (item.code == "T5-6" and "T5-5" in praised):
        number = max(number, 2)
    if not item.approximate or chance("exact", plan.code, place.code, item.code).random() < EXACT_DESPITE_ESTIMATE:
        return {"number": Decimal(number)}
    step = 100 if number >= LARGE else 10
    return {"number": Decimal(max(step, number // step * step)), "is_approximate": True}
