"""Checklists as spreadsheets: what goes out comes back equal, and bad files are told cell by cell."""

from __future__ import annotations

import io
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from inspections.actions import checklist_rows as rows
from inspections.actions.checklists import ITEM_FIELDS, THEME_FIELDS
from inspections.actions.merging import snapshot
from inspections.checklist_files.columns import COLUMNS, ITEM_SHEET, WORDING_SHEET
from inspections.checklist_files.comparing import wording_snapshot
from inspections.models import Checklist, ChecklistItem, StandardFinding
from tests import factories
from tests.inspections.checklists.conftest import item_of, theme_of
from units.models import ActivityEntry

IMPORT = "inspections:checklist_import"
HEADERS = {name: [column.header for column in columns] for name, columns in COLUMNS.items()}
GOOD = {
    "主题编码": "T1",
    "主题": "组织领导",
    "检查项编码": "T1-1",
    "检查内容": "专题研究会议次数",
    "答案类型": "数值指标",
    "计量单位": "次",
    "必答": "是",
    "权重": 1,
}
GOOD_WORDING = {"类型": "问题", "主题编码": "T1", "检查项编码": "T1-1", "规范表述": "专题研究次数不足"}


@pytest.fixture
def full(draft):
    """A draft that uses every column, and a theme without items."""
    item = item_of(draft, "T1-2")
    fields = {
        "guidance": "第一行\n第二行",
        "basis": "《细则》",
        "clause": "第六条",
        "method": "查阅记录",
        "weight": 7,
        "is_required": False,
    }
    number = {"is_approximate": True, "cut_off_on": date(2026, 10, 31), "target": "2.50"}
    ChecklistItem.objects.filter(pk=item.pk).update(**fields, **number, question="=次数 - 以“会议”为准")
    item.categories.set([factories.make_category("镇街"), factories.make_category("区直机关")])
    draft.themes.create(code="T9", name="空主题", order=9)
    factories.make_standard(theme_code="T1", item_code="T1-2", code="S1", severity="serious")
    factories.make_standard(theme_code="T2", item_code="", code="S2", kind="good_practice", is_retired=True)
    return draft


def contents(checklist):
    """Return all that a checklist says, without keys."""
    found = []
    for theme in checklist.outline():
        names = [name for name in ITEM_FIELDS if name != "categories"]
        items = [
            {**snapshot(item, names), "categories": sorted(str(category) for category in item.categories.all())}
            for item in theme.items.all()
        ]
        found.append((snapshot(theme, THEME_FIELDS), items))
    return found


def library():
    return [wording_snapshot(wording) for wording in StandardFinding.objects.order_by("code")]


