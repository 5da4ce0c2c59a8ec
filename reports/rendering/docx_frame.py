"""版头 and 版记 in the Word file, with styles of their own so that an office can go on editing them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from lxml import etree

from reports.rendering import paper
from reports.rendering.document import Head, Imprint
from reports.rendering.fonts import OFFICE_NAMES, FontSet, Role
from reports.rendering.frame import (
    COPY_LABEL,
    Mark,
    approver_rows,
    copies_room,
    copies_text,
    corner_lines,
    one_line,
    set_imprint,
    set_mark,
)
from reports.rendering.lines import Run, break_lines
from reports.rendering.setting import text_width

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.text.paragraph import Paragraph as WordParagraph
    from docx.text.run import Run as WordRun

TWIPS = 20
EIGHTHS = 8
LEAST_LINE = Pt(1)
"""Word wants a paragraph behind a table; this one takes up no room to speak of."""


def write_head(word: Word, head: Head, fonts: FontSet) -> None:
    """Write the red head above the title; the places are those of the PDF (``frame.set_head``)."""

    def width(text: str, role: Role, _where: str) -> float:
        return text_width(fonts, text, role)

    corner = corner_lines(head)
    for text, role in corner:
        _face(word.add_paragraph(text, "版头"), role)
    mark = set_mark(head, width)
    above = paper.MARK_BELOW_TOP - len(corner) * paper.LINE
    if len(mark.parts) > 1:
        _joint_mark(word, head, mark, above)
    elif mark.parts:
        paragraph = word.add_paragraph(style="发文机关标志")
        _large(paragraph, mark.parts[0].text, mark)
        paragraph.paragraph_format.space_before = Pt(above)
    _number(word, head)


def _large(paragraph: WordParagraph, text: str, mark: Mark) -> None:
    """Add ``text`` in the size of the mark, narrowed like there."""
    run = paragraph.add_run(text)
    run.font.size = Pt(round(mark.size * 2) / 2)
    paragraph.paragraph_format.line_spacing = Pt(mark.size)
    if mark.scale < 1:
        form = run._r.get_or_add_rPr()
        scale = etree.SubElement(form, qn("w:w"))
        scale.set(qn("w:val"), str(int(mark.scale * 100)))
        # The schema wants the narrowing before the size.
        form.find(qn("w:sz")).addprevious(scale)


def _joint_mark(word: Word, head: Head, mark: Mark, above: float) -> None:
    """Joint issuers: a table without lines, the names spread over one width, the suffix beside them."""
    suffix = one_line(head.suffix)
    names = list(mark.parts[:-1]) if suffix else list(mark.parts)
    spacer = word.add_paragraph(style="版头")
    spacer.paragraph_format.line_spacing = LEAST_LINE
    spacer.paragraph_format.space_before = Pt(above - 1)
    left = min(part.left for part in mark.parts)
    split = mark.parts[-1].left if suffix else paper.MEASURE - left
    # The suffix has room to spare at its right: fonts differ a little in width, and it must not be broken.
    widths = [split - left, paper.MEASURE + 12 - split] if suffix else [split - left]
    table = word.add_table(rows=len(names), cols=len(widths))
    table.autofit = False
    table._tbl.tblPr.append(parse_xml(f'<w:tblInd {nsdecls("w")} w:w="{round(left * TWIPS)}" w:type="dxa"/>'))
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = Pt(wide)
        for cell in column.cells:
            cell.width = Pt(wide)
    leading = (mark.height - mark.size) / (len(names) - 1)
    for row, part in zip(table.rows, names, strict=True):
        paragraph = row.cells[0].paragraphs[0]
        paragraph.style = word.styles["发文机关标志"]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.DISTRIBUTE
        _large(paragraph, part.text, mark)
        paragraph.paragraph_format.line_spacing = Pt(leading)
    if suffix:
        cell = table.rows[0].cells[1].merge(table.rows[-1].cells[1])
        cell.vertical_alignment = 1
        for extra in cell.paragraphs[1:]:
            extra._p.getparent().remove(extra._p)
        paragraph = cell.paragraphs[0]
        paragraph.style = word.styles["发文机关标志"]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
        _large(paragraph, suffix, mark)
    for place in table._tbl.iter(qn("w:tcPr")):
        place.append(parse_xml(f'<w:tcMar {nsdecls("w")}><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tcMar>'))


def _number(word: Word, head: Head) -> None:
    """The number two lines below the mark, 签发人 beside it, the red rule under both, two blank lines."""
    number, rows = one_line(head.number), approver_rows(head)
    lines = max(1, len(rows))
    paragraph = None
    for place in range(lines):
        paragraph = word.add_paragraph(style="发文字号")
        last = place == lines - 1
        paragraph.paragraph_format.space_before = Pt(0 if place else 2 * paper.LINE)
        if not rows:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.add_run(number)
            continue
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(Pt(paper.BODY_SIZE))
        widest = max(len("　".join(row)) for row in rows) * paper.BODY_SIZE
        stops.add_tab_stop(Pt(paper.MEASURE - paper.BODY_SIZE - widest - 4 * paper.BODY_SIZE))
        stops.add_tab_stop(Pt(paper.MEASURE - paper.BODY_SIZE - widest))
        paragraph.add_run(f"\t{number if last else ''}\t{'签发人：' if place == 0 else ''}")
        names = paragraph.add_run(("" if place == 0 else "\t") + "　".join(rows[place]))
        _run_face(names, Role.KAITI)
    if paragraph is None:
        return
    # The rule stands 4 mm below the figures, which themselves stand in the middle of their line.
    space = round(paper.RULE_BELOW_NUMBER - (paper.LINE - paper.BODY_SIZE) / 2)
    paragraph._p.get_or_add_pPr().append(
        parse_xml(
            f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="{round(paper.RED_RULE * EIGHTHS)}" '
            f'w:space="{space}" w:color="{paper.RED}"/></w:pBdr>'
        )
    )
    _in_order(paragraph)
    paragraph.paragraph_format.space_after = Pt(2 * paper.LINE)


def _in_order(paragraph: WordParagraph) -> None:
    """Move the border to where the schema wants it: before tabs, spacing and alignment."""
    form = paragraph._p.get_or_add_pPr()
    border = form.find(qn("w:pBdr"))
    for name in ("w:tabs", "w:spacing", "w:ind", "w:jc"):
        following = form.find(qn(name))
        if following is not None:
            following.addprevious(border)
            return


def _face(paragraph: WordParagraph, role: Role) -> None:
    for run in paragraph.runs:
        _run_face(run, role)


def _run_face(run: WordRun, role: Role) -> None:
    name = OFFICE_NAMES[role][0]
    run.font.name = name
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def write_imprint(word: Word, imprint: Imprint, fonts: FontSet) -> None:
    """Write the imprint in a frame that stands at the foot of the last page's text, whatever is above it."""
    copies = copies_text(imprint)
    lines = break_lines([Run(copies, Role.FANGSONG)], copies_room(), fonts, "抄送机关") if copies else []
    setting = set_imprint(imprint, lines)
    if setting is None:
        return
    printer, printed = setting.printer, setting.printed
    one = round(paper.IMPRINT_SIZE * TWIPS)
    hanging = one * len(COPY_LABEL)
    wide = round(paper.MEASURE * TWIPS)
    thick, thin = round(paper.THICK_RULE * EIGHTHS), round(paper.THIN_RULE * EIGHTHS)
    bottom = (paper.PAGE_HEIGHT_MM - paper.BOTTOM_MM) * paper.POINTS_PER_MM
    if copies:
        indent = f'<w:ind w:left="{one + hanging}" w:right="{one}" w:hanging="{hanging}"/>'
        _framed(word, bottom - setting.height, _text(COPY_LABEL + copies), rules=_border("top", thick), form=indent)
    if printer or printed:
        rules = _border("top", thin if copies else thick) + _border("bottom", thick)
        tabs = f'<w:tabs><w:tab w:val="right" w:pos="{wide - one}"/></w:tabs>'
        runs = _text(printer) + "<w:r><w:tab/></w:r>" + _text(printed)
        _framed(word, bottom - paper.IMPRINT_LEADING, runs, rules=rules, tabs=tabs, form=f'<w:ind w:left="{one}"/><w:jc w:val="left"/>')


def _framed(word: Word, top: float, runs: str, *, rules: str, form: str, tabs: str = "") -> None:
    """Add a paragraph in a frame of the text's width at ``top`` points from the sheet's edge, and a tiny one that holds it to the page.

    Not a floating table, which LibreOffice lets run with the text when it is as wide; and one paragraph per frame, because it forgets all
    but the last of several.
    """
    wide, left = round(paper.MEASURE * TWIPS), round(paper.LEFT_MM * paper.POINTS_PER_MM * TWIPS)
    frame = (
        f'<w:framePr w:w="{wide}" w:hSpace="0" w:wrap="around" w:vAnchor="page" w:hAnchor="page" w:x="{left}" w:y="{round(top * TWIPS)}"/>'
    )
    word._body._element._insert_p(
        parse_xml(f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="Imprint"/>{frame}<w:pBdr>{rules}</w:pBdr>{tabs}{form}</w:pPr>{runs}</w:p>')
    )
    word.add_paragraph(style="版记").paragraph_format.line_spacing = LEAST_LINE


def _border(side: str, eighths: int) -> str:
    return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="0" w:color="auto"/>'


def _text(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
