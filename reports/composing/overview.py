"""基本情况: how it was inspected, how it went as a whole, on which documents it rests; then one subsection per category."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from reports.composing import categories
from reports.composing.appraisal import appraisal_word, contrast_text, judged_rows, judged_text
from reports.composing.draft import DraftParagraph, count_row, paragraph, share_row
from reports.composing.phrases import bare, collective
from reports.composing.spec import SectionSpec, Style
from reports.facts.found import GOOD_PRACTICE, PROBLEM
from reports.facts.values import Basis, CampaignFacts, Category
from reports.wording import clause, gap, list_text, sentence, titles_text

ON_SITE = "on_site"


@dataclass(frozen=True)
class Way:
    """How organizations of one category were inspected; ``n`` of ``of`` of the category."""

    label: str
    bare: str
    method: str
    activities: tuple[str, ...]
    n: int
    of: int


def compose(facts: CampaignFacts, _section: SectionSpec, style: Style) -> list[DraftParagraph]:
    """Return the paragraphs of the first part."""
    return [_method(facts), _basis(facts), _appraisal(facts), *categories.compose(facts, style)]


# --- method -----------------------------------------------------------------------------------------------------------------


def _ways(facts: CampaignFacts, category: Category) -> list[Way]:
    """Return how organizations of a category were inspected; the activities named are those of most of its visits."""
    units = [unit for unit in facts.units if unit.category == category.id]
    ways = []
    for method in sorted({unit.method for unit in units}, key=lambda method: method != ON_SITE):
        members = [unit for unit in units if unit.method == method]
        times = Counter(activity for unit in members for activity in unit.activities)
        usual = tuple(activity for activity in times if times[activity] * 2 > len(members)) if method == ON_SITE else ()
        ways.append(Way(collective(category), bare(category.label), method, usual, len(members), len(units)))
    return ways


def _whom(ways: list[Way]) -> str:
    """Name whole categories first, then parts of others; the part that is left after visits is 其余."""
    whole = list_text([way.label for way in ways if way.n == way.of])
    parts = list_text([f"{way.n}个{way.bare}" for way in ways if way.n < way.of])
    if parts and ways[0].method != ON_SITE:
        parts = f"其余{parts}"
    return f"{whole}以及{parts}" if whole and parts else whole + parts


def _method(facts: CampaignFacts) -> DraftParagraph:
    ways = [way for category in facts.categories for way in _ways(facts, category)]
    visits, others = [way for way in ways if way.method == ON_SITE], [way for way in ways if way.method != ON_SITE]
    on_site, written = sum(way.n for way in visits), sum(way.n for way in others)
    clauses = [f"对{_whom(visits)}{_visits_text(visits)}"] if visits else []
    clauses += [f"对{_whom(others)}以审阅书面材料的方式开展书面督查"] if others else []
    together = f"采取实地督查与书面督查相结合的方式进行，实地督查{on_site}个党组织、书面督查{written}个党组织。"
    text = "此次督查" + (together if visits and others else "") + sentence("；".join(clauses))
    return paragraph(
        "overview.method",
        text,
        {"ways": ways},
        sources={"assignments": tuple(unit.assignment for unit in facts.units)},
        arithmetic=[
            *(share_row(f"{way.bare}（{'实地' if way.method == ON_SITE else '书面'}督查）", way.n, way.of, f"{way.n}个") for way in ways),
            count_row("实地督查", on_site),
            count_row("书面督查", written),
        ],
    )


def _visits_text(visits: list[Way]) -> str:
    """Say how was visited; where categories were not visited in the same way, 分别 says so."""
    named = {way.activities for way in visits if way.activities}
    activities = tuple(dict.fromkeys(activity for way in sorted(visits, key=lambda w: -len(w.activities)) for activity in way.activities))
    if not activities:
        return "开展实地督查"
    if len(named) == 1 and all(way.activities for way in visits):
        return f"，通过{list_text(activities)}开展实地督查"
    return f"，分别通过{'、'.join(activities)}等方式开展实地督查"


# --- appraisal --------------------------------------------------------------------------------------------------------------


def _appraisal(facts: CampaignFacts) -> DraftParagraph:
    judged = facts.judged()
    scores = [(theme.name, facts.judged(theme=theme.code)) for theme in facts.themes]
    problems, practices = facts.of_kind(PROBLEM), facts.of_kind(GOOD_PRACTICE)
    if judged.judged:
        contrast = contrast_text(scores)
        text = sentence(
            f"从督查情况看，被督查单位{clause(facts.header.subject)}{appraisal_word(judged)}",
            "，但仍存在一些问题和不足" if problems else "",
        )
        text += sentence(f"对照督查清单共检查{judged_text(judged)}")
        text += sentence(f"分主题看，{contrast}") if contrast else ""
    else:
        text = gap("总体评价。没有符合性检查结果，请根据督查情况填写")
    text += f"督查共记录好做法{len(practices)}条，现分类择要报告。" if practices else ""
    return paragraph(
        "overview.appraisal",
        text,
        {"judged": judged, "themes": scores, "has_problems": bool(problems), "practices": len(practices), "subject": facts.header.subject},
        sources={
            "assignments": tuple(unit.assignment for unit in facts.units),
            "findings": tuple(finding.id for finding in practices),
        },
        arithmetic=[*judged_rows(judged), *([count_row("好做法", len(practices))] if practices else [])],
    )


# --- basis ------------------------------------------------------------------------------------------------------------------


def cited(basis: tuple[Basis, ...]) -> str:
    """Return the documents in their order: ``《甲》（云办〔2026〕1号）、区委宣传部印发的《乙》《丙》``.

    A number tells the issuer, who is named only where there is none. Between two titles no mark stands, unless a note in brackets or an
    issuer parts them (GB/T 15834-2011, 4.5.3.5).
    """
    text = ""
    before: Basis | None = None
    for row in basis:
        goes_on = before is not None and not before.number and before.issuer == row.issuer
        text += "、" if text and not goes_on else ""
        text += f"{row.issuer}印发的" if row.issuer and not row.number and not goes_on else ""
        text += titles_text([row.title]) + (f"（{row.number}）" if row.number else "")
        before = row
    return text


def _basis(facts: CampaignFacts) -> DraftParagraph:
    header, count = facts.header, len(facts.basis)
    if count:
        several = f"等{count}个文件" if count > 1 else ""
        checklist = (
            f"，对照《{header.checklist_name}》所列{header.themes}个方面、{header.items}项内容进行检查" if header.checklist_name else ""
        )
        text = sentence(f"督查以{cited(facts.basis)}{several}为主要依据{checklist}")
    else:
        text = gap("督查依据的文件")
    return paragraph(
        "overview.basis",
        text,
        {"basis": facts.basis, "checklist": [header.checklist_name, header.themes, header.items]},
        sources={"basis_documents": tuple(row.id for row in facts.basis), "campaigns": (header.id,)},
        arithmetic=[count_row("依据文件", count), count_row("清单主题", header.themes), count_row("清单检查项", header.items)],
    )
