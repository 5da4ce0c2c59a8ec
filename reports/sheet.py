"""The report as the editor shows it: each paragraph with its number, its marks and what is open about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Prefetch, Q, TextField, Value
from django.db.models.functions import StrIndex

from reports.assembly import document_of_draft, draft_of
from reports.differences import OtherRow, Run, lost_names, lost_numbers, other_rows, runs
from reports.models import Paragraph, Report, Section
from reports.rendering.document import GAP, Block, Figure, Heading, Table
from reports.rendering.document import Paragraph as TextBlock
from reports.rendering.preview import Chart, chart_of
from reports.versions import readable, shown_of
from reports.wording import clause
from units.models import PartyOrganization

BASIS = ("sources", "fingerprint", "arithmetic")


@dataclass
class Row:
    """One paragraph on the sheet. ``mark`` is its number, ``lost`` what a person's edit took out of what the data say."""

    row: Paragraph
    mark: str = ""
    remarks: int = 0
    lost: list[str] = field(default_factory=list)
    offered: tuple[Run, ...] = ()
    figure: Figure | None = None
    since_review: bool = False

    @property
    def chart(self) -> Chart | None:
        """The chart of a table that is drawn as one."""
        return chart_of(self.figure) if self.figure else None

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text in pieces, each with whether it is a gap to fill."""
        return gaps(self.row.text)

    @property
    def number_class(self) -> int:
        """The face of the run-in heading: 楷体 on level 2."""
        return self.row.level

    @property
    def offer_kind(self) -> str:
        """``gone``, ``added``, ``changed`` or nothing."""
        offer = self.row.offer
        if offer is None:
            return ""
        return "gone" if offer.get("gone") else "added" if offer.get("added") else "changed"

    @property
    def other(self) -> OtherTable:
        """The table of the offer beside the present one."""
        return OtherTable.beside(self.row.table, (self.row.offer or {}).get("table") or {})

    @property
    def label(self) -> str:
        """How the outline calls it."""
        if self.row.kind == Paragraph.Kind.TABLE:
            return self.mark + (self.row.table.get("caption") or "表格")
        return self.mark + (self.row.lead or self.row.text)[:24]

    @property
    def in_outline(self) -> bool:
        """Whether it has a line of its own in the outline."""
        return bool(self.row.level) or self.row.kind != Paragraph.Kind.BODY


@dataclass(frozen=True)
class OtherTable:
    """Another state of a table, row by row beside mine; cells can be taken over only where both have the same columns."""

    table: Mapping[str, Any]
    rows: tuple[OtherRow, ...]
    same_columns: bool

    @property
    def columns(self) -> list[str]:
        """The heads of its columns."""
        return list(self.table.get("columns", []))

    @classmethod
    def beside(cls, mine: Mapping[str, Any], other: Mapping[str, Any]) -> OtherTable:
        """Return ``other`` compared with ``mine``, both as paragraphs keep them."""
        rows = other_rows(mine.get("rows", []), other.get("rows", []))
        return cls(other, rows, len(mine.get("columns", [])) == len(other.get("columns", [])))


@dataclass
class Part:
    """One part of the report."""

    section: Section
    mark: str
    rows: list[Row]

    @property
    def is_annex(self) -> bool:
        """Whether it begins a sheet of its own."""
        return self.section.kind == "annex"


def gaps(text: str) -> list[tuple[str, bool]]:
    """Return ``text`` in pieces, each with whether it is a gap that a person must fill."""
    pieces, end = [], 0
    for match in GAP.finditer(text):
        pieces += [(text[end : match.start()], False), (match.group(), True)]
        end = match.end()
    return [piece for piece in [*pieces, (text[end:], False)] if piece[0]]


def parts_of(report: Report) -> list[Part]:
    """Return the parts with their paragraphs; the number of queries does not depend on how much there is."""
    # The ids that paragraphs rest on are thousands in a large campaign, and nothing of them is on the sheet.
    shown = Paragraph.objects.defer(*BASIS).order_by("order", "pk")
    sections = list(report.sections.prefetch_related(Prefetch("paragraphs", shown)))
    document = document_of_draft(draft_of(report))
    remarks = Counter(report.remarks.filter(parent=None, resolved_at=None).values_list("paragraph", flat=True))
    body, annexes = iter(document.blocks), iter(document.annexes)
    parts = []
    for section in sections:
        rows = list(section.paragraphs.all())
        if section.kind == "annex":
            annex = next(annexes, None)
            mark, blocks = (f"附件{annex.number or ''}", list(annex.blocks)) if annex else ("附件", [])
        else:
            mark, blocks = _taken(section, rows, body)
        marked = [_row(row, blocks[place] if place < len(blocks) else None) for place, row in enumerate(rows)]
        parts.append(Part(section, mark, marked))
    everything = [row for part in parts for row in part.rows]
    lost = lost_facts(report, [row.row for row in everything])
    for each in everything:
        each.remarks = remarks[each.row.uid]
        each.lost = lost.get(str(each.row.uid), [])
        if each.offer_kind == "changed":
            each.offered = offer_runs(each.row)
    return parts


def _taken(section: Section, rows: list[Paragraph], body: Any) -> tuple[str, list[Block]]:
    """Return the mark of a part's heading and the blocks of its paragraphs, taken from the document as assembly numbers it."""
    mark = ""
    if section.kind != "opening" and section.heading:
        heading = next(body, None)
        mark = heading.text.removesuffix(clause(section.heading)) if isinstance(heading, Heading) else ""
    # An empty part shows one gap on paper.
    return mark, [block for block in (next(body, None) for _ in range(max(len(rows), 1))) if block is not None]


