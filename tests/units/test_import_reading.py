"""Reading uploads: every kind of bad file gets a sentence that says what to do, never a traceback."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from tests.units.sheets import csv, line, xlsx
from units.importing import reading
from units.importing.cleaning import Cleaned, clean
from units.importing.columns import HEADERS
from units.importing.reading import Unreadable, read


def cleaned(data: bytes) -> Cleaned:
    return clean(read(io.BytesIO(data)), categories=["镇街", "事业单位"], tags=["联席会议成员单位", "试点单位"])


def faults(data: bytes) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.text) for one in cleaned(data).faults]


def only_fault(data: bytes) -> tuple[int, str, str]:
    found = faults(data)
    assert len(found) == 1, found
    return found[0]


def refusal(data: bytes) -> str:
    with pytest.raises(Unreadable) as error:
        cleaned(data)
    return str(error.value)


OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le")
ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")


def archive(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for name, data in files.items():
            target.writestr(name.replace("__", "/"), data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "文件是空的"),
        (b"\n\n  \n", "文件是空的"),
        (OLD_EXCEL, "旧版 Excel（.xls）格式"),
        (ENCRYPTED, "打开密码"),
        (archive(word__document=b"x"), "不是 Excel 工作簿"),
        (archive(**{"xl__workbook.bin": b"x"}), "二进制工作簿"),
        (archive(**{"xl__workbook.xml": b"<broken"}), "已损坏"),
        (xlsx(line("A"))[:900], "不完整或已损坏"),
        (b"PK\x03\x04" + b"x" * 500, "不完整或已损坏"),
        (csv(line("A")).replace(b"A", b"A\0"), "空字符（NUL）"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "网页或 XML"),
        (csv(line("A"), delimiter="，"), "用的是“，”"),
        (csv(line("A"), delimiter="|"), "用的是“|”"),
        (b"\xff\xff\x80\x81" * 20, "文字编码无法识别"),
        ("名称,地址\r\n一,二".encode(), "没有找到表头"),
        (xlsx(headers=["序号", "单位", "电话"]), "没有找到表头"),
        (xlsx(), "只有表头，没有数据"),
        (csv(), "只有表头，没有数据"),
        (xlsx(line("示例-01")), "只有示例行"),
        (xlsx(headers=[]), "表格是空的"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_unreadable_file_is_explained(data, sentence):
    text = refusal(data)
    assert sentence in text
    assert text.endswith("。")


def test_a_bad_header_names_what_is_there_and_what_is_expected():
    text = refusal(csv(headers=["序号", "单位", "电话"]))
    assert "第一行应为：组织编码、组织名称" in text
    assert "现在的第一行是：序号、单位、电话" in text


def test_random_bytes_never_raise_anything_else():
    for start in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        for seed in range(40):
            data = start + bytes((seed * 31 + place * place * 7) % 256 for place in range(300))
            try:
                cleaned(data)
            except Unreadable:
                continue


def test_a_small_archive_that_unpacks_to_much_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "MAX_UNPACKED", 1000)
    assert "展开后过大" in refusal(xlsx(line("A")))


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(reading, "MAX_ROWS", 3)
    assert "超过 3 行" in refusal(xlsx(*(line(f"A{number}") for number in range(4))))
    assert "超过 3 行" in refusal(csv(*(line(f"A{number}") for number in range(4))))
    # The header is none of them.
    assert cleaned(xlsx(*(line(f"A{number}") for number in range(3)))).faults == []
    assert cleaned(csv(*(line(f"A{number}") for number in range(3)))).faults == []


def test_missing_columns_are_named():
    found = faults(csv(line("A"), headers=["组织名称", "组织类型"]))
    assert found == [
        (1, "组织编码", "缺少“组织编码”列。请按模板补上这一列。"),
        (1, "上级组织编码", "缺少“上级组织编码”列。请按模板补上这一列。"),
    ]


def test_a_missing_optional_column_is_only_a_note():
    result = cleaned(xlsx(line("A"), headers=[header for header in HEADERS if header != "办公地址"]))
    assert result.faults == []
    assert [note.text for note in result.notes] == ["没有“办公地址”列，已有组织的这一项保持不变。"]
    assert "address" not in result.given


def test_unknown_and_double_columns_are_told():
    result = cleaned(xlsx(line("A"), headers=[*HEADERS, "电话", "组织名称"]))
    assert [fault.text for fault in result.faults] == ["表头“组织名称”出现了两次（M1），请删除多余的一列。"]
    assert result.notes[0].text.startswith("没有“电话”这一列，已忽略。")


def test_a_header_nearly_right_gets_a_hint():
    headers = ["类型" if header == "组织类型" else "标签名" if header == "标签" else header for header in HEADERS]
    result = cleaned(xlsx(line("A"), headers=headers))
    assert any("如果是指“标签”" in note.text for note in result.notes)
    assert [fault.column for fault in result.faults] == ["组织类型"]


def test_a_title_above_the_header_is_fine_even_when_merged():
    def add_title(page):
        page.insert_rows(1)
        page["A1"] = "云岭区党组织名录"
        page.merge_cells("A1:K1")

    result = cleaned(xlsx(line("A"), change=add_title))
    assert result.faults == []
    assert [row.number for row in result.rows] == [3]


def test_merged_cells_are_faults():
    data = xlsx(line("A"), line("B"), change=lambda page: page.merge_cells("H2:H3"))
    assert only_fault(data) == (2, "合并单元格", "合并单元格只有左上角有内容。请取消合并，逐行填写。")


def test_formulas_are_faults():
    def put(page):
        page["B2"] = '=CONCATENATE("a","b")'

    row, column, text = only_fault(xlsx(line("A"), change=put))
    assert (row, column) == (2, "组织名称")
    assert "选择性粘贴" in text
    assert only_fault(csv(line("A", "=1+1")))[1] == "组织名称"
    assert only_fault(csv(line('="001"', "甲党支部")))[1] == "组织编码"


def test_text_that_looks_like_a_formula_is_text():
    def put(page):
        page["I2"].value = "=东门"
        page["I2"].data_type = "s"

    assert cleaned(xlsx(line("A"), change=put)).rows[0].values["address"] == "=东门"


def test_dates_and_errors_in_cells_are_faults():
    assert "日期" in only_fault(xlsx(line("A", 办公地址=date(2026, 3, 4))))[2]
    assert "公式出错" in only_fault(xlsx(line("A", 办公地址="#N/A")))[2]


def test_numbers_stored_as_floats():
    result = cleaned(xlsx(line(12.0, "甲党支部", 7.0), line(13, "乙党支部", "12")))  # type: ignore[arg-type]
    assert [(row.code, row.parent_code) for row in result.rows] == [("12", "7"), ("13", "12")]
    assert "已读作“12”" in result.notes[0].text
    assert result.faults == []


def test_a_code_beyond_the_digits_of_a_number_is_a_fault():
    assert "超过 15 位" in only_fault(xlsx(line(1234567890123456789, "甲党支部")))[2]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("raw", "code"),
    [("ＹＬ－０１", "YL-01"), (" YL-01 ", "YL-01"), ("YL -01", "YL-01"), ("YL\u200b-01\ufeff", "YL-01"), ("\u3000YL-01\n", "YL-01")],
)
def test_codes_are_tidied_and_told_about(raw, code):
    result = cleaned(xlsx(line(raw, "甲党支部")))
    assert (result.rows[0].code, result.faults) == (code, [])
    assert f"已整理为“{code}”" in result.notes[0].text


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("　青石镇党委 ", "青石镇党委"),
        ("青石镇 党委", "青石镇党委"),
        ("青石镇\n党委", "青石镇党委"),
        ("第１２党支部", "第12党支部"),
        ("ＡＢ公司党支部（北区）", "AB公司党支部（北区）"),
        ("New  Area 党委", "New Area党委"),
    ],
)
def test_names_are_tidied(raw, name):
    result = cleaned(xlsx(line("A", raw)))
    assert (result.rows[0].values["name"], result.faults) == (name, [])
    assert len(result.notes) == 1


@pytest.mark.parametrize(
    ("fields", "column", "sentence"),
    [
        ({"组织编码": ""}, "组织编码", "没有填写"),
        ({"组织编码": "A#1"}, "组织编码", "编码只能用"),
        ({"组织编码": "长" * 41}, "组织编码", "有 41 个字，最长 40 个字"),
        ({"组织名称": ""}, "组织名称", "没有填写"),
        ({"组织名称": "长" * 101}, "组织名称", "有 101 个字，最长 100 个字"),
        ({"简称": "长" * 41}, "简称", "最长 40 个字"),
        ({"组织类型": ""}, "组织类型", "没有填写"),
        ({"组织类型": "支部"}, "组织类型", "是不是“党支部”？可填：党工委、党委、党总支、党支部、党组"),
        ({"单位类别": "镇 街道"}, "单位类别", "是不是“镇街”？"),
        ({"单位类别": "XYZ"}, "单位类别", "先在“类别与标签”中新增"),
        ({"标签": "联席会议成员单位、试点"}, "标签", "是不是“试点单位”？"),
        ({"顺序": "一"}, "顺序", "应为 0 至 999999999 的整数"),
        ({"顺序": -1}, "顺序", "应为 0 至 999999999 的整数"),
        ({"顺序": 1.5}, "顺序", "应为 0 至 999999999 的整数"),
        ({"办公地址": "长" * 201}, "办公地址", "最长 200 个字"),
        ({"联系岗位": "长" * 61}, "联系岗位", "最长 60 个字"),
        ({"是否撤销": "可能"}, "是否撤销", "应填“是”或“否”"),
    ],
)
def test_a_bad_cell_is_a_fault_with_row_and_column(fields, column, sentence):
    row, at, text = only_fault(xlsx(line("B"), {**line("A", "甲党支部"), **fields}))
    assert (row, at) == (3, column)
    assert sentence in text


def test_good_values_are_read():
    data = xlsx(
        line("A", 标签="联席会议成员单位，试点单位", 顺序="３", 单位类别="镇街", 是否撤销="是"),
        line("B", 是否撤销=True, 顺序=2.0),
        line("C", 是否撤销=None, 组织类型=" 党 委 "),
    )
    first, second, third = (row.values for row in cleaned(data).rows)
    assert first["tags"] == {"联席会议成员单位", "试点单位"}
    assert (first["order"], first["category"], first["kind"], first["dissolved_on"]) == (3, "镇街", "branch", True)
    assert (second["dissolved_on"], second["order"]) == (True, 2)
    assert (third["dissolved_on"], third["kind"], third["order"]) == (False, "committee", 0)


def test_blank_rows_and_examples_are_skipped_and_rows_keep_their_numbers():
    result = cleaned(xlsx(line("示例-01"), line("A"), {}, {"组织名称": "  "}, line("B")))
    assert [(row.number, row.code) for row in result.rows] == [(3, "A"), (6, "B")]
    assert result.faults == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_tables_in_every_usual_encoding(encoding, delimiter):
    result = cleaned(csv(line("A", "青石镇党支部"), delimiter=delimiter, encoding=encoding))
    assert result.rows[0].values["name"] == "青石镇党支部"
    assert result.faults == []


def test_quoted_cells_may_hold_commas_and_line_breaks():
    data = csv(line("A", 办公地址='"东街1号,\n北楼"'))
    assert cleaned(data).rows[0].values["address"] == "东街1号,北楼"


def test_an_endless_cell_is_no_traceback():
    assert "CSV 文件" in refusal(csv(line("A")) + b'\r\n"' + b"x" * 200_000)


def test_extra_sheets_are_told_unless_ours_is_named():
    ours = xlsx(line("A"), change=lambda page: page.parent.create_sheet("其他", 0))
    assert cleaned(ours).notes == []
    assert cleaned(ours).rows[0].code == "A"
    other = xlsx(line("A"), sheet="Sheet1", change=lambda page: page.parent.create_sheet("其他"))
    assert cleaned(other).notes[0].text == "工作簿有 2 个工作表，只读取了第一个“Sheet1”。"


def test_a_stray_cell_far_away_costs_nothing():
    def put(page):
        page["XFD90000"] = "x"

    assert [row.code for row in cleaned(xlsx(line("A"), change=put)).rows] == ["A"]
