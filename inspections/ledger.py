"""整改台账 as people know it on paper: its columns, the three lists made of the same rows, and each cell as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils import timezone

from inspections.models import Finding, Lamp, Rectification, RectificationEvidence
from inspections.models.rectification import RectificationQuerySet


@dataclass(frozen=True)
class Column:
    """A column: ``key`` says how a page shows it, ``text`` what it says on paper and in a file."""

    key: str
    label: str
    width: int
    text: Callable[[Rectification], str]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _state(row: Rectification) -> str:
    """The state with what the lamp adds to it."""
    lamp = row.lamp()
    late = f"（{lamp.label}）" if lamp in {Lamp.RED, Lamp.YELLOW} else ""
    return f"{'未下发' if row.issued_at is None else row.get_status_display()}{late}"


def _proofs(row: Rectification) -> str:
    return "、".join(proof.name for proof in row.proofs.all())


def _themes(row: Rectification) -> str:
    return "、".join(dict.fromkeys(finding.theme.name for finding in row.findings.all()))


def _found_on(row: Rectification) -> str:
    days = sorted(timezone.localtime(finding.recorded_at).date() for finding in row.findings.all())
    return _day(days[0]) if days else ""


ALL = (
    Column("number", "序号", 14, lambda row: row.reference),
    Column("content", "问题内容", 44, lambda row: row.content),
    Column("requirement", "整改要求", 36, lambda row: row.requirement),
    Column("measure", "整改措施", 40, lambda row: row.measure),
    Column("organization", "责任单位", 24, lambda row: str(row.organization)),
    Column("title", "责任人职务", 16, lambda row: row.responsible_title),
    Column("due", "整改时限", 12, lambda row: _day(row.due_on)),
    Column("progress", "进展", 44, lambda row: row.progress),
    Column("state", "状态", 16, _state),
    Column("proofs", "佐证", 30, _proofs),
    Column("themes", "主题", 16, _themes),
    Column("severity", "程度", 8, lambda row: row.get_severity_display()),
    Column("campaign", "督查活动", 30, lambda row: row.campaign.title),
    Column("found", "发现日期", 12, _found_on),
    Column("verifier", "核验人", 12, lambda row: str(row.closed_by or row.verifier or "")),
)
_BY_KEY = {column.key: column for column in ALL}


@dataclass(frozen=True)
class View:
    """One way to look at the same rows."""

    key: str
    label: str
    columns: tuple[Column, ...]


def _view(key: str, label: str, *columns: str) -> View:
    return View(key, label, tuple(_BY_KEY[name] for name in columns))


VIEWS = {
    view.key: view
    for view in (
        _view("", "整改台账", "number", "content", "measure", "organization", "title", "due", "progress", "state", "proofs"),
        _view("problems", "问题清单", "number", "organization", "content", "themes", "severity", "campaign", "found", "state"),
        _view("tasks", "任务清单", "number", "content", "requirement", "measure", "due", "progress", "state"),
        _view("duties", "责任清单", "number", "organization", "title", "content", "due", "verifier", "state"),
    )
}
PAPER = VIEWS[""]
"""The columns of the paper form; the file people fill in has exactly these."""


def view_of(key: str) -> View:
    """Return a way of looking by its key; the ledger itself for an unknown one."""
    return VIEWS.get(key, PAPER)


def with_cells(rows: RectificationQuerySet, today: date | None = None) -> RectificationQuerySet:
    """Return ``rows`` with everything that cells show, in a number of queries that does not depend on their number."""
    proofs = Prefetch("proofs", RectificationEvidence.objects.only("pk", "rectification_id", "name", "content_type", "stage"))
    findings = Prefetch("findings", Finding.objects.select_related("theme").order_by("recorded_at", "pk"))
    related = ("campaign__organizer", "organization", "verifier", "closed_by")
    return rows.lamp(today).select_related(*related).prefetch_related(proofs, findings)


def cells(row: Rectification, view: View) -> Sequence[str]:
    """Return the row as text, column by column."""
    return [column.text(row) for column in view.columns]
