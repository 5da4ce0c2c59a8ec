"""The kinds of notices, and what looks daily for deadlines: registries that the apps above fill from their ``AppConfig.ready``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

_KINDS: dict[str, str] = {}
Sweeper = Callable[[date], int]
_SWEEPERS: list[Sweeper] = []


def notice_kind(key: str, label: str) -> str:
    """Register a kind of notice (``inspections.rectification``) with its Chinese name and return the key.

    Raises ``ValueError`` when the key is already known by another name: preferences are kept by key.
    """
    if _KINDS.setdefault(key, label) != label:
        message = f"the kind of notice {key!r} has two names"
        raise ValueError(message)
    return key


def notice_kinds() -> dict[str, str]:
    """Return all kinds with their names, in the order of registration."""
    return dict(_KINDS)


def kind_name(key: str) -> str:
    """Return the Chinese name of a kind; one that is no longer registered is 其他."""
    return _KINDS.get(key, "其他")


def require_kind(key: str) -> None:
    """Raise ``KeyError`` for a kind that nobody registered: its receivers could not choose how to be told."""
    if key not in _KINDS:
        message = f"register the kind of notice {key!r} with notice_kind first"
        raise KeyError(message)


def sweeper(function: Sweeper) -> Sweeper:
    """Register ``function(day) -> number of notices``, called once on every day, ``day`` being today.

    It must be safe to run twice on one day (``notify`` with a ``key`` that holds the day is), and after days on which nothing ran.
    """
    if function not in _SWEEPERS:
        _SWEEPERS.append(function)
    return function


def sweepers() -> list[Sweeper]:
    """Return what was registered."""
    return list(_SWEEPERS)
