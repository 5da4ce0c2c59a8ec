"""The bell, the list and one's own channels, with a real browser at both sizes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import DESKTOP, PHONE
from units.actions.notices import notify
from units.models import Notice, NoticeSetting
from units.notices import notice_kind

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KIND = notice_kind("tests.kind", "试验")


@pytest.fixture
def liaison(transactional_db):
    town = factories.make_organization("青石镇党委", kind="committee")
    user = factories.make_user("周联络", role="liaison", at=town, username="zhou")
    notify([user], kind=KIND, text="整改任务“规范学习管理”已下发", path="/units/notices/settings/")
    notify([user], kind=KIND, text="另一条提醒", path="/reports/home/")
    return user


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_from_the_bell_to_the_thing_and_the_own_channels(visit, liaison, size):
    page = visit(liaison, size)
    bell = page.locator("#bell")
    expect(bell).to_have_accessible_name("提醒，2 条未读")
    box = bell.bounding_box()
    assert min(box["width"], box["height"]) >= 40
    bell.click()
    page.get_by_role("link", name=re.compile("规范学习管理")).click()
    page.wait_for_url("**/units/notices/settings/")
    expect(bell).to_have_accessible_name("提醒，1 条未读")
    page.get_by_label("邮箱").fill("zhou@example.cn")
    page.get_by_label("试验", exact=True).select_option("静默（只在列表中）")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    assert NoticeSetting.objects.get(user=liaison).ways == {KIND: "quiet"}
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    bell.click()
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.get_by_text("没有未读的提醒。", exact=False).first).to_be_visible()
    assert not Notice.objects.filter(read_at=None).exists()


def test_the_bell_asks_by_itself_and_its_silence_disturbs_nobody(visit, liaison):
    page = visit(liaison, bears=("ERR_FAILED", "Failed to load", "htmx:"))
    notify([liaison], kind=KIND, text="第三条", path="/reports/home/")
    page.evaluate("htmx.ajax('GET', '/units/notices/bell/', {source: '#bell', target: '#bell', swap: 'outerHTML'})")
    expect(page.locator("#bell")).to_have_accessible_name("提醒，3 条未读")
    page.goto(page.url.replace("/reports/home/", "/units/notices/settings/"))
    page.get_by_label("邮箱").fill("half-typed")
    page.route("**/units/notices/bell/", lambda route: route.abort())
    page.evaluate("htmx.ajax('GET', '/units/notices/bell/', {source: '#bell', target: '#bell', swap: 'outerHTML'}).catch(() => {})")
    page.wait_for_timeout(300)
    assert page.locator(".alert-danger").count() == 0
    page.unroute("**/units/notices/bell/")
    # The session ends in another window: the bell keeps silent, and what was typed stays.
    page.context.clear_cookies()
    page.evaluate("htmx.ajax('GET', '/units/notices/bell/', {source: '#bell', target: '#bell', swap: 'outerHTML'})")
    page.wait_for_timeout(300)
    expect(page.get_by_label("邮箱")).to_have_value("half-typed")
    expect(page.locator("#bell")).to_be_visible()
