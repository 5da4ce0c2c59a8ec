"""Numbering: jumps and repetitions, levels in the wrong order, gaps in 一是…二是…."""

from __future__ import annotations

import re
from collections.abc import Iterator

from inspections.documents.numerals import NUMERAL, Mark, leading_mark, read_numeral
from reports.checking.values import TABLE, CheckContext, CheckMessage, Level, Part, Piece, Sheet, place
from reports.wording import numbering

_LAST = 999
"""Beyond this no report is numbered; such a number is quoted, never counted on."""

_RUN = re.compile(rf"(?:^|(?<=[。；：，、！？”）．.\s]))(?P<n>{NUMERAL})(?P<word>是|要)(?!否|不是)")


def numbered(sheet: Sheet, _context: CheckContext) -> Iterator[CheckMessage]:
    """Numbers at the beginning of parts and paragraphs, each level counted anew under its parent."""
    at: dict[int, int] = {}
    for part in sheet.parts:
        if part.kind == "annex":
            continue
        for uid, name, where, printed, mark in _marks(part):
            yield from _step(at, (uid, name, where), printed, mark)


def _marks(part: Part) -> Iterator[tuple[str, str, str, str, Mark]]:
    head = leading_mark(f"{part.mark}{part.heading}")
    if head:
        yield part.uid, "heading", place(part), f"{part.mark}{part.heading}", head
    for piece in part.pieces:
        if piece.kind == TABLE:
            continue
        if piece.mark:
            # Numbered by the system: always in order, whatever kind of mark the template gives the level; a typed one doubles it.
            if inner := leading_mark(piece.lead) or leading_mark(piece.text):
                yield piece.uid, "", place(part, piece), piece.printed, Mark(-1, inner.number, inner.text, 0)
        elif mark := leading_mark(piece.printed):
            yield piece.uid, "lead" if piece.lead else "text", place(part, piece), piece.printed, mark


def _sign(level: int, number: int) -> str:
    return numbering(level, min(max(number, 1), _LAST))


def _step(at: dict[int, int], where: tuple[str, str, str], printed: str, mark: Mark) -> Iterator[CheckMessage]:
    if mark.level < 0:
        text = f"序号写了两遍：系统已自动编号，请删去正文里的“{mark.text}”。"
        yield CheckMessage("number.twice", Level.WARN, *where, text, printed[:20])
        return
    above = max((level for level in at if level < mark.level), default=0)
    before = at.get(mark.level, 0)
    for level in [level for level in at if level > mark.level]:
        del at[level]
    at[mark.level] = mark.number
    expected = _sign(mark.level, before + 1)
    quote = printed[:20]
    if mark.number == before and before:
        text = f"序号“{mark.text}”重复，此处应为“{expected}”。"
        yield CheckMessage("number.repeated", Level.WARN, *where, text, quote)
    elif mark.number != before + 1:
        told = f"“{mark.text}”前面是“{_sign(mark.level, before)}”" if before else f"从“{mark.text}”开始"
        text = f"序号不连续：{told}，此处应为“{expected}”。"
        yield CheckMessage("number.jump", Level.WARN, *where, text, quote)
    # 一、 straight to 1. is usual in reports with two levels; any other skipping is not.
    if above and mark.level - above > 1 and (above, mark.level) != (1, 3):
        text = f"层次跳级：“{_sign(above, 1)}”下面应为“{_sign(above + 1, 1)}”，不能直接用“{mark.text}”。"
        yield CheckMessage("number.level", Level.WARN, *where, text, quote)


def order(sheet: Sheet, _context: CheckContext) -> Iterator[CheckMessage]:
    """A higher level below a lower one within one part: 1. … with （一） inside it."""
    for part in sheet.parts:
        seen: list[int] = []
        for piece in part.pieces:
            level = _level(piece)
            if not level or level == 1:
                continue
            if seen and level < min(seen):
                text = f"层次顺序不对：“{piece.printed[:12]}”是上一级，却排在下一级后面。"
                yield CheckMessage("number.level", Level.WARN, piece.uid, "text", place(part, piece), text, piece.printed[:20])
            elif seen and piece.mark and level - seen[-1] > 1:
                text = f"层次跳级：“{piece.printed[:12]}”比上一段低两级。"
                yield CheckMessage("number.level", Level.WARN, piece.uid, "text", place(part, piece), text, piece.printed[:20])
            seen.append(level)


def _level(piece: Piece) -> int:
    if piece.kind == TABLE:
        return 0
    typed = None if piece.mark else leading_mark(piece.printed)
    return piece.level if piece.mark else typed.level if typed else 0


def runs(sheet: Sheet, _context: CheckContext) -> Iterator[CheckMessage]:
    """一是…二是… and 一要…二要…: no gap, no repetition, no beginning in the middle, no lonely 一是."""
    for part in sheet.parts:
        open_runs: dict[str, tuple[int, Piece]] = {}
        for piece in part.pieces:
            if piece.kind == TABLE:
                continue
            if piece.mark or leading_mark(piece.printed):
                yield from _lonely(part, open_runs)
                open_runs = {}
            for hit in _RUN.finditer(piece.words):
                yield from _next(part, piece, hit, open_runs)
        yield from _lonely(part, open_runs)


def _next(part: Part, piece: Piece, hit: re.Match[str], open_runs: dict[str, tuple[int, Piece]]) -> Iterator[CheckMessage]:
    number, word = read_numeral(hit["n"]), hit["word"]
    before = open_runs[word][0] if word in open_runs else 0
    if number == 1:
        if before == 1:
            yield _told(part, piece, hit, f"“一{word}”重复，前一个“一{word}”没有“二{word}”。")
    elif number == before:
        yield _told(part, piece, hit, f"“{hit['n']}{word}”重复。")
    elif not before:
        yield _told(part, piece, hit, f"出现“{hit['n']}{word}”，前面没有“一{word}”。")
    elif number != before + 1:
        yield _told(
            part,
            piece,
            hit,
            f"“{_sign(5, before)[:-1]}{word}”之后应为“{_sign(5, before + 1)[:-1]}{word}”，却是“{hit['n']}{word}”。",
        )
    open_runs[word] = (number, piece)


def _lonely(part: Part, open_runs: dict[str, tuple[int, Piece]]) -> Iterator[CheckMessage]:
    for word, (number, piece) in open_runs.items():
        if number == 1:
            text = f"只有“一{word}”，没有“二{word}”。"
            yield CheckMessage("number.run", Level.WARN, piece.uid, "text", place(part, piece), text, f"一{word}")


def _told(part: Part, piece: Piece, hit: re.Match[str], text: str) -> CheckMessage:
    return CheckMessage(
        "number.run", Level.WARN, piece.uid, "text", place(part, piece), text, piece.words[hit.start() : hit.end() + 12], about=hit.group()
    )
