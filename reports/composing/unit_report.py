"""Reports in an organization's own name: the work report, and the self-inspection report with metrics against their targets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reports.composing.categories import amount_rows, figure_text
from reports.composing.draft import DraftParagraph, DraftSection, count_row, paragraph, share_row
from reports.composing.figures import by_day, sums_text, zero_text
from reports.composing.phrases import distinct
from reports.composing.spec import SectionSpec, Style
from reports.composing.terms import Terms, Voice
from reports.facts.found import GOOD_PRACTICE, PROBLEM, RISK_POINT, Amount, FindingFact
from reports.facts.grouping import own_words
from reports.facts.values import OrganizationFacts, Theme
from reports.wording import amount_text, clause, enumerate_text, gap, number_text, percent_text, sentence, short_date_text

_METRICS_LEAD = "指标完成情况"


# --- the work report --------------------------------------------------------------------------------------------------------


def opening(facts: OrganizationFacts, _section: SectionSpec, _style: Style, *, terms: Terms) -> list[DraftParagraph]:
    """Return why and about what it reports."""
    header, voice = facts.header, Voice.of(facts.unit, terms.person)
    text = _arranged(facts) + f"现将{voice.first}{header.period}{clause(header.subject)}报告如下："
    used = [header.arrangement, header.period, header.subject, voice.first]
    return [paragraph("opening", text, used, sources={"campaigns": (header.id,)})]


def _arranged(facts: OrganizationFacts) -> str:
    arrangement = clause(facts.header.arrangement).removeprefix("根据").removeprefix("按照")
    return f"根据{arrangement}，" if arrangement else ""


def overview(facts: OrganizationFacts, _section: SectionSpec, _style: Style, *, terms: Terms) -> list[DraftParagraph]:
    """Return one titled paragraph per theme with the good practice and the figures of the organization; nothing where there are none."""
    voice = Voice.of(facts.unit, terms.person)
    rows = []
    for theme in facts.themes:
        practices, amounts = _of_theme(facts, theme)
        own = dict(facts.quoted).get(theme.code, ())
        if not practices and not amounts and not own:
            continue
        words = distinct(own_words(finding.text, facts.unit) for finding in practices)
        text = enumerate_text(words) if len(words) > 1 else sentence(voice.then, words[0]) if words else ""
        text += sums_text(amounts, facts.header.year)
        if not text:
            text, own = own[0], own[1:]
        rows.append(
            paragraph(
                f"overview.theme.{theme.code}",
                text,
                [theme.heading, words, amounts, voice.then],
                level=2,
                lead=theme.heading,
                sources={"findings": _ids(practices), "results": tuple(pk for amount in amounts for pk in amount.results)},
                arithmetic=amount_rows(amounts),
            )
        )
        # Its own words, where the office has decided so; each a paragraph by itself, so that it can be struck out.
        rows += [paragraph(f"overview.own.{theme.code}.{place}", words, [words]) for place, words in enumerate(own, start=1)]
    return rows


def problems_and_plan(facts: OrganizationFacts, _section: SectionSpec, _style: Style, *, terms: Terms) -> list[DraftParagraph]:
    """Return the problems as 一是…二是… and, in a second paragraph, what will be done about them."""
    voice, found = Voice.of(facts.unit, terms.person), facts.of_kind(PROBLEM)
    if not found:
        nothing = paragraph("problems.none", "本次督查未记录需要整改的问题。", {"problems": 0}, arithmetic=[count_row("问题", 0)])
        return [nothing, paragraph("plan.gap", gap("下一步打算。没有记录问题，请根据工作安排填写"), {})]
    concerned = (*found, *facts.of_kind(RISK_POINT))
    texts = [_problem_text(finding, facts) for finding in found]
    text = f"对照要求，{voice.then}还存在以下{'问题' if len(texts) == 1 else '几个方面的问题'}：{enumerate_text(texts)}"
    rows = [
        paragraph(
            "problems.enumerated",
            text,
            [texts, voice.then],
            sources={"findings": _ids(found)},
            arithmetic=[count_row("问题", len(found))],
        )
    ]
    measures = [(finding, _measure(finding)) for finding in concerned]
    proposed = distinct(measure for _finding, measure in measures)
    if proposed:
        plan = f"下一步，{voice.then}将针对上述问题，重点做好以下工作：{enumerate_text(proposed)}"
        ids = tuple(finding.id for finding, measure in measures if measure)
        rows.append(paragraph("plan.measures", plan, [proposed, voice.then], sources={"findings": ids}))
    open_ones = tuple(finding for finding, measure in measures if not measure)
    if open_ones:
        words = gap(f"{len(open_ones)}条问题和风险的整改措施尚未提出，请补充")
        rows.append(
            paragraph(
                "plan.open",
                words,
                _ids(open_ones),
                sources={"findings": _ids(open_ones)},
                arithmetic=[count_row("尚未提出措施的问题和风险", len(open_ones))],
            )
        )
    return rows


def _problem_text(finding: FindingFact, facts: OrganizationFacts) -> str:
    heading = clause(finding.standard.heading) if finding.standard else ""
    text = clause(own_words(finding.text, facts.unit))
    return f"{heading}，{text}" if heading else text


def _measure(finding: FindingFact) -> str:
    return clause(finding.measure or (finding.standard.measure if finding.standard else ""))


def _of_theme(facts: OrganizationFacts, theme: Theme) -> tuple[tuple[FindingFact, ...], list[Amount]]:
    practices = tuple(finding for finding in facts.of_kind(GOOD_PRACTICE) if finding.theme == theme.code)
    return practices, [amount for amount in facts.amounts if amount.theme == theme.code]


def _ids(findings: tuple[FindingFact, ...]) -> tuple[str, ...]:
    return tuple(finding.id for finding in findings)


# --- the self-inspection report ---------------------------------------------------------------------------------------------


def self_opening(facts: OrganizationFacts, _section: SectionSpec, _style: Style, *, terms: Terms) -> list[DraftParagraph]:
    """Return against what the organization looked at itself."""
    header, voice = facts.header, Voice.of(facts.unit, terms.person)
    against = f"对照《{header.checklist_name}》所列{header.themes}个方面、{header.items}项内容，" if header.checklist_name else ""
    text = f"{_arranged(facts)}{voice.first}{against}对{header.period}{clause(header.subject)}进行了自查。现将自查情况报告如下："
    used = [header.arrangement, header.period, header.subject, header.checklist_name, header.themes, header.items, voice.first]
    rows = [count_row("清单主题", header.themes), count_row("清单检查项", header.items)]
    return [paragraph("opening", text, used, sources={"campaigns": (header.id,)}, arithmetic=rows)]


def theme_sections(facts: OrganizationFacts, terms: Terms) -> tuple[DraftSection, ...]:
    """Return one section per theme of the checklist, paragraphs numbered 1. 2. 3.

    A theme of which nothing is known stays as a gap, so that the sections of a report keep their places when it is composed again.
    """
    return tuple(DraftSection("overview", theme.heading, tuple(_theme_rows(theme, facts, terms))) for theme in facts.themes)


def _theme_rows(theme: Theme, facts: OrganizationFacts, terms: Terms) -> list[DraftParagraph]:
    practices, amounts = _of_theme(facts, theme)
    voice = Voice.of(facts.unit, terms.person)
    rows = []
    for finding in practices:
        words = clause(own_words(finding.text, facts.unit))
        heading = clause(finding.standard.heading) if finding.standard else ""
        text = sentence(words if heading else voice.then + words)
        rows.append(paragraph(f"overview.{finding.id}", text, [heading, words], level=3, lead=heading, sources={"findings": (finding.id,)}))
    if amounts:
        rows.append(_metrics(theme, amounts, facts))
    if rows:
        # A single paragraph needs no number.
        return rows if len(rows) > 1 else [replace(rows[0], level=0, lead="" if rows[0].lead == _METRICS_LEAD else rows[0].lead)]
    text = gap(f"{theme.name}方面的自查情况。没有相应的做法和数据，请补充")
    return [paragraph(f"overview.{theme.code}.gap", text, {"theme": theme.name})]


def _metrics(theme: Theme, amounts: list[Amount], facts: OrganizationFacts) -> DraftParagraph:
    targets = [(amount, facts.target_of.get(amount.item)) for amount in amounts]
    text = "".join(sentence(f"截至{short_date_text(day, facts.header.year)}，{_told(members, facts)}") for day, members in by_day(amounts))
    rows: list[dict[str, Any]] = amount_rows(amounts)
    for amount, target in targets:
        if target:
            word = percent_text(int(amount.total * 100), int(target * 100)) if amount.total < target else "已达到"
            rows.append({"what": f"{amount.phrase}：目标{number_text(target)}", "n": number_text(amount.total), "word": word})
    return paragraph(
        f"overview.{theme.code}.metrics",
        text,
        [targets],
        level=3,
        lead=_METRICS_LEAD,
        sources={"results": tuple(pk for amount in amounts for pk in amount.results)},
        arithmetic=rows,
    )


def _told(amounts: list[Amount], facts: OrganizationFacts) -> str:
    """Return metrics of one day; those that are zero and have no target are gathered at the end."""
    idle = [amount for amount in amounts if not amount.total and not facts.target_of.get(amount.item)]
    told = [_against_target(amount, facts.target_of.get(amount.item)) for amount in amounts if amount not in idle]
    return "；".join([*told, *([zero_text(idle)] if idle else [])])


def _against_target(amount: Amount, target: Any) -> str:
    """Return a metric beside its target: ``召开专题研究会议3次，达到目标（2次）``; what is missing is said as a number."""
    figure = figure_text(amount)
    if not target:
        return figure
    goal = amount_text(target, amount.unit)
    if amount.total >= target:
        return f"{figure}，{'超过' if amount.total > target else '达到'}{goal}的目标"
    short = "" if amount.is_rate else f"，尚差{amount_text(target - amount.total, amount.unit)}"
    return f"{figure}，未达到{goal}的目标{short}"


def declared(_facts: OrganizationFacts, _section: SectionSpec, _style: Style, *, terms: Terms) -> list[DraftParagraph]:
    """Return the problems that the organization declared itself, in its words; none, no section."""
    found = [clause(text) for text in terms.declared]
    return [
        paragraph(f"problems.declared.{place}", sentence(text), text, level=2, arithmetic=[share_row("自报问题", place, len(found), "")])
        for place, text in enumerate(found, start=1)
    ]
