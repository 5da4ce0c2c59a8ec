"""The finished page against GB/T 9704-2012, measured from the PDF itself."""

from __future__ import annotations

import collections
import io
import itertools

import pdfplumber
import pypdfium2
import pytest

from reports.rendering import paper
from tests.reports.rendering import sample
from tests.reports.rendering.measuring import BOTTOM, LEFT, MM, RIGHT, TOP


def test_paper_is_a4(report_pages):
    assert {(round(page.width), round(page.height)) for page in report_pages} == {(595, 842)}


def test_long_report_has_many_pages(report_pdf, report_pages):
    assert report_pdf.pages == len(report_pages) >= 12


def test_full_lines_have_28_characters_and_full_pages_22_lines(plain_pages):
    middle = plain_pages[1:-1]
    assert len(middle) >= 3
    assert [len(page.lines) for page in middle] == [22] * len(middle)
    assert {len(line.text) for page in middle for line in page.lines} == {28}


def test_lines_stand_at_one_distance_that_fills_the_page(plain_pages):
    tops = [line.top for line in plain_pages[1].lines]
    steps = [b - a for a, b in itertools.pairwise(tops)]
    assert max(steps) - min(steps) < 0.1
    assert sum(steps) / len(steps) == pytest.approx(225 * MM / 22, abs=0.1)


def test_text_keeps_to_the_margins(report_pages, thorny_pages, plain_pages):
    for page in [*report_pages, *thorny_pages, *plain_pages]:
        for line in page.lines:
            assert line.x0 >= LEFT - 0.5, line
            assert line.x1 <= RIGHT + 1, line
            assert line.top >= TOP, line
            assert line.top + 16 <= BOTTOM + 0.5, line


def test_first_line_of_a_paragraph_is_two_characters_in(plain_pages):
    first = next(line for line in plain_pages[0].lines if line.text.startswith("督查调研"))
    second = plain_pages[0].lines[plain_pages[0].lines.index(first) + 1]
    assert first.x0 - second.x0 == pytest.approx(paper.INDENT / 1000 * paper.BODY_SIZE, abs=0.3)
    assert len(first.text) == 26


def test_text_stands_on_the_line_grid_after_titles_headings_and_tables(report_pages):
    """Body lines of every page stand at whole multiples of the line, whatever stands above them."""
    offsets = collections.Counter()
    for page in report_pages:
        for line in page.lines:
            if line.faces == {("Report-Fangsong", 16.0)}:
                behind = (line.top - TOP) % paper.LINE
                offsets[round(behind, 0)] += 1
    assert len(offsets) == 1, offsets


def test_every_line_but_the_last_reaches_the_right_margin(thorny_texts, thorny_pages):
    lines = iter([line for page in thorny_pages for line in page.lines if ("Report-Fangsong", 16.0) in line.faces])
    checked = 0
    for text in thorny_texts:
        rest = text
        while rest:
            line = next(lines)
            assert rest.startswith(line.text)
            rest = rest[len(line.text) :]
            if rest:
                assert line.x1 == pytest.approx(RIGHT, abs=1), line
                checked += 1
    assert checked > 500


def test_no_character_stands_alone_on_a_last_line(thorny_texts, thorny_pages):
    lasts = [line.text for page in thorny_pages for line in page.lines if any(text.endswith(line.text) for text in thorny_texts)]
    assert len(lasts) == len(thorny_texts)
    assert min(map(len, lasts)) > 1


def test_no_mark_begins_or_ends_a_line_that_may_not(thorny_pages, report_pages):
    """The lists are written out here on purpose: they are the rule (GB/T 15834-2011 §5.1), not what the code happens to hold."""
    never_first = set("，。、；：？！）》〉」』】〕〗”’…—·,.;:!?)]}%％‰℃")
    never_last = set("（《〈「『【〔〖“‘([{")
    checked = 0
    for page in [*thorny_pages, *report_pages]:
        for line in page.lines:
            if ("Report-Fangsong", 16.0) not in line.faces:
                continue
            checked += 1
            assert line.text[0] not in never_first, line
            assert line.text[-1] not in never_last, line
    assert checked > 800


def test_numbers_words_dashes_and_ellipses_stay_whole(thorny_texts, thorny_pages):
    lines = [line for page in thorny_pages for line in page.lines if ("Report-Fangsong", 16.0) in line.faces]
    whole = "".join(line.text for line in lines)
    assert whole == "".join(thorny_texts)
    for before, after in itertools.pairwise(lines):
        pair = before.text[-1] + after.text[0]
        assert not (pair[0].isascii() and pair[0].isalnum() and pair[1].isascii() and pair[1].isalnum()), (before, after)
        assert pair not in {"——", "……"}


@pytest.mark.parametrize(
    ("beginning", "font", "size"),
    [
        ("青禾区委意识形态", "Report-Biaosong", 22.0),
        ("一、基本情况", "Report-Heiti", 16.0),
        ("（一）镇街党委", "Report-Kaiti", 16.0),
        ("1．压实主体责任", "Report-Fangsong", 16.0),
        ("按照区委2026年", "Report-Fangsong", 16.0),
        ("附件1", "Report-Heiti", 16.0),
        ("（仅供内部使用）", "Report-Kaiti", 16.0),
        ("表1  督查覆盖", "Report-Heiti", 12.0),
    ],
)
def test_each_part_has_its_face_and_size(report_pages, beginning, font, size):
    line = next(line for page in report_pages for line in page.lines if line.text.startswith(beginning))
    assert line.faces == {(font, size)}


