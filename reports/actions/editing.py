"""The verbs of editing: save a paragraph or a table, add, delete, split, merge, move, change the level, rename a part."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from jobs.errors import InvalidTransition, Refused
from reports.actions.content import checked, checked_table, clean, plain_text
from reports.actions.guard import hold_open
from reports.actions.paragraphs import BASIS, EditConflict, Verb, change, make_room, note, note_change, paragraph_in, placed_state
from reports.actions.versioning import keep_version_when_due
from reports.composing.draft import plain
from reports.models import Paragraph, Report, Section
from reports.versions import shown_of
from units.actions.activity import record

if TYPE_CHECKING:
    from units.models import User

LEVELS = (2, 3, 4, 0)
"""From （一） over 1. and （1） to no number."""


@transaction.atomic
def save_paragraph(report: Report, uid: Any, *, by: User, revision: int, **values: Any) -> Paragraph:
    """Store what was typed: ``lead``, ``text``, ``table``; ``revision`` is the one the editor had read.

    Saving what stands there already changes nothing. Raises ``EditConflict`` when somebody else saved meanwhile, ``Refused`` for what
    cannot be stored, ``InvalidTransition`` when paragraph or report are gone, ``TypeError`` for other fields.
    """
    if unknown := set(values) - {"lead", "text", "table"}:
        raise TypeError(f"not to be changed here: {', '.join(sorted(unknown))}")
    values = checked(values)
    hold_open(report)
    row = paragraph_in(report, uid, without=BASIS)
    if all(_equal(getattr(row, name), value) for name, value in values.items()):
        return row
    if row.revision != revision:
        raise EditConflict(row)
    keep_version_when_due(report, by=by)
    before = shown_of(row)
    change(row, by=by, revision=revision, **values)
    note_change(report, row, before, by=by)
    return row


def _equal(stored: Any, value: Any) -> bool:
    if isinstance(value, dict):
        return (
            bool(stored) and checked_table({"columns": [], **stored, "rows": [list(map(str, r)) for r in stored.get("rows", [])]}) == value
        )
    return bool(stored == value)


@transaction.atomic
def add_paragraphs(
    report: Report,
    *,
    by: User,
    section: int,
    behind: Any = None,
    kind: str = Paragraph.Kind.BODY,
    level: int = 0,
    texts: Sequence[str] = ("",),
    sources: Mapping[str, Sequence[Any]] | None = None,
) -> list[Paragraph]:
    """Add one paragraph per text behind ``behind`` (or at the beginning of the section), as one act.

    ``sources`` are what the text rests on, when it was taken from a finding. Raises ``InvalidTransition`` when the place is gone.
    """
    hold_open(report)
    if kind not in Paragraph.Kind.values or level not in LEVELS or not texts:
        raise Refused("不能这样新增段落，请刷新页面后重试。")
    place = report.sections.filter(pk=section).first()
    if place is None:
        raise InvalidTransition("这一部分已被删除，请刷新页面。")
    keep_version_when_due(report, by=by)
    anchor = paragraph_in(report, behind) if behind else None
    if anchor is not None and anchor.section_id != place.pk:
        place = anchor.section
    order = make_room(place, anchor, len(texts))
    table = {"columns": ["项目", "内容"], "rows": [["", ""]], "caption": ""} if kind == Paragraph.Kind.TABLE else {}
    made: list[Paragraph] = []
    act, last = uuid.uuid4(), anchor.uid if anchor else ""
    for step, text in enumerate(texts):
        values = {**checked({"text": text}), "kind": kind, "level": level, "table": table, "sources": plain(dict(sources or {}))}
        row = Paragraph.objects.create(section=place, order=order + step, edited_by=by, **values)
        note(report, row.uid, Verb.ADD, by=by, before=None, after=placed_state(row, last), act=act, quiet=step > 0)
        made.append(row)
        last = row.uid
    return made


@transaction.atomic
def delete_paragraph(report: Report, uid: Any, *, by: User, revision: int) -> None:
    """Take a paragraph out; recomposing does not bring it back. Raises ``EditConflict`` when it was changed meanwhile."""
    hold_open(report)
    row = paragraph_in(report, uid)
    if row.revision != revision:
        raise EditConflict(row)
    keep_version_when_due(report, by=by)
    before = placed_state(row)
    row.delete()
    note(report, row.uid, Verb.DELETE, by=by, before=before, after=None)


@transaction.atomic
def split_paragraph(report: Report, uid: Any, *, by: User, revision: int, lead: str, head: str, tail: str) -> Paragraph:
    """Make two paragraphs of one: ``head`` stays with ``lead``, ``tail`` becomes the next; both keep the sources. Returns the new one.

    Raises ``EditConflict`` when the paragraph was changed meanwhile, ``Refused`` for a table.
    """
    hold_open(report)
    row = paragraph_in(report, uid)
    if row.kind == Paragraph.Kind.TABLE:
        raise Refused("表格不能拆分成两段，可以在表格里增删行。")
    if row.revision != revision:
        raise EditConflict(row)
    keep_version_when_due(report, by=by)
    first, second = checked({"lead": lead, "text": head}), checked({"text": tail})
    before, act = placed_state(row), uuid.uuid4()
    change(row, by=by, **first)
    note(report, row.uid, Verb.SPLIT, by=by, before=before, after=placed_state(row), act=act)
    # Behind a heading comes its text; what is split off a numbered paragraph is a numbered paragraph.
    level = 0 if row.kind == Paragraph.Kind.HEADING else row.level
    order = make_room(row.section, row)
    kept = {"sources": row.sources, "arithmetic": row.arithmetic, "fingerprint": row.fingerprint} if tail.strip() else {}
    new = Paragraph.objects.create(section=row.section, order=order, level=level, edited_by=by, **second, **kept)
    note(report, new.uid, Verb.SPLIT, by=by, before=None, after=placed_state(new, row.uid), act=act, quiet=True)
    return new


@transaction.atomic
def merge_paragraph(report: Report, uid: Any, *, by: User, revision: int) -> Paragraph:
    """Join a paragraph to the one before it, with its sources and its arithmetic. Returns the joined one.

    Raises ``EditConflict`` when it was changed meanwhile, ``Refused`` when there is nothing to join it to.
    """
    hold_open(report)
    row = paragraph_in(report, uid)
    before = row.section.paragraphs.filter(order__lt=row.order).order_by("-order", "-pk").first()
    if before is None:
        raise Refused("这已经是本部分的第一段，前面没有可以合并的段落。")
    if Paragraph.Kind.TABLE in {row.kind, before.kind}:
        raise Refused("表格不能与文字段落合并。")
    if row.revision != revision:
        raise EditConflict(row)
    keep_version_when_due(report, by=by)
    act, gone, old = uuid.uuid4(), placed_state(row), placed_state(before)
    sources = {
        kind: list(dict.fromkeys([*before.sources.get(kind, []), *row.sources.get(kind, [])])) for kind in {**before.sources, **row.sources}
    }
    arithmetic = [*before.arithmetic, *(line for line in row.arithmetic if line not in before.arithmetic)]
    text = before.text + (f"{row.lead}。" if row.lead else "") + row.text
    row.delete()
    note(report, row.uid, Verb.MERGE, by=by, before=gone, after=None, act=act, quiet=True)
    change(before, by=by, text=text, sources=sources, arithmetic=arithmetic)
    note(report, before.uid, Verb.MERGE, by=by, before=old, after=placed_state(before), act=act)
    return before


@transaction.atomic
def move_paragraph(report: Report, uid: Any, *, by: User, down: bool) -> Paragraph:
    """Move a paragraph one place; beyond the end of its part it goes into the next one. Raises ``Refused`` at the end of the report."""
    hold_open(report)
    row = paragraph_in(report, uid)
    keep_version_when_due(report, by=by)
    before = placed_state(row)
    rows = list(row.section.paragraphs.order_by("order", "pk"))
    place = next(index for index, other in enumerate(rows) if other.pk == row.pk)
    if 0 <= place + (1 if down else -1) < len(rows):
        rows.insert(place + (1 if down else -1), rows.pop(place))
        settle_orders(rows)
    else:
        _into_neighbour(report, row, down=down)
    row.refresh_from_db()
    note(report, row.uid, Verb.MOVE, by=by, before=before, after=placed_state(row))
    return row


def settle_orders(rows: Sequence[Paragraph]) -> None:
    """Write the places of ``rows`` as they stand in the list; one query."""
    changed = []
    for order, row in enumerate(rows):
        if row.order != order:
            row.order = order
            changed.append(row)
    Paragraph.objects.bulk_update(changed, ["order"])


def _into_neighbour(report: Report, row: Paragraph, *, down: bool) -> None:
    sections = list(report.sections.all())
    place = next(index for index, section in enumerate(sections) if section.pk == row.section_id) + (1 if down else -1)
    if not 0 <= place < len(sections):
        raise Refused("已经到头了，不能再移动。")
    last = None if down else sections[place].paragraphs.order_by("-order", "-pk").first()
    order = make_room(sections[place], last)
    Paragraph.objects.filter(pk=row.pk).update(section=sections[place], order=order)


@transaction.atomic
def level_paragraph(report: Report, uid: Any, *, by: User, deeper: bool) -> Paragraph:
    """Set a paragraph one level higher or deeper: （一） 1. （1） and no number. Raises ``Refused`` beyond the ends and for tables.

    A level that would jump is passed over: what stands below （一） becomes 1. and never （1）.
    """
    hold_open(report)
    row = paragraph_in(report, uid, without=BASIS)
    if row.kind == Paragraph.Kind.TABLE:
        raise Refused("表格没有级别。")
    level = _next_level(row, deeper=deeper)
    keep_version_when_due(report, by=by)
    before = shown_of(row)
    change(row, by=by, level=level)
    note(report, row.uid, Verb.LEVEL, by=by, before=before, after=shown_of(row))
    return row


def _next_level(row: Paragraph, *, deeper: bool) -> int:
    """Return the next level that a paragraph may have in this direction. Raises ``Refused`` when there is none."""
    before = row.section.paragraphs.filter(order__lt=row.order, level__gt=0).order_by("-order", "-pk")
    deepest = (before.values_list("level", flat=True).first() or LEVELS[0] - 1) + 1
    levels = [level for level in LEVELS if level == row.level or (0 < level <= deepest) or (level == 0 and row.kind == Paragraph.Kind.BODY)]
    place = levels.index(row.level) + (1 if deeper else -1) if row.level in levels else 0
    if 0 <= place < len(levels):
        return levels[place]
    if not deeper:
        raise Refused("已经是最高一级；更高一级是各部分的标题。")
    raise Refused("已经是最低一级。" if row.level in {LEVELS[-2], LEVELS[-1]} else "上面还没有同级的标题，再降一级编号就会跳级。")


@transaction.atomic
def rename_section(report: Report, section: int, *, by: User, old: str, heading: str) -> Section:
    """Change the heading of a part; ``old`` is what the editor had read. Raises ``InvalidTransition`` when it was changed meanwhile."""
    hold_open(report)
    heading = re.sub(r"[。．.]+$", "", clean(heading))
    if not heading or len(heading) > 100:  # noqa: PLR2004 -- the column's length
        raise Refused("部分标题不能为空，最长 100 个字。")
    keep_version_when_due(report, by=by)
    if not report.sections.filter(pk=section, heading=plain_text(old)).update(heading=heading):
        raise InvalidTransition("这个标题刚被他人修改，请刷新页面后再改。")
    states = ({"section": section, "heading": plain_text(old)}, {"section": section, "heading": heading})
    note(report, uuid.UUID(int=section), Verb.RENAME, by=by, before=states[0], after=states[1], quiet=True)
    changes = {"部分标题": [old, heading]}
    summary = f"修改《{report.title}》的部分标题"
    record(by, "reports.section_rename", summary, report, organization=report.campaign.organizer, changes=changes)
    return report.sections.get(pk=section)
