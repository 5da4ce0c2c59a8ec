"""The editing page of a checklist as people use it: typing saves, order by button and mouse, two editors, a lost log-in."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from inspections.actions import checklist_rows as rows
from inspections.models import ChecklistItem
from tests import factories
from tests.browser.conftest import PASSWORD, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVED = re.compile(r"已保存 \d\d:\d\d")


@pytest.fixture
def draft(zhao):
    factories.make_category("镇街")
    return factories.make_checklist(published=False)


@pytest.fixture
def edit(chromium, live_server, draft):
    """Return a function that opens the draft's editing page for a user; refusals (409, 422) are no complaint of the browser."""
    contexts, complaints = [], []

    def open_page(user, **options):
        context = chromium.new_context(locale="zh-CN", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{live_server.url}/units/login/")
        page.get_by_label("用户名").fill(user.username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/reports/home/")
        page.goto(f"{live_server.url}/inspections/checklists/{draft.pk}/edit/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def item(code):
    return ChecklistItem.objects.get(code=code)


def row(page, code):
    return page.locator(f"#item-{item(code).pk}")


def order(page):
    return page.eval_on_selector_all("[data-item] .item-text .code", "codes => codes.map(code => code.textContent)")


def test_typing_saves_and_says_so_and_errors_stand_at_their_fields(edit, zhao):
    page = edit(zhao)
    mine = row(page, "T1-1")
    mine.get_by_role("button", name="编辑").click()
    mine.get_by_label("检查内容").fill("改过的检查内容")
    mine.get_by_label("检查要点").focus()
    expect(mine.locator(".save-state")).to_contain_text(SAVED)
    expect(mine.locator(".item-question")).to_have_text("改过的检查内容")
    mine.get_by_label("答案类型").select_option("数值指标")
    # Asked for all the same, what is missing is said at its field.
    mine.get_by_role("button", name="完成").last.click()
    expect(mine.get_by_text("数值指标必须填写计量单位")).to_be_visible()
    assert item("T1-1").answer_kind == "conformity"
    mine.get_by_label("计量单位").fill("场")
    # Without leaving the box: what is typed is saved after a moment.
    expect(mine.locator(".save-state")).to_contain_text(SAVED)
    expect(mine.get_by_text("数值指标必须填写计量单位")).to_have_count(0)
    mine.get_by_role("button", name="完成").first.click()
    expect(mine.get_by_label("检查要点")).to_have_count(0)
    saved = item("T1-1")
    assert (saved.question, saved.answer_kind, saved.unit_of_measure) == ("改过的检查内容", "number", "场")


def test_order_by_keyboard_keeps_the_focus_and_goes_on_into_the_next_theme(edit, zhao, draft):
    page = edit(zhao)
    button = row(page, "T1-1").get_by_role("button", name="下移")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#page-state")).to_contain_text("顺序已保存")
    assert order(page) == ["T1-2", "T1-1", "T2-1", "T2-2"]
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(row(page, "T1-1").locator("xpath=ancestor::section")).to_have_attribute("id", f"theme-{draft.themes.get(code='T2').pk}")
    page.wait_for_load_state("networkidle")
    page.reload()
    assert order(page) == ["T1-2", "T1-1", "T2-1", "T2-2"]


def test_order_by_mouse_and_moving_by_choice(edit, zhao):
    page = edit(zhao)
    handle, target = row(page, "T2-2").locator("[data-drag]"), row(page, "T2-1")
    handle.scroll_into_view_if_needed()
    start, end = handle.bounding_box(), target.bounding_box()
    page.mouse.move(start["x"] + 4, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 16, start["y"] - 6, steps=3)
    page.mouse.move(end["x"] + 60, end["y"] + 4, steps=5)
    page.mouse.up()
    expect(page.locator("#page-state")).to_contain_text("顺序已保存")
    assert order(page) == ["T1-1", "T1-2", "T2-2", "T2-1"]
    mine = row(page, "T1-1")
    mine.get_by_role("button", name="编辑").click()
    chooser = mine.locator("[data-move-to]")
    chooser.focus()
    chooser.select_option(label="理论学习")
    expect(mine.locator("xpath=ancestor::section").locator("[name=name]")).to_have_value("理论学习")
    page.wait_for_load_state("networkidle")
    page.reload()
    assert order(page) == ["T1-2", "T2-2", "T2-1", "T1-1"]


def test_adding_and_deleting_on_a_phone(edit, zhao):
    page = edit(zhao, viewport=PHONE, has_touch=True)
    page.locator("#theme-add").fill("阵地管理")
    page.get_by_role("button", name="添加主题").tap()
    theme = page.locator("[data-theme]").nth(2)
    theme.get_by_label("新检查项的检查内容").fill("是否登记造册")
    theme.get_by_role("button", name="添加检查项").tap()
    mine = theme.locator("[data-item]")
    expect(mine.get_by_label("检查要点")).to_be_visible()
    mine.get_by_role("button", name="添加规范表述").tap()
    mine.get_by_label("规范表述").fill("没有登记造册")
    mine.locator("[name=kind]").select_option("问题")
    mine.get_by_role("button", name="保存表述").tap()
    expect(mine.locator(".wording-text")).to_contain_text("没有登记造册")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    small = page.eval_on_selector_all(
        "main button, main a.btn, main select, main input:not([type=hidden]):not([type=checkbox])",
        "all => all.filter(one => one.offsetParent && one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML.slice(0, 120))",
    )
    assert small == []
    mine.get_by_role("button", name="删除").tap()
    expect(mine).to_have_count(0)


def test_two_editors_see_each_other_and_lose_nothing(edit, zhao, district, draft):
    colleague = factories.make_user("陈办", role="office", at=district)
    page = edit(zhao)
    mine = row(page, "T1-1")
    mine.get_by_role("button", name="编辑").click()
    box = mine.get_by_label("检查内容")
    box.fill("赵正在写")
    rows.update_item(draft, item("T1-1").pk, base={}, values={"question": "陈写的"}, by=colleague)
    mine.get_by_label("检查要点").focus()
    expect(mine.locator(".conflict")).to_contain_text("陈办")
    expect(mine.locator(".conflict")).to_contain_text("陈写的")
    expect(box).to_have_value("赵正在写")
    mine.get_by_role("button", name="用我的内容覆盖").click()
    expect(mine.locator(".save-state")).to_contain_text(SAVED)
    assert item("T1-1").question == "赵正在写"


def test_a_lost_log_in_loses_nothing(edit, zhao, live_server):
    page = edit(zhao)
    mine = row(page, "T1-1")
    mine.get_by_role("button", name="编辑").click()
    session = [cookie for cookie in page.context.cookies() if cookie["name"] == "sessionid"]
    page.context.clear_cookies(name="sessionid")
    mine.get_by_label("检查内容").fill("登录过期时写的")
    mine.get_by_label("检查要点").focus()
    expect(mine.locator(".save-state")).to_contain_text("登录已过期")
    expect(mine.get_by_label("检查内容")).to_have_value("登录过期时写的")
    page.context.add_cookies(session)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(mine.locator(".save-state")).to_contain_text(SAVED)
    assert item("T1-1").question == "登录过期时写的"


def test_a_lost_network_is_told_and_made_up_for(edit, zhao):
    page = edit(zhao)
    mine = row(page, "T1-1")
    mine.get_by_role("button", name="编辑").click()
    page.context.set_offline(True)
    mine.get_by_label("检查内容").fill("断网时写的")
    mine.get_by_label("检查要点").focus()
    expect(mine.locator(".save-state")).to_contain_text("网络中断")
    page.context.set_offline(False)
    expect(mine.locator(".save-state")).to_contain_text(SAVED)
    assert item("T1-1").question == "断网时写的"


def test_a_number_is_not_sent_before_its_unit_stands_there(edit, zhao):
    page = edit(zhao)
    line = row(page, "T1-1")
    line.get_by_role("button", name="编辑").click()
    # htmx takes up a row a moment after it has come; a script is quicker than any hand.
    expect(line.locator(".item-form")).to_be_visible()
    page.wait_for_timeout(300)
    line.get_by_label("答案类型").select_option("number")
    expect(line.locator(".save-state .save-text")).to_have_text("填写计量单位后自动保存。")
    expect(line.get_by_label("计量单位")).to_be_focused()
    page.wait_for_timeout(300)
    assert item("T1-1").answer_kind == "conformity"
    line.get_by_label("计量单位").fill("次")
    line.get_by_label("计量单位").blur()
    expect(line.locator(".save-state .save-text")).to_have_text(SAVED)
    assert (item("T1-1").answer_kind, item("T1-1").unit_of_measure) == ("number", "次")


def test_the_pages_line_does_not_say_saved_while_a_row_stands_in_conflict(edit, zhao, draft):
    page = edit(zhao)
    line = row(page, "T1-1")
    line.get_by_role("button", name="编辑").click()
    themes = draft.themes.count()
    expect(line.get_by_label("检查要点")).to_be_visible()
    ChecklistItem.objects.filter(pk=item("T1-1").pk).update(question="别人改的问题")
    line.get_by_label("检查内容").fill("我改的问题")
    line.get_by_label("检查内容").blur()
    expect(line.locator(".conflict")).to_be_visible()
    page.get_by_label("新主题的名称").fill("新的主题")
    page.get_by_role("button", name="添加主题").click()
    expect(page.locator(".theme-block")).to_have_count(themes + 1)
    expect(page.locator("#page-state")).to_have_text("有内容还没有保存，请看标红的地方。")


def test_with_one_theme_there_is_nowhere_to_move_an_item(edit, zhao, draft):
    draft.themes.exclude(pk=draft.themes.first().pk).delete()
    page = edit(zhao)
    line = page.locator("[data-item]").first
    line.get_by_role("button", name="编辑").click()
    expect(line.get_by_label("检查内容")).to_be_visible()
    expect(line.locator("[data-move-to]")).to_be_hidden()
    page.get_by_label("新主题的名称").fill("第二个主题")
    page.get_by_role("button", name="添加主题").click()
    expect(line.locator("[data-move-to]")).to_be_visible()
