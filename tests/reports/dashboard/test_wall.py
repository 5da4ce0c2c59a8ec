"""大屏 and 通报页: the same figures elsewhere, for the same people."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reports.dashboard.choosing import Chosen
from reports.dashboard.page import whole_page
from reports.dashboard.paper import board_document
from reports.dashboard.queries import started_campaigns
from reports.rendering.document import Figure, Heading, Paragraph, Table, to_json
from tests import factories
from units.models import ActivityEntry

WALL, PRINT = "/reports/dashboard/wall/", "/reports/dashboard/print/"


def test_the_wall_asks_for_its_moving_part_only(client, campaign, finding, wu):
    client.force_login(wu)
    whole, part = client.get(WALL).content.decode(), client.get(WALL, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 60s"' in whole
    assert "<html" not in part
    assert "每 60 秒自动更新" in part
    assert "style=" not in whole
    factories.make_finding(finding.assignment, finding.recorded_by)
    again = client.get(WALL, headers={"HX-Request": "true"})
    assert again.context["board"].key.problems.number == 2


def test_wall_and_print_keep_campaign_and_organization(client, campaign, finding, bureau, team, qian, town, wu):
    factories.make_finding(factories.make_assignment(campaign, bureau, team), qian)
    client.force_login(wu)
    page = client.get(WALL, {"campaign": campaign.code, "organization": town.pk})
    assert page.context["board"].key.problems.number == 1
    assert f"/reports/dashboard/?campaign={campaign.code}&amp;organization={town.pk}" in page.content.decode()
    above = client.get("/reports/dashboard/", {"organization": town.pk}).content.decode()
    for address in (WALL, PRINT):
        assert f"{address}?campaign={campaign.code}&amp;organization={town.pk}" in above


@pytest.mark.parametrize("address", [WALL, PRINT])
@pytest.mark.parametrize(("who", "status"), [("qian", 403), ("zhou", 403), ("wang", 403), ("zheng", 404)])
def test_they_are_for_those_who_read_the_leaders_page(client, request, campaign, finding, address, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get(address, {"campaign": campaign.code}).status_code == status


def test_without_a_campaign_there_is_nothing_to_show(client, district, wu):
    client.force_login(wu)
    assert client.get(WALL).url == "/reports/dashboard/"
    assert client.get(PRINT).status_code == 404


def document_of(campaign, user, organization=None, top=None):
    asked = Chosen(user, started_campaigns(user), campaign, organization, (), (top,) if top else ())
    return board_document(whole_page(asked, campaign), str(organization or ""), timezone.now())


def test_the_paper_says_what_the_page_shows(campaign, finding, other_team, bureau, qian, district, wu):
    done = factories.make_assignment(campaign, bureau, other_team, status="concluded")
    factories.make_finding(done, qian, standard=factories.make_standard(heading="学习记录不够规范"), severity="serious")
    document = document_of(campaign, wu, top=district)
    assert [block.text for block in document.blocks if isinstance(block, Heading)] == [
        "一、总体情况",
        "二、督查覆盖",
        "三、发现分布",
        "四、涉及面最广的问题",
        "五、下级组织情况",
        "六、统计口径",
    ]
    told = next(block.text for block in document.blocks if isinstance(block, Paragraph))
    assert "列入督查的党组织2个，已办结1个，占50%。" in told
    assert "发现问题2条，其中严重问题1条" in told
    assert "整改尚未下发。" in told
    figures = [block for block in document.blocks if isinstance(block, Figure)]
    assert [figure.caption for figure in figures] == ["图1　各类单位督查进度", "图2　各主题问题数及程度"]
    tables = [block for block in document.blocks if isinstance(block, Table)]
    assert tables[0].rows == (("学习记录不够规范", "1/1", "个别", "1"),)
    assert [row[:3] for row in tables[1].rows] == [("青石镇党委", "0/1", "1"), ("区档案馆党支部", "1/1", "1")]
    assert json.dumps(to_json(document), ensure_ascii=False)


def test_the_paper_of_an_organization_names_it_and_is_a_pdf(client, campaign, finding, town, wu):
    assert document_of(campaign, wu, town, town).title.endswith("统计\n（青石镇党委）")
    client.force_login(wu)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(PRINT, {"organization": town.pk})
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert len(queries) <= 45
    assert ActivityEntry.objects.get(verb="reports.dashboard_download").actor == wu
