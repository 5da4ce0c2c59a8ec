"""The assignment page: what it shows to whom, notes, conclusion, reopening."""

from __future__ import annotations

import re
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inspections.actions import assignments as actions
from inspections.actions import findings
from inspections.actions.evidence import add_files
from inspections.actions.revisions import RevisionConflict
from inspections.models import Assignment
from jobs.errors import InvalidTransition, Refused
from tests import factories
from tests.inspections.findings import files
from units.models import ActivityEntry


@pytest.fixture
def answered(assignment, qian):
    """All that must be answered is."""
    factories.make_result(assignment, "T1-1", qian, conformity="conforming")
    factories.make_result(assignment, "T1-2", qian, number=Decimal(4))
    factories.make_result(assignment, "T2-1", qian, conformity="not_conforming")
    return assignment


def test_the_page_has_all_an_inspector_needs(as_user, assignment, finding, qian, town, district, zhao, item):
    earlier = factories.make_campaign(district, zhao, year=2026, half=1, status="finished")
    factories.make_result(factories.make_assignment(earlier, town), "T1-2", zhao, number=Decimal(3))
    type(item("T1-1")).objects.filter(code="T1-1").update(guidance="看计划原件", basis="《实施细则》", clause="第三条")
    text = as_user(qian).get("assignment_detail", assignment.pk).content.decode()
    for part in ("青石镇党委", "镇街", "实地督查（听取汇报、查阅资料）", "第一督查组", "<strong>0</strong> / 3", "检查要点", "看计划原件"):
        assert part in text, part
    for part in ("第三条", "上次督查：3次", "截至 2026年10月31日", "基本符合", "记发现", finding.text, "还有 3 个必答项没有填写"):
        assert part in text, part


def test_items_of_other_categories_are_not_asked(as_user, assignment, item, qian):
    item("T2-1").categories.add(factories.make_category("企业"))
    text = as_user(qian).get("assignment_detail", assignment.pk).content.decode()
    assert "学习记录是否齐全" not in text
    assert "学习特色做法" in text


def test_who_sees_what(as_user, assignment, finding, qian, li, wu, zheng, zhou, zhao, other_team, finish):
    factories.make_result(assignment, "T1-1", qian, conformity="mostly", note="内部备注")
    for user, status in ((qian, 200), (zhao, 200), (wu, 200), (zhou, 200), (li, 404), (zheng, 404)):
        assert as_user(user).get("assignment_detail", assignment.pk).status_code == status, user
    leader = as_user(wu).get("assignment_detail", assignment.pk).content.decode()
    assert "内部备注" in leader
    assert "hx-post" not in leader
    inspected = as_user(zhou).get("assignment_detail", assignment.pk).content.decode()
    assert "内部备注" not in inspected
    assert finding.text not in inspected
    assert "活动结束后，您可以在这里查看" in inspected
    finish()
    after = as_user(zhou).get("assignment_detail", assignment.pk).content.decode()
    assert finding.text in after
    assert "hx-post" not in after
    assert as_user(qian).get("assignment_detail", assignment.pk).status_code == 404


def test_an_office_of_the_inspected_reads_nothing_before_the_end(as_user, assignment, finding, town, qian, zhao):
    below = factories.make_user("镇办", role="office", at=town)
    findings.withdraw_finding(finding, by=qian, reason="重复")
    text = as_user(below).get("assignment_detail", assignment.pk).content.decode()
    assert finding.text not in text
    ours = ActivityEntry.objects.filter(verb__startswith="inspections.")
    assert ours.visible_to(zhao).exists()
    assert not ours.visible_to(below).exists()


def test_queries_do_not_grow(as_user, assignment, qian):
    site = as_user(qian)
    counts = []
    for rows in (1, 3):
        for _ in range(rows):
            factories.make_finding(assignment, qian)
        with CaptureQueriesContext(connection) as queries:
            site.get("assignment_detail", assignment.pk)
        counts.append(len(queries))
        factories.make_result(assignment, ["T1-1", "T2-1"][len(counts) - 1], qian, conformity="mostly")
    assert counts[0] == counts[1]
    assert counts[0] < 30


