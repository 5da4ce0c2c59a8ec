"""Reading holiday arrangements as people have them: pasted lines, a column of a spreadsheet, or the State Council's notice itself.

Pure. Understood are ``2027-01-01 放假 元旦``, ``2027年1月1日至3日放假``, and sentences such as
``一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。`` with the year given beside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 5
LONGEST = 31
"""Days of one arrangement; more is a slip of the pen."""
LONGEST_TEXT = 20_000
ASIDE = re.compile(r"[（(][^（()）]*[)）]")
DAY = r"(?:(?P<{0}y>\d{{4}})\s{{0,3}}[-/.年])?\s{{0,3}}(?P<{0}m>\d{{1,2}})\s{{0,3}}[-/.月]\s{{0,3}}(?P<{0}d>\d{{1,2}})\s{{0,3}}日?"
FIRST, LAST = DAY.format("a"), DAY.format("b")
SPAN = re.compile(rf"{FIRST}(?:\s{{0,3}}(?:至|到|~|～|—+|–|-)\s{{0,3}}(?:{LAST}|(?P<only>\d{{1,2}})\s{{0,3}}日?)(?![\d月]))?")
REST, WORK = re.compile(r"放假|休假|补休|休息|假日|休"), re.compile(r"上班|补班|工作日")
NUMBERING = re.compile(r"^[\s\d一二三四五六七八九十]+[、.．]\s*")


@dataclass(frozen=True)
class Arranged:
    """One day on which it is otherwise than the weekday says."""

    day: date
    is_working: bool
    name: str


@dataclass
class Arrangement:
    """What was understood, in order of days, and what was not, with the line."""

    days: list[Arranged] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read_arrangement(text: str, year: int) -> Arrangement:
    """Understand ``text``; dates without a year are of ``year``. Days that are what their weekday says are left out."""
    found: dict[date, Arranged] = {}
    result = Arrangement()
    if len(text) > LONGEST_TEXT:
        result.faults.append("内容太长，请只粘贴放假安排本身。")
        return result
    for number, line in enumerate(text.splitlines(), start=1):
        plain = ASIDE.sub("", line)
        name, first = _name_before(plain), SPAN.search(plain)
        body = plain[first.start() :] if name and first else plain
        for sentence in re.split("[。；;]", body):
            result.faults += [f"第 {number} 行{fault}" for fault in _read_sentence(sentence, name, year, found)]
    result.days = sorted((one for one in found.values() if one.is_working == (one.day.weekday() >= SATURDAY)), key=lambda one: one.day)
    return result


def _name_before(line: str) -> str:
    """Return what stands before a colon and before any date: the name of the holiday."""
    head, colon, _rest = line.replace(":", "：").partition("：")
    return "" if not colon or SPAN.search(head) else NUMBERING.sub("", head).strip()[:20]


def _read_sentence(text: str, name: str, year: int, found: dict[date, Arranged]) -> Iterator[str]:
    """Put the days of one sentence into ``found``; yield what is wrong with it."""
    spans = list(SPAN.finditer(text))
    if not spans:
        return
    works, rests = bool(WORK.search(text)), bool(REST.search(text))
    if works == rests:
        yield f"没有说明是放假还是上班，或两者都有：{text.strip()[:40]}"
        return
    own = name or _leftover(text)
    for span in spans:
        try:
            days = _days_of(span, year)
        except ValueError:
            yield f"的日期不存在或前后颠倒：{span.group().strip()[:40]}"
            continue
        for day in days:
            known = found.get(day)
            if known and known.is_working != works:
                yield f"与前面矛盾：{day.month}月{day.day}日既放假又上班"
            found[day] = Arranged(day, works, f"{own}调休"[:40] if works and own and "调休" not in own else own)


def _leftover(text: str) -> str:
    """Return what is left of a line without its dates and key words: a name written behind them."""
    left = WORK.sub(" ", re.sub(r"放假调休|放假|调休|休假|补休|休息|共\s*\d+\s*天", " ", SPAN.sub(" ", text)))
    return re.sub(r"[\s,，、：:]+", " ", left).strip()[:20]


def _days_of(span: re.Match[str], year: int) -> list[date]:
    """Return the days of one date or span. Raises ``ValueError`` for days that do not exist or a span that is upside down."""
    start = date(int(span["ay"] or year), int(span["am"]), int(span["ad"]))
    end = start
    if span["only"]:
        end = start.replace(day=int(span["only"]))
    elif span["bd"]:
        end = date(int(span["by"] or start.year), int(span["bm"]), int(span["bd"]))
    number = (end - start).days + 1
    if not 1 <= number <= LONGEST:
        raise ValueError
    return [start + timedelta(days=place) for place in range(number)]
