"""What the PDF says: every character of the document, once, in order; and what happens when something cannot be printed."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import io
import json
import re

import pdfplumber
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.rendering import paper
from reports.rendering.document import Annex, Document, Heading, Paragraph, Signature, Table, from_json, to_json
from reports.rendering.pdf import render_pdf
from reports.rendering.result import MissingGlyphError
from reports.rendering.tables import column_widths
from tests.reports.rendering import sample
from tests.reports.rendering.measuring import read, text_of


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_every_paragraph_of_the_report_can_be_taken_out_again(report_pages):
    """Tables are left out: across their columns a line of the page is not a line of the text."""
    text = squeeze(text_of(report_pages))
    document = sample.long_report()
    for block in document.blocks:
        if isinstance(block, Heading):
            assert squeeze(block.text) in text
        elif isinstance(block, Paragraph):
            assert squeeze(block.lead + block.text) in text


def test_paragraphs_extract_exactly_and_in_order(thorny_texts, thorny_pages):
    assert text_of(thorny_pages) == "标点排版检验" + "".join(thorny_texts)


def test_other_programs_extract_the_same_text(thorny_texts):
    """Read by PDFium, which browsers use, in the order of the file."""
    content = render_pdf(Document("字", tuple(Paragraph(text) for text in thorny_texts[:3]))).content
    pages = pypdfium2.PdfDocument(content)
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    text = squeeze(re.sub(r"— \d+ —", "", text.replace("\r\n", "").replace("\ufffe", "")))
    assert squeeze("字" + "".join(thorny_texts[:3])) == text


def test_table_cells_are_complete():
    cells = tuple(tuple(f"第{row}行第{column}列的内容，其中有“引号”和（括号）" for column in range(4)) for row in range(30))
    content = render_pdf(Document("表格", (Table(("甲", "乙", "丙", "丁"), cells),))).content
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        found = [squeeze(cell or "") for page in pdf.pages for table in page.extract_tables() for row in table[1:] for cell in row]
    assert found == [cell for row in cells for cell in row]


def test_a_row_longer_than_a_page_is_printed_whole():
    rows = (("1", "短"), ("2", "内容" * 1200), ("3", "短"))
    pages = read(render_pdf(Document("表格", (Table(("序号", "说明"), rows, widths=(1, 3)),))).content)
    assert squeeze(text_of(pages)).count("内") == 1200
    assert len(pages) >= 3


def test_a_row_that_fits_on_a_page_is_not_torn():
    rows = tuple((f"第{number}项", "说明文字" * 20) for number in range(40))
    pages = read(render_pdf(Document("表格", (Table(("序号", "说明"), rows, widths=(1, 3)),))).content)
    for page in pages:
        assert sum("项" in line.text for line in page.lines) * 20 == text_of([page]).count("字")


def test_a_short_head_stays_on_one_line_however_narrow_its_column():
    table = Table(("序号", "列入督查", "问题"), (("1", "8", "内容" * 40),), widths=(1, 1, 40))
    widths = column_widths(table)
    assert sum(widths) == pytest.approx(paper.MEASURE)
    (page,) = read(render_pdf(Document("表格", (table,))).content)
    assert any("序号" in line.text and "列入督查" in line.text for line in page.lines)


def test_document_properties(report_pdf):
    pdf = pypdfium2.PdfDocument(report_pdf.content)
    properties = pdf.get_metadata_dict()
    assert properties["Title"] == sample.TITLE
    assert properties["Author"] == ""
    assert properties["Keywords"] == "督查, 责任制"
    with pdfplumber.open(io.BytesIO(report_pdf.content)) as file:
        catalog = file.doc.catalog
    assert catalog["Lang"] == b"zh-CN"
    assert "StructTreeRoot" in catalog


def test_headings_and_annexes_are_bookmarks(report_pdf):
    pdf = pypdfium2.PdfDocument(report_pdf.content)
    marks = [(mark.level, mark.get_title()) for mark in pdf.get_toc()]
    assert marks[0] == (0, "一、基本情况")
    assert (1, "（一）镇街党委落实情况") in marks
    assert (2, "1．压实主体责任，推动工作落到实处") in marks
    assert marks[-2:] == [(0, "附件1 督查发现问题分单位清单"), (0, "附件2 有关指标汇总表")]


def test_a_draft_says_so_in_the_head_of_every_page(report_pages):
    pages = read(render_pdf(sample.long_report(annexes=False), draft=True).content)
    assert {page.head.text.strip() for page in pages} == {"草稿"}
    assert all(page.head is None for page in report_pages)


@pytest.mark.usefixtures("fandol")
def test_a_gap_is_highlighted_and_reported():
    document = Document("报告", (Paragraph("任务由【待补：牵头单位】负责，【待补:时限】前完成。"), Table(("项",), (("【待补：数】",),))))
    result = render_pdf(document)
    assert result.warnings == ("文中还有 3 处“【待补】”没有填写，正式印发前请补全。",)
    assert render_pdf(document, draft=True).warnings == ()
    with pdfplumber.open(io.BytesIO(result.content)) as pdf:
        page = pdf.pages[0]
        marked = [
            rect
            for rect in page.rects
            if rect["non_stroking_color"] and tuple(rect["non_stroking_color"])[:2] == pytest.approx((1, 0.878), abs=0.01)
        ]
        assert len(marked) == 3
        inside = [
            char["text"]
            for char in page.chars
            if any(rect["x0"] - 1 <= char["x0"] < rect["x1"] - 1 and rect["top"] - 6 < char["top"] < rect["bottom"] for rect in marked)
        ]
    assert "".join(inside) == "【待补：牵头单位】【待补:时限】【待补：数】"


def test_a_character_that_no_font_has_names_itself_and_its_place():
    with pytest.raises(MissingGlyphError) as failure:
        render_pdf(Document("报告", (Paragraph("第一段。"), Paragraph("联系人所在单位为𠮷祥社区党委。"))))
    assert "𠮷" in str(failure.value)
    assert "U+20BB7" in str(failure.value)
    assert "正文第2段" in str(failure.value)
    assert "所在单位为𠮷祥社区党委" in str(failure.value)
    with pytest.raises(MissingGlyphError, match="附件1第1个表格第2行第1列"):
        render_pdf(Document("报告", (), annexes=(Annex(1, "表", (Table(("甲",), (("一",), ("𠮷",))),)),)))


@pytest.mark.usefixtures("fandol")
def test_a_rare_character_is_drawn_by_another_font_and_reported():
    result = render_pdf(Document("报告", (Paragraph("堃字街道党工委和喆字社区党委。"),)))
    assert any("堃" in warning and "喆" in warning for warning in result.warnings)
    (page,) = read(result.content)
    line = page.lines[-1]
    assert line.text == "堃字街道党工委和喆字社区党委。"
    assert {font for font, _ in line.faces} == {"Report-Fangsong", "Report-RareA"}
    assert line.top - page.lines[0].top < 4 * 28.95


@pytest.mark.usefixtures("fandol")
def test_the_result_names_the_real_fonts(report_pdf):
    assert "Noto Serif SC" in report_pdf.fonts
    assert any("Fang" in name for name in report_pdf.fonts)


def test_text_from_a_web_page_or_a_spreadsheet_is_cleaned():
    document = Document("报\u200b告", (Paragraph("一\u00a0二\t三\u0007四\ufeff。\r\n另起一行。"), Paragraph("")), addressee="区委：")
    (page,) = read(render_pdf(document).content)
    assert [line.text for line in page.lines] == ["报告", "区委：", "一 二 三四。", "另起一行。"]


def test_markup_in_the_text_is_text():
    (page,) = read(render_pdf(Document("<b>报告</b>", (Paragraph("<img src=file:///etc/passwd> & 其他"),), addressee='"><i>')).content)
    assert [squeeze(line.text) for line in page.lines] == ["<b>报告</b>", '"><i>：', "<imgsrc=file:///etc/passwd>&其他"]


def test_line_feeds_in_a_title_are_its_cuts():
    pages = read(render_pdf(Document("关于开展督查的\n通知", (Paragraph("文。"),))).content)
    assert [line.text for line in pages[0].lines[:2]] == ["关于开展督查的", "通知"]


@pytest.mark.parametrize("count", range(7, 31))
def test_a_signature_never_stands_alone(count):
    document = dataclasses.replace(
        sample.long_report(annexes=False),
        blocks=tuple(Paragraph("督查调研情况报告") for _ in range(count)),
        annexes=(Annex(0, "名单", (Paragraph("无。"),)),),
    )
    pages = read(render_pdf(document).content)
    (page,) = [page for page in pages if any(line.text == "2026年7月6日" for line in page.lines)]
    assert page.lines[0].text.startswith(("督查调研", "青禾区委"))


def test_a_date_longer_than_the_signer_stands_two_characters_from_the_right():
    document = Document("报告", (Paragraph("文。"),), signature=Signature(("区委",), "2026年11月20日"))
    (page,) = read(render_pdf(document).content)
    signer, date = page.lines[-2:]
    assert date.x1 == pytest.approx(521.57 - 2 * 15.79, abs=1)
    assert date.x0 - signer.x0 == pytest.approx(2 * 15.79, abs=0.5)


def test_a_single_annex_has_no_number():
    pages = read(render_pdf(Document("报告", (Paragraph("文。"),), annexes=(Annex(0, "名单", (Paragraph("无。"),)),))).content)
    assert pages[0].lines[-1].text == "附件：名单"
    assert [line.text for line in pages[1].lines] == ["附件", "名单", "无。"]


def test_several_threads_may_print_at_once():
    document = sample.long_report(annexes=False)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: render_pdf(document).pages, range(8)))
    assert len(set(counts)) == 1


def test_a_document_survives_json():
    document = sample.long_report()
    assert from_json(json.loads(json.dumps(to_json(document)))) == document


words = st.text(st.sampled_from("督查组织部“”‘’（）《》，。、；：？！……——·1234.%％aZ 【】〔〕-/"), max_size=120)


@settings(max_examples=25, deadline=None)
@given(st.lists(words, min_size=1, max_size=3))
def test_whatever_the_marks_the_text_comes_out_whole(texts):
    document = Document("标题", tuple(Paragraph(text) for text in texts))
    pages = read(render_pdf(document).content)
    assert squeeze(text_of(pages)) == squeeze("标题" + "".join(texts))
    for page in pages:
        assert max(line.x1 for line in page.lines) < 523
