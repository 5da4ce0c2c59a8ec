"""The kinds of events that other systems can be told of: a registry that the apps above fill from their ``AppConfig.ready``."""

from __future__ import annotations

_KINDS: dict[str, str] = {}


def event_kind(key: str, label: str) -> str:
    """Register a kind of event (``report.issued``) with its Chinese name and return the key.

    Raises ``ValueError`` when the key is already known by another name: subscriptions are kept by key.
    """
    if _KINDS.setdefault(key, label) != label:
        message = f"the kind of event {key!r} has two names"
        raise ValueError(message)
    return key


def event_kinds() -> dict[str, str]:
    """Return all kinds with their names, in the order of registration."""
    return dict(_KINDS)


def event_name(key: str) -> str:
    """Return the Chinese name of a kind; one that is no longer registered is 其他."""
    return _KINDS.get(key, "其他")
