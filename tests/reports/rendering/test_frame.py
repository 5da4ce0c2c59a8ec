"""版头 and 版记, measured from the finished page against GB/T 9704-2012 §7.2 and §7.4."""

from __future__ import annotations

import dataclasses
import io
import json
import re

import docx
import pdfplumber
import pytest
from pdfminer.pdftypes import resolve1

from reports.rendering.document import Document, Head, Imprint, Paragraph, Signature, from_json, to_json
from reports.rendering.docx import render_docx
from reports.rendering.pdf import render_pdf
from reports.rendering.preview import preview_html
from reports.rendering.result import MissingGlyphError
from tests.reports.rendering.measuring import BOTTOM, LEFT, MM, RIGHT, TOP

HEAD = Head(("青禾区委督查室",), number="青督〔2026〕12号", secrecy="秘密★1年", copy_number="000012", urgency="特急")
IMPRINT = Imprint(
    ("区人大常委会办公室", "区政府办公室", "区政协办公室", "区纪委监委机关", "区委各部门", "区人武部政治工作科"),
    "青禾区委督查室",
    "2026年7月6日",
)
PLAIN = Document("关于督查情况的报告", (Paragraph("现将有关情况报告如下。"),), "区委", Signature(("青禾区委督查室",), "2026年7月6日"))
FRAMED = dataclasses.replace(PLAIN, head=HEAD, imprint=IMPRINT)


def _page(document: Document, number: int = 0) -> dict:
    """Return lines by their text, and the rules of one page."""
    with pdfplumber.open(io.BytesIO(render_pdf(document).content)) as pdf:
        page = pdf.pages[number]
        lines = {line["text"].replace(" ", ""): line for line in page.extract_text_lines(return_chars=True)}
        rules = sorted(
            (
                {"top": rect["top"], "bottom": rect["bottom"], "x0": rect["x0"], "x1": rect["x1"], "color": rect["non_stroking_color"]}
                for rect in (*page.rects, *page.lines, *page.curves)
            ),
            key=lambda rule: rule["top"],
        )
        return {"lines": lines, "rules": rules, "chars": page.chars, "count": len(pdf.pages)}


@pytest.fixture(scope="module")
def framed():
    return _page(FRAMED)


def _of(page, beginning):
    return next(line for text, line in page["lines"].items() if text.startswith(beginning))


def test_the_mark_is_large_red_centred_and_35_mm_below_the_upper_edge(framed):
    mark = _of(framed, "青禾区委督查室文件")
    assert mark["top"] - TOP == pytest.approx(35 * MM, abs=3)
    assert (mark["x0"] + mark["x1"]) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1)
    assert {char["non_stroking_color"] for char in mark["chars"]} == {(1, 0, 0)}
    assert {char["fontname"].split("+")[-1] for char in mark["chars"]} == {"Report-Biaosong"}
    assert mark["chars"][0]["size"] > 40


def test_corner_lines_stand_one_below_the_other_at_the_left(framed):
    lines = [_of(framed, text) for text in ("000012", "秘密★1年", "特急")]
    assert [line["x0"] for line in lines] == pytest.approx([LEFT] * 3, abs=1.5)
    assert lines[0]["top"] < lines[1]["top"] < lines[2]["top"] < TOP + 35 * MM
    assert "Report-Heiti" in {char["fontname"].split("+")[-1] for char in lines[1]["chars"]}


def test_the_number_is_centred_and_the_red_rule_4_mm_below_it(framed):
    number = _of(framed, "青督〔2026〕12号")
    assert (number["x0"] + number["x1"]) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1)
    rule = next(rule for rule in framed["rules"] if rule["color"] == (1, 0, 0))
    assert rule["top"] - number["bottom"] == pytest.approx(4 * MM, abs=2.5)
    assert (rule["x0"], rule["x1"]) == pytest.approx((LEFT, RIGHT), abs=0.5)
    title = _of(framed, "关于督查情况的报告")
    assert title["top"] - rule["top"] > 2 * 28


def test_the_text_below_the_head_stands_on_the_line_grid(framed):
    body = _of(framed, "现将有关")
    plain = _of(_page(PLAIN), "现将有关")
    assert (body["top"] - plain["top"]) / 28.95 == pytest.approx(round((body["top"] - plain["top"]) / 28.95), abs=0.03)


