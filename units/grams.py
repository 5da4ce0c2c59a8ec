"""Searching Chinese text: words are found by their pairs of neighbouring characters, and shown marked.

Chinese has no spaces and most of its words have two characters: what indexes words or three characters finds nothing. A pair index
(bigrams) narrows a search down; whoever searches then compares the text itself, so that a result is exactly what LIKE would find.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

AROUND = 16
"""Characters shown before and after the first hit of an excerpt."""


def fold(text: str) -> str:
    """Return ``text`` with letters that a database may hold for equal made equal; the length stays the same."""
    return "".join(upper if len(upper := char.upper()) == 1 else char for char in text)


def _counts(char: str) -> bool:
    """Whether a character is part of pairs: all that the index keeps whole; no blanks, no ASCII punctuation."""
    return char.isalnum() if char.isascii() else not char.isspace()


def grams_of(texts: Iterable[str]) -> list[str]:
    """Return the pairs of neighbouring characters in ``texts``, each once, sorted. No pair spans two texts."""
    pairs: set[str] = set()
    for text in texts:
        folded = fold(text)
        pairs.update(one + two for one, two in pairwise(folded) if _counts(one) and _counts(two))
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