def _row(row: Paragraph, block: Block | None) -> Row:
    return Row(row, _mark(row, block), figure=block if isinstance(block, Figure) else None)


def _mark(row: Paragraph, block: Block | None) -> str:
    if isinstance(block, Figure):
        return f"{block.caption.partition('　')[0]}　"
    if block is None or isinstance(block, Table):
        return ""
    if isinstance(block, Heading):
        return block.text.removesuffix(clause(row.text or row.lead))
    if isinstance(block, TextBlock) and row.lead:
        return block.lead.removesuffix("。").removesuffix(clause(row.lead))
    return block.lead


def offer_runs(row: Paragraph) -> tuple[Run, ...]:
    """Return what the offered text would change."""
    offer = row.offer or {}
    new = {"kind": row.kind, **{name: offer.get(name) for name in ("lead", "text", "table")}}
    return runs(readable(shown_of(row)), readable(new))


def offer_text(row: Paragraph) -> str:
    """Return the offered text as one text."""
    offer: Mapping[str, Any] = row.offer or {}
    return readable({"kind": row.kind, **{name: offer.get(name) for name in ("lead", "text", "table")}})


def lost_facts(report: Report, rows: Iterable[Paragraph]) -> dict[str, list[str]]:
    """Return, by paragraph, numbers and names of organizations that stood in the drafted text and were edited out; two queries.

    Only paragraphs that rest on records are looked at; tables are compared cell by cell as text.
    """
    edited = [row for row in rows if row.key and row.is_edited and row.offer is None]
    if not edited:
        return {}
    founded = set(Paragraph.objects.filter(pk__in=[row.pk for row in edited]).exclude(sources={}).values_list("pk", flat=True))
    before, after = {}, {}
    for row in edited:
        if row.pk in founded:
            drafted = {"kind": row.kind, "lead": row.drafted_lead, "text": row.drafted_text, "table": row.drafted_table}
            before[str(row.uid)], after[str(row.uid)] = readable(drafted), readable(shown_of(row))
    if not before:
        return {}
    names = _names_in(report, "\n".join(before.values()))
    result = {}
    for uid, old in before.items():
        lost = lost_numbers(old, after[uid]) + lost_names((name for name in names if name in old), after[uid])
        if lost:
            result[uid] = lost
    return result


def _names_in(report: Report, text: str) -> set[str]:
    """Return names of inspected organizations that occur in ``text``; the database looks, so that not all names are read."""
    inspected = PartyOrganization.objects.filter(pk__in=report.campaign.assignments.values("organization"))
    # A position, not LIKE: Django escapes the name of each row three times for LIKE, which cost more than all the rest of a save.
    places = {f"{name}_at": StrIndex(Value(text, TextField()), F(name)) for name in ("name", "short_name")}
    found = inspected.annotate(**places).filter(Q(name_at__gt=0) | (Q(short_name_at__gt=0) & ~Q(short_name="")))
    return {name for pair in found.values_list("name", "short_name") for name in pair if name and name in text}
