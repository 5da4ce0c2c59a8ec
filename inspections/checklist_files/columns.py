"""The columns of a checklist's spreadsheet: one list, from which files are written, read and explained."""

from __future__ import annotations

from dataclasses import dataclass

from inspections.models import ChecklistItem, StandardFinding

ITEM_SHEET = "主题和检查项"
WORDING_SHEET = "规范表述"
VALUE_SHEET = "可选值"
YES, NO = "是", "否"
IN_USE, RETIRED = "使用中", "已停用"
BETWEEN_NAMES = "、"


@dataclass(frozen=True)
class Column:
    """One column: the field it holds, its header, what is expected in it, and how wide it is."""

    field: str
    header: str
    expected: str
    width: float = 16
    example: str = ""


THEME_COLUMNS = (
    Column("theme_code", "主题编码", "必填，不超过 20 个字，如 T1；同一主题的各行写同一个编码", 10, "T1"),
    Column("theme_name", "主题", "必填，不超过 60 个字；同一主题编码的名称须相同", 16, "组织领导"),
    Column("theme_heading", "报告中的小标题", "可不填，不超过 60 个字；同一主题各行须相同", 24, "强化组织领导，压实主体责任"),
)
ITEM_COLUMNS = (
    Column("code", "检查项编码", "必填，不超过 20 个字，在清单中不重复，如 T1-1", 11, "T1-1"),
    Column("question", "检查内容", "必填，不超过 200 个字", 40, "专题研究本项工作的会议次数"),
    Column("guidance", "检查要点", "可不填，不超过 2000 个字", 36, "核对会议记录原件，只计有专门议题的会议"),
    Column("basis", "依据文件", "可不填，不超过 120 个字", 24, "《工作责任制实施细则》"),
    Column("clause", "条款", "可不填，不超过 40 个字", 10, "第六条"),
    Column("method", "检查方法", "可不填，不超过 100 个字", 18, "查阅会议记录"),
    Column("answer_kind", "答案类型", f"必填，{BETWEEN_NAMES.join(ChecklistItem.AnswerKind.labels)}之一", 12, "数值指标"),
    Column("unit_of_measure", "计量单位", "数值指标必填，不超过 10 个字，如 次、场、人次；其他类型不填", 10, "次"),
    Column("metric_phrase", "报告中的说法", "数值指标可填，不超过 60 个字；其他类型不填", 20, "召开专题研究会议"),
    Column("is_approximate", "默认为约数", "是 或 否；其他类型不填", 11, NO),
    Column("cut_off_on", "数据截止日期", "日期，如 2026-10-31；可不填；其他类型不填", 13, "2026-10-31"),
    Column("target", "目标值", "数字，最多两位小数；可不填；其他类型不填", 9, "2"),
    Column("is_required", "必答", "是 或 否；不填视为 是", 7, YES),
    Column("weight", "权重", "1 到 100 的整数；不填视为 1", 7, "1"),
    Column("categories", "适用类别", "可选值表中的单位类别，多个用顿号隔开；不填表示适用于所有类别", 22),
)
WORDING_COLUMNS = (
    Column("code", "表述编码", "可不填，不超过 20 个字；与库中编码相同时更新那一条", 10),
    Column("kind", "类型", f"必填，{BETWEEN_NAMES.join(StandardFinding.Kind.labels)}之一", 10, "问题"),
    Column("theme_code", "主题编码", "必填，是前一张表中的主题编码", 10, "T1"),
    Column("item_code", "检查项编码", "可不填；填写时是前一张表中的检查项编码", 11, "T1-1"),
    Column("wording", "规范表述", "必填，不超过 300 个字", 40, "专题研究次数未达到规定要求"),
    Column("heading", "概括标题", "可不填，不超过 60 个字", 22, "专题研究不够经常"),
    Column("severity", "默认程度", f"{BETWEEN_NAMES.join(StandardFinding.Severity.labels)}之一；不填视为 一般", 10, "一般"),
    Column("cause", "常见原因", "可不填，不超过 200 个字", 26, "工作安排不够靠前"),
    Column("measure_heading", "措施标题", "可不填，不超过 60 个字", 18, "健全议事安排"),
    Column("measure", "整改措施", "可不填，不超过 300 个字", 36, "年初列出议题计划，每半年至少专题研究一次"),
    Column("lead_body", "牵头单位", "可不填，不超过 60 个字", 16),
    Column("state", "状态", f"{IN_USE} 或 {RETIRED}；不填视为 {IN_USE}", 9, IN_USE),
)
REQUIRED_HEADERS = {
    ITEM_SHEET: ("主题编码", "主题", "检查项编码", "检查内容", "答案类型"),
    WORDING_SHEET: ("类型", "主题编码", "规范表述"),
}
COLUMNS = {ITEM_SHEET: THEME_COLUMNS + ITEM_COLUMNS, WORDING_SHEET: WORDING_COLUMNS}
