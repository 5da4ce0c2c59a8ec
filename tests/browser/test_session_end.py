"""A log-in that has ended takes nothing with it: the form stays, is sent after a log-in in a second window, and the page is covered."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.browser.conftest import PASSWORD
from units.models import LoginSession, PartyOrganization, User

pytestmark = pytest.mark.django_db(transaction=True)


def log_in_again(page, username):
    with page.expect_popup() as opened:
        page.get_by_role("link", name="打开登录页").click()
    second = opened.value
    second.get_by_label("用户名").fill(username)
    second.get_by_label("密码").fill(PASSWORD)
    second.get_by_role("button", name="登录").click()
    second.get_by_text("您已重新登录").wait_for()
    second.close()


def test_a_form_outlives_its_log_in(visit, live_server, wang, zhao):
    page = visit(wang)
    page.clock.install()
    page.goto(live_server.url + reverse("units:user_create"))
    page.get_by_label("用户名").fill("newcomer")
    page.get_by_label("姓名").fill("新来的")
    LoginSession.objects.all().delete()
    page.clock.fast_forward(70_000)
    page.get_by_role("button", name="保存").click()
    page.get_by_text("还没有提交，仍在本页").wait_for()
    page.get_by_role("button", name="已登录，继续").click()
    page.get_by_text("还没有登录。").wait_for()
    log_in_again(page, zhao.username)
    page.get_by_role("button", name="已登录，继续").click()
    page.get_by_text("另一个账号").wait_for()
    LoginSession.objects.all().delete()
    log_in_again(page, wang.username)
    page.get_by_role("button", name="已登录，继续").click()
    page.get_by_text("用户已建立").wait_for()
    assert User.objects.get(username="newcomer").display_name == "新来的"


def test_a_page_that_lies_idle_is_covered(visit, live_server, wang, district):
    page = visit(wang)
    page.clock.install()
    page.goto(live_server.url + reverse("units:organization_create"))
    LoginSession.objects.all().delete()
    page.clock.fast_forward(30 * 60_000 + 10_000)
    page.get_by_text("本页内容已遮住").wait_for()
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").is_visible()
    log_in_again(page, wang.username)
    page.get_by_role("button", name="已登录，继续").click()
    page.get_by_role("dialog").wait_for(state="hidden")
    assert PartyOrganization.objects.count() == 1
