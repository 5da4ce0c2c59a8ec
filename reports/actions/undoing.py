"""Undo: take back one's own last act, as long as nobody has gone on from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from jobs.errors import Refused
from reports.actions.guard import hold_open
from reports.actions.paragraphs import Verb, change, make_room, note
from reports.models import Paragraph, ParagraphEdit, Report
from reports.versions import STATE, own, state_of
from units.actions.activity import record

if TYPE_CHECKING:
    from units.models import User

_LATER = "这一段后来又被修改过，不能直接撤销。可以在“历史”里查看并恢复以前的文字。"


def last_act(report: Report, user: User) -> ParagraphEdit | None:
    """Return the newest change of ``user`` that can be taken back; one query."""
    return report.edits.filter(made_by=user, undone=False).exclude(verb=Verb.UNDO).defer("before", "after").first()


@transaction.atomic
def undo(report: Report, *, by: User) -> list[str]:
    """Take back the last act of ``by``; return the ids of the paragraphs that it concerned.

    Raises ``Refused`` when there is nothing to take back, or when somebody has changed one of these paragraphs since.
    """
    hold_open(report)
    last = last_act(report, by)
    if last is None:
        raise Refused("没有可以撤销的修改。")
    edits = list(report.edits.filter(act=last.act, undone=False).order_by("-pk"))
    for edit in edits:
        if edit.verb == Verb.RENAME:
            _name_back(report, edit)
        else:
            _take_back(report, edit, by)
    report.edits.filter(pk__in=[edit.pk for edit in edits]).update(undone=True)
    verb = Verb(last.verb).label
    record(by, "reports.edit_undo", f"撤销对《{report.title}》的{verb}", report, organization=report.campaign.organizer)
    return [str(edit.paragraph) for edit in edits if edit.verb != Verb.RENAME]


def _name_back(report: Report, edit: ParagraphEdit) -> None:
    before, after = edit.before or {}, edit.after or {}
    parts = report.sections.filter(pk=after["section"], heading=after["heading"])
    if not parts.update(heading=before["heading"]):
        raise Refused("这个部分标题后来又被修改过，或这一部分已被删除，不能直接撤销。可以直接改标题。")


def _take_back(report: Report, edit: ParagraphEdit, by: User) -> None:
    row = Paragraph.objects.filter(section__report=report, uid=edit.paragraph).select_related("section").first()
    if (row is None) != (edit.after is None) or (row is not None and own(state_of(row)) != own(edit.after)):
        raise Refused(_LATER)
    now = {name: value for name, value in state_of(row).items() if name in (edit.before or STATE)} if row else None
    if edit.before is None:
        assert row is not None  # noqa: S101 -- after is not None when before is
        row.delete()
    elif row is None:
        row = _place(report, Paragraph(uid=edit.paragraph, edited_by=by, **_values(edit.before)), edit.before)
    else:
        change(row, by=by, **_values(edit.before))
        after = edit.after or {}
        if "behind" in edit.before and (edit.before["section"], edit.before["behind"]) != (after.get("section"), after.get("behind")):
            _place(report, row, edit.before)
    trace = note(report, edit.paragraph, Verb.UNDO, by=by, before=now, after=edit.before, quiet=True)
    ParagraphEdit.objects.filter(pk=trace.pk).update(undone=True)


def _values(state: dict[str, Any]) -> dict[str, Any]:
    return {name: state[name] for name in STATE if name in state}


def _place(report: Report, row: Paragraph, state: dict[str, Any]) -> Paragraph:
    """Put a paragraph where ``state`` says; where its neighbour is gone, at the end of its part."""
    section = report.sections.filter(pk=state["section"]).first()
    if section is None:
        raise Refused("原来所在的部分已被删除，不能撤销。可以在“历史”里恢复以前的版本。")
    anchor = section.paragraphs.filter(uid=state["behind"]).first() if state["behind"] else None
    if state["behind"] and anchor is None:
        anchor = section.paragraphs.exclude(pk=row.pk).order_by("-order", "-pk").first()
    row.section, row.order = section, make_room(section, anchor)
    row.save()
    return row
