"""How the levels of a document are numbered: each level takes one of the marks that GB/T 9704 knows, or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.wording import numbering

MARKS = {1: "一、", 2: "（一）", 3: "1.", 4: "（1）", 5: "一是", 0: "不编号"}
"""The kinds of marks by number, as an office reads them."""
STANDARD_MARKS = (1, 2, 3, 4)
"""The mark of each of the four levels when a template does not say otherwise (GB/T 9704-2012 §7.3.3)."""


def marks_of(settings: Mapping[str, Any]) -> tuple[int, ...]:
    """Read a template's ``numbering``: ``{"1": 1, "2": 5}``. Raises ``ValueError`` for a mark that does not exist."""
    given = settings.get("numbering") or {}
    marks = tuple(int(given.get(str(level), usual)) for level, usual in enumerate(STANDARD_MARKS, start=1))
    if any(mark not in MARKS for mark in marks):
        raise ValueError("编号样式不存在。")
    return marks


def mark(marks: tuple[int, ...], level: int, number: int) -> str:
    """Return the mark before the ``number``-th part of a level; empty where the level has none."""
    kind = marks[level - 1] if level <= len(marks) else level
    return numbering(kind, number) if kind else ""
