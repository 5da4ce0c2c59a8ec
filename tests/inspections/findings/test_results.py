"""Answers: saved one by one, guarded by revision, only what the organization is asked."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal

import pytest

from inspections.actions.results import save_result
from inspections.actions.revisions import DuplicateId, RevisionConflict
from inspections.answer_sheet import answer_sheet
from inspections.models import Assignment, CheckResult
from jobs.errors import InvalidTransition, Refused
from tests import factories
from units.models import ActivityEntry


def test_first_answer_begins_the_assignment_and_is_logged_under_the_organizer(assignment, item, qian, district):
    result = save_result(assignment, item("T1-1"), {"conformity": "conforming"}, by=qian, base_revision=0)
    assignment.refresh_from_db()
    assert (result.answer, result.revision, assignment.status) == ("符合", 1, "in_progress")
    entries = list(ActivityEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert entries[-2:] == ["inspections.assignment_begin", "inspections.result_save"]
    last = ActivityEntry.objects.first()
    assert last.organization_path == district.path
    assert last.changes == {"检查结果": ["", "符合"]}


def test_the_clients_id_is_kept_and_sending_twice_changes_nothing(assignment, item, qian):
    mine = uuid.uuid4()
    first = save_result(assignment, item("T1-1"), {"conformity": "mostly"}, by=qian, base_revision=0, result_id=mine)
    again = save_result(assignment, item("T1-1"), {"conformity": "mostly"}, by=qian, base_revision=0, result_id=mine)
    assert first.pk == again.pk == mine
    assert again.revision == 1
    assert CheckResult.objects.count() == 1


def test_an_id_of_another_answer_is_refused(assignment, item, qian):
    taken = save_result(assignment, item("T1-1"), {"conformity": "mostly"}, by=qian, base_revision=0)
    with pytest.raises(DuplicateId):
        save_result(assignment, item("T2-1"), {"conformity": "mostly"}, by=qian, base_revision=0, result_id=taken.pk)


def test_an_edit_raises_the_revision_and_a_stale_one_is_a_conflict(assignment, item, qian, sun):
    save_result(assignment, item("T1-1"), {"conformity": "mostly"}, by=qian, base_revision=0)
    save_result(assignment, item("T1-1"), {"conformity": "conforming"}, by=sun, base_revision=1)
    with pytest.raises(RevisionConflict) as conflict:
        save_result(assignment, item("T1-1"), {"conformity": "not_conforming"}, by=qian, base_revision=1)
    assert (conflict.value.server.answer, conflict.value.server.answered_by) == ("符合", sun)
    kept = CheckResult.objects.get()
    assert (kept.conformity, kept.revision) == ("conforming", 2)
    decided = save_result(assignment, item("T1-1"), {"conformity": "not_conforming"}, by=qian, base_revision=2)
    assert (decided.conformity, decided.revision, decided.answered_by) == ("not_conforming", 3, qian)


def test_two_first_answers_are_a_conflict_too(assignment, item, qian, sun):
    save_result(assignment, item("T1-1"), {"conformity": "mostly"}, by=qian, base_revision=0)
    with pytest.raises(RevisionConflict):
        save_result(assignment, item("T1-1"), {"conformity": "conforming"}, by=sun, base_revision=0)


def test_an_item_of_another_category_or_checklist_is_refused(assignment, item, qian):
    foreign = item("T1-1")
    foreign.categories.add(factories.make_category("企业"))
    with pytest.raises(Refused, match="不适用于该单位"):
        save_result(assignment, foreign, {"conformity": "mostly"}, by=qian, base_revision=0)
    other = factories.make_checklist(name="别的清单").themes.first().items.first()
    with pytest.raises(Refused, match="不适用于该单位"):
        save_result(assignment, other, {"conformity": "mostly"}, by=qian, base_revision=0)
    assert not CheckResult.objects.exists()


@pytest.mark.parametrize("state", ["concluded", "finished", "preparing"])
def test_nothing_is_written_once_it_is_closed(assignment, campaign, item, qian, state):
    if state == "concluded":
        Assignment.objects.update(status="concluded", concluded_by=qian, concluded_at=factories.NOON)
    else:
        type(campaign).objects.update(status=state)
    with pytest.raises(InvalidTransition):
        save_result(assignment, item("T1-1"), {"conformity": "mostly"}, by=qian, base_revision=0)
    assert not CheckResult.objects.exists()


def test_the_sheet_asks_only_what_applies_to_the_category(assignment, item, town):
    item("T1-2").categories.add(factories.make_category("企业"))
    item("T2-1").categories.add(town.category, factories.make_category("企业"))
    sheet = answer_sheet(assignment)
    assert [row.item.code for row in sheet.rows] == ["T1-1", "T2-1", "T2-2"]
    assert (sheet.required, [row.number for row in sheet.rows]) == (2, ["1.1", "2.1", "2.2"])


def test_progress_counts_required_answers_and_no_notes(assignment, qian):
    factories.make_result(assignment, "T1-1", qian, conformity="not_applicable")
    factories.make_result(assignment, "T1-2", qian, note="还没有拿到材料")
    factories.make_result(assignment, "T2-2", qian, text="有特色")
    sheet = answer_sheet(assignment)
    assert (sheet.required_answered, sheet.required, sheet.percent) == (1, 3, 33)
    assert [row.item.code for row in sheet.missing] == ["T1-2", "T2-1"]


def test_the_last_answer_of_the_same_code_stands_beside(assignment, town, district, zhao, qian):
    earlier = factories.make_campaign(district, zhao, year=2026, half=1, status="finished")
    before = factories.make_assignment(earlier, town)
    factories.make_result(before, "T1-2", zhao, number=Decimal("3.00"), is_approximate=True)
    rows = {row.item.code: row for row in answer_sheet(assignment, with_previous=True).rows}
    assert rows["T1-2"].previous.answer == "约3次"
    assert rows["T1-1"].previous is None


# --- the screen ---------------------------------------------------------------------------------------------------------


def save(site, assignment, item, **data):
    return site.post("result_save", assignment.pk, item.pk, htmx=True, **{"revision": 0, "id": uuid.uuid4(), **data})


def test_saving_says_when_and_sends_progress_and_revision(as_user, assignment, item, qian):
    page = save(as_user(qian), assignment, item("T1-1"), conformity="conforming")
    text = page.content.decode()
    result = CheckResult.objects.get()
    assert page.status_code == 200
    assert "已保存 " in text
    assert f'name="id" value="{result.pk}"' in text
    assert 'name="revision" value="1"' in text
    assert "<strong>1</strong> / 3" in text
    assert 'id="missing" hx-swap-oob="true"' in text


@pytest.mark.parametrize(
    ("typed", "number", "approximate"),
    [
        ("12", "12", False),
        ("１２", "12", False),
        ("1,200", "1200", False),
        ("约30次", "30", True),
        ("30余", "30", True),
        ("12.50 次", "12.5", False),
    ],
)
def test_numbers_are_read_as_people_type_them(as_user, assignment, item, qian, typed, number, approximate):
    assert save(as_user(qian), assignment, item("T1-2"), number=typed).status_code == 200
    result = CheckResult.objects.get()
    assert (result.number, result.is_approximate) == (Decimal(number), approximate)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("十二", "请填数字"),
        ("-1", "不能小于 0"),
        ("1.234", "两位小数"),
        ("99999999999", "数值过大"),
        ("NaN", "请填数字"),
        ("1e5000", "数值过大"),
    ],
)
def test_a_wrong_number_is_said_at_the_field_and_not_saved(as_user, assignment, item, qian, typed, said):
    page = save(as_user(qian), assignment, item("T1-2"), number=typed)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not CheckResult.objects.exists()


def test_dates_and_texts_are_saved(as_user, assignment, item, qian):
    dated = item("T1-1")
    type(dated).objects.filter(pk=dated.pk).update(answer_kind="date")
    site = as_user(qian)
    save(site, assignment, dated, date="2026-10-09")
    save(site, assignment, item("T2-2"), text="每周一讲")
    assert {r.answer for r in CheckResult.objects.select_related("item")} == {"2026年10月9日", "每周一讲"}
    assert CheckResult.objects.get(item=dated).date == date(2026, 10, 9)
    wrong = save(site, assignment, dated, date="昨天", revision=1)
    assert (wrong.status_code, "请填日期" in wrong.content.decode()) == (422, True)


def test_a_conflict_shows_both_answers_and_who(as_user, assignment, item, qian, sun):
    factories.make_result(assignment, "T1-1", sun, conformity="conforming")
    site = as_user(qian)
    page = save(site, assignment, item("T1-1"), conformity="not_conforming", note="缺盖章")
    text = page.content.decode()
    assert page.status_code == 409
    assert "孙组员" in text
    assert "已填：<strong>符合</strong>" in text
    assert "您填的是：<strong>不符合</strong>（备注：缺盖章）" in text
    assert 'name="seen" value="1"' in text
    assert CheckResult.objects.get().conformity == "conforming"
    assert save(site, assignment, item("T1-1"), conformity="not_conforming", note="缺盖章", seen=1).status_code == 200
    assert CheckResult.objects.get().conformity == "not_conforming"


def test_keeping_the_others_answer_shows_the_item_as_stored(as_user, assignment, item, qian, sun):
    factories.make_result(assignment, "T1-1", sun, conformity="mostly")
    page = as_user(qian).get("result_row", assignment.pk, item("T1-1").pk, htmx=True)
    text = page.content.decode()
    assert 'value="mostly" id="item-' in text
    assert text.count(" checked") == 1


def test_a_closed_assignment_refuses_with_a_sentence(as_user, assignment, item, qian):
    Assignment.objects.update(status="concluded", concluded_by=qian, concluded_at=factories.NOON)
    page = save(as_user(qian), assignment, item("T1-1"), conformity="mostly")
    assert (page.status_code, "已经办结" in page.content.decode()) == (422, True)


def test_who_may_save(as_user, assignment, item, qian, sun, li, zhao, wu, zheng, zhou, other_team, finish):
    expected = {sun: 200, zhao: 200, wu: 403, zhou: 403, li: 404, zheng: 404}
    for user, status in expected.items():
        CheckResult.objects.all().delete()
        assert save(as_user(user), assignment, item("T2-2"), text="特色").status_code == status, user
        assert CheckResult.objects.filter(answered_by=user).exists() is (status == 200), user
    finish()
    assert save(as_user(zhao), assignment, item("T2-2"), text="再改").status_code == 403
    assert save(as_user(qian), assignment, item("T2-2"), text="再改").status_code == 404
