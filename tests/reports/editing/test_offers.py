"""Facts that change after drafting: exactly the dependent paragraphs are marked, and no edit is lost."""

from __future__ import annotations

import pytest

from jobs.errors import InvalidTransition, Refused
from jobs.models import Job
from reports import rechecking
from reports.actions import editing, recompose_report
from reports.actions.paragraphs import EditConflict
from reports.actions.recomposing import accept_untouched, offers_of, settle_offer
from reports.actions.undoing import undo
from reports.models import Paragraph
from tests import factories
from tests.reports.editing.rows import paragraph, texts

T2 = "problems.theme.T2"


def recheck(report, by):
    report.refresh_from_db()
    recompose_report(report, by=by, replace=False)


def offered(report):
    return {row.key for row in Paragraph.objects.filter(section__report=report, offer__isnull=False)}


def test_nothing_is_marked_while_no_fact_changes(report, zhao):
    before = texts(report)
    recheck(report, zhao)
    assert offers_of(report) == 0
    assert texts(report) == before


def test_exactly_the_dependent_paragraphs_are_marked(report, concluded, qian, zhao):
    before = texts(report)
    old = {row.key: (row.fingerprint, row.lead, row.text, row.table) for row in Paragraph.objects.filter(section__report=report)}
    factories.make_finding(concluded[0], qian, text="台账没有签名")
    from reports.actions import draft_report

    fresh = {row.key: row for section in draft_report(report.campaign, report.template).sections for row in section.paragraphs}
    differ = {key for key in old if key in fresh and (fresh[key].lead, fresh[key].text, dict(fresh[key].table)) != old[key][1:]}
    new = set(fresh) - set(old)
    recheck(report, zhao)
    assert T2 in offered(report)
    assert "opening" not in offered(report)
    assert {key for key in offered(report) if key not in new and "annex" not in key} == {key for key in differ if "annex" not in key}
    # Not a word of what stood there has changed; what is new is added and marked as such.
    assert [text for text in texts(report) if text in before] == before
    assert paragraph(report, T2).offer["text"] != paragraph(report, T2).text


def test_an_edit_survives_and_each_choice_does_what_it_says(report, concluded, qian, zhao):
    row = editing.save_paragraph(report, paragraph(report, T2).uid, by=zhao, revision=1, text="办公室的话。")
    factories.make_finding(concluded[0], qian, text="台账没有签名", severity="serious")
    report.refresh_from_db()
    recompose_report(report, by=zhao)  # replaces what nobody touched, offers the rest
    row.refresh_from_db()
    assert row.text == "办公室的话。"
    assert offered(report) == {T2}
    offer = row.offer

    settle_offer(report, row.uid, by=zhao, revision=row.revision, choice="accept")
    accepted = paragraph(report, T2)
    assert (accepted.text, accepted.offer, accepted.is_edited, accepted.fingerprint) == (offer["text"], None, False, offer["fingerprint"])
    undo(report, by=zhao)
    row.refresh_from_db()
    assert (row.text, row.offer) == ("办公室的话。", offer)

    settle_offer(report, row.uid, by=zhao, revision=row.revision, choice="keep")
    kept = paragraph(report, T2)
    assert (kept.text, kept.offer, kept.is_edited, kept.sources) == ("办公室的话。", None, True, offer["sources"])
    recheck(report, zhao)
    assert offers_of(report) == 0, "what was decided is not asked again"
    report.refresh_from_db()

    factories.make_finding(concluded[0], qian, text="签到表缺页")
    recheck(report, zhao)
    row.refresh_from_db()
    settle_offer(report, row.uid, by=zhao, revision=row.revision, choice="merge", text="办公室的话，加上新的情况。")
    merged = paragraph(report, T2)
    assert (merged.text, merged.offer) == ("办公室的话，加上新的情况。", None)


def test_deciding_twice_or_over_a_change_is_refused(report, concluded, qian, zhao, colleague):
    factories.make_finding(concluded[0], qian, text="台账没有签名")
    recheck(report, zhao)
    row = paragraph(report, T2)
    editing.save_paragraph(report, row.uid, by=colleague, revision=row.revision, text="改。")
    with pytest.raises(EditConflict):
        settle_offer(report, row.uid, by=zhao, revision=row.revision, choice="accept")
    row.refresh_from_db()
    settle_offer(report, row.uid, by=zhao, revision=row.revision, choice="keep")
    with pytest.raises(InvalidTransition, match="已有人处理"):
        settle_offer(report, row.uid, by=zhao, revision=row.revision, choice="accept")
    assert paragraph(report, T2).text == "改。"


