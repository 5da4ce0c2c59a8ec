"""Marks on what a change makes out of date, left by every verb in its own transaction (see ``tally_folding``).

A mark is one new row that nobody else touches: verbs on one campaign never wait for each other because of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from inspections.models import Finding, TallyMark
from units.bulk_rows import insert_rows

MANY = 500


def mark(places: Iterable[tuple[int, str]]) -> None:
    """Say that facts changed at ``places``: pairs of a campaign's id and an organization's path, as copied to the facts.

    Very many places of one campaign become one mark on the whole of it.
    """
    found: dict[int, set[str]] = {}
    for campaign, path in places:
        found.setdefault(campaign, set()).add(path)
    rows = []
    for campaign, paths in sorted(found.items()):
        rows += [_row(campaign, "", is_branch=True)] if len(paths) > MANY else [_row(campaign, path) for path in sorted(paths)]
    insert_rows(TallyMark, rows)


def mark_branch(campaigns: Iterable[int], path: str = "") -> None:
    """Say that anything at ``path`` or below it may have changed in ``campaigns``: a branch moved, a scope was set, rows came in bulk."""
    insert_rows(TallyMark, [_row(campaign, path, is_branch=True) for campaign in sorted(set(campaigns))])


def mark_recurrence(organizations: Iterable[int]) -> None:
    """Say that what was closed out at ``organizations`` has changed: problems of any campaign there may recur now, or no more."""
    problems = Finding.objects.filter(organization__in=set(organizations), kind=Finding.Kind.PROBLEM)
    mark(problems.order_by().values_list("campaign", "organization_path").distinct())


def _row(campaign: int, path: str, *, is_branch: bool = False) -> dict[str, Any]:
    return {"campaign_id": campaign, "path": path, "is_branch": is_branch, "marked_at": timezone.now()}
