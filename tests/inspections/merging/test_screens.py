"""Similar findings on a finding's page, the merge page, and the groups suggested over a campaign."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from inspections.actions.searching import index_findings
from inspections.models import Finding, FindingMerge, KeptApart
from inspections.similar import similar_findings, suggest_groups
from tests import factories

pytestmark = pytest.mark.django_db

LEDGER = "青石镇党委未建立学习台账，上半年仅学习3次"


@pytest.fixture
def noted(assignment, campaign, bureau, team, qian):
    """Four about the ledger, one about something else."""
    other = factories.make_assignment(campaign, bureau, team)
    texts = [
        (assignment, LEDGER),
        (other, "未建立学习台账，上半年仅学习5次"),
        (other, "未建立学习台账，上半年仅学习3次"),
        (assignment, "学习台账没有建立，学习次数上半年偏少"),
        (other, "会议室未张贴保密提醒"),
    ]
    return [factories.make_finding(place, qian, text=text) for place, text in texts]


def test_similar_ones_with_their_difference(noted, zhao):
    index_findings()
    first, numbers, same, alike, _other = noted
    found = similar_findings(first, zhao)
    assert {one.row.pk: one.how.key for one in found} == {numbers.pk: "numbers", same.pk: "same", alike.pk: "alike"}
    by_key = {one.row.pk: one for one in found}
    assert by_key[numbers.pk].percent == by_key[same.pk].percent == 100
    assert 30 <= by_key[alike.pk].percent < 100
    assert "<mark>学习台账</mark>" in by_key[alike.pk].shown


def test_other_campaigns_come_later_and_strangers_see_nothing(noted, district, town, zhao, zheng, zhou, campaign):
    past = factories.make_campaign(district, zhao, half=1, status="finished")
    place = factories.make_assignment(past, town)
    old = factories.make_finding(place, zhao, text="未建立学习台账，上半年仅学习9次")
    away = factories.make_campaign(zheng.organization, zheng)
    factories.make_finding(factories.make_assignment(away, factories.make_organization(parent=zheng.organization)), zheng, text=LEDGER)
    index_findings()
    found = similar_findings(noted[0], zhao)
    assert [one.is_here for one in found] == [True, True, True, False]
    assert (found[-1].row.pk, found[-1].campaign_title) == (old.pk, past.title)
    assert [one.row.pk for one in similar_findings(noted[0], zhou)] == [old.pk]


def test_groups(noted, campaign, zhao):
    suggested = suggest_groups(campaign, theme_code="T2", kind="problem")
    [group] = suggested.groups
    assert {row.pk for row in group.rows} == {one.pk for one in noted[:4]}
    assert (group.standard, group.units, suggested.is_capped) == (None, 2, False)
    standard = factories.make_standard(wording="未建立学习台账")
    Finding.objects.filter(pk=noted[1].pk).update(standard=standard)
    [group] = suggest_groups(campaign, theme_code="T2", kind="problem").groups
    assert (group.standard, group.already) == (standard, 1)
    assert noted[1].pk not in {row.pk for row in group.rows}
    before = group.digest
    factories.make_finding(noted[0].assignment, zhao, text="未建立学习台账，上半年仅学习8次")
    [group] = suggest_groups(campaign, theme_code="T2", kind="problem").groups
    assert group.digest == before, "the same in other numbers is no new way of saying it"


def rows_of(page):
    return re.findall(r'name="row" value="([^"]+)"', page)


def test_from_the_finding_to_the_merge_and_back(client, noted, zhao, wu):
    index_findings()
    first = noted[0]
    client.force_login(zhao)
    page = reverse("inspections:finding_similar", args=[first.pk])
    assert page in client.get(reverse("inspections:finding_detail", args=[first.pk])).content.decode()
    panel = client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "比对时不看数字和单位名称" in panel
    assert "只有数字不同" in panel
    assert "<html" not in panel
    ticked = [str(first.pk), str(noted[1].pk)]
    merge_page = reverse("inspections:finding_merge")
    shown = client.get(merge_page, {"row": ticked, "next": page}).content.decode()
    rows = rows_of(shown)
    assert sorted(row.partition(":")[0] for row in rows) == sorted(ticked)
    empty = client.post(merge_page, {"row": rows, "use": "new", "wording": " ", "next": page})
    assert empty.status_code == 422
    assert "请写明新的规范表述" in empty.content.decode()
    assert rows_of(empty.content.decode()) == rows
    done = client.post(merge_page, {"row": rows, "use": "new", "wording": "未建立学习台账", "next": page}, follow=True)
    assert done.redirect_chain == [(page, 302)]
    assert "已将 2 条归并为" in done.content.decode()
    late = client.post(merge_page, {"row": rows, "use": "new", "wording": "另一种说法", "next": page})
    assert late.status_code == 409
    assert "有 2 条在您打开之后" in late.content.decode()
    assert 'value="另一种说法"' in late.content.decode() or ">另一种说法</textarea>" in late.content.decode()
    merge = FindingMerge.objects.get()
    undo = reverse("inspections:merge_undo", args=[merge.pk])
    assert undo in client.get(reverse("inspections:finding_detail", args=[first.pk])).content.decode()
    client.force_login(wu)
    assert undo not in client.get(reverse("inspections:finding_detail", args=[first.pk])).content.decode()
    assert 'name="row"' not in client.get(page).content.decode()
    assert client.post(undo).status_code == 403
    client.force_login(zhao)
    assert "2 条发现恢复原来的表述" in client.post(undo, {"next": page}, follow=True).content.decode()
    assert "已经撤销过了" in client.post(undo, {"next": page}, follow=True).content.decode()


def test_groups_are_accepted_or_kept_apart(client, noted, campaign, zhao):
    client.force_login(zhao)
    page = reverse("inspections:campaign_grouping", args=[campaign.code])
    assert page in client.get(reverse("inspections:campaign_detail", args=[campaign.code])).content.decode()
    shown = client.get(page).content.decode()
    rows = rows_of(shown)
    assert len(rows) == 4
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', shown)[1]
    apart = reverse("inspections:group_keep_apart", args=[campaign.code])
    client.post(apart, {"digest": digest, "text": "学习台账", "number": 4, "next": page})
    assert "另有 1 组已选不归并" in client.get(page).content.decode()
    assert "没有认出" in client.post(apart, {"digest": "x"}, follow=True).content.decode()
    assert "学习台账" in client.get(page, {"view": "apart"}).content.decode()
    again = reverse("inspections:group_suggest_again", args=[campaign.code, KeptApart.objects.get().pk])
    client.post(again, {"next": page})
    assert rows_of(client.get(page).content.decode()) == rows
    client.post(reverse("inspections:finding_merge"), {"row": rows, "use": "new", "wording": "学习台账不健全", "next": page})
    assert rows_of(client.get(page).content.decode()) == []
    records = client.get(page, {"view": "records"}).content.decode()
    assert "学习台账不健全" in records
    assert "撤销归并" in records


def test_the_list_offers_merging_to_the_office_only(client, noted, zhao, wu):
    listed = reverse("inspections:finding_list")
    client.force_login(zhao)
    page = client.get(listed).content.decode()
    assert "归并选中的问题" in page
    assert len(rows_of(page)) == 5
    nothing = client.get(reverse("inspections:finding_merge"), {"next": listed}, follow=True)
    assert "请先在列表里勾选" in nothing.content.decode()
    client.force_login(wu)
    assert "归并选中的问题" not in client.get(listed).content.decode()
    assert client.get(reverse("inspections:finding_merge")).status_code == 403


def test_queries_do_not_grow(noted, campaign, assignment, qian, zhao, client, django_assert_max_num_queries):
    for number in range(30):
        factories.make_finding(assignment, qian, text=f"未建立学习台账，第{number}次学习没有记录")
    index_findings()
    client.force_login(zhao)
    with django_assert_max_num_queries(40):
        client.get(reverse("inspections:finding_similar", args=[noted[0].pk]), headers={"HX-Request": "true"})
    with django_assert_max_num_queries(25):
        client.get(reverse("inspections:campaign_grouping", args=[campaign.code]))
