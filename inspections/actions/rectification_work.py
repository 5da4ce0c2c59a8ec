"""The organization's verbs: receive, plan, report progress with evidence, hand in. And 立行立改: put right while the team is there."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from inspections import notices
from inspections.actions.assignments import open_for_writing
from inspections.actions.locking import locked
from inspections.actions.rectification_moves import Kind, S, move, note, opened, tell
from inspections.actions.rectification_proofs import add_proof
from inspections.actions.rectification_rows import _refuse_known, content_of, link, next_number
from inspections.models import Campaign, Finding, Rectification, RectificationEvidence
from inspections.receipts import signed_for
from inspections.rectifying import office_of, original_team
from jobs.errors import Refused
from units.models import User

Stage = RectificationEvidence.Stage


@transaction.atomic
def receive_row(row: Rectification, *, by: User) -> Rectification:
    """签收: the organization has taken note. Raises ``InvalidTransition`` when it has been received already."""
    fresh = opened(row, S.ASSIGNED)
    fresh = move(fresh, status=S.IN_PROGRESS, received_at=timezone.now(), received_by=by)
    note(fresh, Kind.RECEIVE, "", by=by, verb="rectification_receive", summary="签收整改任务")
    signed_for(fresh, by)
    return fresh


@transaction.atomic
def plan_row(row: Rectification, *, by: User, measure: str, responsible_title: str) -> Rectification:
    """Say how it will be put right and by whose duty. Saving the same again changes nothing.

    Raises ``Refused`` when either is missing, ``InvalidTransition`` before receipt and after handing in.
    """
    measure, responsible_title = measure.strip(), responsible_title.strip()
    if not measure or not responsible_title:
        raise Refused("请写明整改措施和责任人职务。")
    fresh = opened(row, S.IN_PROGRESS)
    if (fresh.measure, fresh.responsible_title) == (measure, responsible_title):
        return fresh
    changes = {"整改措施": [fresh.measure, measure], "责任人职务": [fresh.responsible_title, responsible_title]}
    fresh = move(fresh, measure=measure, responsible_title=responsible_title)
    said = f"{measure}（责任人职务：{responsible_title}）"
    note(fresh, Kind.PLAN, said, by=by, verb="rectification_plan", summary="制定整改措施", changes=changes)
    return fresh


@transaction.atomic
def report_progress(row: Rectification, *, by: User, text: str, entry_id: UUID | None = None) -> Rectification:
    """Say how far it is. The same ``entry_id`` sent twice makes one entry.

    Raises ``Refused`` without words, ``InvalidTransition`` before receipt and after handing in.
    """
    text = text.strip()
    if not text:
        raise Refused("请写明进展情况。")
    fresh = opened(row, S.IN_PROGRESS)
    if entry_id and fresh.entries.filter(pk=entry_id).exists():
        return fresh
    before = fresh.progress
    fresh = move(fresh, progress=text, progress_at=timezone.now())
    note(
        fresh,
        Kind.PROGRESS,
        text,
        by=by,
        verb="rectification_progress",
        summary="报送整改进展",
        changes={"进展": [before, text]},
        entry_id=entry_id,
    )
    return fresh


def missing_for_submit(row: Rectification) -> list[str]:
    """Return what a row still lacks before its result can be handed in."""
    missing = []
    if not row.measure or not row.responsible_title:
        missing.append("整改措施和责任人职务")
    if not row.progress:
        missing.append("进展情况")
    if not row.proofs.exclude(stage=Stage.BEFORE).exists():
        missing.append("至少一份佐证材料（整改后的照片或文件）")
    return missing


@transaction.atomic
def submit_row(row: Rectification, *, by: User, text: str) -> Rectification:
    """报请核验: declare the result; from now on nothing changes until the verdict.

    Raises ``Refused`` naming what is missing, ``InvalidTransition`` when it is not being worked on.
    """
    text = text.strip()
    if not text:
        raise Refused("请写明整改结果。")
    fresh = opened(row, S.IN_PROGRESS)
    missing = missing_for_submit(fresh)
    if missing:
        raise Refused(f"还缺{'、'.join(missing)}，补齐后再报请核验。")
    now = timezone.now()
    fresh = move(fresh, status=S.SUBMITTED, submitted_by=by, submitted_on=timezone.localdate(now), progress=text, progress_at=now)
    note(fresh, Kind.SUBMIT, text, by=by, verb="rectification_submit", summary="报请核验")
    receivers = [fresh.verifier] if fresh.verifier else list(office_of(fresh))
    tell(fresh, receivers, notices.VERIFY, "整改已完成，请核验", by=by)
    return fresh


@transaction.atomic
def put_right_now(
    finding: Finding, *, by: User, result: str, responsible_title: str, before: Sequence[File] = (), after: Sequence[File] = ()
) -> Rectification:
    """立行立改: note that a problem was put right while the team was there, with photos; somebody else still verifies it.

    Raises ``FileRefused`` for a file that does not qualify, ``Refused`` without words or a photo of what it looks like now, or when the
    problem stands in the ledger already, ``InvalidTransition`` when the assignment is not open.
    """
    if not result.strip() or not responsible_title.strip():
        raise Refused("请写明怎样整改的，以及责任人职务。")
    if not after:
        raise Refused("请附上整改后的照片或文件。")
    campaign = locked(finding.campaign, Campaign.Status.RUNNING)
    assignment = open_for_writing(finding.assignment, by=by)
    current = Finding.objects.get(pk=finding.pk)
    if current.is_withdrawn or current.kind != Finding.Kind.PROBLEM:
        raise Refused("这条发现已撤回或不是问题，不能记为立行立改。")
    _refuse_known([current])
    now, today = timezone.now(), timezone.localdate()
    row = Rectification.objects.create(
        campaign=campaign,
        number=next_number(campaign),
        organization=assignment.organization,
        organization_path=assignment.organization_path,
        content=content_of([current]),
        requirement="立行立改",
        measure=result.strip(),
        responsible_title=responsible_title.strip(),
        severity=current.severity,
        is_immediate=True,
        due_on=today,
        first_due_on=today,
        status=S.IN_PROGRESS,
        issued_at=now,
        received_at=now,
        received_by=by,
        created_by=by,
    )
    link(row, [current])
    note(row, Kind.CREATE, "现场指出，立行立改", by=by, verb="rectification_create", summary="立行立改，列入整改台账")
    kept = _photos(row, before, after, by=by)
    try:
        row = Rectification.objects.select_related("campaign__organizer", "organization").get(pk=row.pk)
        row = move(row, status=S.SUBMITTED, submitted_by=by, submitted_on=today, progress=result.strip(), progress_at=now)
        note(row, Kind.SUBMIT, result.strip(), by=by, verb="rectification_submit", summary="报请核验")
        tell(row, {*office_of(row), *original_team(row)}, notices.VERIFY, "现场立行立改，请核验", by=by)
    except BaseException:
        _drop(kept)
        raise
    return row


def _photos(row: Rectification, before: Sequence[File], after: Sequence[File], *, by: User) -> list[RectificationEvidence]:
    """Keep the photos; when one is refused none stays behind on the disk."""
    kept: list[RectificationEvidence] = []
    try:
        for stage, files in ((Stage.BEFORE, before), (Stage.AFTER, after)):
            kept += [add_proof(row, file, by=by, stage=stage) for file in files]
    except BaseException:
        _drop(kept)
        raise
    return kept


def _drop(kept: Sequence[RectificationEvidence]) -> None:
    """Delete files whose rows go with the transaction."""
    for proof in kept:
        proof.file.storage.delete(proof.file.name or "")
