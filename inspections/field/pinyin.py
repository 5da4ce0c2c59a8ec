"""First letters of pinyin, by which wordings are found with a few taps."""

from __future__ import annotations

from functools import lru_cache

LONGEST = 400
REMEMBERED = 20_000
"""Wordings change seldom, and the library is read with every download: each is worked out once per process."""


@lru_cache(maxsize=REMEMBERED)
def initials(text: str) -> str:
    """Return the first letter of every Chinese character in ``text``, with Latin letters and digits, in lower case; nothing else."""
    # Only here: its dictionaries take a moment to load, and most processes never need them.
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    letters = lazy_pinyin(text[:LONGEST], style=Style.FIRST_LETTER)
    return "".join(letter for letter in "".join(letters).lower() if letter.isascii() and letter.isalnum())
