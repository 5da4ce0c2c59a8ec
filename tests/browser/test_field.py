"""The assignment page in a real browser: what was typed is never lost, and what became of it is always said."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from inspections.models import CheckResult, Evidence, Finding
from tests import factories
from tests.browser.conftest import DESKTOP, PASSWORD, PHONE
from tests.inspections.findings import files

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def on_page(chromium, live_server, transactional_db, assignment):
    """Return a function that opens the assignment's page for a user; what the scripts complain about fails the test."""
    contexts, complaints = [], []

    def open_as(user, size=PHONE):
        context = chromium.new_context(viewport=size, locale="zh-CN", has_touch=size is PHONE)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{live_server.url}{reverse('units:login')}?next={reverse('inspections:assignment_detail', args=[assignment.pk])}")
        page.get_by_label("用户名").fill(user.username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/assignments/**")
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert complaints == []


def item_of(page, question):
    return page.locator("article.item", has_text=question)


def test_quick_changes_of_mind_end_in_the_last_one(on_page, qian):
    page = on_page(qian)
    item = item_of(page, "是否制定年度工作计划")
    for choice in ("不符合", "符合", "不适用"):
        item.get_by_text(choice, exact=True).click()
    expect(item.locator(".save-text")).to_contain_text("已保存")
    expect(page.locator("#progress")).to_contain_text("1 / 3")
    page.wait_for_timeout(500)
    assert CheckResult.objects.get().conformity == "not_applicable"
    expect(item.locator(".conflict")).to_have_count(0)
    item.get_by_role("button", name="清除选择").click()
    expect(page.locator("#progress")).to_contain_text("0 / 3")


def test_a_dead_network_is_said_and_the_answer_kept_until_it_is_back(on_page, qian):
    page = on_page(qian)
    item = item_of(page, "专题研究会议次数")
    page.context.set_offline(True)
    item.locator("[name=number]").fill("7")
    item.locator("[name=number]").blur()
    expect(item.locator(".save-text")).to_contain_text("未保存，请重试")
    expect(item.get_by_role("button", name="重试")).to_be_visible()
    assert not CheckResult.objects.exists()
    page.context.set_offline(False)
    expect(item.locator(".save-text")).to_contain_text("已保存")
    expect(item.locator("[name=number]")).to_have_value("7")
    assert CheckResult.objects.get().number == 7


def test_a_lost_session_is_said_and_nothing_typed_is_lost(on_page, qian):
    page = on_page(qian)
    item = item_of(page, "学习特色做法")
    page.context.clear_cookies(name="sessionid")
    item.locator("[name=text]").fill("每周一讲")
    item.locator("[name=text]").blur()
    expect(item.locator(".save-text")).to_contain_text("登录已过期")
    expect(item.locator("[name=text]")).to_have_value("每周一讲")
    assert "/assignments/" in page.url


def test_text_is_saved_in_a_pause_and_a_wrong_number_is_said_at_the_field(on_page, qian):
    page = on_page(qian)
    item_of(page, "学习特色做法").locator("[name=text]").press_sequentially("周周学")
    expect(item_of(page, "学习特色做法").locator(".save-text")).to_contain_text("已保存")
    number = item_of(page, "专题研究会议次数")
    number.locator("[name=number]").fill("很多")
    number.locator("[name=number]").blur()
    expect(number.locator(".save-text")).to_contain_text("请填数字")
    expect(number.locator("[name=number]")).to_have_value("很多")


def test_two_inspectors_see_each_other_and_choose(on_page, qian, sun):
    mine, theirs = on_page(qian), on_page(sun, DESKTOP)
    question = "学习记录是否齐全"
    item_of(theirs, question).get_by_text("符合", exact=True).click()
    expect(item_of(theirs, question).locator(".save-text")).to_contain_text("已保存")
    item_of(mine, question).get_by_text("不符合", exact=True).click()
    expect(item_of(mine, question).locator(".conflict")).to_contain_text("孙组员")
    item_of(mine, question).get_by_role("button", name="用我的覆盖").click()
    expect(item_of(mine, question).locator(".save-text")).to_contain_text("已保存")
    assert CheckResult.objects.get().conformity == "not_conforming"
    item_of(theirs, question).get_by_text("基本符合", exact=True).click()
    item_of(theirs, question).get_by_role("button", name="采用对方的").click()
    expect(item_of(theirs, question).locator("input:checked")).to_have_value("not_conforming")


def test_two_taps_note_a_finding_once(on_page, qian):
    standard = factories.make_standard()
    page = on_page(qian)
    item_of(page, "学习记录是否齐全").get_by_role("button", name="记发现").click()
    page.get_by_label("关键词").press_sequentially("学习 研讨")
    page.locator(".standard-button", has_text=standard.wording).dblclick()
    expect(page.locator("#findings")).to_contain_text(standard.wording)
    expect(page.locator("#drawer[open]")).to_have_count(0)
    expect(page.locator("#toast")).to_contain_text("已记下")
    assert Finding.objects.get().text == standard.wording


def test_files_chosen_survive_a_faulty_form_and_a_bad_one_is_named(on_page, qian):
    page = on_page(qian)
    page.locator(".field-bar").get_by_role("button", name="记发现").click()
    page.get_by_role("link", name="自己写").click()
    chosen = [
        {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": files.jpeg((3000, 2000))},
        {"name": "坏的.jpg", "mimeType": "image/jpeg", "buffer": b"MZ"},
    ]
    page.locator("#id_files").set_input_files(chosen)
    page.locator("#id_text").fill("未见消防通道检查记录")
    page.locator("[data-finding-form]").evaluate("form => { form.noValidate = true; }")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#drawer")).to_contain_text("请选择主题或检查项")
    expect(page.locator("#id_text")).to_have_value("未见消防通道检查记录")
    assert page.locator("#id_files").evaluate("input => input.files.length") == 2
    page.locator("#id_place").select_option(label="学习记录是否齐全")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#drawer .alert-warning")).to_contain_text("坏的.jpg")
    assert [e.name for e in Evidence.objects.all()] == ["现场.jpg"]
    page.get_by_role("button", name="关闭").click()
    card = page.locator(".finding-card", has_text="未见消防通道检查记录")
    card.locator("img").scroll_into_view_if_needed()
    expect(card.locator("img")).to_have_js_property("naturalWidth", 320)
    card.locator("[name=caption]").fill("一楼")
    card.locator("[name=caption]").blur()
    expect(page.locator(".evidence-about [name=caption]")).to_have_value("一楼")
    page.wait_for_timeout(300)
    assert Evidence.objects.get().caption == "一楼"


def test_a_good_practice_has_no_severity_on_the_form(on_page, qian):
    page = on_page(qian)
    page.locator(".field-bar").get_by_role("button", name="记发现").click()
    page.get_by_role("link", name="自己写").click()
    expect(page.locator("#id_cause")).to_be_visible()
    page.get_by_text("好做法", exact=True).last.click()
    expect(page.locator("#id_cause")).to_be_hidden()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nothing_scrolls_sideways_and_fingers_hit(on_page, qian, assignment, size):
    factories.make_finding(assignment, qian, text="长" * 400)
    page = on_page(qian, size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    if size is PHONE:
        heights = page.locator(".choice, .field-bar .btn").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
        assert min(heights) >= 44


def write_own(page, text):
    page.locator(".field-bar").get_by_role("button", name="记发现").click()
    page.get_by_role("link", name="自己写").click()
    page.locator("#id_place").select_option(label="学习记录是否齐全")
    page.locator("#id_text").fill(text)


def test_a_refused_conclusion_is_brought_into_view(on_page, qian, assignment):
    page = on_page(qian)
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#summary").fill("总体较好")
    page.get_by_role("button", name="办结本单位督查").click()
    refusal = page.locator("#conclude .alert-danger")
    expect(refusal).to_be_focused()
    expect(refusal).to_be_in_viewport()
    expect(page.locator("#summary")).to_have_value("总体较好")


def test_the_first_answer_changes_the_state_and_each_finding_the_count(on_page, qian):
    page = on_page(qian)
    expect(page.locator("#assignment-status")).to_have_text("未开始")
    item_of(page, "是否制定年度工作计划").get_by_text("不符合", exact=True).click()
    expect(page.locator("#assignment-status")).to_have_text("督查中")
    write_own(page, "未见消防通道检查记录")
    page.locator("#id_files").set_input_files([{"name": "坏的.jpg", "mimeType": "image/jpeg", "buffer": b"MZ"}])
    page.get_by_role("button", name="保存", exact=True).click()
    # Refused in part: the drawer stays open, and the count behind it is right all the same.
    expect(page.locator("#drawer .alert-warning")).to_contain_text("坏的.jpg")
    expect(page.locator("[data-finding-count]")).to_have_text("1")


def test_a_large_file_does_not_travel_and_the_others_do(on_page, qian, assignment):
    factories.make_finding(assignment, qian)
    page = on_page(qian)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    large = {"name": "大图.jpg", "mimeType": "image/jpeg", "buffer": b"0" * (20 * 2**20 + 1)}
    chooser = page.locator(".evidence-add input[type=file]")
    chooser.set_input_files([large])
    expect(page.locator(".evidence-add [data-file-fault]")).to_contain_text("没有选入：大图.jpg")
    page.wait_for_timeout(300)
    assert sent == []
    chooser.set_input_files([large, {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": files.jpeg((300, 200))}])
    expect(page.locator(".evidence-name")).to_have_text("现场.jpg")
    assert [one.name for one in Evidence.objects.all()] == ["现场.jpg"]


def test_a_long_text_is_counted_and_not_cut(on_page, qian):
    page = on_page(qian)
    write_own(page, "长" * 510)
    assert len(page.locator("#id_text").input_value()) == 510
    counter = page.locator("#id_text + .counter")
    expect(counter).to_have_class("counter over")
    expect(counter).to_have_text("已输入 510 / 500，超出 10 字，请删减后再保存")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_timeout(300)
    assert not Finding.objects.exists()
    page.locator("#id_text").fill("长" * 500)
    expect(counter).to_have_class("counter")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".finding-card")).to_have_count(1)


def test_a_text_field_somebody_has_pulled_larger_disturbs_no_policy(on_page, qian):
    page = on_page(qian)
    errors = []
    page.on("console", lambda message: errors.append(message.text) if "Security Policy" in message.text else None)
    write_own(page, "未见消防通道检查记录")
    page.locator("#id_text").evaluate("field => { field.style.height = '300px'; }")
    page.locator("#id_files").set_input_files([{"name": "坏的.jpg", "mimeType": "image/jpeg", "buffer": b"MZ"}])
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#drawer .alert-warning")).to_contain_text("坏的.jpg")
    assert errors == []


def test_the_answers_differ_in_colour_and_the_chosen_one_has_a_mark(on_page, qian):
    page = on_page(qian)
    item = item_of(page, "是否制定年度工作计划")
    colours = set()
    for choice in ("符合", "基本符合", "不符合", "不适用"):
        label = item.get_by_text(choice, exact=True)
        label.click()
        colours.add(label.evaluate("one => getComputedStyle(one).backgroundColor"))
        assert "✓" in label.evaluate("one => getComputedStyle(one, '::before').content")
    assert len(colours) == 4
