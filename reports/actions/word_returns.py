"""留痕: take a Word file back that was edited outside, and decide on each of its changes."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any

import docx
from django.db import transaction
from django.utils import timezone

from jobs.errors import InvalidTransition, Refused
from reports.actions.content import checked_table, clean
from reports.actions.editing import add_paragraphs
from reports.actions.guard import hold_open
from reports.actions.paragraphs import Verb, change, make_room, note, paragraph_in, placed_state
from reports.actions.versioning import keep_version
from reports.assembly import document_of
from reports.intake import Unreadable, read_lines
from reports.models import Paragraph, Proposal, Report, Section, WordReturn
from reports.rendering.docx import render_docx
from reports.sheet import parts_of
from reports.versions import own, state_of
from reports.word_return import changes
from units.actions.activity import record

if TYPE_CHECKING:
    from units.models import User

Status = Proposal.Status


def _author(content: bytes) -> str:
    """Return who last changed the file, as far as it says."""
    properties = docx.Document(io.BytesIO(content)).core_properties
    return (properties.last_modified_by or properties.author or "")[:100]


@transaction.atomic
def take_back(report: Report, *, by: User, name: str, content: bytes) -> WordReturn:
    """Read a returned .docx and keep its changes as proposals; the report itself is not touched.

    Raises ``Refused`` when the file cannot be read, was taken back before, or has no changes.
    """
    hold_open(report)
    if not name.lower().endswith(".docx"):
        raise Refused("只能取回 .docx 文件。请在 Word 或 WPS 里另存为 .docx 后再上传。")
    checksum = hashlib.sha256(content).hexdigest()
    if report.word_returns.filter(sha256=checksum).exists():
        raise Refused("这个文件已经取回过，请在下面的列表里处理它的修改。")
    try:
        theirs = read_lines(name, content).lines
        ours = read_lines("ours.docx", render_docx(document_of(report)).content).lines
    except Unreadable as error:
        raise Refused(str(error)) from error
    found = changes(parts_of(report), ours, theirs)
    if not found:
        raise Refused("文件与现有文稿完全一致，没有需要处理的修改。")
    returned = WordReturn.objects.create(report=report, name=name[-150:], sha256=checksum, author=_author(content), made_by=by)
    Proposal.objects.bulk_create(
        Proposal(
            source=returned,
            kind=each.kind,
            paragraph=each.uid,
            after_paragraph=each.behind,
            before=each.before,
            after=each.after,
            position=place,
        )
        for place, each in enumerate(found)
    )
    summary = f"取回《{report.title}》的 Word 修改稿，{len(found)} 处修改"
    record(by, "reports.word_return", summary, report, organization=report.campaign.organizer)
    return returned


@transaction.atomic
def decide(report: Report, proposal: Proposal, *, by: User, accept: bool) -> Proposal:
    """Accept or refuse one change; who and when is kept. Raises ``Refused`` where the paragraph was changed since the file came back.

    A change outside paragraphs (title, headings of parts, signature) is only noted as seen: it is made by hand.
    """
    hold_open(report)
    status = Status.ACCEPTED if accept else Status.REFUSED
    taken = Proposal.objects.filter(pk=proposal.pk, source__report=report, status=Status.OPEN)
    if not taken.update(status=status, decided_by=by, decided_at=timezone.now()):
        raise InvalidTransition("这处修改已有人处理过，请刷新页面。")
    if accept:
        _carry_out(report, proposal, by)
    summary = f"{'采纳' if accept else '不采纳'}《{report.title}》外部修改稿的一处{proposal.get_kind_display()}"
    record(by, "reports.proposal_decide", summary, report, organization=report.campaign.organizer)
    proposal.refresh_from_db()
    return proposal


@transaction.atomic
def decide_all(report: Report, returned: WordReturn, *, by: User, accept: bool) -> tuple[int, int]:
    """Decide on all open changes of a file; return how many were decided and how many must be looked at one by one."""
    hold_open(report)
    keep_version(report, by=by, reason=f"采纳“{returned.name}”之前")
    done = left = 0
    for proposal in returned.proposals.filter(status=Status.OPEN):
        if accept and proposal.paragraph is None and proposal.kind != Proposal.Kind.ADD:
            left += 1
            continue
        try:
            with transaction.atomic():
                decide(report, proposal, by=by, accept=accept)
            done += 1
        except Refused:
            left += 1
    return done, left


def _carry_out(report: Report, proposal: Proposal, by: User) -> None:
    if proposal.kind == Proposal.Kind.ADD:
        _add(report, proposal, by)
        return
    if proposal.paragraph is None:
        return
    row = paragraph_in(report, proposal.paragraph)
    if own(state_of(row)) != own(proposal.before):
        raise Refused("这一段在文件取回之后又改过，不能直接采纳。请在编辑页对照修改后，把这处标为“不采纳”。")
    before = placed_state(row)
    if proposal.kind == Proposal.Kind.DELETE:
        row.delete()
        note(report, row.uid, Verb.DELETE, by=by, before=before, after=None)
    elif proposal.kind == Proposal.Kind.MOVE:
        behind, section = _anchor(report, proposal)
        place = make_room(section, behind)
        Paragraph.objects.filter(pk=row.pk).update(section=section, order=place)
        row.refresh_from_db()
        note(report, row.uid, Verb.MOVE, by=by, before=before, after=placed_state(row))
    else:
        after = proposal.after or {}
        values: dict[str, Any] = {"lead": clean(after.get("lead", ""))[:200], "text": clean(after.get("text", ""))}
        if row.kind == Paragraph.Kind.TABLE:
            values = {"table": checked_table(after.get("table"))}
        change(row, by=by, **values)
        note(report, row.uid, Verb.PROPOSAL, by=by, before=before, after=placed_state(row))


def _anchor(report: Report, proposal: Proposal) -> tuple[Paragraph | None, Section]:
    """Return the paragraph behind which something goes (None: at the beginning) and its part. Raises ``Refused`` when both are gone."""
    rows = Paragraph.objects.filter(section__report=report).select_related("section")
    behind = rows.filter(uid=proposal.after_paragraph).first() if proposal.after_paragraph else None
    if behind is not None:
        return behind, behind.section
    section = report.sections.filter(pk=(proposal.after or {}).get("section", 0)).first()
    if section is None:
        raise Refused("这处修改所在的部分已被删除，请在编辑页手工处理后标为“不采纳”。")
    # The paragraph that it stood behind is gone: the end of its part is nearer than the beginning.
    return (rows.filter(section=section).order_by("-order", "-pk").first() if proposal.after_paragraph else None), section


def _add(report: Report, proposal: Proposal, by: User) -> None:
    after = proposal.after or {}
    behind, section = _anchor(report, proposal)
    (made,) = add_paragraphs(
        report,
        by=by,
        section=section.pk,
        behind=behind.uid if behind else None,
        kind=after.get("kind", "body"),
        level=after.get("level", 0),
        texts=[after.get("text", "")],
    )
    if after.get("table"):
        change(made, by=by, table=checked_table(after["table"]))
    # What stood behind the same paragraph in the file goes behind this one.
    later = Proposal.objects.filter(source=proposal.source, kind=Proposal.Kind.ADD, status=Status.OPEN, position__gt=proposal.position)
    later.filter(after_paragraph=proposal.after_paragraph).update(after_paragraph=made.uid)
