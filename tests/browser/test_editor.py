"""The editor in a real browser: typing saves itself, the keyboard does what buttons do, and two editors lose nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from reports.actions import compose_report
from reports.models import Paragraph
from tests import factories
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def report(transactional_db, campaign, town, bureau, team, qian, zhao):
    template = factories.report_template("four-part")
    standard = factories.make_standard()
    for each in (town, bureau):
        row = factories.make_assignment(campaign, each, team, status="concluded", summary="较好")
        factories.make_result(row, "T1-1", qian, conformity="conforming")
        factories.make_finding(row, qian, standard=standard, text=f"{each}记录不全")
    return compose_report(campaign, template, by=zhao)


def _open(page, report):
    page.goto(f"{page.url.split('/reports/')[0]}/reports/{report.pk}/edit/")
    expect(page.locator("#ed-state")).to_have_text("已保存")
    return page


def _field(page, row):
    return page.locator(f"#p-{row.uid} [data-field=text]")


def _caret(page, field, offset):
    field.click()
    field.evaluate("(field, at) => getSelection().collapse(field.firstChild, at)", offset)


def _paragraph(report, key):
    return Paragraph.objects.get(section__report=report, key=key)


def test_typing_saves_splitting_merging_and_undo_by_keyboard(visit, report, zhao):
    page = _open(visit(zhao), report)
    state = page.locator("#ed-state")
    row = _paragraph(report, "problems.theme.T2")
    field = _field(page, row)
    _caret(page, field, 4)
    page.keyboard.type("补字")
    expect(state).to_contain_text("已保存 ")
    row.refresh_from_db()
    assert row.text[4:6] == "补字"

    count = page.locator(".ed-row").count()
    _caret(page, field, 6)
    page.keyboard.press("Enter")
    expect(page.locator(".ed-row")).to_have_count(count + 1)
    page.keyboard.press("Backspace")
    expect(page.locator(".ed-row")).to_have_count(count)
    # The caret stands where the two met.
    page.keyboard.type("处")
    expect(state).to_contain_text("已保存 ")
    expect(_field(page, row)).to_contain_text("补字处")
    for left in (count, count + 1, count):
        page.keyboard.press("Control+Alt+z")
        expect(state).to_have_text("已撤销。")
        expect(page.locator(".ed-row")).to_have_count(left)
        page.evaluate("document.getElementById('ed-state').textContent = ''")
    page.keyboard.press("Control+Alt+z")
    expect(state).to_have_text("已撤销。")
    before = row.text.replace("补字", "")
    row.refresh_from_db()
    assert row.text == before


def test_two_editors_of_one_paragraph_lose_nothing(visit, report, zhao, district):
    colleague = factories.make_user("陈科员", role="office", at=district, username="chen")
    mine, theirs = _open(visit(zhao, bears=("409",)), report), _open(visit(colleague), report)
    row = _paragraph(report, "problems.intro")
    _caret(theirs, _field(theirs, row), 0)
    theirs.keyboard.type("对方的")
    expect(theirs.locator("#ed-state")).to_contain_text("已保存 ")
    _caret(mine, _field(mine, row), 0)
    mine.keyboard.type("我的")
    box = mine.locator(f"#p-{row.uid} .ed-conflict")
    expect(box).to_contain_text("陈科员")
    expect(box.locator(".ed-diff del")).to_contain_text("对方")
    expect(_field(mine, row)).to_contain_text("我的")
    box.get_by_role("button", name="用我的文字").click()
    expect(mine.locator("#ed-state")).to_contain_text("已保存 ")
    row.refresh_from_db()
    assert row.text.startswith("我的")
    assert report.edits.filter(after__text__startswith="对方的").exists(), "their words are in the history"


def test_a_dead_network_keeps_the_words_and_saves_them_later(visit, report, zhao):
    page = _open(visit(zhao, bears=("ERR_INTERNET",)), report)
    row = _paragraph(report, "problems.intro")
    page.context.set_offline(True)
    _caret(page, _field(page, row), 0)
    page.keyboard.type("断网时写的")
    expect(page.locator("#ed-state")).to_contain_text("未保存")
    page.context.set_offline(False)
    expect(page.locator("#ed-state")).to_contain_text("已保存 ", timeout=15_000)
    row.refresh_from_db()
    assert row.text.startswith("断网时写的")


def test_sources_remarks_find_and_insert_at_the_side(visit, report, zhao):
    page = _open(visit(zhao), report)
    row = _paragraph(report, "problems.theme.T2")
    _field(page, row).click()
    panel = page.locator("#ed-panel")
    expect(panel).to_contain_text("2 / 2 → 普遍")
    expect(panel.get_by_role("link", name="青石镇党委记录不全")).to_be_visible()
    page.keyboard.press("Control+Alt+m")
    expect(page.locator("#remark-text")).to_be_focused()
    page.keyboard.type("请核对。")
    panel.get_by_role("button", name="写批注").click()
    expect(panel.locator(".ed-remark")).to_have_count(1)
    _field(page, row).click()
    page.keyboard.press("Control+h")
    expect(panel.locator("[name=find]")).to_be_focused()
    page.keyboard.type("学习")
    page.keyboard.press("Enter")
    expect(panel.locator(".ed-hits li").first).to_be_visible()
    page.get_by_role("tab", name="插入").click()
    count = page.locator(".ed-row").count()
    panel.locator("[data-finding]").first.click()
    expect(page.locator(".ed-row")).to_have_count(count + 1)
    # From the sheet to the side and back without a mouse.
    page.keyboard.press("F6")
    expect(page.get_by_role("tab", name="插入")).to_be_focused()
    page.keyboard.press("F6")
    assert page.evaluate("document.activeElement.isContentEditable")


def test_the_editor_fits_a_phone(visit, report, zhao):
    page = _open(visit(zhao, PHONE), report)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    row = _paragraph(report, "problems.intro")
    _caret(page, _field(page, row), 0)
    page.keyboard.type("手机上写的")
    expect(page.locator("#ed-state")).to_contain_text("已保存 ")
    row.refresh_from_db()
    assert row.text.startswith("手机上写的")


def test_on_a_phone_the_side_unfolds_from_the_lower_edge(visit, report, zhao):
    page = _open(visit(zhao, PHONE), report)
    _field(page, _paragraph(report, "problems.theme.T2")).click()
    panel = page.locator("#ed-panel")
    expect(panel).to_be_hidden()
    page.get_by_role("tab", name="依据").click()
    expect(panel).to_contain_text("2 / 2 → 普遍")
    expect(panel.get_by_role("link", name="青石镇党委记录不全")).to_be_in_viewport()
    page.get_by_role("button", name="收起侧栏").click()
    expect(panel).to_be_hidden()
    expect(page.get_by_role("tab", name="依据")).to_be_in_viewport()


def _table(report):
    return Paragraph.objects.get(section__report=report, key="figure_severity")


def test_a_chart_follows_its_table_and_two_tables_are_merged_cell_by_cell(visit, report, zhao, district):
    """What one person changed in a table that another changed meanwhile is taken over by a click, cell by cell and row by row."""
    colleague = factories.make_user("陈科员", role="office", at=district)
    first, second = _open(visit(zhao), report), _open(visit(colleague, bears=["409"]), report)
    row = _table(report)
    cells = [f"#p-{row.uid} table.sheet-table tbody tr:nth-child(1) td:nth-child({column})" for column in (2, 3)]
    chart = first.locator(f"#p-{row.uid} .sheet-chart")
    before = chart.get_attribute("src")
    first.locator(cells[0]).fill("7")
    first.locator("[data-table=row]").click()
    first.keyboard.type("队伍建设")
    first.locator(cells[1]).click()
    expect(first.locator("#ed-state")).to_contain_text("已保存 ")
    expect(chart).not_to_have_attribute("src", before)
    expect(first.locator("[data-table=column]")).to_be_hidden()

    second.locator(cells[1]).fill("9")
    second.locator(cells[0]).click()
    box = second.locator(f"#p-{row.uid} .ed-conflict")
    expect(box).to_contain_text("赵办")
    box.locator("[data-take]", has_text="7").click()
    box.locator("[data-take-row]").first.click()
    box.locator("[data-conflict=mine]").click()
    expect(second.locator("#ed-state")).to_contain_text("已保存 ")
    row.refresh_from_db()
    assert row.table["rows"][0][1:3] == ["7", "9"]
    assert any(line[0] == "队伍建设" for line in row.table["rows"])

    second.locator("[data-table=drop-figure]").click()
    expect(second.locator(f"#p-{row.uid} .sheet-chart")).to_have_count(0)
    expect(second.locator("#ed-state")).to_contain_text("已保存 ")
    row.refresh_from_db()
    assert "figure" not in row.table


def test_a_renamed_part_is_named_back_and_a_level_does_not_jump(visit, report, zhao):
    page = _open(visit(zhao), report)
    heading = page.locator("[data-heading='下步打算']")
    heading.fill("下一步安排")
    heading.press("Tab")
    undo = page.locator("#ed-undo")
    expect(undo).to_contain_text("修改部分标题")
    undo.click()
    expect(page.locator("[data-heading='下步打算']")).to_have_count(1)
    row = _paragraph(report, "problems.theme.T2")
    _caret(page, _field(page, row), 4)
    count = page.locator(".ed-row").count()
    page.locator("[data-op=add]:not([data-kind])").first.click()
    expect(page.locator(".ed-row")).to_have_count(count + 1)
    page.keyboard.type("补充一段。")
    made = page.locator(".ed-row.current")
    for way, level in (("deeper", "3"), ("deeper", "0"), ("higher", "3")):
        page.locator(f"[data-op=level][data-way={way}]").click()
        expect(made).to_have_attribute("data-level", level)
