"""The page on which the office turns problems into rows: read off plain fields, since every unit and every problem has its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict
from django.utils.dateparse import parse_date

from inspections.actions.rectification_rows import NewRow
from inspections.models import Finding
from jobs.errors import Refused
from units.models import PartyOrganization

GROUPS = ("", "1", "2", "3", "4", "5")
"""A problem stands alone, or together with the others of its unit that carry the same number."""
LONGEST = 2000
TITLE = 60


@dataclass
class Entry:
    """One problem on the page, with what was chosen for it."""

    finding: Finding
    taken: bool = True
    group: str = ""
    requirement: str = ""


@dataclass
class Box:
    """One unit on the page; ``fault`` is what must be put right before its rows can be made."""

    organization: PartyOrganization
    due_on: str = ""
    title: str = ""
    entries: list[Entry] = field(default_factory=list)
    fault: str = ""


def boxes_of(findings: Sequence[Finding], *, due_on: date, posted: QueryDict | None = None) -> list[Box]:
    """Return the units with their problems; with what was sent where something was."""
    found: dict[int, Box] = {}
    for finding in findings:
        key = finding.organization_id
        if key not in found:
            found[key] = Box(finding.organization, due_on.isoformat())
            if posted is not None:
                found[key].due_on = posted.get(f"due-{key}", "").strip()
                found[key].title = posted.get(f"title-{key}", "").strip()
        entry = Entry(finding, requirement=finding.measure)
        if posted is not None:
            entry.taken = str(finding.pk) in posted.getlist("take")
            entry.group = posted.get(f"group-{finding.pk}", "")
            entry.requirement = posted.get(f"requirement-{finding.pk}", "").strip()
        found[key].entries.append(entry)
    return list(found.values())


def rows_of(boxes: Sequence[Box], *, is_immediate: bool) -> list[NewRow]:
    """Return the rows that were asked for. Raises ``Refused`` when a unit has a fault, which then stands at it, or nothing was chosen."""
    wanted: list[NewRow] = []
    for box in boxes:
        taken = [entry for entry in box.entries if entry.taken]
        if not taken:
            continue
        due_on = _day(box.due_on)
        box.fault = _fault(box, taken, due_on)
        if due_on is None or box.fault:
            continue
        wanted += [_row(box, together, due_on, is_immediate=is_immediate) for together in _groups(taken)]
    faulty = [box for box in boxes if box.fault]
    if faulty:
        raise Refused(f"有 {len(faulty)} 个单位填写有误，已在相应位置标出。您填写的内容都还在。")
    if not wanted:
        raise Refused("没有选中任何问题，请先勾选。")
    return wanted


def _row(box: Box, together: Sequence[Entry], due_on: date, *, is_immediate: bool) -> NewRow:
    """Return the row that answers ``together``; the same requirement is written once."""
    asked = dict.fromkeys(entry.requirement.rstrip("；。") for entry in together if entry.requirement)
    return NewRow(
        organization=box.organization,
        findings=tuple(entry.finding for entry in together),
        due_on=due_on,
        requirement="；".join(asked),
        responsible_title=box.title,
        is_immediate=is_immediate,
    )


def _groups(taken: Sequence[Entry]) -> list[list[Entry]]:
    found: dict[object, list[Entry]] = {}
    for entry in taken:
        key = entry.group if entry.group in GROUPS[1:] else entry.finding.pk
        found.setdefault(key, []).append(entry)
    return list(found.values())


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _fault(box: Box, taken: Sequence[Entry], due_on: date | None) -> str:
    if due_on is None:
        return "请填整改时限，如 2026-12-31。"
    if len(box.title) > TITLE:
        return f"责任人职务最多 {TITLE} 个字。"
    if any(len(entry.requirement) > LONGEST for entry in taken):
        return f"整改要求最多 {LONGEST} 个字，请精简。"
    return ""
