"""Create, edit, move, dissolve, restore: on the screen and underneath."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jobs.errors import InvalidTransition, Refused
from tests import factories
from units.actions import organizations as actions
from units.models import ActivityEntry, OrganizationTag, PartyOrganization

CREATE = reverse("units:organization_create")


def at(name: str, organization: PartyOrganization) -> str:
    return reverse(f"units:organization_{name}", args=[organization.pk])


def fields(**more):
    return {"name": "东村党支部", "code": "V", "kind": "branch", "order": "0", **more}


def test_the_office_adds_below_itself(client, zhao, district, town):
    tag = OrganizationTag.objects.create(name="试点单位")
    client.force_login(zhao)
    assert f'value="{town.pk}"' in client.get(CREATE, {"parent": town.pk}).content.decode()
    answer = client.post(CREATE, fields(parent=town.pk, tags=[tag.pk], name=" 东 村党支部 ", code="ｖ 1"))
    made = PartyOrganization.objects.get(code="v1")
    assert answer.url == at("detail", made)
    assert (made.name, made.parent, list(made.tags.all())) == ("东村党支部", town, [tag])
    entry = ActivityEntry.objects.about(made).get()
    assert (entry.actor, entry.verb, entry.organization_path) == (zhao, "units.organization_create", made.path)


def test_only_administrators_add_at_the_top(client, zhao, wang, district):
    client.force_login(zhao)
    assert "请选择上级组织。" in client.post(CREATE, fields(as_top="on")).content.decode()
    client.force_login(wang)
    text = client.post(CREATE, fields()).content.decode()
    assert "名录中已有顶层组织“云岭区委”" in text
    assert 'name="as_top"' in text
    assert not PartyOrganization.objects.filter(code="V").exists()
    assert client.post(CREATE, fields(as_top="on")).status_code == 302
    assert PartyOrganization.objects.get(code="V").parent is None


def test_the_office_cannot_add_elsewhere(client, zhao, district, other_district):
    client.force_login(zhao)
    text = client.post(CREATE, fields(parent=other_district.pk)).content.decode()
    assert "请从查找结果中选择您管理范围内的上级组织" in text
    assert not PartyOrganization.objects.filter(code="V").exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"code": "YL-QS"}, "已被使用"), ({"code": "a#b"}, "编码只能用"), ({"name": ""}, "必填"), ({"kind": "x"}, "选择")],
)
def test_bad_entries_are_explained_and_kept(client, zhao, district, town, wrong, sentence):
    client.force_login(zhao)
    text = client.post(CREATE, fields(parent=town.pk, address="东街1号", **wrong)).content.decode()
    assert sentence in text
    assert "东街1号" in text
    assert "青石镇党委" in text


def test_edit_records_what_changed(client, zhao, district, town):
    client.force_login(zhao)
    changed = {**fields(name="青石街道党工委", code="YL-QS", kind="working_committee"), "category": town.category_id}
    assert client.post(at("update", town), changed).status_code == 302
    entry = ActivityEntry.objects.about(town).first()
    assert entry.changes == {"组织名称": ["青石镇党委", "青石街道党工委"], "组织类型": ["党委", "党工委"]}


def test_a_refused_edit_keeps_the_old_name_in_the_heading(client, zhao, district, town, bureau):
    client.force_login(zhao)
    text = client.post(at("update", town), fields(name="新名", code="YL-DA")).content.decode()
    assert "编辑青石镇党委" in text
    assert "已被使用" in text


def test_moving_asks_first_and_says_how_many(client, zhao, district, town, bureau):
    village = factories.make_organization("东村党支部", town)
    client.force_login(zhao)
    question = client.post(at("move", town), {"parent": bureau.pk}).content.decode()
    assert "确认移动 2 个组织" in question
    town.refresh_from_db()
    assert town.parent == district
    answer = client.post(at("move", town), {"parent": bureau.pk, "confirmed": "1"}, follow=True)
    assert "共 2 个组织" in answer.content.decode()
    village.refresh_from_db()
    assert village.path.startswith(PartyOrganization.objects.get(pk=bureau.pk).path)


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("", "请选择一个上级组织"),
        ("town", "不能移到它自己"),
        ("village", "不能移到它自己或它的下级"),
        ("district", "不需要移动"),
        ("other", "管理范围内"),
    ],
)
def test_a_bad_target_is_refused(client, zhao, district, town, other_district, target, sentence):
    village = factories.make_organization("东村党支部", town)
    keys = {"": "", "town": town.pk, "village": village.pk, "district": district.pk, "other": other_district.pk}
    client.force_login(zhao)
    assert sentence in client.post(at("move", town), {"parent": keys[target], "confirmed": "1"}).content.decode()
    town.refresh_from_db()
    assert town.parent == district


def test_only_administrators_move_to_the_top(client, zhao, wang, district, town):
    client.force_login(zhao)
    assert "请选择一个上级组织" in client.post(at("move", town), {"to_top": "on", "confirmed": "1"}).content.decode()
    client.force_login(wang)
    client.post(at("move", town), {"to_top": "on", "confirmed": "1"})
    town.refresh_from_db()
    assert town.parent is None


def test_an_office_can_neither_move_nor_dissolve_itself(client, district, town, bureau):
    office = factories.make_user("镇办", role="office", at=town)
    client.force_login(office)
    assert client.get(at("update", town)).status_code == 200
    assert client.get(at("move", town)).status_code == 403
    assert client.get(at("dissolve", town)).status_code == 403


def test_dissolve_and_restore(client, zhao, district, town):
    client.force_login(zhao)
    assert client.post(at("dissolve", town), {"on": "2026-03-01"}).status_code == 302
    town.refresh_from_db()
    assert town.dissolved_on == date(2026, 3, 1)
    assert "已于2026年3月1日撤销" in client.get(at("detail", town)).content.decode()
    client.post(at("restore", town))
    town.refresh_from_db()
    assert town.is_active
    verbs = ActivityEntry.objects.about(town).values_list("verb", flat=True)
    assert list(verbs)[:2] == ["units.organization_restore", "units.organization_dissolve"]


def test_dissolving_with_active_children_is_refused(client, zhao, district, town):
    factories.make_organization("东村党支部", town)
    client.force_login(zhao)
    assert "下面还有 1 个未撤销的组织" in client.post(at("dissolve", town), {"on": "2026-03-01"}).content.decode()


def test_a_day_in_the_future_is_refused(client, zhao, district, town):
    client.force_login(zhao)
    later = timezone.localdate() + timedelta(days=1)
    assert "不能晚于今天" in client.post(at("dissolve", town), {"on": later.isoformat()}).content.decode()


def test_a_second_click_is_refused(zhao, district, town):
    actions.dissolve_organization(town, on=date(2026, 3, 1), by=zhao)
    with pytest.raises(InvalidTransition, match="已经撤销"):
        actions.dissolve_organization(town, on=date(2026, 3, 1), by=zhao)
    actions.restore_organization(town, by=zhao)
    with pytest.raises(InvalidTransition, match="不需要恢复"):
        actions.restore_organization(town, by=zhao)


def test_nothing_comes_below_a_dissolved_organization(zhao, district, town, bureau):
    village = factories.make_organization("东村党支部", town)
    actions.dissolve_organization(village, on=date(2026, 3, 1), by=zhao)
    actions.dissolve_organization(town, on=date(2026, 3, 1), by=zhao)
    for act in (
        lambda: factories.make_organization("新", town),
        lambda: actions.move_organization(bureau, parent=town, by=zhao),
        lambda: actions.restore_organization(village, by=zhao),
    ):
        with pytest.raises(Refused, match="“青石镇党委”已撤销"):
            act()


def test_a_place_in_the_tree_is_never_given_twice(zhao, district, town, bureau):
    old = PartyOrganization.objects.get(pk=bureau.pk).path
    actions.move_organization(bureau, parent=town, by=zhao)
    newcomer = factories.make_organization("新来的", district)
    assert newcomer.path != old
    top = factories.make_organization("顶层")
    top_path = top.path
    actions.move_organization(top, parent=town, by=zhao)
    assert factories.make_organization("又一顶层").path != top_path


def test_the_tree_has_a_bottom(district):
    parent = district
    for depth in range(49):
        parent = factories.make_organization(f"第{depth}层", parent)
    with pytest.raises(Refused, match="最多 50 级"):
        factories.make_organization("太深", parent)


def test_a_branch_that_would_reach_too_deep_is_not_moved(zhao, district, town, bureau):
    parent, other = town, bureau
    for depth in range(26):
        parent = factories.make_organization(f"甲{depth}", parent)
        other = factories.make_organization(f"乙{depth}", other)
    with pytest.raises(Refused, match="超过 50 级"):
        actions.move_organization(bureau, parent=parent, by=zhao)


@pytest.mark.parametrize("number", [0, 1, 35, 36, 1_679_615])
def test_path_steps_sort_as_their_numbers(number):
    text = actions.encode(number)
    assert (len(text), int(text, 36)) == (4, number)


def test_path_steps_end():
    with pytest.raises(OverflowError):
        actions.encode(1_679_616)
