"""Word document of a document tree: real styles, so that an office can go on editing it.

Pure like the PDF. Word breaks the lines itself; heights of table rows, the cuts of titles and the place of the signature come from the same
code as the PDF's, so that both files have the same pages but for one.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import docx
from django.template.loader import render_to_string
from docx.document import Document as Word
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph
from lxml import etree

from reports.rendering import paper
from reports.rendering.charts import captionless
from reports.rendering.document import GAP, Annex, Block, Document, Figure, Heading, Paragraph, Signature, Table
from reports.rendering.docx_frame import write_head, write_imprint
from reports.rendering.figure_image import figure_png
from reports.rendering.figures import set_figure
from reports.rendering.fonts import OFFICE_NAMES, Role, font_set
from reports.rendering.lines import clean_text
from reports.rendering.pages import imprint_moves
from reports.rendering.result import RenderResult
from reports.rendering.setting import Setter, signature_places, text_width, title_lines, title_space
from reports.rendering.tables import TALLEST_ROW, Row

TWIPS = 20
LEADS = {1: "段首黑体", 2: "段首楷体"}
LONGEST_PROPERTY = 255
"""Characters of a document property (python-docx refuses more)."""
FOOTER_MM = 25.3
"""From the lower edge of the sheet to that of the page number: its dash is then 7 mm below the text (§7.5)."""
UNUSED_PARTS = ("/stylesWithEffects", "/customXml", "/numbering", "/thumbnail")
"""What python-docx's own template brings along and nobody needs: other styles and lists, and a picture of an English page."""


def render_docx(document: Document, *, draft: bool = False) -> RenderResult:
    """Write ``document`` as .docx on the page of GB/T 9704-2012.

    Args:
        document: the block tree.
        draft: print 草稿 in the head of each page. Without it, gaps that are still open give a warning.

    Returns:
        The file, 0 pages (the reader's program makes them), the names of the fonts it asks for, and warnings in Chinese.

    """
    writer = _Writer()
    writer.prepare(document, draft=draft)
    writer.write(document)
    file = io.BytesIO()
    writer.word.save(file)
    warnings = [] if draft or not writer.gaps else [f"文中还有 {writer.gaps} 处“【待补】”没有填写，正式印发前请补全。"]
    return RenderResult(file.getvalue(), 0, tuple(names[0] for names in OFFICE_NAMES.values()), tuple(warnings))


