"""The Word document: real styles on the right page, opening in LibreOffice with as many pages as the PDF, give or take one."""

from __future__ import annotations

import cProfile
import dataclasses
import io
import os
import pstats
import re
import shutil
import subprocess
import zipfile

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn

from reports.rendering.document import Annex, Document, Heading, Paragraph, Signature, Table
from reports.rendering.docx import render_docx
from reports.rendering.fonts import font_set
from reports.rendering.pdf import render_pdf
from tests.reports.rendering import sample
from tests.reports.rendering.measuring import read, text_of


@pytest.fixture(scope="module")
def report_docx():
    return render_docx(sample.long_report())


@pytest.fixture(scope="module")
def word(report_docx):
    return docx.Document(io.BytesIO(report_docx.content))


@pytest.fixture(scope="module")
def to_pdf(tmp_path_factory):
    """Return a function that turns a .docx into a PDF by LibreOffice, with our fonts."""
    soffice = shutil.which("soffice")
    if not soffice:
        pytest.fail("LibreOffice is missing: apt-get install --no-install-recommends libreoffice-writer-nogui")
    folder = tmp_path_factory.mktemp("office")

    def convert(content: bytes) -> bytes:
        (folder / "report.docx").write_bytes(content)
        (folder / "report.pdf").unlink(missing_ok=True)
        subprocess.run(
            [soffice, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", "pdf", "report.docx"],
            cwd=folder,
            env={**os.environ, "HOME": str(folder), "FONTCONFIG_FILE": str(font_set().fontconfig_file)},
            check=True,
            capture_output=True,
            timeout=180,
        )
        return (folder / "report.pdf").read_bytes()

    return convert


def fonts_of(style) -> str:
    return style.element.rPr.rFonts.get(qn("w:eastAsia"))


def test_every_paragraph_has_a_style_of_its_part(word):
    by_text = {paragraph.text.replace("\n", ""): paragraph.style.name for paragraph in word.paragraphs}
    assert by_text[sample.TITLE] == "Title"
    assert by_text["区委："] == "Salutation"
    assert by_text["一、基本情况"] == "Heading 1"
    assert by_text["（一）镇街党委落实情况"] == "Heading 2"
    assert by_text["1．压实主体责任，推动工作落到实处"] == "Heading 3"
    assert by_text[sample.OPENING] == "Body Text"
    assert by_text["附件1"] == "附件标识"
    assert by_text["督查发现问题分单位清单"] == "附件标题"
    assert by_text["2026年7月6日"] == "Date"
    assert by_text["区委意识形态工作联席会议办公室"] == "Signature"
    assert by_text["表1  督查覆盖情况"] == "Caption"


def test_styles_have_the_faces_sizes_and_outline_of_the_standard(word):
    styles = word.styles
    assert fonts_of(styles["Title"]) == "方正小标宋简体"
    assert styles["Title"].font.size.pt == 22
    for level, face in {1: "黑体", 2: "楷体_GB2312", 3: "仿宋_GB2312", 4: "仿宋_GB2312"}.items():
        style = styles[f"Heading {level}"]
        assert fonts_of(style) == face
        assert style.element.pPr.find(qn("w:outlineLvl")).get(qn("w:val")) == str(level - 1)
    assert styles["Body Text"].element.pPr.ind.get(qn("w:firstLineChars")) == "200"
    assert styles["Normal"].paragraph_format.line_spacing.pt == pytest.approx(28.95)
    defaults = styles.element.find(".//" + qn("w:rPrDefault"))
    assert defaults.find(".//" + qn("w:rFonts")).get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert defaults.find(".//" + qn("w:sz")).get(qn("w:val")) == "32"
    assert defaults.find(".//" + qn("w:lang")).get(qn("w:eastAsia")) == "zh-CN"


def test_every_style_that_is_used_exists(report_docx):
    """A style that is only named is dropped by Word without a word."""
    with zipfile.ZipFile(io.BytesIO(report_docx.content)) as file:
        known = set(re.findall(r'w:styleId="([^"]+)"', file.read("word/styles.xml").decode()))
        used = set()
        for name in file.namelist():
            if name.startswith("word/") and name.endswith(".xml"):
                used |= set(re.findall(r'<w:(?:pStyle|rStyle|tblStyle|basedOn|next|link) w:val="([^"]+)"', file.read(name).decode()))
    assert used <= known


def test_page_is_that_of_the_standard(word):
    (section,) = word.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert tuple(round(margin.mm) for margin in margins) == (37, 35, 28, 26)
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "lines"
    assert int(grid.get(qn("w:linePitch"))) == 579


def test_page_numbers_stand_outside_on_odd_and_even_pages(word):
    (section,) = word.sections
    assert word.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "RIGHT"), (section.even_page_footer, "LEFT")):
        (paragraph,) = footer.paragraphs
        assert paragraph.alignment.name == side
        assert paragraph._p.find(qn("w:fldSimple")).get(qn("w:instr")).strip() == "PAGE"
        assert "".join(text.text for text in paragraph._p.iter(qn("w:t"))) == "— 1 —"
    assert fonts_of(word.styles["Footer"]) == "宋体"
    assert word.styles["Footer"].font.size.pt == 14


def test_a_run_in_lead_and_a_gap_have_styles(word):
    runs = {run.text: run.style.name for paragraph in word.paragraphs for run in paragraph.runs}
    assert runs["（一）责任传导不够到位。"] == "段首楷体"
    assert runs["【待补：培训工作的牵头单位和完成时限】"] == "待补"


def test_annex_begins_a_page(word):
    assert word.styles["附件标识"].paragraph_format.page_break_before


