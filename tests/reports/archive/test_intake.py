"""Old reports understood: nothing is lost, whatever the file looks like."""

from __future__ import annotations

import io
import re
from datetime import date

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.documents.cleaning import cleaned
from inspections.documents.lines import Line, Source
from inspections.documents.outline import date_in, runs_in
from reports.intake import Unreadable, read_lines, understand
from reports.intake.comparing import Text, compared

TEXT = """云督报〔2024〕3号
##paidbegin##云岭区2024年上半年
学习情况督查报告
区委：
　　为推动学习落到实处，对12个党组织进行了督查。现报告如下：
一、基本情况
（一）镇街情况。各镇街党（工）委坚持集体学习，截至2024年5月31日共学习40次。
（二）社区情况
社区学习形式较为灵活。
二、存在问题
总体上看，一是宣传栏内容更换不及时。二是稿件审核只有一级签字。三是记录不全。
三、下步打算
1.统一学习记录样式。
＝＝＝＝
云岭区委办公室
云岭区委督查室
二〇二四年六月五日
责任编辑：某网
— 3 —
"""


def read(text: str, name: str = "旧报告.txt", encoding: str = "utf-8"):
    return understand(read_lines(name, text.encode(encoding)), name)


def test_title_number_addressee_outline_signature_and_date_are_understood():
    found = read(TEXT)
    assert found.title == "云岭区2024年上半年学习情况督查报告"
    assert found.number == "云督报〔2024〕3号"
    assert found.addressee == "区委"
    assert found.issuer == "云岭区委办公室、云岭区委督查室"
    assert found.signed_on == date(2024, 6, 5)
    assert found.year == 2024
    outline = [(block["level"], block["mark"], block["lead"] or block["text"]) for block in found.blocks if block["level"]]
    assert outline == [
        (1, "一、", "基本情况"),
        (2, "（一）", "镇街情况"),
        (2, "（二）", "社区情况"),
        (1, "二、", "存在问题"),
        (1, "三、", "下步打算"),
        (3, "1.", "统一学习记录样式"),
    ]
    listed = next(block for block in found.blocks if block.get("runs"))
    assert [run[:2] for run in listed["runs"]] == ["一是", "二是", "三是"]


def test_signature_before_the_annexes_and_the_list_of_annexes_are_understood():
    found = read(
        "督查报告\n一、情况\n学习较好。\n附件：1.情况表\n2.问题清单\n区委督查室\n2026年1月5日\n附件1\n情况表\n甲单位4次。\n乙。\n丙。\n丁。\n戊。\n己。"
    )
    assert (found.issuer, found.signed_on, found.year) == ("区委督查室", date(2026, 1, 5), 2025)
    kinds = [(block["kind"], block["text"]) for block in found.blocks]
    assert kinds[2:8] == [
        ("annex", "附件：1.情况表"),
        ("annex", "2.问题清单"),
        ("signature", "区委督查室"),
        ("signature", "2026年1月5日"),
        ("annex", "附件1"),
        ("heading", "情况表"),
    ]


def test_a_date_inside_the_text_is_not_that_of_the_report():
    lines = ["督查报告", "一、时间", "2026年1月5日", *(f"第{number}段内容。" for number in range(9))]
    assert read("\n".join(lines)).signed_on is None


def test_residue_is_taken_off_and_told():
    told = {row["text"] for row in read(TEXT).unread}
    assert told == {"##paidbegin##", "＝＝＝＝", "责任编辑：某网", "— 3 —"}


@pytest.mark.parametrize("line", ["打印本页 关闭窗口", "【打印】【关闭】", "打印本页", "收藏 | 打印 | 关闭"])
def test_the_buttons_of_a_web_page_are_residue(line):
    assert cleaned(line)[0] == ""


def test_a_sentence_that_begins_like_a_button_stays():
    assert cleaned("关闭停更账号4个。") == ("关闭停更账号4个。", [])


def test_without_a_title_the_files_name_stands_in_and_that_is_told():
    found = read("为推动学习落到实处，进行了督查。\n一、情况\n学习较好。", "2023年报告.txt")
    assert found.title == "2023年报告"
    assert "文中没有找到标题" in found.unread[-1]["text"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_any_usual_encoding_is_read(encoding):
    assert read(TEXT, encoding=encoding).title == "云岭区2024年上半年学习情况督查报告"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024年6月5日", date(2024, 6, 5)),
        ("2024.06.05", date(2024, 6, 5)),
        ("2024-6-5", date(2024, 6, 5)),
        ("二〇二四年十二月三十一日", date(2024, 12, 31)),
        ("二○二四年六月五日", date(2024, 6, 5)),
        ("2024年2月30日", None),
        ("没有日期", None),
    ],
)
def test_dates_in_all_usual_forms(text, expected):
    assert date_in(text) == expected


