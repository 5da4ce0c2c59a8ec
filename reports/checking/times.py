"""Dates, years and anniversaries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from reports.checking.values import CheckContext, CheckMessage, Fix, Level, Part, Piece, Sheet, place
from reports.wording import date_text

_DAY = re.compile(r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
_MONTH = re.compile(r"(?<!\d)(?P<month>\d{1,2})月(?=份|底|初|末|中旬|上旬|下旬|，|。)")
_CUT_OFF = re.compile(r"截[至止]到?(?P<when>(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日)")
_SPAN = re.compile(
    r"(?:(?P<y1>\d{4})年)?(?P<m1>\d{1,2})月(?P<d1>\d{1,2})日(?:至|到|—|-|~)(?:(?P<y2>\d{4})年)?(?:(?P<m2>\d{1,2})月)?(?P<d2>\d{1,2})日"
)
_INSPECTED = re.compile(
    r"(?:于|在)(?P<y1>\d{4})年(?P<m1>\d{1,2})月(?P<d1>\d{1,2})日(?:至|到|—|-)(?:(?P<m2>\d{1,2})月)?(?P<d2>\d{1,2})日[^。]{0,400}?督查"
)
_WESTERN = re.compile(r"(?<![\d.A-Za-z/])(?P<y>(?:19|20)\d{2})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![\d.])日?")
_PADDED = re.compile(r"(?P<y>\d{4})年(?P<m>0?\d{1,2})月(?P<d>0?\d{1,2})日")
_SPELLED = re.compile(r"[二一][〇○Ｏ零0九][〇○Ｏ零一二三四五六七八九]{2}年[一二三四五六七八九十]{1,3}月(?:[一二三四五六七八九十]{1,3}日)?")
_YEAR = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})年(?:度)?(?P<half>上半年|下半年)?(?P<since>以来)?")
_EVENTS = {
    1919: "五四运动",
    1921: "建党|中国共产党成立|党的?成立|中共成立",
    1927: "建军|中国人民解放军建军",
    1936: "红军长征胜利|长征胜利",
    1945: "抗战胜利|抗日战争胜利|世界反法西斯战争胜利",
    1949: "建国|新中国成立|中华人民共和国成立|国庆",
    1950: "抗美援朝出国作战",
    1978: "改革开放",
    1997: "香港回归(?:祖国)?",
    1999: "澳门回归(?:祖国)?",
}
_ANNIVERSARY = re.compile("|".join(f"(?P<e{year}>(?:{words}))(?P<n{year}>\\d{{2,3}})周年" for year, words in _EVENTS.items()))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year_near(text: str, end: int, default: int | None) -> int | None:
    """The year that a date without one belongs to: the last one named before it, else the report's."""
    named = [int(hit["y"]) for hit in _YEAR.finditer(text[:end])]
    return named[-1] if named else default


def main_year(sheet: Sheet, context: CheckContext) -> int | None:
    """The year the report is about: told, else that of its title, else that of the first date in it."""
    if context.year:
        return context.year
    for text in [sheet.title, *(piece.words for _part, piece in sheet.body())]:
        if hit := _YEAR.search(text):
            return int(hit["y"])
    return None


def impossible(sheet: Sheet, context: CheckContext) -> Iterator[CheckMessage]:
    """Dates that do not exist, and spans that end before they begin."""
    year = main_year(sheet, context)
    for uid, name, where, value in sheet.fields():
        for hit in _DAY.finditer(value):
            # A leap year admits 29 February where no year is known.
            named = int(hit["year"]) if hit["year"] else year or 2024
            if _date(named, int(hit["month"]), int(hit["day"])) is None:
                yield CheckMessage("date.impossible", Level.BLOCK, uid, name, where, f"没有“{hit.group()}”这一天。", hit.group())
        for hit in _MONTH.finditer(value):
            if not 1 <= int(hit["month"]) <= 12:  # noqa: PLR2004 -- months
                yield CheckMessage("date.impossible", Level.BLOCK, uid, name, where, f"没有“{hit.group()}”。", hit.group())
        for hit in _SPAN.finditer(value):
            y1 = int(hit["y1"] or year or 2024)
            first = _date(y1, int(hit["m1"]), int(hit["d1"]))
            last = _date(int(hit["y2"] or y1), int(hit["m2"] or hit["m1"]), int(hit["d2"]))
            if first and last and last < first:
                yield CheckMessage("date.span", Level.WARN, uid, name, where, f"起止日期颠倒：“{hit.group()}”。", hit.group())


def window(sheet: Sheet, context: CheckContext) -> tuple[date | None, date | None]:
    """When the inspection ended and when the report is dated: told, else as the opening says (于…日至…日…督查)."""
    if context.ends_on:
        return context.ends_on, context.signed_on
    for _part, piece in sheet.body():
        if hit := _INSPECTED.search(piece.words):
            return _date(int(hit["y1"]), int(hit["m2"] or hit["m1"]), int(hit["d2"])), context.signed_on
    return None, context.signed_on


