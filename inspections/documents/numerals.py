"""Chinese figures, written and read, and the numbers that head the parts of a Chinese report. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass

DIGITS = "〇零一二三四五六七八九"
_FIGURES = "零一二三四五六七八九"
NUMERAL = "[一二三四五六七八九十百]+"
_MARKS = (
    (1, re.compile(rf"(?P<n>{NUMERAL})[、．.]\s*")),
    (2, re.compile(rf"[（(](?P<n>{NUMERAL})[）)]\s*[、.．]?\s*")),
    (3, re.compile(r"(?P<n>\d{1,3})\s*(?:[.．](?!\d)|、)\s*")),
    (4, re.compile(r"[（(](?P<n>\d{1,3})[）)]\s*[、.．]?\s*")),
)


@dataclass(frozen=True)
class Mark:
    """A number at the beginning of a line: its level (1 一、 2 （一） 3 1. 4 （1）), value, own text and where the rest begins."""

    level: int
    number: int
    text: str
    end: int


def read_numeral(text: str) -> int:
    """Return the value of 一, 十, 十二, 二十一, 一百零一. Raises ``ValueError`` for anything else."""
    total = current = 0
    for sign in text:
        if sign == "百":
            total, current = total + (current or 1) * 100, 0
        elif sign == "十":
            total, current = total + (current or 1) * 10, 0
        elif sign in DIGITS:
            current = max(DIGITS.index(sign) - 1, 0)
        else:
            raise ValueError(f"{text} is no number")
    if not text:
        raise ValueError("an empty text is no number")
    return total + current


def leading_mark(text: str) -> Mark | None:
    """Return the number at the beginning of ``text``, or None."""
    for level, pattern in _MARKS:
        if found := pattern.match(text):
            digits = found["n"]
            number = int(digits) if digits.isdecimal() else read_numeral(digits)
            return Mark(level, number, found.group().strip(), found.end())
    return None


def chinese_number(number: int) -> str:
    """Return 1 to 999 in Chinese figures as used for numbering: 一, 十, 十二, 二十, 一百零一. Raises ``ValueError`` outside."""
    if not 1 <= number <= 999:  # noqa: PLR2004 -- said in the docstring
        raise ValueError(f"{number} cannot number a part of a report")
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10)
    text = f"{_FIGURES[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _FIGURES[tens]) + "十"
    elif hundreds and units:
        text += "零"
    return text + (_FIGURES[units] if units else "")
