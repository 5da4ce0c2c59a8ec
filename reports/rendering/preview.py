"""The document as HTML for the screen: the same tree, looking like the paper, flowing on a phone. No inline style, for the CSP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from reports.rendering.charts import captionless, figure_options, figure_size, summary_of
from reports.rendering.document import GAP, Block, Document, Figure, Head, Heading, Imprint, Table
from reports.rendering.echarts import svg_of
from reports.rendering.figures import address_of
from reports.rendering.fonts import font_set
from reports.rendering.frame import approver_rows, copies_text, corner_lines, one_line, printed_text
from reports.rendering.lines import clean_text
from reports.rendering.result import RenderError
from reports.rendering.setting import title_lines
from reports.rendering.tables import alignment

MARK_SIZES = ((10, "large"), (14, "medium"), (20, "small"))
"""Characters that the 发文机关标志 may have in a line of this size; the style sheet has the sizes."""

Run = tuple[str, bool]
"""A piece of text, and whether it is a gap for a person to fill."""


def preview_html(document: Document) -> SafeString:
    """Return ``document`` as an HTML fragment; the page that shows it links ``css/sheet.css``.

    Headings begin at h2, because the page around it has an h1 of its own.
    """
    fonts = font_set().lenient()
    context = {
        "head": _head(document.head) if document.head else None,
        "imprint": _imprint(document.imprint) if document.imprint else None,
        "title": [_runs(line) for line in title_lines(document.title, fonts)],
        "addressee": _runs(document.addressee.rstrip("：:") + "：") if document.addressee else (),
        "blocks": _blocks(document.blocks),
        "signature": document.signature,
        "annexes": [
            {
                "mark": f"附件{annex.number or ''}",
                "title": [_runs(line) for line in title_lines(annex.title, fonts)],
                "name": annex.title.replace("\n", ""),
                "internal": annex.internal,
                "blocks": _blocks(annex.blocks),
            }
            for annex in document.annexes
        ],
    }
    return render_to_string("reports/_sheet.html", context)


def _head(head: Head) -> dict[str, Any]:
    longest = max((len(one_line(name)) for name in head.issuers), default=0) + len(head.suffix)
    return {
        "corner": [(_runs(text), role.name.lower()) for text, role in corner_lines(head)],
        "issuers": [one_line(name) for name in head.issuers if name.strip()],
        "suffix": head.suffix,
        "size": next((size for most, size in MARK_SIZES if longest <= most), "tiny"),
        "number": _runs(head.number),
        "approvers": approver_rows(head),
    }


def _imprint(imprint: Imprint) -> dict[str, Any]:
    return {"copies": _runs(copies_text(imprint)), "printer": _runs(imprint.printer), "printed": _runs(printed_text(imprint))}


def _runs(text: str) -> list[Run]:
    runs: list[Run] = []
    text, end = clean_text(text), 0
    for match in GAP.finditer(text):
        runs += [(text[end : match.start()], False), (match.group(), True)]
        end = match.end()
    return [run for run in [*runs, (text[end:], False)] if run[0]]


def _blocks(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    return [_block(block) for block in blocks]


def _table(table: Table) -> dict[str, Any]:
    rows = [[(side, _runs(row[index]) if index < len(row) else []) for index, side in enumerate(alignment(table))] for row in table.rows]
    return {"kind": "table", "caption": _runs(table.caption), "columns": table.columns, "rows": rows}


@dataclass(frozen=True)
class Chart:
    """The chart of a figure for the screen: an address that holds the picture, its size in pixels, and in words what it shows."""

    source: str
    width: int
    height: int
    summary: str


def chart_of(figure: Figure) -> Chart:
    """Return the chart of a figure; without a picture where the chart library is missing, so that a page with it can still be read."""
    width, height = figure_size(figure)
    try:
        source = address_of(svg_of(figure_options(figure), width, height))
    except RenderError:
        source = ""
    return Chart(source, width, height, summary_of(figure))


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Figure):
        return {**_table(captionless(block.table)), "kind": "figure", "title": _runs(block.caption), "chart": chart_of(block)}
    if isinstance(block, Heading):
        level = min(max(block.level, 1), 4)
        return {"kind": "heading", "tag": f"h{level + 2}", "level": level, "runs": _runs(block.text)}
    return {"kind": "paragraph", "lead": _runs(block.lead), "lead_level": block.lead_level, "runs": _runs(block.text)}
