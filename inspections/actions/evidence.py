"""The verbs on evidence: add a file to a finding, caption it, remove it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid5

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import IntegrityError, transaction
from django.db.models import F

from inspections.actions.assignments import open_for_writing
from inspections.actions.revisions import DuplicateId, RevisionConflict
from inspections.evidence_files import Accepted, FileRefused, accept
from inspections.models import Evidence, Finding
from jobs.errors import InvalidTransition, Refused
from units.actions.activity import record
from units.models import User

MAX_FILES = 30
"""Per finding; more is a folder, not evidence."""


def add_files(finding: Finding, uploads: Iterable[File], *, by: User) -> tuple[list[Evidence], list[FileRefused]]:
    """Keep the good ones of ``uploads`` and return them, with the reasons for the others.

    Raises ``InvalidTransition`` when nothing can be written any more.
    """
    kept, refused = [], []
    for upload in uploads:
        try:
            kept.append(add_evidence(finding, upload, by=by))
        except FileRefused as error:
            refused.append(error)
    return kept, refused


def add_evidence(finding: Finding, upload: File, *, by: User, evidence_id: UUID | None = None, caption: str = "") -> Evidence:
    """Check one file, and keep it with its finding. The same file sent twice to a finding is kept once.

    ``evidence_id`` is the client's, else it follows from finding and content. Raises ``FileRefused`` with the reason,
    ``DuplicateId`` when the id belongs to another finding, ``InvalidTransition`` when nothing can be written any more.
    """
    accepted = accept(upload, max_bytes=settings.EVIDENCE_MAX_BYTES)
    return keep_evidence(finding, accepted, by=by, evidence_id=evidence_id, caption=caption)


def keep_evidence(
    finding: Finding,
    accepted: Accepted,
    *,
    by: User,
    evidence_id: UUID | None = None,
    caption: str = "",
    captured_at: datetime | None = None,
) -> Evidence:
    """Keep a file that was checked before; ``captured_at`` is the clock of the phone that took it. Raises as ``add_evidence`` does."""
    evidence = Evidence(
        id=evidence_id or uuid5(finding.pk, accepted.source_sha256),
        finding=finding,
        name=accepted.name,
        content_type=accepted.content_type,
        size=len(accepted.content),
        sha256=accepted.sha256,
        source_sha256=accepted.source_sha256,
        captured_at=captured_at,
        caption=caption,
        uploaded_by=by,
    )
    try:
        with transaction.atomic():
            return _keep(evidence, accepted, by=by)
    except BaseException as error:
        # The row is gone with the transaction; its file must not stay behind.
        if evidence.file.name and getattr(evidence.file, "_committed", False):
            evidence.file.storage.delete(evidence.file.name)
        if isinstance(error, IntegrityError):
            raise DuplicateId from error
        raise


def _keep(evidence: Evidence, accepted: Accepted, *, by: User) -> Evidence:
    finding = evidence.finding
    _open(finding, by=by)
    known = Evidence.objects.filter(pk=evidence.pk).first()
    if known:
        if known.finding_id != finding.pk:
            raise DuplicateId
        return known
    if finding.evidence.count() >= MAX_FILES:
        raise FileRefused(accepted.name, f"每条发现最多 {MAX_FILES} 个文件，请先移除不需要的。")
    evidence.file = ContentFile(accepted.content, name=accepted.name)
    evidence.save(force_insert=True)
    _log(evidence, "evidence_add", f"上传佐证材料“{evidence.name}”", by=by, changes={"校验值": ["", evidence.sha256]})
    return evidence


@transaction.atomic
def caption_evidence(evidence: Evidence, *, by: User, caption: str, base_revision: int) -> Evidence:
    """Say what a file shows. Raises ``RevisionConflict`` when somebody said something else since, ``InvalidTransition`` as above."""
    _open(evidence.finding, by=by)
    current = Evidence.objects.select_related("finding__campaign__organizer").get(pk=evidence.pk)
    if current.caption == caption:
        return current
    if current.revision != base_revision:
        raise RevisionConflict(current)
    Evidence.objects.filter(pk=current.pk).update(caption=caption, revision=F("revision") + 1)
    changes = {"说明": [current.caption, caption]}
    current.refresh_from_db(fields=["caption", "revision"])
    _log(current, "evidence_caption", f"填写佐证材料“{current.name}”的说明", by=by, changes=changes)
    return current


@transaction.atomic
def remove_evidence(evidence: Evidence, *, by: User) -> None:
    """Remove a file for good; the log keeps its name and checksum.

    Raises ``Refused`` when it is gone already, ``InvalidTransition`` when nothing can be written any more.
    """
    _open(evidence.finding, by=by)
    stored, storage = evidence.file.name or "", evidence.file.storage
    gone, _ = Evidence.objects.filter(pk=evidence.pk).delete()
    if not gone:
        raise Refused("这个文件已经被移除，请刷新页面查看。")
    _log(evidence, "evidence_remove", f"移除佐证材料“{evidence.name}”", by=by, changes={"校验值": [evidence.sha256, ""]})
    transaction.on_commit(lambda: storage.delete(stored), robust=True)


def _open(finding: Finding, *, by: User) -> None:
    open_for_writing(finding.assignment, by=by)
    if Finding.objects.filter(pk=finding.pk, withdrawn_at__isnull=False).exists():
        raise InvalidTransition("这条发现已经撤回，不能再添加或移除佐证材料。")


def _log(evidence: Evidence, verb: str, summary: str, *, by: User, changes: dict[str, list[str]]) -> None:
    """Record at the finding, whose history it is part of."""
    record(by, f"inspections.{verb}", summary, evidence.finding, organization=evidence.finding.campaign.organizer, changes=changes)
