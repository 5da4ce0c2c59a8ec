"""Two inspectors at one unit, beyond answers and findings: what is looked at again, the appraisal, the signature, the end."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from inspections.actions.assignments import conclude_assignment, save_notes
from inspections.actions.confirmations import Signed, save_confirmation
from inspections.actions.findings import update_finding, withdraw_finding
from inspections.actions.rechecks import save_recheck
from inspections.models import Assignment, ChecklistItem, CheckResult, Confirmation, Evidence, Finding, Recheck
from tests import factories
from tests.browser.field import Phone
from tests.browser.test_field_sending import PLAN, STUDY, photo_on_new_finding, theirs
from tests.inspections.field import phone as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def conflicts(mine: Phone, count: int):
    mine.online()
    mine.open("outbox")
    rows = mine.page.locator(".outbox-row[data-state=conflict]")
    expect(rows).to_have_count(count, timeout=15_000)
    return rows


def signs(mine: Phone, title: str) -> None:
    mine.page.get_by_role("link", name="确认").last.click()
    mine.page.get_by_text("无异议").click()
    mine.page.get_by_label("签名人职务").fill(title)
    mine.sign()


def look_again_sign_and_appraise(mine: Phone) -> None:
    mine.unit()
    mine.page.get_by_text("上次发现回头看").click()
    mine.page.get_by_text("仍存在", exact=True).click()
    mine.page.get_by_label("返回").click()
    mine.page.get_by_role("link", name="确认和办结").click()
    mine.page.locator("#summary").fill("学习记录需要规范")
    signs(mine, "党建办主任")
    mine.page.get_by_role("button", name="提交确认").click()
    expect(mine.page.get_by_text("党建办主任 已签名")).to_be_visible()
    mine.stored()


def colleague_does_the_same(assignment: Assignment, sun) -> None:
    save_recheck(assignment, Finding.objects.get(), outcome="fixed", note="已分解到季度", by=sun, base_revision=0)
    save_notes(assignment, by=sun, base_revision=assignment.revision, summary="总体较好", visit_on=assignment.visit_on)
    signed = Signed("镇党委副书记", "objection", "第一条已整改", [], make.signature(), datetime.fromisoformat(make.AT))
    save_confirmation(assignment, signed, by=sun, base_revision=0)


@pytest.mark.parametrize("keep", ["保留本机", "采用服务器"])
def test_of_two_of_each_a_person_chooses(phone, round_two, qian, sun, keep):
    mine = phone(qian)
    mine.offline()
    look_again_sign_and_appraise(mine)
    colleague_does_the_same(round_two, sun)
    rows = conflicts(mine, 3)
    for title, ours, server in (
        ("回头看", "仍存在", "已整改：已分解到季度"),
        ("总体评价", "学习记录需要规范", "总体较好"),
        ("事实确认", "党建办主任，无异议", "镇党委副书记，有异议：第一条已整改"),
    ):
        row = rows.filter(has_text=title)
        expect(row.locator(".version").nth(0)).to_contain_text(ours)
        expect(row.locator(".version").nth(1)).to_contain_text(server)
        row.get_by_role("button", name=keep, exact=True).click()
        expect(row).to_have_count(0)
    mine.all_sent()
    round_two.refresh_from_db()
    found = (Recheck.objects.get().outcome, round_two.summary, Confirmation.objects.get().signer_title)
    expected = {"保留本机": ("still_there", "学习记录需要规范", "党建办主任"), "采用服务器": ("fixed", "总体较好", "镇党委副书记")}
    assert found == expected[keep]
    mine.open("unit", round_two.pk, "finish")
    expect(mine.page.locator("#summary")).to_have_value(found[1])
    expect(mine.page.get_by_text(f"{found[2]} 已签名")).to_be_visible()


def answer_all(mine: Phone) -> None:
    mine.unit()
    mine.choose(PLAN, "符合")
    mine.item("专题研究会议次数").locator("input.input").fill("3")
    mine.theme("理论学习")
    mine.choose(STUDY, "符合")


def test_a_unit_that_a_colleague_concluded_meanwhile_is_no_dead_end(phone, assignment, qian, sun):
    mine = phone(qian)
    mine.offline()
    answer_all(mine)
    mine.page.get_by_role("link", name="确认和办结").click()
    mine.page.locator("#summary").fill("学习记录需要规范")
    mine.page.get_by_role("button", name="办结本单位督查").click()
    mine.stored()
    for code, answer in (("T1-1", {"conformity": "conforming"}), ("T1-2", {"number": Decimal(3)}), ("T2-1", {"conformity": "conforming"})):
        theirs(assignment, sun, code, **answer)
    conclude_assignment(assignment, by=sun, summary="总体较好")
    mine.online()
    mine.open("outbox")
    # The appraisal comes too late, the answers are the same as the colleague's: each is said, none blocks the other.
    rejected = mine.page.locator(".outbox-row[data-state=rejected]")
    expect(rejected).to_have_count(1, timeout=15_000)
    expect(rejected).to_contain_text("已经办结")
    rejected.get_by_role("button", name="删除").click()
    expect(rejected).to_contain_text("服务器上原来的内容不变")
    rejected.get_by_role("button", name="删除", exact=True).click()
    row = mine.page.locator(".outbox-row[data-state=conflict]")
    mine.page.get_by_role("button", name="立即上传").click()
    expect(row).to_contain_text("请组长或办公室先重新打开", timeout=15_000)
    expect(row.get_by_role("button", name="保留本机")).to_have_count(0)
    row.get_by_role("button", name="采用服务器").click()
    mine.all_sent()
    assert CheckResult.objects.count() == 3
    assignment.refresh_from_db()
    assert (assignment.summary, assignment.concluded_by) == ("总体较好", sun)


def test_taking_back_what_a_colleague_has_reworded_shows_the_new_words(phone, assignment, qian, sun):
    finding, other = factories.make_finding(assignment, qian), factories.make_finding(assignment, qian, text="没有签到表")
    mine = phone(qian)
    mine.offline()
    mine.unit()
    mine.page.locator(".finding-main", has_text=finding.text).click()
    mine.page.get_by_role("button", name="撤回这条发现").click()
    mine.page.get_by_label("撤回原因").fill("重复")
    mine.page.get_by_role("button", name="撤回", exact=True).click()
    mine.page.locator(".finding-main", has_text=other.text).click()
    mine.page.locator("#text").fill("没有签到表和照片")
    mine.page.get_by_role("button", name="完成").click()
    mine.stored()
    content = {"kind": "problem", "theme": finding.theme, "text": "学习记录缺少照片", "severity": "general"}
    update_finding(finding, content, by=sun, base_revision=1)
    withdraw_finding(other, by=sun, reason="与上一条重复")
    row = conflicts(mine, 1)
    expect(row).to_contain_text("撤回发现")
    expect(row.locator(".version").nth(0)).to_contain_text("撤回，原因：重复")
    expect(row.locator(".version").nth(1)).to_contain_text("学习记录缺少照片")
    row.get_by_role("button", name="保留本机").click()
    expect(row).to_have_count(0)
    row = mine.page.locator(".outbox-row[data-state=rejected]")
    expect(row).to_contain_text("没有签到表和照片")
    row.get_by_role("button", name="另存为新记录").click()
    mine.all_sent()
    assert list(Finding.objects.standing().values_list("text", flat=True)) == ["没有签到表和照片"]


def test_who_does_not_sign_in_the_end_keeps_nobody_from_concluding(phone, assignment, qian):
    mine = phone(qian)
    answer_all(mine)
    mine.page.get_by_role("link", name="确认和办结").click()
    mine.page.locator("#summary").fill("总体较好")
    signs(mine, "党建办主任")
    mine.page.get_by_role("button", name="提交确认").click()
    expect(mine.page.get_by_text("党建办主任 已签名")).to_be_visible()
    mine.all_sent()
    # The next representative begins, and goes.
    mine.open("unit", assignment.pk, "finish")
    signs(mine, "组织委员")
    mine.page.get_by_label("返回").click()
    mine.page.get_by_role("button", name="办结本单位督查").click()
    expect(mine.page.get_by_text("请点“接着确认”签完")).to_be_visible()
    mine.page.get_by_role("button", name="放弃这次确认").click()
    expect(mine.page.get_by_text("以前签的仍然有效")).to_be_visible()
    mine.open("outbox")
    mine.page.get_by_role("button", name="删除").click()
    expect(mine.page.get_by_text("以前签的仍然有效")).to_be_visible()
    mine.page.get_by_role("button", name="不删除").click()
    mine.open("unit", assignment.pk, "finish")
    mine.page.get_by_role("button", name="放弃", exact=True).click()
    expect(mine.page.get_by_text("党建办主任 已签名")).to_be_visible()
    mine.page.get_by_role("button", name="办结本单位督查").click()
    expect(mine.page.locator("a.unit")).to_contain_text("已办结")
    mine.all_sent()
    assignment.refresh_from_db()
    assert (assignment.status, Confirmation.objects.get().signer_title) == ("concluded", "党建办主任")


def test_a_number_is_typed_to_its_end_while_only_open_items_are_shown(phone, assignment, qian):
    mine = phone(qian)
    mine.unit()
    mine.page.get_by_text("只看未答").click()
    field = mine.item("专题研究会议次数").locator("input.input")
    field.press_sequentially("12")
    expect(field).to_have_value("12")
    mine.choose(PLAN, "不符合")
    expect(mine.item(PLAN).get_by_role("link", name="记发现")).to_be_visible()
    mine.page.get_by_text("只看未答").click()
    mine.page.get_by_text("只看未答").click()
    expect(mine.item(PLAN)).to_have_count(0)


def test_what_was_not_looked_at_again_is_said_once_before_the_end(phone, round_two, qian):
    mine = phone(qian)
    answer_all(mine)
    mine.page.get_by_role("link", name="确认和办结").click()
    mine.page.locator("#summary").fill("总体较好")
    conclude = mine.page.get_by_role("button", name="办结本单位督查")
    conclude.click()
    expect(mine.page.get_by_role("alert")).to_contain_text("上次发现还有 1 条没有回头看")
    conclude.click()
    expect(mine.page.locator("a.unit", has_text="青石镇党委")).to_contain_text("已办结")


def test_a_record_the_server_cannot_bear_holds_up_no_other(phone, assignment, qian):
    factories.make_standard()
    mine = phone(qian)
    mine.offline()
    answer_all(mine)
    photo_on_new_finding(mine)
    mine.stored()

    def choke(route):
        codes = [record["data"].get("item") for record in json.loads(route.request.post_data)["records"] if record["kind"] == "result"]
        if "T1-2" in codes:
            route.fulfill(status=500, content_type="text/html", body="<h1>Server Error</h1>")
        else:
            route.continue_()

    mine.context.route("**/sync", choke)
    mine.online()
    mine.open("outbox")
    for _ in range(12):  # instead of waiting for the pauses that grow
        if mine.page.locator(".outbox-row").count() <= 1:
            break
        mine.page.get_by_role("button", name="立即上传").click()
        expect(mine.page.get_by_role("button", name="立即上传")).to_be_enabled()
    expect(mine.page.locator(".outbox-row")).to_have_count(1)
    expect(mine.page.locator(".outbox-row")).to_contain_text("专题研究会议次数")
    codes = ChecklistItem.objects.filter(results__isnull=False).values_list("code", flat=True)
    assert sorted(codes) == ["T1-1", "T2-1"]
    mine.context.unroute("**/sync")
    mine.page.get_by_role("button", name="立即上传").click()
    mine.all_sent()
    assert Evidence.objects.count() == 1
    assert CheckResult.objects.count() == 3


def test_what_waits_can_be_opened_at_its_place_and_says_what_deleting_it_means(phone, assignment, qian):
    finding = factories.make_finding(assignment, qian)
    mine = phone(qian)
    mine.offline()
    mine.unit()
    mine.theme("理论学习")
    mine.choose(STUDY, "符合")
    mine.page.locator(".finding-main").click()
    mine.page.locator("#text").fill("学习记录缺少签到表")
    mine.page.get_by_role("button", name="完成").click()
    mine.open("outbox")
    changed = mine.page.locator(".outbox-row", has_text="缺少签到表")
    changed.get_by_role("button", name="删除").click()
    expect(changed).to_contain_text("服务器上原来的内容不变")
    changed.get_by_role("button", name="删除", exact=True).click()
    mine.page.locator(".outbox-row", has_text=STUDY).get_by_role("link", name="打开").click()
    expect(mine.item(STUDY)).to_be_in_viewport()
    expect(mine.page.locator(".finding-main")).to_contain_text(finding.text)
