"""整改通知书: an organization's problems, each with what is asked and until when; then what is asked of all."""

from __future__ import annotations

from collections.abc import Sequence

from reports.composing.draft import TABLE, DraftParagraph, count_row, paragraph
from reports.composing.feedback import you
from reports.composing.spec import SectionSpec, Style
from reports.composing.terms import Terms
from reports.facts.found import PROBLEM, RISK_POINT, SEVERITIES, FindingFact
from reports.facts.grouping import own_words
from reports.facts.values import LedgerRow, OrganizationFacts
from reports.wording import clause, date_text, period_text, sentence

ON_SITE = "on_site"


def opening(facts: OrganizationFacts, _section: SectionSpec, _style: Style, *, terms: Terms) -> list[DraftParagraph]:  # noqa: ARG001 -- one shape
    """Return who inspected when, and how much was found."""
    header, unit = facts.header, facts.unit
    counts = [("问题", len(facts.of_kind(PROBLEM))), ("风险点", len(facts.of_kind(RISK_POINT)))]
    tasks = f"经研究，形成整改事项{len(facts.ledger)}项。" if facts.ledger else ""
    found = "、".join(f"{label}{n}条" for label, n in counts if n)
    visited = unit.visit_on if unit.method == ON_SITE else None
    when = date_text(visited) if visited else period_text(header.starts_on, header.ends_on)
    who = f"{header.body}{unit.team}" if unit.team else header.body
    text = sentence(f"{when}，{who}对{you(facts)}{clause(header.subject)}进行了督查", f"，发现{found}" if found else "")
    used = [when, who, unit.kind, header.subject, counts, *([len(facts.ledger)] if facts.ledger else [])]
    sources = {"campaigns": (header.id,), "assignments": (unit.assignment,)}
    rows = [count_row(label, n) for label, n in counts if n]
    rows += [count_row("整改事项", len(facts.ledger))] if facts.ledger else []
    return [paragraph("opening", f"{text}{tasks}现就有关整改事项通知如下：", used, sources=sources, arithmetic=rows)]


def problems(facts: OrganizationFacts, _section: SectionSpec, _style: Style, *, terms: Terms) -> list[DraftParagraph]:
    """Return what the ledger gives the organization to do; where there is no ledger, each problem with the deadline by its severity."""
    if facts.ledger:
        return [_task(row) for row in facts.ledger]
    return _listed(facts.of_kind(PROBLEM), facts, terms)


def risks(facts: OrganizationFacts, _section: SectionSpec, _style: Style, *, terms: Terms) -> list[DraftParagraph]:
    """Return each risk point in the same way, but for those that have become tasks."""
    given = {pk for row in facts.ledger for pk in row.findings}
    return _listed([finding for finding in facts.of_kind(RISK_POINT) if finding.id not in given], facts, terms)


def _task(row: LedgerRow) -> DraftParagraph:
    """Return one row of the ledger as it was given: what is wrong, what is asked, until when, and whose duty it is."""
    due = f"{date_text(row.due_on)}前"
    asked = f"整改要求：{clause(row.asked)}，{due}完成" if row.asked else f"请研究提出整改措施，{due}完成"
    who = f"责任人：{row.responsible}" if row.responsible else ""
    return paragraph(
        f"tasks.{row.id}",
        "".join(sentence(part) for part in (row.content, asked, who)),
        [row.content, row.asked, row.due_on, row.responsible],
        level=2,
        sources={"rectifications": (row.id,), "findings": row.findings},
    )


def _listed(findings: Sequence[FindingFact], facts: OrganizationFacts, terms: Terms) -> list[DraftParagraph]:
    rows = []
    for finding in findings:
        heading = clause(finding.standard.heading) if finding.standard else ""
        cause = f"原因主要是{clause(finding.cause)}" if finding.cause else ""
        measure, due = measure_of(finding), terms.due_text(finding.severity)
        asked = f"整改要求：{measure}，{due}完成" if measure else f"请研究提出整改措施，{due}完成"
        parts = (clause(own_words(finding.text, facts.unit)), cause, asked)
        rows.append(
            paragraph(
                f"{finding.kind}s.{finding.id}",
                "".join(sentence(part) for part in parts),
                [heading, finding, due],
                level=2,
                lead=heading,
                sources={"findings": (finding.id,)},
                arithmetic=[
                    {**count_row(f"整改期限（程度{SEVERITIES[finding.severity]}，日）", terms.days[finding.severity]), "word": due}
                ],
            )
        )
    return rows