def cut_offs(sheet: Sheet, context: CheckContext) -> Iterator[CheckMessage]:
    """截至…: not after the inspection, never after the report's date; the word is 截至, not 截止."""
    if context.ahead:
        return
    ends_on, signed_on = window(sheet, context)
    year = main_year(sheet, context)
    for part, piece in sheet.body():
        for hit in _CUT_OFF.finditer(piece.words):
            named = int(hit["year"]) if hit["year"] else (ends_on.year if ends_on else _year_near(piece.words, hit.start(), year))
            day = _date(named, int(hit["month"]), int(hit["day"])) if named else None
            if day is None:
                continue
            where = place(part, piece)
            if signed_on and day > signed_on:
                text = f"数据截止日期“{hit['when']}”晚于成文日期{date_text(signed_on)}。"
                yield CheckMessage("date.cut_off", Level.BLOCK, piece.uid, "text", where, text, hit.group())
            elif ends_on and day > ends_on:
                text = f"数据截止日期“{hit['when']}”晚于督查结束的{date_text(ends_on)}。"
                yield CheckMessage("date.cut_off", Level.WARN, piece.uid, "text", where, text, hit.group())
        for name, value in piece.fields():
            # 截止到 is right: 截至 means just that.
            after = re.sub(r"截止(?=目前|\d)", "截至", value)
            if after != value:
                fix = Fix(piece.uid, name, value, after, "改为“截至”")
                text = "表示“到某时为止”用“截至”，不用“截止”。"
                yield CheckMessage("word.until", Level.HINT, piece.uid, name, place(part, piece), text, "截止", fix)


def years(sheet: Sheet, context: CheckContext) -> Iterator[CheckMessage]:
    """Years and half-years that do not belong to this period, and anniversaries that fall into another year."""
    year = main_year(sheet, context)
    if year is None:
        return
    for hit in _YEAR.finditer(sheet.title):
        if context.year and int(hit["y"]) != context.year:
            text = f"标题中的“{hit['y']}年”与督查期间（{context.year}年）不符。"
            yield CheckMessage("year.title", Level.WARN, "title", "title", "标题", text, hit.group())
    for part, piece in sheet.body():
        yield from _halves(part, piece, context)
        for hit in _ANNIVERSARY.finditer(piece.words):
            yield from _anniversary(part, piece, hit, _year_near(piece.words, hit.start(), year), year)
        for hit in _YEAR.finditer(piece.words):
            if hit["since"] and int(hit["y"]) == year - 1 and part.kind in {"opening", "overview"}:
                text = f"“{hit.group()}”与本次期间（{year}年）不符，请核对是否沿用了上年文稿。"
                yield CheckMessage("year.since", Level.WARN, piece.uid, "text", place(part, piece), text, hit.group())
            elif int(hit["y"]) > year and part.kind in {"opening", "overview", "problems"}:
                text = f"“{hit.group()}”晚于本次期间（{year}年）。"
                yield CheckMessage("year.future", Level.WARN, piece.uid, "text", place(part, piece), text, hit.group())


def _halves(part: Part, piece: Piece, context: CheckContext) -> Iterator[CheckMessage]:
    if not (context.year and context.half):
        return
    fine = {(context.year, context.half), (context.previous_year, context.previous_half)}
    for hit in _YEAR.finditer(piece.words):
        half = {"上半年": 1, "下半年": 2}.get(hit["half"] or "")
        # The other half of the same year is told of as what was or will be; an older or later one is left over.
        if half and (int(hit["y"]), half) not in fine and int(hit["y"]) != context.year:
            text = f"“{hit.group()}”既不是本次期间，也不是上次期间，请核对。"
            yield CheckMessage("year.half", Level.WARN, piece.uid, "text", place(part, piece), text, hit.group())


def _anniversary(part: Part, piece: Piece, hit: re.Match[str], near: int | None, year: int) -> Iterator[CheckMessage]:
    base = next(base for base in _EVENTS if hit[f"e{base}"])
    number = int(hit[f"n{base}"])
    if base + number not in {year, near}:
        text = f"“{hit.group()}”是{base + number}年，本报告说的是{year}年（应为{year - base}周年），请核对。"
        yield CheckMessage("year.anniversary", Level.WARN, piece.uid, "text", place(part, piece), text, hit.group())


def forms(sheet: Sheet, _context: CheckContext) -> Iterator[CheckMessage]:
    """Western and padded date forms, and years in Chinese figures (GB/T 9704-2012 §7.3.5.4: Arabic figures, no padding)."""
    for uid, name, where, value in sheet.fields():
        if name.startswith("table:"):
            continue
        after = _PADDED.sub(_written, _WESTERN.sub(_written, value))
        if after != value:
            hit = _WESTERN.search(value) or next(row for row in _PADDED.finditer(value) if "月0" in row.group() or "年0" in row.group())
            fix = Fix(uid, name, value, after, "改为“年月日”")
            text = f"日期“{hit.group()}”应写作“{_written(hit)}”，月、日不编虚位。"
            yield CheckMessage("date.form", Level.WARN, uid, name, where, text, hit.group(), fix)
        if spelled := _SPELLED.search(value):
            text = f"日期“{spelled.group()}”应使用阿拉伯数字。"
            yield CheckMessage("date.form", Level.WARN, uid, name, where, text, spelled.group())
    if sheet.date_line and not _DAY.fullmatch(sheet.date_line):
        found = _WESTERN.search(sheet.date_line)
        text = f"成文日期“{sheet.date_line}”应写作“{_written(found) if found else '2026年1月5日'}”{'' if found else '的形式'}。"
        yield CheckMessage("date.form", Level.WARN, "signature", "", "落款", text, sheet.date_line)


def _written(hit: re.Match[str]) -> str:
    """Return a date as GB/T 9704-2012 §7.3.5.4 wants it."""
    return f"{hit['y']}年{int(hit['m'])}月{int(hit['d'])}日"
