"""Which theme of the checklist a passage speaks of, and what the checklist asks and the text does not say. Pure functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from inspections.documents.likeness import core, covered, pairs
from inspections.documents.material import Material, Passage

_ASIDE = frozenset({"signature", "annex"})
_HEADING = 0.34
_BODY = 0.12
_MENTIONED = 0.45
PROBLEM_HEADING = re.compile(
    r"(?:存在|主要|突出|面临|发现)[^，。]{0,8}(?:问题|不足|短板|困难)|问题(?:和|与|及)不足|薄弱环节|不足之处|^(?:存在)?问题$"
)
_OR = re.compile(r"[或、，（）]|并(?=[一-鿿]{2})")
_GENERAL = re.compile(r"工作|任务|成效|成果|做法|措施|基本|主要|总体|具体|完成|推进|贯彻|执行|自查|报告|汇报|特点|亮点|经验|取得|采取|概况")
"""Words of headings that stand over a whole report: 工作开展情况, 主要做法及成效."""
PLAN_HEADING = re.compile(r"下一?步|今后|打算|整改措施|改进措施|工作计划|努力方向")


@dataclass(frozen=True)
class Theme:
    """A theme of the checklist with all that its items ask."""

    code: str
    names: tuple[str, ...]
    questions: tuple[str, ...] = ()


def placed(material: Material, themes: Sequence[Theme]) -> Material:
    """Return the text with each passage given to a theme: by the heading above it, else by its own words."""
    words = {theme.code: frozenset().union(*(pairs(text) for text in (*theme.names, *theme.questions))) for theme in themes}
    common = Counter(pair for found in words.values() for pair in found)
    here, level = "", 0
    passages = []
    for row in material.passages:
        theme = row.theme
        if row.kind in _ASIDE:
            passages.append(row)
            continue
        if row.is_heading and not theme:
            if here == "" or (row.level or 9) <= level:
                here, level = "", 0
            if not _apart(row):
                theme = _by_name(row.words, themes)
            here, level = (theme, row.level or 9) if theme else (here, level)
        elif row.lead and not theme and not _apart(row):
            theme = _by_name(row.lead, themes)
        passages.append(replace(row, theme=theme or here or ("" if row.is_heading else _by_words(row, words, common))))
    return replace(material, passages=tuple(passages))


def _apart(row: Passage) -> bool:
    """Whether a heading opens problems or plans, which belong to no theme as a whole."""
    words = row.lead or row.words
    return bool(PROBLEM_HEADING.search(words) or PLAN_HEADING.search(words))


def _by_name(heading: str, themes: Sequence[Theme]) -> str:
    if not _GENERAL.sub("", core(heading)):
        return ""
    scored = [(max(max(covered(name, heading), covered(heading, name) * 0.9) for name in theme.names), theme.code) for theme in themes]
    share, code = max(scored, default=(0.0, ""))
    return code if share >= _HEADING else ""


def _by_words(row: Passage, words: dict[str, frozenset[str]], common: Counter[str]) -> str:
    """The theme with the most of the passage's pairs, those that few themes have counting most."""
    mine = pairs(row.words)
    if not mine:
        return ""
    scored = [(sum(1 / common[pair] for pair in mine & theirs) / len(mine), code) for code, theirs in words.items()]
    share, code = max(scored, default=(0.0, ""))
    return code if share >= _BODY else ""


def theme_of(text: str, themes: Sequence[Theme]) -> str:
    """Return the code of the theme that a single statement speaks of; empty for none."""
    words = {theme.code: frozenset().union(*(pairs(row) for row in (*theme.names, *theme.questions))) for theme in themes}
    common = Counter(pair for found in words.values() for pair in found)
    return _by_words(Passage(0, "body", text), words, common)


def unsaid(material: Material, questions: Sequence[tuple[str, str]]) -> list[str]:
    """Return the codes of the questions of which no passage says anything; ``questions`` are pairs of code and wording."""
    passages = [row.words for row in material.body()]
    silent = []
    for code, question in questions:
        # 年度工作计划或任务清单: one of them is enough.
        wanted = [part for part in _OR.split(question) if len(core(part)) > 1] or [question]
        if not any(covered(part, words) >= _MENTIONED for part in wanted for words in passages):
            silent.append(code)
    return silent
