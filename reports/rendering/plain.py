"""A document as lines of plain text, for other systems that show or search it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reports.rendering.document import Block, Document, Figure, Heading, Table


def plain_lines(document: Document) -> list[str]:
    """Return what a reader outside the office reads, one line per paragraph and per row of a table (cells apart by tabs).

    Internal annexes name units for use inside the office and are left out.
    """
    lines = [document.title]
    if document.addressee:
        lines.append(f"{document.addressee}：")
    lines += _lines(document.blocks)
    if document.signature:
        lines += [*document.signature.signers, document.signature.date_text]
    for annex in document.annexes:
        if not annex.internal:
            lines += [f"附件{annex.number or ''}", annex.title, *_lines(annex.blocks)]
    return lines


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Heading):
            yield block.text
        elif isinstance(block, Table | Figure):
            table = block.table if isinstance(block, Figure) else block
            if block.caption:
                yield block.caption
            yield "\t".join(table.columns)
            yield from ("\t".join(row) for row in table.rows)
        else:
            yield block.lead + block.text