def test_upward_the_number_stands_left_beside_the_last_approver():
    page = _page(dataclasses.replace(PLAIN, head=dataclasses.replace(HEAD, approvers=("赵一鸣", "钱知远", "孙立行"))))
    chars = page["chars"]
    place = {char["text"]: char for char in chars if char["top"] < TOP + 90 * MM}
    assert place["督"] is not None
    number = next(char for char in chars if char["text"] == "〔")
    assert next(char for char in chars if char["text"] == "孙")["top"] == pytest.approx(number["top"], abs=3)
    names = [next(char for char in chars if char["text"] == text) for text in "赵孙"]
    assert names[0]["x0"] == pytest.approx(names[1]["x0"], abs=0.5)
    assert next(char for char in chars if char["text"] == "远")["x1"] == pytest.approx(RIGHT - 16, abs=2)
    assert {char["fontname"].split("+")[-1] for char in names} == {"Report-Kaiti"}


def test_a_long_name_is_narrowed_until_it_fits():
    name = "青禾区委意识形态工作联席会议办公室"
    page = _page(dataclasses.replace(PLAIN, head=Head((name,), number="青意办〔2026〕1号")))
    red = [char for char in page["chars"] if char["non_stroking_color"] == (1, 0, 0)]
    assert "".join(char["text"] for char in red) == f"{name}文件"
    assert min(char["x0"] for char in red) >= LEFT - 1
    assert max(char["x1"] for char in red) <= RIGHT + 1


def test_joint_issuers_are_spread_to_one_width_before_the_suffix():
    page = _page(dataclasses.replace(PLAIN, head=Head(("青禾区委宣传部", "青禾区委办"), number="青宣〔2026〕1号")))
    red = [char for char in page["chars"] if char["non_stroking_color"] == (1, 0, 0)]
    rows = {}
    for char in red:
        rows.setdefault(round(char["top"]), []).append(char)
    long, short = (row for row in rows.values() if len(row) > 2)
    assert long[0]["x0"] == pytest.approx(short[0]["x0"], abs=1)
    assert long[-1]["x1"] == pytest.approx(short[-1]["x1"], abs=1.5)
    (suffix,) = (row for row in rows.values() if len(row) == 2)
    assert long[0]["top"] < suffix[0]["top"] < short[0]["top"] or short[0]["top"] < suffix[0]["top"] < long[0]["top"]


def test_the_imprint_ends_with_the_text_area_of_the_last_page():
    framed = _page(dataclasses.replace(FRAMED, head=None))
    rules = framed["rules"]
    assert max(rule["bottom"] for rule in rules) == pytest.approx(BOTTOM, abs=1)
    copies, printed = _of(framed, "抄送"), _of(framed, "青禾区委督查室2026年7月6日印发")
    assert copies["x0"] == pytest.approx(LEFT + 14, abs=1.5)
    assert printed["x1"] == pytest.approx(RIGHT - 14, abs=1.5)
    assert printed["chars"][0]["size"] == pytest.approx(14, abs=0.1)
    assert "".join(framed["lines"]).find("区人武部政治工作科。") > 0
    second = _of(framed, "委监委")
    assert second["x0"] == pytest.approx(LEFT + 14 * 4, abs=1.5)


def test_the_imprint_comes_after_the_annexes_on_the_last_page(long_framed):
    assert "印发" in "".join(page["lines"] for page in long_framed[-1:])
    assert not any("印发" in page["lines"] for page in long_framed[:-1])


@pytest.fixture(scope="module")
def long_framed():
    text = "督查调研情况报告。" * 60
    document = dataclasses.replace(FRAMED, blocks=tuple(Paragraph(text) for _ in range(3)))
    with pdfplumber.open(io.BytesIO(render_pdf(document).content)) as pdf:
        return [{"lines": page.extract_text().replace(" ", "")} for page in pdf.pages]


@pytest.mark.parametrize("length", [15, 16, 17, 18, 19, 20, 21, 22, 23])
def test_text_never_runs_into_the_imprint(length):
    """Whatever is left of the page, the last line above the imprint ends before its first rule."""
    document = dataclasses.replace(FRAMED, head=None, blocks=tuple(Paragraph("短段。") for _ in range(length)))
    with pdfplumber.open(io.BytesIO(render_pdf(document).content)) as pdf:
        page = pdf.pages[-1]
        first = min(rule["top"] for rule in (*page.rects, *page.lines, *page.curves))
        above = [char for char in page.chars if char["size"] > 15]
        assert all(char["bottom"] <= first + 0.5 for char in above)
        assert "印发" in page.extract_text()


def test_json_round_trip_and_json_from_before_there_were_heads():
    assert from_json(json.loads(json.dumps(to_json(FRAMED)))) == FRAMED
    old = to_json(PLAIN)
    assert not {"head", "imprint"} & set(old)
    assert from_json(json.loads(json.dumps(old))) == PLAIN


