"""发文前体检: what is wrong with a report before it goes out. Pure functions over plain values (``values``); nothing is read or written.

Each check is a generator over the sheet and its context. A check errs on the side of silence: a message that is not worth a person's time
teaches people to ignore the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reports.checking import figures, marks, masks, names, numbers, prose, times
from reports.checking.marks import MECHANICAL
from reports.checking.values import (
    CheckContext,
    CheckMessage,
    Count,
    Fix,
    Level,
    Other,
    Part,
    Piece,
    Sheet,
    Word,
)

__all__ = ["MECHANICAL", "CheckContext", "CheckMessage", "Count", "Fix", "Level", "Other", "Part", "Piece", "Sheet", "Word", "check"]

CHECKS: tuple[Callable[[Sheet, CheckContext], Iterator[CheckMessage]], ...] = (
    masks.formal,
    masks.masks,
    masks.residue,
    masks.empty,
    prose.personal,
    numbers.numbered,
    numbers.order,
    numbers.runs,
    figures.lists,
    figures.sums,
    figures.counts,
    figures.sourced,
    figures.tables,
    figures.drawn,
    times.impossible,
    times.cut_offs,
    times.years,
    times.forms,
    names.foreign,
    names.unregistered,
    names.places,
    names.short_forms,
    prose.watched,
    prose.missing_words,
    prose.repeated,
    prose.copied,
    prose.long_sentences,
    marks.punctuation,
    marks.pairs,
)


def check(sheet: Sheet, context: CheckContext | None = None) -> list[CheckMessage]:
    """Return the messages on ``sheet``, gravest first, each once, otherwise in the order of the text."""
    context = context or CheckContext()
    found = {message.mark: message for run in CHECKS for message in run(sheet, context)}
    order = {uid: place for place, uid in enumerate(_uids(sheet))}
    return sorted(found.values(), key=lambda message: (message.level, order.get(message.uid, len(order))))


def _uids(sheet: Sheet) -> list[str]:
    return ["title", "addressee", *(uid for part in sheet.parts for uid in (part.uid, *(piece.uid for piece in part.pieces))), "signature"]
