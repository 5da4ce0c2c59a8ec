"""反馈意见: what was found at one organization, and what it is asked to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reports.composing.appraisal import appraisal_word, judged_rows, judged_text
from reports.composing.categories import amount_rows, figures_text
from reports.composing.draft import DraftParagraph, DraftReport, count_row, paragraph
from reports.composing.figures import sums_text, zero_text
from reports.composing.phrases import distinct
from reports.composing.report import Part, compose_sections, title
from reports.composing.spec import SectionSpec, Style, TemplateSpec, Wishes
from reports.facts.found import GOOD_PRACTICE, PROBLEM, RISK_POINT, Amount, FindingFact
from reports.facts.grouping import own_words
from reports.facts.values import OrganizationFacts
from reports.wording import clause, date_text, enumerate_text, list_text, period_text, sentence

if TYPE_CHECKING:
    from reports.models import ReportTemplate

ON_SITE = "on_site"
_AGAIN = "该问题整改销号后再次出现，属屡查屡犯"
_GRAVE = {PROBLEM: "该问题情况严重，须优先整改", RISK_POINT: "该风险须重点防范"}


def compose_feedback(
    facts: OrganizationFacts,
    template: TemplateSpec | ReportTemplate,
    values: Mapping[str, Any] | None = None,
    parts: Mapping[str, Part] | None = None,
) -> DraftReport:
    """Compose the feedback to one organization; ``values`` may hold what ``Wishes`` names, such as ``deadline_days`` and ``signed_on``.

    ``parts`` composes further kinds of sections, or the same ones in another way.
    """
    spec = template if isinstance(template, TemplateSpec) else TemplateSpec.of(template)
    wishes = Wishes.of(values or {})
    style = Style.of(spec.settings)
    if wishes.deadline_days:
        style = replace(style, deadline_days=wishes.deadline_days)
    all_parts: dict[str, Part] = {
        "opening": _opening,
        "overview": _overview,
        "problems": _problems,
        "risk_points": _risks,
        "next_steps": _demands,
        **(parts or {}),
    }
    header = facts.header
    return DraftReport(
        title=wishes.title or title(spec.title_pattern, header, facts.unit.name),
        sections=compose_sections(facts, spec, style, all_parts),
        addressee=wishes.addressee or style.addressee or facts.unit.name,
        signers=wishes.signers or (header.body, *header.co_bodies),
        signed_on=wishes.signed_on,
        keywords=(header.topic, header.period, "反馈意见"),
    )


def you(facts: OrganizationFacts) -> str:
    """Return how the document speaks to its reader: 你党委, 你党支部."""
    return f"你{facts.unit.kind}"


def _opening(facts: OrganizationFacts, _section: SectionSpec, _style: Style) -> list[DraftParagraph]:
    header, unit = facts.header, facts.unit
    arrangement = clause(header.arrangement).removeprefix("根据").removeprefix("按照")
    when = date_text(unit.visit_on) if unit.visit_on and unit.method == ON_SITE else period_text(header.starts_on, header.ends_on)
    how = f"通过{list_text(unit.activities)}，" if unit.activities and unit.method == ON_SITE else ""
    way = "实地督查" if unit.method == ON_SITE else "书面督查"
    who = f"{header.body}{unit.team}" if unit.team else header.body
    parts = [f"根据{arrangement}" if arrangement else "", when, f"{who}{how}对{you(facts)}{clause(header.subject)}进行了{way}"]
    text = sentence("，".join(part for part in parts if part)) + "现将有关情况反馈如下："
    used = {"header": [header.arrangement, header.body, header.subject, header.starts_on, header.ends_on], "unit": _how(facts)}
    return [paragraph("opening", text, used, sources={"campaigns": (header.id,), "assignments": (unit.assignment,)})]


def _how(facts: OrganizationFacts) -> list[Any]:
    unit = facts.unit
    return [unit.kind, unit.method, unit.activities, unit.team, unit.visit_on]


def _overview(facts: OrganizationFacts, _section: SectionSpec, _style: Style) -> list[DraftParagraph]:
    paragraphs = []
    judged, unit = facts.conformity, facts.unit
    if judged.judged or unit.summary:
        is_grave = any(finding.gravity > 1 for finding in facts.of_kind(PROBLEM))
        text = ""
        if judged.judged:
            text = sentence(f"从督查情况看，{you(facts)}{clause(facts.header.subject)}{appraisal_word(judged, is_grave=is_grave)}")
            text += sentence(f"对照清单检查{judged_text(judged, '项')}")
        text += sentence(own_words(unit.summary, unit)) if unit.summary else ""
        paragraphs.append(
            paragraph(
                "overview.appraisal",
                text,
                {"judged": judged, "summary": unit.summary, "kind": unit.kind, "subject": facts.header.subject, "is_grave": is_grave},
                sources={"assignments": (unit.assignment,)},
                arithmetic=judged_rows(judged),
            )
        )
    practices = facts.of_kind(GOOD_PRACTICE)
    if practices:
        words = distinct(own_words(finding.text, unit) for finding in practices)
        text = f"主要做法：{enumerate_text(words)}" if len(words) > 1 else sentence(f"{you(facts)}{words[0]}")
        paragraphs.append(paragraph("overview.practices", text, [words, unit.kind], sources={"findings": _ids(practices)}))
    if facts.amounts:
        text = _figures(list(facts.amounts), facts.header.year)
        results = tuple(pk for amount in facts.amounts for pk in amount.results)
        paragraphs.append(
            paragraph("overview.figures", text, [facts.amounts], sources={"results": results}, arithmetic=amount_rows(list(facts.amounts)))
        )
    return paragraphs


def _figures(amounts: list[Amount], year: int) -> str:
    """Return the figures of one organization; those that are zero are gathered at the end: a list of work done does not say ``账号0个``."""
    told = [amount for amount in amounts if amount.total]
    if not told or len({amount.cut_off_on for amount in amounts}) > 1:
        return sums_text(amounts, year)
    return figures_text(told, year) + sentence(zero_text([amount for amount in amounts if not amount.total]))


def _ids(findings: tuple[FindingFact, ...]) -> tuple[str, ...]:
    return tuple(finding.id for finding in findings)


def _listed(findings: tuple[FindingFact, ...], prefix: str, facts: OrganizationFacts) -> list[DraftParagraph]:
    """Return one numbered paragraph per finding, in the words noted on the spot; a single one has no number."""
    paragraphs = []
    is_single = len(findings) == 1
    for finding in findings:
        text = clause(own_words(finding.text, facts.unit))
        heading = clause(finding.standard.heading) if finding.standard and not is_single else ""
        cause = f"原因主要是{clause(finding.cause)}" if finding.cause else ""
        grave = _GRAVE[finding.kind] if finding.gravity > 1 else ""
        again = _AGAIN if finding.recurs else ""
        paragraphs.append(
            paragraph(
                f"{prefix}.{finding.id}",
                "".join(sentence(part) for part in (text, cause, again, grave)),
                [heading, finding, is_single],
                level=0 if is_single else 2,
                lead=heading,
                sources={"findings": (finding.id,)},
            )
        )
    return paragraphs


def _problems(facts: OrganizationFacts, _section: SectionSpec, _style: Style) -> list[DraftParagraph]:
    found = facts.of_kind(PROBLEM)
    if found:
        return _listed(found, "problems", facts)
    text = "本次督查未记录需要整改的问题。"
    return [
        paragraph(
            "problems.none", text, {"problems": 0}, sources={"assignments": (facts.unit.assignment,)}, arithmetic=[count_row("问题", 0)]
        )
    ]


def _risks(facts: OrganizationFacts, _section: SectionSpec, _style: Style) -> list[DraftParagraph]:
    return _listed(facts.of_kind(RISK_POINT), "risks", facts)


def _demands(facts: OrganizationFacts, _section: SectionSpec, style: Style) -> list[DraftParagraph]:
    """Return the measures for its problems, then what it has to report until when."""
    found = (*facts.of_kind(PROBLEM), *facts.of_kind(RISK_POINT))
    if not found:
        return [paragraph("demands.none", sentence(style.all_well), {})] if style.all_well else []
    measures = [(finding, clause(finding.measure or (finding.standard.measure if finding.standard else ""))) for finding in found]
    words = distinct(measure for _finding, measure in measures)
    kinds = (("问题", facts.of_kind(PROBLEM)), ("风险", facts.of_kind(RISK_POINT)))
    what = list_text([word for word, findings in kinds if findings])
    paragraphs = []
    if words:
        several = f"重点抓好以下整改措施：{enumerate_text(words)}" if len(words) > 1 else sentence(words[0])
        sources = {"findings": tuple(finding.id for finding, measure in measures if measure)}
        text = f"请{you(facts)}针对上述{what}，{several}"
        paragraphs.append(paragraph("demands.measures", text, [words, facts.unit.kind, what], sources=sources))
    text = (
        f"请{you(facts)}逐条明确责任岗位和完成时限，自收到本意见之日起{style.deadline_days}日内完成整改，"
        f"并将整改情况书面报送{facts.header.body}。"
    )
    rows = [count_row("整改期限（日）", style.deadline_days)]
    paragraphs.append(paragraph("demands.deadline", text, [facts.unit.kind, facts.header.body], arithmetic=rows))
    return paragraphs
