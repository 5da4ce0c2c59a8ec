"""Ranking: off by default, turned on by an administrator with a reason that everybody reads; numbers only then, and only when sorted."""

from __future__ import annotations

import pytest

from inspections.actions.revisions import RevisionConflict
from jobs.errors import Refused
from reports.actions.ranking import set_ranking
from reports.dashboard.children import ranks_of
from reports.models import RankingSetting
from tests import factories
from units.models import ActivityEntry

pytestmark = pytest.mark.django_db
PAGE, SETTINGS = "/reports/dashboard/", "/reports/dashboard/ranking/"
HEAD = '<th scope="col" class="num">名次</th>'


@pytest.fixture
def places(campaign, town, team, qian):
    """Three branches below 青石镇 with two, one and one problem."""
    for number, problems in ((1, 1), (2, 2), (3, 1)):
        row = factories.make_assignment(campaign, factories.make_organization(f"第{number}村党支部", town), team)
        for _ in range(problems):
            factories.make_finding(row, qian)
    return town


def test_equal_values_share_a_rank():
    assert ranks_of([9, 5, 5, 1]) == [1, 2, 2, 4]
    assert ranks_of([]) == []


def test_off_until_an_administrator_gives_a_reason(client, places, wu, wang, zhao):
    client.force_login(wu)
    sorted_page = {"organization": places.pk, "sort": "-problems"}
    page = client.get(PAGE, sorted_page).content.decode()
    assert HEAD not in page
    assert "不排名次，系统默认" in page
    for person in (wu, zhao):
        with pytest.raises(Refused, match="系统管理员"):
            set_ranking(is_on=True, reason="统筹", by=person, base_revision=0)
    client.force_login(wang)
    refused = client.post(SETTINGS, {"is_on": "on", "reason": " ", "revision": 0})
    assert refused.status_code == 422
    assert "请写明原因" in refused.content.decode()
    assert not RankingSetting.current().is_on
    client.post(SETTINGS, {"is_on": "on", "reason": "年度统筹帮扶力量", "revision": 0})
    entry = ActivityEntry.objects.get(verb="reports.ranking_settings")
    assert (entry.actor, entry.summary) == (wang, "打开督查总览的排名：年度统筹帮扶力量")
    client.force_login(wu)
    answer = client.get(PAGE, sorted_page)
    assert [(row.label, row.rank) for row in answer.context["below"].page] == [
        ("第2村党支部", 1),
        ("第1村党支部", 2),
        ("第3村党支部", 2),
    ]
    page = answer.content.decode()
    assert HEAD in page
    assert f"排名已由系统管理员{wang}于" in page
    assert "年度统筹帮扶力量" in page
    assert HEAD not in client.get(PAGE, {"organization": places.pk}).content.decode(), "the directory's order is no rank"
    set_ranking(is_on=False, reason="", by=wang, base_revision=1)
    page = client.get(PAGE, sorted_page).content.decode()
    assert HEAD not in page
    assert f"由系统管理员{wang}关闭" in page


def test_two_administrators(client, wang, district):
    other = factories.make_user("严管", role="administrator", at=district)
    set_ranking(is_on=True, reason="统筹", by=wang, base_revision=0)
    with pytest.raises(RevisionConflict):
        set_ranking(is_on=False, reason="", by=other, base_revision=0)
    assert set_ranking(is_on=True, reason="统筹", by=other, base_revision=0).changed_by == wang, "the same again changes nothing"
    client.force_login(other)
    late = client.post(SETTINGS, {"reason": "不再需要", "revision": 0})
    assert late.status_code == 409
    page = late.content.decode()
    assert "别人已经改过" in page
    assert "不再需要" in page
    assert 'name="revision" value="1"' in page
    client.post(SETTINGS, {"reason": "不再需要", "revision": 1})
    assert not RankingSetting.current().is_on
