"""One phone, several people: who left a team, who logs in after whom, who logs out."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from inspections.models import CheckResult
from tests import factories
from tests.browser.field import Phone
from tests.browser.test_field_sending import PLAN, photo_on_new_finding

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_who_left_the_team_is_told_and_can_still_export(phone, assignment, team, qian):
    factories.make_standard()
    mine = phone(qian)
    mine.offline()
    mine.unit()
    mine.choose(PLAN, "符合")
    photo_on_new_finding(mine)
    team.members.filter(user=qian).delete()
    mine.online()
    mine.open("outbox")
    expect(mine.page.locator(".outbox-row[data-state=rejected]")).to_have_count(2)
    mine.page.get_by_role("button", name="导出未上传记录").click()
    with mine.page.expect_download() as waiting:
        mine.page.get_by_role("button", name="导出 3 条").click()
    lines = [json.loads(line) for line in waiting.value.path().read_text().splitlines()]
    assert waiting.value.suggested_filename.startswith("督查未上传记录-qian-")
    assert [line.get("type", "head") for line in lines] == ["head", "record", "record", "photo", "end"]
    assert lines[0]["inspector"] == {"id": qian.pk, "username": "qian", "name": "钱组长"}
    assert (lines[3]["sha256"],) == tuple(mine.hashes().values())


def test_nobody_sees_what_another_left_on_the_phone(phone, assignment, campaign, bureau, other_team, qian, li):
    factories.make_assignment(campaign, bureau, other_team)
    mine = phone(qian)
    mine.offline()
    mine.unit()
    mine.choose(PLAN, "符合")
    mine.stored()
    mine.online()
    mine.context.clear_cookies()
    colleague = Phone(mine.page, li, mine.address).log_in()
    expect(colleague.page.locator("a.unit", has_text="区档案馆党支部")).to_be_visible()
    expect(colleague.page.get_by_text("青石镇党委")).to_have_count(0)
    assert not CheckResult.objects.exists(), "nobody sends under another's name"
    colleague.open("settings")
    colleague.page.get_by_role("button", name="退出登录").click()
    colleague.page.wait_for_url("**/units/login/**")
    assert f"duchatong-field-{li.pk}" not in databases(colleague), "cleared at log-out, since everything was sent"
    mine.log_in()
    mine.all_sent()
    assert CheckResult.objects.get().answered_by == qian


def databases(mine: Phone) -> list[str]:
    return mine.page.evaluate("async () => (await indexedDB.databases()).map((one) => one.name)")


def test_logging_out_with_unsent_records_asks_and_locks(phone, assignment, qian):
    mine = phone(qian)
    mine.offline()
    mine.unit()
    mine.choose(PLAN, "符合")
    mine.stored()
    mine.context.route("**/sync", lambda route: route.abort())
    mine.online()
    asked = []
    mine.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss() if len(asked) == 1 else dialog.accept()))
    mine.page.goto(f"{mine.address}/reports/home/")
    mine.page.get_by_role("button", name="打开菜单").click()
    mine.page.get_by_role("button", name="退出登录").click()
    mine.page.wait_for_timeout(300)
    assert "1 条现场记录没有上传" in asked[0]
    mine.page.get_by_role("button", name="退出登录").click()
    mine.page.wait_for_url("**/units/login/**")
    mine.page.goto(f"{mine.address}/field/")
    expect(mine.page.get_by_text("已退出登录")).to_be_visible()
    expect(mine.page.get_by_text("青石镇党委")).to_have_count(0)
    mine.context.unroute("**/sync")
    mine.log_in()
    mine.all_sent()
    assert CheckResult.objects.get().conformity == "conforming"
