"""The document on the screen: the same words as on paper, without anything that the CSP forbids."""

from __future__ import annotations

import html
import re

from reports.rendering.document import Document, Heading, Paragraph, Table
from reports.rendering.preview import preview_html
from tests.reports.rendering import sample


def words(fragment: str) -> str:
    return html.unescape(re.sub(r"\s", "", re.sub(r"<[^>]+>", "", fragment)))


def said(block: Heading | Paragraph | Table) -> list[str]:
    if isinstance(block, Table):
        return ["".join(row) for row in (block.columns, *block.rows)]
    return [block.text] if isinstance(block, Heading) else [block.lead + block.text]


def test_preview_says_everything_that_the_paper_says():
    document = sample.long_report()
    text = words(preview_html(document))
    for block in [*document.blocks, *(block for annex in document.annexes for block in annex.blocks)]:
        for piece in said(block):
            assert re.sub(r"\s", "", piece) in text
    assert text.startswith(sample.TITLE + "区委：")
    assert "区委意识形态工作联席会议办公室2026年7月6日附件1" in text
    assert "（仅供内部使用）" in text


def test_preview_has_no_inline_style_or_script():
    fragment = preview_html(sample.long_report())
    assert "style=" not in fragment
    assert "<script" not in fragment
    assert not re.search(r"\son\w+=", fragment)


def test_what_people_type_is_escaped():
    fragment = preview_html(
        Document("<i>", (Paragraph("<script>alert(1)</script>"), Heading(1, "<b>"), Table(("<u>",), (("<s>",),))), addressee="<a>")
    )
    for tag in ("<i>", "<script>", "<b>", "<u>", "<s>", "<a>"):
        assert tag not in fragment


def test_a_gap_is_marked_and_a_table_can_be_scrolled():
    fragment = preview_html(sample.long_report())
    assert '<mark class="sheet-gap">【待补：培训工作的牵头单位和完成时限】</mark>' in fragment
    assert fragment.count('class="sheet-scroll" tabindex="0" role="region"') == 3


def test_headings_begin_below_the_title():
    fragment = preview_html(sample.long_report())
    assert "<h1" not in fragment
    assert '<h3 class="sheet-heading sheet-level-1">一、基本情况</h3>' in fragment
    assert '<h4 class="sheet-heading sheet-level-2">（一）镇街党委落实情况</h4>' in fragment
