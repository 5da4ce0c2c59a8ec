"""Subsections of the first part: per category, numbered themes built from good practice and summed metrics."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from reports.composing.appraisal import contrast_text, judged_rows
from reports.composing.draft import HEADING, DraftParagraph, count_row, paragraph, share_row, sum_row
from reports.composing.phrases import bare, collective, example_of, in_own_words, praise_subject, turn
from reports.composing.spec import Style
from reports.facts.grouping import group_findings
from reports.facts.values import GOOD_PRACTICE, Amount, CampaignFacts, Category, Group, Share
from reports.wording import amount_text, clause, gap, mean_text, percent_text, sentence, short_date_text

_INTROS = (
    "此次督查{whom}{n}个，共作出符合性判断{judged}项次，符合和基本符合的占{share}",
    "列入督查的{whom}共{n}个，{judged}项次符合性判断中，符合和基本符合的占{share}",
    "{whom}有{n}个接受督查，符合性判断共{judged}项次，符合和基本符合的占{share}",
)
_FIGURES = ("截至{day}，共{figures}", "据统计，截至{day}，{figures}", "截至{day}，累计{figures}")


def compose(facts: CampaignFacts, style: Style) -> list[DraftParagraph]:
    """Return a heading, an introduction and numbered themes for each category of which something was inspected."""
    paragraphs: list[DraftParagraph] = []
    for place, category in enumerate(c for c in facts.categories if facts.inspected[c.id]):
        key = f"overview.category.{category.id}"
        heading = f"{collective(category)}落实情况"
        paragraphs.append(paragraph(key, heading, {"heading": heading}, kind=HEADING, level=2))
        paragraphs.append(_intro(f"{key}.intro", facts, category, place))
        themes = _themes(key, facts, category, style, place)
        if not themes:
            text = gap(f"{collective(category)}的主要做法和成效")
            themes = [paragraph(f"{key}.themes", text, {"whom": collective(category)})]
        paragraphs.extend(themes)
    return paragraphs


def _intro(key: str, facts: CampaignFacts, category: Category, place: int) -> DraftParagraph:
    n, judged = facts.inspected[category.id], facts.judged(category=category.id)
    whom = bare(category.label)
    scores = [(theme.name, facts.judged(category=category.id, theme=theme.code)) for theme in facts.themes]
    if judged.judged:
        values = {"whom": whom, "n": n, "judged": judged.judged, "share": percent_text(judged.met, judged.judged)}
        contrast = contrast_text(scores)
        text = sentence(turn(_INTROS, place).format(**values), f"；其中，{contrast}" if contrast else "")
    else:
        text = sentence(f"此次督查{whom}{n}个")
    return paragraph(
        key,
        text,
        {"whom": whom, "n": n, "judged": judged, "themes": scores},
        sources={"assignments": tuple(unit.assignment for unit in facts.units if unit.category == category.id)},
        arithmetic=[
            count_row(f"已办结的{whom}", n),
            *judged_rows(judged),
            *([share_row("符合和基本符合", judged.met, judged.judged, percent_text(judged.met, judged.judged))] if judged.judged else []),
        ],
    )


# --- themes -----------------------------------------------------------------------------------------------------------------


def _themes(key: str, facts: CampaignFacts, category: Category, style: Style, place: int) -> list[DraftParagraph]:
    units = [unit for unit in facts.units if unit.category == category.id]
    found = [finding for finding in facts.of_kind(GOOD_PRACTICE) if finding.category == category.id]
    groups = group_findings(found, units)
    paragraphs = []
    for theme in facts.themes:
        practices = [_practice(group, facts, style) for group in groups if group.theme == theme.code]
        amounts = [amount for amount in facts.amounts if (amount.category, amount.theme) == (category.id, theme.code)]
        if not practices and not amounts:
            continue
        paragraphs.append(
            paragraph(
                f"{key}.theme.{theme.code}",
                practice_text(practices, style) + figures_text(amounts, facts.header.year, place + len(paragraphs)),
                {"heading": theme.heading, "practices": practices, "amounts": amounts},
                level=3,
                lead=theme.heading,
                sources={
                    "findings": tuple(pk for practice in practices for pk in practice.ids),
                    "results": tuple(pk for amount in amounts for pk in amount.results),
                },
                arithmetic=[*(practice.row(style) for practice in practices), *amount_rows(amounts)],
            )
        )
    return paragraphs


@dataclass(frozen=True)
class Practice:
    """A good practice as it is told: of several organizations in the standard's words, of a single one in its inspectors' words."""

    words: str
    share: Share
    ids: tuple[str, ...]
    name: str = ""
    example: str = ""

    def row(self, style: Style) -> dict[str, Any]:
        """The counting behind 部分单位."""
        return share_row(self.words, self.share.n, self.share.of, style.word(self.share.n, self.share.of))


def _practice(group: Group, facts: CampaignFacts, style: Style) -> Practice:
    first = group.findings[0]
    if len(group.units) == 1:
        name = facts.unit_of[first.unit].name if style.names_examples else ""
        return Practice(in_own_words(first, facts), group.share, group.ids, name)
    shown = example_of(group, facts)
    if shown is None:
        return Practice(clause(group.wording), group.share, group.ids)
    name = facts.unit_of[shown.unit].name if style.names_examples else ""
    return Practice(clause(group.wording), group.share, group.ids, name, in_own_words(shown, facts))


def practice_text(practices: list[Practice], style: Style) -> str:
    """Return the good practices of one theme: first what several do, then single ones, the rest as a number."""
    shared = [practice for practice in practices if practice.share.n > 1]
    single = [practice for practice in practices if practice.share.n == 1]
    text = "".join(_shared_text(practice, style) for practice in shared)
    told, left = single[: style.examples], single[style.examples :]
    text += sentence("；".join(f"{practice.name or '有的单位'}{practice.words}" for practice in told))
    return text + (f"此外，还记录同类做法{len(left)}条。" if left else "")


def _shared_text(practice: Practice, style: Style) -> str:
    example = f"，如{practice.name or '有的单位'}{practice.example}" if practice.example else ""
    return sentence(praise_subject(practice.share, style), practice.words, example)


# --- metrics ----------------------------------------------------------------------------------------------------------------


def figures_text(amounts: list[Amount], year: int, place: int) -> str:
    """Return the sums of one theme, one sentence per cut-off date: ``截至10月31日，共召开专题研究会议28次，组织集体学习88次``."""
    ordered = sorted(amounts, key=lambda amount: amount.cut_off_on)
    sentences = []
    for shift, (day, members) in enumerate(groupby(ordered, key=lambda amount: amount.cut_off_on)):
        figures = "，".join(figure_text(amount) for amount in members)
        sentences.append(sentence(turn(_FIGURES, place + shift).format(day=short_date_text(day, year), figures=figures)))
    return "".join(sentences)


def figure_text(amount: Amount) -> str:
    """Return one metric; percentages are averaged, and a value that not everybody reported says who did."""
    if amount.is_rate:
        figure = f"{clause(amount.phrase)}平均为{mean_text(amount.values)}{amount.unit}"
    else:
        figure = f"{clause(amount.phrase)}{amount_text(amount.total, amount.unit, is_approximate=amount.is_approximate)}"
    return figure + (f"（{amount.reported}个单位报送）" if amount.reported < amount.asked else "")


def amount_rows(amounts: list[Amount]) -> list[dict[str, Any]]:
    """The adding up behind the sums."""
    rows = []
    for amount in amounts:
        word = (
            mean_text(amount.values) + amount.unit
            if amount.is_rate
            else amount_text(amount.total, amount.unit, is_approximate=amount.is_approximate)
        )
        rows.append(sum_row(amount.phrase, amount.values, word))
        if amount.reported < amount.asked:
            rows.append(share_row(f"{amount.phrase}：报送单位", amount.reported, amount.asked, str(amount.reported)))
    return rows