@dataclass
class _Writer:
    """Writes one document; use once."""

    word: Word = field(default_factory=docx.Document)
    gaps: int = 0

    def __post_init__(self) -> None:
        # Word draws what it can with what it has, so a character that our fonts lack is no reason to refuse the file.
        self.fonts = font_set().lenient()

    # --- the frame --------------------------------------------------------------------------------------------------

    def prepare(self, document: Document, *, draft: bool) -> None:
        """Give the empty file our styles, page, head, foot and properties."""
        for part in (self.word.part, self.word.part.package):
            for key in [key for key, rel in part.rels.items() if rel.reltype.endswith(UNUSED_PARTS)]:
                del part.rels[key]
        _replace_children(self.word.styles.element, render_to_string("reports/docx/styles.xml", _figures()))
        fonts = [(names[0], names[1:]) for names in OFFICE_NAMES.values()]
        table = next(rel.target_part for rel in self.word.part.rels.values() if rel.reltype == RELATIONSHIP_TYPE.FONT_TABLE)
        table._blob = render_to_string("reports/docx/font_table.xml", {"fonts": fonts}).encode()
        self._settings()
        self._page()
        self._head_and_foot(draft=draft)
        properties = self.word.core_properties
        properties.title = clean_text(document.title).replace("\n", "")[:LONGEST_PROPERTY]
        properties.keywords = clean_text("，".join(document.keywords)).replace("\n", "")[:LONGEST_PROPERTY]
        properties.language = "zh-CN"
        properties.author = properties.last_modified_by = properties.comments = ""

    def _settings(self) -> None:
        settings = self.word.settings.element
        # Word squeezes marks where a line needs it, as the PDF does.
        settings.find(qn("w:characterSpacingControl")).set(qn("w:val"), "compressPunctuation")
        settings.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
        settings.find(qn("w:zoom")).set(qn("w:percent"), "100")
        self.word.settings.odd_and_even_pages_header_footer = True

    def _page(self) -> None:
        section = self.word.sections[0]
        section.page_width, section.page_height = Mm(paper.PAGE_WIDTH_MM), Mm(paper.PAGE_HEIGHT_MM)
        section.top_margin, section.bottom_margin = Mm(paper.TOP_MM), Mm(paper.BOTTOM_MM)
        section.left_margin, section.right_margin = Mm(paper.LEFT_MM), Mm(paper.RIGHT_MM)
        section.header_distance, section.footer_distance = Mm(15), Mm(FOOTER_MM)
        grid = section._sectPr.find(qn("w:docGrid"))
        # Lines only: a grid of characters makes LibreOffice spread them until the pages no longer agree.
        grid.set(qn("w:type"), "lines")
        grid.set(qn("w:linePitch"), str(round(paper.LINE * TWIPS)))

    def _head_and_foot(self, *, draft: bool) -> None:
        section = self.word.sections[0]
        for footer, side in ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
            paragraph = footer.paragraphs[0]
            paragraph.style = self.word.styles["Footer"]
            paragraph.alignment = side
            paragraph.add_run("— ")
            paragraph._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'))
            paragraph.add_run(" —")
        for header in (section.header, section.even_page_header) if draft else ():
            header.paragraphs[0].style = self.word.styles["Header"]
            header.paragraphs[0].add_run("草稿")

    # --- the text ---------------------------------------------------------------------------------------------------

    def write(self, document: Document) -> None:
        """Write everything in reading order."""
        if document.head:
            write_head(self.word, document.head, self.fonts)
        self._title(document.title, "Title")
        if document.addressee:
            self._text(document.addressee.rstrip("：:") + "：", "Salutation")
        self._blocks(document.blocks)
        if document.signature:
            # A signature never stands alone on a page: the end of the text goes with it.
            self.word.paragraphs[-1].paragraph_format.keep_with_next = True
        if document.annexes:
            self._annex_list(document.annexes)
        if document.signature:
            self._signature(document.signature)
        for annex in document.annexes:
            self._annex(annex)
        if document.imprint:
            # Word cannot ask where the text ends; its pages are ours but for one, so ours tell whether the imprint goes onto a page of its own.
            if document.imprint.even_page and imprint_moves(Setter(self.fonts).set(document).pieces):
                self.word.add_section(WD_SECTION.EVEN_PAGE)
            write_imprint(self.word, document.imprint, self.fonts)

    def _runs(self, paragraph: WordParagraph, text: str, style: str | None = None) -> None:
        """Add ``text``, gaps in their own style."""
        end = 0
        for match in GAP.finditer(text):
            self.gaps += 1
            if text[end : match.start()]:
                paragraph.add_run(text[end : match.start()], style)
            paragraph.add_run(match.group(), "待补")
            end = match.end()
        if text[end:]:
            paragraph.add_run(text[end:], style)

    def _text(self, text: str, style: str, *, lead: str = "", lead_style: str | None = None) -> None:
        """Add a paragraph for each line of ``text``; the lead begins the first."""
        for index, part in enumerate(clean_text(text).split("\n")):
            lead_here = clean_text(lead).replace("\n", "") if index == 0 else ""
            if not part.strip() and not lead_here:
                continue
            paragraph = self.word.add_paragraph(style=style)
            self._runs(paragraph, lead_here, lead_style)
            self._runs(paragraph, part.strip())

    def _title(self, title: str, style: str, *, blank_above: bool = False, blank_below: bool = True) -> None:
        lines = title_lines(title, self.fonts)
        paragraph = self.word.add_paragraph(style=style)
        for index, line in enumerate(lines):
            if index:
                paragraph.add_run().add_break()
            self._runs(paragraph, line)
        self._narrowed(paragraph, max((text_width(self.fonts, line, Role.BIAOSONG) for line in lines), default=0.0), lines)
        space = title_space(len(lines)) / 2
        paragraph.paragraph_format.space_before = Pt(space + blank_above * paper.LINE)
        paragraph.paragraph_format.space_after = Pt(space + blank_below * paper.LINE)

    def _narrowed(self, paragraph: WordParagraph, widest: float, lines: Sequence[str]) -> None:
        """Draw a title together by a hair where a program that puts air between figures and characters would break its lines again."""
        air = max((250 * len(re.findall(r"[0-9A-Za-z](?![0-9A-Za-z])|(?<![0-9A-Za-z])[0-9A-Za-z]", line)) for line in lines), default=0)
        excess = (widest + air) / 1000 * paper.TITLE_SIZE - paper.MEASURE
        if excess <= 0 or not air:
            return
        less = excess / max(map(len, lines))
        for run in paragraph.runs:
            spacing = etree.SubElement(run._r.get_or_add_rPr(), qn("w:spacing"))
            spacing.set(qn("w:val"), str(-max(1, round(less * TWIPS))))

    def _blocks(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            if isinstance(block, Table):
                self._table(block)
            elif isinstance(block, Figure):
                self._figure(block)
                self._table(captionless(block.table), compact=True)
            elif isinstance(block, Heading):
                self._text(block.text, f"Heading {min(max(block.level, 1), 4)}")
            elif isinstance(block, Paragraph):
                self._text(block.text, "Body Text", lead=block.lead, lead_style=LEADS.get(block.lead_level))

    def _annex_list(self, annexes: Sequence[Annex]) -> None:
        numbered = len(annexes) > 1
        one = paper.BODY_SIZE + paper.PITCH * paper.BODY_SIZE / 1000
        for index, annex in enumerate(annexes):
            label = ("附件：" if index == 0 else "") + (f"{index + 1}." if numbered else "")
            paragraph = self.word.add_paragraph(style="附件说明")
            number = text_width(self.fonts, f"{index + 1}.", Role.FANGSONG) * paper.BODY_SIZE / 1000 if numbered else 0
            first = 0.0 if index == 0 else 3 * one
            form = paragraph.paragraph_format
            form.left_indent = Pt(5 * one + number)
            form.first_line_indent = Pt(2 * one + first - (5 * one + number))
            if index == 0:
                form.space_before = Pt(paper.LINE)
            self._runs(paragraph, label + clean_text(annex.title).replace("\n", ""))

    def _signature(self, signature: Signature) -> None:
        signers = [clean_text(signer).replace("\n", "") for signer in signature.signers]
        date = clean_text(signature.date_text).replace("\n", "")

        def width(text: str) -> float:
            return text_width(self.fonts, text, Role.FANGSONG) + paper.PITCH * max(0, len(text) - 1)

        longest = max(map(width, signers), default=0.0)
        start, date_left = signature_places(longest, width(date))
        unit = paper.BODY_SIZE / 1000
        for index, signer in enumerate(signers):
            paragraph = self.word.add_paragraph(style="Signature")
            paragraph.paragraph_format.left_indent = Pt(max(0.0, start + (longest - width(signer)) / 2) * unit)
            paragraph.paragraph_format.space_before = Pt(0 if index else paper.LINE)
            self._runs(paragraph, signer)
        paragraph = self.word.add_paragraph(style="Date")
        paragraph.paragraph_format.left_indent = Pt(max(0.0, date_left) * unit)
        paragraph.paragraph_format.space_before = Pt(0 if signers else paper.LINE)
        self._runs(paragraph, date)

    def _annex(self, annex: Annex) -> None:
        self.word.add_paragraph(f"附件{annex.number or ''}", style="附件标识")
        self._title(annex.title, "附件标题", blank_above=True, blank_below=not annex.internal)
        if annex.internal:
            self.word.add_paragraph("（仅供内部使用）", style="附件附注")
        self._blocks(annex.blocks)

    # --- tables -----------------------------------------------------------------------------------------------------

    def _figure(self, figure: Figure) -> None:
        """Write the chart as a picture with its words for screen readers, and its caption below it."""
        before = self.word.paragraphs[-1]
        if before.style is not None and before.style.name == "Body Text":
            before.paragraph_format.keep_with_next = True
        setting = set_figure(figure, lambda text, role, _where: text_width(self.fonts, text, role), "图")
        paragraph = self.word.add_paragraph(style="图")
        space = Pt((setting.room - setting.height) / 2)
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = space
        picture = io.BytesIO(figure_png(setting, self.fonts))
        shape = paragraph.add_run().add_picture(picture, width=Pt(setting.width), height=Pt(setting.height))
        shape._inline.docPr.set("name", figure.caption or "图")
        shape._inline.docPr.set("descr", setting.summary)
        if figure.caption:
            self._text(figure.caption, "Caption")

    def _table(self, table: Table, *, compact: bool = False) -> None:
        """Write a table row by row as XML: python-docx's ``cell()`` counts through the whole table for each cell."""
        if table.caption:
            self._text(table.caption, "Caption")
        setting = Setter(self.fonts).table(table, "表格", compact=compact)
        prefix = "Small" if setting.small else ""
        twips = [round(width * TWIPS) for width in setting.widths]
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
        element = parse_xml(
            f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(twips)}" w:type="dxa"/>'
            '<w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr>'
            f"<w:tblGrid>{columns}</w:tblGrid></w:tbl>"
        )
        element.append(self._row(table.columns, twips, setting.head, f"{prefix}TableHead", head=True))
        for row, texts in zip(setting.rows, table.rows, strict=True):
            element.append(self._row(texts, twips, row, f"{prefix}TableText"))
        # python-docx keeps the section's properties at the end of the body; a table goes before them.
        self.word._body._element._insert_tbl(element)
        space = self.word.add_paragraph()
        space.paragraph_format.line_spacing = Pt(paper.HALF_LINE)

    def _row(self, texts: Sequence[str], widths: Sequence[int], measured: Row, style: str, *, head: bool = False) -> etree._Element:
        row = etree.Element(qn("w:tr"))
        properties = etree.SubElement(row, qn("w:trPr"))
        if measured.height <= TALLEST_ROW:
            etree.SubElement(properties, qn("w:cantSplit"))
        etree.SubElement(properties, qn("w:trHeight"), {qn("w:val"): str(round(measured.height * TWIPS)), qn("w:hRule"): "atLeast"})
        if head:
            etree.SubElement(properties, qn("w:tblHeader"))
        for index, (width, cell) in enumerate(zip(widths, measured.cells, strict=True)):
            column = etree.SubElement(row, qn("w:tc"))
            form = etree.SubElement(column, qn("w:tcPr"))
            etree.SubElement(form, qn("w:tcW"), {qn("w:w"): str(width), qn("w:type"): "dxa"})
            etree.SubElement(form, qn("w:vAlign"), {qn("w:val"): "center"})
            for part in clean_text(texts[index] if index < len(texts) else "").split("\n"):
                self._cell_paragraph(column, part.strip(), style, cell.align)
        return row

    def _cell_paragraph(self, cell: etree._Element, text: str, style: str, side: str) -> None:
        paragraph = etree.SubElement(cell, qn("w:p"))
        form = etree.SubElement(paragraph, qn("w:pPr"))
        etree.SubElement(form, qn("w:pStyle"), {qn("w:val"): style})
        etree.SubElement(form, qn("w:jc"), {qn("w:val"): side})
        end = 0
        for match in [*GAP.finditer(text), None]:
            _run(paragraph, text[end : match.start() if match else len(text)])
            if match:
                self.gaps += 1
                _run(paragraph, match.group(), "Gap")
                end = match.end()


