"""Rows of the findings list, read as plain values: a list page shows no more of a finding than this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString

from inspections.models import Finding
from units.grams import excerpt, marked

FIELDS = (
    "pk",
    "organization__name",
    "theme__name",
    "text",
    "cause",
    "measure",
    "kind",
    "severity",
    "assignment__team__name",
    "recorded_at",
    "withdrawn_at",
    "recurs",
)


@dataclass(frozen=True)
class FindingRow:
    """One line of the list; ``shown`` and ``at`` carry the marks of the words searched for, ``elsewhere`` where else they stand.

    ``more`` are label and text of the columns that a reader has chosen beside those of the page.
    """

    pk: UUID
    text: str
    at: SafeString
    theme: str
    shown: SafeString
    elsewhere: list[tuple[str, SafeString]]
    kind: str
    severity: str
    team: str
    recorded_at: datetime
    is_withdrawn: bool
    is_recurring: bool
    more: Sequence[tuple[str, Any]] = ()

    @property
    def kind_label(self) -> str:
        """The kind in Chinese."""
        return str(Finding.Kind(self.kind).label)

    @property
    def severity_label(self) -> str:
        """The severity in Chinese."""
        return str(Finding.Severity(self.severity).label)


def row_of(values: Sequence[Any], words: Sequence[str], more: Sequence[tuple[str, Any]] = ()) -> FindingRow:
    """Make a line of the values of ``FIELDS``; ``more`` are plain cells that the reader wants besides."""
    pk, name, theme, text, cause, measure, kind, severity, team, recorded_at, withdrawn_at, recurs = values
    elsewhere = [(label, excerpt(said, words)) for label, said in (("原因", cause), ("建议措施", measure))]
    return FindingRow(
        pk=pk,
        text=text,
        at=marked(name, words),
        theme=theme,
        shown=marked(text, words),
        elsewhere=[(label, said) for label, said in elsewhere if said],
        kind=kind,
        severity=severity,
        team=team or "",
        recorded_at=recorded_at,
        is_withdrawn=withdrawn_at is not None,
        is_recurring=bool(recurs) and kind == Finding.Kind.PROBLEM,
        more=more,
    )
