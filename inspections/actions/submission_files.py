"""The verbs on the file of a submission: upload, read, remove. Small files are read at once, large ones by a worker."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from inspections.actions import submission_steps as steps
from inspections.actions.submission_content import take_in
from inspections.documents.material import Material, material_of
from inspections.documents.opening import opened
from inspections.documents.reading import Unreadable
from inspections.evidence_files.accepting import shown_name
from inspections.models import Submission, SubmissionFile
from jobs import actions as jobs
from jobs.errors import Refused
from units.models import User

AT_ONCE = 2**20
"""Up to this size a file is read while its sender waits: a report without pictures takes some tenths of a second."""
_PIECE = 2**20


class FileNotTaken(Refused):
    """The file was not kept; the text says why and what to do."""


def upload(submission: Submission, file: File, *, by: User) -> SubmissionFile:
    """Keep a Word file as the submission's text, in place of the one before, and read it.

    Raises ``FileNotTaken`` with what to do about it: nothing of the submission is changed then. ``InvalidTransition`` when it cannot be
    changed. A large file is kept and read by a job; should it prove unreadable, the page says so.
    """
    steps.opened_now(submission)
    name = shown_name(file.name or "")
    size = file.size or 0
    if size > settings.SUBMISSION_MAX_BYTES:
        raise FileNotTaken(
            f"“{name}”有 {size / 2**20:.0f} MB，超过 {settings.SUBMISSION_MAX_BYTES // 2**20} MB 的上限。请压缩文档里的图片后再上传。"
        )
    digest = hashlib.sha256()
    file.seek(0)
    for piece in iter(lambda: file.read(_PIECE), b""):
        digest.update(piece)
    material = None
    if size <= AT_ONCE:
        material = _read(name, file)
    row = SubmissionFile(submission=submission, name=name, size=size, sha256=digest.hexdigest(), uploaded_by=by)
    try:
        with transaction.atomic():
            return _keep(row, file, material, by=by)
    except BaseException:
        # The row is gone with the transaction; its file must not stay behind.
        if row.file.name and getattr(row.file, "_committed", False):
            row.file.storage.delete(row.file.name)
        raise


def _read(name: str, file: File) -> Material:
    try:
        return material_of(opened(name, file), name)
    except Unreadable as error:
        raise FileNotTaken(f"“{name}”没有上传：{error}") from error


def _keep(row: SubmissionFile, file: File, material: Material | None, *, by: User) -> SubmissionFile:
    fresh = steps.opened(row.submission)
    fresh.files.filter(is_current=True).update(is_current=False)
    file.seek(0)
    row.submission = fresh
    row.file.save(row.name, file, save=False)
    if material is not None:
        row.status, row.content = SubmissionFile.Status.READ, material.to_json()
    row.save(force_insert=True)
    Submission.objects.filter(pk=fresh.pk).update(revision=F("revision") + 1)
    changes = {"校验值": ["", row.sha256]}
    steps.log(fresh, "submission_upload", f"“{fresh.organization}”上传材料“{row.name}”", by=by, changes=changes)
    if material is not None:
        take_in(fresh)
    else:
        back = reverse("inspections:submission_detail", args=[fresh.pk])
        job = jobs.start("inspections.submission_read", f"读取“{row.name}”", by=by, params={"file": str(row.pk)}, back_url=back)
        SubmissionFile.objects.filter(pk=row.pk).update(job=job)
        row.job = job
    return row


def read_stored(row: SubmissionFile) -> bool:
    """Read a file that is stored; return whether it could be read. A second run finds nothing left to do.

    What cannot be read keeps the reason, so that the page can say it. Called by the worker.
    """
    try:
        with row.file.open("rb") as stream:
            material = material_of(opened(row.name, stream), row.name)
    except Unreadable as error:
        waiting = SubmissionFile.objects.filter(pk=row.pk, status=SubmissionFile.Status.WAITING)
        waiting.update(status=SubmissionFile.Status.UNREADABLE, problem=str(error)[:300])
        return False
    with transaction.atomic():
        fresh = steps.opened(row.submission)
        values = {"status": SubmissionFile.Status.READ, "content": material.to_json(), "problem": ""}
        if SubmissionFile.objects.filter(pk=row.pk, status=SubmissionFile.Status.WAITING, is_current=True).update(**values):
            take_in(fresh)
    return True


@transaction.atomic
def remove_file(submission: Submission, *, by: User) -> None:
    """Take the file out of the submission; it stays on record. Raises ``Refused`` when there is none."""
    fresh = steps.opened(submission)
    row = fresh.files.filter(is_current=True).first()
    if row is None:
        raise Refused("已经没有上传的文件，请刷新页面查看。")
    fresh.files.filter(pk=row.pk).update(is_current=False)
    Submission.objects.filter(pk=fresh.pk).update(revision=F("revision") + 1)
    steps.log(fresh, "submission_drop_file", f"“{fresh.organization}”移除材料“{row.name}”", by=by)
    take_in(fresh)
