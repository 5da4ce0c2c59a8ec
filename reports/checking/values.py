"""What the pre-issue check reads and what it says: plain values, no database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Any

HEADING, BODY, TABLE = "heading", "body", "table"
TITLE, ADDRESSEE, SIGNATURE = "title", "addressee", "signature"


class Level(IntEnum):
    """How grave a message is. ``BLOCK`` stops the issue; the others can be waived with a reason."""

    BLOCK = 0
    WARN = 1
    HINT = 2

    @property
    def label(self) -> str:
        """As the office reads it."""
        return ("必须改正", "请核对", "建议")[self]


@dataclass(frozen=True)
class Fix:
    """A change that one click makes: the whole new value of one field of one place; ``before`` guards against a second editor."""

    uid: str
    field: str
    before: str
    after: str
    label: str = "一键修正"


@dataclass(frozen=True)
class CheckMessage:
    """One message. ``uid`` and ``field`` say where, ``where`` says it in words, ``quote`` is the text it is about.

    ``about`` is given where ``quote`` shows more than what is meant: words typed beside it must not make another message of it.
    """

    code: str
    level: Level
    uid: str
    field: str
    where: str
    text: str
    quote: str = ""
    fix: Fix | None = None
    about: str = ""

    @property
    def mark(self) -> str:
        """Identifies message, place and text: a waiver holds as long as all three stay the same."""
        return hashlib.sha256(repr((self.code, self.uid, self.field, self.about or self.quote, self.text)).encode()).hexdigest()


@dataclass(frozen=True)
class Piece:
    """One paragraph as printed. ``mark`` is the number that assembly gives it; ``is_own`` says that a person wrote or changed it.

    ``drafted`` is what was composed, ``arithmetic`` the numbers that this rested on, ``pending`` that its facts have changed since.
    """

    uid: str
    kind: str = BODY
    level: int = 0
    mark: str = ""
    lead: str = ""
    text: str = ""
    table: dict[str, Any] = field(default_factory=dict)
    is_own: bool = True
    drafted: str = ""
    arithmetic: tuple[dict[str, Any], ...] = ()
    pending: bool = False

    @property
    def printed(self) -> str:
        """The words as they stand on the paper, without the table's cells."""
        lead = f"{self.lead}。" if self.lead and self.text else self.lead
        return f"{self.mark}{lead}{self.text}"

    @property
    def words(self) -> str:
        """Lead and text without the number."""
        return self.printed[len(self.mark) :]

    def fields(self) -> Iterator[tuple[str, str]]:
        """Each field that holds words, cells of tables included (``table:2:1`` is row 2, column 1)."""
        if self.lead:
            yield "lead", self.lead
        if self.text:
            yield "text", self.text
        for row, cells in enumerate(self.table.get("rows", ())):
            for column, cell in enumerate(cells):
                if str(cell):
                    yield f"table:{row}:{column}", str(cell)


@dataclass(frozen=True)
class Part:
    """One section; ``uid`` names it for messages about the section as such."""

    uid: str
    kind: str
    heading: str
    mark: str
    pieces: tuple[Piece, ...]
    is_internal: bool = False


@dataclass(frozen=True)
class Sheet:
    """The whole report as the check reads it."""

    title: str
    parts: tuple[Part, ...]
    addressee: str = ""
    signers: tuple[str, ...] = ()
    date_line: str = ""
    is_signed_document: bool = True

    def pieces(self) -> Iterator[tuple[Part, Piece]]:
        """Each paragraph with its section."""
        for part in self.parts:
            for piece in part.pieces:
                yield part, piece

    def body(self) -> Iterator[tuple[Part, Piece]]:
        """The running text: no annexes, no tables."""
        for part, piece in self.pieces():
            if part.kind != "annex" and piece.kind != TABLE:
                yield part, piece

    def fields(self) -> Iterator[tuple[str, str, str, str]]:
        """Each field of words as uid, field, where, value; title and addressee first, headings of sections included."""
        yield TITLE, "title", "标题", self.title
        if self.addressee:
            yield ADDRESSEE, "addressee", "主送", self.addressee
        for part in self.parts:
            if part.heading:
                yield part.uid, "heading", place(part), part.heading
            for piece in part.pieces:
                for name, value in piece.fields():
                    yield piece.uid, name, place(part, piece), value


@dataclass(frozen=True)
class Count:
    """A number the data know: wherever ``pattern`` (one group: the number) matches, the number must be among ``allowed``."""

    what: str
    pattern: str
    allowed: frozenset[int]


@dataclass(frozen=True)
class Other:
    """Another report, from which nothing should have been copied."""

    label: str
    text: str


@dataclass(frozen=True)
class Word:
    """A word of the office's own list."""

    word: str
    advice: str = ""
    blocks: bool = False


@dataclass(frozen=True)
class CheckContext:
    """What is known beside the text; whatever is missing switches off the checks that need it.

    ``ahead`` says that the document is written before what it speaks of.
    ``listed`` says that records are listed one by one, so that two of them may say the same.
    ``names`` maps registered names of inspected organizations to their short names; ``registered`` are all names of the directory that
    occur in the text; ``own`` those of them that may occur. ``places`` are words that are known as places or bodies here.
    """

    year: int | None = None
    half: int | None = None
    previous_year: int | None = None
    previous_half: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    cut_off_on: date | None = None
    signed_on: date | None = None
    subject: str = ""
    names: dict[str, str] = field(default_factory=dict)
    foreign: frozenset[str] = frozenset()
    registered: frozenset[str] = frozenset()
    counts: tuple[Count, ...] = ()
    others: tuple[Other, ...] = ()
    words: tuple[Word, ...] = ()
    listed: bool = False
    ahead: bool = False


def place(part: Part, piece: Piece | None = None) -> str:
    """Return where something stands, in words: ``二、存在问题 · （一）``, ``导语``, ``附件“…”``."""
    if part.kind == "annex":
        return f"附件“{part.heading}”"
    head = f"{part.mark}{part.heading}" if part.heading else "导语"
    if piece is None:
        return head
    numbered = [row for row in part.pieces if row.kind != TABLE]
    if piece.kind == TABLE:
        return f"{head} · 表格"
    number = next((place for place, row in enumerate(numbered, start=1) if row.uid == piece.uid), 0)
    return f"{head} · {piece.mark}{piece.lead[:12]}" if piece.mark else f"{head} · 第{number}段"


def shortened(text: str, most: int = 24) -> str:
    """Return a quotation of bearable length."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