def measure_of(finding: FindingFact) -> str:
    """What is proposed against a finding: by its inspectors, else by the standard."""
    return clause(finding.measure or (finding.standard.measure if finding.standard else ""))


def demands(facts: OrganizationFacts, _section: SectionSpec, _style: Style, *, terms: Terms) -> list[DraftParagraph]:
    """Return what the office asks of everybody (a setting of the template), and where and when to report."""
    rows = [
        paragraph(f"demands.{place}", sentence(text.replace("{组织}", you(facts))), [text, facts.unit.kind], level=2)
        for place, text in enumerate(terms.requirements, start=1)
    ]
    found = (*facts.of_kind(PROBLEM), *facts.of_kind(RISK_POINT))
    if facts.ledger:
        due = f"{date_text(max(row.due_on for row in facts.ledger))}前"
        text = sentence(f"请{you(facts)}签收后及时填报整改措施和责任人职务，于{due}将全部整改情况报{facts.header.body}核验，并附佐证材料")
        used = [facts.unit.kind, facts.header.body, due]
        sources = {"rectifications": tuple(row.id for row in facts.ledger)}
        rows.append(paragraph("demands.report", text, used, level=2 if rows else 0, sources=sources))
    elif found:
        last = max((finding.severity for finding in found), key=lambda severity: terms.days[severity])
        due = terms.due_text(last)
        text = sentence(f"请{you(facts)}于{due}将全部整改情况书面报送{facts.header.body}，并附佐证材料")
        rows.append(
            paragraph(
                "demands.report",
                text,
                [facts.unit.kind, facts.header.body, due],
                level=2 if rows else 0,
                arithmetic=[count_row("最长整改期限（日）", terms.days[last])],
            )
        )
    return rows


def annex(facts: OrganizationFacts, _section: SectionSpec, _style: Style, *, terms: Terms) -> list[DraftParagraph]:
    """Return the same as a table to be filled in by the organization."""
    if facts.ledger:
        return [_task_table(facts.ledger)]
    found = (*facts.of_kind(PROBLEM), *facts.of_kind(RISK_POINT))
    if not found:
        return []
    rows = [
        [
            str(number),
            clause(own_words(finding.text, facts.unit)),
            SEVERITIES[finding.severity],
            measure_of(finding),
            terms.due_cell(finding.severity),
            "",
        ]
        for number, finding in enumerate(found, start=1)
    ]
    table = {
        "columns": ["序号", "问题", "程度", "整改要求", "完成时限", "责任人"],
        "rows": rows,
        "widths": [1.0, 4.6, 1.2, 4.3, 3.3, 1.6],
        "align": ["center", "left", "center", "left", "center", "left"],
    }
    ids = tuple(finding.id for finding in found)
    rows_used = [row[1:] for row in rows]
    return [
        paragraph(
            "annex.notice",
            "",
            rows_used,
            kind=TABLE,
            table=table,
            sources={"findings": ids},
            arithmetic=[count_row("整改事项", len(found))],
        )
    ]


def _task_table(ledger: Sequence[LedgerRow]) -> DraftParagraph:
    """Return the rows of the ledger in the columns of the paper form."""
    rows = [
        [str(number), clause(row.content), SEVERITIES[row.severity], clause(row.asked), date_text(row.due_on), row.responsible]
        for number, row in enumerate(ledger, start=1)
    ]
    table = {
        "columns": ["序号", "问题", "程度", "整改要求", "完成时限", "责任人职务"],
        "rows": rows,
        "widths": [1.0, 4.6, 1.2, 4.3, 3.1, 1.9],
        "align": ["center", "left", "center", "left", "center", "center"],
    }
    return paragraph(
        "annex.tasks",
        "",
        [row[1:] for row in rows],
        kind=TABLE,
        table=table,
        sources={"rectifications": tuple(row.id for row in ledger), "findings": tuple(pk for row in ledger for pk in row.findings)},
        arithmetic=[count_row("整改事项", len(ledger))],
    )
