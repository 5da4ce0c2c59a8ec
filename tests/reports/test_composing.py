"""Composing, from hand-made facts to the words a reader sees; no database."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from reports.assembly import document_of_draft
from reports.composing import SectionSpec, TemplateSpec, compose_campaign, compose_feedback
from reports.facts.found import Conformity
from reports.facts.values import Category, Previous, Teams
from reports.rendering.document import GAP, from_json, to_json
from tests.reports import samples
from tests.reports.samples import (
    COMMUNITIES,
    FEEDBACK,
    FOUR_PART,
    HEADER,
    RECORDS,
    TOWNS,
    amount,
    facts,
    finding,
    organization_facts,
    text_of,
)

SIGNED = {"signed_on": date(2026, 11, 20)}
GOLDEN = Path(__file__).parent


def compose(spec=FOUR_PART, **fields):
    return compose_campaign(facts(**fields), spec, SIGNED)


def section(draft, kind):
    return next(part for part in draft.sections if part.kind == kind)


def words(draft, kind):
    """All text of one kind of section."""
    return "\n".join(f"{p.lead}。{p.text}" if p.lead else p.text for p in section(draft, kind).paragraphs)


def by_key(draft):
    return {p.key: p for part in draft.sections for p in part.paragraphs}


# --- the whole text ---------------------------------------------------------------------------------------------------------


def test_the_four_part_report_reads_like_this():
    assert text_of(compose()) + "\n" == (GOLDEN / "golden_four_part.txt").read_text(encoding="utf-8")


def test_the_feedback_reads_like_this():
    draft = compose_feedback(organization_facts(1), FEEDBACK, {"signed_on": "2026-11-20", "deadline_days": 15})
    assert text_of(draft) + "\n" == (GOLDEN / "golden_feedback.txt").read_text(encoding="utf-8")


def test_composing_is_deterministic():
    assert compose() == compose()


def test_the_document_survives_json():
    document = document_of_draft(compose())
    assert from_json(json.loads(json.dumps(to_json(document)))) == document


# --- opening and title ------------------------------------------------------------------------------------------------------


def test_title_and_signature_may_be_given():
    values = {"title": "督查通报", "addressee": "区委", "signers": ["区委办公室"], "signed_on": "2026-12-01"}
    document = document_of_draft(compose_campaign(facts(), FOUR_PART, values))
    assert (document.title, document.addressee) == ("督查通报", "区委")
    assert (document.signature.signers, document.signature.date_text) == (("区委办公室",), "2026年12月1日")


def test_the_title_names_many_categories_together():
    categories = tuple(Category(n, f"类别{n}", f"各类别{n}党组织", 3) for n in (1, 2, 3))
    units = tuple(replace(unit, category=unit.id % 3 + 1) for unit in samples.units())
    fields = {"categories": categories, "units": units, "findings": (), "amounts": (), "conformity": ()}
    assert "关于各级党组织2026年下半年" in compose(**fields).title
    assert (
        "关于有关党组织2026年下半年" in compose(**{**fields, "categories": (*categories[:2], replace(categories[2], is_whole=False))}).title
    )


def test_a_part_of_a_category_is_not_called_all_of_it():
    towns = Category(TOWNS, "镇街", "各镇街党（工）委", 3, is_whole=False)
    text = text_of(compose(categories=(towns, facts().categories[1])))
    assert "有关镇街党（工）委落实情况" in text
    assert "各镇街" not in text


def test_what_is_missing_in_the_opening_is_a_gap_or_left_out():
    header = replace(HEADER, arrangement="", purpose="", co_bodies=())
    opening = words(compose(header=header, teams=Teams()), "opening")
    assert opening.startswith("根据【待补：工作安排")
    assert "抽调" not in opening
    assert "督查组" not in opening
    assert "会同" not in opening


def test_members_from_bodies_without_category_are_named():
    opening = words(compose(teams=Teams((1,), 3, ("镇街",), ("区委办公室党支部",))), "opening")
    assert "从镇街和区委办公室党支部抽调3名工作人员，组成1个督查组" in opening


# --- overview ---------------------------------------------------------------------------------------------------------------


def test_a_campaign_only_in_writing_says_so_once():
    units = tuple(replace(unit, method="written", activities=()) for unit in samples.units())
    method = by_key(compose(units=units))["overview.method"].text
    assert method == "此次督查对各镇街党（工）委和各社区党组织以审阅书面材料的方式开展书面督查。"


def test_a_category_inspected_both_ways_is_divided():
    units = tuple(replace(unit, method="on_site", activities=("查阅资料",)) if unit.id == 4 else unit for unit in samples.units())
    method = by_key(compose(units=units))["overview.method"].text
    assert "对各镇街党（工）委以及1个社区党组织，分别通过听取汇报、查阅资料等方式开展实地督查" in method
    assert "对其余5个社区党组织以审阅书面材料的方式开展书面督查" in method


@pytest.mark.parametrize(
    ("judged", "word"),
    [
        (Conformity(90, 8, 2), "总体良好"),
        (Conformity(79, 19, 2), "总体较好"),
        (Conformity(90, 0, 10), "总体较好"),
        (Conformity(50, 40, 10), "总体一般"),
        (Conformity(60, 9, 31), "与要求相比还有较大差距"),
    ],
)
def test_the_appraisal_is_no_better_than_the_judgements(judged, word):
    text = by_key(compose(conformity=((TOWNS, "T1", judged),), findings=()))["overview.appraisal"].text
    assert text.startswith(f"从督查情况看，被督查单位落实意识形态工作责任制情况{word}。")


def test_full_conformity_is_said_plainly():
    text = by_key(compose(conformity=((TOWNS, "T1", Conformity(30)),), findings=()))["overview.appraisal"].text
    assert text == "从督查情况看，被督查单位落实意识形态工作责任制情况总体良好。对照督查清单共检查30项次，均为符合。"


def test_without_judgements_nothing_is_appraised():
    draft = compose(conformity=())
    assert GAP.match(by_key(draft)["overview.appraisal"].text)
    assert "总体良好" not in text_of(draft)
    assert "符合性判断" not in text_of(draft)


def test_without_basis_documents_there_is_a_gap():
    assert by_key(compose(basis=()))["overview.basis"].text == "【待补：督查依据的文件】"


def test_a_mark_stands_between_titles_only_where_something_parts_them():
    first, second, third = facts().basis
    text = by_key(compose(basis=(second, replace(second, id=9, title="工作规程"), first, third)))["overview.basis"].text
    assert "以区委办公室印发的《联席会议制度》《工作规程》、《落实责任制任务清单》（区委发〔2026〕6号）、《阵地管理办法》（" in text


def test_a_category_without_practice_and_figures_is_a_gap():
    draft = compose(findings=(), amounts=())
    assert by_key(draft)[f"overview.category.{TOWNS}.themes"].text == "【待补：各镇街党（工）委的主要做法和成效】"


def test_good_practice_may_stay_unnamed():
    spec = replace(FOUR_PART, settings={"names_examples": False})
    overview = words(compose(spec), "overview")
    assert "松影镇党委" not in overview
    assert "有的单位会议每季度对账一次" in overview


def test_figures_have_their_unit_and_cut_off():
    other_day = amount(TOWNS, "T1", "T1-9", "印发制度", "项", 2, 1, 3, cut_off_on=date(2025, 12, 31))
    rate = amount(TOWNS, "T1", "T1-8", "集体学习到课率", "%", 95, 96, 97.5)
    none = amount(TOWNS, "T1", "T1-7", "组织演练", "次", 0, 0, 0)
    text = by_key(compose(amounts=(samples.AMOUNTS[0], other_day, rate, none)))[f"overview.category.{TOWNS}.theme.T1"].text
    assert "截至2025年12月31日，各单位共印发制度6项。" in text
    assert "截至10月31日，各单位共召开专题研究会议9次，集体学习到课率平均为96.1%，组织演练0次。" in text


def test_a_category_says_its_cut_off_once():
    overview = section(compose(), "overview").paragraphs
    texts = [p.text for p in overview if p.key.startswith(f"overview.category.{TOWNS}.theme")]
    assert [text.count("截至") for text in texts] == [1, 0]
    assert texts[1].endswith("各单位共参加集中学习2200余人次。")


def test_a_theme_of_nothing_but_zeros_has_no_number():
    none = amount(TOWNS, "T1", "T1-7", "组织演练", "次", 0, 0, 0)
    told = by_key(compose(amounts=(none,), findings=()))
    assert f"overview.category.{TOWNS}.theme.T1" not in told
    assert told[f"overview.category.{TOWNS}.others"].text == "此外，截至10月31日，各单位共组织演练0次。"


def test_an_exact_sum_stays_exact_and_a_rough_one_does_not():
    exact = amount(TOWNS, "T1", "X", "发放资料", "份", 640, 580, 1020)
    assert "发放资料2240份" in words(compose(amounts=(exact,)), "overview")
    rough = replace(exact, is_approximate=True)
    assert "发放资料2200余份" in words(compose(amounts=(rough,)), "overview")


def test_many_themes_are_told_in_few_paragraphs_and_no_figure_is_lost():
    themes = tuple(replace(samples.THEMES[0], code=f"T{n}", name=f"主题{n}", heading=f"抓好第{n}项工作") for n in range(1, 8))
    amounts = tuple(amount(TOWNS, theme.code, f"{theme.code}-1", f"开展{theme.name}检查", "次", 1, 2, 3) for theme in themes)
    practices = tuple(finding(n, n % 3 + 1, "good_practice", theme=f"T{n}", text=f"第{n}种做法") for n in range(1, 8))
    draft = compose(themes=themes, amounts=amounts, findings=practices, conformity=())
    told = [p for key, p in by_key(draft).items() if key.startswith(f"overview.category.{TOWNS}.theme.")]
    others = by_key(draft)[f"overview.category.{TOWNS}.others"]
    assert len(told) == 3
    assert others.text.count("次") == 4
    appraisal = by_key(draft)["overview.appraisal"]
    assert "督查共记录好做法7条" in appraisal.text
    assert sorted(appraisal.sources["findings"]) == sorted(row.id for row in practices)


def test_with_many_categories_each_has_fewer_themes():
    themes = tuple(replace(samples.THEMES[0], code=f"T{n}", name=f"主题{n}", heading=f"抓好第{n}项工作") for n in range(1, 5))
    categories = tuple(Category(n, f"类别{n}", f"各类别{n}党组织", 1) for n in range(1, 6))
    units = tuple(replace(unit, category=unit.id) for unit in samples.units()[:5])
    practices = tuple(
        replace(finding(10 * n + m, n, "good_practice", theme=f"T{m}", text=f"第{n}{m}种做法"), category=n)
        for n in range(1, 6)
        for m in range(1, 5)
    )
    draft = compose(themes=themes, categories=categories, units=units, findings=practices, amounts=(), conformity=())
    assert [sum(key.startswith(f"overview.category.{n}.theme.") for key in by_key(draft)) for n in range(1, 6)] == [2] * 5


# --- problems ---------------------------------------------------------------------------------------------------------------


def test_no_problems_is_a_gap_and_no_praise():
    draft = compose(findings=tuple(row for row in samples.findings() if row.kind != "problem"))
    assert words(draft, "problems") == "【待补：存在问题。本次督查没有记录问题，请核实后补充或删去这一部分】"


def test_no_findings_at_all_leaves_gaps_in_three_parts():
    draft = compose(findings=())
    for kind in ("problems", "risk_points", "next_steps"):
        assert GAP.fullmatch(words(draft, kind))


def test_a_single_unit_is_never_most_of_them():
    units = samples.units()[:1]
    draft = compose(
        units=units, findings=samples.findings()[:1], amounts=(), conformity=(), categories=facts().categories[:1], unfinished=()
    )
    assert "个别单位学习记录要素不全" in words(draft, "problems")


def test_common_to_all_is_said_so():
    rows = tuple(finding(n, n, standard=RECORDS) for n in range(1, 10))
    assert "被督查单位均存在学习记录要素不全，缺少研讨发言材料的问题" in words(compose(findings=rows), "problems")


def test_common_to_almost_all_is_said_once():
    rows = tuple(finding(n, n, standard=RECORDS) for n in range(1, 9))
    text = words(compose(findings=rows), "problems")
    assert "被督查单位普遍存在学习记录要素不全，缺少研讨发言材料的问题" in text
    assert "绝大多数" not in text


def test_a_risk_found_everywhere_is_not_said_to_exist_twice():
    rows = tuple(finding(n, n, "risk_point", theme="T1", standard=samples.SCREENS, text=samples.SCREENS.wording) for n in range(1, 10))
    text = words(compose(findings=rows), "risk_points")
    assert text == "所有被督查单位电子屏由外包公司控制，存在出错后不能及时处置的风险。"


def test_what_concerns_some_categories_is_said_of_these():
    rows = tuple(finding(n, n, standard=RECORDS, applies_to=frozenset({TOWNS})) for n in (1, 2, 3))
    assert "被督查镇街均存在学习记录要素不全，缺少研讨发言材料的问题" in words(compose(findings=rows), "problems")


def test_a_small_category_is_not_named_as_the_place():
    rows = (finding(1, 2, standard=RECORDS),)
    assert "个别单位学习记录" in words(compose(findings=rows), "problems")
    rows = (finding(1, 5, standard=RECORDS),)
    assert "个别社区学习记录" in words(compose(findings=rows), "problems")


def test_no_name_of_an_organization_stands_in_part_two():
    names = {name for unit in samples.units() for name in (unit.name, unit.short_name) if name}
    text = words(compose(), "problems")
    assert [name for name in names if name in text] == []


def test_names_stand_in_part_two_only_when_the_office_wants_them():
    text = words(compose(replace(FOUR_PART, settings={"names_units": True})), "problems")
    assert "责任清单没有随分工调整更新（鹭鸣镇党委），情况严重" in text


def test_the_internal_annex_names_them():
    annex = compose().sections[-1]
    assert annex.is_internal
    assert annex.paragraphs[0].table["rows"][0][3:5] == ["鹭鸣镇党委", "个别单位\n1/3"]


def test_a_finding_in_free_words_joins_the_standard_it_repeats():
    rows = (finding(1, 1, standard=RECORDS), finding(2, 4, text="晨光社区党总支学习记录要素不全、缺少研讨发言材料"))
    draft = compose(findings=rows)
    assert by_key(draft)["problems.theme.T2"].arithmetic == ({"what": "学习记录不够规范", "n": 2, "of": 9, "word": "部分"},)


def test_wider_problems_come_first_then_graver_ones():
    wide, grave, light = (replace(RECORDS, code=code, wording=f"问题{code}", heading=f"标题{code}") for code in ("wide", "grave", "light"))
    rows = tuple(finding(n, n, standard=wide) for n in (1, 2, 3, 4, 5))
    rows += (finding(6, 6, standard=light), finding(7, 6, standard=grave, severity="serious"))
    text = words(compose(findings=rows), "problems")
    assert text.index("标题wide") < text.index("标题grave") < text.index("标题light")


def test_many_problems_of_a_theme_are_shortened_but_all_are_sourced():
    standards = [replace(RECORDS, code=f"P{n}", wording=f"第{n}种记录不全", heading=f"第{n}种不足") for n in range(1, 8)]
    rows = tuple(finding(10 * n + m, m, standard=s) for n, s in enumerate(standards, 1) for m in range(1, 4 if n < 5 else 2))
    rows += tuple(finding(100 + n, n, text=f"第{n}种个别情况没有处理") for n in range(1, 6))
    paragraph = by_key(compose(findings=rows))["problems.theme.T2"]
    assert paragraph.lead == "第1种不足，第2种不足"
    assert paragraph.text.startswith("一是部分单位第1种记录不全，有的单位学习记录缺少研讨发言材料。二是部分单位第2种记录不全。")
    assert "部分单位还存在第3种不足、第4种不足等问题，个别单位还存在第5种不足、第6种不足、第7种不足等问题。" in paragraph.text
    assert "另有5个具体问题列入问题清单" in paragraph.text
    assert sorted(paragraph.sources["findings"]) == sorted(row.id for row in rows)
    assert len(paragraph.arithmetic) == 8


def test_the_last_campaign_stands_beside_this_one():
    intro = by_key(compose())["problems.intro"].text
    assert "平均每个党组织0.8条，2026年上半年督查为1.5条；3类问题中有1类上次督查也曾发现" in intro
    even = by_key(compose(previous=Previous("2026-1", "2026年上半年", 9, 7, frozenset({"T2-P1", "T1-P1"}))))["problems.intro"].text
    assert "平均每个党组织0.8条，与2026年上半年督查持平；3类问题中有2类上次督查也曾发现" in even
    assert "上半年" not in by_key(compose(previous=None))["problems.intro"].text


def test_causes_are_given_as_sure_as_they_are():
    base = [finding(n, n, standard=replace(RECORDS, cause="")) for n in range(1, 6)]
    few = (replace(base[0], cause="人手紧张"), *base[1:])
    assert "从已查明的情况看，原因有人手紧张。" in words(compose(findings=few), "problems")
    many = tuple([replace(row, cause="人手紧张；") for row in base[:3]] + base[3:])
    assert "从原因看，主要是人手紧张。" in words(compose(findings=many), "problems")
    usual = tuple(finding(n, n, standard=RECORDS) for n in range(1, 6))
    assert "这类问题多与兼职人员多、业务不够熟悉有关。" in words(compose(findings=usual), "problems")
    assert "原因" not in words(compose(findings=tuple(base)), "problems")


def test_punctuation_typed_at_the_end_does_not_double():
    rows = (finding(1, 1, text="记录不全。。", cause="人手紧张；", measure="补齐记录。"), finding(2, 4, "good_practice", text="每月一次！"))
    text = text_of(compose(findings=rows))
    for doubled in ("。。", "；。", "，。", "！。", "。；", "：。", "：："):
        assert doubled not in text


# --- risks and next steps ---------------------------------------------------------------------------------------------------


def test_more_risks_get_a_number_each():
    standards = [replace(samples.SCREENS, code=f"R{n}", wording=f"存在第{n}种隐患", heading=f"第{n}种风险") for n in range(1, 9)]
    rows = tuple(finding(n, n, "risk_point", standard=s, severity="serious" if n == 3 else "general") for n, s in enumerate(standards, 1))
    part = section(compose(findings=rows), "risk_points")
    assert part.paragraphs[0].text == "督查共记录风险点8条，归并为8类，需提前防范。"
    assert part.paragraphs[1].lead == "第3种风险"
    assert part.paragraphs[1].text.endswith("，需重点防范。")
    assert part.paragraphs[-1].text == "此外，个别单位还存在第5种风险、第6种风险、第7种风险、第8种风险等风险。"


def test_problems_without_any_measure_are_a_gap():
    rows = (finding(1, 1, text="记录不全"), finding(2, 2, theme="T1", text="计划照搬", measure="重新制定计划"))
    steps = section(compose(findings=rows), "next_steps").paragraphs
    assert [p.text for p in steps] == [
        "针对组织领导方面的问题，重新制定计划。",
        "【待补：理论学习方面的整改措施，共1条问题和风险点尚未提出措施】",
    ]


def test_a_lead_body_is_named_only_where_set():
    rows = (
        finding(1, 1, standard=replace(RECORDS, lead_body="")),
        finding(2, 2, theme="T1", standard=replace(RECORDS, lead_body="各镇街")),
    )
    text = words(compose(findings=rows), "next_steps")
    assert "牵头" not in text
    assert "由各镇街负责，统一学习记录样式" in text


def test_the_follow_up_is_the_offices_own_sentence():
    spec = replace(FOUR_PART, settings={"follow_up": "跟踪整改结果"})
    assert words(compose(spec), "next_steps").endswith("跟踪整改结果。")
    assert "跟踪整改结果" not in words(compose(spec, findings=()), "next_steps")


# --- feedback ---------------------------------------------------------------------------------------------------------------


def test_feedback_without_findings_asks_for_nothing_invented():
    draft = compose_feedback(organization_facts(9, findings=(), amounts=()), FEEDBACK, SIGNED)
    assert words(draft, "problems") == "本次督查未记录需要整改的问题。"
    assert words(draft, "next_steps") == "请继续抓好各项任务落实。"
    assert [part.kind for part in draft.sections] == ["opening", "overview", "problems", "next_steps"]


def test_feedback_without_anything_good_or_counted_is_a_gap():
    bare = organization_facts(9, findings=(), amounts=(), conformity=Conformity())
    bare = replace(bare, unit=replace(bare.unit, summary=""))
    assert words(compose_feedback(bare, FEEDBACK, SIGNED), "overview") == "【待补：总体情况】"


def test_feedback_tells_the_gravest_problem_first_and_keeps_the_inspectors_words():
    rows = (
        finding(1, 1, standard=RECORDS, text="8月没有签到表"),
        finding(2, 1, text="账号密码多人共用", severity="serious", cause="没有专岗"),
    )
    part = section(compose_feedback(organization_facts(1, findings=rows), FEEDBACK, SIGNED), "problems")
    assert [(p.lead, p.text) for p in part.paragraphs] == [
        ("", "账号密码多人共用。原因主要是没有专岗。该问题情况严重，须优先整改。"),
        ("学习记录不够规范", "8月没有签到表。"),
    ]


def test_feedback_numbers_only_what_is_several():
    one = organization_facts(1, findings=(finding(1, 1, text="8月没有签到表"),))
    assert [(p.level, p.lead) for p in section(compose_feedback(one, FEEDBACK, SIGNED), "problems").paragraphs] == [(0, "")]
    two = replace(one, findings=(*one.findings, finding(2, 1, text="9月没有签到表")))
    assert [p.level for p in section(compose_feedback(two, FEEDBACK, SIGNED), "problems").paragraphs] == [2, 2]


@pytest.mark.parametrize(("severity", "word"), [("notable", "总体良好"), ("serious", "总体较好")])
def test_something_grave_rules_out_the_best_word(severity, word):
    row = finding(1, 1, text="账号密码多人共用", severity=severity)
    draft = compose_feedback(organization_facts(1, findings=(row,)), FEEDBACK, SIGNED)
    assert by_key(draft)["overview.appraisal"].text.startswith(f"从督查情况看，你党委落实意识形态工作责任制情况{word}。")


def test_feedback_with_risks_only_speaks_of_risks():
    rows = (finding(1, 1, "risk_point", standard=samples.SCREENS),)
    draft = compose_feedback(organization_facts(1, findings=rows), FEEDBACK, SIGNED)
    assert "请你党委针对上述风险，收回后台管理权限。" in words(draft, "next_steps")
    assert section(draft, "risk_points").heading == "需要关注的风险"


# --- templates --------------------------------------------------------------------------------------------------------------


def test_sections_come_in_the_templates_order_with_its_headings():
    spec = TemplateSpec(
        "甲", (SectionSpec("next_steps", "工作建议"), SectionSpec("problems", "主要问题"), SectionSpec("custom", "其他事项"))
    )
    lines = text_of(compose(spec)).split("\n")
    assert [line for line in lines if line[1:2] == "、"] == ["一、工作建议", "二、主要问题", "三、其他事项"]
    assert "　　【待补：其他事项】" in lines


def test_numbers_of_levels_begin_anew_under_their_parent():
    lines = text_of(compose()).split("\n")
    marks = [line.strip("　")[:3] for line in lines if line.strip("　")[:2] in {"（一", "（二", "1.", "2."}]
    assert marks == ["（一）", "1.压", "2.抓", "（二）", "1.抓", "（一）", "（二）", "（一）", "（二）"]


def test_one_annex_has_no_number():
    spec = replace(FOUR_PART, sections=FOUR_PART.sections[:-1])
    assert [annex.number for annex in document_of_draft(compose(spec)).annexes] == [0]


def test_bands_of_the_template_are_obeyed():
    spec = replace(FOUR_PART, settings={"bands": {"some": 0.6}})
    assert "部分单位学习记录要素不全" in words(compose(spec), "problems")


def test_mixed_values_of_decimals():
    exact = amount(TOWNS, "T1", "X", "投入经费", "万元", 1.5, 2.25, 0.25)
    assert exact.total == Decimal("4.00")
    assert "投入经费4万元" in words(compose(amounts=(exact,)), "overview")
    assert COMMUNITIES not in {row.category for row in (exact,)}
