"""The verbs on the file of a phone that cannot send: take it in at the office, and store its records as if they had been sent."""

from __future__ import annotations

import base64
import binascii
import json
import tempfile
from collections.abc import Iterator
from typing import IO, Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from inspections.actions.photos import Photo, PhotoRefused, receive_photo
from inspections.actions.syncing import sync
from inspections.field.documented import NAMES
from inspections.field.outcomes import Outcome
from inspections.field.texts import one_line
from inspections.rescue_file import RescueFile
from jobs.actions import start
from jobs.errors import Refused
from jobs.models import Job, JobItem
from jobs.running import Progress
from units.actions.activity import record
from units.models import User

KIND = "inspections.rescue_import"
BATCH = 100
FOLDER = "rescue"
LABEL_LENGTH = 120


def take_in(upload: IO[bytes], *, passphrase: str, by: User, back_url: str = "") -> Job:
    """Read a file of a phone, keep it in the clear until it is stored, and start the job that stores it.

    Raises ``Refused`` with what is wrong with the file (``PassphraseRefused`` when it is the passphrase), or when the inspector named in
    it has no account here.
    """
    longest = settings.FIELD_PHOTO_BYTES * 2 + 64 * 1024
    opened = RescueFile(upload, passphrase=passphrase, max_bytes=settings.RESCUE_MAX_BYTES * 2, max_line=longest)
    inspector = User.objects.filter(pk=opened.inspector.id, username=opened.inspector.username).first()
    if inspector is None:
        raise Refused(f"文件中的填写人“{opened.inspector.name or opened.inspector.username}”在本系统中没有账号，没有导入。请核对文件来源。")
    total = 0
    with tempfile.TemporaryFile() as plain:
        # Read to its end before anything is stored: a file that was cut is refused as a whole.
        for line in opened.lines():
            plain.write(json.dumps(line, ensure_ascii=True).encode() + b"\n")
            total += 1
        if not total:
            raise Refused("文件里没有要导入的记录。")
        plain.seek(0)
        stored = default_storage.save(f"{FOLDER}/{uuid4().hex}", File(plain))
    title = f"导入“{inspector}”手机上未上传的记录"
    return start(KIND, title, by=by, params={"stored": stored, "inspector_id": inspector.pk}, total=total, back_url=back_url)


def carry_out(progress: Progress, *, stored: str, inspector_id: int) -> dict[str, Any]:
    """Store what the file holds, and return the summary; done again, it stores nothing twice.

    The file goes once everything in it has arrived; as long as something was refused, it stays for another attempt.
    """
    by, inspector = progress.job.started_by, User.objects.get(pk=inspector_id)
    if not default_storage.exists(stored):
        raise Refused("文件里的记录已全部导入，不需要再次执行。")
    progress.start(progress.job.total, note="正在导入记录")
    progress.job.items.all().delete()
    keeper = _Keeper(progress, by=by, inspector=inspector)
    # Records first, in whatever order the file has them: a photo needs its finding.
    for batch in _batches(stored):
        keeper.store_records(batch)
    for line in _lines(stored):
        if line.get("type") == "photo":
            keeper.store_photo(line)
    summary = keeper.finish()
    if not keeper.refused:
        default_storage.delete(stored)
    return {"summary": summary}


