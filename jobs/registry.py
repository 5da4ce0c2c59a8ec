"""Which function does which kind of job. Apps register theirs in their ``tasks`` module, which Celery imports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Handler = Callable[..., dict[str, Any] | None]
_HANDLERS: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register a function ``(progress, **params) -> result or None`` as the worker of jobs of ``kind``.

    The function must be safe to run twice: a worker that dies is replaced, and the job starts again.
    """

    def register(function: Handler) -> Handler:
        _HANDLERS[kind] = function
        return function

    return register


def handler_of(kind: str) -> Handler:
    """Return the function for ``kind``. Raises ``KeyError`` for a kind that nobody registered."""
    return _HANDLERS[kind]
