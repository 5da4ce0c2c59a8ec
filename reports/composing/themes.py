"""基本情况 by theme instead of by category: what is done, who does it well (by name, with own figures), what it adds up to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from reports.composing import overview
from reports.composing.categories import amount_rows, figure_text
from reports.composing.draft import DraftParagraph, count_row, paragraph, share_row
from reports.composing.figures import sums_text
from reports.composing.phrases import after_name, example_of, in_own_words, praise_subject
from reports.composing.spec import SectionSpec, Style
from reports.facts.found import GOOD_PRACTICE, Amount, FindingFact, Group
from reports.facts.grouping import group_findings, normalised
from reports.facts.values import CampaignFacts, Theme
from reports.wording import clause, gap, sentence, short_date_text

_HEAD = ("overview.method", "overview.appraisal", "overview.basis")
_OWN_FIGURES = 2
_SHARED = 2
_WHOM = "各单位"


def compose(facts: CampaignFacts, section: SectionSpec, style: Style) -> list[DraftParagraph]:
    """Return how it was inspected and how it went, then one titled paragraph per theme over all categories."""
    return [*head(facts, section, style), *(by_theme(facts, style) or [paragraph("overview.themes", gap("主要做法和成效"), {})])]


def head(facts: CampaignFacts, section: SectionSpec, style: Style) -> list[DraftParagraph]:
    """Return the paragraphs before the first subsection: method, appraisal, documents."""
    return [row for row in overview.compose(facts, section, style) if row.key in _HEAD]


@dataclass(frozen=True)
class Example:
    """One organization that does it well, with what it reported itself."""

    name: str
    words: str
    id: str
    amounts: tuple[Amount, ...]


def by_theme(facts: CampaignFacts, style: Style) -> list[DraftParagraph]:
    """Return one titled paragraph per theme of which there is something to tell, and one with the number of practices not told."""
    groups = group_findings(facts.of_kind(GOOD_PRACTICE), facts.units)
    paragraphs: list[DraftParagraph] = []
    told: set[str] = set()
    for theme in facts.themes:
        members = [group for group in groups if group.theme == theme.code]
        amounts = _over_categories([amount for amount in facts.amounts if amount.theme == theme.code])
        if members or amounts:
            row = _theme(theme, members, amounts, facts, style)
            told.update(row.sources.get("findings", ()))
            paragraphs.append(row)
    left = tuple(sorted(pk for group in groups for pk in group.ids if pk not in told))
    if left:
        text = f"此外，督查还记录其他好做法{len(left)}条。"
        paragraphs.append(
            paragraph("overview.others", text, left, sources={"findings": left}, arithmetic=[count_row("其他好做法", len(left))])
        )
    return paragraphs


def _theme(theme: Theme, groups: list[Group], amounts: list[Amount], facts: CampaignFacts, style: Style) -> DraftParagraph:
    shared = [group for group in groups if len(group.units) > 1][:_SHARED]
    examples = _examples(groups, facts, style)
    subjects = [praise_subject(group.share, style) for group in shared]
    text = sentence("；".join(subject + clause(group.wording) for subject, group in zip(subjects, shared, strict=True)))
    # A sum over some kinds of organizations is not one over all of them.
    everybody = all(amount.asked >= len(facts.units) for amount in amounts)
    text += sums_text(amounts, facts.header.year, _WHOM if everybody else "")
    # The sums have just named the date; own figures of the same date follow without it.
    said = {amount.cut_off_on for amount in amounts} if len({amount.cut_off_on for amount in amounts}) == 1 else set()
    text += sentence("；".join(_example_text(example, facts.header.year, said) for example in examples))
    findings = {pk for group in shared for pk in group.ids} | {example.id for example in examples}
    own = [amount for example in examples for amount in example.amounts]
    return paragraph(
        f"overview.theme.{theme.code}",
        text,
        {
            "heading": theme.heading,
            "shared": [[subject, group.wording, group.ids] for subject, group in zip(subjects, shared, strict=True)],
            "examples": examples,
            "amounts": amounts,
            "everybody": everybody,
        },
        level=2,
        lead=theme.heading,
        sources={
            "findings": tuple(sorted(findings)),
            "results": tuple(dict.fromkeys(pk for amount in (*own, *amounts) for pk in amount.results)),
        },
        arithmetic=[
            *(share_row(clause(g.wording), g.share.n, g.share.of, style.word(g.share.n, g.share.of)) for g in shared),
            *(row for example in examples for row in _own_rows(example)),
            *amount_rows(amounts),
        ],
    )


def _examples(groups: list[Group], facts: CampaignFacts, style: Style) -> list[Example]:
    """Return single practices in the words of their inspectors, the ones that only repeat a standard wording last, those with figures first."""
    examples = []
    for group in groups:
        if (finding := _shown(group, facts)) is None:
            continue
        own = tuple(amount for amount in facts.amounts_of.get(finding.unit, ()) if amount.theme == finding.theme and amount.total)
        name = facts.unit_of[finding.unit].name if style.names_examples else "有的单位"
        # Without its name an organization's own figures would still show who it is.
        words = in_own_words(finding, facts)
        is_plain = group.standard is not None and normalised(words) == normalised(group.wording)
        rank = (is_plain, not own, finding.id)
        examples.append((rank, Example(name, words, finding.id, own[:_OWN_FIGURES] if style.names_examples else ())))
    return [example for _rank, example in sorted(examples, key=lambda pair: pair[0])][: style.examples]


def _shown(group: Group, facts: CampaignFacts) -> FindingFact | None:
    return example_of(group, facts) if len(group.units) > 1 else group.findings[0]


def _example_text(example: Example, year: int, said: set[date]) -> str:
    figures = "".join(
        "，" + ("" if amount.cut_off_on in said else f"截至{short_date_text(amount.cut_off_on, year)}") + figure_text(amount)
        for amount in example.amounts
    )
    return after_name(example.name, example.words) + figures


def _own_rows(example: Example) -> list[dict[str, Any]]:
    return [{**row, "what": f"{example.name}：{row['what']}"} for row in amount_rows(list(example.amounts))]


def _over_categories(amounts: list[Amount]) -> list[Amount]:
    """Return metrics over all categories: those of one item become one sum."""
    gathered: dict[str, list[Amount]] = defaultdict(list)
    for amount in amounts:
        gathered[amount.item].append(amount)
    return [_together(members) for members in gathered.values()]


def _together(members: list[Amount]) -> Amount:
    return replace(
        members[0],
        category=0,
        values=tuple(value for amount in members for value in amount.values),
        results=tuple(pk for amount in members for pk in amount.results),
        is_approximate=any(amount.is_approximate for amount in members),
        asked=sum(amount.asked for amount in members),
    )