def workbook(items=(GOOD,), wordings=(), headers=None, change=None, sheets=(ITEM_SHEET, WORDING_SHEET)):
    """Return the bytes of a file with rows given by header."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in zip((ITEM_SHEET, WORDING_SHEET), (items, wordings), strict=True):
        if name not in sheets:
            continue
        sheet = book.create_sheet(name)
        titles = (headers or HEADERS[ITEM_SHEET]) if name == ITEM_SHEET else HEADERS[name]
        sheet.append(titles)
        for row in table:
            sheet.append([row.get(title) for title in titles])
    if change:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.fixture
def upload(client, zhao):
    """Return a function that uploads bytes and returns the answer."""
    client.force_login(zhao)

    def send(data, *, name="清单.xlsx", **fields):
        return client.post(reverse(IMPORT), {"file": SimpleUploadedFile(name, data), **fields})

    return send


@pytest.fixture
def confirm(client):
    def send(answer):
        return client.post(reverse("inspections:checklist_import_confirm"), {"checked": answer.context["checked"]})

    return send


def exported(client, checklist):
    answer = client.get(reverse("inspections:checklist_export", args=[checklist.pk]))
    return b"".join(answer.streaming_content)


def told(answer):
    """Return the faults of a check as (row, column, value)."""
    assert answer.status_code == 422
    return [(fault.row, fault.column, fault.value) for fault in answer.context["faults"]]


# --- round trip ------------------------------------------------------------------------------------------------------------


def test_what_is_exported_comes_back_equal(upload, confirm, client, full):
    wordings = library()
    answer = upload(exported(client, full), name="往返.xlsx")
    assert answer.status_code == 200, told(answer)
    confirm(answer)
    copy = Checklist.objects.get(name="往返")
    assert contents(copy) == contents(full)
    assert library() == wordings
    assert (copy.status, copy.version) == ("draft", 1)
    assert copy.lineage != full.lineage


def test_wordings_come_back_to_an_empty_library_as_they_were(upload, confirm, client, full):
    wordings, file = library(), exported(client, full)
    StandardFinding.objects.all().delete()
    confirm(upload(file))
    assert library() == wordings


def test_importing_the_same_file_twice_adds_no_wordings(upload, confirm):
    file = workbook(wordings=[GOOD_WORDING])
    confirm(upload(file))
    assert [wording["code"] for wording in library()] == ["S0001"]
    answer = upload(file)
    assert (answer.context["wordings"].added, answer.context["wordings"].changed) == ([], [])
    confirm(answer)
    assert StandardFinding.objects.count() == 1


def test_wordings_of_another_checklists_items_stay_out(upload, client, full):
    factories.make_standard(theme_code="T1", item_code="T1-77", code="S77")
    answer = upload(exported(client, full))
    assert answer.status_code == 200, told(answer)
    assert [wording["code"] for wording in answer.context["content"].wordings] == ["S1", "S2"]


def test_an_export_never_holds_a_formula(client, zhao, full):
    client.force_login(zhao)
    book = openpyxl.load_workbook(io.BytesIO(exported(client, full)))
    assert book.sheetnames == ["主题和检查项", "规范表述", "可选值"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "=次数 - 以“会议”为准" in [cell.value for cell in cells]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert ActivityEntry.objects.filter(verb="inspections.checklist_export").exists()


def test_the_template_passes_its_own_check(client, upload):
    template = b"".join(client.get(reverse("inspections:checklist_import_template")).streaming_content)
    answer = upload(template)
    assert answer.status_code == 200, told(answer)


# --- the three steps -------------------------------------------------------------------------------------------------------


def test_the_check_writes_nothing(upload, full):
    upload(workbook(wordings=[GOOD_WORDING]))
    assert Checklist.objects.count() == 1
    assert StandardFinding.objects.count() == 2


def test_replacing_a_draft_shows_what_will_change(upload, confirm, draft):
    items = [
        {**GOOD, "检查内容": "是否制定年度工作计划", "答案类型": "符合性判断", "计量单位": None, "权重": 4},
        {**GOOD, "检查项编码": "T1-9", "检查内容": "新增的一项"},
    ]
    answer = upload(workbook(items), draft=draft.pk)
    difference = answer.context["items"]
    assert difference.added == ["新增的一项"]
    assert difference.changed == [("是否制定年度工作计划", "权重")]
    assert difference.removed == ["专题研究会议次数", "学习记录是否齐全", "学习特色做法"]
    assert confirm(answer).url == reverse("inspections:checklist_detail", args=[draft.pk])
    assert [(theme.code, [item.code for item in theme.items.all()]) for theme in draft.outline()] == [("T1", ["T1-1", "T1-9"])]
    assert ActivityEntry.objects.filter(verb="inspections.checklist_import").count() == 1


def test_a_draft_changed_after_the_check_is_not_replaced(upload, confirm, client, zhao, draft):
    answer = upload(workbook(), draft=draft.pk)
    rows.add_theme(draft, name="刚添加的主题", by=zhao)
    page = client.get(confirm(answer).url).content.decode()
    assert "在检查之后被修改过，没有导入" in page
    assert draft.themes.filter(name="刚添加的主题").exists()


def test_a_library_changed_after_the_check_is_not_overwritten(upload, confirm):
    standard = factories.make_standard(code="S7", theme_code="T1", item_code="T1-1")
    answer = upload(workbook(wordings=[{**GOOD_WORDING, "表述编码": "S7"}]))
    assert answer.context["wordings"].changed[0][0] == standard.wording
    StandardFinding.objects.filter(pk=standard.pk).update(wording="别人刚改的")
    confirm(answer)
    standard.refresh_from_db()
    assert standard.wording == "别人刚改的"
    assert not Checklist.objects.exists()


def test_a_published_version_is_no_target(upload, published):
    assert upload(workbook(), draft=published.pk).status_code == 422
    assert theme_of(published).items.count() == 2


@pytest.mark.parametrize("checked", ["", "forged", "eyJhIjoxfQ:1abc:xyz"])
def test_a_forged_confirmation_is_refused(client, zhao, checked):
    client.force_login(zhao)
    answer = client.post(reverse("inspections:checklist_import_confirm"), {"checked": checked})
    assert answer.url == reverse(IMPORT)
    assert not Checklist.objects.exists()


def test_a_confirmation_belongs_to_who_uploaded(upload, client, district):
    answer = upload(workbook())
    client.force_login(factories.make_user("陈办", role="office", at=district))
    client.post(reverse("inspections:checklist_import_confirm"), {"checked": answer.context["checked"]})
    assert not Checklist.objects.exists()


def test_an_old_check_is_refused(upload, confirm, monkeypatch):
    answer = upload(workbook())
    monkeypatch.setattr("inspections.views.checklist_files.CHECK_LASTS", -1)
    confirm(answer)
    assert not Checklist.objects.exists()


# --- bad files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        ("主题,检查项\n".encode(), "xlsx"),
        (b"PK\x03\x04 broken", "xlsx"),
        (workbook()[:900], "xlsx"),
    ],
    ids=["empty", "renamed xls", "csv", "broken zip", "cut off"],
)
def test_what_is_no_workbook_is_refused_with_a_sentence(upload, data, expected):
    answer = upload(data)
    assert answer.status_code == 422
    assert expected in answer.context["form"].errors["file"][0]


def test_a_file_that_is_too_large_is_refused(upload, monkeypatch):
    monkeypatch.setattr("inspections.checklist_files.reading.MAX_BYTES", 1000)
    answer = upload(workbook())
    assert "删去" in answer.context["form"].errors["file"][0]


def test_too_many_rows_are_refused(upload, monkeypatch):
    monkeypatch.setattr("inspections.checklist_files.reading.MAX_ROWS", 1)
    answer = upload(workbook([GOOD, {**GOOD, "检查项编码": "T1-2"}]))
    assert "最多 1 行" in answer.context["form"].errors["file"][0]


def test_no_file_chosen(client, zhao):
    client.force_login(zhao)
    assert "请选择要导入的" in client.post(reverse(IMPORT), {}).content.decode()


def test_a_missing_sheet(upload):
    answer = upload(workbook(sheets=(WORDING_SHEET,)))
    assert told(answer)[0][0] is None
    assert "工作表“主题和检查项”" in answer.content.decode()


def test_a_file_without_wordings_is_fine(upload):
    assert upload(workbook(sheets=(ITEM_SHEET,))).status_code == 200


def test_wrong_headers(upload):
    headers = ["主题编码", "主题", "检查项编号", "检查内容", "答案类型", "答案类型"]
    assert [row[:2] for row in told(upload(workbook(headers=headers)))] == [(1, "检查项编码"), (1, "C"), (1, "E"), (1, "F")]


def test_headers_in_another_order_are_fine(upload):
    assert upload(workbook(headers=list(reversed(HEADERS[ITEM_SHEET])))).status_code == 200


def test_an_empty_table(upload):
    assert told(upload(workbook(items=())))[0][:2] == (2, "主题编码")

    def clear(book):
        book[ITEM_SHEET].delete_rows(1, 5)

    assert told(upload(workbook(change=clear)))[0][2] == "（空表）"


def test_merged_cells(upload):
    def merge(book):
        book[ITEM_SHEET].merge_cells("A2:A3")

    answer = upload(workbook([GOOD, {**GOOD, "检查项编码": "T1-2"}], change=merge))
    assert (2, "主题编码", "合并单元格 A2:A3") in told(answer)


def test_formulas(upload):
    assert (2, "检查内容", "=A1&B1") in told(upload(workbook([{**GOOD, "检查内容": "=A1&B1"}])))


def test_a_text_beginning_with_an_equals_sign_is_no_formula(upload):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(ITEM_SHEET)
        sheet.write_row(0, 0, list(GOOD))
        for column, value in enumerate({**GOOD, "检查内容": "=不是公式"}.values()):
            sheet.write(1, column, value)
    answer = upload(file.getvalue())
    assert answer.status_code == 200, told(answer)
    assert answer.context["content"].items[0]["question"] == "=不是公式"


def test_content_outside_the_headers(upload):
    def scribble(book):
        book[ITEM_SHEET]["Z2"] = "随手写的"

    assert (2, "Z", "随手写的") in told(upload(workbook(change=scribble)))


def test_something_left_far_below_is_told(upload):
    def leave(book):
        book[ITEM_SHEET].cell(1_000_000, 1).value = " "

    assert "多余的空白行" in upload(workbook(change=leave)).context["form"].errors["file"][0]


# --- bad cells -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("主题编码", None),
        ("主题编码", "有？号"),
        ("主题", None),
        ("主题", "长" * 61),
        ("检查项编码", None),
        ("检查项编码", "X" * 21),
        ("检查内容", None),
        ("检查内容", "长" * 201),
        ("检查要点", "长" * 2001),
        ("答案类型", "数字"),
        ("答案类型", None),
        ("计量单位", None),
        ("默认为约数", "大概"),
        ("数据截止日期", "去年底"),
        ("数据截止日期", "2026-02-30"),
        ("目标值", "两次"),
        ("目标值", 1.234),
        ("必答", "必须"),
        ("权重", 0),
        ("权重", "很高"),
        ("权重", 1.5),
        ("适用类别", "没有的类别"),
    ],
)
def test_each_bad_cell_is_told_once_with_what_is_expected(upload, column, value):
    answer = upload(workbook([{**GOOD, column: value}]))
    faults = told(answer)
    assert [fault[:2] for fault in faults] == [(2, column)]
    assert answer.context["faults"][0].expected


def test_all_faults_of_a_file_are_told_at_once(upload):
    items = [{**GOOD, "权重": 0}, {**GOOD, "检查项编码": "T1-2", "答案类型": "数字"}, {**GOOD, "检查项编码": "T1-2"}]
    items.append({**GOOD, "检查项编码": "T1-3", "检查内容": "=A1", "权重": -1})
    answer = upload(workbook(items, [{**GOOD_WORDING, "类型": "毛病", "检查项编码": "T1-2"}]))
    expected = [(5, "检查内容"), (2, "权重"), (3, "答案类型"), (4, "检查项编码"), (5, "权重"), (2, "类型")]
    assert [fault[:2] for fault in told(answer)] == expected
    assert not Checklist.objects.exists()


def test_what_only_numbers_have(upload):
    answer = upload(workbook([{**GOOD, "答案类型": "文字", "目标值": 3}]))
    assert [fault[:2] for fault in told(answer)] == [(2, "计量单位"), (2, "目标值")]


def test_one_theme_has_one_name(upload):
    answer = upload(workbook([GOOD, {**GOOD, "检查项编码": "T1-2", "主题": "组织领导工作"}]))
    assert told(answer) == [(3, "主题", "组织领导工作")]
    assert "与第 2 行相同：组织领导" in answer.content.decode()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("类型", None),
        ("主题编码", "T7"),
        ("主题编码", None),
        ("检查项编码", "T9-9"),
        ("规范表述", None),
        ("默认程度", "中等"),
        ("状态", "停"),
    ],
)
def test_bad_wordings(upload, column, value):
    assert [fault[:2] for fault in told(upload(workbook(wordings=[{**GOOD_WORDING, column: value}])))] == [(2, column)]


def test_wording_codes_are_not_doubled(upload):
    wordings = [{**GOOD_WORDING, "表述编码": "S1"}, {**GOOD_WORDING, "表述编码": "S1", "规范表述": "另一条"}]
    assert [fault[:2] for fault in told(upload(workbook(wordings=wordings)))] == [(3, "表述编码")]


def test_the_same_wording_twice_without_codes(upload):
    assert [fault[:2] for fault in told(upload(workbook(wordings=[GOOD_WORDING, GOOD_WORDING])))] == [(3, "规范表述")]


def test_full_width_digits_spaces_and_dates_of_all_kinds(upload):
    factories.make_category("镇街")
    factories.make_category("社区")
    typed = {
        **GOOD,
        "主题编码": " Ｔ１ ",
        "检查项编码": "Ｔ１－１",
        "检查内容": "  会议次数 ",
        "权重": "３",
        "目标值": "２．５",
        "数据截止日期": "２０２６年１０月３１日",
        "适用类别": "镇街， 社区、",
    }
    answer = upload(workbook([typed, {**GOOD, "检查项编码": "T1-2", "数据截止日期": datetime(2026, 10, 31)}]))  # noqa: DTZ001 -- a cell's date
    assert answer.status_code == 200, told(answer)
    first, second = answer.context["content"].items
    assert (first["code"], first["question"], first["weight"], first["target"]) == ("T1-1", "会议次数", 3, "2.5")
    assert first["cut_off_on"] == second["cut_off_on"] == "2026-10-31"
    assert first["categories"] == ["社区", "镇街"]
    assert answer.context["content"].themes[0]["code"] == "T1"