# --- notes --------------------------------------------------------------------------------------------------------------


def test_notes_are_saved_as_they_are_typed_and_guarded(as_user, assignment, qian, sun):
    site = as_user(qian)
    page = site.post("assignment_notes", assignment.pk, htmx=True, revision=1, summary="总体较好", visit_on="2026-11-10")
    text = page.content.decode()
    assert "已保存 " in text
    assert 'name="revision" value="2"' in text
    late = as_user(sun).post("assignment_notes", assignment.pk, htmx=True, revision=1, summary="一般", visit_on="2026-11-10")
    assert late.status_code == 409
    assert "总体较好" in late.content.decode()
    assert Assignment.objects.get().summary == "总体较好"
    decided = as_user(sun).post("assignment_notes", assignment.pk, htmx=True, revision=1, seen=2, summary="一般", visit_on="")
    assert decided.status_code == 200
    assert Assignment.objects.get().summary == "一般"


def test_a_wrong_date_is_said(as_user, assignment, qian):
    page = as_user(qian).post("assignment_notes", assignment.pk, htmx=True, revision=1, summary="好", visit_on="明天")
    assert (page.status_code, "请填日期" in page.content.decode()) == (422, True)


def test_saving_the_same_notes_changes_nothing(assignment, qian):
    first = actions.save_notes(assignment, by=qian, base_revision=1, summary="好", visit_on=None)
    again = actions.save_notes(assignment, by=qian, base_revision=1, summary="好", visit_on=None)
    assert (first.revision, again.revision) == (2, 2)
    with pytest.raises(RevisionConflict):
        actions.save_notes(assignment, by=qian, base_revision=1, summary="较好", visit_on=None)


# --- conclude and reopen ------------------------------------------------------------------------------------------------


def test_concluding_signs_and_closes(answered, qian):
    concluded = actions.conclude_assignment(answered, by=qian, summary=" 总体较好 ")
    assert (concluded.status, concluded.summary, concluded.concluded_by) == ("concluded", "总体较好", qian)
    assert concluded.concluded_at is not None
    with pytest.raises(InvalidTransition):
        actions.conclude_assignment(answered, by=qian, summary="再来一次")
    assert ActivityEntry.objects.filter(verb="inspections.assignment_conclude").count() == 1


def test_concluding_needs_a_summary_and_all_required_answers(answered, qian):
    with pytest.raises(Refused, match="总体评价"):
        actions.conclude_assignment(answered, by=qian, summary=" ")
    answered.results.filter(item__code="T2-1").update(conformity="")
    with pytest.raises(actions.Incomplete, match="还有 1 个必答项"):
        actions.conclude_assignment(answered, by=qian, summary="好")
    answered.results.filter(item__code="T2-1").update(conformity="not_applicable")
    assert actions.conclude_assignment(answered, by=qian, summary="好").status == "concluded"


def test_the_page_lists_what_is_missing_and_keeps_the_summary(as_user, assignment, item, qian):
    page = as_user(qian).post("assignment_conclude", assignment.pk, revision=1, summary="写了很多", visit_on="2026-11-10")
    text = page.content.decode()
    assert page.status_code == 422
    assert "没有办结：还有 3 个必答项没有填写" in text
    assert f'href="#item-{item("T1-1").pk}"' in text
    assert "写了很多" in text
    assert 'value="2026-11-10"' in text


def test_a_concluded_page_is_read_only(as_user, answered, qian):
    site = as_user(qian)
    assert site.post("assignment_conclude", answered.pk, revision=1, summary="好", visit_on="").status_code == 302
    text = site.get("assignment_detail", answered.pk).content.decode()
    assert "hx-post" not in text
    assert "已办结" in text
    assert site.post("assignment_conclude", answered.pk, revision=1, summary="好", visit_on="").status_code == 422


