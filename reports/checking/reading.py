"""A draft as the check reads it, and plain text for comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from inspections.documents.numerals import leading_mark
from reports.checking.values import Part, Piece, Sheet
from reports.wording import numbering


def marked(pieces: Iterable[Piece], number_of: Callable[[int, int], str] = numbering) -> Iterator[Piece]:
    """Give each numbered paragraph the mark that assembly gives it (see ``reports.assembly``): counted anew under each parent."""
    counters: dict[int, int] = {}
    for piece in pieces:
        if not piece.level:
            yield piece
            continue
        counters = {level: n for level, n in counters.items() if level <= piece.level}
        counters[piece.level] = counters.get(piece.level, 0) + 1
        yield replace(piece, mark=number_of(piece.level, counters[piece.level]))


def parts_of(
    sections: Iterable[tuple[str, str, str, bool, Iterable[Piece]]], number_of: Callable[[int, int], str] = numbering
) -> tuple[Part, ...]:
    """Return the parts of a report from (uid, kind, heading, is internal, pieces), numbered as on paper."""
    parts, number = [], 0
    for uid, kind, heading, is_internal, pieces in sections:
        sign = ""
        if kind not in {"annex", "opening"} and heading:
            number += 1
            sign = number_of(1, number)
        parts.append(Part(uid, kind, heading, sign, tuple(marked(pieces, number_of)), is_internal))
    return tuple(parts)


def sheet_of_lines(title: str, lines: Iterable[str]) -> Sheet:
    """Return a text whose numbers are typed as the check reads it: 一、 begins a part, every other line is a paragraph."""
    parts: list[tuple[str, str, list[Piece]]] = [("", "opening", [])]
    for place, line in enumerate(lines):
        found = leading_mark(line)
        if found and found.level == 1:
            parts.append((line, "custom", []))
        else:
            parts[-1][2].append(Piece(f"line-{place}", "body", 0, "", "", line))
    made = [
        Part(f"part-{place}", kind, heading, "", tuple(pieces)) for place, (heading, kind, pieces) in enumerate(parts) if heading or pieces
    ]
    return Sheet(title, tuple(made), is_signed_document=False)
