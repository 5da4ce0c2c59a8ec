"""The verb that takes in progress from a filled-in ledger: every line is checked first, then all of it is written or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from inspections.actions.rectification_moves import WHY
from inspections.actions.rectification_work import plan_row, report_progress
from inspections.ledger import PAPER
from inspections.ledger_file import Filled
from inspections.models import Rectification
from inspections.rectifying import answers_for, keeps
from jobs.errors import Refused
from units.actions.activity import record
from units.importing.sheets import Fault
from units.models import User

CHUNK = 200
S = Rectification.Status


@dataclass
class Outcome:
    """What an import did, or why it did nothing."""

    updated: list[Rectification] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class _Change:
    line: Filled
    row: Rectification

    @property
    def plan(self) -> tuple[str, str] | None:
        """Measure and duty when the line changes one of them."""
        new = (self.line.measure or self.row.measure, self.line.responsible_title or self.row.responsible_title)
        return new if new != (self.row.measure, self.row.responsible_title) else None

    @property
    def progress(self) -> str | None:
        """The progress when the line changes it."""
        return self.line.progress if self.line.progress and self.line.progress != self.row.progress else None


def import_ledger(lines: Sequence[Filled], *, by: User, known: Sequence[Fault] = ()) -> Outcome:
    """Write what the lines change. With a fault in any line nothing is written and every fault is returned, ``known`` ones of the file too."""
    outcome = Outcome(faults=list(known))
    rows = _rows(lines, by)
    changes = []
    for line in lines:
        row = rows.get(line.reference)
        if row is None:
            outcome.faults.append(_fault(line, "序号", line.reference, "归您填报的整改事项的序号（请从导出的台账填起）"))
            continue
        change = _Change(line, row)
        if change.plan is None and change.progress is None:
            outcome.unchanged += 1
            continue
        outcome.faults += _faults(change)
        changes.append(change)
    outcome.faults.sort(key=lambda fault: fault.row or 0)
    if not outcome.faults:
        _write(changes, outcome, by)
    return outcome


def _write(changes: Sequence[_Change], outcome: Outcome, by: User) -> None:
    """Carry all changes out in one transaction; the first that is refused meanwhile undoes them all."""
    try:
        with transaction.atomic():
            for change in changes:
                _carry_out(change, outcome, by)
            if outcome.updated:
                organizer = outcome.updated[0].campaign.organizer
                record(by, "inspections.rectification_import", f"导入整改进展 {len(outcome.updated)} 项", organization=organizer)
    except _Stopped as stopped:
        outcome.updated = []
        outcome.faults.append(stopped.fault)


class _Stopped(Exception):
    """Somebody was faster: one line can no longer be written."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.expected)
        self.fault = fault


def _carry_out(change: _Change, outcome: Outcome, by: User) -> None:
    row = change.row
    try:
        if change.plan:
            row = plan_row(row, by=by, measure=change.plan[0], responsible_title=change.plan[1])
        if change.progress:
            row = report_progress(row, by=by, text=change.progress)
    except Refused as error:
        raise _Stopped(_fault(change.line, "进展", "", str(error))) from error
    outcome.updated.append(row)


def _faults(change: _Change) -> list[Fault]:
    found = []
    if change.row.status != S.IN_PROGRESS or not change.row.is_live:
        found.append(_fault(change.line, "状态", change.row.get_status_display(), WHY.get(S(change.row.status), "整改中的事项")))
    if change.plan and not all(change.plan):
        found.append(_fault(change.line, "责任人职务", "（空）", "整改措施和责任人职务要一起填写"))
    return found


def _fault(line: Filled, column: str, value: str, expected: str) -> Fault:
    return Fault(PAPER.label, line.line, column, value or "（空）", expected)


def _rows(lines: Sequence[Filled], user: User) -> dict[str, Rectification]:
    """Return the rows that the user may fill in, by their number."""
    wanted = []
    for line in lines:
        code, _, digits = line.reference.rpartition("-")
        if code and digits.isascii() and digits.isdigit() and len(digits) < 9:  # noqa: PLR2004 -- what fits into the column
            wanted.append((code, int(digits)))
    found: dict[str, Rectification] = {}
    for start in range(0, len(wanted), CHUNK):
        condition = Q(pk__in=[])
        for code, number in wanted[start : start + CHUNK]:
            condition |= Q(campaign__code=code, number=number)
        rows = Rectification.objects.visible_to(user).ledger().issued().filter(condition)
        for row in rows.select_related("campaign__organizer", "organization"):
            if answers_for(row, user) or keeps(row, user):
                found[row.reference] = row
    return found
