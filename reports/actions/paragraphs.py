"""What the verbs on paragraphs share: find one, place one, and leave a trace of what was done."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils import timezone

from jobs.errors import InvalidTransition, Refused
from reports.models import Paragraph, ParagraphEdit, Report, Section
from reports.versions import OWN, shown_of, state_of
from units.actions.activity import record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from units.models import User

Verb = ParagraphEdit.Verb
BASIS = ("sources", "arithmetic")
"""What grows with the campaign: one paragraph may rest on thousands of findings. A save of words neither reads nor keeps it."""
ONE_SITTING = timedelta(minutes=2)
"""Saves of one paragraph by one person within this time are one change: autosave would fill the history otherwise."""


class EditConflict(Refused):
    """Somebody else saved the paragraph meanwhile; ``current`` is what stands now."""

    def __init__(self, current: Paragraph) -> None:
        who = current.edited_by or "他人"
        super().__init__(f"这一段刚被{who}修改过。两种文字都在下面，请选择用哪一种，或合并后再保存。")
        self.current = current


def paragraph_in(report: Report, uid: Any, *, without: Sequence[str] = ()) -> Paragraph:
    """Return a paragraph of ``report``; fields in ``without`` are read only when asked for.

    Raises ``InvalidTransition`` when somebody deleted it.
    """
    found = Paragraph.objects.filter(section__report=report, uid=uid).select_related("section", "edited_by")
    row = found.defer(*without).first()
    if row is None:
        raise InvalidTransition("这一段已被他人删除。您的文字仍在页面上，可以复制后新增一段。")
    return row


def placed_state(row: Paragraph, behind: Any = None) -> dict[str, Any]:
    """Return the state of a paragraph with its place: section, and the paragraph it stands behind."""
    if behind is None:
        before = Paragraph.objects.filter(section=row.section_id, order__lt=row.order).order_by("-order", "-pk")
        behind = before.values_list("uid", flat=True).first()
    return {**state_of(row), "section": row.section_id, "behind": str(behind) if behind else None}


def change(row: Paragraph, *, by: User, revision: int | None = None, **values: Any) -> None:
    """Write ``values`` into a paragraph by compare-and-swap. Raises ``EditConflict`` when somebody else was faster."""
    expected = row.revision if revision is None else revision
    rows = Paragraph.objects.filter(pk=row.pk, revision=expected)
    if not rows.update(**values, revision=F("revision") + 1, edited_by=by, edited_at=timezone.now()):
        raise EditConflict(paragraph_in(row.section.report, row.uid))
    row.refresh_from_db()


def make_room(section: Section, behind: Paragraph | None, count: int = 1) -> int:
    """Return the first of ``count`` free places behind a paragraph, or at the beginning of the section."""
    place = behind.order + 1 if behind else 0
    section.paragraphs.filter(order__gte=place).update(order=F("order") + count)
    return place


def note(
    report: Report,
    uid: Any,
    verb: str,
    *,
    by: User,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    act: uuid.UUID | None = None,
    quiet: bool = False,
) -> ParagraphEdit:
    """Leave a trace for history and undo, and one entry in the activity log unless ``quiet`` (one of several of the same act)."""
    values = {"before": before, "after": after, "act": act or uuid.uuid4()}
    edit = ParagraphEdit.objects.create(report=report, paragraph=uid, verb=verb, made_by=by, **values)
    if not quiet:
        label = Verb(verb).label
        changes = _told(before, after)
        summary = f"{label}《{report.title}》的段落"
        record(by, "reports.paragraph_edit", summary, report, organization=report.campaign.organizer, changes=changes)
    return edit


def note_change(report: Report, row: Paragraph, before: dict[str, Any], *, by: User) -> None:
    """Leave the trace of a save of words; what one person saves again and again in one sitting is one trace.

    ``before`` is what a reader saw (``versions.shown_of``). The trace says nothing of the basis: a save does not touch it, and undoing
    one must not bring back a basis that was renewed since.
    """
    last = report.edits.defer("before").first()
    after = shown_of(row)
    goes_on = (
        last is not None
        and last.verb == Verb.CHANGE
        and (last.paragraph, last.made_by_id, last.undone) == (row.uid, by.pk, False)
        and timezone.now() - last.made_at < ONE_SITTING
        and _same(last.after, before)
    )
    if goes_on and last is not None:
        ParagraphEdit.objects.filter(pk=last.pk).update(after=after)
    else:
        note(report, row.uid, Verb.CHANGE, by=by, before=before, after=after)


def _same(one: dict[str, Any] | None, other: dict[str, Any] | None) -> bool:
    return one is not None and other is not None and all(one.get(name) == other.get(name) for name in OWN)


def _told(before: dict[str, Any] | None, after: dict[str, Any] | None) -> dict[str, list[str]]:
    def text(state: dict[str, Any] | None) -> str:
        return (state["lead"] + state["text"])[:500] if state else ""

    return {"文字": [text(before), text(after)]} if text(before) != text(after) else {}
