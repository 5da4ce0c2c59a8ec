"""The records of a batch that are acts: each is carried out by the verb that the pages use, in a savepoint of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Model

from inspections.actions.assignments import Incomplete, conclude_assignment, save_notes
from inspections.actions.confirmations import SignatureRefused, Signed, save_confirmation
from inspections.actions.evidence import caption_evidence, remove_evidence
from inspections.actions.findings import withdraw_finding
from inspections.actions.rechecks import save_recheck
from inspections.actions.revisions import DuplicateId, RevisionConflict
from inspections.actions.sync_batch import WITH_PEOPLE, Batch, is_open
from inspections.actions.sync_facts import ID_TAKEN, Refusal, closed
from inspections.answer_sheet import answer_sheet
from inspections.field.copies import Copy, confirmation_copy, finding_copy, moment, notes_copy, photo_copy, recheck_copy
from inspections.field.outcomes import Outcome, conflict, refused, stored
from inspections.field.records import Record
from inspections.models import Assignment, Confirmation, Evidence, Finding, Recheck
from jobs.errors import InvalidTransition, Refused
from units.models import ActivityEntry


def carry_out(batch: Batch, record: Record) -> Outcome:
    """Carry out one act whose sender may write to the assignment; what goes wrong undoes this one only."""
    assignment = batch.assignments[record.assignment]
    try:
        with transaction.atomic():
            return ACTS[record.kind](batch, record, assignment)
    except Refusal as refusal:
        return refused(record, refusal.code, refusal.message, field_name=refusal.field_name)
    except Refused as error:
        return _refused(record, assignment, error)


def _refused(record: Record, assignment: Assignment, error: Refused) -> Outcome:
    if isinstance(error, RevisionConflict):
        return conflict(record, _copy_of(error.server))
    if isinstance(error, Incomplete):
        rows = answer_sheet(assignment).missing
        return refused(record, "incomplete", str(error), errors=[(row.item.code, f"“{row.item}”还没有填写。") for row in rows])
    if isinstance(error, DuplicateId):
        return refused(record, "id_taken", ID_TAKEN)
    if isinstance(error, SignatureRefused):
        return refused(record, "signature", str(error), field_name="signature")
    if isinstance(error, InvalidTransition) and not is_open(assignment):
        return refused(record, closed(assignment).code, str(error))
    return refused(record, "refused", str(error))


def _copy_of(server: Model) -> Copy:
    if isinstance(server, Recheck):
        return recheck_copy(server)
    if isinstance(server, Confirmation):
        return confirmation_copy(server, is_outdated=server.is_outdated)
    if isinstance(server, Evidence):
        return photo_copy(server)
    if isinstance(server, Assignment):
        return _notes_by(server)
    raise TypeError(type(server))


def _notes_by(assignment: Assignment) -> Copy:
    """Return the notes with who wrote them last and when, which only the log knows."""
    verbs = ("inspections.assignment_note", "inspections.assignment_conclude")
    last = ActivityEntry.objects.about(assignment).filter(verb__in=verbs, actor__isnull=False).order_by("-pk").first()
    who = {"by": {"id": last.actor_id, "name": last.actor_name}, "at": moment(last.at)} if last else {"by": None, "at": None}
    return {**notes_copy(assignment), **who}


def _finding_of(record: Record, key: Any, **place: Any) -> Finding:
    related = (*WITH_PEOPLE, "assignment__campaign__organizer", "assignment__organization", "campaign__organizer")
    finding = Finding.objects.filter(pk=key, **place).select_related(*related).first()
    if finding is None:
        raise Refusal("finding_missing", "服务器上没有这条发现，请先上传发现本身。", "finding" if record.kind == "recheck" else "")
    return finding


def _withdraw(batch: Batch, record: Record, assignment: Assignment) -> Outcome:
    finding = _finding_of(record, record.id, assignment=assignment)
    if finding.is_withdrawn:
        return stored(record, "same", finding_copy(finding))
    if finding.revision != record.base_revision:
        return conflict(record, finding_copy(finding))
    return stored(record, "updated", finding_copy(withdraw_finding(finding, by=batch.actor, reason=record.data.reason)))


def _photo_of(record: Record, assignment: Assignment) -> Evidence | None:
    related = ("finding__assignment__campaign__organizer", "finding__assignment__organization", "finding__campaign__organizer")
    return Evidence.objects.filter(pk=record.id, finding__assignment=assignment).select_related(*related).first()


def _caption(batch: Batch, record: Record, assignment: Assignment) -> Outcome:
    photo = _photo_of(record, assignment)
    if photo is None:
        raise Refusal("photo_missing", "服务器上没有这张照片，可能已被移除，或者还没有上传。")
    before = photo.revision
    saved = caption_evidence(photo, by=batch.actor, caption=record.data.caption, base_revision=record.base_revision)
    return stored(record, "same" if saved.revision == before else "updated", photo_copy(saved))


def _remove(batch: Batch, record: Record, assignment: Assignment) -> Outcome:
    """Remove a photo. One that never arrived counts as removed: the receipt of this record keeps it from coming in later."""
    if not is_open(assignment):
        raise closed(assignment)
    photo = _photo_of(record, assignment)
    if photo is None:
        return stored(record, "same", None)
    remove_evidence(photo, by=batch.actor)
    return stored(record, "updated", None)


def _recheck(batch: Batch, record: Record, assignment: Assignment) -> Outcome:
    # Of whichever organization: the row may have been handed over since. What is looked at again here, the verb itself knows.
    finding = _finding_of(record, record.data.finding)
    known = Recheck.objects.filter(assignment=assignment, finding=finding).first()
    saved = save_recheck(
        assignment,
        finding,
        outcome=record.data.outcome,
        note=record.data.note,
        by=batch.actor,
        base_revision=record.base_revision,
        recheck_id=record.id,
        at=record.recorded_at,
    )
    outcome = "created" if known is None else "same" if saved.revision == known.revision else "updated"
    return stored(record, outcome, recheck_copy(saved))


def _base(record: Record, assignment: Assignment) -> int:
    """Return the revision to save from: who only adds to what stands there overwrites nobody's words."""
    adds_only = assignment.summary in {"", record.data.summary} and assignment.visit_on in {
        None,
        record.data.visit_on or assignment.visit_on,
    }
    return assignment.revision if adds_only else record.base_revision


