"""Searching Chinese text: words are found by their pairs of neighbouring characters, and shown marked.

Chinese has no spaces and most of its words have two characters: what indexes words or three characters finds nothing. A pair index
(bigrams) narrows a search down; whoever searches then compares the text itself, so that a result is exactly what LIKE would find.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from operator import add

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

BETWEEN = re.compile(r"[\x00-/:-@\[-`{-\x7f\s]+")
"""What stands between runs of characters that make pairs."""
AROUND = 16
"""Characters shown before and after the first hit of an excerpt."""


def fold(text: str) -> str:
    """Return ``text`` with letters that a database may hold for equal made equal; the length stays the same."""
    whole = text.upper()
    # Letters only ever grow longer (ß becomes SS): as long as the text stayed as long, each one became one.
    return whole if len(whole) == len(text) else "".join(upper if len(upper := char.upper()) == 1 else char for char in text)


def grams_of(texts: Iterable[str]) -> list[str]:
    """Return the pairs of neighbouring characters in ``texts``, each once, sorted. No pair spans two texts.

    Part of pairs are all characters that the index keeps whole: no blanks, no ASCII punctuation.
    """
    pairs: set[str] = set()
    for text in texts:
        for run in BETWEEN.split(fold(text)):
            pairs.update(map(add, run, run[1:]))
    return sorted(pairs)


def _hits(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where ``words`` occur in ``text``: spans that do not overlap, in order."""
    folded, spans = fold(text), []
    for word in {fold(word) for word in words if word}:
        at = folded.find(word)
        while at >= 0:
            spans.append((at, at + len(word)))
            at = folded.find(word, at + 1)
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def marked(text: str, words: Sequence[str]) -> SafeString:
    """Return ``text`` as safe HTML in which every occurrence of one of ``words`` stands in ``<mark>``."""
    parts, last = [], 0
    for start, end in _hits(text, words):
        parts.append((text[last:start], text[start:end]))
        last = end
    return format_html_join("", "{}<mark>{}</mark>", parts) + conditional_escape(text[last:])


def excerpt(text: str, words: Sequence[str]) -> SafeString:
    """Return the neighbourhood of the first occurrence of one of ``words``, marked; empty when none occurs."""
    hits = _hits(text, words)
    if not hits:
        return SafeString("")
    start, end = max(0, hits[0][0] - AROUND), min(len(text), hits[0][1] + AROUND)
    cut = ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
    return marked(cut, words)
