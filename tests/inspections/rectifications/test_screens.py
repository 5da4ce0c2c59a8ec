"""The pages: who gets in, what each person finds as the next step, faults at their place, nothing by a crafted request."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from inspections.actions import rectification_verdicts as verdicts
from inspections.actions import rectification_work as work
from inspections.actions.extensions import ask_extension, endorse_extension
from inspections.ledger_todo import tell_of_deadlines
from inspections.models import Campaign, Rectification
from tests import factories
from tests.addresses import PNG
from tests.inspections.rectifications.conftest import ORDER, S, day
from units.models import Notice, User
from units.todo import todos

pytestmark = pytest.mark.django_db
MINE = reverse("inspections:rectification_mine")


def url(name, row) -> str:
    return reverse(f"inspections:{name}", args=[row.pk])


NEXT = {
    "draft": {"zhao": "下一步：下发"},
    S.ASSIGNED: {"zhou": "下一步：签收", "zhao": "等待“青石镇党委”签收"},
    S.IN_PROGRESS: {"zhou": "下一步：制定整改措施"},
    "ready": {"zhou": "下一步：报请核验"},
    S.SUBMITTED: {"zhou": "等待核验结果", "zhao": "下一步：核验"},
    S.CLOSED: {"zhao": "重新打开"},
}


@pytest.mark.parametrize("state", ORDER)
def test_everybody_finds_the_own_next_step(client, make_row, problem, zhao, zhou, wu, zheng, qian, state):
    row = make_row(problem, until=state)
    page = url("rectification_detail", row)
    for who, text in NEXT[state].items():
        client.force_login({"zhao": zhao, "zhou": zhou}[who])
        assert text in client.get(page).content.decode(), who
    client.force_login(wu)
    assert "下一步" not in client.get(page).content.decode(), "a leader reads"
    for stranger in (zheng, qian, *([zhou] if state == "draft" else [])):
        client.force_login(User.objects.get(pk=stranger.pk))
        assert client.get(page).status_code == 404, stranger


UNIT = ("rectification_receive", "rectification_plan", "rectification_progress", "rectification_submit", "proof_add", "extension_ask")
OFFICE = (
    *("rectification_issue", "rectification_update", "rectification_verifier", "rectification_remind", "rectification_reopen"),
    *("rectification_withdraw", "rectification_transfer", "rectification_merge", "rectification_split"),
)
VERDICT = ("rectification_close", "rectification_return")
EVERY = {"text": "x", "reason": "x", "measure": "x", "responsible_title": "x", "stage": "after", "comment": "x", "due_on": "2099-01-01"}


@pytest.mark.parametrize("state", ["draft", S.ASSIGNED, S.SUBMITTED, S.CLOSED])
def test_no_crafted_request_jumps(client, make_row, problem, zhao, zhou, wu, bureau, state):
    row = make_row(problem, until=state)
    client.force_login(wu)
    for name in (*UNIT, *OFFICE, *VERDICT):
        assert client.post(url(name, row), EVERY).status_code == 403, name
    client.force_login(zhou)
    hidden = state == "draft"
    for name in (*OFFICE, *VERDICT):
        assert client.post(url(name, row), EVERY).status_code == (404 if hidden else 403), name
    other = factories.make_user("档案馆联络员", role="liaison", at=bureau)
    client.force_login(other)
    for name in (*UNIT, *OFFICE, *VERDICT):
        assert client.post(url(name, row), EVERY).status_code == 404, name
    # The right person at the wrong time: refused in words, nothing changed.
    wrong = {
        "draft": {zhao: ("rectification_close", "rectification_reopen", "rectification_plan")},
        S.ASSIGNED: {
            zhou: ("rectification_plan", "rectification_submit", "rectification_progress"),
            zhao: ("rectification_close", "rectification_issue"),
        },
        S.SUBMITTED: {
            zhou: ("rectification_plan", "rectification_submit", "proof_add", "extension_ask"),
            zhao: ("rectification_reopen", "rectification_remind"),
        },
        S.CLOSED: {
            zhou: ("rectification_receive", "rectification_submit"),
            zhao: ("rectification_close", "rectification_withdraw", "rectification_update"),
        },
    }
    before = Rectification.objects.values().get()
    for person, names in wrong[state].items():
        client.force_login(User.objects.get(pk=person.pk))
        for name in names:
            sent = {
                **EVERY,
                "new_due_on": "2099-01-01",
                "content": "x",
                "revision": row.revision,
                "files": [ContentFile(PNG, name="x.png")],
            }
            assert client.post(url(name, row), sent).status_code == 422, name
    assert Rectification.objects.values().get() == before


def test_the_extension_goes_by_its_steps_only(client, make_row, problem, zhao, zhou, wu):
    row = make_row(problem)
    extension = ask_extension(row, by=zhou, reason="忙", new_due_on=day(40))
    approve, endorse, refuse = (reverse(f"inspections:extension_{name}", args=[extension.pk]) for name in ("approve", "endorse", "refuse"))
    client.force_login(zhou)
    assert {client.post(one).status_code for one in (approve, endorse, refuse)} == {403}
    client.force_login(zhao)
    assert client.post(approve).status_code == 403
    client.force_login(wu)
    assert client.post(endorse).status_code == 403
    assert client.post(refuse, {"comment": "不行"}).status_code == 403, "not yet the leader's step"
    assert client.post(approve).status_code == 422
    endorse_extension(extension, by=zhao)
    assert "批准延期" in client.get(url("rectification_detail", row)).content.decode()
    assert client.post(refuse).status_code == 422, "a refusal has a reason"
    assert client.post(approve, {"comment": "同意"}).status_code == 302
    row.refresh_from_db()
    assert row.due_on == day(40)


def test_what_was_typed_stays_and_the_fault_stands_at_its_place(client, make_row, problem, zhou, zhao):
    row = make_row(problem)
    client.force_login(zhou)
    answer = client.post(url("rectification_plan", row), {"measure": "很长的一段措施", "responsible_title": "书" * 61})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "很长的一段措施" in page
    assert "最多 60 个字" in page
    answer = client.post(url("proof_add", row), {"stage": "after", "files": [ContentFile(b"MZ", name="程序.exe")]})
    assert answer.status_code == 422
    assert "程序.exe" in answer.content.decode()
    assert client.post(url("rectification_submit", row), {"text": "好了"}).status_code == 422
    client.force_login(zhao)
    stale = {"content": "改写的内容", "due_on": str(day(3)), "revision": row.revision - 1}
    answer = client.post(url("rectification_update", row), stale)
    assert answer.status_code == 422
    assert "改写的内容" in answer.content.decode()
    assert "别人保存了" in answer.content.decode()


def test_files_are_served_to_readers_of_the_row_only(client, make_row, problem, zhou, wu, zheng):
    row = make_row(problem, until="ready")
    file = reverse("inspections:proof_download", args=[row.proofs.get().pk])
    for reader, status in ((zhou, 200), (wu, 200), (zheng, 404)):
        client.force_login(reader)
        answer = client.get(file)
        assert answer.status_code == status
    client.force_login(wu)
    assert client.get(f"{file}?small=1")["Content-Type"] == "image/jpeg"
    assert client.post(reverse("inspections:proof_remove", args=[row.proofs.get().pk])).status_code == 403


def test_rows_are_made_for_all_units_on_one_page(client, problem, another, bureau, qian, zhao, zhou):
    elsewhere = factories.make_finding(factories.make_assignment(problem.campaign, bureau), qian, text="目录不全")
    page = reverse("inspections:rectification_create", args=[problem.campaign.code])
    client.force_login(zhao)
    shown = client.get(page, {"days": "5"}).content.decode()
    for text in (problem.text, another.text, elsewhere.text, "统一学习记录样式"):
        assert text in shown
    town = problem.organization_id
    fields = {
        "take": [problem.pk, another.pk, elsewhere.pk],
        f"due-{town}": "昨天",
        f"due-{bureau.pk}": str(day(5)),
        f"title-{town}": "党委书记",
    }
    answer = client.post(page, fields)
    assert answer.status_code == 422
    assert "请填整改时限" in answer.content.decode()
    assert "党委书记" in answer.content.decode()
    assert client.post(page, {}).status_code == 422
    assert not Rectification.objects.exists()
    fields |= {f"due-{town}": str(day(9)), f"group-{problem.pk}": "2", f"group-{another.pk}": "2", f"requirement-{problem.pk}": "统一样式"}
    assert client.post(page, fields).status_code == 302
    rows = list(Rectification.objects.order_by("number"))
    assert {(row.organization_id, row.findings.count(), row.issued_at) for row in rows} == {(town, 2, None), (bureau.pk, 1, None)}
    assert next(row for row in rows if row.organization_id == town).content == "1.学习记录缺少研讨发言材料；2.计划没有按时报送。"
    assert "都已列入台账" in client.get(page).content.decode()
    assert client.post(reverse("inspections:rectification_issue_all", args=[problem.campaign.code])).status_code == 302
    assert Rectification.objects.issued().count() == 2
    assert Notice.objects.filter(user=zhou).count() == 1


def test_the_inspector_notes_what_was_put_right_on_the_spot(client, finding, sun, zhou):
    client.force_login(sun)
    page = reverse("inspections:rectification_put_right", args=[finding.pk])
    assert "立行立改" in client.get(page).content.decode()
    answer = client.post(page, {"result": "当场补记", "responsible_title": ""})
    assert answer.status_code == 422
    assert "当场补记" in answer.content.decode()
    good = {"result": "当场补记", "responsible_title": "书记", "after": [ContentFile(PNG, name="后.png")]}
    assert client.post(page, good).status_code == 302
    assert Rectification.objects.get().status == S.SUBMITTED
    Campaign.objects.update(status=Campaign.Status.FINISHED)
    assert client.get(page).status_code == 404
    client.force_login(zhou)
    assert client.get(page).status_code == 403


def test_the_liaisons_cards_and_receiving_everything_at_once(client, make_row, problem, another, zhou, qian, wu):
    make_row(problem, until=S.ASSIGNED, due=3)
    make_row(another, until=S.ASSIGNED, due=-2)
    make_row(factories.make_finding(problem.assignment, qian, text="已改好的"), until=S.CLOSED)
    client.force_login(zhou)
    answer = client.get(MINE)
    assert answer.context["cards"][0].row.lamp_now == "red"
    page = answer.content.decode()
    assert "已逾期 2 天" in page
    assert "最近销号" in page
    client.post(reverse("inspections:rectification_receive_all"))
    assert Rectification.objects.filter(status=S.IN_PROGRESS).count() == 2
    client.force_login(wu)
    assert "您不是联络员" in client.get(MINE).content.decode()


def test_deadlines_are_told_once_and_again_after_an_extension(make_row, problem, another, zhou, zhao):
    soon, late = make_row(problem, due=1), make_row(another, due=-1)
    Notice.objects.all().delete()
    assert tell_of_deadlines(day(0)) == 4, "the liaison of both, the two of the office of what is late"
    assert tell_of_deadlines(day(0)) == 0
    Rectification.objects.filter(pk=soon.pk).update(due_on=day(30))
    assert tell_of_deadlines(day(29)) >= 1
    assert {todo.label for todo in todos(zhou)} == {"整改中", "已逾期"}
    assert [(todo.label, todo.tone) for todo in todos(zhao) if "逾期" in todo.label] == [("已逾期", "bad")]
    assert late.reference in next(todo.what for todo in todos(zhou) if todo.label == "已逾期")


def test_what_was_sent_back_says_so_wherever_the_organization_looks(client, problem, make_row, zhou, chen):
    row = verdicts.send_back_row(make_row(problem, until=S.SUBMITTED), by=chen, reason="缺少会议记录")
    client.force_login(zhou)
    page = client.get(reverse("inspections:rectification_detail", args=[row.pk])).content.decode()
    assert page.index("核验没有通过") < page.index("缺少会议记录") < page.index("下一步：")
    assert "已退回" in client.get(reverse("inspections:rectification_mine")).content.decode()
    home = client.get(reverse("home"), follow=True).content.decode()
    assert "已退回，请按意见继续整改" in home
    work.submit_row(row, by=zhou, text="已补齐")
    assert "核验没有通过" not in client.get(reverse("inspections:rectification_detail", args=[row.pk])).content.decode()
