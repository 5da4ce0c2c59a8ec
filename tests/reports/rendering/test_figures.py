"""Figures: one option builder for the page and for paper, drawn by ECharts without a browser, the same in every kind of file."""

from __future__ import annotations

import base64
import collections
import io
import json
import re
import threading
from dataclasses import replace

import docx
import pdfplumber
import pypdfium2
import pytest
from django.core.checks import run_checks
from PIL import Image

from reports.rendering import echarts, preview
from reports.rendering.charts import (
    LOOKS,
    MOST_BARS,
    Bars,
    Series,
    bars_of,
    chart_options,
    figure_options,
    figure_size,
    number_of,
    summary_of,
)
from reports.rendering.document import Annex, Document, Figure, Paragraph, Table, from_json, to_json
from reports.rendering.docx import render_docx
from reports.rendering.drawing import Label, Shape, UnknownDrawingError, drawing_of
from reports.rendering.echarts import svg_of
from reports.rendering.pdf import render_pdf
from reports.rendering.press import Limits, Press
from reports.rendering.preview import preview_html
from reports.rendering.result import MissingGlyphError, RenderError
from reports.rendering.xlsx import tables_of

ROWS = (("组织领导", "3", "5", "0", "8"), ("理论学习", "10", "2", "1", "13"), ("意识形态责任制落实情况考核", "1", "1", "0", "2"))
TABLE = Table(("主题", "一般", "较重", "严重", "合计"), (*ROWS, ("合计", "14", "8", "1", "23")), align=("left", *["right"] * 4))
FIGURE = Figure("图1　各主题问题数及程度", "severity", (1, 2, 3), TABLE, "条")
PERIODS = Table(("主题", "2026年下半年", "2026年上半年", "增减"), (("组织领导", "8", "10", "减2"), ("理论学习", "13", "13", "持平")))
BESIDE = Figure("图2　与上次督查对比", "comparison", (1, 2), PERIODS, "条")
DOCUMENT = Document("督查报告", (Paragraph("正文。"),), annexes=(Annex(0, "督查情况图表", (Paragraph("详见下图。"), FIGURE, BESIDE)),))


def draw(figure=FIGURE):
    return drawing_of(svg_of(figure_options(figure), *figure_size(figure)))


def colour(text):
    return tuple(int(text[start : start + 2], 16) / 255 for start in (1, 3, 5))


# --- options ----------------------------------------------------------------------------------------------------------------


def test_options_are_plain_json_and_name_every_figure():
    option = figure_options(FIGURE)
    assert json.loads(json.dumps(option)) == option
    assert option["yAxis"]["data"] == [row[0] for row in ROWS]
    assert [(each["name"], [bar["value"] for bar in each["data"]]) for each in option["series"]] == [
        ("一般", [3, 10, 1]),
        ("较重", [5, 2, 1]),
        ("严重", [0, 1, 0]),
    ]


def test_page_and_paper_take_the_same_builder():
    """Apart from letters and the room for names, the leaders' page gives ECharts what a document gives it."""
    shown = chart_options(Bars("severity", ("组织领导",), (Series("一般", (3,), ("/list/",)),)))
    paper = chart_options(bars_of(replace(FIGURE, series=(1,), table=replace(TABLE, rows=ROWS[:1]))))
    assert shown["series"][0]["data"] == [{"value": 3, "url": "/list/"}]
    assert {**shown, "series": []} == {**paper, "series": []}
    assert {**shown["series"][0], "data": []} == {**paper["series"][0], "data": []}


def test_series_differ_in_more_than_colour():
    for look in LOOKS.values():
        light = [sum(colour(shade.colour)) for shade in look.shades]
        for one, other in zip(range(len(light)), range(1, len(light)), strict=False):
            assert abs(light[one] - light[other]) > 0.5 or look.shades[one].striped != look.shades[other].striped
    assert all(each["label"]["show"] for each in figure_options(FIGURE)["series"])


@pytest.mark.parametrize(
    ("cell", "number"),
    [("12", 12), (" 1,234 ", 1234), ("85.7%", 85.7), ("0", 0), ("3条", 3), ("若干", None), ("", None), ("-2", -2), ("9" * 400, None)],
)
def test_numbers_in_cells(cell, number):
    assert number_of(cell) == number


def test_of_very_many_rows_the_largest_are_drawn_and_the_rest_is_said():
    rows = tuple((f"类别{number}", str(number)) for number in range(MOST_BARS + 6))
    many = Figure("图1", "share", (1,), Table(("类别", "数"), (*rows, ("合计", "435"))), "个")
    assert bars_of(many).labels == tuple(row[0] for row in rows[6:])
    assert "图中为数量最多的24项，其余6项见表。" in summary_of(many)
    assert figure_size(many)[1] <= 720
    assert render_pdf(Document("题", (many,))).pages == 3


