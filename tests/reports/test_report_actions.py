"""Composing into rows, and composing again without losing what a person wrote."""

from __future__ import annotations

from datetime import date

import pytest

from jobs.errors import InvalidTransition, Refused
from reports.actions import compose_report, delete_report, draft_report, interleaved, recompose_report, update_report
from reports.assembly import document_of, draft_of
from reports.models import Paragraph, Report, Section
from reports.rendering.document import Annex, Heading
from tests import factories
from units.models import ActivityEntry


@pytest.fixture
def concluded(campaign, town, bureau, team, qian):
    rows = [factories.make_assignment(campaign, each, team, status="concluded", summary="较好") for each in (town, bureau)]
    for row in rows:
        factories.make_result(row, "T1-1", qian, conformity="conforming")
        factories.make_finding(row, qian, standard=factories.make_standard(), text=f"{row.organization}记录不全")
    factories.make_finding(rows[0], qian, kind="good_practice", text="每月在村组开展集中学习")
    return rows


@pytest.fixture
def four_part(db):
    return factories.report_template("four-part")


@pytest.fixture
def report(campaign, concluded, zhao, four_part):
    return compose_report(campaign, four_part, by=zhao)


def paragraph(report, key):
    return Paragraph.objects.get(section__report=report, key=key)


def test_a_composed_report_is_stored_as_it_was_drafted(report, campaign, four_part, zhao):
    draft = draft_report(campaign, four_part)
    stored = draft_of(report)
    assert (stored.title, stored.signers, stored.signed_on) == (draft.title, draft.signers, draft.signed_on)
    assert [(s.kind, s.heading, s.is_internal) for s in stored.sections] == [(s.kind, s.heading, s.is_internal) for s in draft.sections]
    for mine, theirs in zip(stored.sections, draft.sections, strict=True):
        assert [(p.key, p.level, p.lead, p.text, p.fingerprint) for p in mine.paragraphs] == [
            (p.key, p.level, p.lead, p.text, p.fingerprint) for p in theirs.paragraphs
        ]
    assert not any(row.is_edited for row in Paragraph.objects.filter(section__report=report))
    assert (report.drafted_by, report.campaign, report.organization) == (zhao, campaign, None)
    entry = ActivityEntry.objects.about(report).get()
    assert (entry.verb, entry.organization_path) == ("reports.report_compose", campaign.organizer.path)


def test_sources_of_rows_name_what_is_in_the_database(report, campaign):
    problems = paragraph(report, "problems.theme.T2")
    assert set(problems.sources["findings"]) == {str(pk) for pk in campaign.findings.problems().values_list("pk", flat=True)}
    assert paragraph(report, "opening").sources["campaigns"] == [campaign.pk]


def test_the_document_of_a_report_takes_two_queries(report, django_assert_num_queries):
    with django_assert_num_queries(2):
        document = document_of(report)
    headings = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 1]
    assert headings == ["一、基本情况", "二、存在问题", "三、风险点", "四、下步打算"]
    assert [(annex.number, annex.title, annex.internal) for annex in document.annexes if isinstance(annex, Annex)] == [
        (1, "督查覆盖情况表", False),
        (2, "督查情况图表", False),
        (3, "督查发现问题清单", True),
    ]


def test_writing_a_report_takes_queries_independent_of_findings(campaign, concluded, zhao, qian, four_part, django_assert_max_num_queries):
    for number in range(12):
        factories.make_finding(concluded[0], qian, text=f"第{number}种情况")
    with django_assert_max_num_queries(45):
        compose_report(campaign, four_part, by=zhao)


def test_nothing_concluded_is_refused(campaign, town, team, zhao, four_part):
    factories.make_assignment(campaign, town, team, status="in_progress")
    with pytest.raises(Refused, match="还没有已办结的督查任务"):
        compose_report(campaign, four_part, by=zhao)
    assert not Report.objects.exists()


def test_feedback_needs_an_organization_with_a_concluded_inspection(campaign, concluded, town, district, zhao):
    feedback = factories.report_template("feedback")
    with pytest.raises(Refused, match="请先选定一个组织"):
        compose_report(campaign, feedback, by=zhao)
    with pytest.raises(Refused, match="请先办结"):
        compose_report(campaign, feedback, by=zhao, organization=district)
    report = compose_report(campaign, feedback, by=zhao, organization=town)
    assert (report.organization, report.addressee) == (town, "青石镇党委")


# --- again ------------------------------------------------------------------------------------------------------------------


