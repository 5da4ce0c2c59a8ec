"""Versions and their differences, and the pure functions below them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.errors import Refused
from reports.actions import editing, recompose_report
from reports.actions.versioning import restore_version, save_version
from reports.differences import GONE, NEW, lost_names, lost_numbers, runs
from reports.models import ReportVersion
from reports.sheet import lost_facts
from reports.versions import content_of, differences
from tests import factories
from tests.reports.editing.rows import paragraph, texts

SOME = st.text(alphabet="一二三四督查报告，。0123.% AZ\n", max_size=40)


@given(SOME, SOME)
def test_runs_lose_nothing(old, new):
    found = runs(old, new)
    assert "".join(run.text for run in found if run.kind != NEW) == old
    assert "".join(run.text for run in found if run.kind != GONE) == new
    if old == new:
        assert all(run.kind == "same" for run in found)


def test_a_number_changes_as_a_whole_and_islands_are_swallowed():
    assert [(run.kind, run.text) for run in runs("共检查58家单位。", "共检查61家单位。")] == [
        ("same", "共检查"),
        ("gone", "58"),
        ("new", "61"),
        ("same", "家单位。"),
    ]
    changed = [run for run in runs("学习记录不够规范", "台账记载不够完整") if run.kind != "same"]
    assert len(changed) <= 4


def test_lost_facts_are_numbers_and_names():
    assert lost_numbers("3个镇的58家单位，占98.4%", "3个镇的单位，占98%") == ["58", "98.4%"]
    assert lost_numbers("58家", "共58家单位") == []
    assert lost_names(["青石镇党委", "青石镇", "区档案馆"], "区档案馆做得好") == ["青石镇党委"]


def test_what_an_edit_takes_out_is_noticed(report, zhao):
    row = paragraph(report, "problems.theme.T2")
    row.drafted_text = row.text = "青石镇党委等2个单位记录不全，占58.5%。"
    row.save()
    edited = editing.save_paragraph(report, row.uid, by=zhao, revision=row.revision, text="有关单位记录不全，占58.5%。")
    assert lost_facts(report, [edited]) == {str(row.uid): ["2", "青石镇党委"]}
    again = editing.save_paragraph(report, row.uid, by=zhao, revision=edited.revision, text="青石镇党委等2个单位的记录不全，占58.5%。")
    assert lost_facts(report, [again]) == {}


def test_composing_and_recomposing_leave_versions(report, concluded, qian, zhao):
    assert [version.reason for version in report.versions.all()] == ["系统起草"]
    factories.make_finding(concluded[0], qian, text="台账没有签名")
    recompose_report(report, by=zhao)
    assert [version.number for version in report.versions.all()] == [2, 1], "the same content is not kept twice"


def test_going_on_after_somebody_else_leaves_a_version(report, zhao, colleague):
    row = paragraph(report, "opening")
    for by, text in ((zhao, "甲。"), (zhao, "甲甲。"), (colleague, "乙。"), (colleague, "乙乙。")):
        row = editing.save_paragraph(report, row.uid, by=by, revision=row.revision, text=text)
    kept = [version.content["sections"][0]["paragraphs"][0]["text"] for version in report.versions.filter(reason="自动保存")]
    assert kept == ["甲甲。"]


def test_differences_are_told_by_paragraph(report, zhao):
    old = content_of(report)
    rows = list(report.sections.get(kind="problems").paragraphs.all())
    editing.save_paragraph(report, rows[0].uid, by=zhao, revision=1, text=rows[0].text.replace("。", "，特此说明。"))
    editing.delete_paragraph(report, rows[1].uid, by=zhao, revision=1)
    editing.add_paragraphs(report, by=zhao, section=rows[0].section_id, behind=rows[0].uid, texts=["新的一段。"])
    section = report.sections.get(kind="next_steps")
    editing.rename_section(report, section.pk, by=zhao, old=section.heading, heading="下一步安排")
    found = differences(old, content_of(report))
    assert sorted(each.what for each in found) == ["修改", "修改", "删除", "新增"]
    assert {each.where for each in found} == {"部分标题", "存在问题"}
    assert differences(old, old) == []


def test_restoring_brings_back_and_keeps_what_stood(report, zhao):
    before, ids = texts(report), set(report.sections.values_list("pk", flat=True))
    first = save_version(report, by=zhao, reason="送审前")
    rows = list(report.sections.get(kind="problems").paragraphs.all())
    editing.save_paragraph(report, rows[0].uid, by=zhao, revision=1, text="改了。")
    editing.delete_paragraph(report, rows[1].uid, by=zhao, revision=1)
    editing.add_paragraphs(report, by=zhao, section=rows[0].section_id, texts=["新。"])
    after = texts(report)
    restore_version(report, first, by=zhao)
    assert texts(report) == before
    assert set(report.sections.values_list("pk", flat=True)) == ids
    last = ReportVersion.objects.filter(report=report, reason__startswith="恢复第").get()
    restore_version(report, last, by=zhao)
    assert texts(report) == after


def test_a_version_of_another_report_is_refused(report, campaign, zhao):
    from reports.actions import compose_report

    other = compose_report(campaign, factories.report_template("four-part"), by=zhao)
    with pytest.raises(Refused, match="不属于"):
        restore_version(report, other.versions.first(), by=zhao)


def test_what_somebody_writes_about_a_version_is_kept(report, zhao):
    """Nothing has changed since the system drafted it, but "送领导前" is worth a version of its own; saying it twice is not."""
    kept = [save_version(report, by=zhao, reason=reason).reason for reason in ("送领导前", "送领导前", "")]
    assert kept == ["送领导前", "送领导前", "送领导前"]
    assert [version.reason for version in report.versions.all()] == ["送领导前", "系统起草"]
