"""Categories and tags."""

from __future__ import annotations

import pytest
from django.urls import reverse

from inspections.models import CampaignMethod
from tests import factories
from units.models import ActivityEntry, OrganizationCategory, OrganizationTag

KINDS = ["category", "tag"]


def url(kind: str, act: str, word=None) -> str:
    return reverse(f"units:{kind}_{act}", args=[word.pk] if word else [])


def make(kind: str, name: str = "镇街"):
    return (OrganizationCategory if kind == "category" else OrganizationTag).objects.create(name=name)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", ["wang", "zhao"])
def test_keepers_add_edit_and_delete(client, request, kind, who, district):
    client.force_login(request.getfixturevalue(who))
    assert client.post(url(kind, "create"), {"name": " 驻区单位", "order": "3"}).status_code == 302
    word = (OrganizationCategory if kind == "category" else OrganizationTag).objects.get(name="驻区单位")
    assert client.post(url(kind, "update", word), {"name": "驻地单位", "order": "3"}).status_code == 302
    word.refresh_from_db()
    assert word.name == "驻地单位"
    assert "驻地单位" in client.get(url(kind, "list")).content.decode()
    client.post(url(kind, "delete", word))
    assert not type(word).objects.exists()
    model = type(word)._meta.model_name
    entries = ActivityEntry.objects.filter(object_type=f"units.{model}").order_by("pk")
    assert [entry.verb for entry in entries] == [f"units.{model}_{act}" for act in ("create", "update", "delete")]
    assert ["驻区单位", "驻地单位"] in entries[1].changes.values()


@pytest.mark.parametrize("kind", KINDS)
def test_readers_see_but_do_not_change(client, kind, wu, district, town):
    word = make(kind, "区直机关")
    office_below = factories.make_user("镇办", role="office", at=town)
    for user in (wu, office_below):
        client.force_login(user)
        page = client.get(url(kind, "list"))
        assert page.status_code == 200
        assert "编辑</a>" not in page.content.decode()
        assert client.get(url(kind, "create")).status_code == 403
        assert client.post(url(kind, "update", word), {"name": "x"}).status_code == 403
        assert client.post(url(kind, "delete", word)).status_code == 403


def test_what_is_used_is_not_deleted(client, wang, district, town):
    tag = make("tag", "试点单位")
    town.tags.add(tag)
    client.force_login(wang)
    for kind, word in (("category", town.category), ("tag", tag)):
        text = client.post(url(kind, "delete", word), follow=True).content.decode()
        assert "正在被 1 个组织使用，不能删除" in text
    assert OrganizationCategory.objects.exists()
    assert town.tags.exists()


def test_what_an_app_above_uses_is_not_deleted_either(client, wang, campaign):
    word = make("category", "企业")
    CampaignMethod.objects.create(campaign=campaign, category=word)
    client.force_login(wang)
    assert "还被1 条督查方式记录引用" in client.post(url("category", "delete", word), follow=True).content.decode()
    assert OrganizationCategory.objects.filter(pk=word.pk).exists()
    assert not ActivityEntry.objects.filter(verb__endswith="_delete").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_is_given_once(client, wang, kind):
    make(kind)
    client.force_login(wang)
    assert "已经有这个" in client.post(url(kind, "create"), {"name": "镇街", "order": "1"}).content.decode()


def test_a_tag_holds_no_separator(client, wang):
    client.force_login(wang)
    assert "顿号" in client.post(url("tag", "create"), {"name": "甲、乙"}).content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_what_does_not_exist_is_404(client, wang, kind):
    client.force_login(wang)
    assert client.get(reverse(f"units:{kind}_update", args=[99])).status_code == 404
    assert client.post(reverse(f"units:{kind}_delete", args=[99])).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [1, 10])
def test_the_number_of_queries_does_not_grow(client, wang, kind, count, django_assert_max_num_queries):
    for number in range(count):
        make(kind, f"类{number}")
    client.force_login(wang)
    with django_assert_max_num_queries(8):
        client.get(url(kind, "list"))


def test_categories_stand_in_the_order_of_the_report(client, wang):
    for name, order in (("甲", 2), ("乙", 1), ("丙", 3)):
        OrganizationCategory.objects.create(name=name, order=order)
    client.force_login(wang)
    assert [word.name for word in client.get(url("category", "list")).context["words"]] == ["乙", "甲", "丙"]
