"""The verbs on the evidence of a row: add a file, remove it. Files pass the same door as evidence of findings."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID, uuid5

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import IntegrityError, transaction

from inspections.actions.rectification_moves import S, opened
from inspections.actions.revisions import DuplicateId
from inspections.evidence_files import Accepted, FileRefused, accept
from inspections.models import Rectification, RectificationEvidence
from jobs.errors import InvalidTransition, Refused
from units.actions.activity import record
from units.models import User

MAX_FILES = 30
"""Per row; more is a folder, not evidence."""
Stage = RectificationEvidence.Stage


def add_proofs(
    row: Rectification, uploads: Iterable[File], *, by: User, stage: str
) -> tuple[list[RectificationEvidence], list[FileRefused]]:
    """Keep the good ones of ``uploads`` and return them, with the reasons for the others. Raises ``InvalidTransition`` as ``add_proof``."""
    kept, refused = [], []
    for upload in uploads:
        try:
            kept.append(add_proof(row, upload, by=by, stage=stage))
        except FileRefused as error:
            refused.append(error)
    return kept, refused


def add_proof(
    row: Rectification, upload: File, *, by: User, stage: str, proof_id: UUID | None = None, caption: str = ""
) -> RectificationEvidence:
    """Check one file, and keep it with the row. The same file sent twice for the same stage is kept once.

    Raises ``FileRefused`` with the reason, ``DuplicateId`` when the id belongs to another row, ``InvalidTransition`` when the row is not
    being worked on.
    """
    accepted = accept(upload, max_bytes=settings.EVIDENCE_MAX_BYTES)
    stage = Stage(stage)
    proof = RectificationEvidence(
        id=proof_id or uuid5(row.pk, f"{stage}:{accepted.source_sha256}"),
        rectification=row,
        stage=stage,
        name=accepted.name,
        content_type=accepted.content_type,
        size=len(accepted.content),
        sha256=accepted.sha256,
        caption=caption,
        uploaded_by=by,
    )
    try:
        with transaction.atomic():
            return _keep(proof, accepted, by=by)
    except BaseException as error:
        # The row is gone with the transaction; its file must not stay behind.
        if proof.file.name and getattr(proof.file, "_committed", False):
            proof.file.storage.delete(proof.file.name)
        if isinstance(error, IntegrityError):
            raise DuplicateId from error
        raise


def _keep(proof: RectificationEvidence, accepted: Accepted, *, by: User) -> RectificationEvidence:
    row = opened(proof.rectification, S.IN_PROGRESS)
    known = RectificationEvidence.objects.filter(pk=proof.pk).first()
    if known:
        if known.rectification_id != row.pk:
            raise DuplicateId
        return known
    if row.proofs.count() >= MAX_FILES:
        raise FileRefused(accepted.name, f"每项整改最多 {MAX_FILES} 个文件，请先移除不需要的。")
    proof.file = ContentFile(accepted.content, name=accepted.name)
    proof.save(force_insert=True)
    _log(row, "evidence_add", f"上传整改佐证“{proof.name}”（{proof.get_stage_display()}）", by=by, values=["", proof.sha256])
    return proof


@transaction.atomic
def remove_proof(proof: RectificationEvidence, *, by: User) -> None:
    """Remove a file for good; the log keeps its name and checksum.

    Only while the row is worked on, and not what was there when a verdict was given: that stays what was judged. Raises ``Refused``.
    """
    row = opened(proof.rectification, S.IN_PROGRESS)
    judged = row.entries.filter(kind__in=("return", "reopen"), at__gt=proof.uploaded_at).exists()
    if judged:
        raise InvalidTransition("核验时已看过这个文件，它是核验的依据，不能移除。可以补充新的文件。")
    stored, storage = proof.file.name or "", proof.file.storage
    gone, _ = RectificationEvidence.objects.filter(pk=proof.pk).delete()
    if not gone:
        raise Refused("这个文件已经被移除，请刷新页面查看。")
    _log(row, "evidence_remove", f"移除整改佐证“{proof.name}”", by=by, values=[proof.sha256, ""])
    transaction.on_commit(lambda: storage.delete(stored), robust=True)


def _log(row: Rectification, verb: str, summary: str, *, by: User, values: list[str]) -> None:
    """Record at the row, whose history it is part of."""
    record(by, f"inspections.{verb}", summary, row, organization_path=row.organization_path, changes={"校验值": values})
