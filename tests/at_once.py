"""Two people at the same moment, on the databases that people really use: PostgreSQL, or SQLite in a file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

WAIT = 20
OVERLAP = 0.7
"""Seconds for which the first transaction stays open after the second has begun its attempt."""


@pytest.fixture
def on_disk(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """Let the test run on a database that several connections share as in production.

    Tests on SQLite live in shared memory, which refuses a second writer at once. Here the file's own locks apply, with the settings of the site.
    """
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    memory, name = connection.connection, connection.settings_dict["NAME"]
    file = tmp_path / "test.sqlite3"
    with sqlite3.connect(file) as target:
        memory.backup(target)
    target.close()
    connection.connection = None
    connection.settings_dict["NAME"] = str(file)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        connection.connection = memory


def overlapping(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """Run ``first`` and keep its transaction open while ``second`` is tried in another one; return what each gave back or raised."""
    inside, trying = threading.Event(), threading.Event()

    def hold() -> Any:
        with transaction.atomic():
            found = first()
            inside.set()
            trying.wait(WAIT)
            # The second one now waits for a lock of ours, or it slips past it.
            threading.Event().wait(OVERLAP)
            return found

    def attempt() -> Any:
        inside.wait(WAIT)
        trying.set()
        return second()

    return together(hold, attempt)


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Run all acts in threads of their own, each with its own connection; return what each gave back or raised, in their order."""
    found: list[Any] = [None] * len(acts)

    def run(place: int) -> None:
        try:
            found[place] = acts[place]()
        except Exception as error:  # noqa: BLE001 -- handed to the test
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * WAIT)
    assert not any(thread.is_alive() for thread in threads), "a deadlock, or a lock that is never given back"
    return found
