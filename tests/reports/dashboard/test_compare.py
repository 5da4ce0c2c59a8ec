"""对比: both sides count what their lists hold, the difference is said in words, and nothing outside one's own part is compared."""

from __future__ import annotations

from html import unescape

import pytest

from inspections.models import Campaign
from reports.dashboard.comparing import Side, compare
from tests import factories
from tests.reports.dashboard.test_figures import check

pytestmark = pytest.mark.django_db
URL = "/reports/dashboard/compare/"


@pytest.fixture
def last(district, zhao, campaign, town, team, qian):
    """The round before, finished, with one serious problem at 青石镇; and what is noted in this one at two places."""
    before = factories.make_campaign(district, zhao, year=2026, half=1, status=Campaign.Status.FINISHED, title="2026年上半年督查")
    old = factories.make_assignment(before, town, status="concluded")
    factories.make_finding(old, zhao, severity="serious", standard=factories.make_standard())
    place = factories.make_assignment(campaign, town, team, status="concluded")
    for _ in range(3):
        factories.make_finding(place, qian)
    factories.make_finding(place, qian, kind="good_practice")
    return before


def rows_of(comparison):
    return {row.label: (row.first.text, row.second.text, row.difference) for part in comparison.parts for row in part.rows}


def test_two_campaigns(campaign, last, bureau, wu):
    factories.make_assignment(campaign, bureau)
    result = compare(Side(wu, campaign, None), Side(wu, last, None))
    assert result.names == ("2026年下半年", "2026年上半年")
    rows = rows_of(result)
    assert rows["督查单位"] == ("2", "1", "多 1")
    assert rows["覆盖率"] == ("50%", "100%", "低 50 个百分点")
    assert rows["发现问题"] == ("3", "1", "多 2")
    assert rows["严重"] == ("0", "1", "少 1")
    assert rows["每单位问题"] == ("3.0", "1.0", "多 2.0")
    assert rows["好做法"] == ("1", "0", "多 1")
    assert rows["理论学习"] == ("3", "1", "多 2")
    assert rows["整改率"] == ("—", "—", "—")
    assert rows["学习记录不够规范"] == ("没有发现", "1 条", "低 100 个百分点")
    assert "发现问题 3，多 2；严重 0，少 1" in result.summary
    assert "理论学习2026年下半年3条" in result.chart.summary


def test_two_organizations(client, campaign, last, town, bureau, team, qian, wu):
    factories.make_finding(factories.make_assignment(campaign, bureau, team), qian)
    client.force_login(wu)
    page = client.get(URL, {"campaign": campaign.code, "organization": town.pk, "other": bureau.pk})
    result = page.context["comparison"]
    assert result.names == ("青石镇党委", "区档案馆党支部")
    assert (result.first.campaign, result.second.campaign) == (campaign, campaign)
    assert rows_of(result)["发现问题"] == ("3", "1", "多 2")
    assert check(client, page.wsgi_request.get_full_path()) >= 28


def test_the_round_before_stands_beside_unless_asked_otherwise(client, campaign, last, wu, town):
    client.force_login(wu)
    page = client.get(URL)
    assert page.context["comparison"].second.campaign == last
    assert not page.context["comparison"].is_same
    assert URL in client.get("/reports/dashboard/").content.decode()
    same = client.get(URL, {"campaign": campaign.code, "with": campaign.code})
    assert "两边是同一次督查" in same.content.decode()
    assert client.get(page.context["turned"]).context["comparison"].first.campaign == last


def test_organizations_are_typed(client, campaign, last, town, bureau, wu):
    client.force_login(wu)
    typed = {"campaign": campaign.code, "with": last.code, "organization_name": [f"{town.name}（{town.code}）", "区档案馆党支部"]}
    answer = client.get(URL, typed)
    assert answer.status_code == 302
    assert f"organization={town.pk}&other={bureau.pk}" in answer.url
    shown = unescape(client.get(answer.url).content.decode())
    assert f'value="{town.name}（{town.code}）"' in shown
    wrong = client.get(URL, {**typed, "organization_name": ["没有的单位", ""]})
    assert wrong.status_code == 200
    assert "没有找到唯一的这个组织" in wrong.content.decode()
    assert 'value="没有的单位"' in wrong.content.decode()


def test_nothing_of_others(client, campaign, last, town, district, other_district, wu, zhou, zheng):
    away = factories.make_campaign(other_district, zheng)
    client.force_login(wu)
    assert client.get(URL, {"with": away.code}).status_code == 404
    assert client.get(URL, {"other": other_district.pk}).status_code == 404
    typed = client.get(URL, {"organization_name": [other_district.name, ""]})
    assert "没有找到唯一的这个组织" in typed.content.decode()
    client.force_login(zhou)
    assert client.get(URL).status_code == 403
    street = factories.make_user("街领导", role="leader", at=town)
    client.force_login(street)
    assert client.get(URL, {"organization": district.pk}).status_code == 404
    rows = rows_of(client.get(URL, {"campaign": campaign.code}).context["comparison"])
    assert rows["发现问题"][:2] == ("0", "1"), "what is not finished is not for those inspected"


def test_queries_do_not_grow(client, campaign, last, town, team, qian, wu, django_assert_max_num_queries):
    client.force_login(wu)
    with django_assert_max_num_queries(44):
        client.get(URL, {"campaign": campaign.code, "with": last.code})
    for _ in range(12):
        factories.make_finding(factories.make_assignment(campaign, factories.make_organization(parent=town), team), qian)
    with django_assert_max_num_queries(44):
        client.get(URL, {"campaign": campaign.code, "with": last.code, "organization": town.pk, "other": town.pk})
