"""What can be set in a template, by its kind of document: settings, sections, tables, ways of writing."""

from __future__ import annotations

from reports.composing.variants import (
    ANNOUNCEMENT,
    CIRCULAR,
    FEEDBACK,
    LETTERS,
    LISTS,
    NOTICE,
    ORDER,
    REMINDER,
    REPORT,
    RESEARCH,
    SELF_INSPECTION,
    WORK_REPORT,
)
from reports.models import SectionKind

WORDING = ("names_units", "names_examples", "few", "some", "general", "few_at_most")
SCOPE = ("grouping", *WORDING, "themes", "full_points", "examples", "smallest_group")
DEADLINES = ("due_general", "due_notable", "due_serious")
SETTINGS: dict[str, tuple[str, ...]] = {
    REPORT: (*SCOPE, "follow_up"),
    RESEARCH: SCOPE,
    LISTS: DEADLINES,
    FEEDBACK: ("deadline_days", "all_well"),
    NOTICE: (*DEADLINES, "requirements"),
    WORK_REPORT: ("person",),
    SELF_INSPECTION: ("person",),
    ANNOUNCEMENT: ("contact",),
    **dict.fromkeys(LETTERS, ("deadline_days", "requirements")),
}
"""Which settings matter for which kind of document; all of them have a title, an addressee, numbering, head and foot."""
_S = SectionKind
_CAMPAIGN_KINDS = (
    _S.OPENING,
    _S.OVERVIEW,
    _S.PROBLEMS,
    _S.RISK_POINTS,
    _S.NEXT_STEPS,
    _S.RECOMMENDATIONS,
    _S.PROBLEMS_AND_PLAN,
    _S.CUSTOM,
    _S.ANNEX,
)
KINDS: dict[str, tuple[SectionKind, ...]] = {
    REPORT: _CAMPAIGN_KINDS,
    RESEARCH: _CAMPAIGN_KINDS,
    LISTS: (_S.CUSTOM, _S.ANNEX),
    FEEDBACK: (_S.OPENING, _S.OVERVIEW, _S.PROBLEMS, _S.RISK_POINTS, _S.NEXT_STEPS, _S.CUSTOM),
    NOTICE: (_S.OPENING, _S.PROBLEMS, _S.RISK_POINTS, _S.NEXT_STEPS, _S.CUSTOM, _S.ANNEX),
    WORK_REPORT: (_S.OPENING, _S.OVERVIEW, _S.PROBLEMS_AND_PLAN, _S.CUSTOM),
    SELF_INSPECTION: (_S.OPENING, _S.OVERVIEW, _S.PROBLEMS, _S.CUSTOM),
    ANNOUNCEMENT: (
        *(_S.OPENING, _S.SCHEDULE, _S.OBJECTS, _S.KEY_POINTS, _S.METHODS, _S.PREPARE, _S.CONTACT),
        *(_S.CUSTOM, _S.ANNEX),
    ),
    **dict.fromkeys((REMINDER, ORDER), (_S.OPENING, _S.OVERDUE, _S.NEXT_STEPS, _S.CUSTOM, _S.ANNEX)),
    CIRCULAR: (_S.OPENING, _S.OVERVIEW, _S.OVERDUE, _S.NEXT_STEPS, _S.CUSTOM, _S.ANNEX),
}
"""Sections that a kind of document can compose."""
TABLES = (
    ("", "—"),
    ("coverage", "督查覆盖情况表"),
    ("problems", "督查发现问题清单"),
    ("problem_list", "问题清单"),
    ("task_list", "任务清单"),
    ("responsibility_list", "责任清单"),
    ("figures", "图表（问题、覆盖和对比，各附数据表）"),
    ("figure_severity", "图：各主题问题数及程度"),
    ("figure_coverage", "图：各类单位督查覆盖"),
    ("figure_comparison", "图：与上次督查对比"),
)
ANNOUNCED_TABLES = (("schedule", "督查对象及分组安排表"), ("key_points", "督查要点"))
"""Tables of a 督查通知."""
OVERDUE_FORMS = (("", "逐项写成段落"), ("table", "写成表格"))
FORMS = (("themes", "按主题归并，每个主题一段"), ("items", "逐条列出，每条一个小标题"), ("enumerated", "一段写完，一是……二是……"))
