"""The columns of the list of organizations, for the template, the import and the export alike."""

from __future__ import annotations

from dataclasses import dataclass

SHEET = "组织名录"
EXAMPLE = "示例"
"""Rows whose code begins with this are examples of the template and are not imported."""

CODE, NAME, SHORT_NAME, KIND, CATEGORY = "组织编码", "组织名称", "简称", "组织类型", "单位类别"
TAGS, PARENT, ORDER, ADDRESS, CONTACT, DISSOLVED = "标签", "上级组织编码", "顺序", "办公地址", "联系岗位", "是否撤销"


@dataclass(frozen=True)
class Column:
    """One column: its header, the model field it fills, how long a value may be, and what is expected."""

    header: str
    field: str
    longest: int = 0
    is_required: bool = False
    """The column must be there; a missing optional column leaves existing values alone."""
    must_be_filled: bool = False
    width: float = 14
    rule: str = ""


COLUMNS = (
    Column(
        CODE, "code", 40, True, True, 16, "必填，全库唯一。用汉字、字母、数字和 - _ . / ，最长 40 字。已有的编码会被更新，没有的会新增。"
    ),
    Column(NAME, "name", 100, True, True, 30, "必填，全称，最长 100 字。"),
    Column(SHORT_NAME, "short_name", 40, width=16, rule="可不填，最长 40 字。"),
    Column(KIND, "kind", 0, True, True, 12, "必填，从下拉列表中选择。"),
    Column(CATEGORY, "category", 0, width=14, rule="可不填；须是“允许值”中已有的类别。"),
    Column(TAGS, "tags", 0, width=24, rule="可不填；多个标签用顿号分隔，须是“允许值”中已有的标签。"),
    Column(PARENT, "parent", 40, True, False, 16, "顶层组织留空；其他组织填上级的组织编码。上级可以写在同一表格的后面。"),
    Column(ORDER, "order", 0, width=8, rule="可不填，0 至 999999999 的整数；同一上级之下从小到大排列。"),
    Column(ADDRESS, "address", 200, width=30, rule="可不填，最长 200 字。"),
    Column(CONTACT, "contact_duty", 60, width=14, rule="可不填，写岗位不写个人，最长 60 字。"),
    Column(DISSOLVED, "dissolved_on", 0, width=10, rule="填“是”或“否”，留空视为“否”。"),
)
BY_HEADER = {column.header: column for column in COLUMNS}
HEADERS = tuple(BY_HEADER)