def test_recomposing_takes_in_changed_facts(report, concluded, qian, zhao):
    before = paragraph(report, "problems.theme.T2")
    factories.make_finding(concluded[0], qian, text="台账没有签名", severity="notable")
    recompose_report(report, by=zhao)
    after = paragraph(report, "problems.theme.T2")
    assert "台账没有签名" in after.text
    assert after.fingerprint != before.fingerprint
    assert report.revision == 2
    assert ActivityEntry.objects.about(report).filter(verb="reports.report_recompose").exists()


def test_recomposing_without_changes_changes_nothing(report, zhao):
    before = draft_of(report)
    recompose_report(report, by=zhao)
    assert draft_of(report) == before


@pytest.mark.parametrize("field", ["text", "lead"])
def test_an_edited_paragraph_stays(report, concluded, qian, zhao, field):
    edited = paragraph(report, "problems.theme.T2")
    setattr(edited, field, "办公室改过的话")
    edited.save()
    factories.make_finding(concluded[0], qian, text="台账没有签名")
    recompose_report(report, by=zhao)
    after = paragraph(report, "problems.theme.T2")
    assert (after.pk, getattr(after, field), after.fingerprint) == (edited.pk, "办公室改过的话", edited.fingerprint)
    assert "归并为3类" in paragraph(report, "problems.intro").text


def test_an_edited_paragraph_stays_even_when_its_facts_are_gone(report, concluded, campaign, zhao):
    edited = paragraph(report, "problems.theme.T2")
    edited.text = "这一段要留着。"
    edited.save()
    campaign.findings.update(withdrawn_at=factories.NOON)
    recompose_report(report, by=zhao)
    texts = list(report.sections.get(kind="problems").paragraphs.values_list("text", flat=True))
    assert "这一段要留着。" in texts
    assert not Paragraph.objects.filter(section__report=report, key="problems.intro").exists()


def test_an_added_paragraph_keeps_its_place(report, zhao):
    section = report.sections.get(kind="overview")
    for row in section.paragraphs.filter(order__gte=2):
        row.order += 1
        row.save()
    Paragraph.objects.create(section=section, text="补写的一段。", order=2)
    before = list(section.paragraphs.values_list("text", flat=True))
    recompose_report(report, by=zhao)
    assert list(section.paragraphs.values_list("text", flat=True)) == before


def test_an_added_section_stays(report, zhao):
    section = Section.objects.create(report=report, kind="custom", heading="有关说明", order=99)
    Paragraph.objects.create(section=section, text="说明。")
    recompose_report(report, by=zhao)
    assert report.sections.last() == section


def test_headings_and_title_are_not_taken_back(report, zhao):
    Section.objects.filter(report=report, kind="problems").update(heading="主要问题")
    update_report(report, by=zhao, revision=report.revision, title="督查通报")
    recompose_report(report, by=zhao)
    assert report.title == "督查通报"
    assert report.sections.get(kind="problems").heading == "主要问题"


def test_two_people_never_both_recompose(report, zhao):
    stale = Report.objects.get(pk=report.pk)
    recompose_report(report, by=zhao)
    with pytest.raises(InvalidTransition, match="请刷新页面"):
        recompose_report(stale, by=zhao)


def test_a_stale_editor_is_refused(report, zhao):
    update_report(report, by=zhao, revision=1, addressee="区委")
    with pytest.raises(InvalidTransition, match="他人修改"):
        update_report(report, by=zhao, revision=1, addressee="区政府")
    report.refresh_from_db()
    assert report.addressee == "区委"
    assert ActivityEntry.objects.about(report).filter(verb="reports.report_update").get().changes == {"主送": ["", "区委"]}


def test_update_takes_only_formal_facts(report, zhao):
    with pytest.raises(TypeError, match="status"):
        update_report(report, by=zhao, revision=1, status="issued")
    update_report(report, by=zhao, revision=1, signed_on=date(2026, 12, 1), signers=["区委办公室"])
    assert document_of(report).signature.date_text == "2026年12月1日"


def test_a_draft_can_be_thrown_away_once(report, zhao):
    delete_report(report, by=zhao)
    assert not Report.objects.exists()
    assert ActivityEntry.objects.filter(verb="reports.report_delete").count() == 1


@pytest.mark.parametrize(
    ("new", "old", "kept", "result"),
    [
        ("abc", "abc", "", "abc"),
        ("abc", "axbc", "x", "axbc"),
        ("abc", "xabc", "x", "xabc"),
        ("ac", "abxc", "x", "axc"),
        ("abc", "axyb", "xy", "axybc"),
        ("", "xy", "xy", "xy"),
    ],
)
def test_what_is_kept_stays_behind_its_neighbour(new, old, kept, result):
    assert "".join(interleaved(new, old, kept)) == result
