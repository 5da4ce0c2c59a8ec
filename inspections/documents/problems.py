"""Problems that an organization declares itself: 存在问题, 一是…二是…. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inspections.documents.material import Material, Passage
from inspections.documents.numerals import NUMERAL
from inspections.documents.themes import PLAN_HEADING, PROBLEM_HEADING

_SHORTEST, _LONGEST, _MOST = 6, 480, 40
_INLINE = re.compile(r"(?:存在|还有|仍有)[^。：]{0,14}(?:问题|不足|短板|差距)")
_NONE = re.compile(r"(?:未发现|没有|不存在|无)[^。]{0,10}(?:问题|不足)")
_PLAN = re.compile(r"^(?:下一?步|今后|针对(?:以上|上述|存在)|为此|接下来)")
_INTRO = re.compile(r"(?:如下|以下几?个?方面|主要(?:有|是|表现在)|以下不足)[：:。]?$|[：:]$")
_NUMBERED = re.compile(rf"^(?:{NUMERAL}是)")


@dataclass(frozen=True)
class Declared:
    """One declared problem: its words for a finding, and the whole passage it stands in. ``theme`` is a code, empty for none."""

    text: str
    source: str
    theme: str = ""


def declared(material: Material) -> list[Declared]:
    """Return the problems in the order of the text: of the part headed by them, and of sentences that count them elsewhere."""
    found: list[Declared] = []
    inside, level = False, 0
    for row in material.body():
        if row.theme == "problems" and not row.is_heading:
            found += _in(row)
        elif row.is_heading:
            if not inside or (row.level or 9) <= level:
                inside, level = bool(PROBLEM_HEADING.search(row.words)), row.level or 9
            elif inside and PLAN_HEADING.search(row.words):
                inside = False
        elif inside:
            found += _in(row)
        elif row.lead and PROBLEM_HEADING.search(row.lead):
            found += _in(Passage(row.number, row.kind, row.text, runs=row.runs, theme=row.theme))
        elif row.runs and _INLINE.search(row.words.split(row.runs[0])[0]):
            found += [_one(run, row) for run in row.runs]
    return list({row.text: row for row in found if len(row.text) >= _SHORTEST}.values())[:_MOST]


def _in(row: Passage) -> list[Declared]:
    """The problems of one paragraph below the heading."""
    words = row.words.strip()
    if row.rows or _PLAN.search(words) or _NONE.search(words[:30]):
        return []
    if row.runs:
        return [_one(run, row) for run in row.runs]
    if _INTRO.search(words) and not row.mark:
        return []
    return [_one(words, row)]


def _one(words: str, row: Passage) -> Declared:
    text = _NUMBERED.sub("", words.strip()).rstrip("；;，,。")
    if len(text) > _LONGEST:
        text = text[:_LONGEST].rpartition("，")[0] or text[:_LONGEST]
    return Declared(f"{text}。", row.words.strip(), "" if row.theme in {"problems", "plans"} else row.theme)
