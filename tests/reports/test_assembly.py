"""A draft as a document: numbers, gaps, annexes, signature."""

from __future__ import annotations

from datetime import date

from reports.assembly import document_of_draft
from reports.composing import DraftParagraph, DraftReport, DraftSection
from reports.rendering.document import Annex, Heading, Paragraph, Signature, Table


def paragraph(text="正文。", **fields):
    return DraftParagraph(key=text, text=text, **fields)


def blocks(*paragraphs, kind="overview", heading="基本情况"):
    return document_of_draft(DraftReport("标题", (DraftSection(kind, heading, paragraphs),))).blocks


def test_levels_are_numbered_and_begin_anew():
    found = blocks(
        paragraph(kind="heading", level=2, text="甲"),
        paragraph(level=3, lead="一"),
        paragraph(level=3, lead="二。"),
        paragraph(kind="heading", level=2, text="乙"),
        paragraph(level=3, lead="三"),
        paragraph(level=4),
    )
    assert found == (
        Heading(1, "一、基本情况"),
        Heading(2, "（一）甲"),
        Paragraph("正文。", "1.一。", 3),
        Paragraph("正文。", "2.二。", 3),
        Heading(2, "（二）乙"),
        Paragraph("正文。", "1.三。", 3),
        Paragraph("正文。", "（1）", 4),
    )


def test_the_opening_has_no_heading_and_no_number():
    sections = (DraftSection("opening", "导语", (paragraph("开头。"),)), DraftSection("overview", "情况", (paragraph(),)))
    assert document_of_draft(DraftReport("标题", sections)).blocks[:2] == (Paragraph("开头。"), Heading(1, "一、情况"))


def test_a_section_without_paragraphs_is_a_gap():
    assert blocks() == (Heading(1, "一、基本情况"), Paragraph("【待补：基本情况】"))


def test_several_annexes_are_numbered_and_the_internal_one_is_marked():
    table = {"columns": ["序号"], "rows": [[1]], "widths": [1.0], "align": ["center"]}
    sections = (
        DraftSection("annex", "甲表", (paragraph("", kind="table", table=table),)),
        DraftSection("annex", "乙表", (paragraph(),), is_internal=True),
    )
    block = Table(("序号",), (("1",),), (1.0,), ("center",))
    assert document_of_draft(DraftReport("标题", sections)).annexes == (
        Annex(1, "甲表", (block,)),
        Annex(2, "乙表", (Paragraph("正文。"),), internal=True),
    )


def test_the_signature_has_its_date_or_a_gap():
    signed = DraftReport("标题", (), signers=("区委办公室",), signed_on=date(2026, 11, 20))
    assert document_of_draft(signed).signature == Signature(("区委办公室",), "2026年11月20日")
    assert document_of_draft(DraftReport("标题", (), signers=("区委办公室",))).signature.date_text == "【待补：成文日期】"
    assert document_of_draft(DraftReport("标题", ())).signature is None
