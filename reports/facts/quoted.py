"""Words of an organization's own report, where the office has allowed a document about it to use them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch

from inspections.models import Assignment, Submission, SubmissionFile
from inspections.reading import PLANS, PROBLEMS, Sheet, text_of

MOST = 3
"""So many paragraphs of a theme: a document quotes, it does not copy."""
Quoted = tuple[tuple[str, tuple[str, ...]], ...]
"""Theme code and paragraphs, in the order of the text."""


def read_quoted(assignments: Iterable[Any]) -> dict[int, Quoted]:
    """Return by organization the paragraphs that may be quoted, by theme; those without permission are missing.

    The checklist is read once for each category, so that many organizations cost as many queries as their categories.
    """
    files = Prefetch("files", SubmissionFile.objects.filter(is_current=True))
    rows = Submission.objects.accepted().filter(assignment__in=assignments, may_quote=True)
    sheets: dict[int | None, Sheet] = {}
    found: dict[int, Quoted] = {}
    for row in rows.select_related("assignment__campaign", "organization").prefetch_related(files):
        assignment: Assignment = row.assignment
        if assignment.category_id not in sheets:
            sheets[assignment.category_id] = Sheet.of(assignment)
        themes: dict[str, list[str]] = {}
        for passage in text_of(row, sheets[assignment.category_id]).body():
            # What is declared as a problem or a plan is told elsewhere, from the findings.
            if passage.theme in {"", PROBLEMS, PLANS} or passage.is_heading or passage.rows or passage.runs:
                continue
            themes.setdefault(passage.theme, []).append(passage.text or passage.words)
        found[row.organization_id] = tuple((code, tuple(texts[:MOST])) for code, texts in themes.items())
    return found
