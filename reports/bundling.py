"""What a bulk job hands over at its end: an archive of single files, or one bound volume (合订本)."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.utils import timezone

from inspections.models import Campaign
from jobs.errors import Refused
from jobs.models import JobItem
from jobs.running import Progress
from reports.models import ReportTemplate
from reports.naming import safe_stem
from reports.rendering.document import from_json
from reports.rendering.result import OverMemoryError, OverTimeError
from reports.rendering.volume import Entry, Volume
from reports.renditions import produce
from reports.wording import date_text

ZIP, VOLUME = "zip", "volume"
AT_ONCE = 20
"""So many documents of a volume may take as long as one document by itself."""


def _attach_archive(progress: Progress, name: str, members: Iterable[tuple[str, bytes]]) -> None:
    """Keep an archive as the job's result, stored without compression: PDF and .docx are compressed already."""
    handle, place = tempfile.mkstemp(suffix=".zip", dir=settings.VAR_DIR)
    try:
        with os.fdopen(handle, "wb") as target, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for member, content in members:
                archive.writestr(member, content)
        with Path(place).open("rb") as source:
            progress.attach(File(source), name)
    finally:
        Path(place).unlink(missing_ok=True)


def pack(progress: Progress, campaign: Campaign, template: ReportTemplate) -> None:
    """Put all finished files into one archive and keep it as the job's result."""
    done = progress.job.items.filter(status=JobItem.Status.DONE).iterator()
    name = f"{safe_stem(campaign.title)}-{safe_stem(template.name)}.zip"
    _attach_archive(progress, name, ((item.file_name, _read(item)) for item in done))


def _read(item: JobItem) -> bytes:
    with item.file.open("rb") as source:
        return bytes(source.read())


def volume_of(progress: Progress, campaign: Campaign, template: ReportTemplate, signed_on: date, *, right_pages: bool) -> Volume:
    """Return the volume of all documents that are made, in the order of the items."""
    items = progress.job.items.filter(status=JobItem.Status.DONE)
    entries = [Entry(item.data["name"], item.data["group"], from_json(json.loads(_read(item)))) for item in items.iterator()]
    notes = (campaign.organizer_body or str(campaign.organizer), f"共{len(entries)}份", date_text(signed_on))
    return Volume(f"{campaign.title}\n{template.name}合订本", notes, tuple(entries), right_pages)


def bind(
    progress: Progress,
    campaign: Campaign,
    template: ReportTemplate,
    formats: list[str],
    values: dict[str, Any],
    *,
    right_pages: bool,
) -> str:
    """Bind what is made into one volume per format and keep it as the job's result; return how many pages it has, in Chinese.

    Raises ``Refused`` when nothing was made, or when all of it together is too much for one volume.
    """
    signed_on = date.fromisoformat(values["signed_on"]) if values.get("signed_on") else timezone.localdate()
    volume = volume_of(progress, campaign, template, signed_on, right_pages=right_pages)
    if not volume.entries:
        raise Refused("没有一份文稿生成成功，无法装订合订本。失败原因见下表，处理后请重新执行。")
    stem = f"{safe_stem(campaign.title)}-{safe_stem(template.name)}合订本"
    made: dict[str, bytes] = {}
    told = ""
    for file_format in formats:
        try:
            result = produce(f"volume-{file_format}", volume, patience=1 + len(volume.entries) / AT_ONCE, draft=True)
        except (OverTimeError, OverMemoryError) as error:
            raise Refused("全部文稿装订成一册超过了系统的上限。请按类别或上级分几次装订，或者改为每个单位一个文件。") from error
        made[f"{stem}.{file_format}"] = result.content
        told = f"合订本共 {result.pages} 页。" if result.pages else told
        progress.step("编排合订本")
    if len(made) == 1:
        ((name, content),) = made.items()
        progress.attach(ContentFile(content), name)
    else:
        _attach_archive(progress, f"{stem}.zip", made.items())
    return told
