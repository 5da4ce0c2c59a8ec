"""The reader on documents in the styles of Word, WPS and LibreOffice, and on files that mean harm: clear answers, bounded memory."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tracemalloc
from decimal import Decimal
from pathlib import Path
from unittest import mock

import docx
import pytest

from inspections.documents import figures, metrics
from inspections.documents.material import Material, material_of, typed_material
from inspections.documents.metrics import Asked, Period, earlier_readings, readings
from inspections.documents.opening import MOST_PART, opened
from inspections.documents.problems import declared
from inspections.documents.reading import Unreadable
from inspections.documents.similarity import Text
from inspections.documents.themes import Theme, placed, theme_of, unsaid
from tests.inspections.submissions import documents
from tests.inspections.submissions.conftest import word

MEETING = Asked("T1-2", "本年度专题研究责任制落实工作的次数", "召开专题研究会议", "次")
STUDY = Asked("T2-5", "本年度组织集体学习的次数", "组织集体学习", "次")
TALKS = Asked("T2-6", "本年度面向基层和职工开展宣讲的场次", "开展面向基层的宣讲", "场")
PEOPLE = Asked("T2-7", "本年度参加集中学习和宣讲的人次", "参加集中学习和宣讲", "人次")
PAPERS = Asked("T3-7", "本年度发放政策宣传资料的数量", "发放政策宣传资料", "份")
ALL = [MEETING, STUDY, TALKS, PEOPLE, PAPERS]
THEMES = [
    Theme("T1", ("组织领导与责任落实",), ("是否制定年度工作计划", MEETING.question)),
    Theme("T2", ("理论学习", "抓实理论学习"), ("学习记录是否齐全", STUDY.question)),
]


def read(content: bytes, name: str = "汇报.docx") -> Material:
    return material_of(opened(name, io.BytesIO(content)), name)


def number(text: str, asked=ALL, **period):
    """What is proposed from one sentence: item, number, whether about."""
    found = readings(read(word("自查报告", text)), asked, Period(2026, 2, **period))
    return {code: (rows[0].number, rows[0].is_approximate) for code, rows in found.items()}


# --- numbers ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("召开专题会议2次。", {"T1-2": (2, False)}),
        ("先后２次召开专题研究会议。", {"T1-2": (2, False)}),
        ("开展3次专题研究会议，组织集体学习12次。", {"T1-2": (3, False), "T2-5": (12, False)}),
        ("召开专题研究会议两次、组织集体学习十余次。", {"T1-2": (2, False), "T2-5": (10, True)}),
        ("约1,200人次参加集中学习和宣讲。", {"T2-7": (1200, True)}),
        ("近1.2万人次参加集中学习和宣讲。", {"T2-7": (12000, True)}),
        ("发放政策宣传资料三百二十份。", {"T3-7": (320, False)}),
        ("发放政策宣传资料2000多份。", {"T3-7": (2000, True)}),
        ("开展理论宣讲8场。", {"T2-6": (8, False)}),
        ("要求每季度组织集体学习不少于3次。", {}),
        ("第2次集体学习以党章为内容。", {}),
        ("去年组织集体学习9次。", {}),
        ("2025年组织集体学习9次，今年组织集体学习4次。", {"T2-5": (4, False)}),
        ("组织集体学习XX次。", {}),
        ("走访企业5次。", {}),
        ("没有召开专题研究会议。", {"T1-2": (0, False)}),
    ],
)
def test_numbers_are_proposed_with_their_item(text, expected):
    assert number(text) == {code: (Decimal(value), about) for code, (value, about) in expected.items()}


def test_each_proposal_has_its_sentence_and_other_numbers_stand_beside():
    material = read(word("自查报告", "全年组织集体学习12次。", "支部还组织集体学习6次。"))
    rows = readings(material, ALL)["T2-5"]
    assert [(row.number, row.sentence) for row in rows] == [(12, "全年组织集体学习12次。"), (6, "支部还组织集体学习6次。")]


def test_what_is_said_of_the_last_period_is_kept_apart():
    found = earlier_readings(read(word("自查报告", "上半年组织集体学习5次。")), ALL, Period(2026, 2))
    assert found["T2-5"][0].number == 5


# --- styles of documents ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (documents.with_lists, 2),
        (documents.with_table, 4),
        (documents.with_box, 6),
        (documents.with_changes, 5),
        (documents.from_wps, 7),
    ],
)
def test_a_number_is_found_however_the_document_keeps_it(make, expected):
    found = readings(read(make()), [MEETING])["T1-2"]
    assert [row.number for row in found] == [expected]


def test_numbers_that_word_counts_itself_order_the_text():
    material = read(documents.with_lists())
    assert [row.mark for row in material.passages if row.mark] == ["一、", "（一）", "二、", "（一）", "（二）"]
    assert [row.text for row in declared(material)] == ["学习记录不齐全。", "审核单缺复审意见。"]


def test_what_libreoffice_writes_is_read_the_same(tmp_path):
    if not shutil.which("soffice"):
        pytest.fail("LibreOffice is missing: apt-get install --no-install-recommends libreoffice-writer-nogui")
    (tmp_path / "in.docx").write_bytes(documents.with_lists())
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "odt", "--outdir", tmp_path]
    subprocess.run([*command, tmp_path / "in.docx"], check=True, capture_output=True, timeout=120)
    command[4] = "docx"
    subprocess.run([*command, tmp_path / "in.odt"], check=True, capture_output=True, timeout=120)
    material = read((tmp_path / "in.docx").read_bytes())
    assert readings(material, [MEETING])["T1-2"][0].number == 2
    assert len(declared(material)) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_files_in_the_encodings_people_have(encoding):
    material = read("自查报告\n召开专题研究会议2次。".encode(encoding), "汇报.txt")
    assert readings(material, [MEETING])["T1-2"][0].number == 2


def test_material_survives_being_stored():
    material = placed(read(documents.with_table()), THEMES)
    assert Material.from_json(material.to_json()) == material


# --- themes, what is not said, problems, likeness ---------------------------------------------------------------------------------------


def test_passages_find_their_theme_by_heading_or_words():
    lines = (
        "自查报告",
        "一、主要做法",
        "（一）加强组织领导",
        "责任到岗。",
        "（二）抓实理论学习",
        "按月进行。",
        "二、存在的问题",
        "学习记录不齐全。",
    )
    material = placed(read(word(*lines)), THEMES)
    assert {row.words: row.theme for row in material.passages}["责任到岗。"] == "T1"
    assert {row.words: row.theme for row in material.passages}["按月进行。"] == "T2"
    assert theme_of("学习记录不齐全", THEMES) == "T2"


def test_a_heading_over_the_whole_report_and_the_name_below_it_have_no_theme():
    """工作 stands in many a theme's name, 工作开展情况 over nearly every report; the sender's name is no passage at all."""
    themes = [*THEMES, Theme("T3", ("档案台账", "健全档案台账，夯实工作基础"), ("台账是否齐全",))]
    lines = ("自查报告", "一、工作开展情况", "大家都很努力。", "（一）健全档案台账", "逐月登记。", "学习社区党支部", "2026年11月18日")
    material = placed(read(word(*lines)), themes)
    found = {row.words: row.theme for row in material.passages}
    assert (found["工作开展情况"], found["大家都很努力。"], found["学习社区党支部"]) == ("", "", "")
    assert found["逐月登记。"] == "T3"


def test_what_the_checklist_asks_and_the_text_does_not_say():
    material = read(word("自查报告", "支部已印发年度工作计划。"))
    questions = [("a", "是否制定年度工作计划或任务清单"), ("b", "学习记录是否齐全")]
    assert unsaid(material, questions) == ["b"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("二、存在的问题", "1.记录不够齐全。", "2.更新不够及时。", "三、下步打算", "1.统一样式。"), ["记录不够齐全。", "更新不够及时。"]),
        (("工作中还存在一些不足：一是记录不够齐全；二是更新不够及时。",), ["记录不够齐全。", "更新不够及时。"]),
        (("二、问题及下一步打算", "（一）存在问题。记录不够齐全。", "（二）下一步打算。统一样式。"), ["记录不够齐全。"]),
        (("二、存在的问题", "自查未发现问题。"), []),
        (("一、主要做法", "一是建立制度。二是加强学习。"), []),
    ],
)
def test_declared_problems(lines, expected):
    assert [row.text for row in declared(read(word("自查报告", *lines)))] == expected


def test_the_form_reads_like_a_file():
    material = typed_material(
        [("T1", "组织领导", "召开专题研究会议3次。\n\n计划已印发。"), ("problems", "存在问题", "记录不齐全"), ("T2", "学习", " ")]
    )
    assert [row.theme for row in material.passages] == ["T1", "T1", "T1", "problems", "problems"]
    assert readings(material, [MEETING])["T1-2"][0].number == 3
    assert [row.text for row in declared(material)] == ["记录不齐全。"]


def test_likeness_shows_the_two_passages_and_passes_over_what_everybody_quotes():
    mine = "社区坚持把宣传栏和电子屏作为主要阵地，内容更换前先由党建岗初审，再由分管岗复审，审核单按月装订。"
    theirs = mine.replace("社区", "支部").replace("按月", "按季")
    found = Text([mine, "全年组织集体学习十二次，每次都有签到和研讨提纲，并按要求归档备查。"]).against(["无关的一段。", theirs])
    assert found.pairs[0].ours == mine
    assert found.pairs[0].theirs == theirs
    assert found.pairs[0].share > 80
    assert 40 < found.share < 70
    assert Text([mine], common=[mine]).against([theirs]).share == 0
    assert not Text([mine]).against(["另一支部结合实际开展了读书活动，形成了自己的做法和经验，受到各方好评。"]).pairs


# --- files that mean harm -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "空.docx", "文件是空的"),
        (documents.OLE + "WordDocument".encode("utf-16-le"), "旧版改名.docx", "只改扩展名不会变成 .docx"),
        (documents.OLE + b"\0" * 900 + "EncryptedPackage".encode("utf-16-le"), "加密.docx", "打开密码"),
        (documents.macros(), "宏.docx", "含有宏"),
        (documents.remote_template(), "模板.docx", "外部模板"),
        (documents.broken_xml(), "坏.docx", "已损坏"),
        (documents.wrong_encoding(), "编码.docx", "已损坏"),
        (documents.repacked(word("x"), word__document_dot_xml=None), "别的.docx", "不是 Word 文档"),
        (word("自查报告")[:1200], "半个.docx", "已损坏"),
        (b"{\\rtf1 x}", "其实是.docx", "RTF"),
        (b"<html><body>x</body></html>", "网页.docx", "网页文件"),
        (b"%PDF-1.7 x", "扫描.docx", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "照片.docx", "图片"),
        (b"MZ\x90\0", "程序.exe", "认不出"),
        (b"\xff\xfe\0\xd8", "乱码.txt", "文字编码"),
        (b"a" * (5 * 2**20), "太长.txt", "4 MB"),
        (word(""), "没有字.docx", "没有文字"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_wrong_file_gets_a_clear_answer(content, name, said):
    with pytest.raises(Unreadable, match=said):
        read(content, name)


def test_a_bomb_is_not_unpacked():
    content = documents.bomb()
    assert len(content) < 2**20
    tracemalloc.start()
    with pytest.raises(Unreadable, match="过大"):
        read(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * MOST_PART


def test_entities_are_not_multiplied():
    try:
        text = read(documents.entities()).text
    except Unreadable:
        text = ""
    assert len(text) < 1000


def test_a_hundred_megabytes_of_pictures_are_read_in_little_memory(tmp_path):
    """In a process of its own that may not take more than 600 MB of address space, the interpreter and its libraries included."""
    path = tmp_path / "大.docx"
    path.write_bytes(documents.big())
    assert path.stat().st_size > 90 * 2**20
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (600 * 2**20,) * 2)\n"
        "from inspections.documents.opening import opened\nfrom inspections.documents.material import material_of\n"
        "print(material_of(opened('大.docx', open(sys.argv[1], 'rb')), '').text)"
    )
    env = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(Path(__file__).parents[3])}
    found = subprocess.run([sys.executable, "-c", script, path], check=True, capture_output=True, env=env, timeout=120)
    assert "全年召开专题研究会议8次。" in found.stdout.decode()


def test_a_very_long_report_is_read_in_one_go():
    document = docx.Document()
    document.add_paragraph("自查报告")
    for place in range(1500):
        document.add_paragraph(f"第{place}条做法，内容按要求逐项落实，责任到岗。")
    document.add_paragraph("全年召开专题研究会议9次。")
    assert readings(read(documents.saved(document)), [MEETING])["T1-2"][0].number == 9


def test_a_text_without_an_end_is_read_in_bounded_time():
    """Each number looked for the end of its sentence: a file of 400 KB without a full stop held the server up for minutes."""
    text = "召开专题会议1次" * 20_000
    material = read(text.encode(), "汇报.txt")
    pieces = [piece for row in material.body() for piece in figures.sentences(row.words)]
    assert max(map(len, pieces)) <= figures.LONGEST_SENTENCE
    assert sum(map(len, pieces)) == len(text)
    with mock.patch.object(metrics, "_score", return_value=0.0) as scored:
        readings(material, [MEETING])
    assert scored.call_count == metrics._MOST_FIGURES
