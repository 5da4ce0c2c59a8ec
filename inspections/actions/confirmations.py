"""The verb of 事实确认: keep what the representative of an organization signed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from inspections.actions.assignments import log, open_for_writing
from inspections.actions.revisions import DuplicateId, RevisionConflict
from inspections.evidence_files import Unfit, clean_signature
from inspections.models import Assignment, Confirmation
from jobs.errors import Refused
from units.models import User

NOT_COMPARED = {"signature", "confirmed_at", "findings"}
"""The picture is told by its checksum; the clock of a phone says nothing about the content; findings may come in another order."""


class SignatureRefused(Refused):
    """The picture of the signature cannot be kept."""


@dataclass(frozen=True)
class Signed:
    """What was signed: ``findings`` are rows of ``id``, ``kind`` and ``text`` exactly as they were shown."""

    signer_title: str
    opinion: str
    opinion_text: str
    findings: Sequence[dict[str, str]]
    signature: bytes
    confirmed_at: datetime


@transaction.atomic
def save_confirmation(
    assignment: Assignment, signed: Signed, *, by: User, base_revision: int, confirmation_id: UUID | None = None
) -> tuple[Confirmation, bool]:
    """Keep a confirmation, or a new one in its place that was made from ``base_revision``; return it and whether it is the first.

    The same sent again changes nothing. Raises ``Refused`` when something is missing, ``SignatureRefused`` for a picture that is none,
    ``RevisionConflict`` when another was signed since, ``DuplicateId`` when the id belongs to another assignment, ``InvalidTransition``
    when nothing can be written any more.
    """
    fresh = open_for_writing(assignment, by=by)
    values = _checked(signed)
    current = Confirmation.objects.filter(assignment=fresh).select_related("taken_by").first()
    if current is None:
        return _create(fresh, values, by=by, confirmation_id=confirmation_id or uuid4()), True
    if all(getattr(current, name) == value for name, value in values.items() if name not in NOT_COMPARED) and _same_findings(
        current, signed
    ):
        return current, False
    if current.revision != base_revision:
        raise RevisionConflict(current)
    before = _words(current)
    Confirmation.objects.filter(pk=current.pk).update(**values, taken_by=by, received_at=timezone.now(), revision=F("revision") + 1)
    current.refresh_from_db()
    _log(fresh, current, before, by=by)
    return current, False


def _same_findings(current: Confirmation, signed: Signed) -> bool:
    return sorted(current.findings, key=lambda row: str(row["id"])) == sorted(signed.findings, key=lambda row: row["id"])


def _checked(signed: Signed) -> dict[str, Any]:
    """Return the fields to write."""
    if not signed.signer_title.strip():
        raise Refused("请填写确认人的职务。")
    if signed.opinion == Confirmation.Opinion.OBJECTION and not signed.opinion_text.strip():
        raise Refused("单位有异议时，请写明意见内容。")
    try:
        picture = clean_signature(signed.signature, max_bytes=settings.FIELD_SIGNATURE_BYTES)
    except Unfit as error:
        raise SignatureRefused(str(error)) from error
    return {
        "signer_title": signed.signer_title.strip(),
        "opinion": Confirmation.Opinion(signed.opinion),
        "opinion_text": signed.opinion_text.strip(),
        # In the order shown: an objection speaks of "the first one".
        "findings": list(signed.findings),
        "signature": picture,
        "signature_sha256": hashlib.sha256(signed.signature).hexdigest(),
        "confirmed_at": min(signed.confirmed_at, timezone.now()),
    }


def _create(assignment: Assignment, values: dict[str, Any], *, by: User, confirmation_id: UUID) -> Confirmation:
    try:
        # A savepoint: on PostgreSQL a refused row would otherwise spoil the whole transaction.
        with transaction.atomic():
            confirmation = Confirmation.objects.create(
                id=confirmation_id, assignment=assignment, taken_by=by, received_at=timezone.now(), **values
            )
    except IntegrityError as error:
        raise DuplicateId from error
    _log(assignment, confirmation, "", by=by)
    return confirmation


def _words(confirmation: Confirmation) -> str:
    text = f"（{confirmation.opinion_text}）" if confirmation.opinion_text else ""
    return f"{confirmation.signer_title}：{confirmation.get_opinion_display()}{text}，确认事实 {len(confirmation.findings)} 条"


def _log(assignment: Assignment, confirmation: Confirmation, before: str, *, by: User) -> None:
    changes = {"事实确认": [before, _words(confirmation)], "签名校验值": ["", confirmation.signature_sha256]}
    summary = f"“{assignment.organization}”的代表确认事实：{_words(confirmation)}"
    log(assignment, "assignment_confirm", summary, by=by, changes=changes)
