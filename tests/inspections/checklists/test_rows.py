"""The verbs on themes and items through the editing page: each stores, answers with a fragment, and is on record."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from inspections.actions import checklist_rows as rows
from inspections.actions.checklists import start_version
from inspections.models import ChecklistItem, ChecklistTheme
from jobs.errors import Refused
from tests import factories
from tests.inspections.checklists.conftest import item_of, sent, theme_of
from units.models import ActivityEntry

HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def page(client, zhao, draft):
    """Return a function that posts to one address of the draft's editing page."""
    client.force_login(zhao)

    def post(name, /, *args, **data):
        return client.post(reverse(f"inspections:{name}", args=[draft.pk, *args]), data, **HTMX)

    return post


def order(checklist):
    return [(theme.code, [item.code for item in theme.items.all()]) for theme in checklist.outline()]


def verbs():
    found = ActivityEntry.objects.filter(verb__startswith="inspections.").order_by("pk")
    return [verb.removeprefix("inspections.") for verb in found.values_list("verb", flat=True)]


# --- items -----------------------------------------------------------------------------------------------------------------


def test_adding_an_item_opens_it_with_a_new_code(page, draft):
    theme = theme_of(draft)
    answer = page("item_add", theme=theme.pk, question="  新的 检查项 ")
    item = theme.items.get(question="新的 检查项")
    assert (item.code, item.order) == ("T1-3", 3)
    assert f'id="item-{item.pk}-question"' in answer.content.decode()


def test_an_item_without_a_question_is_refused_with_a_sentence(page, draft):
    answer = page("item_add", theme=theme_of(draft).pk, question=" ")
    assert answer.status_code == 422
    assert "请填写检查内容" in answer.content.decode()
    assert answer["HX-Retarget"] == "#page-state"


def test_new_codes_are_free_on_the_whole_site(page, draft, published):
    published.themes.get(code="T2").items.create(code="T1-7", question="别处", order=9)
    factories.make_standard(theme_code="T8", item_code="T1-9")
    page("item_add", theme=theme_of(draft).pk, question="新的")
    assert ChecklistItem.objects.get(question="新的").code == "T1-10"
    page("theme_add", name="新主题")
    assert ChecklistTheme.objects.get(name="新主题").code == "T9"