def test_a_run_in_lead_has_its_own_face(report_pages):
    line = next(line for page in report_pages for line in page.lines if line.text.startswith("（一）责任传导不够到位。“关键"))
    assert line.faces == {("Report-Kaiti", 16.0), ("Report-Fangsong", 16.0)}


def test_page_numbers_stand_at_the_outer_edge_one_character_in(report_pages):
    for number, page in enumerate(report_pages, 1):
        assert page.foot is not None
        assert page.foot.text.strip() == f"— {number} —"
        assert page.foot.faces == {("Report-Songti", 14.0)}
        if number % 2:
            assert page.foot.x1 == pytest.approx(RIGHT - 14, abs=1)
        else:
            assert page.foot.x0 == pytest.approx(LEFT + 14, abs=1)


def test_the_dash_of_the_page_number_is_seven_millimetres_below_the_text(report_pdf):
    """§7.5; the ink is measured, because the box of a character says little about where its dash is."""
    scale = 4
    picture = pypdfium2.PdfDocument(report_pdf.content)[0].render(scale=scale).to_pil().convert("L")
    # The first dash of “— 1 —” at the right of page 1.
    with pdfplumber.open(io.BytesIO(report_pdf.content)) as pdf:
        dash = next(char for char in pdf.pages[0].chars if char["text"] == "—" and char["top"] > BOTTOM)
    box = [round(dash[edge] * scale) for edge in ("x0", "top", "x1", "bottom")]
    region = picture.crop((box[0] + 4, box[1] - 8, box[2] - 4, box[3] + 8))
    dark = [y for y in range(region.height) if region.getpixel((region.width // 2, y)) < 128]
    middle = (box[1] - 8 + (min(dark) + max(dark)) / 2) / scale
    assert middle - BOTTOM == pytest.approx(7 * MM, abs=0.6)


def test_title_is_centred_in_balanced_lines_with_whole_words(report_pages):
    lines = [line for line in report_pages[0].lines if line.faces == {("Report-Biaosong", 22.0)}]
    assert "".join(line.text for line in lines) == sample.TITLE
    assert 2 <= len(lines) <= 3
    for line in lines:
        assert (line.x0 + line.x1) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1)
    assert min(line.x1 - line.x0 for line in lines) > 0.5 * max(line.x1 - line.x0 for line in lines)


def test_addressee_stands_at_the_edge_below_a_blank_line(report_pages):
    lines = report_pages[0].lines
    place = next(index for index, line in enumerate(lines) if line.text == "区委：")
    assert lines[place].x0 == pytest.approx(LEFT, abs=0.5)
    assert lines[place].top - lines[place - 1].top > 1.8 * paper.LINE


def test_signature_and_date_stand_as_the_standard_has_it(report_pages):
    """§7.3.5.2: the signer two characters from the right, the date two characters right of the signer's first character."""
    lines = [line for page in report_pages for line in page.lines]
    date = next(line for line in lines if line.text == "2026年7月6日")
    signer = lines[lines.index(date) - 1]
    assert signer.text == "区委意识形态工作联席会议办公室"
    assert pytest.approx(RIGHT - 2 * 15.8, abs=1) == signer.x1
    assert date.x0 - signer.x0 == pytest.approx(2 * 15.8, abs=0.5)
    assert date.top - signer.top == pytest.approx(paper.LINE, abs=0.2)
    before = lines[lines.index(signer) - 1]
    assert signer.top - before.top == pytest.approx(2 * paper.LINE, abs=0.2)


@pytest.mark.usefixtures("fandol")
def test_list_of_annexes_stands_below_the_text_and_aligns_names(report_pages):
    lines = [line for page in report_pages for line in page.lines]
    first = next(line for line in lines if line.text.startswith("附件：1."))
    second = lines[lines.index(first) + 1]
    assert first.text == "附件：1.督查发现问题分单位清单"
    assert second.text == "2.有关指标汇总表"
    assert first.x0 == pytest.approx(LEFT + 2 * 15.79, abs=0.5)
    assert second.x0 - first.x0 == pytest.approx(3 * 15.79, abs=0.7)


def test_each_annex_begins_a_page_with_its_mark_and_title_on_the_third_line(report_pages):
    for mark, title in (("附件1", "督查发现问题分单位清单"), ("附件2", "有关指标汇总表")):
        (page,) = [page for page in report_pages if page.lines[0].text == mark]
        assert page.lines[0].x0 == pytest.approx(LEFT, abs=0.5)
        assert page.lines[1].text == title
        middle = page.lines[1].top + 11 - TOP
        assert 2 * paper.LINE < middle < 3.6 * paper.LINE


def test_table_head_repeats_on_every_page_of_the_table(report_pages):
    heads = [page for page in report_pages if any("序号" in line.text and "问题" in line.text for line in page.lines)]
    assert len(heads) >= 4
    numbers = [line.text for page in report_pages for line in page.lines]
    assert sum("第60示例党支部" in text for text in numbers) == 1


def test_no_heading_ends_a_page(report_pages):
    for page in report_pages:
        assert page.lines[-1].faces.isdisjoint({("Report-Heiti", 16.0), ("Report-Kaiti", 16.0)}) or len(page.lines) == 1
