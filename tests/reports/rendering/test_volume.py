"""合订本: cover, contents, bookmarks and page numbers agree, in both painters and in Word."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn

from reports.rendering.document import Annex, Document, Head, Heading, Imprint, Paragraph, Signature, Table
from reports.rendering.formats import RENDERERS
from reports.rendering.result import MissingGlyphError
from reports.rendering.volume import Entry, Volume

UNITS = ("青石镇党委", "白河镇党委", "区档案馆党支部")


def unit_document(name: str, paragraphs: int) -> Document:
    """A feedback with a heading, so many paragraphs, an annex, and for the first unit a red head and an imprint."""
    words = "学习记录不全，研讨发言材料缺少，请于三十日内整改到位并报送情况。" * 6
    document = Document(
        f"关于{name}落实责任制情况的反馈意见",
        (Heading(1, "一、存在问题"), *(Paragraph(words) for _ in range(paragraphs))),
        addressee=name,
        signature=Signature(("区委办公室",), "2026年11月20日"),
        annexes=(Annex(0, "问题清单", (Table(("序号", "问题"), (("1", "记录不全"),)),)),),
    )
    if name == UNITS[0]:
        return replace(document, head=Head(("云岭区委办公室",), number="云督〔2026〕3号"), imprint=Imprint(printer="区委办公室"))
    return document


def volume(*, right_pages: bool) -> Volume:
    entries = tuple(Entry(name, "镇街" if "镇" in name else "区直机关", unit_document(name, 2 + 3 * n)) for n, name in enumerate(UNITS))
    return Volume("云岭区督查反馈意见合订本", ("区委办公室", "共3份", "2026年11月20日"), entries, right_pages)


def read(content: bytes) -> list[str]:
    return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(content)]


def bookmarks(content: bytes) -> list[tuple[int, str, int]]:
    return [(mark.level, mark.get_title(), mark.get_dest().get_index() + 1) for mark in pypdfium2.PdfDocument(content).get_toc()]


@pytest.mark.parametrize("engine", ["direct", "weasyprint"])
@pytest.mark.parametrize("right_pages", [True, False])
def test_contents_bookmarks_and_printed_numbers_name_the_same_pages(settings, engine, right_pages):
    settings.PDF_ENGINE = engine
    result = RENDERERS["volume-pdf"](volume(right_pages=right_pages))
    pages, marks = read(result.content), bookmarks(result.content)
    assert len(pages) == result.pages
    starts = [number for number, text in enumerate(pages, 1) for name in UNITS if f"关于{name}落实责任制情况的反馈意见" in text]
    assert len(starts) == 3, "each document once"
    assert [(title, page) for level, title, page in marks if level == 0] == [("封面", 1), ("目录", 2), *zip(UNITS, starts, strict=True)]
    assert [title for level, title, _ in marks if level == 1] == ["一、存在问题", "附件问题清单".replace("附件", "附件 ")] * 3
    for place, (name, start) in enumerate(zip(UNITS, starts, strict=True), 1):
        assert f"{place}{name}{'镇街' if '镇' in name else '区直机关'}{start}" in pages[1]
    assert "—1—" not in pages[0]
    for number, text in enumerate(pages[1:], 2):
        assert (not text and right_pages) or f"—{number}—" in text, number
    assert all(start % 2 for start in starts) == right_pages or not right_pages


def test_the_two_painters_agree_page_by_page(settings):
    made = []
    for engine in ("direct", "weasyprint"):
        settings.PDF_ENGINE = engine
        made.append(read(RENDERERS["volume-pdf"](volume(right_pages=True), draft=True).content))
    ours, theirs = ([sorted(text) for text in pages] for pages in made)
    assert len(ours) == len(theirs)
    assert ours[1:] == theirs[1:]
    assert all("草稿" in text for text in made[0][1:] if text)


def test_fonts_are_embedded_once_for_all_documents():
    def size(count: int) -> int:
        entries = tuple(Entry(f"第{n}单位", "", unit_document(UNITS[1], 3)) for n in range(count))
        return len(RENDERERS["volume-pdf"](Volume("合订本", (), entries)).content)

    assert size(20) < 2 * size(1)


def test_one_group_needs_no_column_and_an_empty_volume_has_cover_and_contents():
    alone = Volume("合订本", ("区委办公室",), (Entry(UNITS[0], "镇街", unit_document(UNITS[0], 1)),))
    assert "单位类别" not in read(RENDERERS["volume-pdf"](alone).content)[1]
    assert RENDERERS["volume-pdf"](Volume("合订本", (), ())).pages == 2


def test_a_character_without_font_is_refused_here_too():
    bad = Volume("合订本", (), (Entry(UNITS[0], "", Document("反馈意见", (Paragraph("\U00020bb7祥社区。"),))),))
    with pytest.raises(MissingGlyphError):
        RENDERERS["volume-pdf"](bad)


def test_the_word_file_has_the_same_order_sections_and_references():
    content = RENDERERS["volume-docx"](volume(right_pages=True)).content
    word = docx.Document(io.BytesIO(content))
    titles = [p.text.replace("\n", "") for p in word.paragraphs if p.style.name == "Title"]
    assert titles == ["云岭区督查反馈意见合订本", "目录", *(f"关于{name}落实责任制情况的反馈意见" for name in UNITS)]
    assert len(word.sections) == 4
    assert [section.different_first_page_header_footer for section in word.sections] == [True, False, False, False]
    kinds = [section._sectPr.find(qn("w:type")) for section in word.sections]
    assert [None if kind is None else kind.get(qn("w:val")) for kind in kinds] == [None, "oddPage", "oddPage", "oddPage"]
    body = word._body._element
    fields = [field.get(qn("w:instr")).split()[1] for field in body.iter(qn("w:fldSimple"))]
    names = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert fields == names == ["_unit1", "_unit2", "_unit3"]
    pdf = RENDERERS["volume-pdf"](volume(right_pages=True)).content
    starts = [str(page) for level, _, page in bookmarks(pdf) if level == 0][2:]
    assert [row.cells[-1]._tc.xpath("string(.)") for row in word.tables[0].rows[1:]] == starts
    levels = [p._p.xpath("string(w:pPr/w:outlineLvl/@w:val)") for p in word.paragraphs if p.style.name in ("Title", "Heading 1")]
    assert levels[2:] == ["0", "1"] * 3
