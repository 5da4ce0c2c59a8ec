"""What one batch of records works on: everything read at once, kept in memory while the records are decided, written at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from inspections.actions.searching import index_for_search
from inspections.actions.sync_rights import writable_ids
from inspections.actions.sync_versions import NONE, Version, version_of
from inspections.actions.tally_marks import mark, mark_recurrence
from inspections.field.records import Record
from inspections.models import (
    Assignment,
    Campaign,
    Checklist,
    ChecklistItem,
    CheckResult,
    Finding,
    Receipt,
    StandardFinding,
)
from units.actions.activity import entry_of, record_all
from units.bulk_rows import insert_rows, update_rows
from units.models import User

Status = Assignment.Status
FINDING_FIELDS = ("kind", "theme_id", "item_id", "standard_id", "text", "severity", "cause", "measure", "changed_at")
RESULT_FIELDS = ("conformity", "number", "is_approximate", "date", "text", "note", "answered_by_id", "answered_at")
NUMBER = attrgetter("int")
"""What keys are sorted by: a comparison of numbers costs a tenth of one of UUIDs, and gives the same order."""
WITH_PEOPLE = ("theme", "item", "standard", "recorded_by")


class Batch:
    """The rows that a batch of records is about. Made inside the transaction that stores it.

    The number of statements does not depend on the number of records: that is what makes thousands of them a second possible.
    """

    def __init__(self, records: Sequence[Record], *, by: User, through: User | None) -> None:
        self.by, self.through, self.now = by, through, timezone.now()
        self.actor = through or by
        self.assignments = _locked({record.assignment for record in records})
        self.writable = writable_ids(self.assignments.values(), by=by, through=through)
        self.receipts = set(Receipt.objects.filter(pk__one_of=[record.key for record in records]).values_list("pk", flat=True))
        facts = [record for record in records if record.assignment in self.assignments]
        self._read_checklists([record for record in facts if record.kind in {"result", "finding"}])
        self._read_findings([record for record in facts if record.kind == "finding"])
        self._read_results([record for record in facts if record.kind == "result"])
        self._new: dict[type[Any], dict[UUID, Any]] = {Finding: {}, CheckResult: {}}
        self._changed: dict[type[Any], dict[UUID, Any]] = {Finding: {}, CheckResult: {}}
        self._entries: list[dict[str, Any]] = []
        self._new_receipts: dict[UUID, dict[str, Any]] = {}

    # --- what is known ----------------------------------------------------------------------------------------------------

    def _read_checklists(self, records: list[Record]) -> None:
        known = {one.checklist_id: one.checklist for one in (assignment.campaign for assignment in self.assignments.values())}
        self.versions = {pk: version_of(checklist) for pk, checklist in known.items()} if records else {}
        standards = {record.data.standard for record in records if record.kind == "finding" and record.data.standard}
        wordings = StandardFinding.objects.filter(code__in=standards).only("code", "kind").order_by() if standards else ()
        self.standards = {standard.code: standard for standard in wordings}
        # Published versions of one checklist share their lineage; what a phone names may be an older one of them.
        claimed = {record.data.checklist for record in records} | {pk for pk in known if pk}
        self.lineages = dict(Checklist.objects.filter(pk__in=claimed).values_list("pk", "lineage")) if claimed - known.keys() else {}

    def version(self, assignment: Assignment) -> Version:
        """Return the version of the checklist that the assignment's campaign uses."""
        return self.versions.get(assignment.campaign.checklist_id, NONE)

    def item(self, assignment: Assignment, code: str | None) -> ChecklistItem | None:
        """Return the item that has ``code`` in the campaign's version."""
        return self.version(assignment).items.get(code) if code else None

    def _read_findings(self, records: list[Record]) -> None:
        keys = [record.id for record in records]
        rows = Finding.objects.filter(pk__one_of=keys).select_related(*WITH_PEOPLE).order_by() if records else Finding.objects.none()
        if any(record.key in self.receipts for record in records):
            # What stands now is told of these, with the photos.
            rows = rows.prefetch_related("evidence")
        self.findings: dict[UUID, Finding] = {finding.pk: finding for finding in rows}

    def _read_results(self, records: list[Record]) -> None:
        self.results: dict[tuple[UUID, int], CheckResult] = {}
        self.result_ids: set[UUID] = set()
        if not records:
            return
        named = {item.pk for record in records if (item := self.item(self.assignments[record.assignment], record.data.item))}
        asked = Q(assignment__in={record.assignment for record in records}, item__in=named)
        for result in CheckResult.objects.filter(asked | Q(pk__in=[record.id for record in records])).select_related("item", "answered_by"):
            self.results[result.assignment_id, result.item_id] = result
            self.result_ids.add(result.pk)

    def in_lineage(self, claimed: int, current: int | None) -> bool:
        """Whether the version a phone names belongs to the checklist that the campaign uses."""
        return claimed == current or (current is not None and self.lineages.get(claimed, 0) == self.lineages.get(current))

    # --- what is to be written ---------------------------------------------------------------------------------------------

    def add(self, row: Finding | CheckResult) -> None:
        """Write a new row at the end."""
        self._new[type(row)][row.pk] = row

    def change(self, row: Finding | CheckResult, values: dict[str, Any]) -> None:
        """Write changed fields of a row at the end; the row moves on by one revision."""
        for name, value in values.items():
            setattr(row, name, value)
        row.revision += 1
        if isinstance(row, Finding):
            row.changed_at = self.now
        if row.pk not in self._new[type(row)]:
            self._changed[type(row)][row.pk] = row

    def moment(self, claimed: datetime | None) -> datetime:
        """Return the phone's time, never later than ours."""
        return min(claimed or self.now, self.now)

    def note(self, verb: str, summary: str, target: Any, assignment: Assignment, changes: dict[str, Any] | None = None) -> None:
        """Write an entry of the log at the end, under the organizer: the inspected organization's office must not read along."""
        if self.through:
            summary = f"代{self.by}导入：{summary}"
        self._entries.append(entry_of(self.actor, verb, summary, target, organization=assignment.campaign.organizer, changes=changes))

    def acknowledge(self, record: Record) -> None:
        """Write a receipt at the end."""
        self._new_receipts[record.key] = {
            "id": record.key,
            "kind": record.kind,
            "target": record.id,
            "assignment_id": record.assignment,
            "sent_by_id": self.by.pk,
            "sha256": "",
            "received_at": self.now,
        }

    def write_facts(self) -> None:
        """Store answers and findings, each kind in one statement and sorted by id, with their entries."""
        begun = self._begin()
        for model, fields in ((Finding, FINDING_FIELDS), (CheckResult, RESULT_FIELDS)):
            new, changed = self._new[model], self._changed[model]
            insert_rows(model, [vars(new[key]) for key in sorted(new, key=NUMBER)])
            update_rows([changed[key] for key in sorted(changed, key=NUMBER)], ["revision", *fields])
        known = {one.organization_id: (one.organization.name, one.organization.short_name) for one in self.assignments.values()}
        index_for_search(list(self._new[Finding].values()), new=True, names=known)
        index_for_search(list(self._changed[Finding].values()), names=known)
        touched = {row.assignment_id for rows in (self._new, self._changed) for row in rows[Finding].values()} | begun
        mark((one.campaign_id, one.organization_path) for one in (self.assignments[key] for key in touched))
        if self._changed[Finding]:
            mark_recurrence(row.organization_id for row in self._changed[Finding].values())
        record_all(self._entries)

    def write_receipts(self) -> None:
        """Store the receipts, sorted by id."""
        rows = self._new_receipts
        insert_rows(Receipt, [rows[key] for key in sorted(rows, key=NUMBER)])

    def _begin(self) -> set[UUID]:
        """Begin the assignments that get their first entry now, and return which."""
        rows = [*self._new[Finding].values(), *self._new[CheckResult].values()]
        touched = {row.assignment_id for row in rows}
        begun = [self.assignments[key] for key in sorted(touched) if self.assignments[key].status == Status.PLANNED]
        if begun:
            Assignment.objects.filter(pk__in=[assignment.pk for assignment in begun], status=Status.PLANNED).update(
                status=Status.IN_PROGRESS
            )
        for assignment in begun:
            assignment.status = Status.IN_PROGRESS
            self.note("inspections.assignment_begin", f"开始督查“{assignment.organization}”", assignment, assignment)
        return {assignment.pk for assignment in begun}


def _locked(ids: Iterable[UUID]) -> dict[UUID, Assignment]:
    """Lock the assignments in the order of their ids and return them as they are now, read after the lock (see ``assignments._locked``)."""
    rows = Assignment.objects.filter(pk__one_of=list(ids)).order_by("pk")
    found = list(rows.select_for_update().values_list("pk", flat=True))
    fresh = {
        assignment.pk: assignment for assignment in Assignment.objects.filter(pk__one_of=found).select_related("organization").order_by()
    }
    # Once each, and not once for every assignment.
    keys = {assignment.campaign_id for assignment in fresh.values()}
    campaigns = Campaign.objects.select_related("organizer", "checklist").in_bulk(keys)
    for assignment in fresh.values():
        assignment.campaign = campaigns[assignment.campaign_id]
    return fresh


def is_open(assignment: Assignment) -> bool:
    """Whether facts of the assignment may be written, its state being fresh."""
    return assignment.campaign.status == Campaign.Status.RUNNING and assignment.status != Status.CONCLUDED
