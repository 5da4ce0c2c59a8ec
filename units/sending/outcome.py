"""What went wrong on the way out, in words for the office, and whether trying again can help."""

from __future__ import annotations


class NotSent(Exception):
    """A message did not go out. ``str(error)`` is a Chinese sentence; ``again`` says whether the same may work later.

    ``everybody``: it is the server that is away, so the next message need not be tried now.
    """

    def __init__(self, text: str, *, again: bool, everybody: bool = False) -> None:
        super().__init__(text)
        self.again, self.everybody = again, everybody