def _run(paragraph: etree._Element, text: str, style: str = "") -> None:
    if not text:
        return
    run = etree.SubElement(paragraph, qn("w:r"))
    if style:
        etree.SubElement(etree.SubElement(run, qn("w:rPr")), qn("w:rStyle"), {qn("w:val"): style})
    element = etree.SubElement(run, qn("w:t"))
    element.text = text
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _figures() -> dict[str, Any]:
    """Return what the style sheet needs, lengths in twips."""
    names = {role.name.lower(): known[0] for role, known in OFFICE_NAMES.items()}
    return {
        **names,
        "line": round(paper.LINE * TWIPS),
        "title_line": round(paper.TITLE_LEADING * TWIPS),
        "table_line": round(paper.TABLE_LEADING * TWIPS),
        "imprint_line": round(paper.IMPRINT_LEADING * TWIPS),
        "small_table_line": round(paper.SMALL_TABLE_LEADING * TWIPS),
        "indent": round(paper.INDENT / 1000 * paper.BODY_SIZE * TWIPS),
        # One twip more than the PDF takes: Word must be sure that the 28th character still fits.
        "pitch": round(paper.PITCH / 1000 * paper.BODY_SIZE * TWIPS) - 1,
        "headings": [
            {"level": level, "outline": level - 1, "font": names[role.name.lower()]} for level, role in paper.HEADING_ROLES.items()
        ],
        "sides": ("top", "left", "bottom", "right", "insideH", "insideV"),
    }


def _replace_children(element: etree._Element, xml: str) -> None:
    new = parse_xml(xml.encode())
    for child in list(element):
        element.remove(child)
    for child in list(new):
        element.append(child)
