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
    part = _Part()
    found: list[Declared] = []
    for row in material.body():
        if row.is_heading:
            found += part.head(row)
        elif row.theme == "problems":
            found += _in(row)
        elif part.is_open:
            found += part.take(row)
        elif row.lead and PROBLEM_HEADING.search(row.lead):
            found += _in(Passage(row.number, row.kind, row.text, runs=row.runs, theme=row.theme))
        elif row.runs and _INLINE.search(row.words.split(row.runs[0])[0]):
            found += [_one(run, row) for run in row.runs]
    found += part.close()
    return list({row.text: row for row in found if len(row.text) >= _SHORTEST}.values())[:_MOST]


class _Part:
    """The part of a text that is headed by problems, while it lasts.

    A problem in it may be a line that looks like a heading, with or without a paragraph below: such a line waits for what follows.
    """

    def __init__(self) -> None:
        self.is_open = False
        self.level = 0
        self.waiting: Passage | None = None

    def head(self, row: Passage) -> list[Declared]:
        """Take a heading: it opens or ends the part, or is a problem itself."""
        found = self.close()
        words = row.words
        if not self.is_open or (row.level or 9) <= self.level:
            self.is_open, self.level = bool(PROBLEM_HEADING.search(words)), row.level or 9
        elif PLAN_HEADING.search(words):
            self.is_open = False
        elif not PROBLEM_HEADING.search(words) and row.theme != "problems":
            self.waiting = row
        return found

    def take(self, row: Passage) -> list[Declared]:
        """Take a paragraph of the part."""
        head, self.waiting = self.waiting, None
        if head is None or row.runs or row.rows:
            return _in(row)
        return [_one(f"{head.words.rstrip('。')}。{row.words}", row)]

    def close(self) -> list[Declared]:
        """Return the problem that nothing followed."""
        head, self.waiting = self.waiting, None
        return [_one(head.words, head)] if head else []


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
