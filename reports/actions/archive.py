"""The verbs of the archive: take an old report in, correct what was misread, throw it out."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from jobs.errors import Refused
from reports.intake import Unreadable, read_lines, understand
from reports.models import ArchivedReport
from units.actions.activity import changes_between, record

if TYPE_CHECKING:
    from units.models import PartyOrganization, User

FIELDS = {"title": "标题", "issuer": "发文单位", "year": "年度", "signed_on": "成文日期"}


def take_in(organization: PartyOrganization, name: str, content: bytes, *, by: User) -> ArchivedReport:
    """Read a .docx or .txt file and keep it with what was understood. Raises ``Refused`` for what cannot be read or is there already."""
    try:
        found = understand(read_lines(name, content), name)
    except Unreadable as error:
        raise Refused(str(error)) from error
    digest = hashlib.sha256(content).hexdigest()
    known = ArchivedReport.objects.filter(organization=organization, sha256=digest).first()
    if known:
        raise Refused(f"这个文件已经收录过：《{known.title}》。")
    report = ArchivedReport(
        organization=organization,
        title=found.title[:200],
        issuer=found.issuer[:100],
        year=found.year,
        signed_on=found.signed_on,
        content={"addressee": found.addressee, "number": found.number, "blocks": found.blocks},
        unread=found.unread,
        text=found.text,
        name=name[-150:],
        sha256=digest,
        taken_in_by=by,
    )
    try:
        with transaction.atomic():
            report.file.save("", ContentFile(content), save=False)
            report.save()
            record(by, "reports.archive_create", f"收录历史报告《{report.title}》", report, organization=organization)
    except IntegrityError as error:
        raise Refused("这个文件刚被他人收录。") from error
    return report


@transaction.atomic
def correct(report: ArchivedReport, *, by: User, **values: Any) -> ArchivedReport:
    """Correct title, issuer, year or date. Raises ``TypeError`` for other fields."""
    if unknown := set(values) - set(FIELDS):
        raise TypeError(f"not to be changed here: {', '.join(sorted(unknown))}")
    before = {name: getattr(report, name) for name in FIELDS}
    for name, value in values.items():
        setattr(report, name, value)
    report.save(update_fields=list(values))
    changes = changes_between(before, {name: getattr(report, name) for name in FIELDS}, FIELDS)
    record(by, "reports.archive_update", f"更正历史报告《{report.title}》的信息", report, organization=report.organization, changes=changes)
    return report


@transaction.atomic
def throw_out(report: ArchivedReport, *, by: User) -> None:
    """Take a report out of the archive, its file with it once the record is gone."""
    record(by, "reports.archive_delete", f"删除历史报告《{report.title}》", report, organization=report.organization)
    storage, name = report.file.storage, str(report.file.name)
    report.delete()
    transaction.on_commit(lambda: storage.delete(name), robust=True)