def test_tables_repeat_their_head_and_keep_rows_whole(word):
    table = word.tables[1]
    rows = table._tbl.findall(qn("w:tr"))
    assert len(rows) == 61
    assert rows[0].find(".//" + qn("w:tblHeader")) is not None
    assert all(row.find(".//" + qn("w:cantSplit")) is not None for row in rows)
    assert table.style.name == "Table Grid"
    grid = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]
    assert sum(grid) == pytest.approx(156 / 25.4 * 1440, abs=5)


def test_properties_name_the_document_and_nobody(word):
    properties = word.core_properties
    assert properties.title == sample.TITLE
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    assert properties.language == "zh-CN"


def test_font_table_offers_other_names_of_the_same_faces(report_docx):
    with zipfile.ZipFile(io.BytesIO(report_docx.content)) as file:
        table = file.read("word/fontTable.xml").decode()
        assert "docProps/thumbnail.jpeg" not in file.namelist()
    assert re.search(r'w:name="仿宋_GB2312"><w:altName w:val="仿宋,[^"]*FangSong', table)
    assert re.search(r'w:name="方正小标宋简体"><w:altName w:val="[^"]*FZXiaoBiaoSong-B05S', table)


def test_a_draft_says_so_and_open_gaps_are_reported():
    document = sample.long_report(annexes=False)
    result = render_docx(document, draft=True)
    (section,) = docx.Document(io.BytesIO(result.content)).sections
    assert (section.header.paragraphs[0].text, section.even_page_header.paragraphs[0].text) == ("草稿", "草稿")
    assert result.warnings == ()
    result = render_docx(document)
    (section,) = docx.Document(io.BytesIO(result.content)).sections
    assert section.header.paragraphs[0].text == ""
    assert result.warnings == ("文中还有 1 处“【待补】”没有填写，正式印发前请补全。",)
    assert result.pages == 0
    assert result.fonts == ("仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体")


def test_a_character_that_our_fonts_lack_is_no_reason_to_refuse():
    result = render_docx(Document("𠮷祥社区", (Paragraph("𠮷祥。"), Table(("𠮷",), (("𠮷",),))), signature=Signature(("𠮷",), "日")))
    assert "𠮷祥。" in [paragraph.text for paragraph in docx.Document(io.BytesIO(result.content)).paragraphs]


def test_markup_and_control_characters_are_text_or_nothing():
    document = Document(
        "<标题>", (Paragraph("甲\u0000乙&<w:p/>"), Heading(1, "一\u000b、")), annexes=(Annex(0, "<&>", (Paragraph("丙"),)),)
    )
    texts = [paragraph.text for paragraph in docx.Document(io.BytesIO(render_docx(document).content)).paragraphs]
    assert texts[:3] == ["<标题>", "甲乙&<w:p/>", "一、"]


def test_long_tables_grow_in_proportion():
    """``cell()`` in a loop made 300 rows cost 18 seconds."""

    def calls(rows: int) -> int:
        """How many functions are called: the same on every machine, however busy."""
        annex = sample.ledger(rows)
        profile = cProfile.Profile()
        profile.runcall(render_docx, Document("表", annex.blocks))
        return pstats.Stats(profile).total_calls  # type: ignore[attr-defined]

    calls(10)  # what is read once per process is read now
    assert calls(1200) < 5 * calls(300)


@pytest.mark.parametrize("kind", ["report", "thorny", "table"])
def test_libreoffice_makes_as_many_pages_give_or_take_one(kind, to_pdf, thorny_texts):
    document = {
        "report": sample.long_report(),
        "thorny": Document("标点排版检验", tuple(Paragraph(text) for text in thorny_texts[:6])),
        "table": dataclasses.replace(sample.long_report(), blocks=(), annexes=(sample.ledger(120),)),
    }[kind]
    ours = render_pdf(document).pages
    theirs = len(pypdfium2.PdfDocument(to_pdf(render_docx(document).content)))
    assert abs(ours - theirs) <= 1, (ours, theirs)


def test_libreoffice_shows_the_same_text_on_22_lines(to_pdf):
    text = "督查调研情况报告" * 300
    pages = read(to_pdf(render_docx(Document("字", (Paragraph(text),))).content))
    assert text_of(pages) == "字" + text
    middle = pages[1]
    assert len(middle.lines) == 22
    assert {len(line.text) for line in middle.lines} == {28}
    assert [page.foot.text.replace(" ", "") for page in pages] == [f"—{number}—" for number in range(1, len(pages) + 1)]
    assert pages[0].foot.x0 > 400
    assert pages[1].foot.x1 < 200


@pytest.mark.parametrize("stray", ["\x01", "\x0b", "\x1b", "\ufffe", "\u2028"])
def test_what_was_pasted_with_control_characters_still_becomes_a_file(stray):
    table = Table(("单位" + stray, "问题"), (("青石镇" + stray, stray),), caption="名单" + stray)
    document = Document(
        title=f"关于{stray}督查情况的报告",
        blocks=(Heading(1, f"一、{stray}情况"), Paragraph(f"正文{stray}。", f"（一）{stray}做法。", 2), table),
        addressee=f"区委{stray}",
        signature=Signature((f"办公室{stray}",), "2026年11月20日"),
        annexes=(Annex(0, f"名单{stray}", (Paragraph(stray),), internal=True),),
        keywords=(f"督查{stray}" * 100,),
    )
    text = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(render_docx(document).content)).paragraphs)
    assert "正文。" in text
    assert stray not in text
    assert render_pdf(document).pages >= 1
