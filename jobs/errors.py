"""Refusals that are meant for the user: the text is a Chinese sentence that says what to do next."""

from __future__ import annotations


class Refused(Exception):
    """A verb cannot be carried out; ``str(error)`` is shown to the user as it stands."""


class InvalidTransition(Refused):
    """The object is no longer in the state that the verb starts from (two clicks, or somebody was faster)."""


class StoreAwayError(OSError):
    """The store of files does not answer, or refuses us: nothing that the user did, and over once the administrator has seen to it."""
