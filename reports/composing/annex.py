"""附件: the list of problems with names, for use inside the office, and the table of coverage."""

from __future__ import annotations

from collections import Counter
from typing import Any

from reports.composing.draft import TABLE, DraftParagraph, count_row, paragraph
from reports.composing.phrases import bare, spread_of
from reports.composing.spec import SectionSpec, Style
from reports.facts.found import GOOD_PRACTICE, PROBLEM, RISK_POINT, SEVERITIES, Group
from reports.facts.grouping import group_findings
from reports.facts.values import CampaignFacts
from reports.wording import GENERAL, clause

ON_SITE = "on_site"


def compose(facts: CampaignFacts, section: SectionSpec, style: Style) -> list[DraftParagraph]:
    """Return the table that the section's setting ``table`` asks for: ``problems`` (default) or ``coverage``."""
    tables = {"problems": _problems, "coverage": _coverage}
    return tables[section.settings.get("table", "problems")](facts, style)


def _problems(facts: CampaignFacts, style: Style) -> list[DraftParagraph]:
    groups = group_findings(facts.of_kind(PROBLEM), facts.units)
    if not groups:
        return []
    places = {theme.code: place for place, theme in enumerate(facts.themes)}
    ordered = sorted(groups, key=lambda group: places.get(group.theme, len(places)))
    rows = [_problem_row(number, group, facts, style) for number, group in enumerate(ordered, start=1)]
    table = {
        "columns": ["序号", "主题", "问题", "涉及单位", "范围", "程度"],
        "rows": rows,
        "widths": [0.9, 2.1, 4.2, 7.0, 2.1, 1.1],
        "align": ["center", "center", "left", "left", "center", "center"],
    }
    findings = [finding for group in ordered for finding in group.findings]
    return [
        paragraph(
            "annex.problems",
            "",
            {
                "rows": [row[1:5] for row in rows],
                "severities": [sorted(group.severities.items()) for group in ordered],
                "ids": [f.id for f in findings],
            },
            kind=TABLE,
            table=table,
            sources={"findings": tuple(finding.id for finding in findings)},
            arithmetic=[count_row("问题", len(findings)), count_row("归并后的问题", len(groups))],
        )
    ]


def _problem_row(number: int, group: Group, facts: CampaignFacts, style: Style) -> list[str]:
    theme = facts.theme_of.get(group.theme)
    concerned = set(group.units)
    names = "、".join(unit.name for unit in facts.units if unit.id in concerned)
    # The same words as in the text: said of the same organizations, counted among the same.
    spread = spread_of(group, facts, style)
    word = spread.word(style)
    whom = f"{spread.subject}{word}" if word == GENERAL else f"{word}{spread.subject}"
    range_text = f"{whom}\n{spread.share.n}/{spread.share.of}"
    return [str(number), theme.name if theme else group.theme, clause(group.wording), names, range_text, _severity_text(group)]


def _severity_text(group: Group) -> str:
    graded = [(label, group.severities[value]) for value, label in reversed(SEVERITIES.items()) if group.severities[value]]
    return graded[0][0] if len(graded) == 1 else "、".join(f"{label}{n}" for label, n in graded)


def _coverage(facts: CampaignFacts, _style: Style) -> list[DraftParagraph]:
    if not facts.categories:
        return []
    counts = {kind: Counter(finding.category for finding in facts.of_kind(kind)) for kind in (GOOD_PRACTICE, PROBLEM, RISK_POINT)}
    visits = Counter(unit.category for unit in facts.units if unit.method == ON_SITE)
    numbers = [
        [category.planned, facts.inspected[category.id], visits[category.id], facts.inspected[category.id] - visits[category.id]]
        + [counts[kind][category.id] for kind in counts]
        for category in facts.categories
    ]
    total = [sum(column) for column in zip(*numbers, strict=True)]
    labels = [bare(category.label) for category in facts.categories]
    rows = [[label, *map(str, row)] for label, row in zip([*labels, "合计"], [*numbers, total], strict=True)]
    table: dict[str, Any] = {
        "columns": ["单位类别", "列入督查", "已办结", "实地督查", "书面督查", "好做法", "问题", "风险点"],
        "rows": rows,
        "widths": [3.4, 1.4, 1.4, 1.4, 1.4, 1.2, 1.2, 1.2],
        "align": ["left", *["right"] * 7],
    }
    return [
        paragraph(
            "annex.coverage",
            "",
            {"rows": rows},
            kind=TABLE,
            table=table,
            sources={
                "assignments": tuple(unit.assignment for unit in facts.units) + tuple(row.assignment for row in facts.unfinished),
                "findings": tuple(finding.id for finding in facts.findings),
            },
            arithmetic=[
                count_row(f"{label}：{column}", int(cell))
                for label, *row in rows[-1:]
                for column, cell in zip(table["columns"][1:], row, strict=True)
            ],
        )
    ]
