"""A draft to work on, and what an editing page sends."""

from __future__ import annotations

import json

import pytest

from inspections.actions.checklists import ITEM_FIELDS, THEME_FIELDS
from inspections.actions.merging import snapshot
from tests import factories


@pytest.fixture
def draft(db):
    """Two themes, four items, not published."""
    return factories.make_checklist(published=False)


@pytest.fixture
def published(db):
    """The same, published."""
    return factories.make_checklist(name="已发布的督查清单")


def item_of(checklist, code="T1-1"):
    return next(item for theme in checklist.outline() for item in theme.items.all() if item.code == code)


def theme_of(checklist, code="T1"):
    return checklist.themes.get(code=code)


def sent(instance, **changed):
    """Return what the form of a row sends: its fields as texts and the base it was opened with; ``changed`` is typed in."""
    fields = ITEM_FIELDS if hasattr(instance, "question") else THEME_FIELDS
    base = snapshot(instance, fields)
    values = {**base, **changed}
    data = {name: value for name, value in values.items() if value not in (False, "", None)}
    data = {name: "on" if value is True else value for name, value in data.items()}
    return {**data, "base": json.dumps(base)}
