"""The whole content of a report as plain values, its checksum, and how two contents differ paragraph by paragraph."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from reports.differences import Run, runs
from reports.models import Paragraph, Report

OWN = ("kind", "level", "lead", "text", "table")
"""What a reader sees of a paragraph."""
STATE = (
    *OWN, "key", "sources", "fingerprint", "arithmetic", "drafted_text", "drafted_lead", "drafted_table", "offer"
)  # fmt: skip
"""All that undoing or restoring brings back."""


def state_of(row: Paragraph) -> dict[str, Any]:
    """Return a paragraph as JSON-ready values, without its place."""
    return {name: getattr(row, name) for name in STATE}


def shown_of(row: Paragraph) -> dict[str, Any]:
    """Return what a reader sees of a paragraph."""
    return {name: getattr(row, name) for name in OWN}


def own(state: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what a reader sees of a state; nothing of nothing."""
    return {name: state.get(name) for name in OWN} if state else {}


def content_of(report: Report) -> dict[str, Any]:
    """Return sections with their paragraphs, in order; two queries."""
    sections = []
    for section in report.sections.prefetch_related("paragraphs"):
        paragraphs = [{"uid": str(row.uid), **state_of(row)} for row in section.paragraphs.all()]
        values = {"kind": section.kind, "heading": section.heading, "is_internal": section.is_internal}
        sections.append({"id": section.pk, **values, "paragraphs": paragraphs})
    return {"title": report.title, "sections": sections}


def sha256(content: Mapping[str, Any]) -> str:
    """Return the checksum over canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# --- differences ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One paragraph that differs; ``what`` is 修改, 新增, 删除 or 移动."""

    what: str
    where: str
    runs: tuple[Run, ...]


def readable(state: Mapping[str, Any]) -> str:
    """Return a paragraph as one text: run-in heading and text; a table row by row."""
    if state["kind"] == Paragraph.Kind.TABLE:
        table = state["table"] or {}
        rows = [table.get("columns", []), *table.get("rows", [])]
        caption = table.get("caption", "")
        return "\n".join(([caption] if caption else []) + ["｜".join(str(cell) for cell in row) for row in rows])
    lead = f"{state['lead']}。" if state["lead"] else ""
    return lead + state["text"]


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Return what turns ``old`` into ``new``, in the order of ``new``, with what was deleted where it stood."""
    before = {row["uid"]: (part, name, row) for part, name, row in _rows(old)}
    after = {row["uid"]: (part, name, row) for part, name, row in _rows(new)}
    found = list(_headings(old, new))
    stay = [uid for uid in before if uid in after]
    moved = _moved(stay, [uid for uid in after if uid in before])
    for uid in _both_orders(list(before), list(after)):
        if uid not in after:
            _part, name, row = before[uid]
            found.append(Difference("删除", name, runs(readable(row), "")))
        elif uid not in before:
            _part, name, row = after[uid]
            found.append(Difference("新增", name, runs("", readable(row))))
        else:
            part, name, row = after[uid]
            old_part, _name, old_row = before[uid]
            if readable(row) != readable(old_row):
                found.append(Difference("修改", name, runs(readable(old_row), readable(row))))
            elif (row["kind"], row["level"]) != (old_row["kind"], old_row["level"]):
                found.append(Difference("调整级别", name, runs(readable(row), readable(row))))
            elif uid in moved or part != old_part:
                found.append(Difference("移动", name, runs(readable(row), readable(row))))
    return found


def _rows(content: Mapping[str, Any]) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    for section in content["sections"]:
        for row in section["paragraphs"]:
            yield section["id"], section["heading"] or "导语", row


def _headings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    if old["title"] != new["title"]:
        yield Difference("修改", "标题", runs(old["title"], new["title"]))
    before = {section["id"]: section["heading"] for section in old["sections"]}
    for section in new["sections"]:
        if section["id"] in before and before[section["id"]] != section["heading"]:
            yield Difference("修改", "部分标题", runs(before[section["id"]], section["heading"]))


def _moved(old: list[str], new: list[str]) -> set[str]:
    """Return what must have been moved: all that is in no longest common order."""
    kept: set[str] = set()
    for a, _b, size in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        kept.update(old[a : a + size])
    return set(old) - kept


def _both_orders(old: list[str], new: list[str]) -> list[str]:
    """Return all of ``new`` in order, with what only ``old`` has behind the neighbour that it followed there."""
    result = list(new)
    for place, uid in enumerate(old):
        if uid not in result:
            before = next((other for other in reversed(old[:place]) if other in result), None)
            result.insert(result.index(before) + 1 if before else 0, uid)
    return result
