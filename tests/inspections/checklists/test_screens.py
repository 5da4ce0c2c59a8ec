"""Who sees which screen of checklists, and that lists ask the database equally often however long they are."""

from __future__ import annotations

import pytest
from django.urls import reverse

from inspections.models import Checklist
from tests import factories
from tests.inspections.checklists.conftest import item_of

GET_SCREENS = ["checklist_detail", "checklist_edit", "checklist_publish", "checklist_copy", "checklist_export"]


def url(name, *args):
    return reverse(f"inspections:{name}", args=args)


def test_office_staff_see_drafts_and_published_versions(client, zhao, draft, published):
    client.force_login(zhao)
    page = client.get(url("checklist_list")).content.decode()
    assert url("checklist_edit", draft.pk) in page
    assert url("checklist_copy", published.pk) in page
    assert "草稿" in page
    assert "已发布" in page
    assert url("checklist_create") in page


@pytest.mark.parametrize("reader", ["wu", "qian"])
def test_leaders_and_team_members_read_published_versions_only(client, request, team, campaign, draft, reader):
    client.force_login(request.getfixturevalue(reader))
    listed = client.get(url("checklist_list")).content.decode()
    assert url("checklist_detail", campaign.checklist_id) in listed
    assert url("checklist_detail", draft.pk) not in listed
    assert "新建清单" not in listed
    page = client.get(url("checklist_detail", campaign.checklist_id))
    assert page.status_code == 200
    assert "是否制定年度工作计划" in page.content.decode()
    assert "建立新版本" not in page.content.decode()
    assert client.get(url("checklist_detail", draft.pk)).status_code == 404


@pytest.mark.parametrize("stranger", ["zhou", "wang", "feng"])
def test_strangers_find_nothing(client, request, stranger, published):
    client.force_login(request.getfixturevalue(stranger))
    for name in GET_SCREENS:
        assert client.get(url(name, published.pk)).status_code == 404, name
    for name in ("checklist_list", "checklist_create", "checklist_import", "standard_list", "standard_create"):
        assert client.get(url(name)).status_code == 404, name


@pytest.mark.parametrize("reader", ["wu", "qian"])
def test_readers_may_not_write(client, request, team, reader, published):
    client.force_login(request.getfixturevalue(reader))
    for name in GET_SCREENS[1:]:
        assert client.get(url(name, published.pk)).status_code == 403, name
    for name in ("checklist_create", "checklist_import", "standard_create"):
        assert client.get(url(name)).status_code == 403, name
    assert client.get(url("standard_list")).status_code == 200


def test_nobody_gets_in_without_logging_in(client, published):
    assert client.get(url("checklist_detail", published.pk)).status_code == 302


@pytest.mark.parametrize("count", [1, 4])
def test_list_needs_the_same_queries_for_any_length(client, zhao, count, django_assert_num_queries):
    for number in range(count):
        factories.make_checklist(name=f"清单{number}")
    client.force_login(zhao)
    with django_assert_num_queries(8):
        client.get(url("checklist_list"))


@pytest.mark.parametrize("name", ["checklist_detail", "checklist_edit", "checklist_publish"])
def test_a_longer_checklist_needs_no_more_queries(client, zhao, draft, name, django_assert_max_num_queries):
    client.force_login(zhao)
    with django_assert_max_num_queries(40) as first:
        assert client.get(url(name, draft.pk)).status_code == 200
    theme = draft.themes.get(code="T2")
    category = factories.make_category("企业")
    for number in range(5):
        item = theme.items.create(code=f"T2-{number + 10}", question=f"检查内容{number}", order=number + 10)
        item.categories.add(category)
        factories.make_standard(item_code=item.code)
    with django_assert_max_num_queries(len(first.captured_queries)):
        client.get(url(name, draft.pk))


def test_reading_shows_every_field_of_an_item(client, zhao, draft):
    item = item_of(draft, "T1-2")
    item.guidance, item.basis, item.clause, item.method = "看会议记录原件", "《工作责任制实施细则》", "第六条", "查阅会议记录"
    item.is_approximate, item.target, item.weight, item.cut_off_on = True, "4.00", 3, "2026-10-31"
    item.save()
    item.categories.add(factories.make_category("镇街"))
    factories.make_standard(theme_code="T1", item_code="T1-2", wording="未按规定召开专题会议")
    client.force_login(zhao)
    page = client.get(url("checklist_detail", draft.pk), {"wordings": "1"}).content.decode()
    for text in (
        "看会议记录原件",
        "《工作责任制实施细则》第六条",
        "查阅会议记录",
        "约数，次",
        "目标值 4",
        "截至2026年10月31日",
        "权重 3",
        "镇街",
    ):
        assert text in page, text
    assert "未按规定召开专题会议" in page
    assert "未按规定召开专题会议" not in client.get(url("checklist_detail", draft.pk)).content.decode()


def test_filter_by_words_and_state(client, zhao, draft, published):
    client.force_login(zhao)
    found = client.get(url("checklist_list"), {"q": "已发布的"}).context["page"].object_list
    assert list(found) == [published]
    found = client.get(url("checklist_list"), {"status": "draft"}).context["page"].object_list
    assert list(found) == [draft]
    assert client.get(url("checklist_list"), {"status": "nonsense"}).status_code == 200


def test_create_leads_to_the_editing_page(client, zhao):
    client.force_login(zhao)
    answer = client.post(url("checklist_create"), {"name": "新的督查清单", "note": ""})
    checklist = Checklist.objects.get()
    assert (checklist.name, checklist.version, checklist.status) == ("新的督查清单", 1, "draft")
    assert answer.url == url("checklist_edit", checklist.pk)


def test_create_without_a_name_keeps_what_was_typed(client, zhao):
    client.force_login(zhao)
    page = client.post(url("checklist_create"), {"name": "", "note": "根据新细则"}).content.decode()
    assert "根据新细则" in page
    assert not Checklist.objects.exists()


def test_a_published_version_sends_the_editor_to_the_reading_page(client, zhao, published):
    client.force_login(zhao)
    assert client.get(url("checklist_edit", published.pk)).url == url("checklist_detail", published.pk)
