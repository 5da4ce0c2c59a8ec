"""Why a file is refused."""

from __future__ import annotations

from jobs.errors import Refused


class FileRefused(Refused):
    """A file does not qualify as evidence; ``name`` is the file, ``reason`` the sentence for the user."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}：{reason}")
        self.name, self.reason = name, reason


class Unfit(Exception):
    """The reason alone, raised where the file's name is not known."""
