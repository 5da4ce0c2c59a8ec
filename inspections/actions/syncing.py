"""The verb behind the phone's interface: store a batch of records, exactly once, whatever became of earlier answers.

One transaction; the assignments are locked in the order of their ids, and rows written in the order of theirs, so that two batches never
wait for each other crosswise. Nothing is locked that two teams share. Each record is guarded by the revision it was made from, and known
again by its receipt: a late repeat never undoes a newer edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from inspections.actions import sync_acts, sync_facts
from inspections.actions.sync_batch import WITH_PEOPLE, Batch
from inspections.actions.sync_rights import why_not
from inspections.field.copies import Copy, confirmation_copy, finding_copy, notes_copy, photo_copy, recheck_copy, result_copy
from inspections.field.outcomes import Outcome, forbidden, stored, unreadable
from inspections.field.records import Record, Unreadable, read
from inspections.models import Assignment, Confirmation, Evidence, Finding, Recheck
from units.models import User

FACTS = {"result", "finding"}


def sync(raw_records: Iterable[Any], *, by: User, through: User | None = None) -> list[Outcome]:
    """Store what ``by`` recorded and return one outcome per record, in the order sent.

    ``through`` is the office's person who imports the records from a file; then that person's right counts, and that ``by`` is or was an
    inspector of the campaign.
    """
    read_records = [read(raw) for raw in raw_records]
    records = [record for record in read_records if isinstance(record, Record)]
    try:
        outcomes = _stored(records, by=by, through=through)
    except IntegrityError:
        # The same new id was just sent for two assignments at once: the second time it is seen.
        outcomes = _stored(records, by=by, through=through)
    return [unreadable(one) if isinstance(one, Unreadable) else outcomes[place] for place, one in _numbered(read_records)]


def _numbered(read_records: Sequence[Record | Unreadable]) -> Iterable[tuple[int, Record | Unreadable]]:
    """Yield each one with its place among the readable ones."""
    place = 0
    for one in read_records:
        yield place, one
        place += isinstance(one, Record)


@transaction.atomic
def _stored(records: Sequence[Record], *, by: User, through: User | None) -> list[Outcome]:
    if not records:
        return []
    batch = Batch(records, by=by, through=through)
    order = sorted(range(len(records)), key=lambda place: records[place].order)
    outcomes: dict[int, Outcome] = {}
    refusals: dict[UUID, tuple[str, str]] = {}
    for place in order:
        outcome = _without_deciding(batch, records[place], refusals)
        if outcome is None and records[place].kind in FACTS:
            outcome = sync_facts.decide(batch, records[place])
        if outcome is not None:
            outcomes[place] = outcome
    batch.write_facts()
    for place in order:
        if place not in outcomes:
            outcomes[place] = sync_acts.carry_out(batch, records[place])
    for place in order:
        if outcomes[place].is_stored and records[place].key not in batch.receipts:
            batch.acknowledge(records[place])
    batch.write_receipts()
    return [outcomes[place] for place in range(len(records))]


def _without_deciding(batch: Batch, record: Record, refusals: dict[UUID, tuple[str, str]]) -> Outcome | None:
    """Return the outcome of a record that has arrived before, or may not be stored; nothing for all others."""
    may_write = record.assignment in batch.writable
    if record.key in batch.receipts:
        server = _server_copy(batch, record) if may_write else None
        return stored(record, "received", server, message="这条记录之前已经上传。")
    if not may_write:
        if record.assignment not in refusals:
            refusals[record.assignment] = why_not(record.assignment, batch.assignments, by=batch.by, through=batch.through)
        return forbidden(record, *refusals[record.assignment])
    return None


def _server_copy(batch: Batch, record: Record) -> Copy | None:
    """Return what stands now for a record that arrived earlier."""
    if record.kind == "result":
        item = batch.item(batch.assignments[record.assignment], record.data.item)
        result = batch.results.get((record.assignment, item.pk)) if item else None
        return result_copy(result) if result else None
    if record.kind == "finding":
        finding = batch.findings.get(record.id)
        return finding_copy(finding, finding.evidence.all()) if finding else None
    return _copy_of_act(record)


def _copy_of_act(record: Record) -> Copy | None:
    if record.kind in {"notes", "conclude"}:
        return notes_copy(Assignment.objects.select_related("concluded_by").get(pk=record.assignment))
    if record.kind == "withdraw":
        found: Any = Finding.objects.filter(pk=record.id).select_related(*WITH_PEOPLE).first()
        return finding_copy(found) if found else None
    if record.kind == "recheck":
        found = Recheck.objects.filter(assignment=record.assignment, finding=record.data.finding).select_related("by").first()
        return recheck_copy(found) if found else None
    if record.kind == "confirmation":
        found = Confirmation.objects.without_picture().filter(assignment=record.assignment).select_related("taken_by").first()
        return confirmation_copy(found, is_outdated=found.is_outdated) if found else None
    found = Evidence.objects.filter(pk=record.id).first()
    return photo_copy(found) if found else None
