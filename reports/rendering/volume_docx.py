"""合订本 as one Word file: the same cover, contents and order as the PDF; each document is a section of its own.

The page numbers of the contents are fields that Word counts anew on demand; until then they are those of the PDF.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Iterable, Sequence
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from lxml import etree

from reports.rendering import paper
from reports.rendering.document import Document
from reports.rendering.docx import _Writer
from reports.rendering.fonts import OFFICE_NAMES, font_set
from reports.rendering.result import RenderResult
from reports.rendering.volume import CONTENTS, LINES_BETWEEN, TITLE_BELOW_TOP, Volume, contents_table, set_volume

REFERENCES = (qn("w:headerReference"), qn("w:footerReference"))


def render_volume_docx(volume: Volume, *, draft: bool = False) -> RenderResult:
    """Write a volume as one .docx. Arguments and result as ``render_docx``."""
    _, starts = set_volume(volume, font_set().lenient())
    binder = _Binder(volume, draft=draft)
    binder.front(starts)
    for place, entry in enumerate(volume.entries):
        binder.document(place, entry.document, last=place + 1 == len(volume.entries))
    gaps = binder.writer.gaps
    warnings = [] if draft or not gaps else [f"文中还有 {gaps} 处“【待补】”没有填写，正式印发前请补全。"]
    return RenderResult(binder.content(), 0, tuple(names[0] for names in OFFICE_NAMES.values()), tuple(warnings))


class _Binder:
    """Writes document after document with one writer, taking each out of the body as soon as it stands there.

    python-docx looks through the whole body for each paragraph it adds; an almost empty one is looked through quickly.
    """

    def __init__(self, volume: Volume, *, draft: bool) -> None:
        self.volume = volume
        self.writer = _Writer()
        self.writer.prepare(Document(volume.title, (), keywords=(volume.title.replace("\n", ""),)), draft=draft)
        self.body = self.writer.word._body._element
        self.held: list[etree._Element] = []

    def front(self, starts: Sequence[int]) -> None:
        """Write cover and contents; they are the first section, and the cover bears no page number."""
        word = self.writer.word
        self.writer._title(self.volume.title, "Title")
        form = word.paragraphs[-1].paragraph_format
        form.space_before = Pt((form.space_before.pt if form.space_before is not None else 0) + TITLE_BELOW_TOP * paper.LINE)
        for place, note in enumerate(self.volume.notes):
            paragraph = word.add_paragraph(note, style="附件附注")
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.space_before = Pt(0 if place else LINES_BETWEEN * paper.LINE)
            paragraph.paragraph_format.space_after = Pt(0)
        self.writer._title(CONTENTS, "Title")
        word.paragraphs[-1].paragraph_format.page_break_before = True
        self.writer._table(contents_table(self.volume, starts))
        rows = list(self.body.iter(qn("w:tr")))[1:]
        for place, row in enumerate(rows):
            _refer(list(row.iter(qn("w:r")))[-1], place)
        word.sections[0].different_first_page_header_footer = True
        self._close(self._section())
        sentinel: Any = self.body.sectPr
        for child in [child for child in sentinel if child.tag in (*REFERENCES, qn("w:titlePg"))]:
            sentinel.remove(child)
        if self.volume.right_pages:
            sentinel.insert(0, parse_xml(f'<w:type {nsdecls("w")} w:val="oddPage"/>'))

    def document(self, place: int, document: Document, *, last: bool) -> None:
        """Write one document as a section of its own."""
        self.writer.write(document)
        paragraphs = [child for child in self.body if child.tag == qn("w:p")]
        _mark(paragraphs[0], place)
        self._deepen(paragraphs)
        self._close(None if last else self._section())

    def content(self) -> bytes:
        """Put everything back and return the file."""
        self.body[:0] = self.held
        file = io.BytesIO()
        self.writer.word.save(file)
        return file.getvalue()

    def _section(self) -> etree._Element:
        """Return the paragraph that ends a section; it takes up no room to speak of."""
        paragraph = parse_xml(
            f'<w:p {nsdecls("w")}><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr></w:p>'
        )
        paragraph[0].append(copy.deepcopy(self.body.sectPr))
        return paragraph

    def _close(self, end: etree._Element | None) -> None:
        written = [child for child in self.body if child.tag != qn("w:sectPr")]
        for child in written:
            self.body.remove(child)
        self.held += [*written, *([end] if end is not None else [])]

    def _deepen(self, paragraphs: Iterable[etree._Element]) -> None:
        """In Word's outline the title of each document stands above its headings, which keep their look."""
        for paragraph in paragraphs:
            name = self._style_name(paragraph)
            level = 0 if name == "Title" else int(name[-1]) if name.lower().startswith("heading") else None
            if level is not None:
                form = paragraph.get_or_add_pPr()
                form.append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{level}"/>'))

    def _style_name(self, paragraph: etree._Element) -> str:
        style = paragraph.style
        return str(self.writer.word.styles.get_by_id(style, 1).name) if style else ""


def _refer(run: etree._Element, place: int) -> None:
    """Let the page number of a row be a field that follows the bookmark of the document."""
    field = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" PAGEREF {_bookmark(place)} \\h "/>')
    run.addprevious(field)
    field.append(run)


def _mark(paragraph: etree._Element, place: int) -> None:
    start = parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="{place + 1}" w:name="{_bookmark(place)}"/>')
    end = parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{place + 1}"/>')
    form = paragraph.find(qn("w:pPr"))
    paragraph.insert(0 if form is None else 1, start)
    paragraph.append(end)


def _bookmark(place: int) -> str:
    return f"_unit{place + 1}"
