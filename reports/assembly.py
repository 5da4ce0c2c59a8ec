"""A draft, or a stored report, as the document that both renderers read: numbers, headings, annexes, signature."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from django.db.models import Prefetch

from reports.composing.draft import HEADING, TABLE, DraftParagraph, DraftReport, DraftSection
from reports.composing.marks import mark, marks_of
from reports.layout import dressed
from reports.models import Paragraph as ParagraphRow
from reports.models import Report
from reports.rendering.charts import captionless
from reports.rendering.document import Annex, Block, Document, Figure, Heading, Paragraph, Signature, Table, from_json
from reports.wording import clause, date_text, gap

OPENING, ANNEX = "opening", "annex"


def document_of(report: Report) -> Document:
    """Return the document of a stored report: the frozen one once it is issued, else as it stands in its paragraphs now.

    Two queries for a draft, and one for a template not at hand; a red head asks for the number series and the signing person as well.
    """
    if report.frozen is not None:
        return from_json(report.frozen)
    return dressed(document_of_draft(draft_of(report)), report)


def draft_of(report: Report) -> DraftReport:
    """Read what is printed of a stored report back into plain values; two queries, and one for a template not at hand.

    What the paragraphs rest on stays in the database: in a large campaign that is thousands of ids.
    """
    printed = ParagraphRow.objects.only("section", "key", "kind", "level", "lead", "text", "table", "fingerprint").order_by("order", "pk")
    rows = report.sections.prefetch_related(Prefetch("paragraphs", printed))
    sections = tuple(
        DraftSection(row.kind, row.heading, tuple(_paragraph_of(paragraph) for paragraph in row.paragraphs.all()), row.is_internal)
        for row in rows
    )
    return DraftReport(
        title=report.title,
        sections=sections,
        addressee=report.addressee,
        signers=tuple(report.signers),
        signed_on=report.signed_on,
        keywords=(report.title,),
        marks=marks_of(report.template.settings),
    )


def _paragraph_of(row: ParagraphRow) -> DraftParagraph:
    return DraftParagraph(row.key, row.kind, row.level, row.lead, row.text, row.table, fingerprint=row.fingerprint)


def document_of_draft(draft: DraftReport) -> Document:
    """Return the document of a draft: sections numbered 一、二、, paragraphs by their levels, annexes numbered when there are several.

    Figures are numbered through the whole document: 图1, 图2.
    """
    blocks: list[Block] = []
    number, figures = 0, count(1)
    for section in draft.sections:
        if section.kind == ANNEX:
            continue
        if section.kind != OPENING and section.heading:
            number += 1
            blocks.append(Heading(1, mark(draft.marks, 1, number) + clause(section.heading)))
        blocks.extend(_blocks(section.paragraphs, draft.marks, figures) or [Paragraph(gap(section.heading or "本部分内容"))])
    annexes = [section for section in draft.sections if section.kind == ANNEX]
    signed_on = date_text(draft.signed_on) if draft.signed_on else gap("成文日期")
    return Document(
        title=draft.title,
        blocks=tuple(blocks),
        addressee=draft.addressee,
        signature=Signature(tuple(draft.signers), signed_on) if draft.signers else None,
        annexes=tuple(
            Annex(
                place if len(annexes) > 1 else 0,
                section.heading,
                tuple(_blocks(section.paragraphs, draft.marks, figures)),
                section.is_internal,
            )
            for place, section in enumerate(annexes, start=1)
        ),
        keywords=draft.keywords,
    )


def _blocks(paragraphs: Iterable[DraftParagraph], marks: tuple[int, ...], figures: Iterator[int]) -> list[Block]:
    return list(_numbered(paragraphs, marks, figures))


def _numbered(paragraphs: Iterable[DraftParagraph], marks: tuple[int, ...], figures: Iterator[int]) -> Iterator[Block]:
    """Give each paragraph that has a level its number: （一） below a section, 1. below （一）, each counted anew under its parent.

    ``marks`` says which kind of number each level has.
    """
    counters: dict[int, int] = {}
    for paragraph in paragraphs:
        number = ""
        if paragraph.level:
            counters = {level: n for level, n in counters.items() if level <= paragraph.level}
            counters[paragraph.level] = counters.get(paragraph.level, 0) + 1
            number = mark(marks, paragraph.level, counters[paragraph.level])
        if paragraph.kind == TABLE and (figure := figure_of(paragraph.table, figures)):
            yield figure
        else:
            yield _block(paragraph, number)


def _block(paragraph: DraftParagraph, number: str) -> Block:
    if paragraph.kind == TABLE:
        return table_of(paragraph.table)
    if paragraph.kind == HEADING:
        return Heading(paragraph.level or 2, number + clause(paragraph.text or paragraph.lead))
    lead = f"{number}{clause(paragraph.lead)}。" if paragraph.lead else number
    return Paragraph(paragraph.text, lead, paragraph.level)


def figure_of(values: Any, numbers: Iterator[int]) -> Figure | None:
    """Return a stored table that is drawn as a chart, with its number (图1); None for a table that is only a table."""
    chart = values.get("figure")
    if not chart:
        return None
    caption = f"图{next(numbers)}　{values.get('caption', '')}".rstrip("　")
    return Figure(caption, chart.get("look", ""), tuple(chart.get("series", ())), captionless(table_of(values)), chart.get("unit", ""))


def table_of(values: Any) -> Table:
    """Return a stored table as a block; what is missing stays empty."""
    return Table(
        columns=tuple(values.get("columns", ())),
        rows=tuple(tuple(str(cell) for cell in row) for row in values.get("rows", ())),
        widths=tuple(values.get("widths", ())),
        align=tuple(values.get("align", ())),
        caption=values.get("caption", ""),
    )
