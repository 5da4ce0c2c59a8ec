"""Punctuation: half-width, doubled, unpaired, quotes that point the wrong way (GB/T 15834-2011)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from reports.checking.values import CheckContext, CheckMessage, Fix, Level, Sheet

_CHINESE = "一-鿿，、；：。！？《》（）“”‘’"
_HALF = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_HALF_MARK = re.compile(
    rf"(?<=[{_CHINESE}])\s*([,;:?!])|(?<=[一-鿿”》）])\.(?![0-9A-Za-z.])|([,;:?!])(?=[一-鿿“《])(?<![0-9A-Za-z][,;:?!])"
)
_BRACKETS = re.compile(r"\(([^()]*[一-鿿][^()]*)\)")
_STRENGTH = "、，：；。！？"
_DOUBLED = re.compile(rf"[{_STRENGTH}]{{2,}}|([。！？][”’])。")
_FINE = {"？！", "！？"}
_ANGLE = re.compile("＜([^＜＞]{1,80})＞|<([一-鿿][^<>]{1,80})>")
_PAIRS = {"《": "》", "（": "）", "(": ")", "〔": "〕", "【": "】", "「": "」", "〈": "〉", "[": "]"}
_CLOSERS = {close: opened for opened, close in _PAIRS.items()}
_NUMBERED = re.compile(r"(?:^|(?<=[。；：，、\s]))(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[)）]")


def _full_width(value: str) -> str:
    def mark(hit: re.Match[str]) -> str:
        sign = hit.group().strip()
        return "。" if sign == "." else _HALF[sign]

    return _HALF_MARK.sub(mark, _BRACKETS.sub(r"（\1）", value))


def _single(value: str) -> str:
    def run(hit: re.Match[str]) -> str:
        if hit.group(1):
            return hit.group(1)
        return hit.group() if hit.group() in _FINE else max(hit.group(), key=_STRENGTH.index)

    return _DOUBLED.sub(run, value)


def _angles(value: str) -> str:
    """＜…＞ for titles becomes 《…》, and 〈…〉 inside 《…》."""

    def title(hit: re.Match[str]) -> str:
        before = value[: hit.start()]
        inner = before.count("《") > before.count("》")
        words = hit.group(1) or hit.group(2)
        return f"〈{words}〉" if inner else f"《{words}》"

    return _ANGLE.sub(title, value)


def _straight(value: str) -> str:
    """Straight double quotes beside Chinese become curly ones, in turn; an odd number stays as it is."""
    if value.count('"') % 2 or not re.search(r'[一-鿿]"|"[一-鿿]', value):
        return value
    parts = value.split('"')
    return "".join(part + ("" if place == len(parts) - 1 else "“" if place % 2 == 0 else "”") for place, part in enumerate(parts))


def turned(value: str) -> str:
    """Return ``value`` with each pair of double quotes pointing the right way; unpaired ones stay as they are.

    Quotes are paired in order; a pair that is ”…“, “…“ or ”…” is turned. With an odd number nothing is touched.
    """
    places = [place for place, sign in enumerate(value) if sign in "“”"]
    if len(places) % 2:
        return value
    signs = list(value)
    for number, place in enumerate(places):
        signs[place] = "”" if number % 2 else "“"
    return "".join(signs)


_RULES: tuple[tuple[str, Callable[[str], str], str], ...] = (
    ("mark.half", _full_width, "中文里用了半角标点。"),
    ("mark.straight", _straight, "中文里用了半角引号。"),
    ("mark.doubled", _single, "标点重复。"),
    ("mark.angle", _angles, "书名号应为《》，书名号里再用书名号时内层为〈〉。"),
    ("mark.turned", turned, "引号方向不对。"),
)
MECHANICAL = frozenset(code for code, _rule, _text in _RULES) | {"word.until", "date.form"}
"""What can be put right all at once without a person's judgement."""


def punctuation(sheet: Sheet, _context: CheckContext) -> Iterator[CheckMessage]:
    """Marks that a rule can put right: one message per field and rule, each with its fix."""
    for uid, name, where, value in sheet.fields():
        for code, rule, text in _RULES:
            after = rule(value)
            if after != value:
                at = next(place for place, (old, new) in enumerate(zip(value + "\0", after + "\0", strict=False)) if old != new)
                quote = value[max(at - 8, 0) : at + 8]
                yield CheckMessage(code, Level.HINT, uid, name, where, text, quote, Fix(uid, name, value, after), about=code)


def pairs(sheet: Sheet, _context: CheckContext) -> Iterator[CheckMessage]:
    """Brackets, titles and quotes that are opened and not closed, or closed and not opened."""
    for uid, name, where, value in sheet.fields():
        if name == "lead":
            continue  # read with its text below
        if lonely := _lonely(_NUMBERED.sub(lambda hit: " " * len(hit.group()), value)):
            at, sign = lonely
            kind = "引号" if sign in "“”‘’" else "书名号" if sign in "《》〈〉" else "括号"
            text = f"{kind}“{sign}”不成对。"
            yield CheckMessage("mark.pair", Level.WARN, uid, name, where, text, value[max(at - 10, 0) : at + 10], about=sign)


def _lonely(value: str) -> tuple[int, str] | None:
    """Where the first bracket or quote without a partner stands."""
    opened: list[tuple[int, str]] = []
    for place, sign in enumerate(value):
        if sign in _PAIRS:
            opened.append((place, sign))
        elif sign in _CLOSERS:
            if not opened or opened[-1][1] != _CLOSERS[sign]:
                return opened[-1] if opened and sign not in {")", "]"} else (place, sign)
            opened.pop()
    if opened:
        return opened[0]
    for pair in ("“”", "‘’"):
        if sum(value.count(sign) for sign in pair) % 2:
            places = [place for place, sign in enumerate(value) if sign in pair]
            for number, place in enumerate(places):
                if value[place] != pair[number % 2]:
                    return place, value[place]
            return places[-1], value[places[-1]]
    return None
