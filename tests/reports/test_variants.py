"""The further kinds of documents, from hand-made facts to the words a reader sees; no database."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reports.assembly import document_of_draft
from reports.composing import SectionSpec, TemplateSpec, compose_draft
from reports.facts.values import Category, Previous
from tests.reports import samples
from tests.reports.samples import AMOUNTS, COMMUNITIES, RECORDS, TOWNS, facts, finding, organization_facts, text_of

SIGNED = {"signed_on": date(2026, 11, 20)}


def section(kind, heading="", **settings):
    return SectionSpec(kind, heading, settings)


THREE_PART = TemplateSpec(
    "{牵头机构}关于{组织}{期间}{督查内容}的督查报告",
    (
        section("opening"),
        section("overview", "主要工作开展情况"),
        section("problems", "存在主要问题", form="items"),
        section("next_steps", "下一步工作计划"),
    ),
    {"grouping": "theme"},
)
RESEARCH = TemplateSpec(
    "关于{组织}{期间}{督查内容}的调研报告",
    (
        section("opening"),
        section("overview", "工作开展情况"),
        section("problems", "存在问题", form="items"),
        section("recommendations", "意见建议"),
    ),
    {"document": "research", "grouping": "theme", "follow_up": "逐单位反馈意见。"},
)
WORK_REPORT = TemplateSpec(
    "{组织}关于{期间}{督查内容}的报告",
    (section("opening"), section("overview", "工作开展情况"), section("problems_and_plan", "存在的问题和下一步打算")),
    {"document": "work_report"},
)
SELF_INSPECTION = TemplateSpec(
    "{组织}{期间}{督查内容}自查报告",
    (section("opening"), section("overview"), section("problems", "存在的问题", optional=True)),
    {"document": "self_inspection"},
)
NOTICE = TemplateSpec(
    "关于{组织}{期间}督查发现问题的整改通知书",
    (
        section("opening"),
        section("problems", "整改事项", optional=True),
        section("risk_points", "需要防范的风险", optional=True),
        section("next_steps", "有关要求"),
        section("annex", "整改事项一览表"),
    ),
    {"document": "notice", "deadlines": {"general": 30, "notable": 20, "serious": 10}, "requirements": ["请{组织}逐条制定整改措施。"]},
)


def lists(*tables):
    return TemplateSpec("{期间}{督查内容}清单", tuple(section("custom", "", table=table) for table in tables), {"document": "lists"})


LISTS = lists("problem_list", "task_list", "responsibility_list")


def by_key(draft):
    return {p.key: p for part in draft.sections for p in part.paragraphs}


def part_of(draft, kind):
    return next(part for part in draft.sections if part.kind == kind)


# --- the three-part report --------------------------------------------------------------------------------------------------


def test_a_street_reports_on_its_communities_in_three_parts_with_titled_items():
    units = tuple(unit for unit in samples.units() if unit.category == COMMUNITIES)
    ids = {unit.id for unit in units}
    found = tuple(f for f in samples.findings() if f.unit in ids)
    fields = {
        "categories": (Category(COMMUNITIES, "社区", "各社区党组织", 6),),
        "units": units,
        "findings": found,
        "amounts": tuple(amount for amount in AMOUNTS if amount.category == COMMUNITIES),
        "unfinished": (),
    }
    text = text_of(compose_draft(facts(**fields), THREE_PART, SIGNED))
    lines = text.splitlines()
    assert lines[0] == "区委督查联席会议办公室关于各社区党组织2026年下半年落实意识形态工作责任制情况的督查报告"
    heads = [line for line in lines if line[:2] in {"一、", "二、", "三、"}]
    assert heads == ["一、主要工作开展情况", "二、存在主要问题", "三、下一步工作计划"]
    assert "　　（一）学习记录不够规范。" in text
    assert "（一）抓实理论学习。" in text
    assert "各社区党组织落实情况" not in text, "grouped by theme, not by category"


def test_items_are_ordered_by_spread_and_each_problem_stands_in_exactly_one():
    draft = compose_draft(facts(), THREE_PART, SIGNED)
    items = [p for p in part_of(draft, "problems").paragraphs if p.level]
    assert [p.lead for p in items][:2] == ["学习记录不够规范", "责任分工不够具体"]
    told = Counter(pk for p in items for pk in p.sources["findings"])
    assert told == Counter(f.id for f in facts().of_kind("problem"))


def test_many_problems_are_items_up_to_a_number_and_the_rest_one_more():
    rows = [replace(RECORDS, code=f"P{n}", wording=f"台账第{n}类要素不全", heading=f"第{n}类台账不全") for n in range(20)]
    found = tuple(finding(n, n % 9 + 1, standard=row, text=row.wording) for n, row in enumerate(rows))
    loose = (finding(50, 1, text="只有一家才有的具体情形"), finding(51, 2, text="另一家才有的具体情形"))
    spec = replace(THREE_PART, sections=(section("problems", "存在主要问题", form="items", items=4),))
    draft = compose_draft(facts(findings=found + loose), spec, SIGNED)
    items = [p for p in part_of(draft, "problems").paragraphs if p.level]
    assert len(items) == 5
    assert items[-1].lead == "其他问题"
    assert "另记录其他具体问题10条" in items[-1].text, "eight are named, eight and the two loose ones are counted"
    assert "只有一家" not in items[-1].text
    assert Counter(pk for p in items for pk in p.sources["findings"]) == Counter(f.id for f in found + loose)


def test_problems_may_be_told_in_one_paragraph_of_yi_shi():
    spec = replace(THREE_PART, sections=(section("problems", "存在问题", form="enumerated"),))
    paragraph = by_key(compose_draft(facts(), spec, SIGNED))["problems.enumerated"]
    assert paragraph.text.startswith("一是多数单位学习记录要素不全")
    assert "二是个别单位责任清单没有随分工调整更新" in paragraph.text
    assert set(paragraph.sources["findings"]) == {f.id for f in facts().of_kind("problem")}


def test_problems_and_plan_in_one_part():
    spec = replace(THREE_PART, sections=(section("problems_and_plan", "存在的问题和下一步打算"),))
    paragraphs = by_key(compose_draft(facts(), spec, SIGNED))
    assert next(iter(paragraphs)) == "problems.enumerated"
    assert paragraphs["next_steps.theme.T2"].lead == "规范学习管理"


@pytest.mark.parametrize("spec", [THREE_PART, RESEARCH])
def test_the_parts_about_problems_name_nobody(spec):
    draft = compose_draft(facts(), spec, SIGNED)
    for kind in ("problems", spec.sections[-1].kind):
        text = "".join(p.lead + p.text for p in part_of(draft, kind).paragraphs)
        assert not any(unit.name in text or (unit.short_name and unit.short_name in text) for unit in samples.units())


def test_a_campaign_without_problems_leaves_a_gap_and_no_invented_plan():
    draft = compose_draft(facts(findings=()), THREE_PART, SIGNED)
    assert all("【待补" in p.text for kind in ("problems", "next_steps") for p in part_of(draft, kind).paragraphs)


def test_without_grouping_the_overview_ends_with_the_whole():
    spec = replace(THREE_PART, settings={"grouping": "none"})
    keys = [p.key for p in part_of(compose_draft(facts(), spec, SIGNED), "overview").paragraphs]
    assert sorted(keys) == ["overview.appraisal", "overview.basis", "overview.method"]


# --- the research report ----------------------------------------------------------------------------------------------------


def own(unit, *values):
    return tuple(replace(AMOUNTS[0], values=(Decimal(value),), results=(f"own{unit}",), asked=1) for value in values)


def test_good_examples_are_named_with_their_own_figures_beside_the_sum():
    draft = compose_draft(facts(own_amounts=((3, own(3, 4)),)), RESEARCH, SIGNED)
    paragraph = by_key(draft)["overview.theme.T1"]
    assert "截至10月31日，共召开专题研究会议9次。" in paragraph.text
    assert "松影镇党委会议每季度对账一次，召开专题研究会议4次。" in paragraph.text
    assert "own3" in paragraph.sources["results"]
    assert {"what": "松影镇党委：召开专题研究会议", "sum": "4", "parts": ["4"], "word": "4次"} in paragraph.arithmetic


def test_unnamed_examples_do_not_betray_themselves_by_figures():
    spec = replace(RESEARCH, settings={**RESEARCH.settings, "names_examples": False})
    paragraph = by_key(compose_draft(facts(own_amounts=((3, own(3, 4)),)), spec, SIGNED))["overview.theme.T1"]
    assert "松影镇" not in paragraph.text
    assert "4次" not in paragraph.text


def test_figures_of_one_metric_are_summed_over_categories():
    text = by_key(compose_draft(facts(), RESEARCH, SIGNED))["overview.theme.T2"].text
    assert "参加集中学习近2600人次（7个单位报送）" in text, "2240 and 345, all rough"


def test_a_sum_over_everybody_says_so():
    units = tuple(unit for unit in samples.units() if unit.category == TOWNS)
    found = tuple(f for f in samples.findings() if f.unit <= 3)
    draft = compose_draft(facts(units=units, findings=found, amounts=AMOUNTS[:1]), RESEARCH, SIGNED)
    assert "截至10月31日，各单位共召开专题研究会议9次。" in by_key(draft)["overview.theme.T1"].text


def test_recommendations_advise_and_promise_nothing():
    draft = compose_draft(facts(), RESEARCH, SIGNED)
    text = "".join(p.text for p in part_of(draft, "recommendations").paragraphs)
    assert "建议由区委宣传部牵头，统一学习记录样式" in text
    assert "逐单位反馈意见" not in text
    assert draft.keywords[-1] == "调研报告"


def test_a_paragraph_about_a_theme_changes_its_fingerprint_with_its_facts_only():
    before = by_key(compose_draft(facts(), RESEARCH, SIGNED))
    more = replace(AMOUNTS[0], values=(Decimal(3), Decimal(2), Decimal(5)))
    after = by_key(compose_draft(facts(amounts=(more, *AMOUNTS[1:])), RESEARCH, SIGNED))
    changed = {key for key in before if before[key].fingerprint != after[key].fingerprint}
    assert changed == {"overview.theme.T1"}


# --- reports in an organization's own name ----------------------------------------------------------------------------------


def unit_draft(spec, unit=1, values=None, **fields):
    return compose_draft(organization_facts(unit, **fields), spec, {**SIGNED, **(values or {})})


def test_a_work_report_is_signed_by_the_unit_and_sent_to_the_inspecting_body():
    draft = unit_draft(WORK_REPORT)
    assert (draft.title, draft.signers, draft.addressee) == (
        "青石镇党委关于2026年下半年落实意识形态工作责任制情况的报告",
        ("青石镇党委",),
        "区委督查联席会议办公室",
    )
    text = text_of(draft)
    assert "根据区委工作安排，现将我党委2026年下半年落实意识形态工作责任制情况报告如下：" in text
    assert "对照要求，我党委还存在以下问题：学习记录不够规范，8月集体学习只有照片，没有研讨提纲。" in text
    assert "下一步，我党委将针对上述问题，重点做好以下工作：统一学习记录样式，每季度抽查一次。" in text


def test_a_work_report_in_the_third_person_names_the_unit_once_and_then_calls_it_this_committee():
    text = text_of(unit_draft(WORK_REPORT, values={"person": "third"}))
    assert "现将青石镇党委2026年下半年" in text
    assert "该党委全年安排专题研讨4次" in text
    assert "我党委" not in text


def test_several_problems_are_enumerated_and_open_measures_are_a_gap():
    found = (finding(1, 1, standard=RECORDS), finding(2, 1, theme="T1", text="责任清单未更新"))
    paragraphs = by_key(unit_draft(WORK_REPORT, findings=found))
    assert paragraphs["problems.enumerated"].text.startswith("对照要求，我党委还存在以下几个方面的问题：一是")
    assert "【待补：1条问题和风险的整改措施尚未提出，请补充】" in paragraphs["plan.open"].text


def test_a_work_report_without_problems_says_so_and_leaves_the_plan_open():
    paragraphs = by_key(unit_draft(WORK_REPORT, findings=()))
    assert paragraphs["problems.none"].text == "本次督查未记录需要整改的问题。"
    assert paragraphs["plan.gap"].text.startswith("【待补：下一步打算")


def self_draft(targets=(), values=None, **fields):
    return unit_draft(SELF_INSPECTION, values=values, targets=targets, **fields)


def test_a_self_inspection_has_a_section_per_theme_and_numbered_paragraphs():
    draft = self_draft()
    assert [part.heading for part in draft.sections] == ["", "压实责任链条", "抓实理论学习"]
    text = text_of(draft)
    assert "我党委对照《责任制落实情况督查清单》所列2个方面、6项内容，对2026年下半年落实意识形态工作责任制情况进行了自查。" in text
    assert draft.title == "青石镇党委2026年下半年落实意识形态工作责任制情况自查报告"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (2, "召开专题研究会议3次，超过2次的目标"),
        (3, "召开专题研究会议3次，达到3次的目标"),
        (4, "召开专题研究会议3次，未达到4次的目标，尚差1次"),
        (None, "召开专题研究会议3次。"),
    ],
)
def test_metrics_stand_against_their_targets(target, words):
    targets = (("T1-2", Decimal(target)),) if target else ()
    paragraph = by_key(self_draft(targets))["overview.T1.metrics"]
    assert words in paragraph.text
    assert paragraph.level == 0, "one paragraph alone has no number"


def test_metrics_that_are_zero_are_said_once_together():
    one = replace(AMOUNTS[0], values=(Decimal(3),), asked=1)
    amounts = (one, replace(one, item="T1-3", phrase="开展巡查", values=(Decimal(0),)))
    text = by_key(self_draft(amounts=amounts))["overview.T1.metrics"].text
    assert text == "截至10月31日，召开专题研究会议3次；开展巡查为零。"
    late = (*amounts, replace(one, item="T1-4", phrase="组织培训", unit="期", values=(Decimal(2),), cut_off_on=date(2026, 11, 5)))
    assert by_key(self_draft(amounts=late))["overview.T1.metrics"].text.endswith("开展巡查为零。截至11月5日，组织培训2期。")


def test_an_unknown_theme_of_a_self_inspection_stays_as_a_gap():
    assert "【待补：理论学习方面的自查情况" in text_of(self_draft(findings=()))


def test_a_self_inspection_has_problems_only_when_the_unit_declared_some():
    assert "problems" not in {part.kind for part in self_draft().sections}, "what inspectors found is not what the unit declared"
    draft = self_draft(values={"declared_problems": ["学习计划更新不够及时；", "台账有缺项"]})
    assert [p.text for p in part_of(draft, "problems").paragraphs] == ["学习计划更新不够及时。", "台账有缺项。"]


# --- the rectification notice -----------------------------------------------------------------------------------------------


def test_a_notice_asks_for_each_problem_with_a_deadline_by_its_severity():
    found = (
        finding(1, 1, standard=RECORDS, cause="人手不够"),
        finding(2, 1, theme="T1", text="责任清单未更新", severity="serious"),
        finding(3, 1, "risk_point", text="电子屏由外包公司维护", severity="notable", measure="收回管理权限"),
    )
    draft = unit_draft(NOTICE, findings=found)
    text = text_of(draft)
    assert draft.title == "关于青石镇党委2026年下半年督查发现问题的整改通知书"
    assert "发现问题2条、风险点1条。现就有关整改事项通知如下：" in text
    assert "责任清单未更新。请研究提出整改措施，2026年11月30日前完成。" in text, "ten days for what is 严重"
    assert "整改要求：收回管理权限，2026年12月10日前完成。" in text
    assert "原因主要是人手不够。整改要求：统一学习记录样式，每季度抽查一次，2026年12月20日前完成。" in text
    assert "（一）请你党委逐条制定整改措施。" in text
    assert "（二）请你党委于2026年12月20日前将全部整改情况书面报送区委督查联席会议办公室，并附佐证材料。" in text
    table = document_of_draft(draft).annexes[0].blocks[0]
    assert [row[4] for row in table.rows] == ["2026年11月30日", "2026年12月20日", "2026年12月10日"]


def test_one_typed_deadline_holds_for_all_and_without_a_date_days_are_said():
    found = (finding(2, 1, theme="T1", text="责任清单未更新", severity="serious"),)
    values = {"signed_on": None, "deadline_days": 45}
    assert "收到之日起45日内完成" in text_of(unit_draft(NOTICE, values=values, findings=found))


# --- the three lists --------------------------------------------------------------------------------------------------------


def test_the_three_lists_number_the_same_problems_alike():
    problems, tasks, duties = document_of_draft(compose_draft(facts(), LISTS, SIGNED)).blocks
    wordings = [row[2] for row in problems.rows]
    assert wordings[-1] == "学习记录要素不全，缺少研讨发言材料"
    assert problems.rows[-1][4:] == ("青石镇、晨光社区党总支、南塘社区党支部、石桥社区党支部、书院社区党支部", "5", "较重")
    assert [row[0] for row in tasks.rows] == [row[0] for row in problems.rows] == ["1", "2", "3"]
    assert tasks.rows[-1][1:] == (
        "学习记录不够规范",
        "统一学习记录样式，每季度抽查一次",
        "区委宣传部",
        "问题清单第3项所列5个单位",
        "2026年12月10日",
    )
    by_unit = {row[1]: row for row in duties.rows}
    assert by_unit["青石镇党委"][2] == "3．学习记录不够规范"
    assert by_unit["鹭鸣镇党委"][5] == "2026年11月30日", "one problem, 严重"
    assert sum(int(row[3]) for row in duties.rows) == sum(int(row[5]) for row in problems.rows)


def test_deadlines_of_one_unit_are_told_as_a_span():
    found = (finding(1, 1, text="甲"), finding(2, 1, text="乙", severity="serious"))
    (table,) = document_of_draft(compose_draft(facts(findings=found), lists("responsibility_list"), SIGNED)).blocks
    assert table.rows[0][5] == "2026年11月30日至12月20日"
    (table,) = document_of_draft(compose_draft(facts(findings=found), lists("responsibility_list"), {})).blocks
    assert table.rows[0][5] == "10日至30日内"


def test_a_task_without_any_measure_is_open_and_says_so():
    found = (finding(1, 1, text="责任清单未更新", theme="T1"),)
    (table,) = document_of_draft(compose_draft(facts(findings=found), lists("task_list"), SIGNED)).blocks
    assert table.rows[0][2] == "待研究提出"


def test_a_list_without_problems_is_a_gap():
    (block,) = document_of_draft(compose_draft(facts(findings=()), lists("problem_list"), SIGNED)).blocks
    assert block.text.startswith("【待补")


# --- settings of any template -----------------------------------------------------------------------------------------------


def test_levels_take_the_marks_that_the_template_chooses():
    spec = replace(THREE_PART, settings={**THREE_PART.settings, "numbering": {"1": 2, "2": 5}})
    text = text_of(compose_draft(facts(), spec, SIGNED))
    assert "（一）主要工作开展情况" in text
    assert "一是压实责任链条。" in text
    unnumbered = replace(THREE_PART, settings={**THREE_PART.settings, "numbering": {"1": 0}})
    assert "\n存在主要问题\n" in text_of(compose_draft(facts(), unnumbered, SIGNED))


def test_a_custom_section_holds_the_offices_own_words_line_by_line():
    spec = TemplateSpec("标题", (section("custom", "工作要求", text=["第一段", "第二段。"]),))
    assert [p.text for p in compose_draft(facts(), spec, SIGNED).sections[0].paragraphs] == ["第一段。", "第二段。"]
    for source in (WORK_REPORT, NOTICE):
        sections = (section("custom", "工作要求", text="第一段\n\n第二段"),)
        assert len(unit_draft(replace(source, sections=sections)).sections[0].paragraphs) == 2


@pytest.mark.parametrize("spec", [THREE_PART, RESEARCH, LISTS])
def test_composing_a_campaign_is_deterministic(spec):
    assert compose_draft(facts(), spec, SIGNED) == compose_draft(facts(), spec, SIGNED)


@pytest.mark.parametrize("spec", [WORK_REPORT, SELF_INSPECTION, NOTICE])
@pytest.mark.parametrize("unit", range(1, 10))
def test_every_document_of_every_unit_is_clean_text(spec, unit):
    text = text_of(unit_draft(spec, unit))
    assert not any(fault in text for fault in ("。。", "；。", "，。", "：：", "None", "{", "我 "))


def test_keys_of_paragraphs_are_unique_in_every_kind():
    previous = Previous("2026-1", "2026年上半年", 8, 12, frozenset())
    drafts = [compose_draft(facts(previous=previous), spec, SIGNED) for spec in (THREE_PART, RESEARCH, LISTS)]
    drafts += [unit_draft(spec, values={"declared_problems": "甲\n乙"}) for spec in (WORK_REPORT, SELF_INSPECTION, NOTICE)]
    for draft in drafts:
        keys = [p.key for part in draft.sections for p in part.paragraphs]
        assert len(keys) == len(set(keys))


def test_categories_are_named_in_the_title():
    categories = (Category(TOWNS, "镇街", "各镇街党（工）委", 3), Category(COMMUNITIES, "社区", "各社区党组织", 7))
    assert "各镇街党（工）委和" in compose_draft(facts(categories=categories), RESEARCH, SIGNED).title
