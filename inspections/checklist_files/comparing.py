"""What an import would change: in the draft that it replaces and in the site's library of standard wordings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from inspections.actions.checklists import ITEM_FIELDS, labels_of
from inspections.actions.merging import plain, snapshot
from inspections.actions.standards import STANDARD_FIELDS
from inspections.checklist_files.content import KEY, Content
from inspections.models import Checklist, ChecklistItem, StandardFinding


@dataclass
class Difference:
    """Names of what is new, changed and dropped; empty for a new checklist."""

    added: list[str] = field(default_factory=list)
    changed: list[tuple[str, str]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def compare_items(content: Content, draft: Checklist) -> Difference:
    """Return what replacing ``draft`` by the file's content changes, item by item; codes tell which is which."""
    before = {item.code: item for theme in draft.outline() for item in theme.items.all()}
    theme_of = {item.code: item.theme.code for item in before.values()}
    found = Difference()
    for theme in content.themes:
        for item in theme["items"]:
            old = before.pop(item["code"], None)
            if old is None:
                found.added.append(item["question"])
                continue
            fields = list(labels_of(ChecklistItem, [name for name, value in _item(old).items() if value != item[name]]).values())
            if theme_of[item["code"]] != theme["code"]:
                fields.append("主题")
            if fields:
                found.changed.append((old.question, "、".join(fields)))
    found.removed = [item.question for item in before.values()]
    return found


def _item(item: ChecklistItem) -> dict[str, Any]:
    values = snapshot(item, [name for name in ITEM_FIELDS if name != "categories"])
    return {**values, "categories": sorted(str(category) for category in item.categories.all())}


def wording_snapshot(standard: StandardFinding) -> dict[str, Any]:
    """Return a wording as a file holds it."""
    return {**snapshot(standard, STANDARD_FIELDS), "code": standard.code, "is_retired": plain(standard.is_retired)}


def match_wordings(content: Content) -> list[tuple[dict[str, Any], StandardFinding | None]]:
    """Pair each wording of the file with the one in the library that it updates: by code, else by kind, place and text."""
    library = list(StandardFinding.objects.all())
    by_code = {standard.code: standard for standard in library}
    by_text = {tuple(getattr(standard, name) for name in KEY): standard for standard in library}
    return [
        (wording, by_code.get(wording["code"]) if wording["code"] else by_text.get(tuple(wording[name] for name in KEY)))
        for wording in content.wordings
    ]


def compare_wordings(content: Content) -> Difference:
    """Return which wordings the import adds and changes; it never removes any."""
    found = Difference()
    for wording, old in match_wordings(content):
        if old is None:
            found.added.append(wording["wording"])
            continue
        before = wording_snapshot(old)
        names = [name for name, value in wording.items() if name != "code" and value != before[name]]
        if names:
            found.changed.append((old.wording, "、".join(labels_of(StandardFinding, names).values())))
    return found


def library_state(content: Content) -> dict[str, dict[str, Any]]:
    """Return, by code, the wordings that the import touches, as they are now; confirming compares it again."""
    return {old.code: wording_snapshot(old) for _, old in match_wordings(content) if old is not None}
