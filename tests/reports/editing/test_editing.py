"""Editing verbs: each writes once, leaves a trace, can be undone, and never overwrites what somebody else wrote."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from jobs.errors import InvalidTransition, Refused
from reports.actions import editing
from reports.actions.paragraphs import EditConflict
from reports.actions.replacing import find_text, replace_text
from reports.actions.undoing import last_act, undo
from reports.assembly import document_of
from reports.models import Paragraph, Report
from tests import factories
from tests.reports.editing.rows import paragraph, texts
from units.models import ActivityEntry

INTRO = "problems.intro"


def save(report, row, by, **values):
    return editing.save_paragraph(report, row.uid, by=by, revision=row.revision, **values)


def test_a_save_is_stored_traced_and_logged(report, zhao):
    row = paragraph(report, INTRO)
    saved = save(report, row, zhao, text="  改过的\r\n一段\x00话。 ")
    assert (saved.text, saved.revision, saved.edited_by) == ("改过的一段话。", row.revision + 1, zhao)
    assert saved.is_edited
    edit = report.edits.get()
    assert (edit.verb, edit.before["text"], edit.after["text"]) == ("change", row.text, "改过的一段话。")
    entry = ActivityEntry.objects.filter(verb="reports.paragraph_edit").get()
    assert entry.changes["文字"][1].endswith("改过的一段话。")
    assert "改过的一段话。" in [block.text for block in document_of(report).blocks if hasattr(block, "text")]


def test_saving_the_same_changes_nothing(report, zhao):
    row = paragraph(report, INTRO)
    assert save(report, row, zhao, lead=row.lead, text=row.text).revision == row.revision
    assert not report.edits.exists()


def test_the_second_saver_is_told_and_nothing_is_lost(report, zhao, colleague):
    row = paragraph(report, INTRO)
    save(report, row, zhao, text="甲的文字。")
    with pytest.raises(EditConflict, match="赵办") as refused:
        save(report, row, colleague, text="乙的文字。")
    assert refused.value.current.text == "甲的文字。"
    assert paragraph(report, INTRO).text == "甲的文字。"
    # Having seen the difference, the second one decides.
    save(report, refused.value.current, colleague, text="甲乙合并的文字。")
    assert paragraph(report, INTRO).text == "甲乙合并的文字。"
    # Whoever wrote the same words is in no conflict.
    assert save(report, row, zhao, text="甲乙合并的文字。").text == "甲乙合并的文字。"


def test_two_people_may_save_two_paragraphs_at_once(report, zhao, colleague):
    one, other = paragraph(report, INTRO), paragraph(report, "opening")
    save(report, one, zhao, text="甲。")
    save(report, other, colleague, text="乙。")
    assert {paragraph(report, INTRO).text, paragraph(report, "opening").text} == {"甲。", "乙。"}


def test_autosave_of_one_sitting_is_one_trace(report, zhao, colleague):
    row = paragraph(report, INTRO)
    first = row.text
    for text in ("一", "一二", "一二三"):
        row = save(report, row, zhao, text=text)
    edit = report.edits.get()
    assert (edit.before["text"], edit.after["text"]) == (first, "一二三")
    row = save(report, row, colleague, text="一二三四")
    assert report.edits.count() == 2
    undo(report, by=colleague)
    undo(report, by=zhao)
    assert paragraph(report, INTRO).text == first


def test_too_long_or_unknown_is_refused(report, zhao):
    row = paragraph(report, INTRO)
    with pytest.raises(Refused, match="200"):
        save(report, row, zhao, lead="长" * 201)
    with pytest.raises(Refused, match="拆成几段"):
        save(report, row, zhao, text="长" * 20_001)
    with pytest.raises(TypeError):
        save(report, row, zhao, key="x")
    assert not report.edits.exists()


def test_adding_splitting_and_merging(report, zhao):
    row = paragraph(report, INTRO)
    before = texts(report)
    made = editing.add_paragraphs(report, by=zhao, section=row.section_id, behind=row.uid, texts=["第一。", "第二。"])
    rows = list(row.section.paragraphs.values_list("text", flat=True))
    place = rows.index("第一。")
    assert rows[place - 1 : place + 2] == [row.text, "第一。", "第二。"]
    assert all(each.is_edited for each in made)
    second = editing.split_paragraph(report, row.uid, by=zhao, revision=row.revision, lead="", head="前半。", tail="后半。")
    first = paragraph(report, INTRO)
    assert (first.text, second.text, second.sources) == ("前半。", "后半。", row.sources)
    joined = editing.merge_paragraph(report, second.uid, by=zhao, revision=second.revision)
    assert (joined.pk, joined.text) == (row.pk, "前半。后半。")
    assert joined.sources == row.sources
    for _ in range(3):
        undo(report, by=zhao)
    assert texts(report) == before
    assert last_act(report, zhao) is None


def test_merging_keeps_run_in_heading_and_sources(report, zhao):
    rows = list(report.sections.get(kind="problems").paragraphs.all())
    above, below = rows[0], rows[1]
    assert below.lead
    assert below.sources["findings"]
    joined = editing.merge_paragraph(report, below.uid, by=zhao, revision=below.revision)
    assert joined.text == f"{above.text}{below.lead}。{below.text}"
    assert set(below.sources["findings"]) <= set(joined.sources["findings"])
    with pytest.raises(Refused, match="第一段"):
        editing.merge_paragraph(report, joined.uid, by=zhao, revision=joined.revision)


def test_deleting_and_undoing_brings_everything_back(report, zhao):
    row = paragraph(report, "problems.theme.T2")
    before = texts(report)
    editing.delete_paragraph(report, row.uid, by=zhao, revision=row.revision)
    assert len(texts(report)) == len(before) - 1
    undo(report, by=zhao)
    again = paragraph(report, "problems.theme.T2")
    assert texts(report) == before
    assert (again.uid, again.sources, again.fingerprint, again.is_edited) == (row.uid, row.sources, row.fingerprint, False)


def test_deleting_what_somebody_just_changed_is_refused(report, zhao, colleague):
    row = paragraph(report, INTRO)
    save(report, row, colleague, text="刚改过。")
    with pytest.raises(EditConflict):
        editing.delete_paragraph(report, row.uid, by=zhao, revision=row.revision)
    assert paragraph(report, INTRO).text == "刚改过。"


def test_moving_within_a_part_into_the_next_and_back(report, zhao):
    before = texts(report)
    rows = list(report.sections.get(kind="problems").paragraphs.all())
    last = rows[-1]
    editing.move_paragraph(report, last.uid, by=zhao, down=True)
    last.refresh_from_db()
    assert last.section.kind == "risk_points"
    assert last.section.paragraphs.first() == last
    editing.move_paragraph(report, last.uid, by=zhao, down=False)
    assert texts(report) == before
    editing.move_paragraph(report, last.uid, by=zhao, down=False)
    assert texts(report) != before
    undo(report, by=zhao)
    assert texts(report) == before
    with pytest.raises(Refused, match="到头"):
        editing.move_paragraph(report, paragraph(report, "opening").uid, by=zhao, down=False)


def _levelled(report, zhao, row, *, deeper):
    return editing.level_paragraph(report, row.uid, by=zhao, deeper=deeper).level


def test_levels(report, zhao):
    parent = paragraph(report, "problems.theme.T2")
    section = parent.section_id
    assert parent.level == 2
    (first,) = editing.add_paragraphs(report, by=zhao, section=section, behind=parent.uid, level=3, texts=["甲。"])
    (row,) = editing.add_paragraphs(report, by=zhao, section=section, behind=first.uid, level=2, texts=["乙。"])
    assert [_levelled(report, zhao, row, deeper=True) for _ in range(3)] == [3, 4, 0]
    with pytest.raises(Refused, match="最低一级"):
        _levelled(report, zhao, row, deeper=True)
    assert [_levelled(report, zhao, row, deeper=False) for _ in range(3)] == [4, 3, 2]
    with pytest.raises(Refused, match="最高一级"):
        _levelled(report, zhao, row, deeper=False)


def test_a_level_never_jumps(report, zhao):
    """Below （一） comes 1., and not （1）; where nothing is numbered above, only （一） is possible."""
    parent = paragraph(report, "problems.theme.T2")
    (row,) = editing.add_paragraphs(report, by=zhao, section=parent.section_id, behind=parent.uid, texts=["丙。"])
    assert row.level == 0
    assert [_levelled(report, zhao, row, deeper=False) for _ in range(2)] == [3, 2]
    row = paragraph(report, "opening")
    assert [_levelled(report, zhao, row, deeper=False), _levelled(report, zhao, row, deeper=True)] == [2, 0]
    (head,) = editing.add_paragraphs(report, by=zhao, section=row.section_id, behind=row.uid, kind="heading", level=2, texts=["标题"])
    with pytest.raises(Refused, match="跳级"):
        _levelled(report, zhao, head, deeper=True)


def test_the_new_name_of_a_part_is_taken_back(report, zhao, colleague):
    section = report.sections.exclude(heading="").first()
    name = section.heading

    def heading():
        section.refresh_from_db()
        return section.heading

    editing.rename_section(report, section.pk, by=zhao, old=name, heading="总体情况")
    assert last_act(report, zhao).get_verb_display() == "修改部分标题"
    assert undo(report, by=zhao) == []
    assert heading() == name
    editing.rename_section(report, section.pk, by=zhao, old=name, heading="总体情况")
    editing.rename_section(report, section.pk, by=colleague, old="总体情况", heading="有关情况")
    with pytest.raises(Refused, match="又被修改过"):
        undo(report, by=zhao)
    assert heading() == "有关情况"


def test_tables_keep_their_shape(report, zhao):
    row = Paragraph.objects.filter(section__report=report, kind="table").first()
    table = {**row.table, "rows": [*row.table["rows"], ["合计"]]}
    saved = save(report, row, zhao, table=table)
    width = len(table["columns"])
    assert saved.table["rows"][-1] == ["合计", *[""] * (width - 1)]
    assert saved.table.get("widths") == row.table.get("widths")
    unchanged = save(report, saved, zhao, table=saved.table)
    assert unchanged.revision == saved.revision
    for bad in ("x", {"columns": [], "rows": []}, {"columns": ["a"], "rows": ["b"]}, {"columns": ["a"]}):
        with pytest.raises(Refused):
            save(report, saved, zhao, table=bad)
    undo(report, by=zhao)
    assert Paragraph.objects.get(pk=row.pk).table == row.table


def test_undo_stops_where_somebody_went_on(report, zhao, colleague):
    row = save(report, paragraph(report, INTRO), zhao, text="甲。")
    save(report, row, colleague, text="甲乙。")
    with pytest.raises(Refused, match="后来又被修改"):
        undo(report, by=zhao)
    assert paragraph(report, INTRO).text == "甲乙。"
    undo(report, by=colleague)
    undo(report, by=zhao)
    with pytest.raises(Refused, match="没有可以撤销"):
        undo(report, by=zhao)


def test_headings_of_parts(report, zhao):
    section = report.sections.get(kind="problems")
    renamed = editing.rename_section(report, section.pk, by=zhao, old=section.heading, heading="主要问题。")
    assert renamed.heading == "主要问题"
    with pytest.raises(InvalidTransition):
        editing.rename_section(report, section.pk, by=zhao, old=section.heading, heading="别的")
    with pytest.raises(Refused):
        editing.rename_section(report, section.pk, by=zhao, old="主要问题", heading=" ")


def test_find_and_replace_everywhere_as_one_act(report, zhao):
    before = texts(report)
    count = len(find_text(report, "学习"))
    assert count > 2
    assert replace_text(report, by=zhao, find="学习", replace="学用") == count
    assert find_text(report, "学习") == []
    assert len(find_text(report, "学用")) == count
    assert ActivityEntry.objects.filter(verb="reports.paragraph_edit").count() == 1
    undo(report, by=zhao)
    assert texts(report) == before
    with pytest.raises(Refused, match="没有找到"):
        replace_text(report, by=zhao, find="此处没有的话", replace="x")


def test_replace_in_one_paragraph_only(report, zhao):
    row = paragraph(report, "problems.theme.T2")
    others = [text for text in texts(report) if text[2] != row.text]
    replace_text(report, by=zhao, find="学习", replace="学用", uid=row.uid)
    assert "学习" not in paragraph(report, "problems.theme.T2").text
    assert [text for text in texts(report) if text in others] == others


def test_nothing_changes_an_issued_report(report, zhao):
    row = paragraph(report, INTRO)
    Report.objects.filter(pk=report.pk).update(status="issued", frozen={}, issued_at=timezone.now(), issued_by=zhao)
    one = {"by": zhao, "revision": row.revision}
    before = texts(report)
    for verb in (
        lambda: save(report, row, zhao, text="x"),
        lambda: editing.add_paragraphs(report, by=zhao, section=row.section_id),
        lambda: editing.delete_paragraph(report, row.uid, **one),
        lambda: editing.split_paragraph(report, row.uid, lead="", head="a", tail="b", **one),
        lambda: editing.merge_paragraph(report, row.uid, **one),
        lambda: editing.move_paragraph(report, row.uid, by=zhao, down=True),
        lambda: editing.level_paragraph(report, row.uid, by=zhao, deeper=True),
        lambda: editing.rename_section(report, row.section_id, by=zhao, old="存在问题", heading="问题"),
        lambda: replace_text(report, by=zhao, find="学习", replace="x"),
        lambda: undo(report, by=zhao),
    ):
        with pytest.raises(InvalidTransition, match="已签发"):
            verb()
    assert texts(report) == before
    assert not report.edits.exists()


def test_a_paragraph_of_another_report_is_out_of_reach(report, campaign, zhao):
    from reports.actions import compose_report

    other = compose_report(campaign, factories.report_template("four-part"), by=zhao)
    stranger = paragraph(other, INTRO)
    for uid in (stranger.uid, uuid4()):
        with pytest.raises(InvalidTransition, match="已被他人删除"):
            editing.save_paragraph(report, uid, by=zhao, revision=1, text="x")
    assert paragraph(other, INTRO).text == stranger.text
