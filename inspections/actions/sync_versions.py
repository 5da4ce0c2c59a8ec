"""What a published version of a checklist holds, by codes, kept in the process: a published version never changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from inspections.models import Checklist, ChecklistItem, ChecklistTheme

KEPT = 32


@dataclass(frozen=True)
class Version:
    """Themes and items by their codes; ``only`` names the categories of which an item is asked, for items not asked of all."""

    themes: dict[str, ChecklistTheme]
    items: dict[str, ChecklistItem]
    only: dict[int, frozenset[int]]


NONE = Version({}, {}, {})


def version_of(checklist: Checklist | None) -> Version:
    """Return what ``checklist`` holds: three queries for a version that this process meets for the first time, none afterwards."""
    if checklist is None:
        return NONE
    if checklist.is_editable:
        return _read(checklist.pk)
    return _published(checklist.pk, checklist.created_at)


@lru_cache(KEPT)
def _published(checklist: int, _created_at: datetime) -> Version:
    """Keep a version by its key; the moment tells it from one of another database that has the same key."""
    return _read(checklist)


def _read(checklist: int) -> Version:
    themes = ChecklistTheme.objects.filter(checklist=checklist).order_by()
    items = list(ChecklistItem.objects.filter(theme__checklist=checklist).select_related("theme").order_by())
    asked: dict[int, set[int]] = {}
    for item, category in ChecklistItem.categories.through.objects.filter(checklistitem__in=[one.pk for one in items]).values_list(
        "checklistitem", "organizationcategory"
    ):
        asked.setdefault(item, set()).add(category)
    return Version(
        themes={theme.code: theme for theme in themes},
        items={item.code: item for item in items},
        only={item: frozenset(categories) for item, categories in asked.items()},
    )
