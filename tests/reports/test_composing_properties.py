"""What must hold for any campaign: every number has its origin, no source is lost, fingerprints tell what changed."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.assembly import document_of_draft
from reports.composing import compose_campaign
from reports.composing.phrases import in_own_words
from reports.facts.found import Amount, Conformity
from reports.facts.values import Category, Unit
from reports.rendering.document import from_json, to_json
from reports.wording import period_text, short_date_text
from tests.reports import samples
from tests.reports.samples import DUTIES, FOUR_PART, HEADER, POINTS, RECORDS, SCREENS, THEMES, facts, finding

SIGNED = {"signed_on": date(2026, 11, 20)}
PLACES = ("甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸", "子", "丑")
TEXTS = (
    "学习记录缺少8月材料",
    "{name}台账没有经办人签名；",
    "计划照搬{other}文本。",
    "审批单事后补填,时间晚于播放时间",
    "学习记录要素不全，缺少研讨发言材料",
)
STANDARDS = {"problem": (RECORDS, DUTIES, None, None), "risk_point": (SCREENS, None), "good_practice": (POINTS, None)}


@st.composite
def campaigns(draw):
    """A campaign of up to twelve organizations in up to three categories, with any findings, metrics and judgements."""
    count = draw(st.integers(1, 12))
    chosen = [draw(st.integers(1, 3)) for _ in range(count)]
    units = tuple(
        Unit(n, f"{PLACES[n - 1]}街党委", f"{PLACES[n - 1]}街", "党委", category, f"a{n}", draw(st.sampled_from(["on_site", "written"])))
        for n, category in enumerate(chosen, 1)
    )
    findings = []
    for number in range(draw(st.integers(0, 14))):
        unit = draw(st.sampled_from(units))
        kind = draw(st.sampled_from(sorted(STANDARDS)))
        text = draw(st.sampled_from(TEXTS)).format(name=unit.name, other=draw(st.sampled_from(units)).name)
        findings.append(
            finding(
                number,
                unit.id,
                kind,
                category=unit.category,
                theme=draw(st.sampled_from(THEMES)).code,
                text=text,
                standard=draw(st.sampled_from(STANDARDS[kind])),
                severity=draw(st.sampled_from(["general", "notable", "serious"])),
                cause=draw(st.sampled_from(["", "人手不足", "对要求不熟悉。"])),
                measure=draw(st.sampled_from(["", "补齐7月材料"])),
                applies_to=draw(st.sampled_from([frozenset(), frozenset({1}), frozenset({1, 2})])),
            )
        )
    inspected = Counter(chosen)
    amounts = []
    for category in sorted(set(chosen)):
        for theme in draw(st.sets(st.sampled_from(["T1", "T2"]))):
            values = draw(st.lists(st.decimals(0, 5000, places=1), min_size=1, max_size=inspected[category]))
            results = tuple(f"r{category}{theme}{n}" for n in range(len(values)))
            unit = draw(st.sampled_from(["次", "%"]))
            rough = draw(st.booleans())
            amounts.append(
                Amount(
                    category, theme, f"{theme}-9", "开展检查", unit, HEADER.cut_off_on, tuple(values), results, rough, inspected[category]
                )
            )
    numbers = st.integers(0, 60)
    judged = tuple((category, "T1", Conformity(draw(numbers), draw(numbers), draw(numbers))) for category in sorted(set(chosen)))
    return facts(
        categories=tuple(Category(n, f"类别{PLACES[n]}", f"各类别{PLACES[n]}党组织", inspected[n]) for n in sorted(set(chosen))),
        units=units,
        findings=tuple(findings),
        amounts=tuple(amounts),
        conformity=judged,
        unfinished=(),
    )


def compose(value):
    return compose_campaign(value, FOUR_PART, SIGNED)


def paragraphs(draft, kind=None):
    return [p for part in draft.sections if kind in {None, part.kind} for p in part.paragraphs]


def quoted(value):
    """Everything that a text may repeat word by word from the facts, long ones first."""
    words = {period_text(HEADER.starts_on, HEADER.ends_on), short_date_text(HEADER.cut_off_on, HEADER.year), HEADER.period}
    words |= {row.number for row in value.basis} | {row.title for row in value.basis} | {value.previous.period}
    for row in value.findings:
        words |= {in_own_words(row, value), row.measure, row.cause}
        words |= {row.standard.wording, row.standard.measure} if row.standard else set()
    words |= {"8月材料", "7月材料"}
    return sorted((word for word in words if word), key=len, reverse=True)


def untraced(value, paragraph):
    """Numbers in the text that stand neither in the facts it repeats nor in its arithmetic."""
    text = paragraph.lead + paragraph.text
    for word in quoted(value):
        text = text.replace(word, "")
    known = set(re.findall(r"\d+(?:\.\d+)?", json.dumps(paragraph.arithmetic, ensure_ascii=False)))
    return [number for number in re.findall(r"\d+(?:\.\d+)?", text) if number not in known]


@given(campaigns())
@settings(max_examples=150, deadline=None)
def test_every_number_has_its_origin(value):
    for paragraph in paragraphs(compose(value)):
        assert untraced(value, paragraph) == [], paragraph.text


@given(campaigns())
@settings(max_examples=150, deadline=None)
def test_each_finding_is_told_exactly_once(value):
    draft = compose(value)
    for section, kind in (("problems", "problem"), ("risk_points", "risk_point")):
        told = [pk for p in paragraphs(draft, section) if not p.key.endswith(".intro") for pk in p.sources.get("findings", ())]
        assert sorted(told) == sorted(row.id for row in value.findings if row.kind == kind)
    practices = {row.id for row in value.findings if row.kind == "good_practice"}
    told = [pk for p in paragraphs(draft, "overview") if p.key.startswith("overview.category") for pk in p.sources.get("findings", ())]
    assert len(told) == len(set(told))
    assert set(told) <= practices
    appraisal = next(p for p in paragraphs(draft, "overview") if p.key == "overview.appraisal")
    assert set(appraisal.sources.get("findings", ())) == practices
    told = [pk for p in paragraphs(draft, "overview") for pk in p.sources.get("results", ())]
    assert sorted(told) == sorted(pk for row in value.amounts for pk in row.results)


@given(campaigns())
@settings(max_examples=150, deadline=None)
def test_the_text_is_clean_and_unnamed(value):
    draft = compose(value)
    keys = [p.key for p in paragraphs(draft)]
    assert len(keys) == len(set(keys))
    assert all(len(key) <= 80 for key in keys)
    for paragraph in paragraphs(draft):
        assert not re.search(r"[，、；：。！？]{2}|[,;?!]|[  ]", paragraph.text), paragraph.text
        assert paragraph.kind != "body" or re.search(r"([。：】]|。”)$", paragraph.text), paragraph.text
        assert len(paragraph.lead) <= 200
        assert re.fullmatch(r"[0-9a-f]{64}", paragraph.fingerprint)
    for paragraph in paragraphs(draft, "problems"):
        assert not any(unit.short_name in paragraph.lead + paragraph.text for unit in value.units), paragraph.text
    document = document_of_draft(draft)
    assert from_json(json.loads(json.dumps(to_json(document)))) == document


# --- fingerprints -----------------------------------------------------------------------------------------------------------


@st.composite
def changed(draw):
    """A campaign and the same one with one thing changed."""
    value = draw(campaigns())
    kinds = (
        ["header", "conformity"]
        + (["text", "severity", "cause", "gone", "unit"] if value.findings else [])
        + (["value"] if value.amounts else [])
    )
    kind = draw(st.sampled_from(kinds))
    rows = list(value.findings)
    place = draw(st.integers(0, len(rows) - 1)) if rows else 0
    if kind == "header":
        return value, replace(value, header=replace(value.header, purpose="改进工作"))
    if kind == "conformity":
        category, theme, judged = value.conformity[0]
        return value, replace(value, conformity=((category, theme, judged + Conformity(1)), *value.conformity[1:]))
    if kind == "value":
        first = value.amounts[0]
        return value, replace(value, amounts=(replace(first, values=(first.values[0] + Decimal(7), *first.values[1:])), *value.amounts[1:]))
    if kind == "gone":
        del rows[place]
    elif kind == "unit":
        unit = draw(st.sampled_from(value.units))
        rows[place] = replace(rows[place], unit=unit.id, category=unit.category)
    else:
        rows[place] = replace(rows[place], **{kind: {"text": "换了说法", "severity": "serious", "cause": "另有原因"}[kind]})
    return value, replace(value, findings=tuple(rows))


@given(changed())
@settings(max_examples=250, deadline=None)
def test_the_same_fingerprint_means_the_same_words(pair):
    before, after = ({p.key: p for p in paragraphs(compose(value))} for value in pair)
    for key in before.keys() & after.keys():
        if before[key].fingerprint == after[key].fingerprint:
            assert (before[key].lead, before[key].text, before[key].table) == (after[key].lead, after[key].text, after[key].table)
            assert before[key].arithmetic == after[key].arithmetic


def fingerprints(value):
    return {p.key: p.fingerprint for p in paragraphs(compose(value))}


def altered(**fields):
    """Keys whose fingerprint differs from the sample's when ``fields`` of the facts are replaced."""
    before, after = fingerprints(facts()), fingerprints(facts(**fields))
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def with_finding(pk, **fields):
    return tuple(replace(row, **fields) if row.id == pk else row for row in samples.findings())


