"""Which request is being answered: its number and where it comes from, at hand for the activity log and the lines of the run-time log."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Asking:
    """One request; both are empty outside of any (background work, commands at the console)."""

    number: str = ""
    address: str | None = None


NONE = Asking()
_CURRENT: ContextVar[Asking] = ContextVar("asking")


def current() -> Asking:
    """Return the request that is being answered in this thread."""
    return _CURRENT.get(NONE)


def new_number() -> str:
    """Return a number for a request: it cannot be guessed and tells nothing."""
    return uuid.uuid4().hex


@contextmanager
def asked(number: str, address: str | None) -> Iterator[Asking]:
    """Let everything done inside count as done for this request."""
    asking = Asking(number, address)
    token = _CURRENT.set(asking)
    try:
        yield asking
    finally:
        _CURRENT.reset(token)
