"""A leader looks for two minutes: at a desk down the tree, on the wall, on a phone. In a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIRST_THREE = "[...document.querySelectorAll('.figure-box')].slice(0, 3).every((box) => box.getBoundingClientRect().bottom < innerHeight)"


@pytest.fixture
def found(transactional_db, campaign, finding, town, team, qian):
    """A problem at 青石镇 and two at a branch below it."""
    village = factories.make_organization("云脚村党支部", town, kind="branch")
    below = factories.make_assignment(campaign, village, team, status="concluded")
    for _ in range(2):
        factories.make_finding(below, qian)
    return village


def fits(page) -> bool:
    """Whether nothing sticks out at the side."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_leader_goes_down_the_tree_to_the_records_and_up_again(visit, found, town, wu):
    page = visit(wu)
    page.get_by_role("link", name="督查总览", exact=True).click()
    expect(page.locator(".chart canvas").first).to_be_visible()
    page.get_by_label("发现问题：统计口径").click()
    expect(page.get_by_text("同一单位有几条问题就计几条")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("同一单位有几条问题就计几条")).to_be_hidden()
    page.locator(".table-children").get_by_role("link", name="青石镇党委").click()
    expect(page.get_by_role("heading", name="督查总览：青石镇党委")).to_be_visible()
    page.locator(".table-children").get_by_role("link", name="问题", exact=True).click()
    expect(page.locator(".table-children th[aria-sort=descending]")).to_have_text("问题 ↓")
    page.locator(".table-heat .heat-4 a").click()
    expect(page.get_by_text("共 2 条").first).to_be_visible()
    page.go_back()
    page.get_by_label("位置").get_by_role("link", name="云岭区委").click()
    expect(page.get_by_role("heading", name="督查总览：云岭区委")).to_be_visible()
    with page.expect_download() as file:
        page.get_by_role("link", name="通报页").click()
    assert file.value.suggested_filename.endswith("云岭区委.pdf")


def test_the_wall_draws_anew_what_it_asks_for_again(visit, found, finding, wu):
    page = visit(wu, bears=("ERR_FAILED", "htmx:"))
    page.goto(page.url.replace("/home/", "/dashboard/wall/"))
    charts = page.locator("#wall .chart canvas")
    expect(charts.first).to_be_visible()
    drawn = charts.count()
    factories.make_finding(finding.assignment, finding.recorded_by)
    again = "htmx.ajax('GET', location.href, {source: '#wall', target: '#wall', swap: 'innerHTML'})"
    page.evaluate(again)
    expect(page.locator(".wall-figures .value").nth(1)).to_have_text("4")
    expect(charts).to_have_count(drawn)
    expect(page.get_by_text("没有取到最新数字")).to_be_hidden()
    page.route("**/dashboard/wall/**", lambda route: route.abort())
    page.evaluate(f"{again}.catch(() => 0)")
    expect(page.get_by_text("没有取到最新数字")).to_be_visible()
    expect(charts).to_have_count(drawn)


def test_on_the_phone_three_figures_come_first_in_one_column(visit, found, wu):
    page = visit(wu, PHONE)
    page.goto(page.url.replace("/home/", "/dashboard/"))
    assert fits(page)
    assert page.evaluate(FIRST_THREE)
    page.get_by_label("整改率：统计口径").tap()
    expect(page.get_by_text("分子：已销号的整改事项数")).to_be_in_viewport()
    page.locator("h1").tap()
    expect(page.get_by_text("分子：已销号的整改事项数")).to_be_hidden()
    page.get_by_role("link", name="青石镇党委").first.tap()
    expect(page.get_by_role("heading", name="督查总览：青石镇党委")).to_be_visible()
    assert fits(page)
    page.goto(page.url.replace("/dashboard/", "/dashboard/wall/"))
    expect(page.locator(".chart canvas").first).to_be_visible()
    assert fits(page)
