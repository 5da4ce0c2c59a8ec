"""Photos from a phone: each arrives whole and once, with a receipt that names what was received."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from inspections.actions.evidence import keep_evidence
from inspections.actions.revisions import DuplicateId
from inspections.actions.sync_rights import why_not, writable_ids
from inspections.evidence_files import Accepted, FileRefused, accept
from inspections.field.records import receipt_key
from inspections.models import Assignment, Evidence, Finding, Receipt
from jobs.errors import InvalidTransition, Refused
from units.models import User

PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
RELATED = ("assignment__campaign__organizer", "assignment__campaign__checklist", "assignment__organization", "campaign__organizer")


class PhotoRefused(Refused):
    """A photo is not kept; ``code`` says why (docs/api-field.md)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Photo:
    """A photo on its way in: whose it is, and what the phone says about it."""

    id: UUID
    finding: UUID
    content: bytes
    sha256: str
    name: str = ""
    caption: str = ""
    captured_at: datetime | None = None


@dataclass(frozen=True)
class PhotoReceipt:
    """What became of a photo: ``created``, ``same`` or ``removed``; ``sha256`` and ``size`` are of the bytes received."""

    photo: Photo
    outcome: str
    sha256: str
    stored_sha256: str
    received_at: datetime


def receive_photo(photo: Photo, *, by: User, through: User | None = None) -> PhotoReceipt:
    """Keep a photo with its finding and return the receipt; sent again, it returns the same receipt and keeps nothing.

    ``through`` as in ``syncing.sync``. Raises ``PhotoRefused`` with the code of the reason.
    """
    digest = hashlib.sha256(photo.content).hexdigest()
    if digest != photo.sha256:
        raise PhotoRefused("hash_mismatch", "照片没有完整传到，请重新上传。")
    finding = Finding.objects.filter(pk=photo.finding).select_related(*RELATED).first()
    if finding is None:
        raise PhotoRefused("finding_missing", "照片所属的发现还没有上传，请先上传发现，再上传照片。")
    assignment = finding.assignment
    if assignment.pk not in writable_ids([assignment], by=by, through=through):
        raise PhotoRefused(*why_not(assignment.pk, {assignment.pk: assignment}, by=by, through=through))
    known = _known(photo, digest, assignment.pk)
    if known:
        return known
    # Decoding takes a while: outside the transaction, so that nobody waits for it.
    accepted = _accepted(photo)
    return _keep(photo, finding, accepted, by=by)


def _known(photo: Photo, digest: str, assignment_id: UUID) -> PhotoReceipt | None:
    """Return the receipt of a photo that has arrived before, or was taken away."""
    stored = Evidence.objects.filter(pk=photo.id).first()
    if stored is not None:
        if stored.finding_id != photo.finding or stored.source_sha256 != digest:
            raise PhotoRefused("id_taken", "这张照片的编号已被另一张照片占用，请在手机上删除后重新添加。")
        return PhotoReceipt(photo, "same", digest, stored.sha256, stored.uploaded_at)
    gone = (
        Receipt.objects.filter(target=photo.id, assignment_id=assignment_id, kind__in=("photo", "photo_remove"))
        .order_by("received_at")
        .first()
    )
    return PhotoReceipt(photo, "removed", digest, "", gone.received_at) if gone else None


def _accepted(photo: Photo) -> Accepted:
    if not photo.content.startswith(PICTURES):
        raise PhotoRefused("unsupported_type", "只接受 JPG 或 PNG 照片，请重新选择。")
    try:
        return accept(ContentFile(photo.content, name=photo.name or "照片.jpg"), max_bytes=settings.FIELD_PHOTO_BYTES)
    except FileRefused as error:
        raise PhotoRefused("refused", error.reason) from error


@transaction.atomic
def _keep(photo: Photo, finding: Finding, accepted: Accepted, *, by: User) -> PhotoReceipt:
    # Whoever removes a photo holds the same lock: now it is certain that this one was not taken away in between.
    list(Assignment.objects.select_for_update().filter(pk=finding.assignment_id).values_list("pk"))
    known = _known(photo, accepted.source_sha256, finding.assignment_id)
    if known:
        return known
    captured_at = min(photo.captured_at, timezone.now()) if photo.captured_at else None
    try:
        stored = keep_evidence(finding, accepted, by=by, evidence_id=photo.id, caption=photo.caption, captured_at=captured_at)
    except DuplicateId as error:
        raise PhotoRefused("id_taken", str(error)) from error
    except FileRefused as error:
        raise PhotoRefused("refused", error.reason) from error
    except InvalidTransition as error:
        raise PhotoRefused(_state(finding), str(error)) from error
    Receipt.objects.create(
        id=receipt_key("photo", photo.id, finding.pk, accepted.source_sha256),
        kind="photo",
        target=photo.id,
        assignment_id=finding.assignment_id,
        sent_by=by,
        sha256=accepted.source_sha256,
        received_at=stored.uploaded_at,
    )
    return PhotoReceipt(photo, "created", accepted.source_sha256, stored.sha256, stored.uploaded_at)


def _state(finding: Finding) -> str:
    """Return the code for a finding or assignment that takes nothing any more."""
    fresh = Finding.objects.select_related("assignment__campaign").get(pk=finding.pk)
    if fresh.is_withdrawn:
        return "withdrawn"
    return "concluded" if fresh.assignment.status == Assignment.Status.CONCLUDED else "not_running"
