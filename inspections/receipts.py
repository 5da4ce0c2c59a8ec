"""签收 on a page of this app also signs for the document that announced the matter; apps above register how, nobody signs twice."""

from __future__ import annotations

from collections.abc import Callable

from inspections.models import Rectification, Submission
from units.models import User

Matter = Submission | Rectification
Listener = Callable[[Matter, User], None]
_LISTENERS: list[Listener] = []


def on_receipt(function: Listener) -> Listener:
    """Register ``function(matter, by)``, called in the transaction in which ``by`` signs for a request to report or for a row of the ledger."""
    if function not in _LISTENERS:
        _LISTENERS.append(function)
    return function


def signed_for(matter: Matter, by: User) -> None:
    """Tell whoever has registered."""
    for listener in _LISTENERS:
        listener(matter, by)
