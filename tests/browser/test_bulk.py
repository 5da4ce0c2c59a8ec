"""Bulk documents as a clerk makes them: the scope, the count beside the button, a volume."""

from __future__ import annotations

import io

import pypdfium2
import pytest

from tests import factories
from tests.browser.conftest import PHONE


@pytest.fixture
def campaign(district, town, bureau, team, qian, zhao, campaign):
    """Three concluded organizations, one of them below another."""
    factories.report_template("feedback")
    community = factories.make_organization("城北社区党委", town, category=town.category)
    for organization in (town, bureau, community):
        row = factories.make_assignment(campaign, organization, team, status="concluded", summary="较好")
        factories.make_result(row, "T1-1", qian, conformity="conforming")
        factories.make_finding(row, qian)
    return campaign


def test_a_branch_of_the_tree_is_bound_into_a_volume(visit, live_server, campaign, zhao):
    page = visit(zhao)
    page.goto(f"{live_server.url}/reports/campaign/{campaign.code}/feedback/")
    chosen = page.locator("[data-chosen]")
    assert chosen.inner_text() == "将为 3 个单位生成"
    assert page.get_by_text("合订本中每份文稿从单页").is_hidden()
    page.get_by_label("按隶属关系").check()
    assert chosen.inner_text() == "将为 0 个单位生成"
    page.get_by_label("青石镇党委（2）").check()
    assert chosen.inner_text() == "将为 2 个单位生成"
    page.get_by_label("装订成一册").check()
    assert page.get_by_text("合订本中每份文稿从单页").is_visible()
    page.get_by_role("button", name="开始生成").click()
    page.get_by_text("成功 2 份，失败 0 份").wait_for(timeout=60_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载").click()
    pdf = pypdfium2.PdfDocument(io.BytesIO(download.value.path().read_bytes()))
    assert [mark.get_title() for mark in pdf.get_toc() if mark.level == 0] == ["封面", "目录", "青石镇党委", "城北社区党委"]


def test_one_unit_is_found_by_name_and_ticked_on_a_phone(visit, live_server, campaign, zhao):
    page = visit(zhao, PHONE)
    page.goto(f"{live_server.url}/reports/campaign/{campaign.code}/feedback/")
    page.get_by_label("逐个勾选").check()
    page.get_by_label("按名称查找单位").fill("城北")
    assert page.get_by_label("区档案馆党支部").is_hidden()
    page.locator("[data-scope=picked] .panel-head [data-tick-all]").check()
    assert page.locator("[data-chosen]").inner_text() == "将为 1 个单位生成"
    page.get_by_label("按名称查找单位").fill("没有的")
    assert page.get_by_text("没有名称含有这些字的单位").is_visible()
    page.get_by_label("按名称查找单位").press("Enter")
    assert page.url.endswith("/feedback/"), "Enter looks, it does not send"
