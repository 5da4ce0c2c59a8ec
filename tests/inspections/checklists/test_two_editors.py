"""Two people edit one checklist: neither loses what was typed, and neither overwrites the other unseen."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.urls import reverse

from inspections.actions import checklist_rows as rows
from inspections.actions import checklists as actions
from inspections.actions.merging import Conflict, snapshot
from inspections.actions.standards import STANDARD_FIELDS, update_standard
from tests import factories
from tests.inspections.checklists.conftest import item_of, sent, theme_of

HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def colleague(district):
    return factories.make_user("陈办", role="office", at=district, username="chen")


def save(client, draft, item, **data):
    return client.post(reverse("inspections:item_update", args=[draft.pk, item.pk]), data, **HTMX)


def value_of(answer, name):
    """Return the value of a hidden field or button of a fragment."""
    return unescape(re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())[1])


def test_the_second_saver_sees_both_values_and_who_was_first(client, zhao, colleague, draft):
    item = item_of(draft)
    opened = sent(item, question="赵写的")
    rows.update_item(draft, item.pk, base={}, values={"question": "陈写的"}, by=colleague)
    client.force_login(zhao)
    answer = save(client, draft, item, **opened)
    text = answer.content.decode()
    assert answer.status_code == 409
    for part in ("陈办", "陈写的", "赵写的", "用我的内容覆盖", "采用已保存的内容", "您填写的内容还在页面上"):
        assert part in text, part
    item.refresh_from_db()
    assert item.question == "陈写的"


def test_overriding_writes_what_the_second_saver_typed(client, zhao, colleague, draft):
    item = item_of(draft)
    opened = sent(item, question="赵写的")
    rows.update_item(draft, item.pk, base={}, values={"question": "陈写的"}, by=colleague)
    client.force_login(zhao)
    override = value_of(save(client, draft, item, **opened), "base_override")
    assert save(client, draft, item, **opened, base_override=override).status_code == 200
    item.refresh_from_db()
    assert item.question == "赵写的"


def test_a_third_value_is_shown_again_before_it_is_overridden(client, zhao, colleague, draft):
    item = item_of(draft)
    opened = sent(item, question="赵写的")
    rows.update_item(draft, item.pk, base={}, values={"question": "陈写的"}, by=colleague)
    client.force_login(zhao)
    override = value_of(save(client, draft, item, **opened), "base_override")
    rows.update_item(draft, item.pk, base={}, values={"question": "陈又改的"}, by=colleague)
    answer = save(client, draft, item, **opened, base_override=override)
    assert answer.status_code == 409
    assert "陈又改的" in answer.content.decode()


def test_different_fields_do_not_stand_in_each_others_way(client, zhao, colleague, draft):
    item = item_of(draft)
    opened = sent(item, method="查阅文件")
    rows.update_item(draft, item.pk, base={}, values={"weight": 5, "is_required": False}, by=colleague)
    client.force_login(zhao)
    answer = save(client, draft, item, **opened)
    assert answer.status_code == 200
    assert "别人刚改过" in answer.content.decode()
    item.refresh_from_db()
    assert (item.method, item.weight, item.is_required) == ("查阅文件", 5, False)
    # The form still shows the old weight; the next save must not bring it back.
    again = {**opened, "base": value_of(answer, "base"), "clause": "第二条"}
    save(client, draft, item, **again)
    item.refresh_from_db()
    assert (item.clause, item.weight) == ("第二条", 5)


def test_an_item_deleted_meanwhile_can_be_added_again_in_its_place(client, zhao, colleague, draft):
    item, behind = item_of(draft), item_of(draft, "T1-2")
    opened = sent(item, question="还在写的")
    rows.delete_item(draft, item.pk, base={}, by=colleague)
    client.force_login(zhao)
    answer = save(client, draft, item, **opened)
    assert answer.status_code == 409
    restore = reverse("inspections:item_restore", args=[draft.pk])
    assert restore in answer.content.decode()
    client.post(restore, {**opened, "theme": theme_of(draft).pk, "before": behind.pk}, **HTMX)
    assert [one.question for one in theme_of(draft).items.all()] == ["还在写的", behind.question]


def test_an_item_changed_meanwhile_is_not_deleted(client, zhao, colleague, draft):
    item = item_of(draft)
    seen = json.dumps({"question": item.question})
    rows.update_item(draft, item.pk, base={}, values={"question": "陈写的"}, by=colleague)
    client.force_login(zhao)
    answer = client.post(reverse("inspections:item_delete", args=[draft.pk, item.pk]), {"seen": seen}, **HTMX)
    assert answer.status_code == 409
    assert "刚被别人修改过" in answer.content.decode()
    assert item_of(draft)


def test_deleting_what_is_gone_already_just_takes_it_off_the_page(client, zhao, draft):
    item = item_of(draft)
    rows.delete_item(draft, item.pk, base={}, by=zhao)
    client.force_login(zhao)
    answer = client.post(reverse("inspections:item_delete", args=[draft.pk, item.pk]), {"seen": "{}"}, **HTMX)
    assert (answer.status_code, answer.content) == (200, b"")


def test_themes_and_heads_are_guarded_too(zhao, draft):
    theme = theme_of(draft)
    base = snapshot(theme, ("name",))
    rows.update_theme(draft, theme.pk, base=base, values={"name": "甲"}, by=zhao)
    with pytest.raises(Conflict):
        rows.update_theme(draft, theme.pk, base=base, values={"name": "乙"}, by=zhao)
    base = {"name": draft.name}
    actions.update_checklist(draft, base=base, values={"name": "甲"}, by=zhao)
    with pytest.raises(Conflict) as refusal:
        actions.update_checklist(draft, base=base, values={"name": "乙"}, by=zhao)
    assert refusal.value.theirs == {"name": "甲"}


def test_a_draft_deleted_meanwhile_keeps_the_page(client, zhao, draft):
    client.force_login(zhao)
    item = item_of(draft)
    address, opened = reverse("inspections:item_update", args=[draft.pk, item.pk]), sent(item)
    actions.delete_checklist(draft, by=zhao)
    assert client.post(address, opened, **HTMX).status_code == 404


@pytest.mark.parametrize("inline", [True, False])
def test_two_editors_of_a_wording(client, zhao, colleague, draft, inline):
    standard = factories.make_standard()
    base = snapshot(standard, STANDARD_FIELDS)
    update_standard(standard, base={}, values={"wording": "陈写的表述"}, by=colleague)
    client.force_login(zhao)
    data = {**base, "wording": "赵写的表述", "base": json.dumps(base)}
    answer = client.post(reverse("inspections:standard_update", args=[standard.pk]), data, **(HTMX if inline else {}))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "陈写的表述" in text
    assert "赵写的表述" in text
    override = value_of(answer, "base_override")
    client.post(reverse("inspections:standard_update", args=[standard.pk]), {**data, "base_override": override})
    standard.refresh_from_db()
    assert standard.wording == "赵写的表述"