def test_an_archival_pdf_says_so_and_carries_its_fonts_and_colours():
    with pdfplumber.open(io.BytesIO(render_pdf(FRAMED, archival=True).content)) as pdf:
        catalog = pdf.doc.catalog
        (intent,) = resolve1(catalog["OutputIntents"])
        assert resolve1(intent)["S"].name == "GTS_PDFA1"
        assert resolve1(resolve1(intent)["DestOutputProfile"]).get_data()
        told = resolve1(catalog["Metadata"]).get_data().decode()
    assert re.search(r"part[^0-9]*2", told)
    assert re.search(r"conformance[^A-Z]*U", told)
    with pdfplumber.open(io.BytesIO(render_pdf(FRAMED).content)) as pdf:
        assert "OutputIntents" not in pdf.doc.catalog


def test_a_character_that_no_font_has_is_named_with_its_place():
    with pytest.raises(MissingGlyphError, match="发文机关标志"):
        render_pdf(dataclasses.replace(PLAIN, head=Head(("青禾\U0010fffd委",))))


def test_word_has_styles_for_head_and_imprint():
    word = docx.Document(io.BytesIO(render_docx(FRAMED).content))
    by_style = {}
    for paragraph in word.paragraphs:
        by_style.setdefault(paragraph.style.name, []).append(paragraph.text)
    assert by_style["版头"] == ["000012", "秘密★1年", "特急"]
    assert by_style["发文机关标志"] == ["青禾区委督查室文件"]
    assert by_style["发文字号"] == ["青督〔2026〕12号"]
    assert [text for text in by_style["版记"] if text] == [
        f"抄送：{'，'.join(IMPRINT.copy_to)}。",
        "青禾区委督查室\t2026年7月6日印发",
    ]


def test_the_sheet_on_the_screen_shows_them_too():
    html = preview_html(dataclasses.replace(FRAMED, head=dataclasses.replace(HEAD, approvers=("赵一鸣",))))
    for text in ("青禾区委督查室", "文件", "青督〔2026〕12号", "签发人：", "赵一鸣", "秘密★1年", "抄送：", "2026年7月6日印发"):
        assert text in html
    assert "style=" not in html
    assert "sheet-head" not in preview_html(PLAIN)


# --- on an even page --------------------------------------------------------------------------------------------------------

EVEN = dataclasses.replace(IMPRINT, even_page=True)


def _lines(count, imprint):
    return dataclasses.replace(PLAIN, signature=None, addressee="", blocks=(Paragraph("甲。"),) * count, imprint=imprint)


def _numbers(document):
    """Return, per page, the page number on it, and whether the imprint is there."""
    with pdfplumber.open(io.BytesIO(render_pdf(document).content)) as pdf:
        texts = [page.extract_text() for page in pdf.pages]
    numbers = [found[1] if (found := re.search(r"— (\d+) —", text)) else "" for text in texts]
    return numbers, [number for number, text in enumerate(texts, 1) if "抄送" in text]


def _full():
    """Return how many lines leave no room for the imprint on page 2, so that it begins page 3."""
    return next(count for count in range(36, 46) if _numbers(_lines(count, IMPRINT))[1] == [3])


@pytest.mark.parametrize("engine", ["direct", "weasyprint"])
def test_the_imprint_stands_on_an_even_page_only_where_the_document_asks_for_it(settings, engine):
    settings.PDF_ENGINE = engine
    assert _numbers(_lines(3, IMPRINT)) == (["1"], [1])
    assert _numbers(_lines(3, EVEN)) == (["1", "2"], [2])
    assert _numbers(_lines(28, EVEN)) == (["1", "2"], [2]), "it stands on an even page already"
    count = _full()
    assert _numbers(_lines(count, IMPRINT)) == (["1", "2", "3"], [3])
    # §7.5: a blank page before it has no number, and neither has its own.
    assert _numbers(_lines(count, EVEN)) == (["1", "2", "", ""], [4])


def test_word_begins_the_imprints_page_on_an_even_one_where_it_must():
    def sections(document):
        return [str(section.start_type) for section in docx.Document(io.BytesIO(render_docx(document).content)).sections]

    assert len(sections(_lines(3, IMPRINT))) == len(sections(_lines(28, EVEN))) == 1
    assert "EVEN_PAGE" in sections(_lines(3, EVEN))[1]


def test_a_document_without_the_wish_is_frozen_as_before():
    assert "even_page" not in to_json(FRAMED)["imprint"]
    document = dataclasses.replace(FRAMED, imprint=EVEN)
    assert from_json(json.loads(json.dumps(to_json(document)))) == document