def test_runs_that_do_not_count_from_one_are_left_as_text():
    assert runs_in("一是甲。三是乙。") == []
    assert runs_in("这是甲。") == []
    assert runs_in("先看。一是甲。二是乙。") == ["一是甲。", "二是乙。"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.docx", b"PK broken", "另存为 .docx"),
        ("a.doc", b"x", "另存为 .docx"),
        ("a.exe", b"x", "只收录"),
        ("a.txt", b"", "没有文字"),
        ("a.txt", b"\xff\xfe\x00\xd8", "没有文字|编码"),
        ("a.txt", b"\x81", "编码"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(name, content, words):
    with pytest.raises(Unreadable, match=words):
        read_lines(name, content)


def kept(text: str) -> str:
    return re.sub(r"[^一-鿿0-9]", "", text)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.text(alphabet="一二三四是、（）().:：。，；1234年月日关于报告情况通知附件##a<>&nbsp;—〔〕号督查室委", max_size=40), max_size=12
    )
)
def test_no_word_is_lost_whatever_the_lines(lines):
    found = understand(Source([Line(line) for line in lines]), "x.txt")
    given_words = sorted(kept("".join(lines)))
    told = found.text + "".join(row["text"] for row in found.unread if row["line"])
    missing = list(given_words)
    for sign in kept(told):
        if sign in missing:
            missing.remove(sign)
    assert missing == []


def test_cleaning_leaves_ordinary_text_alone():
    text = "来源于基层的经验，<比较>有效，编号12。"
    assert cleaned("坚持学习，3<5，比例为5%。") == ("坚持学习，3<5，比例为5%。", [])
    assert cleaned(text)[0] == text


# --- Word -------------------------------------------------------------------------------------------------------------------


def word(build) -> bytes:
    document = docx.Document()
    build(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_a_word_document_with_tables_headers_and_soft_breaks_is_read_in_order():
    def build(document):
        document.add_paragraph("关于学习情况的").alignment = 1
        document.add_paragraph("督查报告").alignment = 1
        document.add_paragraph("一、基本情况")
        table = document.add_table(rows=2, cols=2)
        for place, words in enumerate(("单位", "次数", "青石镇", "4")):
            table.cell(place // 2, place % 2).text = words
        document.add_paragraph("第一段。").add_run().add_break()
        document.paragraphs[-1].add_run("第二段。").font.size = Pt(16)
        document.add_paragraph("问题分析", style="Heading 2")
        document.sections[0].header.paragraphs[0].text = "内部资料"

    found = understand(read_lines("旧.docx", word(build)), "旧.docx")
    assert found.title == "关于学习情况的督查报告"
    assert [(block["kind"], block["text"]) for block in found.blocks] == [
        ("heading", "基本情况"),
        ("table", ""),
        ("body", "第一段。"),
        ("body", "第二段。"),
        ("heading", "问题分析"),
    ]
    assert found.blocks[1]["rows"] == [["单位", "次数"], ["青石镇", "4"]]
    assert {"what": "页眉", "text": "内部资料", "line": 0} in found.unread


def test_numbers_that_word_makes_itself_are_counted():
    def build(document):
        numbering = document.part.numbering_part.element
        kind = OxmlElement("w:abstractNum")
        kind.set(qn("w:abstractNumId"), "77")
        for level, (style, text) in enumerate((("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))):
            made = OxmlElement("w:lvl")
            made.set(qn("w:ilvl"), str(level))
            for name, value in (("w:start", "1"), ("w:numFmt", style), ("w:lvlText", text)):
                child = OxmlElement(name)
                child.set(qn("w:val"), value)
                made.append(child)
            kind.append(made)
        numbering.insert(0, kind)
        number = OxmlElement("w:num")
        number.set(qn("w:numId"), "77")
        link = OxmlElement("w:abstractNumId")
        link.set(qn("w:val"), "77")
        number.append(link)
        numbering.append(number)
        for level, text in ((0, "基本情况"), (1, "镇街"), (2, "学习"), (1, "社区"), (0, "存在问题"), (1, "记录")):
            properties = document.add_paragraph(text)._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val = level
            properties.get_or_add_numId().val = 77

    found = understand(read_lines("旧.docx", word(build)), "旧.docx")
    assert [block["mark"] for block in found.blocks] == ["一、", "（一）", "1.", "（二）", "二、", "（一）"]


def test_deleted_words_are_gone_and_inserted_ones_there():
    def build(document):
        paragraph = document.add_paragraph("保留。")
        for name, words in (("w:del", "删去。"), ("w:ins", "增加。")):
            change, run, text = OxmlElement(name), OxmlElement("w:r"), OxmlElement("w:delText" if name == "w:del" else "w:t")
            text.text = words
            run.append(text)
            change.append(run)
            paragraph._p.append(change)

    assert read_lines("旧.docx", word(build)).lines[0].text == "保留。增加。"


# --- comparing --------------------------------------------------------------------------------------------------------------


def test_paragraphs_are_paired_though_moved_and_rewritten():
    old = [
        Text("甲", "各镇街党委坚持每月集体学习一次，记录较为规范。"),
        Text("甲", "宣传栏内容更换不够及时。"),
        Text("乙", "今后加强场地管理和巡查。"),
    ]
    new = [
        Text("乙", "今后加强场地管理和日常巡查。"),
        Text("甲", "各镇街党委坚持每月集体学习一次，记录较为规范。"),
        Text("丙", "新增一项全然不同的工作。"),
    ]
    pairs = compared(old, new)
    assert [(pair.kind, pair.new.part if pair.new else None) for pair in pairs] == [
        ("changed", "乙"),
        ("kept", "甲"),
        ("dropped", None),
        ("added", "丙"),
    ]
    assert pairs[1].share == 100


def test_comparing_with_nothing_shows_everything():
    assert [pair.kind for pair in compared([Text("", "甲乙丙丁")], [])] == ["dropped"]
    assert [pair.kind for pair in compared([], [Text("", "甲乙丙丁")])] == ["added"]