class _Keeper:
    """Counts and notes what became of each line."""

    def __init__(self, progress: Progress, *, by: User, inspector: User) -> None:
        self.progress, self.by, self.inspector = progress, by, inspector
        self.new = self.known = self.refused = 0
        self._place = 0

    def store_records(self, batch: list[Any]) -> None:
        """Store some records with their items."""
        with transaction.atomic():
            outcomes = sync(batch, by=self.inspector, through=self.by)
            items = [self._item(_label(raw), outcome.is_stored, outcome) for raw, outcome in zip(batch, outcomes, strict=True)]
            JobItem.objects.bulk_create(items)
        self.progress.advance(len(batch), note="正在导入记录")

    def store_photo(self, line: dict[str, Any]) -> None:
        """Store one photo with its item."""
        label = f"照片：{one_line(str(line.get('name', '')))[:LABEL_LENGTH] or '未命名'}"
        try:
            receipt = receive_photo(_photo(line), by=self.inspector, through=self.by)
        except PhotoRefused as error:
            self._item(label, False, None, str(error)).save()
        else:
            outcome = Outcome("photo", str(receipt.photo.id), receipt.outcome if receipt.outcome != "removed" else "received")
            told = "这张照片已在办公室移除，没有再次导入。" if receipt.outcome == "removed" else ""
            self._item(label, True, outcome, told).save()
        self.progress.advance(1, note="正在导入照片")

    def _item(self, label: str, is_stored: bool, outcome: Outcome | None, told: str = "") -> JobItem:  # noqa: FBT001 -- one caller each
        self._place += 1
        if not is_stored:
            self.refused += 1
        elif outcome is not None and outcome.outcome in {"created", "updated"}:
            self.new += 1
        else:
            self.known += 1
            told = told or "之前已经上传，没有重复保存。"
        text = told or (outcome.message if outcome else "")
        if outcome is not None and outcome.errors and not is_stored:
            text = "；".join(dict.fromkeys([text, *(message for _field, message in outcome.errors)]))
        status = JobItem.Status.DONE if is_stored else JobItem.Status.FAILED
        key = f"{self._place:06}"
        return JobItem(job=self.progress.job, position=self._place, key=key, label=label[:200], status=status, error=text)

    def finish(self) -> str:
        """Log the import and return what it did in one sentence."""
        summary = f"新导入 {self.new} 项，之前已上传 {self.known} 项，没有导入 {self.refused} 项。"
        record(
            self.by,
            "inspections.rescue_import",
            f"导入“{self.inspector}”手机上未上传的记录：{summary}",
            self.inspector,
            organization=self.by.organization,
        )
        return summary + ("没有导入的，请看下面逐项的说明；处理后可以点“重新执行”。" if self.refused else "")


def _lines(stored: str) -> Iterator[dict[str, Any]]:
    with default_storage.open(stored, "rb") as file:
        for raw in file:
            yield json.loads(raw)


def _batches(stored: str) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for line in _lines(stored):
        if line.get("type") == "record":
            batch.append(line.get("record"))
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _label(raw: Any) -> str:
    """Return by which name the office recognizes a record."""
    kind = raw.get("kind") if isinstance(raw, dict) else None
    data = raw.get("data") if isinstance(raw, dict) else None
    said = data if isinstance(data, dict) else {}
    text = next(
        (said[name] for name in ("text", "item", "summary", "signer_title", "reason", "note") if isinstance(said.get(name), str)), ""
    )
    name = NAMES.get(kind, "记录") if isinstance(kind, str) else "记录"
    return f"{name}：{one_line(text)[:LABEL_LENGTH]}" if text else name


def _photo(line: dict[str, Any]) -> Photo:
    """Return the photo of a line. Raises ``PhotoRefused`` when the line is none."""
    captured = parse_datetime(line["captured_at"]) if _is_moment(line.get("captured_at")) else None
    try:
        return Photo(
            id=UUID(str(line.get("id"))),
            finding=UUID(str(line.get("finding"))),
            content=base64.b64decode(str(line.get("content", "")), validate=True),
            sha256=str(line.get("sha256", "")),
            name=one_line(str(line.get("name", "")))[:200],
            caption=one_line(str(line.get("caption", "")))[:100],
            captured_at=captured if captured and is_aware(captured) else None,
        )
    except (ValueError, binascii.Error) as error:
        raise PhotoRefused("refused", "照片的内容不完整，请让填写人重新导出。") from error


def _is_moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and parse_datetime(value) is not None
    except ValueError:
        return False