def test_reopening_needs_a_reason_and_is_for_leader_and_office(as_user, answered, qian, sun, zhao, wu, li, other_team):
    actions.conclude_assignment(answered, by=qian, summary="好")
    assert as_user(sun).post("assignment_reopen", answered.pk, reason="漏了").status_code == 403
    assert as_user(wu).post("assignment_reopen", answered.pk, reason="漏了").status_code == 403
    assert as_user(li).post("assignment_reopen", answered.pk, reason="漏了").status_code == 404
    as_user(qian).post("assignment_reopen", answered.pk, reason="")
    assert Assignment.objects.get().status == "concluded"
    for user in (qian, zhao):
        as_user(user).post("assignment_reopen", answered.pk, reason="漏看一份记录")
        reopened = Assignment.objects.get()
        assert (reopened.status, reopened.concluded_by, reopened.summary) == ("in_progress", None, "好")
        assert "漏看一份记录" in ActivityEntry.objects.about(answered).first().summary
        assert "漏看一份记录" in as_user(wu).get("assignment_detail", answered.pk).content.decode()
        actions.conclude_assignment(answered, by=qian, summary="好")


def test_nothing_reopens_after_the_campaign(as_user, answered, qian, zhao, finish):
    actions.conclude_assignment(answered, by=qian, summary="好")
    finish()
    with pytest.raises(InvalidTransition):
        actions.reopen_assignment(answered, by=zhao, reason="漏了")
    assert as_user(zhao).post("assignment_reopen", answered.pk, reason="漏了").status_code == 403


def test_reading_is_by_get_and_writing_by_post(as_user, assignment, qian, item):
    site = as_user(qian)
    assert site.get("result_save", assignment.pk, item("T1-1").pk).status_code == 405
    assert site.post("assignment_detail", assignment.pk).status_code == 405


def test_a_refused_conclusion_is_said_at_the_top_and_where_it_is_and_keeps_what_was_typed(as_user, assignment, qian):
    page = as_user(qian).post("assignment_conclude", assignment.pk, summary="总体较好", visit_on="2026-11-10")
    text = page.content.decode()
    assert page.status_code == 422
    assert text.count("没有办结：") == 2
    assert "data-focus-first" in text
    assert ">总体较好</textarea>" in text
    assert 'value="2026-11-10"' in text


def test_the_address_of_a_refused_conclusion_leads_back(as_user, assignment, qian, zheng):
    page = as_user(qian).get("assignment_conclude", assignment.pk)
    assert page.url == f"{reverse('inspections:assignment_detail', args=[assignment.pk])}#conclude"
    assert as_user(zheng).get("assignment_conclude", assignment.pk).status_code == 404


def test_the_first_entry_of_any_kind_brings_the_new_state_along(as_user, assignment, item, qian):
    oob = '<span id="assignment-status" hx-swap-oob="true"><span class="tag tag-info">督查中</span></span>'
    for name, args, data in (
        ("result_save", [assignment.pk, item("T1-1").pk], {"conformity": "conforming", "revision": 0}),
        ("assignment_notes", [assignment.pk], {"summary": "好", "revision": assignment.revision}),
        ("finding_create", [assignment.pk], {"quick": 1, "standard": factories.make_standard().pk}),
    ):
        type(assignment).objects.filter(pk=assignment.pk).update(status="planned")
        answer = as_user(qian).post(name, *args, htmx=True, **data)
        assert oob in answer.content.decode(), name


def test_changing_a_finding_shows_the_files_it_has(as_user, assignment, qian):
    finding = factories.make_finding(assignment, qian)
    add_files(finding, [SimpleUploadedFile("会议记录.jpg", files.jpeg())], by=qian)
    text = as_user(qian).get("finding_update", finding.pk, htmx=True).content.decode()
    assert "已有 1 个文件" in text
    assert "会议记录.jpg" in text


def test_no_text_area_cuts_what_is_pasted_and_the_server_says_what_is_too_long(as_user, assignment, qian):
    site = as_user(qian)
    for page in (site.get("assignment_detail", assignment.pk), site.get("finding_create", assignment.pk, htmx=True)):
        areas = re.findall(r"<textarea[^>]*>", page.content.decode())
        assert areas
        assert all("maxlength" not in area and "data-max-length" in area for area in areas)
    answer = site.post("finding_create", assignment.pk, htmx=True, id=uuid4(), kind="problem", text="长" * 501)
    assert answer.status_code == 422
    assert "500" in answer.context["form"].errors["text"][0]
