"""The library of standard wordings: found, used, changed, retired, and never deleted when used."""

from __future__ import annotations

import pytest
from django.urls import reverse

from inspections.actions import standards as actions
from inspections.models import StandardFinding
from jobs.errors import InvalidTransition, Refused
from tests import factories
from tests.inspections.checklists.conftest import item_of
from units.models import ActivityEntry

LIST = "inspections:standard_list"
GOOD = {
    "kind": "problem",
    "theme_code": "T2",
    "item_code": "T2-1",
    "wording": "学习记录\n要素不全",
    "heading": "学习记录不规范",
    "severity": "notable",
    "cause": "兼职人员多",
    "measure_heading": "规范学习",
    "measure": "统一样式",
    "lead_body": "区委宣传部",
}


def found(client, **conditions):
    return [standard.wording for standard in client.get(reverse(LIST), conditions).context["page"]]


def test_filters(client, zhao, draft):
    factories.make_standard(wording="甲表述", theme_code="T1", item_code="")
    factories.make_standard(wording="乙表述", kind="good_practice")
    factories.make_standard(wording="丙表述", is_retired=True)
    client.force_login(zhao)
    assert found(client) == ["甲表述", "乙表述"]
    assert found(client, theme="T1") == ["甲表述"]
    assert found(client, kind="good_practice") == ["乙表述"]
    assert found(client, q="丙") == []
    assert found(client, q="丙", state="all") == ["丙表述"]
    assert found(client, state="retired") == ["丙表述"]
    assert found(client, kind="nonsense") == ["甲表述", "乙表述"]


def test_usage_counts_standing_findings_that_the_reader_may_see_and_opens_them(client, zhao, zheng, assignment, qian):
    standard = factories.make_standard()
    factories.make_finding(assignment, qian, standard=standard)
    factories.make_finding(assignment, qian, standard=standard, withdrawn_at=factories.NOON)
    client.force_login(zhao)
    answer = client.get(reverse(LIST))
    assert [one.usage for one in answer.context["page"]] == [1]
    link = f"{reverse('inspections:finding_list')}?standard={standard.pk}"
    assert link in answer.content.decode()
    assert len(client.get(link).context["page"].object_list) == 1
    client.force_login(zheng)
    assert [one.usage for one in client.get(reverse(LIST)).context["page"]] == [0]


@pytest.mark.parametrize("count", [1, 4])
def test_list_needs_the_same_queries_for_any_length(client, zhao, draft, count, django_assert_num_queries):
    for _ in range(count):
        factories.make_standard()
    client.force_login(zhao)
    with django_assert_num_queries(10):
        client.get(reverse(LIST))


def test_create_and_update(client, zhao, draft):
    client.force_login(zhao)
    client.post(reverse("inspections:standard_create"), GOOD)
    standard = StandardFinding.objects.get()
    assert (standard.code, standard.wording, standard.lead_body) == ("S0001", "学习记录 要素不全", "区委宣传部")
    page = client.get(reverse("inspections:standard_update", args=[standard.pk]))
    client.post(reverse("inspections:standard_update", args=[standard.pk]), {**GOOD, "measure": "改过的措施", "base": page.context["base"]})
    standard.refresh_from_db()
    assert standard.measure == "改过的措施"
    changes = ActivityEntry.objects.get(verb="inspections.standard_update").changes
    assert changes == {"整改措施": ["统一样式", "改过的措施"]}


def test_numbers_go_on_from_the_last(zhao):
    factories.make_standard(code="S0041")
    factories.make_standard(code="S旧7")
    assert actions.create_standard(kind="problem", theme_code="T1", wording="新", by=zhao).code == "S0042"


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [("wording", "", "必填"), ("theme_code", "", "请选择主题"), ("item_code", "T1-1", "不属于所选主题"), ("kind", "", "必填")],
)
def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(client, zhao, draft, field, value, text):
    client.force_login(zhao)
    page = client.post(reverse("inspections:standard_create"), {**GOOD, field: value})
    assert page.status_code == 422
    assert text in page.content.decode()
    assert "区委宣传部" in page.content.decode()
    assert not StandardFinding.objects.exists()


