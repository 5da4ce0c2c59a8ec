"""Making files from a report's content, once per content and format."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import transaction

from reports.assembly import document_of
from reports.models import Rendition, Report
from reports.rendering.document import Document, to_json
from reports.rendering.formats import RENDERERS
from reports.rendering.press import Limits, render_apart
from reports.rendering.result import RenderResult
from units.actions.activity import record

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from units.models import User


def produce(file_format: str, document: Any, *, patience: float = 1, **options: Any) -> RenderResult:
    """Make one file within the limits of this installation, in a process of its own; here where there are no limits.

    ``file_format`` is a name in ``rendering.formats.RENDERERS``; with ``patience`` it may take so many times as long. Raises ``RenderError`` with a Chinese sentence for a document that cannot be
    set, or that takes more time or memory than one document may.
    """
    limits = Limits.of_settings()
    if limits.are_set:
        return render_apart(file_format, document, replace(limits, seconds=limits.seconds * patience), **options)
    return RENDERERS[file_format](document, **options)


def content_sha256(document: Document) -> str:
    """Return the SHA-256 of a document's content as canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(to_json(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def make_rendition(report: Report, file_format: str, *, by: User) -> Rendition:
    """Return the file of ``report`` as it stands now; one made from the same content before is taken again.

    What is not issued carries the mark of a draft; the PDF of what is issued is PDF/A. Raises ``RenderError`` with a Chinese sentence when the content cannot be set.
    """
    document = document_of(report)
    content = content_sha256(document)
    known = renditions_of(report, content).filter(format=file_format).first()
    if known and known.is_kept:
        return known
    issued = report.status == Report.Status.ISSUED
    options = {"archival": True} if issued and file_format == Rendition.Format.PDF else {}
    result = produce(file_format, document, draft=not issued, **options)
    rendition = Rendition(
        report=report,
        format=file_format,
        sha256=hashlib.sha256(result.content).hexdigest(),
        content_sha256=content,
        pages=result.pages,
        fonts=list(result.fonts),
        warnings=list(result.warnings),
        made_by=by,
    )
    with transaction.atomic():
        rendition.file.save("", ContentFile(result.content), save=False)
        rendition.save()
        record(
            by,
            "reports.rendition_make",
            f"生成《{report.title}》的{rendition.get_format_display()}",
            report,
            organization=report.campaign.organizer,
            changes={"文件校验值": ["", rendition.sha256]},
        )
    return rendition


def renditions_of(report: Report, content: str) -> QuerySet[Rendition]:
    """Return the files made from this content; of an issued report only those made since, because earlier ones bear the mark of a draft."""
    made = report.renditions.filter(content_sha256=content)
    return made.filter(made_at__gte=report.issued_at) if report.issued_at else made


def current_renditions(report: Report) -> list[Rendition]:
    """Return the files made from the report's present content, one per format at most."""
    content = content_sha256(document_of(report))
    newest: dict[str, Rendition] = {}
    for rendition in renditions_of(report, content).order_by("made_at"):
        newest[rendition.format] = rendition
    return [newest[value] for value in Rendition.Format.values if value in newest]
