"""问题清单、任务清单、责任清单 from the ledger: one row per matter that was given, numbered alike in all three."""

from __future__ import annotations

from typing import Any

from reports.composing.draft import TABLE, DraftParagraph, count_row, paragraph
from reports.facts.found import SEVERITIES
from reports.facts.values import CampaignFacts, LedgerRow
from reports.wording import clause, date_text, period_text

_OPEN = "待研究提出"


def compose(facts: CampaignFacts, name: str) -> list[DraftParagraph]:
    """Return the table ``name``: ``problem_list``, ``task_list`` or ``responsibility_list``."""
    makers = {"problem_list": _problems, "task_list": _tasks, "responsibility_list": _responsibilities}
    table = makers[name](facts.ledger)
    sources = {
        "rectifications": tuple(row.id for row in facts.ledger),
        "findings": tuple(dict.fromkeys(pk for row in facts.ledger for pk in row.findings)),
    }
    counts = [count_row("整改事项", len(facts.ledger)), count_row("责任单位", len({row.unit for row in facts.ledger}))]
    return [paragraph(f"ledger.{name}", "", table["rows"], kind=TABLE, table=table, sources=sources, arithmetic=counts)]


def _problems(ledger: tuple[LedgerRow, ...]) -> dict[str, Any]:
    rows = [[str(row.number), row.unit_name, clause(row.content), SEVERITIES[row.severity], row.label] for row in ledger]
    return {
        "columns": ["序号", "责任单位", "问题内容", "程度", "状态"],
        "rows": rows,
        "widths": [1.0, 3.0, 8.2, 1.4, 1.8],
        "align": ["center", "left", "left", "center", "center"],
    }


def _tasks(ledger: tuple[LedgerRow, ...]) -> dict[str, Any]:
    rows = [
        [str(row.number), clause(row.content), clause(row.asked) or _OPEN, row.unit_name, date_text(row.due_on), row.label]
        for row in ledger
    ]
    return {
        "columns": ["序号", "针对的问题", "整改任务", "责任单位", "完成时限", "状态"],
        "rows": rows,
        "widths": [1.0, 4.0, 4.2, 2.2, 3.1, 1.6],
        "align": ["center", "left", "left", "center", "center", "center"],
    }


def _responsibilities(ledger: tuple[LedgerRow, ...]) -> dict[str, Any]:
    """One row per organization, its matters by their numbers in the ledger."""
    own: dict[int, list[LedgerRow]] = {}
    for row in ledger:
        own.setdefault(row.unit, []).append(row)
    rows = [
        [
            str(number),
            members[0].unit_name,
            "；".join(f"{row.number}．{clause(row.content)}" for row in members),
            str(len(members)),
            "、".join(dict.fromkeys(row.responsible for row in members if row.responsible)) or "待填报",
            period_text(min(row.due_on for row in members), max(row.due_on for row in members)),
        ]
        for number, members in enumerate(own.values(), start=1)
    ]
    return {
        "columns": ["序号", "责任单位", "承担的整改事项（序号同台账）", "项数", "责任人职务", "完成时限"],
        "rows": rows,
        "widths": [1.0, 2.5, 6.4, 1.0, 2.2, 2.5],
        "align": ["center", "left", "left", "center", "center", "center"],
    }
