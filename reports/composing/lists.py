"""问题清单、任务清单、责任清单: the same merged problems, numbered alike in all three, as tables with names, for internal use.

Once the office keeps a ledger, its rows are the problems (``ledger_lists``); before, the findings are merged here.
"""

from __future__ import annotations

from typing import Any

from reports.composing import ledger_lists
from reports.composing.draft import TABLE, DraftParagraph, count_row, paragraph
from reports.composing.phrases import distinct
from reports.composing.spec import SectionSpec, Style
from reports.composing.terms import Terms
from reports.facts.found import PROBLEM, SEVERITIES, Group
from reports.facts.grouping import group_findings
from reports.facts.values import CampaignFacts, Unit
from reports.wording import clause

_OPEN = "待研究提出"
_FEW = 3


def compose(facts: CampaignFacts, section: SectionSpec, _style: Style, *, terms: Terms) -> list[DraftParagraph]:
    """Return the table that the section's setting ``table`` names: ``problem_list``, ``task_list`` or ``responsibility_list``."""
    makers = {"problem_list": _problems, "task_list": _tasks, "responsibility_list": _responsibilities}
    name = section.settings["table"]
    if facts.ledger:
        return ledger_lists.compose(facts, name)
    groups = numbered(facts)
    if not groups:
        return []
    table, arithmetic = makers[name](groups, facts, terms)
    ids = tuple(finding.id for group in groups for finding in group.findings)
    return [paragraph(f"lists.{name}", "", [ids, table["rows"]], kind=TABLE, table=table, sources={"findings": ids}, arithmetic=arithmetic)]


def numbered(facts: CampaignFacts) -> list[Group]:
    """Return the merged problems in the order in which all three lists number them: by theme, the most spread first."""
    places = {theme.code: place for place, theme in enumerate(facts.themes)}
    groups = group_findings(facts.of_kind(PROBLEM), facts.units)
    return sorted(groups, key=lambda group: places.get(group.theme, len(places)))


def _problems(groups: list[Group], facts: CampaignFacts, _terms: Terms) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    rows = []
    for number, group in enumerate(groups, start=1):
        theme = facts.theme_of.get(group.theme)
        causes = "；".join(distinct(group.causes())[:2])
        names = "、".join(_name(unit) for unit in _concerned(group, facts))
        rows.append(
            [str(number), theme.name if theme else group.theme, _wording(group), causes, names, str(len(group.units)), _gravest(group)]
        )
    table = {
        "columns": ["序号", "主题", "问题", "主要原因", "涉及单位", "单位数", "程度"],
        "rows": rows,
        "widths": [1.0, 1.9, 4.4, 2.9, 4.0, 1.1, 1.1],
        "align": ["center", "center", "left", "left", "left", "center", "center"],
    }
    counts = [count_row("问题", sum(len(group.findings) for group in groups)), count_row("归并后的问题", len(groups))]
    return table, [*counts, *(count_row(f"{number}．涉及单位", len(group.units)) for number, group in enumerate(groups, start=1))]


def _tasks(groups: list[Group], facts: CampaignFacts, terms: Terms) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    rows = []
    for number, group in enumerate(groups, start=1):
        lead = group.standard.lead_body.strip() if group.standard else ""
        problem = clause(group.heading) or _wording(group)
        concerned = _concerned(group, facts)
        whom = "、".join(map(_name, concerned)) if len(concerned) <= _FEW else f"问题清单第{number}项所列{len(concerned)}个单位"
        rows.append([str(number), problem, _task(group), lead, whom, terms.due_cell(_severity(group))])
    table = {
        "columns": ["序号", "针对的问题", "整改任务", "牵头单位", "责任单位", "完成时限"],
        "rows": rows,
        "widths": [1.0, 3.2, 5.0, 2.2, 2.1, 3.3],
        "align": ["center", "left", "left", "center", "center", "center"],
    }
    return table, [count_row("整改任务", len(groups)), *_days(terms)]


def _responsibilities(groups: list[Group], facts: CampaignFacts, terms: Terms) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """One row per organization; its problems by their numbers in the list of problems, so that both can be read side by side."""
    rows: list[list[str]] = []
    for unit in facts.units:
        own = [(number, group) for number, group in enumerate(groups, start=1) if unit.id in group.units]
        if not own:
            continue
        problems = "；".join(f"{number}．{clause(group.heading) or _wording(group)}" for number, group in own)
        leads = "、".join(
            dict.fromkeys(group.standard.lead_body.strip() for _n, group in own if group.standard and group.standard.lead_body)
        )
        severities = [_severity(group, unit) for _number, group in own]
        first, last = min(severities, key=terms.days.__getitem__), max(severities, key=terms.days.__getitem__)
        rows.append([str(len(rows) + 1), unit.name, problems, str(len(own)), leads, terms.due_span(first, last)])
    table = {
        "columns": ["序号", "责任单位", "承担的问题（序号同清单）", "项数", "牵头指导单位", "完成时限"],
        "rows": rows,
        "widths": [1.0, 2.8, 5.3, 1.0, 2.6, 3.3],
        "align": ["center", "left", "left", "center", "left", "center"],
    }
    total = sum(int(row[3]) for row in rows)
    return table, [count_row("责任单位", len(rows)), count_row("问题项数合计", total), *_days(terms)]


def _concerned(group: Group, facts: CampaignFacts) -> list[Unit]:
    concerned = set(group.units)
    return [unit for unit in facts.units if unit.id in concerned]


def _name(unit: Unit) -> str:
    return unit.short_name or unit.name


def _wording(group: Group) -> str:
    return clause(group.wording)


def _severity(group: Group, unit: Unit | None = None) -> str:
    """The gravest of a group's findings, or of those at one organization."""
    findings = [finding for finding in group.findings if unit is None or finding.unit == unit.id]
    return max(findings, key=lambda finding: finding.gravity).severity


def _gravest(group: Group) -> str:
    return SEVERITIES[_severity(group)]


def _task(group: Group) -> str:
    if group.standard and group.standard.measure:
        return clause(group.standard.measure)
    return "；".join(distinct(finding.measure for finding in group.findings)) or _OPEN


def _days(terms: Terms) -> list[dict[str, Any]]:
    return [count_row(f"整改期限（程度{label}，日）", terms.days[severity]) for severity, label in SEVERITIES.items()]
