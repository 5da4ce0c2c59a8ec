"""A Word file that comes back: which of our paragraphs became which of its lines, and what was changed, added, deleted or moved.

Both sides are read by the same reader: our own .docx as it would be written now, and the one that came back. So only what people changed
differs, and not what a renderer does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from inspections.documents.lines import Line
from reports.models import Paragraph, Proposal
from reports.sheet import Part, Row
from reports.versions import OWN

ALIKE = 0.45
_MARK = re.compile(r"(?:（[一二三四五六七八九十百]{1,4}）|[1-9]\d?[.．、]|（[1-9]\d?）|[一二三四五六七八九十]{1,3}[、是])\s*")
_LEVELS = (
    (2, re.compile(r"（[一二三四五六七八九十百]{1,4}）")),
    (3, re.compile(r"[1-9]\d?[.．、](?!\d)")),
    (4, re.compile(r"（[1-9]\d?）")),
)
Kind = Proposal.Kind


@dataclass(frozen=True)
class Change:
    """One change. ``uid`` is None for what belongs to no paragraph (title, headings of parts, signature): a person does that by hand."""

    kind: str
    uid: str | None = None
    behind: str | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


def changes(parts: Sequence[Part], ours: Sequence[Line], theirs: Sequence[Line]) -> list[Change]:
    """Return what turns our lines into theirs, in the order of theirs."""
    mine, came = [line for line in ours if _key(line)], [line for line in theirs if _key(line)]
    owners, heads = _owners(parts, mine)
    pairs = _pairs(mine, came)
    matched = {new: old for old, new in pairs}
    gone = [old for old in range(len(mine)) if old not in matched.values()]
    fresh = [new for new in range(len(came)) if new not in matched]
    moved = _moved(mine, came, gone, fresh)
    found: list[Change] = []
    behind: str | None = None
    section = parts[0].section.pk if parts else 0
    for place, line in enumerate(came):
        old = matched.get(place, moved.get(place))
        owner = owners.get(old) if old is not None else None
        if old is None:
            found.append(Change(Kind.ADD, behind=behind, after={**_added(line), "section": section}))
            continue
        if old in heads:
            section, behind = heads[old], None
        if place in moved and owner is not None:
            found.append(Change(Kind.MOVE, str(owner.row.uid), behind, _own(owner.row), {**_own(owner.row), "section": section}))
        elif _key(line) != _key(mine[old]):
            found.append(_changed(owner, mine[old], line))
        if owner is not None:
            behind, section = str(owner.row.uid), section if place in moved else owner.row.section_id
    return found + [_deleted(owners.get(old), mine[old]) for old in gone if old not in moved.values()]


def _changed(owner: Row | None, old: Line, new: Line) -> Change:
    if owner is None:
        return Change(Kind.CHANGE, before={"text": old.text}, after={"text": new.text})
    return Change(Kind.CHANGE, str(owner.row.uid), None, _own(owner.row), _read(owner, new))


def _deleted(owner: Row | None, old: Line) -> Change:
    if owner is None:
        return Change(Kind.CHANGE, before={"text": old.text}, after={"text": ""})
    return Change(Kind.DELETE, str(owner.row.uid), None, _own(owner.row))


def _own(row: Paragraph) -> dict[str, Any]:
    return {name: getattr(row, name) for name in OWN}


def _key(line: Line) -> str:
    if line.rows:
        return "\n".join("\t".join(re.sub(r"\s+", "", cell) for cell in row) for row in line.rows)
    return re.sub(r"\s+", "", line.text)


def printed(row: Row) -> str:
    """Return a paragraph as it stands on paper."""
    lead = f"{row.row.lead}。" if row.row.lead and row.row.kind == Paragraph.Kind.BODY else ""
    return re.sub(r"\s+", "", row.mark + lead + (row.row.text or ("" if lead else row.row.lead)))


def _owners(parts: Sequence[Part], lines: Sequence[Line]) -> tuple[dict[int, Row], dict[int, int]]:
    """Return which of our lines is which paragraph, and which is the heading of which part; both stand in the same order."""
    owners: dict[int, Row] = {}
    heads: dict[int, int] = {}
    start = 0
    for part in parts:
        heading = re.sub(r"\s+", "", ("" if part.is_annex else part.mark) + part.section.heading)
        found = next((place for place in range(start, len(lines)) if heading and heading == _key(lines[place])), None)
        if found is not None:
            heads[found] = part.section.pk
            start = found + 1
        for row in part.rows:
            is_table = row.row.kind == Paragraph.Kind.TABLE
            for place in range(start, len(lines)):
                if (is_table and lines[place].rows) or (
                    not is_table and not lines[place].rows and _key(lines[place]) == printed(row) != ""
                ):
                    owners[place] = row
                    start = place + 1
                    break
    return owners, heads


def _pairs(mine: Sequence[Line], came: Sequence[Line]) -> list[tuple[int, int]]:
    """Return lines that belong together: equal ones first, then, between them, those that are alike."""
    pairs = []
    for kind, a, b, c, d in SequenceMatcher(None, [_key(x) for x in mine], [_key(x) for x in came], autojunk=False).get_opcodes():
        if kind == "equal":
            pairs += list(zip(range(a, b), range(c, d), strict=True))
        elif kind == "replace":
            pairs += _alike(mine, came, range(a, b), range(c, d))
    return pairs


def _alike(mine: Sequence[Line], came: Sequence[Line], olds: range, news: range) -> list[tuple[int, int]]:
    pairs, first = [], olds.start
    for new in news:
        scores = []
        for old in range(first, olds.stop):
            if bool(mine[old].rows) == bool(came[new].rows):
                matcher = SequenceMatcher(None, _key(mine[old])[:2000], _key(came[new])[:2000], autojunk=False)
                if matcher.quick_ratio() >= ALIKE:
                    scores.append((matcher.ratio(), -old))
        if scores and max(scores)[0] >= ALIKE:
            old = -max(scores)[1]
            pairs.append((old, new))
            first = old + 1
    return pairs


def _moved(mine: Sequence[Line], came: Sequence[Line], gone: Sequence[int], fresh: Sequence[int]) -> dict[int, int]:
    """Return, by place in the returned file, where a line stood that is the same but for its number."""
    waiting: dict[str, list[int]] = {}
    for old in gone:
        waiting.setdefault(_MARK.sub("", _key(mine[old]), count=1), []).append(old)
    moved = {}
    for new in fresh:
        olds = waiting.get(_MARK.sub("", _key(came[new]), count=1))
        if olds:
            moved[new] = olds.pop(0)
    return moved


def _read(owner: Row, line: Line) -> dict[str, Any]:
    """Return a line as the new content of a paragraph: its number off, its run-in heading apart."""
    state = _own(owner.row)
    if owner.row.kind == Paragraph.Kind.TABLE:
        head, *body = [list(row) for row in line.rows] or [[]]
        width = len(head)
        rows = [[*row, *[""] * width][:width] for row in body]
        kept = owner.row.table if width == len(owner.row.table.get("columns", [])) else {}
        return {**state, "table": {**kept, "columns": head, "rows": rows, "caption": owner.row.table.get("caption", "")}}
    text = line.text.strip()
    if owner.mark:
        text = text.removeprefix(owner.mark) if text.startswith(owner.mark) else _MARK.sub("", text, count=1)
    if owner.row.kind == Paragraph.Kind.BODY and owner.row.lead:
        lead, stop, rest = text.partition("。")
        if stop and len(lead) <= 2 * len(owner.row.lead) + 20:
            return {**state, "lead": lead, "text": rest}
        return {**state, "lead": "", "text": text}
    return {**state, "text": text}


def _added(line: Line) -> dict[str, Any]:
    if line.rows:
        head, *body = [list(row) for row in line.rows]
        rows = [[*row, *[""] * len(head)][: len(head)] for row in body]
        return {"kind": "table", "level": 0, "lead": "", "text": "", "table": {"columns": head, "rows": rows, "caption": ""}}
    text, level = line.text.strip(), 0
    for number, mark in _LEVELS:
        if mark.match(text):
            text, level = mark.sub("", text, count=1).strip(), number
            break
    return {"kind": "body", "level": level, "lead": "", "text": text, "table": {}}