def test_what_is_no_number_has_no_bar_and_is_said():
    figure = replace(FIGURE, table=replace(TABLE, rows=(("组织领导", "若干", "5", "", "8"),)))
    assert [series.values for series in bars_of(figure).series] == [(None,), (5,), (None,)]
    assert summary_of(figure) == "条形图。组织领导：一般无数据，较重5条，严重无数据。"
    assert render_pdf(Document("题", (figure,))).pages == 1
    assert summary_of(replace(FIGURE, table=replace(TABLE, rows=()))) == "条形图，没有数据。"
    assert render_pdf(Document("题", (replace(FIGURE, table=replace(TABLE, rows=())),))).pages == 1


# --- drawing ----------------------------------------------------------------------------------------------------------------


def test_bars_are_as_long_as_their_numbers_say():
    bars = collections.defaultdict(list)
    for shape in draw().items:
        if isinstance(shape, Shape) and shape.fill and (found := re.match(r"M([1-9][\d.]*) [\d.]+l([\d.]+) 0l0 [\d.]+l-?", shape.path)):
            bars[shape.fill].append(float(found[2]))
    widths = [bars[colour(shade.colour)] for shade in LOOKS["severity"].shades]
    unit = widths[0][0] / 3
    assert [[round(width / unit, 1) for width in row] for row in widths] == [[3, 10, 1], [5, 2, 1], [0, 1, 0]]


def test_the_words_of_the_chart_are_those_of_the_table():
    words = "".join(item.text for item in draw().items if isinstance(item, Label))
    assert all(row[0] in words for row in ROWS)
    assert all(name in words for name in TABLE.columns[1:4])
    assert "合计" not in words


def test_the_same_options_give_the_same_picture_on_any_thread():
    echarts._svg.cache_clear()
    size, found = figure_size(FIGURE), []

    def work():
        echarts._svg.cache_clear()
        found.append(svg_of(figure_options(FIGURE), *size))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert "zr" not in found[0]
    assert "<style" not in found[0]


def test_what_would_not_be_drawn_is_an_error():
    frame = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'
    assert drawing_of(frame.format('<path d="M0 0L9 9" fill="none"/>')).items == ()
    for inside in ("<circle r='2'/>", "<path d='M0 0L9 9' fill='#000' fill-opacity='0.5'/>", "<path d='M0 0L9 9' fill='teal'/>"):
        with pytest.raises(UnknownDrawingError):
            drawing_of(frame.format(inside))
    with pytest.raises(UnknownDrawingError):
        drawing_of(frame.format("<text transform='rotate(90)' fill='#000'>字</text>"))


def test_a_chart_library_that_is_missing_or_fails_is_told_in_words(monkeypatch):
    echarts._svg.cache_clear()
    with pytest.raises(RenderError, match="图表没有画成"):
        svg_of({"series": [{"type": "bar", "data": 5}], "xAxis": 1, "yAxis": {"type": "category", "data": 7}}, 100, 100)
    monkeypatch.setattr(echarts.finders, "find", lambda _name: None)
    echarts._svg.cache_clear()
    echarts._draw.cache_clear()
    try:
        with pytest.raises(RenderError, match=r"tools/assets\.py"):
            render_pdf(DOCUMENT)
        # The page can still be read: the table has the figures.
        assert "暂时画不出图" in preview_html(DOCUMENT)
        assert [message.id for message in run_checks() if message.id == "reports.W002"] == ["reports.W002"]
    finally:
        echarts._draw.cache_clear()


# --- the document -----------------------------------------------------------------------------------------------------------


def test_freezing_keeps_the_figure_with_its_numbers():
    data = json.loads(json.dumps(to_json(DOCUMENT)))
    assert from_json(data) == DOCUMENT
    assert data["annexes"][0]["blocks"][1]["table"]["rows"][0] == list(ROWS[0])
    assert [name for name, _table in tables_of(DOCUMENT)] == [FIGURE.caption, BESIDE.caption]


@pytest.mark.usefixtures("fandol")
def test_both_painters_make_the_same_pages(settings):
    ours = render_pdf(DOCUMENT)
    settings.PDF_ENGINE = "weasyprint"
    theirs = render_pdf(DOCUMENT)
    assert (ours.pages, ours.fonts) == (theirs.pages, theirs.fonts)
    for mine, other in zip(_chars(ours.content), _chars(theirs.content), strict=True):
        assert collections.Counter(text for text, *_ in mine) == collections.Counter(text for text, *_ in other)
        # Each word of the chart stands where the other has it, to about a pixel.
        for text, x, y in mine:
            assert any(same == text and abs(x - left) < 1.5 and abs(y - low) < 2.5 for same, left, low in other), text


