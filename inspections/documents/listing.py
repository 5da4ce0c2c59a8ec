"""Numbers that Word makes itself (一、, （一）, 1.): they stand nowhere in the text and have to be counted as Word counts."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from inspections.documents.numerals import chinese_number

_CHINESE = {
    "chineseCounting",
    "chineseCountingThousand",
    "ideographTraditional",
    "japaneseCounting",
    "taiwaneseCounting",
    "ideographDigital",
}
_LAST = 999


class Styles:
    """The styles of one document's paragraphs, each looked up once: python-docx goes through all of them for every paragraph without one."""

    def __init__(self) -> None:
        self._known: dict[str | None, Any] = {}

    def of(self, paragraph: Paragraph) -> Any:
        """Return the style of ``paragraph``; None for none."""
        key = paragraph._p.style
        if key not in self._known:
            self._known[key] = paragraph.style
        return self._known[key]


class Numbers:
    """The automatic numbers of one document, to be asked paragraph by paragraph in order."""

    def __init__(self, document: Document, styles: Styles) -> None:
        self._styles = styles
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._lists: dict[str, str] = {}
        self._at: dict[str, dict[int, int]] = defaultdict(dict)
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        for kind in root.iterchildren(qn("w:abstractNum")):
            self._levels[kind.get(qn("w:abstractNumId"))] = {
                int(level.get(qn("w:ilvl"))): (_value(level, "w:numFmt"), _value(level, "w:lvlText"), int(_value(level, "w:start") or 1))
                for level in kind.iterchildren(qn("w:lvl"))
            }
        for number in root.iterchildren(qn("w:num")):
            self._lists[number.get(qn("w:numId"))] = _value(number, "w:abstractNumId")

    def of(self, paragraph: Paragraph) -> str:
        """Return the number that Word shows before ``paragraph``; empty for none and for bullets."""
        found = _numbering(paragraph, self._styles.of(paragraph))
        if found is None or found[0] not in self._lists:
            return ""
        kind = self._lists[found[0]]
        levels, level = self._levels.get(kind, {}), found[1]
        if level not in levels:
            return ""
        at = self._at[kind]
        for deeper in [deeper for deeper in at if deeper > level]:
            del at[deeper]
        at[level] = at.get(level, levels[level][2] - 1) + 1
        style, text, _start = levels[level]
        if style in {"bullet", "none"}:
            return ""
        return re.sub(r"%(\d)", lambda hit: self._shown(levels, at, int(hit.group(1)) - 1), text)

    @staticmethod
    def _shown(levels: dict[int, tuple[str, str, int]], at: dict[int, int], level: int) -> str:
        style, _text, start = levels.get(level, ("decimal", "", 1))
        number = at.get(level, start)
        return chinese_number(number) if style in _CHINESE and 1 <= number <= _LAST else str(number)


def _value(element: Any, name: str) -> str:
    child = element.find(qn(name))
    return child.get(qn("w:val")) or "" if child is not None else ""


def _numbering(paragraph: Paragraph, style: Any) -> tuple[str, int] | None:
    """The list and level of a paragraph, its own or that of its style."""
    properties = paragraph._p.pPr
    holders = [properties] if properties is not None else []
    while style is not None:
        if style.element.find(qn("w:pPr")) is not None:
            holders.append(style.element.find(qn("w:pPr")))
        style = style.base_style
    for holder in holders:
        numbering = holder.find(qn("w:numPr"))
        if numbering is not None:
            return _value(numbering, "w:numId"), int(_value(numbering, "w:ilvl") or 0)
    return None