TOWN, COMMUNITY = "overview.category.1", "overview.category.2"


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ({}, set()),
        ({"header": replace(HEADER, purpose="改进工作")}, {"opening"}),
        ({"header": replace(HEADER, title="改名的活动", code="x")}, set()),
        ({"basis": facts().basis[:1]}, {"overview.basis"}),
        ({"findings": with_finding("f2", text="另一种写法")}, set()),
        ({"findings": with_finding("f1", text="8月集体学习没有签到表，也没有研讨提纲")}, {"problems.theme.T2"}),
        ({"findings": with_finding("f9", text="全年安排专题研讨6次，发言材料汇编成册")}, {f"{TOWN}.theme.T2"}),
        ({"findings": with_finding("f8", cause="合同没有约定")}, {"risks.all"}),
        ({"findings": with_finding("f3", severity="general")}, {"problems.intro", "problems.theme.T2", "annex.problems"}),
        ({"findings": with_finding("f6", measure="单位自己提出的措施")}, set()),
        ({"amounts": (replace(samples.AMOUNTS[0], is_approximate=True), *samples.AMOUNTS[1:])}, {f"{TOWN}.theme.T1"}),
        ({"conformity": ((1, "T1", Conformity(11, 1, 0)), *samples.CONFORMITY[1:])}, {"overview.appraisal", f"{TOWN}.intro"}),
        ({"previous": None}, {"problems.intro"}),
    ],
    ids=lambda value: "、".join(value) if isinstance(value, dict) else "",
)
def test_exactly_the_dependent_paragraphs_change(fields, keys):
    assert altered(**fields) == keys