def test_saving_an_item_says_so_and_sends_the_next_base(page, draft):
    item = item_of(draft)
    category = factories.make_category("镇街")
    answer = page(
        "item_update",
        item.pk,
        **sent(item, question="改过的内容", guidance="要点一\r\n要点二", weight=3, categories=[category.pk], is_required=False),
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "已保存 " in text
    item.refresh_from_db()
    assert (item.question, item.guidance, item.weight, item.is_required) == ("改过的内容", "要点一\n要点二", 3, False)
    assert list(item.categories.all()) == [category]
    assert f'id="item-{item.pk}-text" hx-swap-oob' in text
    changes = ActivityEntry.objects.get(verb="inspections.item_update").changes
    assert changes["检查内容"] == ["是否制定年度工作计划", "改过的内容"]
    assert changes["必答"] == ["是", "否"]
    assert changes["适用类别"] == ["", "镇街"]


def test_saving_without_a_change_records_nothing(page, draft):
    item = item_of(draft)
    revision = draft.revision
    assert page("item_update", item.pk, **sent(item)).status_code == 200
    assert verbs() == []
    draft.refresh_from_db()
    assert draft.revision == revision


def test_an_untouched_text_of_several_lines_is_no_change(page, draft):
    item = item_of(draft)
    ChecklistItem.objects.filter(pk=item.pk).update(guidance="一\n二")
    item.refresh_from_db()
    data = sent(item)
    page("item_update", item.pk, **{**data, "guidance": "一\r\n二"})
    assert verbs() == []


def test_a_number_needs_a_unit_of_measure(page, draft):
    item = item_of(draft)
    answer = page("item_update", item.pk, **sent(item, answer_kind="number"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'<div id="item-{item.pk}-unit_of_measure-error" hx-swap-oob="innerHTML">数值指标必须填写计量单位' in text
    assert "尚未保存" in text
    item.refresh_from_db()
    assert item.answer_kind == "conformity"


def test_a_number_with_all_its_fields(page, draft):
    item = item_of(draft)
    number = {"answer_kind": "number", "unit_of_measure": "场", "metric_phrase": "举办活动", "is_approximate": True}
    page("item_update", item.pk, **sent(item, **number, cut_off_on="2026-10-31", target="2.5"))
    item.refresh_from_db()
    assert (item.unit_of_measure, item.metric_phrase, item.is_approximate) == ("场", "举办活动", True)
    assert (str(item.cut_off_on), str(item.target)) == ("2026-10-31", "2.50")
    page("item_update", item.pk, **sent(item, answer_kind="text"))
    item.refresh_from_db()
    assert (item.unit_of_measure, item.metric_phrase, item.is_approximate, item.cut_off_on, item.target) == ("", "", False, None, None)


def test_full_width_codes_become_ordinary_ones(page, draft):
    page("item_update", item_of(draft).pk, **sent(item_of(draft), code="Ａ－１"))
    assert item_of(draft, "A-1")


@pytest.mark.parametrize(("code", "expected"), [("T2-1", "已被本清单的检查项"), ("有 空格？", "编码只能用"), ("", "必填")])
def test_bad_codes_are_refused(page, draft, code, expected):
    answer = page("item_update", item_of(draft).pk, **sent(item_of(draft), code=code))
    assert answer.status_code in {409, 422}
    assert expected in answer.content.decode()
    assert item_of(draft)


def test_a_code_that_was_published_stays(zhao, published):
    new = start_version(published, by=zhao)
    with pytest.raises(Refused, match="以前的版本发布"):
        rows.update_item(new, item_of(new).pk, base={}, values={"code": "X1"}, by=zhao)
    with pytest.raises(Refused, match="以前的版本发布"):
        rows.update_theme(new, theme_of(new).pk, base={}, values={"code": "X"}, by=zhao)


def test_wordings_follow_a_code_that_was_never_published(zhao, draft):
    wording = factories.make_standard(theme_code="T1", item_code="T1-1")
    rows.update_item(draft, item_of(draft).pk, base={}, values={"code": "A1"}, by=zhao)
    rows.update_theme(draft, theme_of(draft).pk, base={}, values={"code": "A"}, by=zhao)
    wording.refresh_from_db()
    assert (wording.theme_code, wording.item_code) == ("A", "A1")


def test_the_closing_button_brings_the_closed_row(page, draft):
    item = item_of(draft)
    answer = page("item_update", item.pk, **sent(item, question="改过"), close="1")
    assert answer["HX-Retarget"] == f"#item-{item.pk}"
    text = answer.content.decode()
    assert "改过" in text
    assert "<form" not in text


def test_deleting_an_item(page, draft):
    item = item_of(draft)
    answer = page("item_delete", item.pk, seen=json.dumps({"question": item.question}))
    assert (answer.status_code, answer.content) == (200, b"")
    assert order(draft) == [("T1", ["T1-2"]), ("T2", ["T2-1", "T2-2"])]
    assert verbs() == ["item_delete"]


def test_duplicating_an_item_puts_the_copy_behind_it(page, draft):
    item = item_of(draft)
    item.categories.add(factories.make_category("镇街"))
    answer = page("item_duplicate", item.pk)
    copy = ChecklistItem.objects.get(question="是否制定年度工作计划（副本）")
    assert order(draft)[0] == ("T1", ["T1-1", copy.code, "T1-2"])
    assert copy.code == "T1-3"
    assert [str(category) for category in copy.categories.all()] == ["镇街"]
    assert f'id="item-{copy.pk}"' in answer.content.decode()


def test_items_are_put_in_order(page, draft):
    first, second = item_of(draft), item_of(draft, "T1-2")
    answer = page("item_place", second.pk, theme=theme_of(draft).pk, before=first.pk)
    assert order(draft)[0] == ("T1", ["T1-2", "T1-1"])
    assert "顺序已保存" in answer.content.decode()
    page("item_place", second.pk, theme=theme_of(draft).pk, before="")
    assert order(draft)[0] == ("T1", ["T1-1", "T1-2"])


def test_an_item_moves_to_another_theme_and_its_wordings_with_it(page, draft):
    wording = factories.make_standard(theme_code="T1", item_code="T1-1")
    page("item_place", item_of(draft).pk, theme=theme_of(draft, "T2").pk, before=item_of(draft, "T2-2").pk)
    assert order(draft) == [("T1", ["T1-2"]), ("T2", ["T2-1", "T1-1", "T2-2"])]
    wording.refresh_from_db()
    assert wording.theme_code == "T2"
    assert verbs() == ["item_move"]


def test_a_place_in_another_checklist_is_refused(page, draft, published):
    answer = page("item_place", item_of(draft).pk, theme=theme_of(published).pk, before="")
    assert answer.status_code == 409
    assert theme_of(published).items.count() == 2


def test_an_unreadable_place_is_refused(page, draft):
    assert page("item_place", item_of(draft).pk, theme="abc").status_code == 422


# --- themes ----------------------------------------------------------------------------------------------------------------


def test_adding_changing_duplicating_ordering_and_deleting_a_theme(page, draft):
    assert "新主题" in page("theme_add", name="新主题").content.decode()
    theme = ChecklistTheme.objects.get(name="新主题")
    page("theme_update", theme.pk, **sent(theme, name="阵地管理", report_heading="管好阵地"))
    theme.refresh_from_db()
    assert (theme.name, theme.report_heading) == ("阵地管理", "管好阵地")
    page("theme_place", theme.pk, before=theme_of(draft).pk)
    assert [code for code, _ in order(draft)] == [theme.code, "T1", "T2"]
    page("theme_duplicate", theme_of(draft).pk)
    copy = ChecklistTheme.objects.get(name="组织领导（副本）")
    assert [code for code, _ in order(draft)] == [theme.code, "T1", copy.code, "T2"]
    assert [item.code for item in copy.items.all()] == [f"{copy.code}-1", f"{copy.code}-2"]
    assert page("theme_delete", copy.pk, seen=2).status_code == 200
    assert not ChecklistTheme.objects.filter(pk=copy.pk).exists()
    assert verbs() == ["theme_add", "theme_update", "theme_place", "theme_duplicate", "theme_delete"]


def test_a_theme_without_a_name_is_refused(page, draft):
    theme = theme_of(draft)
    assert page("theme_add", name="").status_code == 422
    answer = page("theme_update", theme.pk, **sent(theme, name=""))
    assert answer.status_code == 422
    assert f'id="theme-{theme.pk}-name-error"' in answer.content.decode()


def test_a_theme_code_used_twice_is_refused(page, draft):
    answer = page("theme_update", theme_of(draft).pk, **sent(theme_of(draft), code="T2"))
    assert answer.status_code == 409
    assert "已被本清单的主题“理论学习”使用" in answer.content.decode()


def test_a_theme_that_grew_meanwhile_is_not_deleted(page, draft):
    theme = theme_of(draft)
    answer = page("theme_delete", theme.pk, seen=1)
    assert answer.status_code == 409
    assert "刚有别人添加了检查项" in answer.content.decode()
    assert page("theme_delete", theme.pk).status_code == 422
    assert theme_of(draft) == theme


# --- head ------------------------------------------------------------------------------------------------------------------


def test_the_name_is_stored_by_itself(page, draft):
    base = json.dumps({"name": draft.name, "note": ""})
    assert "已保存" in page("checklist_update", name="新名称", note="说明", base=base).content.decode()
    draft.refresh_from_db()
    assert (draft.name, draft.note) == ("新名称", "说明")
    assert page("checklist_update", name="", note="", base=base).status_code == 422


# --- the page --------------------------------------------------------------------------------------------------------------


def test_a_link_of_the_check_opens_its_item(client, zhao, draft):
    client.force_login(zhao)
    item = item_of(draft, "T2-1")
    factories.make_standard(item_code="T2-1", wording="可选用的表述")
    page = client.get(reverse("inspections:checklist_edit", args=[draft.pk]), {"open": item.pk}).content.decode()
    assert f'id="item-{item.pk}-question"' in page
    assert "可选用的表述" in page
    assert f'id="item-{item_of(draft).pk}-question"' not in page


def test_the_page_has_no_inline_script_or_style(client, zhao, draft):
    client.force_login(zhao)
    page = client.get(reverse("inspections:checklist_edit", args=[draft.pk]), {"open": item_of(draft).pk}).content.decode()
    for forbidden in ("style=", "onclick", "<script>", "onchange"):
        assert forbidden not in page
