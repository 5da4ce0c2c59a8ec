"""No text that anybody can send keeps a regular expression busy: every one of the program is tried with what it likes least."""

from __future__ import annotations

import re
import time

import pytest

from inspections.documents.cleaning import cleaned
from tests.patterns import attacks, patterns
from units.holidays import SPAN

LENGTH = 1000
WORTH_A_LOOK = 0.004
"""Seconds of processor time; below, growth cannot be told from noise, and no text that fits into a field makes it long."""
CUBIC = 30
"""Four times the text takes a square sixteen times as long, a cube sixty-four times."""


def cost(pattern: re.Pattern, text) -> float:
    """Return the processor's time for looking through ``text`` as the program does: from everywhere, and as a whole."""
    started = time.process_time()
    pattern.search(text)
    pattern.fullmatch(text)
    return time.process_time() - started


def slow(pattern: re.Pattern) -> list[str]:
    """Return the texts with which the expression takes more than the square of their length."""
    found = []
    for short, long in zip(attacks(pattern, LENGTH // 4), attacks(pattern, LENGTH), strict=True):
        if (high := cost(pattern, long)) > WORTH_A_LOOK:
            low = min(cost(pattern, short) for _ in range(3))
            high = min(high, *(cost(pattern, long) for _ in range(2)))
            if high > WORTH_A_LOOK and high > CUBIC * max(low, 1e-6):
                found.append(f"{long[:20]!r}: {high / low:.0f}")
    return found


def test_no_expression_is_slower_than_the_square_of_the_text():
    found = {f"{pattern.pattern!r}{pattern.flags}": (where, pattern) for where, pattern in patterns().items()}
    assert len(found) > 150
    assert {where: texts for where, pattern in found.values() if (texts := slow(pattern))} == {}


@pytest.mark.parametrize(("bad", "length"), [(r"(?:a?[|\s]*){1,4}b", 40), (r"(a+)+$", 20), (r"(?:[a-z]*\s*){1,3}\d", 80)])
def test_the_trial_finds_what_is_slow(monkeypatch, bad, length):
    monkeypatch.setattr("tests.test_patterns.LENGTH", length)
    assert slow(re.compile(bad))


@pytest.mark.parametrize("line", ["|" * 20_000 + "a", " " * 20_000 + "x", "-" * 20_000 + "第", "】" * 20_000])
def test_a_line_of_signs_is_read_at_once(line):
    """Each was minutes of a worker's time."""
    started = time.process_time()
    cleaned(line)
    assert time.process_time() - started < 1


@pytest.mark.parametrize("residue", ["【打印】【关闭】", "打印本页 | 关闭窗口", "| 收藏 |", "— 12 —", "第3页/共12页", "-3-"])
def test_residue_is_still_taken_off(residue):
    assert cleaned(residue)[0] == ""


def test_days_are_still_read():
    assert SPAN.fullmatch("2026年 2 月 15日至 23 日")
    assert SPAN.fullmatch("2026-02-15—2026-02-23")
