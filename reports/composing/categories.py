"""Subsections of the first part: per category, numbered themes built from good practice and summed metrics."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import Any

from reports.composing.appraisal import contrast_text, judged_rows
from reports.composing.draft import HEADING, DraftParagraph, count_row, paragraph, share_row, sum_row
from reports.composing.phrases import after_name, bare, collective, example_of, in_own_words, praise_subject, turn
from reports.composing.spec import Style
from reports.facts.found import GOOD_PRACTICE, Amount, Group, Share
from reports.facts.grouping import group_findings, normalised
from reports.facts.values import CampaignFacts, Category, Theme
from reports.wording import amount_text, clause, gap, mean_text, percent_text, sentence, short_date_text

_INTROS = (
    "{n}个{whom}对照清单检查{judged}项次，{share}",
    "共检查{whom}{n}个、{judged}项次，{share}",
    "对{n}个{whom}共检查{judged}项次，{share}",
)
_FIGURES = "{until}{whom}共{figures}"
_MORE_FIGURES = "此外，{until}{whom}共{figures}"
_WHOM = "各单位"
_MANY_FIGURES = 6
_FEW_CATEGORIES, _FEW_THEMES = 4, 2
"""Beyond so many categories each has only so many numbered themes, or the first part outgrows the report."""


def compose(facts: CampaignFacts, style: Style) -> list[DraftParagraph]:
    """Return a heading, an introduction and numbered themes for each category of which something was inspected."""
    paragraphs: list[DraftParagraph] = []
    order = Order()
    told = [category for category in facts.categories if facts.inspected[category.id]]
    if len(told) > _FEW_CATEGORIES:
        style = replace(style, themes=min(style.themes, _FEW_THEMES))
    for order.place, category in enumerate(told):
        order.said = None
        key = f"overview.category.{category.id}"
        heading = f"{collective(category)}落实情况"
        paragraphs.append(paragraph(key, heading, {"heading": heading}, kind=HEADING, level=2))
        paragraphs.append(_intro(f"{key}.intro", facts, category, order.place))
        themes = _themes(key, facts, category, style, order)
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
        share = f"符合和基本符合的占{percent_text(judged.met, judged.judged)}" if judged.not_conforming else "均符合或基本符合要求"
        values = {"whom": whom, "n": n, "judged": judged.judged, "share": share}
        contrast = contrast_text(scores)
        text = sentence(turn(_INTROS, place).format(**values), f"；{contrast}" if contrast else "")
    else:
        text = sentence(f"此次督查{whom}{n}个")
    return paragraph(
        key,
        text,
        {"whom": whom, "n": n, "judged": judged, "themes": scores, "place": place},
        sources={"assignments": tuple(unit.assignment for unit in facts.units if unit.category == category.id)},
        arithmetic=[
            count_row(f"已办结的{whom}", n),
            *judged_rows(judged),
            *([share_row("符合和基本符合", judged.met, judged.judged, percent_text(judged.met, judged.judged))] if judged.judged else []),
        ],
    )


# --- themes -----------------------------------------------------------------------------------------------------------------


@dataclass
class Order:
    """Where the telling stands.

    ``place`` is the place of the category; ``seen`` the practices told before, which are not told again if there are others; ``said`` the
    cut-off date that this category has named already, which is not said over again.
    """

    place: int = 0
    seen: set[str] = field(default_factory=set)
    said: date | None = None


@dataclass(frozen=True)
class Told:
    """What there is to tell about one theme in one category."""

    theme: Theme
    practices: list[Practice]
    amounts: list[Amount]

    @property
    def weight(self) -> int:
        """How much there is to tell; good practice counts most, and more where several share it. What is zero tells nothing."""
        return sum(2 + practice.share.n for practice in self.practices) + sum(1 for amount in self.amounts if amount.total)


def _themes(key: str, facts: CampaignFacts, category: Category, style: Style, order: Order) -> list[DraftParagraph]:
    """Return the numbered themes of one category, and a paragraph with what is left of the others."""
    units = [unit for unit in facts.units if unit.category == category.id]
    found = [finding for finding in facts.of_kind(GOOD_PRACTICE) if finding.category == category.id]
    groups = group_findings(found, units)
    told = []
    for theme in facts.themes:
        practices = [_practice(group, facts, style) for group in groups if group.theme == theme.code]
        practices.sort(key=lambda practice: (practice.share.n == 1, bool(practice.marks & order.seen), practice.is_standard))
        amounts = [amount for amount in facts.amounts if (amount.category, amount.theme) == (category.id, theme.code)]
        if practices or amounts:
            told.append(Told(theme, practices, amounts))
    chosen = _weightiest([item for item in told if item.weight], style.themes, order.place)
    paragraphs = [_theme(key, item, facts, style, order) for item in chosen]
    order.seen.update(mark for item in chosen for practice in item.practices[: style.examples] for mark in practice.marks)
    amounts = [amount for item in told if item not in chosen for amount in item.amounts]
    return [*paragraphs, *([_others(key, amounts, facts, order.said)] if amounts else [])]


def _weightiest(told: list[Told], most: int, place: int) -> list[Told]:
    """Return the themes with the most to tell, in their order; a draw goes to another theme in each category, so that they differ.

    One theme more than allowed is not worth a paragraph of leftovers and stays.
    """
    if len(told) <= most + 1:
        return told
    ranked = sorted(range(len(told)), key=lambda number: (-told[number].weight, (number - 2 * place) % len(told)))
    return [told[number] for number in sorted(ranked[:most])]


def _theme(key: str, told: Told, facts: CampaignFacts, style: Style, order: Order) -> DraftParagraph:
    practices = told.practices[: style.examples]
    said = order.said
    if told.amounts:
        order.said = max(amount.cut_off_on for amount in told.amounts)
    return paragraph(
        f"{key}.theme.{told.theme.code}",
        practice_text(practices, style) + figures_text(told.amounts, facts.header.year, said=said, whom=_WHOM),
        {"heading": told.theme.heading, "practices": practices, "amounts": told.amounts, "said": said},
        level=3,
        lead=told.theme.heading,
        sources={
            "findings": tuple(pk for practice in practices for pk in practice.ids),
            "results": tuple(pk for amount in told.amounts for pk in amount.results),
        },
        arithmetic=[*(practice.row(style) for practice in practices), *amount_rows(told.amounts)],
    )


def _others(key: str, amounts: list[Amount], facts: CampaignFacts, said: date | None) -> DraftParagraph:
    """Gather the figures of the remaining themes."""
    return paragraph(
        f"{key}.others",
        figures_text(amounts, facts.header.year, _MORE_FIGURES, said=said, whom=_WHOM),
        {"amounts": amounts, "said": said},
        sources={"results": tuple(pk for amount in amounts for pk in amount.results)},
        arithmetic=amount_rows(amounts),
    )


@dataclass(frozen=True)
class Practice:
    """A good practice as it is told: of several organizations in the standard's words, of a single one in its inspectors' words."""

    words: str
    share: Share
    ids: tuple[str, ...]
    name: str = ""
    example: str = ""
    is_standard: bool = False
    code: str = ""

    @property
    def marks(self) -> set[str]:
        """By what a practice told once is known again: its words, and its standard wording."""
        return {normalised(self.words), self.code} - {""}

    def row(self, style: Style) -> dict[str, Any]:
        """The counting behind 部分单位."""
        return share_row(self.words, self.share.n, self.share.of, style.word(self.share.n, self.share.of))


def _practice(group: Group, facts: CampaignFacts, style: Style) -> Practice:
    first = group.findings[0]
    if len(group.units) == 1:
        name = facts.unit_of[first.unit].name if style.names_examples else ""
        words = in_own_words(first, facts)
        is_standard = group.standard is not None and normalised(words) == normalised(group.wording)
        return Practice(words, group.share, group.ids, name, is_standard=is_standard, code=group.key)
    shown = example_of(group, facts)
    if shown is None:
        return Practice(clause(group.wording), group.share, group.ids, code=group.key)
    name = facts.unit_of[shown.unit].name if style.names_examples else ""
    return Practice(clause(group.wording), group.share, group.ids, name, in_own_words(shown, facts), code=group.key)


def practice_text(practices: list[Practice], style: Style) -> str:
    """Return the good practices of one theme: first what several do, then single ones."""
    text = "".join(_shared_text(practice, style) for practice in practices if practice.share.n > 1)
    single = [practice for practice in practices if practice.share.n == 1]
    return text + sentence("；".join(after_name(practice.name or "有的单位", practice.words) for practice in single))


def _shared_text(practice: Practice, style: Style) -> str:
    example = f"，如{after_name(practice.name or '有的单位', practice.example)}" if practice.example else ""
    return sentence(praise_subject(practice.share, style), practice.words, example)


# --- metrics ----------------------------------------------------------------------------------------------------------------


def figures_text(amounts: list[Amount], year: int, pattern: str = _FIGURES, *, said: date | None = None, whom: str = "") -> str:
    """Return the sums, one sentence per cut-off date: ``截至10月31日，各单位共召开专题研究会议28次，组织集体学习88次``.

    Figures of one theme stand together, themes are divided by semicolons where there are many. A cut-off date that was ``said`` just before
    is not said again. ``whom`` tells whose sums they are where the sentence before spoke of somebody else.
    """
    ordered = sorted(amounts, key=lambda amount: (amount.cut_off_on != said, amount.cut_off_on))
    sentences = []
    for day, members in groupby(ordered, key=lambda amount: amount.cut_off_on):
        until = "" if day == said else f"截至{short_date_text(day, year)}，"
        sentences.append(sentence(pattern.format(until=until, whom=whom, figures=_listed(list(members)))))
    return "".join(sentences)


def _listed(amounts: list[Amount]) -> str:
    between = "；" if len(amounts) >= _MANY_FIGURES else "，"
    return between.join("，".join(map(figure_text, group)) for _theme, group in groupby(amounts, key=lambda amount: amount.theme))


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