def _chars(content):
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return [
            [(char["text"], char["x0"], char["matrix"][5]) for char in page.chars if char["text"].strip() and 100 < char["matrix"][5] < 790]
            for page in pdf.pages
        ]


def test_the_kept_pdf_is_opaque_tagged_and_says_what_the_chart_shows():
    content = render_pdf(DOCUMENT, archival=True).content
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        figures = [element for element in _flat(pdf.structure_tree) if element["type"] == "Figure"]
        text = "".join(page.extract_text() for page in pdf.pages)
    assert [figure["alt_text"] for figure in figures] == [summary_of(FIGURE), summary_of(BESIDE)]
    assert all(figure["attributes"]["Placement"] == "Block" and len(figure["attributes"]["BBox"]) == 4 for figure in figures)
    assert all(mark not in content for mark in (b"/SMask", b"/ExtGState", b"/CA ", b"/ca "))
    assert "图1" in text
    assert "图2" in text


def _flat(elements):
    for element in elements:
        yield element
        yield from _flat(element.get("children", ()))


def test_stripes_are_on_the_paper():
    """Between the first and the last coloured point of a striped bar's rows there is white; a plain bar has none but for its number."""
    page = pypdfium2.PdfDocument(render_pdf(Document("题", (FIGURE,))).content)[0]
    scan = page.render(scale=2).to_pil().convert("RGB")
    plain, striped = (_white_within(scan, LOOKS["severity"].shades[place].colour) for place in (0, 1))
    assert striped > 0.15 > plain


def _white_within(scan, hexadecimal):
    wanted = tuple(round(part * 255) for part in colour(hexadecimal))
    inside = white = 0
    for y in range(0, scan.height, 3):
        row = [scan.getpixel((x, y)) for x in range(scan.width)]
        places = [x for x, pixel in enumerate(row) if sum(abs(a - b) for a, b in zip(pixel, wanted, strict=True)) < 20]
        if len(places) > 40:
            inside += places[-1] - places[0]
            white += sum(1 for x in range(places[0], places[-1]) if min(row[x]) > 235)
    return white / inside


def test_a_character_that_no_font_has_is_told_with_its_place():
    figure = replace(FIGURE, table=replace(TABLE, rows=(("\U00012345甲", "1", "1", "1", "3"),)))
    with pytest.raises(MissingGlyphError, match="正文第1个表格的图"):
        render_pdf(Document("题", (figure,)))


def test_the_process_beside_the_worker_draws_too():
    """It has no apps loaded, and a limit on its memory."""
    press = Press()
    try:
        limits = Limits(seconds=60, memory_mb=600, documents=100)
        assert len(press.render("pdf", DOCUMENT, limits, {}).content) == pytest.approx(len(render_pdf(DOCUMENT).content), abs=200)
        assert press.render("docx", DOCUMENT, limits, {}).content.startswith(b"PK")
    finally:
        press.close()


# --- Word and screen --------------------------------------------------------------------------------------------------------


def test_word_has_a_sharp_picture_with_its_words_and_the_table_below():
    word = docx.Document(io.BytesIO(render_docx(DOCUMENT).content))
    shapes = word.inline_shapes
    assert [shape._inline.docPr.get("descr") for shape in shapes] == [summary_of(FIGURE), summary_of(BESIDE)]
    for shape, figure in zip(shapes, (FIGURE, BESIDE), strict=True):
        part = word.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed]
        picture = Image.open(io.BytesIO(part.blob))
        assert picture.format == "PNG"
        assert picture.width / shape.width.inches >= 200
        assert picture.height / shape.height.inches >= 200
        assert picture.width / picture.height == pytest.approx(figure_size(figure)[0] / figure_size(figure)[1], rel=0.02)
        # There is something on it, right up to the last row.
        grey = picture.convert("L")
        assert all(
            grey.crop((0, part * grey.height // 4, grey.width, (part + 1) * grey.height // 4)).getextrema()[0] < 120 for part in range(4)
        )
    styles = [(paragraph.style.name, paragraph.text) for paragraph in word.paragraphs]
    place = styles.index(("图", ""))
    assert styles[place + 1] == ("Caption", FIGURE.caption)
    assert [cell.text for cell in word.tables[0].rows[1].cells] == list(ROWS[0])


def test_the_screen_shows_the_same_picture():
    html = preview_html(DOCUMENT)
    sources = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)"', html)
    assert [alt for _source, alt in sources] == [summary_of(FIGURE), summary_of(BESIDE)]
    assert base64.b64decode(sources[0][0]).decode() == svg_of(figure_options(FIGURE), *figure_size(FIGURE))
    assert "style=" not in html
    assert preview.chart_of(FIGURE).source.startswith("data:")
