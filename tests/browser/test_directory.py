"""The directory in a real browser: tree by mouse and keyboard, choosing by search, the import from upload to done."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import DESKTOP, PHONE
from tests.units.sheets import line, xlsx
from units.models import PartyOrganization

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def village(town):
    return factories.make_organization("东村党支部", town, code="V")


def test_the_tree_opens_by_mouse_and_the_list_follows(visit, zhao, district, town, village, live_server):
    page = visit(zhao)
    page.goto(live_server.url + reverse("units:organization_list"))
    tree = page.get_by_role("navigation", name="组织树")
    expect(tree.locator("[aria-current=true]")).to_have_text("云岭区委")
    tree.get_by_role("button", name="云岭区委的下级").click()
    expect(tree.get_by_role("link", name="青石镇党委")).to_be_hidden()
    tree.get_by_role("button", name="云岭区委的下级").click()
    tree.get_by_role("link", name="青石镇党委").click()
    expect(page.locator("#directory-list").get_by_role("heading", name="青石镇党委")).to_be_visible()
    expect(page.get_by_role("cell", name="东村党支部")).to_be_visible()
    expect(tree.locator("[aria-current=true]")).to_have_text("青石镇党委")
    assert page.url.endswith(f"?under={town.pk}")
    page.go_back()
    expect(tree.locator("[aria-current=true]")).to_have_text("云岭区委")
    tree.get_by_role("link", name="全部组织").click()
    expect(page.get_by_role("heading", name="顶层组织")).to_be_visible()
    expect(tree.locator("[aria-current=true]")).to_have_text("全部组织")


def test_the_tree_works_by_keyboard(visit, zhao, district, town, village, live_server):
    page = visit(zhao)
    page.goto(f"{live_server.url}{reverse('units:organization_list')}?under={village.pk}")
    tree = page.get_by_role("navigation", name="组织树")
    top, middle, leaf = (tree.get_by_role("link", name=one.name) for one in (district, town, village))
    leaf.focus()
    page.keyboard.press("ArrowLeft")
    expect(middle).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(leaf).to_be_hidden()
    page.keyboard.press("ArrowUp")
    expect(top).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(middle).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(middle).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(middle).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#directory-list").get_by_role("heading", name="青石镇党委")).to_be_visible()


def test_the_arrow_to_the_right_loads_a_closed_branch(visit, zhao, district, town, live_server):
    page = visit(zhao)
    page.goto(live_server.url + reverse("units:organization_list"))
    tree = page.get_by_role("navigation", name="组织树")
    tree.get_by_role("link", name="云岭区委").focus()
    page.keyboard.press("ArrowRight")
    expect(tree.get_by_role("link", name="青石镇党委")).to_be_visible()


def test_on_a_phone_the_tree_folds_away(visit, zhao, district, town, live_server):
    page = visit(zhao, PHONE)
    page.goto(live_server.url + reverse("units:organization_list"))
    link = page.get_by_role("link", name="全部组织", exact=True)
    expect(link).to_be_hidden()
    page.get_by_role("button", name="按组织树选择").click()
    expect(link).to_be_visible()
    page.get_by_role("navigation", name="组织树").get_by_role("link", name="云岭区委").click()
    expect(page.locator("#directory-list").get_by_role("heading", name="云岭区委")).to_be_visible()
    expect(link).to_be_hidden()


def test_a_branch_is_moved_to_what_was_searched_for(visit, zhao, district, town, bureau, village, live_server):
    page = visit(zhao)
    page.goto(live_server.url + reverse("units:organization_move", args=[village.pk]))
    field = page.get_by_role("combobox")
    field.fill("档案")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("区档案馆党支部")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="确认移动 1 个组织").click()
    expect(page.get_by_role("status")).to_have_text("已把“东村党支部”移到“区档案馆党支部”之下，共 1 个组织。")
    village.refresh_from_db()
    assert village.parent == bureau


def test_half_a_name_is_no_choice(visit, zhao, district, town, village, live_server):
    page = visit(zhao)
    page.goto(live_server.url + reverse("units:organization_move", args=[village.pk]))
    page.get_by_role("combobox").fill("没有这个")
    expect(page.get_by_text("没有找到“没有这个”")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("combobox")).to_have_value("")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("请选择一个上级组织")).to_be_visible()


def file(name: str, data: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_an_import_from_upload_to_done(visit, wang, district, town, live_server, size):
    page = visit(wang, size)
    page.goto(live_server.url + reverse("units:organization_import"))
    page.get_by_label("名录文件").set_input_files(file("名录.xlsx", xlsx(line("A", parent="NOPE"))))
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_text("都没有编码为“NOPE”的组织")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载检查结果").click()
    assert download.value.suggested_filename == "名录检查结果.xlsx"
    page.get_by_role("link", name="改好后重新上传").click()
    page.get_by_label("名录文件").set_input_files(file("名录.xlsx", xlsx(line("A", "东村党支部", "YL-QS"))))
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_text("检查通过")).to_be_visible()
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("导入：新增 1 个")).to_be_visible()
    assert PartyOrganization.objects.get(code="A").parent == town


def test_a_large_file_is_refused_before_it_travels(visit, wang, district, live_server, settings):
    settings.IMPORT_MAX_BYTES = 1024 * 1024
    page = visit(wang)
    page.goto(live_server.url + reverse("units:organization_import"))
    page.get_by_label("名录文件").set_input_files(file("大.xlsx", b"x" * (1024 * 1024 + 1)))
    page.get_by_role("button", name="上传并检查").click()
    message = page.get_by_label("名录文件").evaluate("field => field.validationMessage")
    assert message.startswith("文件超过 1 MB，没有上传。")
    assert page.url.endswith(reverse("units:organization_import"))
