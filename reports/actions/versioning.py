"""Versions of the whole report: keep one, keep one when it is time, go back to one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from jobs.errors import Refused
from reports.actions.guard import hold_open
from reports.models import Paragraph, Report, ReportVersion, Section
from reports.versions import STATE, content_of, sha256
from units.actions.activity import record
from units.typed import words_of

if TYPE_CHECKING:
    from units.models import User

PAUSE = timedelta(minutes=15)
"""Whoever goes on editing after a pause of this length leaves a version of what stood before."""


def keep_version(report: Report, *, by: User | None, reason: str, anew: bool = False) -> ReportVersion:
    """Store the content as it stands; content that the newest version holds already is not stored twice, unless ``anew`` is set.

    What a person writes about a version is never dropped: it makes a version of its own, though nothing else is new in it.
    """
    content = content_of(report)
    checksum = sha256(content)
    last = report.versions.first()
    if last is not None and last.sha256 == checksum and (not anew or last.reason == reason[:120]):
        return last
    number = (report.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    return ReportVersion.objects.create(report=report, number=number, reason=reason[:120], content=content, sha256=checksum, made_by=by)


def keep_version_when_due(report: Report, *, by: User) -> None:
    """Before a change: keep what stands now when somebody else wrote last, or the same person a while ago."""
    last = report.edits.values_list("made_by", "made_at").first()
    newest = report.versions.values_list("made_at", flat=True).first()
    now = timezone.now()
    fresh = last is not None and last[0] == by.pk and now - last[1] < PAUSE and newest is not None and now - newest < 4 * PAUSE
    if not fresh:
        keep_version(report, by=by, reason="自动保存")


@transaction.atomic
def save_version(report: Report, *, by: User, reason: str) -> ReportVersion:
    """Keep a version on request, with the reason that the office gives. Raises ``InvalidTransition`` when the report is issued."""
    hold_open(report)
    note = words_of(reason)
    version = keep_version(report, by=by, reason=note or "手动保存", anew=bool(note))
    summary = f"保存《{report.title}》第{version.number}版"
    record(by, "reports.version_keep", summary, report, organization=report.campaign.organizer)
    return version


@transaction.atomic
def restore_version(report: Report, version: ReportVersion, *, by: User) -> ReportVersion:
    """Put the content of ``version`` back; what stands now is kept as a version first, so that nothing is lost.

    Paragraphs keep their identity, remarks stay with them. Title and signature are not touched. Raises ``InvalidTransition`` when the
    report is issued, ``Refused`` when the version belongs to another report.
    """
    if version.report_id != report.pk:
        raise Refused("这个版本不属于这份报告，请返回报告的版本记录重新选择。")
    hold_open(report)
    keep_version(report, by=by, reason=f"恢复第{version.number}版之前")
    rows = {str(row.uid): row for row in Paragraph.objects.filter(section__report=report)}
    sections = {section.pk: section for section in report.sections.all()}
    kept_sections: set[int] = set()
    kept_rows: set[str] = set()
    now = timezone.now()
    for order, stored in enumerate(version.content["sections"]):
        section = sections.get(stored["id"]) or Section(report=report)
        section.kind, section.heading, section.is_internal, section.order = stored["kind"], stored["heading"], stored["is_internal"], order
        section.save()
        kept_sections.add(section.pk)
        changed, new = _restored(section, stored["paragraphs"], rows, by, now)
        kept_rows.update(row["uid"] for row in stored["paragraphs"])
        Paragraph.objects.bulk_update(changed, [*STATE, "section", "order", "revision", "edited_by", "edited_at"])
        Paragraph.objects.bulk_create(new)
    Paragraph.objects.filter(section__report=report).exclude(uid__in=kept_rows).delete()
    report.sections.exclude(pk__in=kept_sections).delete()
    # What was undone or not no longer tells about what stands now: undoing across a restoration would tear it.
    report.edits.filter(undone=False).update(undone=True)
    made = keep_version(report, by=by, reason=f"恢复为第{version.number}版")
    summary = f"将《{report.title}》恢复为第{version.number}版"
    record(by, "reports.version_restore", summary, report, organization=report.campaign.organizer)
    return made


def _restored(
    section: Section, stored: list[dict[str, Any]], rows: dict[str, Paragraph], by: User, now: Any
) -> tuple[list[Paragraph], list[Paragraph]]:
    changed, new = [], []
    for order, state in enumerate(stored):
        row = rows.get(state["uid"])
        values = {name: state[name] for name in STATE}
        if row is None:
            new.append(Paragraph(uid=state["uid"], section=section, order=order, edited_by=by, edited_at=now, **values))
        elif row.section_id != section.pk or row.order != order or any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.section, row.order, row.edited_by, row.edited_at, row.revision = section, order, by, now, row.revision + 1
            changed.append(row)
    return changed, new
