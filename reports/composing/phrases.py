"""Turns of phrase that several parts of a report share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from reports.composing.draft import share_row
from reports.composing.spec import Style
from reports.facts.found import FindingFact, Group, Share
from reports.facts.grouping import normalised, own_words
from reports.facts.values import CampaignFacts, Category
from reports.wording import FEW, GENERAL, clause, list_text

KINDS = ("党工委", "党委", "党总支", "党支部", "党组")
"""Kinds of organizations in the order in which a report counts them."""
UNIT = "单位"
_SPOKEN_BY_INSPECTORS = ("抽查", "座谈", "现场", "查阅", "检查", "截至", "经", "督查", "随机", "翻阅")
_LONGEST_EXAMPLE, _SHORTEST_EXAMPLE = 48, 8
_TOO_ALIKE = 0.6
_CROWD = 3
"""Organizations of a category that make a crowd rather than a chance."""
_FEW_CATEGORIES = 3


def turn(phrases: Sequence[str], place: int) -> str:
    """Return one of several ways to say the same, in turn, so that neighbouring paragraphs do not begin alike."""
    return phrases[place % len(phrases)]


def bare(label: str) -> str:
    """Return how one counts a category: ``各镇街党（工）委`` → ``镇街党（工）委``."""
    return label.replace("各", "", 1)


def collective(category: Category) -> str:
    """Return how a report speaks of a category: 各… only when all of it was in the scope, else 有关…."""
    if category.is_whole:
        return category.label
    return category.label.replace("各", "有关", 1) if "各" in category.label else f"有关{category.label}"


def unnamed(text: str, facts: CampaignFacts) -> str:
    """Return ``text`` with the names of organizations in the scope replaced by 有关单位; for words that inspectors typed freely."""
    return facts.names.sub("有关单位", text) if facts.names else text


def in_own_words(finding: FindingFact, facts: CampaignFacts) -> str:
    """Return a finding's text as a predicate: without the organization's own name in front, without a mark at the end."""
    return clause(own_words(finding.text, facts.unit_of[finding.unit]))


def example_of(group: Group, facts: CampaignFacts) -> FindingFact | None:
    """Return the finding of ``group`` that best shows what is meant: concrete, short, and not the standard wording over again.

    A single organization needs no example of itself.
    """
    if group.standard is None or len(group.units) == 1:
        return None
    wording = normalised(group.wording)

    def tells_more(finding: FindingFact) -> bool:
        text = in_own_words(finding, facts)
        if not _SHORTEST_EXAMPLE <= len(text) <= _LONGEST_EXAMPLE or text.startswith(_SPOKEN_BY_INSPECTORS) or "。" in text:
            return False
        words = normalised(text)
        return words not in wording and SequenceMatcher(None, wording, words).ratio() < _TOO_ALIKE

    fitting = [finding for finding in group.findings if tells_more(finding)]
    return min(fitting, key=lambda f: (-f.gravity, f.text, f.id)) if fitting else None


# --- who has it -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spread:
    """How widely a problem was found: the subject of its sentence, and where it is at home.

    ``asked`` counts among the organizations to which it applies, by which problems are ranked; ``whole`` among all inspected ones, for
    sentences that speak of several problems at once.
    """

    share: Share
    asked: Share
    whole: Share
    subject: str = UNIT
    crowded: str = ""

    def word(self, style: Style) -> str:
        """个别, 部分, 多数 or 普遍, of the subject."""
        return style.word(self.share.n, self.share.of)

    def whole_word(self, style: Style) -> str:
        """个别, 部分, 多数 or 普遍, of all inspected organizations."""
        return style.word(self.whole.n, self.whole.of)

    def row(self, what: str, style: Style) -> dict[str, Any]:
        """The counting behind the word."""
        where = "" if self.subject == UNIT else f"（{self.subject}）"
        return share_row(what + where, self.share.n, self.share.of, self.word(style))

    def whole_row(self, what: str, style: Style) -> dict[str, Any]:
        """The counting behind the word among all."""
        return share_row(what, self.whole.n, self.whole.of, self.whole_word(style))


def spread_of(group: Group, facts: CampaignFacts, style: Style) -> Spread:
    """Return whom a sentence about ``group`` speaks of.

    A problem that occurs in a single category is said of that category and counted within it. One that concerns only some categories is
    said of these where 单位 alone would say too much. A category where it is much more common than elsewhere is named beside the whole.
    Categories of which only a few organizations were inspected are never named: the reader would know which one is meant.
    """
    names = {category.id: category.name for category in facts.categories}
    whole = Share(group.share.n, len(facts.units))
    large = {pk: share for pk, share in group.by_category if min(share.of, facts.inspected[pk]) >= style.smallest_group}
    if len(group.by_category) == 1 and large and len(facts.categories) > 1:
        (pk, share) = next(iter(large.items()))
        return Spread(share, group.share, whole, names[pk])
    above = {pk: share for pk, share in large.items() if share.n >= _CROWD and share.value >= 2 * group.share.value}
    crowded = max(above, key=lambda pk: (above[pk].value, -pk)) if above else None
    subject = UNIT
    if style.word(whole.n, whole.of) != style.word(group.share.n, group.share.of):
        subject = list_text([names[pk] for pk in group.asked]) if len(group.asked) <= _FEW_CATEGORIES else "相关单位"
    return Spread(group.share, group.share, whole, subject, names[crowded] if crowded is not None else "")


def problem_clause(wording: str, spread: Spread, style: Style) -> str:
    """Return ``部分单位学习记录要素不全``; of what is found almost everywhere, ``被督查单位普遍存在学习记录要素不全的问题``.

    A wording that says 存在 itself, as risks do, is not put behind another 存在.
    """
    word, wording = spread.word(style), clause(wording)
    if word != GENERAL:
        return f"{word}{spread.subject}{wording}"
    is_all = spread.share.n == spread.share.of
    whom = f"被督查{spread.subject}" if is_all or spread.subject == UNIT else spread.subject
    if "存在" in wording:
        return f"{'所有' if is_all else '绝大多数'}{whom}{wording}"
    return f"{whom}{'均' if is_all else '普遍'}存在{wording}的问题"


def praise_subject(share: Share, style: Style) -> str:
    """Return who has a good practice: 有的单位, 部分单位, 多数单位, 绝大多数单位, 各单位. 个别 sounds like blame and is not used here."""
    if share.n == share.of > 1:
        return f"各{UNIT}"
    word = style.word(share.n, share.of)
    return {FEW: "有的", GENERAL: "绝大多数"}.get(word, word) + UNIT


def after_name(name: str, words: str) -> str:
    """Return what an organization does, with its name in front: ``青石镇党委`` + ``党组织会议听取汇报`` → ``青石镇党委会议听取汇报``."""
    return name + words.removeprefix("党组织")


def distinct(texts: Iterable[str]) -> list[str]:
    """Return texts without empty ones and without those that say the same, in order."""
    seen: dict[str, str] = {}
    for text in texts:
        if text:
            seen.setdefault(normalised(text), clause(text))
    return list(seen.values())
