"""The directory's pages: what each person sees, the tree, the list, the export's twin."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import factories
from units import trees
from units.actions.organizations import dissolve_organization
from units.models import OrganizationTag, PartyOrganization

LIST = reverse("units:organization_list")


def names(answer) -> list[str]:
    return [one.name for one in answer.context["page"].object_list]


def at(name: str, organization: PartyOrganization) -> str:
    return reverse(f"units:organization_{name}", args=[organization.pk])


@pytest.fixture
def village(town):
    return factories.make_organization("东村党支部", town, code="V", category=factories.make_category("社区"))


def test_an_administrator_sees_all_tops(client, wang, district, town, other_district):
    client.force_login(wang)
    assert names(client.get(LIST)) == ["云岭区委", "临川新区党工委"]


@pytest.mark.parametrize(("who", "top"), [("zhao", "云岭区委"), ("wu", "云岭区委"), ("zhou", "青石镇党委"), ("zheng", "临川新区党工委")])
def test_whose_directory_has_one_top_starts_inside_it(client, request, who, top, district, town, village, other_district):
    client.force_login(request.getfixturevalue(who))
    answer = client.get(LIST, follow=True)
    assert answer.context["current"].name == top
    assert answer.redirect_chain == [(f"{LIST}?under={answer.context['current'].pk}", 302)]
    # The tree's own line for everything is a fragment and stays what it says.
    assert names(client.get(LIST, HTTP_HX_REQUEST="true")) == [top]


def test_who_may_see_nothing_is_told_so(client, qian, district, town):
    client.force_login(qian)
    assert names(client.get(LIST)) == []


def test_children_of_the_chosen_one_in_their_order(client, zhao, district, town, bureau, village):
    PartyOrganization.objects.filter(pk=town.pk).update(order=5)
    client.force_login(zhao)
    answer = client.get(LIST, {"under": district.pk})
    assert names(answer) == ["区档案馆党支部", "青石镇党委"]
    assert [one.children_count for one in answer.context["page"].object_list] == [0, 1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "青石"}, ["青石镇党委"]),
        ({"q": "yl-qs"}, ["青石镇党委"]),
        ({"q": "ＹＬ-QS"}, ["青石镇党委"]),
        ({"q": "镇 党委"}, ["青石镇党委"]),
        ({"q": "没有的"}, []),
        ({"below": "on"}, ["云岭区委", "青石镇党委", "东村党支部", "区档案馆党支部"]),
        ({"kind": "committee"}, ["云岭区委", "青石镇党委"]),
        ({"state": "dissolved", "below": "on"}, ["老党支部"]),
        ({"state": "all", "q": "党支部"}, ["东村党支部", "区档案馆党支部", "老党支部"]),
    ],
)
def test_filters(client, zhao, district, town, village, bureau, query, found):
    old = factories.make_organization("老党支部", district, code="OLD")
    dissolve_organization(old, on="2020-01-01", by=zhao)
    client.force_login(zhao)
    assert names(client.get(LIST, query)) == found


def test_filters_by_category_and_tag(client, zhao, district, town, village, bureau):
    tag = OrganizationTag.objects.create(name="试点单位")
    village.tags.add(tag)
    client.force_login(zhao)
    assert names(client.get(LIST, {"category": town.category_id})) == ["青石镇党委"]
    assert names(client.get(LIST, {"tag": tag.pk})) == ["东村党支部"]
    assert names(client.get(LIST, {"tag": tag.pk, "under": bureau.pk})) == []


@pytest.mark.parametrize("query", [{"category": "x"}, {"tag": "9" * 30}, {"page": "x"}, {"under": "x"}, {"kind": "y"}, {"under": "9" * 40}])
def test_nonsense_in_the_address_does_no_harm(client, zhao, district, query):
    client.force_login(zhao)
    assert client.get(LIST, query).status_code == 200


def test_an_organization_out_of_sight_is_404(client, zheng, district):
    client.force_login(zheng)
    assert client.get(LIST, {"under": district.pk}).status_code == 404
    for name in ("detail", "branch", "update", "move", "dissolve"):
        assert client.get(at(name, district)).status_code == 404, name
    assert client.post(at("restore", district)).status_code == 404


def test_readers_may_look_but_not_change(client, wu, zhou, district, town):
    for user in (wu, zhou):
        client.force_login(user)
        page = client.get(at("detail", town))
        assert page.status_code == 200
        assert "编辑</a>" not in page.content.decode()
        for name in ("update", "move", "dissolve"):
            assert client.get(at(name, town)).status_code == 403, name
            assert client.post(at(name, town)).status_code == 403, name
        assert client.post(at("restore", town)).status_code == 403
        assert client.get(reverse("units:organization_create")).status_code == 403
        assert "新增" not in client.get(LIST).content.decode()


def test_the_page_of_one_organization(client, zhao, zhou, district, town, village):
    client.force_login(zhao)
    text = client.get(at("detail", town)).content.decode()
    for word in ("YL-QS", "云岭区委", "镇街", "东村党支部", "周联络", "联络员", "直接下级 1 个，全部下级 1 个", "新增组织“青石镇党委”"):
        assert word in text, word


# --- the tree ---------------------------------------------------------------------------------------------------------------


def test_the_tree_opens_down_to_the_current_one(client, zhao, district, town, village, bureau):
    client.force_login(zhao)
    text = client.get(LIST, {"under": town.pk}).content.decode()
    assert "东村党支部" in text
    assert text.count('aria-current="true"') == 1
    assert f'data-node="{town.pk}" aria-current="true"' in text


def test_a_closed_branch_is_loaded_on_demand(client, zhao, district, town, village):
    client.force_login(zhao)
    text = client.get(LIST, {"under": district.pk}).content.decode()
    assert f'hx-get="{at("branch", town)}"' in text
    assert "东村党支部" not in text
    assert "东村党支部" in client.get(at("branch", town)).content.decode()
    assert "全部组织" not in client.get(at("branch", town)).content.decode()


def test_a_broad_branch_comes_in_pages(client, wang, district, monkeypatch):
    monkeypatch.setattr(trees, "PAGE", 2)
    for number in range(5):
        factories.make_organization(f"第{number}支部", district, order=number)
    client.force_login(wang)
    first = client.get(at("branch", district)).content.decode()
    assert "第1支部" in first
    assert "第2支部" not in first
    assert "还有 3 个，继续显示" in first
    last = client.get(at("branch", district), {"from": "4"}).content.decode()
    assert "第4支部" in last
    assert "继续显示" not in last


def test_the_current_one_is_shown_even_beyond_the_first_page(client, wang, district, monkeypatch):
    monkeypatch.setattr(trees, "PAGE", 2)
    made = [factories.make_organization(f"第{number}支部", district, order=number) for number in range(5)]
    client.force_login(wang)
    assert f'data-node="{made[4].pk}" aria-current="true"' in client.get(LIST, {"under": made[4].pk}).content.decode()


def test_many_tops_come_in_pages_too(client, wang, district, other_district, monkeypatch):
    monkeypatch.setattr(trees, "PAGE", 1)
    client.force_login(wang)
    url = reverse("units:organization_branch", args=[0])
    assert f"{url}?from=1" in client.get(LIST).content.decode()
    assert "临川新区党工委" in client.get(url, {"from": "1"}).content.decode()


def test_a_click_in_the_tree_fetches_only_the_list(client, zhao, district, town):
    client.force_login(zhao)
    answer = client.get(LIST, {"under": district.pk}, headers={"hx-request": "true"})
    assert "<html" not in answer.content.decode()
    assert "HX-Request" in answer["Vary"]
    back = client.get(LIST, headers={"hx-request": "true", "hx-history-restore-request": "true"})
    assert "<html" in back.content.decode()


# --- the search field ---------------------------------------------------------------------------------------------------------


def test_the_search_field_finds_what_the_user_sees(client, zhao, wu, district, town, other_district):
    url = reverse("units:organization_search")
    client.force_login(zhao)
    assert "青石镇党委" in client.get(url, {"q": "qs"}).content.decode()
    assert "临川" not in client.get(url, {"q": ""}).content.decode()
    assert "没有找到" in client.get(url, {"q": "临川"}).content.decode()
    client.force_login(wu)
    assert "青石镇党委" not in client.get(url, {"q": "qs", "scope": "writable"}).content.decode()


def test_the_search_field_says_when_there_are_more(client, zhao, district):
    for number in range(25):
        factories.make_organization(f"相似{number}支部", district)
    client.force_login(zhao)
    text = client.get(reverse("units:organization_search"), {"q": "相似"}).content.decode()
    assert text.count('role="option"') == 20
    assert "请再输入几个字" in text


# --- how much is asked of the database -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("page", ["list", "detail", "export", "branch"])
def test_the_number_of_queries_does_not_grow(client, zhao, district, count, page, django_assert_max_num_queries):
    tag = OrganizationTag.objects.create(name="试点单位")
    for number in range(count):
        one = factories.make_organization(f"第{number}支部", district, category=factories.make_category("社区"), tags=[tag])
        factories.make_organization(f"第{number}小支部", one)
    client.force_login(zhao)
    url = {
        "list": f"{LIST}?under={district.pk}",
        "detail": at("detail", district),
        "export": f"{reverse('units:organization_export')}?below=1",
        "branch": at("branch", district),
    }[page]
    with django_assert_max_num_queries({"list": 17, "detail": 15, "export": 9, "branch": 6}[page]):
        answer = client.get(url)
        if page == "export":
            b"".join(answer.streaming_content)
