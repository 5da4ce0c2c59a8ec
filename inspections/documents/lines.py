"""What reading makes of a file: lines of text and tables in order, and pieces that are no text."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """One paragraph of the file. ``level`` is that of a Word heading style (0: none); ``is_title`` a style or centring that says so.

    A table has ``rows`` instead of text.
    """

    text: str = ""
    level: int = 0
    is_title: bool = False
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Unread:
    """Something that was found and is not part of the understood text: what it is, its words, and why."""

    what: str
    text: str
    line: int = 0


@dataclass
class Source:
    """A file as read."""

    lines: list[Line] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
