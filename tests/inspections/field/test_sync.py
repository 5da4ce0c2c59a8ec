"""Sending records: each stored once, guarded by its revision, refused for itself."""

from __future__ import annotations

import uuid

import pytest

from inspections.actions.assignments import conclude_assignment, reopen_assignment
from inspections.actions.findings import update_finding, withdraw_finding
from inspections.models import CheckResult, Finding, Receipt
from tests import factories
from tests.inspections.field import phone as make
from tests.inspections.field.phone import Phone
from units.models import ActivityEntry


@pytest.fixture
def phone(qian, assignment):
    return Phone(qian)


def test_what_is_new_is_stored_with_its_log(phone, assignment, qian):
    answer, found = make.result(assignment, "T1-2", number="约12次"), make.finding(assignment, item="T2-1")
    outcomes = phone.send(found, answer)
    assert [(one["status"], one["outcome"], one["revision"]) for one in outcomes] == [(201, "created", 1)] * 2
    stored = Finding.objects.get(pk=found["id"])
    assert (stored.recorded_by, stored.item.code, stored.organization_path) == (qian, "T2-1", assignment.organization_path)
    assert stored.recorded_at.isoformat() == "2026-11-10T01:31:00+00:00"
    result = CheckResult.objects.get(pk=answer["id"])
    assert (result.number, result.is_approximate, result.answered_by) == (12, True, qian)
    assignment.refresh_from_db()
    assert assignment.status == "in_progress"
    verbs = list(ActivityEntry.objects.filter(actor=qian).values_list("verb", flat=True))
    assert sorted(verbs) == ["inspections.assignment_begin", "inspections.finding_create", "inspections.result_save"]


def test_the_same_ten_times_is_stored_once(phone, assignment):
    records = [make.finding(assignment), make.result(assignment)]
    first = phone.send(*records)
    for _ in range(9):
        again = phone.send(*reversed(records))
        assert {one["status"] for one in again} == {200}
        assert {one["outcome"] for one in again} == {"received"}
    assert [one["status"] for one in first] == [201, 201]
    assert (Finding.objects.count(), CheckResult.objects.count(), Receipt.objects.count()) == (1, 1, 2)
    assert ActivityEntry.objects.filter(verb="inspections.finding_create").count() == 1


def test_a_late_repeat_undoes_no_newer_edit(phone, assignment, zhao):
    sent = make.finding(assignment)
    phone.send(sent)
    stored = Finding.objects.get(pk=sent["id"])
    update_finding(stored, {"kind": "problem", "theme": stored.theme, "text": "办公室改过"}, by=zhao, base_revision=1)
    (late,) = phone.send(sent)
    assert (late["status"], late["outcome"], late["revision"]) == (200, "received", 2)
    assert late["server"]["text"] == "办公室改过"
    stored.refresh_from_db()
    assert stored.text == "办公室改过"


def test_two_inspectors_merge_by_item_and_a_person_decides(phone, assignment, sun):
    other = Phone(sun)
    phone.send(make.result(assignment, "T1-1", conformity="conforming"))
    outcomes = other.send(
        make.result(assignment, "T1-1", conformity="conforming"),
        make.result(assignment, "T2-1", conformity="mostly"),
        make.result(assignment, "T1-2", number="3"),
    )
    assert [one["outcome"] for one in outcomes] == ["same", "created", "created"]
    mine = make.result(assignment, "T1-1", conformity="not_conforming")
    (conflict,) = other.send(mine)
    assert (conflict["status"], conflict["code"], conflict["server"]["conformity"]) == (409, "conflict", "conforming")
    assert conflict["server"]["by"]["name"] == "钱组长"
    assert CheckResult.objects.get(item__code="T1-1").conformity == "conforming"
    (kept,) = other.send({**mine, "base_revision": conflict["revision"]})
    assert (kept["outcome"], kept["revision"]) == ("updated", 2)
    (theirs,) = phone.send(make.result(assignment, "T1-1", base=1, conformity="mostly"))
    assert (theirs["outcome"], theirs["server"]["by"]["name"]) == ("conflict", "孙组员")


def test_an_edit_names_its_base(phone, assignment):
    sent = make.finding(assignment)
    phone.send(sent)
    changed = {**sent, "data": {**sent["data"], "text": "改过一次"}}
    assert phone.send(changed)[0]["outcome"] == "conflict"
    (updated,) = phone.send({**changed, "base_revision": 1})
    assert (updated["outcome"], updated["revision"], updated["server"]["text"]) == ("updated", 2, "改过一次")
    entry = ActivityEntry.objects.get(verb="inspections.finding_update")
    assert entry.changes == {"内容": ["学习记录缺少研讨发言材料", "改过一次"]}


def test_new_and_changed_in_one_batch(phone, assignment):
    sent = make.finding(assignment)
    later = {**sent, "base_revision": 1, "data": {**sent["data"], "text": "想了一想"}}
    outcomes = phone.send(later, sent)
    assert [one["outcome"] for one in outcomes] == ["updated", "created"]
    stored = Finding.objects.get()
    assert (stored.text, stored.revision) == ("想了一想", 2)


def test_one_bad_record_stops_no_other(phone, assignment):
    unread = [None, 3, {}, {"kind": "dance"}, {**make.finding(assignment), "id": "x"}, make.finding(assignment, text="  ")]
    outcomes = phone.send(*unread, make.finding(assignment))
    assert [one["status"] for one in outcomes] == [422] * 6 + [201]
    assert outcomes[3]["code"] == "unknown_kind"
    assert outcomes[5]["errors"] == [{"field": "text", "message": "请填写内容。"}]
    assert Finding.objects.count() == 1


