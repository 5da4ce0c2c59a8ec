"""基本情况: how it was inspected, how it went as a whole, on which documents it rests; then one subsection per category."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from reports.composing import categories
from reports.composing.appraisal import appraisal_word, contrast_text, judged_rows, judged_text
from reports.composing.draft import DraftParagraph, count_row, paragraph, share_row
from reports.composing.phrases import bare, collective
from reports.composing.spec import SectionSpec, Style
from reports.facts.found import GOOD_PRACTICE, PROBLEM, RISK_POINT
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
    return [_method(facts), _appraisal(facts), _basis(facts), *categories.compose(facts, style)]


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
    gathered: dict[tuple[str, tuple[str, ...]], list[Way]] = {}
    for way in sorted(ways, key=lambda way: (way.method != ON_SITE, way.n < way.of)):
        gathered.setdefault((way.method, way.activities), []).append(way)
    clauses = [f"对{_whom(members)}，{_way_text(method, activities)}" for (method, activities), members in gathered.items()]
    on_site = sum(way.n for way in ways if way.method == ON_SITE)
    written = len(facts.units) - on_site
    text = sentence("；".join(clauses))
    if on_site and written:
        text = f"此次督查采取实地督查与书面督查相结合的方式进行，共实地督查{on_site}个党组织、书面督查{written}个党组织。{text}"
    elif len(clauses) == 1:
        text = f"此次督查{text}"
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


def _way_text(method: str, activities: tuple[str, ...]) -> str:
    if method != ON_SITE:
        return "以审阅书面材料的方式开展书面督查"
    return f"通过{list_text(activities)}的方式开展实地督查" if activities else "开展实地督查"


# --- appraisal --------------------------------------------------------------------------------------------------------------


def _appraisal(facts: CampaignFacts) -> DraftParagraph:
    judged = facts.judged()
    scores = [(theme.name, facts.judged(theme=theme.code)) for theme in facts.themes]
    kinds = [(label, len(facts.of_kind(kind))) for kind, label in ((GOOD_PRACTICE, "好做法"), (PROBLEM, "问题"), (RISK_POINT, "风险点"))]
    if judged.judged:
        contrast = contrast_text(scores)
        problems = dict(kinds)["问题"]
        text = sentence(
            f"从督查情况看，被督查单位{clause(facts.header.subject)}{appraisal_word(judged)}",
            "，但仍存在一些问题和不足" if problems else "",
        )
        text += sentence(f"各督查组对照清单共作出符合性判断{judged_text(judged)}")
        text += sentence(f"分主题看，{contrast}") if contrast else ""
    else:
        text = gap("总体评价。没有符合性检查结果，请根据督查情况填写")
    found = list_text([f"{label}{n}条" for label, n in kinds if n])
    text += sentence(f"督查共记录{found}") if found else ""
    return paragraph(
        "overview.appraisal",
        text,
        {"judged": judged, "themes": scores, "found": kinds, "subject": facts.header.subject},
        sources={
            "assignments": tuple(unit.assignment for unit in facts.units),
            "findings": tuple(finding.id for finding in facts.findings),
        },
        arithmetic=[*judged_rows(judged), *(count_row(label, n) for label, n in kinds)],
    )


# --- basis ------------------------------------------------------------------------------------------------------------------


def cited(basis: tuple[Basis, ...]) -> str:
    """Return the documents in their order, those of one issuer together: ``区委办公室印发的《甲》（云办〔2026〕1号）《乙》``."""
    groups = []
    for issuer, rows in groupby(basis, key=lambda row: row.issuer):
        titles = "".join(titles_text([row.title]) + (f"（{row.number}）" if row.number else "") for row in rows)
        groups.append(f"{issuer}印发的{titles}" if issuer else titles)
    return "、".join(groups)


def _basis(facts: CampaignFacts) -> DraftParagraph:
    header, count = facts.header, len(facts.basis)
    if count:
        several = f"等{count}个文件" if count > 1 else ""
        checklist = (
            f"，对照《{header.checklist_name}》所列{header.themes}个方面、{header.items}项内容进行检查" if header.checklist_name else ""
        )
        text = sentence(f"此次督查以{cited(facts.basis)}{several}为主要依据{checklist}")
    else:
        text = gap("督查依据的文件")
    return paragraph(
        "overview.basis",
        text,
        {"basis": facts.basis, "checklist": [header.checklist_name, header.themes, header.items]},
        sources={"basis_documents": tuple(row.id for row in facts.basis), "campaigns": (header.id,)},
        arithmetic=[count_row("依据文件", count), count_row("清单主题", header.themes), count_row("清单检查项", header.items)],
    )
