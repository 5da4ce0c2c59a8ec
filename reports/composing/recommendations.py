"""意见建议 of a research report: the measures that were proposed, as advice to those who would lead them; nothing is announced."""

from __future__ import annotations

from reports.composing import next_steps
from reports.composing.draft import DraftParagraph, count_row, paragraph
from reports.composing.next_steps import Measure
from reports.composing.phrases import distinct, unnamed
from reports.composing.points import by_theme, point_of
from reports.composing.spec import SectionSpec, Style
from reports.facts.found import PROBLEM, RISK_POINT, Group
from reports.facts.grouping import group_findings, own_words
from reports.facts.values import CampaignFacts, Theme
from reports.wording import clause, sentence

_TOLD = 3
_HEADINGS = 2


def compose(facts: CampaignFacts, section: SectionSpec, style: Style) -> list[DraftParagraph]:
    """Return one numbered paragraph per theme for which something was proposed, in the order of the problems; the rest is one gap."""
    groups = group_findings(facts.of_kind(PROBLEM), facts.units)
    risks = group_findings(facts.of_kind(RISK_POINT), facts.units)
    rows = []
    for theme in _order(groups, risks, facts, style):
        members = (*_ranked(groups, theme, facts, style), *_ranked(risks, theme, facts, style))
        answered = [(group, measure) for group in members if (measure := _measure(group, facts)).texts]
        if answered:
            what = "问题" if any(group.kind == PROBLEM for group, _measure in answered) else "风险"
            rows.append(_theme(theme, [measure for _group, measure in answered], what))
    # What nobody has proposed anything for is the same gap as in the next steps.
    return [*rows, *(row for row in next_steps.compose(facts, section, style) if row.key == "next_steps.open")]


def _order(groups: tuple[Group, ...], risks: tuple[Group, ...], facts: CampaignFacts, style: Style) -> list[Theme]:
    themes = [theme for theme, _points in by_theme(groups, facts, style)]
    return themes + [theme for theme in facts.themes if theme not in themes and any(group.theme == theme.code for group in risks)]


def _ranked(groups: tuple[Group, ...], theme: Theme, facts: CampaignFacts, style: Style) -> list[Group]:
    members = [group for group in groups if group.theme == theme.code]
    return sorted(members, key=lambda group: point_of(group, facts, style).rank(style))


def _measure(group: Group, facts: CampaignFacts) -> Measure:
    standard = group.standard
    proposed = (unnamed(own_words(finding.measure, facts.unit_of[finding.unit]), facts) for finding in group.findings)
    texts = [clause(standard.measure)] if standard and standard.measure else distinct(proposed)
    heading, lead_body = (clause(standard.measure_heading), standard.lead_body.strip()) if standard else ("", "")
    return Measure(problem=clause(group.heading), heading=heading, texts=tuple(texts), lead_body=lead_body, ids=group.ids)


def _theme(theme: Theme, measures: list[Measure], what: str) -> DraftParagraph:
    told = [measure for measure in measures if measure.heading or measure.lead_body][:_TOLD] or measures[:_TOLD]
    headings = distinct(measure.heading for measure in told)
    later = [heading for heading in distinct(m.heading for m in measures if m not in told) if heading not in headings]
    bodies = list(dict.fromkeys(measure.lead_body for measure in sorted(told, key=lambda measure: not measure.lead_body)))
    text = f"针对{theme.name}方面的{what}，"
    for place, body in enumerate(bodies):
        texts = distinct(text for measure in told if measure.lead_body == body for text in measure.texts)
        text += sentence("并" if place else "建议", _who(body, alone=len(bodies) == 1), "；".join(texts))
    text += sentence("同时，建议", "，".join(later)) if later else ""
    return paragraph(
        f"recommendations.theme.{theme.code}",
        text,
        {"theme": theme.name, "what": what, "measures": measures},
        level=2,
        lead="，".join(headings[:_HEADINGS]) or f"改进{theme.name}工作",
        sources={"findings": tuple(pk for measure in measures for pk in measure.ids)},
        arithmetic=[count_row(measure.problem or measure.texts[0], len(measure.ids)) for measure in measures],
    )


def _who(body: str, *, alone: bool) -> str:
    """由区委宣传部牵头; a group of bodies has no head and is 负责."""
    if not body:
        return "" if alone else "请各有关单位"
    return f"由{body}{'负责' if body.startswith('各') else '牵头'}，"