def _fresh(assignment: Assignment) -> Assignment:
    return Assignment.objects.select_related("campaign__organizer", "campaign__checklist", "organization", "concluded_by").get(
        pk=assignment.pk
    )


def _notes(batch: Batch, record: Record, assignment: Assignment) -> Outcome:
    fresh = _fresh(assignment)
    before = fresh.revision
    saved = save_notes(
        fresh,
        by=batch.actor,
        base_revision=_base(record, fresh),
        summary=record.data.summary,
        visit_on=record.data.visit_on or fresh.visit_on,
    )
    return stored(record, "same" if saved.revision == before else "updated", notes_copy(_fresh(saved)))


def _conclude(batch: Batch, record: Record, assignment: Assignment) -> Outcome:
    fresh = _fresh(assignment)
    if fresh.status == Assignment.Status.CONCLUDED:
        same = fresh.summary == record.data.summary
        return stored(record, "same", notes_copy(fresh)) if same else conflict(record, _notes_by(fresh))
    if not record.data.summary:
        raise Refusal("needs_summary", "请先填写总体评价，再办结。", "summary")
    if _base(record, fresh) != fresh.revision:
        return conflict(record, _notes_by(fresh))
    concluded = conclude_assignment(fresh, by=batch.actor, summary=record.data.summary, visit_on=record.data.visit_on)
    # Records that come after this one in the batch must see it.
    assignment.status = concluded.status
    return stored(record, "updated", notes_copy(_fresh(concluded)))


def _confirm(batch: Batch, record: Record, assignment: Assignment) -> Outcome:
    data = record.data
    shown = [{"id": str(row.id), "kind": row.kind, "text": row.text} for row in data.findings]
    signed = Signed(data.signer_title, data.opinion, data.opinion_text, shown, data.signature, data.confirmed_at)
    before = Confirmation.objects.filter(assignment=assignment).values_list("revision", flat=True).first()
    saved, is_first = save_confirmation(assignment, signed, by=batch.by, base_revision=record.base_revision, confirmation_id=record.id)
    outcome = "created" if is_first else "same" if saved.revision == before else "updated"
    return stored(record, outcome, confirmation_copy(saved, is_outdated=saved.is_outdated))


ACTS: dict[str, Callable[[Batch, Record, Assignment], Outcome]] = {
    "withdraw": _withdraw,
    "photo_caption": _caption,
    "photo_remove": _remove,
    "recheck": _recheck,
    "notes": _notes,
    "confirmation": _confirm,
    "conclude": _conclude,
}
