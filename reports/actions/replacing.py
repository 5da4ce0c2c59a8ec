"""Find and replace in all paragraphs, run-in headings and table cells of a report."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from jobs.errors import Refused
from reports.actions.content import MOST_TEXT, clean, plain_text
from reports.actions.guard import hold_open
from reports.actions.paragraphs import BASIS, Verb, change, note
from reports.actions.versioning import keep_version
from reports.models import Paragraph, Report
from reports.versions import readable, shown_of

if TYPE_CHECKING:
    from units.models import User

AROUND = 16


@dataclass(frozen=True)
class Hit:
    """One place where the words stand, with what is around them."""

    uid: str
    before: str
    word: str
    after: str


def find_text(report: Report, words: str) -> list[Hit]:
    """Return every place where ``words`` stand, in the order of the report; one query."""
    hits: list[Hit] = []
    if not words:
        return hits
    for row in _rows(report):
        text, start = readable(shown_of(row)), 0
        while (at := text.find(words, start)) >= 0:
            end = at + len(words)
            hits.append(Hit(str(row.uid), text[max(0, at - AROUND) : at], words, text[end : end + AROUND]))
            start = end
    return hits


def _rows(report: Report) -> Iterable[Paragraph]:
    rows = Paragraph.objects.filter(section__report=report).select_related("section", "edited_by").defer(*BASIS)
    return rows.order_by("section__order", "section__pk", "order", "pk")


@transaction.atomic
def replace_text(report: Report, *, by: User, find: str, replace: str, uid: Any = None) -> int:
    """Replace ``find`` by ``replace`` in one paragraph or in all, as one act; return how many places changed.

    A version is kept before. Raises ``Refused`` when the words are nowhere, ``InvalidTransition`` when the report is issued.
    """
    hold_open(report)
    find, replace = plain_text(find), clean(replace)
    if not find or find == replace:
        raise Refused("请填写要查找的文字，并且与替换后的文字不同。")
    keep_version(report, by=by, reason=f"替换“{find[:20]}”之前")
    act, count = uuid.uuid4(), 0
    for row in _rows(report):
        if uid is not None and str(row.uid) != str(uid):
            continue
        values = _replaced(row, find, replace)
        if not values:
            continue
        places = readable(shown_of(row)).count(find)
        before = shown_of(row)
        change(row, by=by, **values)
        note(report, row.uid, Verb.CHANGE, by=by, before=before, after=shown_of(row), act=act, quiet=count > 0)
        count += max(places, 1)
    if not count:
        raise Refused(f"没有找到“{find[:40]}”，什么也没有改。")
    return count


def _replaced(row: Paragraph, find: str, replace: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if find in row.lead:
        values["lead"] = row.lead.replace(find, replace)[:200]
    if find in row.text:
        values["text"] = row.text.replace(find, replace)
        if len(values["text"]) > MOST_TEXT:
            raise Refused(f"替换后有一段会超过 {MOST_TEXT} 个字，什么也没有改。请缩短替换后的文字。")
    if row.table:
        cells = [[str(cell).replace(find, replace) for cell in line] for line in row.table.get("rows", [])]
        table = {**row.table, "columns": [name.replace(find, replace) for name in row.table.get("columns", [])], "rows": cells}
        table["caption"] = row.table.get("caption", "").replace(find, replace)
        if any(find in str(cell) for line in [row.table.get("columns", []), *row.table.get("rows", [])] for cell in line) or (
            find in row.table.get("caption", "")
        ):
            values["table"] = table
    return values
