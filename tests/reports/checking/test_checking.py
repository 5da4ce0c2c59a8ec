"""The checks one by one: each defect is found, and the same text without the defect is left alone."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.checking import CheckContext, Count, Level, Other, Part, Piece, Sheet, Word, check
from reports.checking.marks import turned
from reports.checking.reading import parts_of, sheet_of_lines

CONTEXT = CheckContext(
    year=2026,
    half=2,
    previous_year=2026,
    previous_half=1,
    starts_on=date(2026, 11, 9),
    ends_on=date(2026, 11, 13),
    signed_on=date(2026, 11, 20),
    names={"青石镇党委": "青石镇", "晨光社区党总支": "", "区档案馆党支部": "区档案馆"},
    registered=frozenset({"青石镇党委", "晨光社区党总支", "区档案馆党支部", "临江镇党委"}),
    foreign=frozenset({"临江镇党委"}),
    counts=(Count("督查组", r"(?:组成|分成)(\d+|[一二三四五六七八九十]+)个督查组", frozenset({4})),),
    words=(Word("狠抓", "抓实"), Word("零容忍", blocks=True), Word("党员", "全体党员")),
    others=(Other("《上年报告》", "各单位把学习安排列入年度计划，每季度开展一次集中交流，形成记录并归入台账备查。"),),
)


def codes(*lines: str, title: str = "关于学习情况的督查报告", context: CheckContext = CONTEXT) -> list[str]:
    return [message.code for message in check(sheet_of_lines(title, lines), context)]


DEFECTS = [
    ("mask", "组织观看影片**人次。", "组织观看影片30人次。"),
    ("mask", "XX街道召开会议。", "青石镇召开会议。"),
    ("mask", "X月X日召开会议。", "9月8日召开会议。"),
    ("mask", "公众号用稿X篇。", "公众号用稿3篇，面积3×4米，添置X光机1台。"),
    ("mask", "由某某同志负责。", "由有关同志负责，某些事项另定。"),
    ("mask", "共计＿＿份。", "共计6份。"),
    ("mask", "（待补充）", "（已补充）。"),
    ("mask", "○○社区召开会议。", "二○○八年以来记录齐全。"),
    ("mask", "【待补：下步打算】", "继续抓好落实。"),
    ("mask.anonymous", "某社区记录不全。", "有的社区记录不全。"),
    ("residue", "##paidbegin##加强管理。", "加强管理。"),
    ("residue", "加强&nbsp;管理。", "加强管理。"),
    ("number.run", "一是抓学习。三是抓管理。", "一是抓学习。二是抓管理。"),
    ("number.run", "二是抓学习。", "统一是关键，之一是学习。"),
    ("number.run", "一是抓学习。", "抓学习是关键。"),
    ("number.run", "一要抓学习。三要抓管理。", "一要抓学习。二要抓管理。"),
    ("figure.list", "对甲社区、乙社区及丙社区4个社区进行督查。", "对甲社区、乙社区及丙社区3个社区进行督查。"),
    ("figure.list", "此次督查东湖、西湖、南湖和北湖5个社区。", "此次督查东湖、西湖、南湖和北湖4个社区，涉及组织、宣传部门6个单位。"),
    ("figure.list", "印发《甲制度》《乙制度》《丙制度》2个文件。", "印发《甲制度》《乙制度》等3个文件。"),
    ("figure.list", "抽查3个单位（区档案馆、区图书馆）。", "抽查3个单位（区档案馆、区图书馆和区文化馆）。"),
    ("figure.sum", "共发现问题9条，其中严重的5条、一般的6条。", "共发现问题9条，其中严重的2条、一般的6条。"),
    ("figure.sum", "共有问题7条，按程度分，严重的1条、一般的4条。", "共有问题7条，按程度分，严重的1条、一般的6条。"),
    ("figure.share", "共作出判断72项次，其中符合60项次、占88.3%。", "共作出判断72项次，其中符合60项次、占83.3%。"),
    ("figure.data", "组成3个督查组。", "组成4个督查组。"),
    ("date.impossible", "2月30日召开会议。", "2月28日召开会议。"),
    ("date.impossible", "2025年2月29日召开会议。", "2024年2月29日召开会议。"),
    ("date.impossible", "13月底完成。", "12月底完成。"),
    ("date.span", "11月13日至9日开展督查。", "11月9日至13日开展督查。"),
    ("date.cut_off", "截至11月18日，召开会议2次。", "截至10月31日，召开会议2次。"),
    ("date.form", "2026.11.05召开会议。", "2026年11月5日召开会议，版本1.2.3不变。"),
    ("date.form", "2026年01月05日召开会议。", "2026年1月5日召开会议。"),
    ("date.form", "二〇二六年一月五日召开会议。", "2026年1月5日召开会议。"),
    ("year.anniversary", "开展庆祝建党101周年活动。", "开展庆祝建党105周年活动。"),
    ("year.anniversary", "中华人民共和国成立73周年之际。", "中华人民共和国成立77周年之际。"),
    ("name.foreign", "临江镇党委重视学习。", "青石镇党委重视学习。"),
    ("name.unregistered", "青石镇党工委重视学习。", "青石镇党委重视学习，青石镇党委委员分工负责。"),
    ("name.misspelt", "晨广社区党总支重视学习。", "晨光社区党总支重视学习。"),
    ("name.place", "到泉塘社区开展宣讲。", "到晨光社区开展宣讲，各社区、智慧社区同步开展。"),
    ("name.place", "处置涉玉舆情。", "处置涉警舆情。"),
    ("name.short", "由区委宣传部牵头，宣传部、组织部配合。", "由区委宣传部牵头，传达全国宣传部长会议精神。"),
    ("word.leader", "学习习总书记讲话。", "学习习近平总书记讲话。"),
    ("word.until", "截止目前召开会议2次。", "登记截止到9月。"),
    ("word.own", "狠抓落实。", "抓实工作。"),
    ("word.variant", "对其它单位进行督查。", "对其他单位进行督查。"),
    ("prose.missing", "各高度重视学习。", "各社区高度重视学习。"),
    ("prose.phrase", "站在第一线指挥落实各项工作任务，带头站在第一线指挥落实各项工作任务。", "站在第一线，带头落实各项任务。"),
    ("prose.long", "加强学习，" * 40 + "形成合力。", "加强学习，" * 20 + "形成合力。"),
    ("prose.copied", "把学习安排列入年度计划，每季度开展一次集中交流，形成记录并归入台账备查。", "每月集中学习一次，由专人记录。"),
    ("private", "联系电话13812345678。", "联系电话0731-8812345。"),
    ("private", "证号11010519491231002X。", "批号110105202613450021。"),
    ("mark.half", "参观纪念馆,重温誓词。", "参观纪念馆，用时1,200秒。"),
    ("mark.half", "开展学习(含自学)。", "开展学习（含自学）。"),
    ("mark.straight", '开展"主题党日"活动。', "开展“主题党日”活动。"),
    ("mark.doubled", "加强学习。。", "加强学习……"),
    ("mark.turned", "开展”我们在行动“活动。", "开展“我们在行动”活动。"),
    ("mark.angle", "印发《关于＜办法＞的通知》。", "印发《关于〈办法〉的通知》。"),
    ("mark.pair", "印发《办法的通知。", "印发《办法》的通知。"),
    ("mark.pair", "开展“主题活动。", "开展“主题”活动。"),
    ("mark.pair", "开展学习（含自学。", "1）开展学习；2）开展宣讲。"),
]


@pytest.mark.parametrize(("code", "bad", "good"), DEFECTS, ids=[f"{code}-{bad[:8]}" for code, bad, _good in DEFECTS])
def test_the_defect_is_found_and_the_sound_text_left_alone(code, bad, good):
    assert code in codes(bad)
    assert codes(good) == []


@pytest.mark.parametrize("date", ["2026.11.30", "2026-11-30", "2026/11/30"])
def test_a_date_is_told_as_it_should_be_written(date):
    (message,) = [each for each in check(sheet_of_lines("报告", [f"{date}召开会议。"]), CONTEXT) if each.code == "date.form"]
    assert "应写作“2026年11月30日”" in message.text
    (message,) = [each for each in check(Sheet("报告", (), date_line=date), CONTEXT) if each.code == "date.form"]
    assert "应写作“2026年11月30日”" in message.text


def test_numbers_that_jump_repeat_or_skip_a_level_are_found():
    assert codes("一、情况", "（一）学习", "内容甲。", "（三）宣传", "内容乙。").count("number.jump") == 1
    assert codes("一、情况", "内容甲。", "一、问题", "内容乙。").count("number.repeated") == 1
    assert codes("一、情况", "（1）学习", "内容甲。").count("number.level") == 1
    assert codes("一、情况", "1.学习", "内容甲。", "（一）宣传", "内容乙。").count("number.level") >= 1
    assert codes("一、情况", "1.学习内容甲。", "2.宣传内容乙。", "二、问题", "（一）记录不全。", "（二）宣传不够。") == []


def test_a_run_goes_on_over_paragraphs_and_ends_at_a_heading():
    assert codes("一、问题", "一是记录不全。", "二是宣传不够。") == []
    assert codes("一、问题", "（一）学习。一是记录不全。二是时间不够。", "（二）宣传。一是内容不多。二是形式不活。") == []


def test_a_number_typed_before_a_numbered_paragraph_is_told():
    parts = parts_of(
        [
            (
                "s",
                "problems",
                "存在问题",
                False,
                [Piece("a", level=2, lead="记录", text="（一）记录不全。"), Piece("b", level=2, text="好。")],
            )
        ]
    )
    found = check(Sheet("报告", parts, signers=("办公室",), date_line="2026年11月20日"))
    assert [message.code for message in found] == ["number.twice"]
    assert parts[0].pieces[1].mark == "（二）"


def test_empty_parts_headings_and_missing_formal_facts_stop_the_issue():
    parts = (
        Part("s1", "overview", "情况", "一、", ()),
        Part("s2", "problems", "问题", "二、", (Piece("h", "heading", 2, "（一）", "", "学习方面"),)),
    )
    found = check(Sheet("", parts))
    assert {message.code for message in found} >= {"formal.title", "formal.signers", "formal.date", "empty.part", "empty.heading"}
    assert all(message.level == Level.BLOCK for message in found)


def test_a_cut_off_after_the_reports_date_stops_the_issue_one_after_the_inspection_only_warns():
    late, later = (check(sheet_of_lines("报告", [f"截至11月{day}日，开会2次。"]), CONTEXT)[0] for day in (18, 28))
    assert (late.level, later.level) == (Level.WARN, Level.BLOCK)


def test_without_a_campaign_the_inspections_days_are_read_from_the_text():
    text = "于2022年11月13日至15日，对各单位进行督查。"
    assert codes(text, "截至11月28日，开会2次。", context=CheckContext()) == ["date.cut_off"]


def test_repeated_paragraphs_and_sentences_are_found_across_parts():
    sentence = "各单位把学习安排列入本年度工作计划并按季度检查。"
    assert codes(sentence, "一、情况", sentence, context=CheckContext()).count("prose.repeated") == 1
    assert codes("甲。" + sentence, "一、情况", "乙方面另有安排。" + sentence, context=CheckContext()).count("prose.repeated") == 1


def test_only_what_a_person_wrote_is_compared_with_other_reports():
    text = "各单位把学习安排列入年度计划，每季度开展一次集中交流，形成记录并归入台账备查。"
    for is_own, expected in ((True, 1), (False, 0)):
        parts = (Part("s", "overview", "情况", "一、", (Piece("a", text=text, is_own=is_own, drafted="" if is_own else text),)),)
        found = check(Sheet("报告", parts, signers=("办公室",), date_line="2026年11月20日"), CONTEXT)
        assert [message.code for message in found].count("prose.copied") == expected


def test_a_changed_number_with_a_source_is_told():
    drafted = "共发现问题9条。"
    piece = Piece("a", text="共发现问题8条。", drafted=drafted, arithmetic=({"what": "问题", "n": 9},))
    found = check(Sheet("报告", (Part("s", "problems", "问题", "一、", (piece,)),), signers=("办",), date_line="2026年11月20日"))
    assert [message.code for message in found] == ["figure.edited"]


def test_the_sum_below_a_table_is_added_up():
    def table(total: str) -> list[str]:
        piece = Piece("t", "table", table={"columns": ["类别", "数"], "rows": [["甲", "3"], ["乙", "4"], ["合计", total]]})
        part = Part("s", "annex", "表", "", (piece,))
        return [message.code for message in check(Sheet("报告", (part,), is_signed_document=False))]

    assert table("8") == ["figure.table"]
    assert table("7") == []


def test_the_message_on_personal_data_does_not_repeat_it():
    message = check(sheet_of_lines("报告", ["联系电话13812345678。"]))[0]
    assert message.level == Level.BLOCK
    assert "13812345678" not in message.text + message.quote


FIXABLE = (
    "参观纪念馆,重温誓词。。",
    "开展”行动“活动。",
    "截止目前开会2次。",
    "2026.11.05开会。",
    "狠抓落实。",
    "对其它单位督查。",
    "组织党员学习。",
)


@pytest.mark.parametrize("given_text", FIXABLE)
def test_a_fix_makes_its_message_go_away_and_brings_no_other(given_text):
    text = given_text
    while found := [message for message in check(sheet_of_lines("报告", [text]), CONTEXT) if message.fix]:
        assert found[0].fix is not None
        assert found[0].fix.before == text
        text = found[0].fix.after
    assert text != given_text
    assert codes(text) == []


def test_masks_of_one_paragraph_are_one_message():
    assert codes("发放资料**份、物品**件，张贴海报**张。") == ["mask"]


def test_quotes_with_an_odd_number_are_not_turned():
    assert turned("开展”行动。") == "开展”行动。"


CLEAN = (
    "根据区委工作安排，区委督查室从区直机关抽调6名工作人员，组成4个督查组，于2026年11月9日至13日对9个党组织学习情况进行了督查。",
    "一、基本情况",
    "此次督查采取“听取汇报、查阅资料”的方式进行，以《学习制度》（区委办〔2025〕3号）等文件为依据。",
    "（一）镇街情况",
    "1.组织学习较为经常。截至10月31日，共组织学习22次，参加2200余人次，比2026年上半年有所增加。",
    "2.记录较为规范。青石镇党委统一了记录样式：时间、地点、内容三项齐全。",
    "（二）社区情况",
    "1.形式灵活。晨光社区党总支把课堂设到楼栋，每月一次。",
    "二、存在问题",
    "一是个别单位记录不全。二是部分单位研讨不够深入。",
)


def test_a_sound_report_gives_no_message():
    assert codes(*CLEAN) == []


@pytest.mark.parametrize(
    "text", ["甲社区、" * 4000, "（" * 3000, "一是" * 5000, "“" * 3001, "站在第一线指挥" * 1500, "1，" * 5000, "东湖、" * 5000 + "3个社区"]
)
def test_the_strangest_text_is_checked_in_bearable_time(text):
    started = time.process_time()  # of this process alone: a busy machine does not count
    check(sheet_of_lines("报告", [text]), CONTEXT)
    assert time.process_time() - started < 3


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.text(
            alphabet="一二三十百年月日是要第（）(){}[]“”‘’《》〈〉，。、；：,.;:X*某共其中个条占%0123456789-/党委支部社区镇街道局青石截至止 ",
            max_size=60,
        ),
        max_size=6,
    )
)
def test_no_text_breaks_the_check(lines):
    for message in check(sheet_of_lines("督查报告", [line for line in lines if line.strip()]), CONTEXT):
        assert message.text
        assert len(message.mark) == 64
