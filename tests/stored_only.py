"""Pytest plugin for the run on PostgreSQL and Redis: leave out tests that touch neither a database nor a queue.

Setting lines, wording numbers and reading files come out the same on any database; the run on SQLite has tried them already. Tests of
background work stay, with or without a database fixture: many of them start processes that talk to the services by themselves.
"""

from __future__ import annotations

import pytest

STORED = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


def _is_stored(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & STORED) or item.get_closest_marker("django_db") is not None or "tests/jobs/" in item.nodeid


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what is neither stored nor queued."""
    kept = [item for item in items if _is_stored(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _is_stored(item)])
    items[:] = kept
