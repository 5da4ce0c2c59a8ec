"""A second factor set up in the browser; a log-in that has ended is renewed with it, and the form is still there."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.browser.conftest import PASSWORD
from units import factors
from units.models import LoginSession, SecondFactor, User

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_form_outlives_its_log_in_with_a_second_step(visit, live_server, wang):
    page = visit(wang)
    page.goto(live_server.url + reverse("units:factor_enrol"))
    # The picture is part of the page: the policy must let it show.
    assert page.locator(".factor-picture").evaluate("picture => picture.complete && picture.naturalWidth > 100")
    secret = page.locator("#factor-secret").text_content()
    page.get_by_label("应用里显示的 6 位动态码").fill(factors.code_at(secret, factors.step_now()))
    page.get_by_label("当前密码").fill(PASSWORD)
    page.get_by_role("button", name="启用并显示恢复码").click()
    page.get_by_text("两步验证已启用").wait_for()
    code = page.locator(".factor-codes code").first.inner_text()
    page.get_by_role("link", name="已保存好，继续").click()
    page.get_by_text("还有 10 个恢复码").wait_for()

    page.clock.install()
    page.goto(live_server.url + reverse("units:user_create"))
    page.get_by_label("用户名").fill("newcomer")
    page.get_by_label("姓名").fill("新来的")
    LoginSession.objects.all().delete()
    page.clock.fast_forward(70_000)
    page.get_by_role("button", name="保存").click()
    page.get_by_text("还没有提交，仍在本页").wait_for()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="打开登录页").click()
    second = opened.value
    second.get_by_label("用户名").fill(wang.username)
    second.get_by_label("密码").fill(PASSWORD)
    second.get_by_role("button", name="登录").click()
    assert second.get_by_label("动态码或恢复码").evaluate("field => field === document.activeElement")
    second.get_by_label("动态码或恢复码").fill(code)
    second.get_by_role("button", name="继续登录").click()
    second.get_by_text("您已重新登录").wait_for()
    second.close()
    page.get_by_role("button", name="已登录，继续").click()
    page.get_by_text("用户已建立").wait_for()
    assert User.objects.get(username="newcomer").display_name == "新来的"
    assert SecondFactor.objects.get().user == wang
