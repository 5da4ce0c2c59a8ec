"""下步打算: the measures that answer the problems, by theme and lead body; nothing is promised that nobody proposed."""

from __future__ import annotations

from dataclasses import dataclass

from reports.composing.draft import DraftParagraph, count_row, paragraph
from reports.composing.phrases import distinct, unnamed
from reports.composing.points import by_theme, point_of
from reports.composing.spec import SectionSpec, Style
from reports.facts.found import PROBLEM, RISK_POINT, Group
from reports.facts.grouping import group_findings, own_words
from reports.facts.values import CampaignFacts, Theme
from reports.wording import clause, gap, list_text, sentence

_TOLD = 2
_HEADINGS = 2


@dataclass(frozen=True)
class Measure:
    """What is to be done about one merged problem; several measures if its findings in free words propose some."""

    problem: str
    heading: str
    texts: tuple[str, ...]
    lead_body: str
    ids: tuple[str, ...]


def compose(facts: CampaignFacts, _section: SectionSpec, style: Style) -> list[DraftParagraph]:
    """Return one numbered paragraph per theme, in the order of the problems; themes without any measure become one visible gap."""
    groups = group_findings(facts.of_kind(PROBLEM), facts.units)
    risks = group_findings(facts.of_kind(RISK_POINT), facts.units)
    paragraphs, open_themes = [], []
    said: set[str] = set()
    for theme, problems, dangers in _themes(groups, risks, facts, style):
        measures = [_measure(group, facts) for group in (*problems, *dangers)]
        proposed = [measure for measure in measures if measure.texts]
        if proposed:
            paragraphs.append(_theme(theme, proposed, said, is_risk=not problems))
        else:
            open_themes.append((theme, measures))
    if open_themes:
        paragraphs.append(_open(open_themes))
    if paragraphs and style.follow_up:
        paragraphs.append(paragraph("next_steps.follow_up", sentence(style.follow_up), {}))
    return paragraphs


def _themes(
    problems: tuple[Group, ...], risks: tuple[Group, ...], facts: CampaignFacts, style: Style
) -> list[tuple[Theme, list[Group], list[Group]]]:
    """Return each theme with its problems and risks in the order in which the report tells them."""
    order = {theme.code: theme for theme, _points in by_theme(problems, facts, style)}
    for theme in facts.themes:
        if any(group.theme == theme.code for group in risks):
            order.setdefault(theme.code, theme)

    def ranked(groups: tuple[Group, ...], code: str) -> list[Group]:
        return sorted((g for g in groups if g.theme == code), key=lambda g: point_of(g, facts, style).rank(style))

    return [(theme, ranked(problems, code), ranked(risks, code)) for code, theme in order.items()]


def _measure(group: Group, facts: CampaignFacts) -> Measure:
    standard = group.standard
    texts: tuple[str, ...]
    if standard and standard.measure:
        texts = (clause(standard.measure),)
    else:
        proposed = [unnamed(own_words(finding.measure, facts.unit_of[finding.unit]), facts) for finding in group.findings]
        texts = tuple(distinct(proposed))
    return Measure(
        problem=clause(group.heading),
        heading=clause(standard.measure_heading) if standard else "",
        texts=texts,
        lead_body=standard.lead_body.strip() if standard else "",
        ids=group.ids,
    )


def _theme(theme: Theme, measures: list[Measure], said: set[str], *, is_risk: bool) -> DraftParagraph:
    """Tell the first measures in full and the others by their headings; a heading that was ``said`` under another theme is not repeated."""
    standing = [measure for measure in measures if measure.heading or measure.lead_body]
    told = (standing or measures)[:_TOLD]
    headings = distinct(measure.heading for measure in told)
    others = distinct(measure.heading for measure in measures if measure not in told)
    later = [heading for heading in others if heading not in headings and heading not in said]
    said.update((*headings, *later))
    what = "风险" if is_risk else "问题"
    text = f"针对{theme.name}方面的{what}，{_by_lead_body(told)}"
    text += sentence("同时，", "，".join(later)) if later else ""
    return paragraph(
        f"next_steps.theme.{theme.code}",
        text,
        {"theme": theme.name, "what": what, "measures": measures, "later": later},
        level=2,
        lead="，".join(headings[:_HEADINGS]) or f"改进{theme.name}工作",
        sources={"findings": tuple(pk for measure in measures for pk in measure.ids)},
        arithmetic=[count_row(measure.problem or measure.texts[0], len(measure.ids)) for measure in measures],
    )


def _by_lead_body(measures: list[Measure]) -> str:
    """Return the measures, those of one lead body in one sentence; the ones that nobody leads last."""
    bodies = dict.fromkeys(sorted((measure.lead_body for measure in measures), key=lambda body: not body))
    sentences = []
    for body in bodies:
        texts = distinct(text for measure in measures if measure.lead_body == body for text in measure.texts)
        who = _who(body) if body else ("各有关单位要" if len(bodies) > 1 else "")
        sentences.append(sentence(who, "；".join(texts)))
    return "".join(sentences)


def _who(body: str) -> str:
    """由区委宣传部牵头; a group of bodies has no head and is 负责."""
    return f"由{body}负责，" if body.startswith("各") else f"由{body}牵头，"


def _open(themes: list[tuple[Theme, list[Measure]]]) -> DraftParagraph:
    ids = tuple(pk for _theme, measures in themes for measure in measures for pk in measure.ids)
    names = [theme.name for theme, _measures in themes]
    return paragraph(
        "next_steps.open",
        gap(f"{list_text(names)}方面的整改措施，共{len(ids)}条问题和风险点尚未提出措施"),
        {"themes": names, "findings": ids},
        sources={"findings": ids},
        arithmetic=[count_row("尚未提出措施的问题和风险点", len(ids))],
    )
