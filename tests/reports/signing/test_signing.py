"""拟稿、核稿、签发: the order, who may, what they saw, and that nothing moves afterwards."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import date

import docx
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs.errors import InvalidTransition, Refused
from reports.actions import compose_report, delete_report, recompose_report, update_report
from reports.actions.checks import apply_mechanical_fixes, waive
from reports.actions.editing import (
    add_paragraphs,
    delete_paragraph,
    level_paragraph,
    merge_paragraph,
    move_paragraph,
    rename_section,
    save_paragraph,
    split_paragraph,
)
from reports.actions.numbers import open_series, retire_series
from reports.actions.recomposing import accept_untouched, settle_offer
from reports.actions.replacing import replace_text
from reports.actions.signing import change_layout, correct_report, issue_report, pass_review, send_back, submit_report, withdraw_report
from reports.actions.undoing import undo
from reports.actions.versioning import restore_version, save_version
from reports.actions.word_returns import decide, decide_all, take_back
from reports.assembly import document_of
from reports.models import NumberCounter, Paragraph, Rendition, Report, SignOff
from reports.rendering.document import from_json, to_json
from reports.renditions import current_renditions, make_rendition
from reports.signing import candidates, changed_since, last_passed_review, obstacles, seen
from tests import factories
from units.models import ActivityEntry


def issue(step, by):
    return issue_report(step, by=by, saw=seen(step.report))


def first_paragraph(report):
    return Paragraph.objects.filter(section__report=report).order_by("section__order", "order").first()


# --- the way ----------------------------------------------------------------------------------------------------------------


def test_the_whole_way_from_draft_to_issue(report, zhao, he, wu):
    step = submit_report(report, by=zhao, reviewers=[he], issuer=wu, opinion="请审。")
    assert (step.step, step.status, step.assignee, step.report.status) == ("review", "waiting", he, "in_review")
    step = pass_review(step, by=he, saw=seen(step.report), opinion="数据已核对。")
    assert (step.step, step.status, step.assignee, step.report.status) == ("issue", "waiting", wu, "to_issue")
    report = issue(step, wu)
    year = report.signed_on.year
    assert (report.status, report.number, report.number_text) == ("issued", 1, f"云督报〔{year}〕1号")
    assert (report.issued_by, report.issued_at is not None) == (wu, True)
    steps = list(report.sign_offs.order_by("order").values_list("step", "status", "opinion"))
    assert steps == [("draft", "passed", "请审。"), ("review", "passed", "数据已核对。"), ("issue", "passed", "同意签发。")]
    verbs = set(ActivityEntry.objects.about(report).values_list("verb", flat=True))
    assert {"reports.report_submit", "reports.report_review", "reports.report_issue"} <= verbs


def test_reviewers_follow_each_other(report, zhao, he, wu, district):
    second = factories.make_user("沈主任", role="office", at=district)
    step = submit_report(report, by=zhao, reviewers=[he, second], issuer=wu)
    step = pass_review(step, by=he, saw=seen(report))
    assert (step.assignee, step.report.status) == (second, "in_review")
    with pytest.raises(InvalidTransition):
        pass_review(report.sign_offs.get(assignee=he), by=he, saw=seen(report))
    assert pass_review(step, by=second, saw=seen(report)).step == "issue"


@pytest.mark.parametrize("role", ["reviewer", "issuer"])
def test_a_drafter_never_signs_the_own_report(report, zhao, he, wu, role):
    people = {"reviewers": [zhao], "issuer": wu} if role == "reviewer" else {"reviewers": [he], "issuer": zhao}
    with pytest.raises(Refused, match="拟稿人不能"):
        submit_report(report, by=zhao, **people)
    # Neither when somebody else of the office submits what the drafter wrote.
    with pytest.raises(Refused, match="拟稿人不能"):
        submit_report(report, by=factories.make_user("严某", role="office", at=report.campaign.organizer), **people)
    assert not report.sign_offs.exists()


def test_the_database_itself_refuses_a_drafter_who_reviews(report, zhao):
    with pytest.raises(IntegrityError), transaction.atomic():
        SignOff.objects.create(report=report, order=1, step="review", assignee=zhao, drafter=zhao)


def test_who_may_sign_are_the_organizers_people(report, zhao, he, wu, zhou, zheng, wang, campaign):
    assert [found.user for found in candidates(campaign.organizer, without=[zhao.pk])] == [wu, he]
    for stranger in (zhou, zheng, wang):
        with pytest.raises(Refused, match="不能审核、签发"):
            submit_report(report, by=zhao, reviewers=[stranger], issuer=wu)
    with pytest.raises(Refused, match="两个环节"):
        submit_report(report, by=zhao, reviewers=[he], issuer=he)
    with pytest.raises(Refused, match="至少指定一名"):
        submit_report(report, by=zhao, reviewers=[], issuer=wu)


def test_sent_back_with_a_reason_and_through_a_second_round(submitted, zhao, he, wu):
    with pytest.raises(Refused, match="理由"):
        send_back(submitted, by=he, reason="  ")
    report = send_back(submitted, by=he, reason="第二部分与附件不一致。")
    assert report.status == "draft"
    assert list(report.sign_offs.order_by("order").values_list("status", flat=True)) == ["passed", "sent_back", "void"]
    again = submit_report(report, by=zhao, reviewers=[he], issuer=wu)
    assert again.round == 2
    report = send_back(pass_review(again, by=he, saw=seen(report)), by=wu, reason="标题再斟酌。")
    assert report.status == "draft"


def test_taken_back_by_the_office(submitted, zhao, he):
    report = withdraw_report(submitted.report, by=zhao)
    assert report.status == "draft"
    with pytest.raises(InvalidTransition):
        pass_review(submitted, by=he, saw=seen(report))
    with pytest.raises(InvalidTransition):
        withdraw_report(report, by=zhao)


def test_nobody_signs_for_another_or_out_of_turn(submitted, zhao, wu, he):
    report = submitted.report
    with pytest.raises(InvalidTransition):
        pass_review(submitted, by=wu, saw=seen(report))
    later = report.sign_offs.get(step="issue")
    with pytest.raises(InvalidTransition):
        issue_report(later, by=wu, saw=seen(report))
    with pytest.raises(InvalidTransition):
        send_back(later, by=wu, reason="不妥。")
    report.refresh_from_db()
    assert report.status == "in_review"


# --- what was seen ----------------------------------------------------------------------------------------------------------


def test_what_was_not_seen_is_not_signed(submitted, zhao, he):
    saw = seen(submitted.report)
    row = first_paragraph(submitted.report)
    save_paragraph(submitted.report, row.uid, by=zhao, revision=row.revision, text="临时改动的一段。")
    with pytest.raises(InvalidTransition, match="又有改动"):
        pass_review(submitted, by=he, saw=saw)
    submitted.refresh_from_db()
    assert (submitted.status, submitted.snapshot) == ("waiting", {})


def test_edited_after_review_is_shown_by_paragraph(to_issue, zhao):
    report = to_issue.report
    review = last_passed_review(report)
    assert review.step == "review"
    assert changed_since(report, review).changes == ()
    row = first_paragraph(report)
    save_paragraph(report, row.uid, by=zhao, revision=row.revision, text=row.text.replace("认真", "较好"))
    change_layout(report, by=zhao, series=report.number_series, layout={**report.layout, "urgency": "特急"})
    changes = changed_since(report, review).changes
    assert [change.where for change in changes] == ["版头与版记", "导语"]
    assert [(run.kind, run.text) for run in changes[1].runs if run.kind != "same"] == [("gone", "认真"), ("new", "较好")]


# --- issue ------------------------------------------------------------------------------------------------------------------


def test_what_is_missing_stops_the_issue(to_issue, wu, series):
    report = to_issue.report
    Report.objects.filter(pk=report.pk).update(number_series=None, signed_on=None)
    report.refresh_from_db()
    told = " ".join(obstacles(report))
    assert "字号" in told
    assert "成文日期" in told
    with pytest.raises(Refused, match="暂时不能签发"):
        issue(to_issue, wu)
    report.refresh_from_db()
    assert (report.status, report.frozen, NumberCounter.objects.exists()) == ("to_issue", None, False)


def test_a_gap_and_a_character_without_glyph_stop_the_issue(to_issue, wu):
    row = first_paragraph(to_issue.report)
    Paragraph.objects.filter(pk=row.pk).update(text="【待补：督查方式】")
    assert any("待补" in text or "没有填写" in text for text in obstacles(to_issue.report))
    Paragraph.objects.filter(pk=row.pk).update(text="督\U0010fffd查工作。")
    assert any("所有可用字体中都没有" in text for text in obstacles(to_issue.report))


def test_the_frozen_content_is_canonical_and_has_number_and_signature(to_issue, wu):
    report = issue(to_issue, wu)
    text = json.dumps(report.frozen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == report.frozen_sha256
    document = from_json(report.frozen)
    assert document.head.number == report.number_text
    assert document.head.approvers == ("吴书记",)
    today = timezone.localdate()
    assert document.imprint.date_text == f"{today.year}年{today.month}月{today.day}日"
    assert document_of(report) == document


def test_numbers_go_on_within_a_year_and_begin_anew_in_the_next(campaign, concluded, zhao, he, wu, series):
    from tests.reports.signing.conftest import make_report

    numbers = []
    for day in (date(2026, 11, 20), date(2026, 12, 30), date(2027, 1, 4)):
        report = make_report(campaign, zhao, series)
        Report.objects.filter(pk=report.pk).update(signed_on=day)
        step = submit_report(Report.objects.get(pk=report.pk), by=zhao, reviewers=[he], issuer=wu)
        step = pass_review(step, by=he, saw=seen(step.report))
        numbers.append(issue(step, wu).number_text)
    assert numbers == ["云督报〔2026〕1号", "云督报〔2026〕2号", "云督报〔2027〕1号"]


def test_a_new_report_takes_the_series_when_there_is_only_one(campaign, concluded, zhao, district, series):
    template = factories.report_template("four-part")
    assert compose_report(campaign, template, by=zhao).number_series == series
    other = open_series(district, by=zhao, prefix="云督通")
    assert compose_report(campaign, template, by=zhao).number_series is None
    retire_series(other, by=zhao)
    assert compose_report(campaign, template, by=zhao).number_series == series


def test_an_issue_that_fails_gives_its_number_back(to_issue, wu, monkeypatch):
    saw = seen(to_issue.report)
    monkeypatch.setattr("reports.actions.signing.to_json", lambda document: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        issue_report(to_issue, by=wu, saw=saw)
    monkeypatch.undo()
    to_issue.refresh_from_db()
    assert issue_report(to_issue, by=wu, saw=saw).number == 1


def test_issuing_twice_is_refused(to_issue, wu):
    saw = seen(to_issue.report)
    issue_report(to_issue, by=wu, saw=saw)
    with pytest.raises(InvalidTransition):
        issue_report(SignOff.objects.get(pk=to_issue.pk), by=wu, saw=saw)
    assert NumberCounter.objects.get().last == 1


def test_files_come_from_the_frozen_content_and_drafts_are_not_taken_for_them(to_issue, wu, zhao):
    report = to_issue.report
    Report.objects.filter(pk=report.pk).update(layout={})
    report.refresh_from_db()
    # Without a head the content of draft and issue is the same, but the draft's file says that it is one.
    draft = make_rendition(report, Rendition.Format.PDF, by=zhao)
    report = issue(to_issue, wu)
    assert current_renditions(report) == []
    Paragraph.objects.filter(section__report=report).update(text="改过的内容。")
    final = make_rendition(report, Rendition.Format.PDF, by=wu)
    assert final.content_sha256 == report.frozen_sha256 == draft.content_sha256
    assert final.sha256 != draft.sha256
    with final.file.open("rb") as file:
        assert file.read(5) == b"%PDF-"
    word = make_rendition(report, Rendition.Format.DOCX, by=wu)
    assert current_renditions(report) == [final, word]
    assert make_rendition(report, Rendition.Format.PDF, by=wu) == final


def proposal_for(report, by):
    """A change that came back in a Word file and waits: one that could be carried out if the report were open."""
    returned = report.word_returns.create(name="修改稿.docx", sha256="0" * 64, made_by=by)
    return returned.proposals.create(kind="add", after={"text": "外来的一段。", "section": report.sections.first().pk})


def word_file():
    """A .docx that says something else than the report: taken back into an open one, it has changes."""
    word, stream = docx.Document(), io.BytesIO()
    word.add_paragraph("外来的一段。")
    word.save(stream)
    return stream.getvalue()


WRITES = {
    "update": lambda report, row, by: update_report(report, by=by, revision=report.revision, title="另一标题"),
    "delete": lambda report, row, by: delete_report(report, by=by),
    "recompose": lambda report, row, by: recompose_report(report, by=by),
    "layout": lambda report, row, by: change_layout(report, by=by, series=None, layout={}),
    "save": lambda report, row, by: save_paragraph(report, row.uid, by=by, revision=row.revision, text="改了。"),
    "add": lambda report, row, by: add_paragraphs(report, by=by, section=row.section_id, behind=row.uid, texts=["新段。"]),
    "remove": lambda report, row, by: delete_paragraph(report, row.uid, by=by, revision=row.revision),
    "split": lambda report, row, by: split_paragraph(report, row.uid, by=by, revision=row.revision, lead="", head="甲。", tail="乙。"),
    "merge": lambda report, row, by: merge_paragraph(report, row.uid, by=by, revision=row.revision),
    "move": lambda report, row, by: move_paragraph(report, row.uid, by=by, down=True),
    "level": lambda report, row, by: level_paragraph(report, row.uid, by=by, deeper=True),
    "rename": lambda report, row, by: rename_section(report, row.section_id, by=by, old=row.section.heading, heading="别的标题"),
    "replace": lambda report, row, by: replace_text(report, by=by, find="较好", replace="认真"),
    "version": lambda report, row, by: save_version(report, by=by, reason="存"),
    "restore": lambda report, row, by: restore_version(report, report.versions.last(), by=by),
    "undo": lambda report, row, by: undo(report, by=by),
    "accept": lambda report, row, by: accept_untouched(report, by=by),
    "settle": lambda report, row, by: settle_offer(report, row.uid, by=by, revision=row.revision, choice="accept"),
    "fix": lambda report, row, by: apply_mechanical_fixes(report, by=by),
    "waive": lambda report, row, by: waive(report, "0" * 64, "理由", by=by),
    "submit": lambda report, row, by: submit_report(report, by=by, reviewers=[], issuer=by),
    "take_back": lambda report, row, by: take_back(report, by=by, name="修改稿.docx", content=word_file()),
    "decide": lambda report, row, by: decide(report, proposal_for(report, by), by=by, accept=False),
    "decide_all": lambda report, row, by: decide_all(report, proposal_for(report, by).source, by=by, accept=True),
    "withdraw": lambda report, row, by: withdraw_report(report, by=by),
}


@pytest.mark.parametrize("name", WRITES)
def test_nothing_changes_an_issued_report(to_issue, wu, zhao, name):
    edited = first_paragraph(to_issue.report)
    save_paragraph(to_issue.report, edited.uid, by=zhao, revision=edited.revision, text=edited.text.replace("认真", "较好"))
    report = issue(to_issue, wu)
    before, document = Report.objects.values().get(pk=report.pk), to_json(document_of(report))
    texts = list(Paragraph.objects.filter(section__report=report).values_list("uid", "text", "level", "order"))
    with pytest.raises(Refused):
        WRITES[name](report, first_paragraph(report), zhao)
    assert Report.objects.values().get(pk=report.pk) == before
    assert list(Paragraph.objects.filter(section__report=report).values_list("uid", "text", "level", "order")) == texts
    assert to_json(document_of(Report.objects.get(pk=report.pk))) == document


# --- correction -------------------------------------------------------------------------------------------------------------


def test_a_correction_is_a_new_report_that_names_the_old(to_issue, wu, zhao, he):
    old = issue(to_issue, wu)
    before = old.frozen
    new = correct_report(old, by=zhao, reason="附件1部分数据统计有误。")
    assert (new.corrects, new.status, new.number, new.frozen) == (old, "draft", None, None)
    opening = first_paragraph(new)
    assert opening.text == f"因附件1部分数据统计有误，现对《{old.title}》（{old.number_text}）予以更正，以本件为准。"
    texts = {
        report: list(Paragraph.objects.filter(section__report=report).order_by("section__order", "order").values_list("text", flat=True))
        for report in (old, new)
    }
    assert texts[new][1:] == texts[old]
    uids = Paragraph.objects.filter(section__report__in=[old, new]).values_list("uid", flat=True)
    assert len(set(uids)) == len(uids)
    step = pass_review(submit_report(new, by=zhao, reviewers=[he], issuer=wu), by=he, saw=seen(new))
    assert issue(step, wu).number == 2
    old.refresh_from_db()
    assert old.frozen == before


def test_only_what_is_issued_is_corrected(report, zhao):
    with pytest.raises(InvalidTransition):
        correct_report(report, by=zhao, reason="有误")
