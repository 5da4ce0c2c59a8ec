"""Searching Chinese text: exactly what LIKE finds, through the index or past it, on whichever database the tests run."""

from __future__ import annotations

import random
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inspections.actions import findings as actions
from inspections.actions.rectification_rows import NewRow, change_row, create_rows
from inspections.models import Finding, FindingGrams, Rectification
from tests import factories
from units.actions.organizations import update_organization
from units.grams import excerpt, grams_of, marked
from units.models import grams as index

LETTERS = "学习记录台账不全，未签到（第3次）Ab-ß"


def plainly(words: str) -> set:
    """What LIKE alone finds."""
    rows = Finding.objects.all()
    for word in words.split():
        condition = Q()
        for field in Finding.SEARCHED:
            condition |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(condition)
    return set(rows.values_list("pk", flat=True))


def found(words: str) -> set:
    return set(Finding.objects.search(words).values_list("pk", flat=True))


@pytest.fixture
def many(assignment, campaign, bureau, other_team, qian):
    """Eighty findings of random characters at two organizations."""
    luck = random.Random(7)
    other = factories.make_assignment(campaign, bureau, other_team)
    for place in range(80):
        texts = ["".join(luck.choices(LETTERS, k=luck.randint(1, 24))).strip() or "空" for _ in range(3)]
        factories.make_finding((assignment, other)[place % 2], qian, text=texts[0], cause=texts[1], measure=texts[2])
    return luck


def words_from(luck: random.Random) -> list[str]:
    texts = [text for row in Finding.objects.values_list("text", "cause", "organization__name") for text in row]
    words = ["档案馆 学习", "青石", "%", "_", '"', "'学习", "a", "AB", "ss", "不 全", "没有的", "学习 没有的"]
    for _ in range(60):
        text = luck.choice(texts)
        start = luck.randrange(len(text))
        words.append(text[start : start + luck.randint(1, 4)])
    return [*words, *(f"{luck.choice(words)} {luck.choice(words)}" for _ in range(15))]


@pytest.mark.parametrize("few", [index.FEW, 3])
def test_the_index_finds_what_like_finds(many, monkeypatch, few):
    monkeypatch.setattr(index, "FEW", few)
    hits = 0
    for words in words_from(many):
        assert found(words) == plainly(words), words
        hits += bool(found(words))
    assert hits > 60


def test_two_characters_are_asked_of_the_index(many):
    with CaptureQueriesContext(connection) as queries:
        list(Finding.objects.search("学习"))
    assert ("MATCH" if connection.vendor == "sqlite" else "string_to_array") in queries[-1]["sql"]


def test_a_change_is_found_at_once_and_what_was_said_before_no_longer(assignment, qian):
    content = {
        "kind": "problem",
        "theme": assignment.campaign.checklist.themes.get(code="T2"),
        "text": "阵地巡查未留痕",
        "severity": "general",
    }
    finding, _created = actions.create_finding(assignment, content, by=qian)
    assert found("巡查") == {finding.pk}
    actions.update_finding(finding, {**content, "text": "研讨材料缺失"}, by=qian, base_revision=1)
    assert (found("巡查"), found("研讨")) == (set(), {finding.pk})
    assert FindingGrams.objects.filter(grams__hold=["巡查"]).count() == 0
    finding.delete()
    assert found("研讨") == set()


def test_a_renamed_organization_is_found_by_its_new_name(assignment, qian, zhao, town):
    finding = factories.make_finding(assignment, qian)
    update_organization(town, by=zhao, name="碧水镇党委")
    assert (found("碧水"), found("青石")) == ({finding.pk}, set())


def test_what_was_written_past_the_program_is_found_after_the_command(assignment, qian):
    finding = factories.make_finding(assignment, qian, text="绕过程序写入")
    Finding.objects.filter(pk=finding.pk).update(text="脚本导入内容")
    assert found("脚本") == set()
    out = StringIO()
    call_command("reindex_search", stdout=out)
    assert found("脚本") == {finding.pk}
    assert "督查发现：已重建 1 条" in out.getvalue()


def test_a_row_of_the_ledger_is_found_by_what_it_says_now(assignment, qian, zhao, finish):
    finding = factories.make_finding(assignment, qian)
    finish()
    finding = Finding.objects.get(pk=finding.pk)
    wanted = NewRow(finding.organization, (finding,), timezone.localdate() + timedelta(days=30))
    row = create_rows(finding.campaign, [wanted], by=zhao)[0]
    assert set(Rectification.objects.search("研讨 青石")) == {row}
    change_row(row, by=zhao, base_revision=row.revision, content="台账未更新")
    assert set(Rectification.objects.search("台账")) == {row}
    assert not Rectification.objects.search("研讨").exists()


def test_words_are_marked_and_nothing_else_becomes_markup():
    assert marked("<b>学习记录</b>学习", ["学习"]) == "&lt;b&gt;<mark>学习</mark>记录&lt;/b&gt;<mark>学习</mark>"
    assert marked("台账台账", ["账台", "台账"]) == "<mark>台账台账</mark>"
    assert marked("abc", ["B"]) == "a<mark>b</mark>c"
    assert excerpt("一" * 40 + "学习" + "二" * 40, ["学习"]) == "…" + "一" * 16 + "<mark>学习</mark>" + "二" * 16 + "…"
    assert excerpt("没有", ["学习"]) == ""


def test_pairs_do_not_span_blanks_or_texts():
    assert grams_of(["学习 记录", "a-b", "Ab，好"]) == sorted(["学习", "记录", "AB", "B，", "，好"])