def test_a_wording_whose_item_has_left_all_checklists_can_still_be_changed(client, zhao, draft):
    standard = factories.make_standard(theme_code="旧主题", item_code="旧项")
    client.force_login(zhao)
    address = reverse("inspections:standard_update", args=[standard.pk])
    base = client.get(address).context["base"]
    client.post(address, {**GOOD, "theme_code": "旧主题", "item_code": "旧项", "wording": "改过", "base": base})
    standard.refresh_from_db()
    assert (standard.wording, standard.theme_code) == ("改过", "旧主题")


def test_retiring_and_restoring(client, zhao, finding):
    standard = factories.make_standard()
    finding.standard = standard
    finding.save()
    client.force_login(zhao)
    listed = f"{reverse(LIST)}?kind=problem"
    answer = client.post(reverse("inspections:standard_retire", args=[standard.pk]), {"next": listed})
    assert answer.url == listed
    standard.refresh_from_db()
    assert standard.is_retired
    assert standard not in StandardFinding.objects.in_use()
    with pytest.raises(InvalidTransition):
        actions.retire_standard(standard, by=zhao)
    client.post(reverse("inspections:standard_restore", args=[standard.pk]), {"next": "https://elsewhere.example/"})
    standard.refresh_from_db()
    assert not standard.is_retired
    with pytest.raises(InvalidTransition):
        actions.restore_standard(standard, by=zhao)
    verbs = ActivityEntry.objects.filter(verb__startswith="inspections.standard").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["inspections.standard_retire", "inspections.standard_restore"]


def test_leading_elsewhere_is_refused(client, zhao):
    standard = factories.make_standard()
    client.force_login(zhao)
    answer = client.post(reverse("inspections:standard_retire", args=[standard.pk]), {"next": "https://elsewhere.example/"})
    assert answer.url == reverse(LIST)


def test_a_used_wording_is_never_deleted(client, zhao, finding):
    standard = factories.make_standard()
    finding.standard = standard
    finding.withdrawn_at = factories.NOON  # withdrawn findings count nowhere, but they rest on it all the same
    finding.save()
    with pytest.raises(Refused, match="已被 1 条督查发现引用"):
        actions.delete_standard(standard, by=zhao)
    client.force_login(zhao)
    page = client.get(reverse("inspections:standard_update", args=[standard.pk])).content.decode()
    assert "只能停用，不能删除" in page
    client.post(reverse("inspections:standard_delete", args=[standard.pk]))
    assert StandardFinding.objects.filter(pk=standard.pk).exists()


def test_an_unused_wording_can_be_deleted(client, zhao):
    standard = factories.make_standard()
    client.force_login(zhao)
    client.post(reverse("inspections:standard_delete", args=[standard.pk]))
    assert not StandardFinding.objects.exists()
    assert ActivityEntry.objects.filter(verb="inspections.standard_delete").exists()


POSTS = ["standard_update", "standard_retire", "standard_restore", "standard_delete"]


@pytest.mark.parametrize(("who", "status"), [("wu", 403), ("qian", 403), ("zhou", 404), ("wang", 404)])
@pytest.mark.parametrize("name", POSTS)
def test_only_office_staff_write(client, request, team, who, status, name):
    standard = factories.make_standard()
    client.force_login(request.getfixturevalue(who))
    assert client.post(reverse(f"inspections:{name}", args=[standard.pk]), GOOD).status_code == status
    assert StandardFinding.objects.get() == standard


def test_wordings_are_kept_on_the_editing_page_too(client, zhao, draft):
    client.force_login(zhao)
    htmx = {"headers": {"HX-Request": "true"}}
    create = reverse("inspections:standard_create")
    form = client.get(create, {"item": item_of(draft, "T2-1").pk}, **htmx).content.decode()
    assert 'name="item_code" value="T2-1"' in form
    assert "<html" not in form
    row = client.post(create, GOOD, **htmx).content.decode()
    standard = StandardFinding.objects.get()
    assert f'id="standard-{standard.pk}"' in row
    assert "已停用" in client.post(reverse("inspections:standard_retire", args=[standard.pk]), **htmx).content.decode()
    refused = client.post(reverse("inspections:standard_retire", args=[standard.pk]), **htmx)
    assert (refused.status_code, refused["HX-Retarget"]) == (409, "#page-state")
    assert "学习记录 要素不全" in client.get(reverse("inspections:standard_show", args=[standard.pk]), **htmx).content.decode()


def test_an_item_of_a_checklist_that_is_not_there(client, zhao):
    client.force_login(zhao)
    assert client.get(reverse("inspections:standard_create"), {"item": 999}).status_code == 404