def test_what_is_gone_and_what_is_new_wait_for_a_decision(report, campaign, zhao):
    campaign.findings.update(withdrawn_at=factories.NOON)
    recheck(report, zhao)
    row = paragraph(report, T2)
    assert row.offer == {"gone": True}
    settle_offer(report, row.uid, by=zhao, revision=row.revision, choice="keep")
    row.refresh_from_db()
    assert (row.key, row.offer) == ("", None)
    intro = paragraph(report, "problems.intro")
    settle_offer(report, intro.uid, by=zhao, revision=intro.revision, choice="accept")
    assert not Paragraph.objects.filter(pk=intro.pk).exists()
    undo(report, by=zhao)
    assert paragraph(report, "problems.intro").offer == {"gone": True}

    campaign.findings.update(withdrawn_at=None)
    recheck(report, zhao)
    assert paragraph(report, "problems.intro").offer is None, "the facts are back"
    added = paragraph(report, T2)
    assert added.offer == {"added": True}
    settle_offer(report, added.uid, by=zhao, revision=added.revision, choice="keep")
    recheck(report, zhao)
    assert not Paragraph.objects.filter(section__report=report, key=T2).exists(), "what somebody refused does not come back"


def test_a_deleted_a_moved_and_a_levelled_paragraph_stay_so(report, concluded, qian, zhao):
    intro, theme = paragraph(report, "problems.intro"), paragraph(report, T2)
    editing.delete_paragraph(report, intro.uid, by=zhao, revision=intro.revision)
    editing.move_paragraph(report, theme.uid, by=zhao, down=True)
    editing.level_paragraph(report, theme.uid, by=zhao, deeper=True)
    theme.refresh_from_db()
    place = (theme.section_id, theme.level)
    factories.make_finding(concluded[0], qian, text="台账没有签名", severity="serious")
    report.refresh_from_db()
    recompose_report(report, by=zhao)
    assert not Paragraph.objects.filter(section__report=report, key="problems.intro").exists()
    after = paragraph(report, T2)
    assert (after.section_id, after.level, after.uid) == (*place, theme.uid)
    assert "台账没有签名" in after.text


def test_identity_survives_recomposing(report, concluded, qian, zhao):
    uids = dict(Paragraph.objects.filter(section__report=report).values_list("key", "uid"))
    factories.make_finding(concluded[0], qian, text="台账没有签名", severity="serious")
    report.refresh_from_db()
    recompose_report(report, by=zhao)
    after = dict(Paragraph.objects.filter(section__report=report).values_list("key", "uid"))
    assert {key: after[key] for key in uids} == uids


def test_all_untouched_ones_are_accepted_as_one_act(report, concluded, qian, zhao):
    edited = paragraph(report, "opening")
    editing.save_paragraph(report, edited.uid, by=zhao, revision=edited.revision, text="开头。")
    factories.make_finding(concluded[0], qian, text="台账没有签名")
    recheck(report, zhao)
    open_before = offered(report)
    assert accept_untouched(report, by=zhao) == len(open_before)
    assert offers_of(report) == 0
    assert paragraph(report, "opening").text == "开头。"
    undo(report, by=zhao)
    assert offered(report) == open_before
    accept_untouched(report, by=zhao)
    with pytest.raises(Refused, match="没有可以一并采用"):
        accept_untouched(report, by=zhao)


def test_the_job_says_how_many(report, concluded, qian, zhao, run_jobs):
    from jobs import actions as jobs

    factories.make_finding(concluded[0], qian, text="台账没有签名")
    jobs.start(rechecking.KIND, "核对", by=zhao, params={"report": report.pk}, total=1)
    (job,) = run_jobs()
    assert job.status == Job.Status.DONE, job.error
    assert f"{offers_of(report)} 段" in job.result["summary"]


def test_rechecking_takes_queries_independent_of_findings(report, concluded, qian, zhao, django_assert_max_num_queries):
    for number in range(15):
        factories.make_finding(concluded[0], qian, text=f"第{number}种情况")
    report.refresh_from_db()
    with django_assert_max_num_queries(75):
        recompose_report(report, by=zhao, replace=False)
