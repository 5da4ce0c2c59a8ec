"""Which search indexes there are: each app registers how its own is written anew."""

from __future__ import annotations

from collections.abc import Callable

Rebuild = Callable[[], int]
_INDEXES: dict[str, Rebuild] = {}


def searchable(label: str) -> Callable[[Rebuild], Rebuild]:
    """Register a function that writes the index of ``label`` anew and returns the number of rows."""

    def keep(function: Rebuild) -> Rebuild:
        _INDEXES[label] = function
        return function

    return keep


def indexes() -> dict[str, Rebuild]:
    """Return the registered functions by label."""
    return dict(_INDEXES)
