"""Handing over: once, complete, and never on the word of anything but our own server."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from inspections.actions.results import save_result
from inspections.models import Campaign, Checklist, ChecklistItem, CheckResult, Evidence, Finding
from tests import factories
from tests.browser.field import Phone
from tests.inspections.findings import files

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLAN, STUDY = "是否制定年度工作计划", "学习记录是否齐全"


def theirs(assignment, sun, code: str, **answer: Any) -> CheckResult:
    """What a colleague saves meanwhile."""
    item = ChecklistItem.objects.get(theme__checklist=assignment.campaign.checklist_id, code=code)
    return save_result(assignment, item, answer, by=sun, base_revision=0)


def photo_on_new_finding(mine: Phone) -> None:
    mine.page.get_by_role("link", name="记发现").last.click()
    mine.page.locator(".standard").first.click()
    chosen = [{"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": files.jpeg((640, 480))}]
    mine.page.locator("input[type=file]").first.set_input_files(chosen)
    mine.page.get_by_role("button", name="保存").click()
    expect(mine.page.locator(".thumb img")).to_be_visible()


def test_two_tabs_send_each_record_once(phone, assignment, qian):
    one = phone(qian)
    two = phone(qian, context=one.context, ready=False)
    two.page.goto(f"{two.address}/field/")
    sent: Counter[str] = Counter()

    def count(request):
        if request.url.endswith("/sync"):
            sent.update(record["id"] for record in json.loads(request.post_data)["records"])

    one.context.on("request", count)
    one.offline()
    one.unit()
    two.unit()
    one.choose(PLAN, "符合")
    two.theme("理论学习")
    two.choose(STUDY, "基本符合")
    # What one tab knows, the other shows.
    expect(two.page.locator(".progress-line")).to_contain_text("2 / 3")
    one.online()
    one.page.evaluate("window.dispatchEvent(new Event('online'))")
    one.all_sent()
    two.all_sent()
    assert {result.conformity for result in CheckResult.objects.all()} == {"conforming", "mostly"}
    assert set(sent.values()) == {1}, "the same record left the phone twice"
    assert len(sent) == 2


def always(answer: dict):
    """A handler of routes that gives this answer to everything."""
    return lambda route: route.fulfill(**answer)


def test_nothing_but_our_own_answer_counts(phone, assignment, qian):
    """A guest network's page, a redirect, a proxy's error, a cut answer, a session that is over: the queue stays, and the page says why."""
    mine = phone(qian)
    mine.unit()
    mine.choose(PLAN, "符合")
    answers = [
        ({"status": 200, "content_type": "text/html", "body": "<html>请先认证上网</html>"}, "不是督查通的服务器"),
        ({"status": 200, "content_type": "application/json", "body": '{"user": {"id": 1}, "csrf_token": "x"}'}, "不是督查通的服务器"),
        ({"status": 302, "headers": {"Location": "http://portal.invalid/"}, "body": ""}, "不是督查通的服务器"),
        ({"status": 502, "content_type": "text/html", "body": "<html>Bad Gateway</html>"}, "服务器暂时出错"),
        (
            {"status": 200, "content_type": "application/json", "headers": {"X-Duchatong-Api": "1"}, "body": '{"outcom'},
            "不是督查通的服务器",
        ),
    ]
    mine.open("outbox")
    for answer, sentence in answers:
        mine.context.route("**/api/v1/**", always(answer))
        mine.page.get_by_role("button", name="立即上传").click()
        expect(mine.page.locator(".banner").first).to_contain_text(sentence)
        expect(mine.page.get_by_role("button", name="立即上传")).to_be_enabled()
        assert set(mine.states().values()) == {"waiting"}
        mine.context.unroute("**/api/v1/**")
    mine.context.clear_cookies(name="sessionid")
    mine.page.get_by_role("button", name="立即上传").click()
    expect(mine.page.locator(".banner").first).to_contain_text("登录已过期")
    mine.unit_still_writable(PLAN, "不符合")
    assert not CheckResult.objects.exists()
    mine.log_in()
    mine.all_sent()
    assert CheckResult.objects.get().conformity == "not_conforming"


def test_a_server_that_fails_between_record_and_photo_gets_the_photo_once_it_is_back(phone, assignment, qian):
    factories.make_standard()
    mine = phone(qian)
    mine.unit()
    tries = []

    def fail(route):
        tries.append(route.request.url)
        if len(tries) == 1:
            route.abort("connectionreset")
        else:
            route.fulfill(
                status=500,
                content_type="application/json",
                headers={"X-Duchatong-Api": "1"},
                body='{"code": "server_error", "message": "系统出错"}',
            )

    mine.context.route("**/photos/**", fail)
    photo_on_new_finding(mine)
    taken = mine.hashes()
    mine.send()
    expect(mine.page.locator(".outbox-row")).to_have_count(1)
    expect(mine.page.locator(".outbox-row")).to_contain_text("待上传")
    mine.page.get_by_role("button", name="立即上传").click()
    expect(mine.page.locator(".banner").first).to_contain_text("系统出错")
    assert Finding.objects.count() == 1
    assert not Evidence.objects.exists()
    mine.context.unroute("**/photos/**")
    # The answer to the photo gets lost, so it is sent again: one photo arrives.
    lost = []

    def lose(route):
        lost.append(route.fetch())
        route.abort("connectionreset")

    mine.context.route("**/photos/**", lose, times=1)
    mine.page.get_by_role("button", name="立即上传").click()
    mine.all_sent()
    assert len(lost) == 1
    assert [one.source_sha256 for one in Evidence.objects.all()] == list(taken.values())


def test_of_two_answers_a_person_chooses(phone, assignment, qian, sun):
    """Ours, theirs, theirs with ours in the note: one item each; what nobody else touched just arrives."""
    mine = phone(qian)
    mine.offline()
    mine.unit()
    mine.choose(PLAN, "不符合")
    mine.item("专题研究会议次数").locator("input.input").fill("5")
    mine.theme("理论学习")
    mine.choose(STUDY, "不适用")
    mine.item("学习特色做法").locator("textarea").fill("每季度交流")
    theirs(assignment, sun, "T1-1", conformity="conforming")
    theirs(assignment, sun, "T1-2", number=Decimal(4))
    theirs(assignment, sun, "T2-1", conformity="mostly")
    mine.online()
    mine.open("outbox")
    rows = mine.page.locator(".outbox-row[data-state=conflict]")
    expect(rows).to_have_count(3, timeout=15_000)
    for question, ours, button in (
        (PLAN, "不符合", "保留本机"),
        ("专题研究会议次数", "5次", "采用服务器"),
        (STUDY, "不适用", "采用服务器，我的写入备注"),
    ):
        row = rows.filter(has_text=question)
        expect(row.locator(".version").nth(0)).to_contain_text(ours)
        expect(row.locator(".version").nth(1)).to_contain_text("孙组员")
        row.get_by_role("button", name=button, exact=True).click()
    mine.all_sent()
    stored = {result.item.code: (result.answer, result.note) for result in CheckResult.objects.select_related("item")}
    assert stored == {"T1-1": ("不符合", ""), "T1-2": ("4次", ""), "T2-1": ("基本符合", "另一意见：不适用"), "T2-2": ("每季度交流", "")}
    mine.open("")
    mine.unit()
    mine.theme("组织领导")
    expect(mine.item(PLAN).locator("input:checked + span")).to_have_text("不符合")
    expect(mine.item("专题研究会议次数").locator("input.input")).to_have_value("4")


def test_two_versions_of_a_finding_may_both_stay(phone, assignment, qian, sun):
    from inspections.actions.findings import update_finding

    finding = factories.make_finding(assignment, qian)
    mine = phone(qian)
    mine.offline()
    mine.unit()
    mine.page.locator(".finding-main").click()
    mine.page.locator("#text").fill("学习记录缺少签到表")
    mine.page.get_by_role("button", name="完成").click()
    content = {"kind": "problem", "theme": finding.theme, "text": "学习记录缺少照片", "severity": "general"}
    update_finding(finding, content, by=sun, base_revision=1)
    mine.online()
    mine.open("outbox")
    mine.page.get_by_role("button", name="另存为新记录").click()
    mine.all_sent()
    assert sorted(Finding.objects.values_list("text", flat=True)) == ["学习记录缺少照片", "学习记录缺少签到表"]


def test_an_answer_that_got_lost_is_no_conflict_with_oneself(phone, assignment, qian):
    mine = phone(qian)
    mine.unit()

    def lose(route):
        route.fetch()
        route.abort("connectionreset")

    mine.context.route("**/sync", lose, times=1)
    mine.choose(PLAN, "符合")
    mine.send()
    expect(mine.page.get_by_text("没有网络：照常填写")).to_be_visible()  # as far as the phone can tell
    expect(mine.page.locator(".outbox-row")).to_contain_text("待上传")
    assert CheckResult.objects.get().conformity == "conforming"
    mine.open("")
    mine.unit()
    mine.choose(PLAN, "基本符合")
    mine.all_sent()
    assert CheckResult.objects.get().conformity == "mostly"


def test_a_checklist_published_anew_does_not_break_a_draft(phone, assignment, campaign, qian):
    mine = phone(qian)
    mine.offline()
    mine.unit()
    mine.choose(PLAN, "符合")
    mine.theme("理论学习")
    mine.choose(STUDY, "不符合")
    newer = factories.make_checklist(lineage=factories.LINEAGE, version=campaign.checklist.version + 1)
    newer.themes.get(code="T1").items.filter(code="T1-1").delete()
    Checklist.objects.filter(pk=campaign.checklist_id).update(status=Checklist.Status.RETIRED)
    Campaign.objects.filter(pk=campaign.pk).update(checklist=newer)
    mine.online()
    mine.open("outbox")
    row = mine.page.locator(".outbox-row[data-state=rejected]")
    expect(row).to_contain_text(PLAN)
    expect(row).to_contain_text("被退回")
    assert CheckResult.objects.get().item.theme.checklist == newer
    # Said, kept, and taken away only after a question.
    row.get_by_role("button", name="删除").click()
    expect(row).to_contain_text("删除后不能恢复")
    row.get_by_role("button", name="删除", exact=True).click()
    mine.all_sent()