@pytest.mark.parametrize(
    ("item", "data", "code", "field"),
    [
        ("T1-2", {"number": "三"}, "invalid", "number"),
        ("T1-2", {"conformity": "conforming"}, "item_changed", "item"),
        ("T9-9", {"conformity": "conforming"}, "item_gone", "item"),
        ("T1-1", {"conformity": "perfect"}, "invalid", "conformity"),
        ("T1-1", {"conformity": "conforming", "note": "长" * 301}, "invalid", "note"),
    ],
)
def test_what_cannot_be_stored_says_why(phone, assignment, item, data, code, field):
    (outcome,) = phone.send(make.result(assignment, item, **data))
    assert (outcome["status"], outcome["code"], outcome["errors"][0]["field"]) == (422, code, field)
    assert outcome["message"].endswith("。")
    assert not CheckResult.objects.exists()


def test_the_checklist_may_be_published_anew_meanwhile(phone, assignment):
    """The phone holds an older version of the same checklist: items are found by their code."""
    old = factories.make_checklist(lineage=factories.LINEAGE, version=0, status="retired")
    answer = make.result(assignment, "T1-1", conformity="mostly")
    answer["data"]["checklist"] = old.pk
    found = make.finding(assignment, item="T9-9")
    found["data"]["checklist"] = old.pk
    elsewhere = make.finding(assignment, theme="T9")
    stranger = make.result(assignment, "T2-1")
    stranger["data"]["checklist"] = factories.make_checklist().pk
    outcomes = phone.send(answer, found, elsewhere, stranger)
    assert [one["code"] for one in outcomes] == ["", "", "theme_gone", "checklist_changed"]
    assert CheckResult.objects.get().item.theme.checklist == assignment.campaign.checklist
    assert "归入主题“理论学习”" in outcomes[1]["message"]


def test_items_of_other_categories_are_not_asked(phone, assignment):
    item = assignment.campaign.checklist.themes.get(code="T1").items.get(code="T1-1")
    item.categories.add(factories.make_category("企业"))
    assert phone.send(make.result(assignment, "T1-1"))[0]["code"] == "not_asked"


def test_a_concluded_unit_takes_nothing_new_but_knows_what_it_has(phone, assignment, qian):
    required = [make.result(assignment, "T1-1"), make.result(assignment, "T1-2", number="2"), make.result(assignment, "T2-1")]
    phone.send(*required)
    conclude_assignment(assignment, by=qian, summary="总体较好")
    late = make.finding(assignment)
    outcomes = phone.send(required[0], make.result(assignment, "T1-1"), make.result(assignment, "T1-1", conformity="mostly"), late)
    assert [one["outcome"] for one in outcomes] == ["received", "same", "refused", "refused"]
    assert {one["code"] for one in outcomes[2:]} == {"concluded"}
    reopen_assignment(assignment, by=qian, reason="补录")
    assert phone.send(late)[0]["status"] == 201


def test_withdrawn_stays_withdrawn(phone, assignment, zhao):
    sent = make.finding(assignment)
    phone.send(sent)
    withdraw_finding(Finding.objects.get(), by=zhao, reason="重复")
    assert phone.send(sent)[0]["outcome"] == "received"
    changed = make.finding(assignment, key=sent["id"], base=2, text="再改")
    assert phone.send(changed)[0]["code"] == "withdrawn"
    gone = make.record("withdraw", assignment, {"reason": "重复"}, base=2, key=sent["id"])
    assert phone.send(gone)[0]["outcome"] == "same"


def test_an_id_of_something_else_is_refused(phone, assignment, campaign, bureau, team):
    other = factories.make_assignment(campaign, bureau, team)
    found, answer = make.finding(assignment), make.result(assignment)
    phone.send(found, answer)
    outcomes = phone.send(make.finding(other, key=found["id"]), make.result(other, key=answer["id"]))
    assert [one["code"] for one in outcomes] == ["id_taken", "id_taken"]


def test_a_standard_wording_that_is_gone_leaves_the_text(phone, assignment):
    known = factories.make_standard()
    sent = [make.finding(assignment, standard=known.code), make.finding(assignment, standard="S-none", kind="good_practice", cause="无")]
    phone.send(*sent)
    first, second = (Finding.objects.get(pk=one["id"]) for one in sent)
    assert (first.standard, second.standard, second.cause) == (known, None, "")


def test_times_ahead_of_ours_are_cut(phone, assignment):
    sent = make.finding(assignment)
    sent["recorded_at"] = "2999-01-01T00:00:00Z"
    phone.send(sent)
    stored = Finding.objects.get()
    assert stored.recorded_at <= stored.received_at


@pytest.mark.parametrize("count", [5, 60])
def test_the_number_of_statements_does_not_grow(phone, assignment, count, django_assert_max_num_queries):
    token = phone.token
    records = [make.finding(assignment, item="T2-1") for _ in range(count)]
    with django_assert_max_num_queries(26):
        answer = phone.post({"records": records}, token)
    assert len([one for one in answer.json()["outcomes"] if one["status"] == 201]) == count
    changed = [{**one, "base_revision": 1, "data": {**one["data"], "text": f"改{uuid.uuid4()}"}} for one in records]
    with django_assert_max_num_queries(26):
        answer = phone.post({"records": changed}, token)
    assert len([one for one in answer.json()["outcomes"] if one["outcome"] == "updated"]) == count
