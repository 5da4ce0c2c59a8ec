"""What composing makes: a draft of plain values, each paragraph with its sources, its arithmetic and a fingerprint of its facts."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from reports.composing.marks import STANDARD_MARKS
from reports.wording import clause, number_text, tidy

HEADING, BODY, TABLE = "heading", "body", "table"


@dataclass(frozen=True)
class DraftParagraph:
    """One paragraph.

    ``level`` numbers it among its neighbours: 2 is （一）, 3 is 1., 4 is （1）, 0 has no number; the number itself is made by assembly.
    ``lead`` is a run-in heading without its full stop. ``key`` finds the same paragraph again when the report is recomposed. ``sources``
    holds ids by kind; ``arithmetic`` the counting behind words and sums.
    """

    key: str
    kind: str = BODY
    level: int = 0
    lead: str = ""
    text: str = ""
    table: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    fingerprint: str = ""
    arithmetic: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class DraftSection:
    """One part of the report; ``heading`` carries no number."""

    kind: str
    heading: str
    paragraphs: tuple[DraftParagraph, ...]
    is_internal: bool = False


@dataclass(frozen=True)
class DraftReport:
    """A whole draft; ``signed_on`` may still be open. ``marks`` says how each level is numbered (see ``composing.marks``)."""

    title: str
    sections: tuple[DraftSection, ...]
    addressee: str = ""
    signers: tuple[str, ...] = ()
    signed_on: date | None = None
    keywords: tuple[str, ...] = ()
    marks: tuple[int, ...] = STANDARD_MARKS


def plain(value: Any) -> Any:
    """Return ``value`` as JSON-ready values in one canonical form. Raises ``TypeError`` for what has none."""
    if value is None or isinstance(value, bool | int | float | str):
        result: Any = value
    elif isinstance(value, Decimal):
        result = number_text(value)
    elif isinstance(value, date):
        result = value.isoformat()
    elif isinstance(value, Mapping):
        result = {str(key): plain(item) for key, item in value.items()}
    elif isinstance(value, frozenset | set):
        result = sorted((plain(item) for item in value), key=str)
    elif isinstance(value, list | tuple):
        result = [plain(item) for item in value]
    elif dataclasses.is_dataclass(value):
        result = {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    else:
        raise TypeError(f"{type(value).__name__} is no fact")
    return result


def fingerprint(used: Any) -> str:
    """Return the SHA-256 over the canonical JSON of the facts a paragraph used: sorted keys, no spaces, UTF-8."""
    text = json.dumps(plain(used), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def paragraph(key: str, text: str, used: Any, **fields: Any) -> DraftParagraph:
    """Return a paragraph whose words rest on exactly ``used``; ``fields`` as in ``DraftParagraph``."""
    fields["lead"] = tidy(clause(fields.get("lead", "")))
    fields["sources"] = {kind: tuple(ids) for kind, ids in fields.get("sources", {}).items() if ids}
    fields["arithmetic"] = tuple(fields.get("arithmetic", ()))
    return DraftParagraph(key=key[:80], text=tidy(text), fingerprint=fingerprint(used), **fields)


# --- arithmetic -------------------------------------------------------------------------------------------------------------


def share_row(what: str, n: int, of: int, word: str) -> dict[str, Any]:
    """The counting behind a quantifier or a percentage: ``n`` of ``of`` became ``word``."""
    return {"what": what, "n": n, "of": of, "word": word}


def sum_row(what: str, parts: Iterable[Decimal | int], word: str = "") -> dict[str, Any]:
    """The adding up behind a sum; ``word`` is how the text gives it, where it is rounded."""
    listed = list(parts)
    row = {"what": what, "sum": number_text(sum(listed, Decimal(0))), "parts": [number_text(part) for part in listed]}
    return {**row, "word": word} if word else row


def count_row(what: str, n: int) -> dict[str, Any]:
    """A plain count of records."""
    return {"what": what, "n": n}
