"""Breaking a title into balanced lines: a trapezium or a diamond, words whole (GB/T 9704-2012 §7.3.1).

Nothing here knows Chinese grammar. A short list of words that occur in the titles of such documents says where not to cut, and a few good
places to cut; a line feed in the title overrules all of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import combinations, pairwise

from reports.rendering.lines import may_break

_WORDS = """
意识形态 责任制 领导小组 联席会议 办公室 委员会 工作委员会 党工委 党组织 党总支 党支部 党委 党组 基层 街道 社区 机关 事业单位 企业 单位
工作 责任 主体 落实 情况 督查 调研 督查组 督导 检查 巡察 专项 整改 问题 反馈 意见 建议 方案 通知 报告 通报 汇报 总结 清单 台账 附件 名单
关于 开展 进一步 加强 推进 贯彻 学习 教育 宣传 思想 文化 建设 管理 制度 年度 上半年 下半年 全年 第一季度 第二季度 第三季度 第四季度
有关 各级 全区 全市 全县 全省 自查 书面 现场 统计 汇总 一览表 明细表 情况表 以及
"""
WHOLE = tuple(_WORDS.split())
WHOLE_PATTERN = re.compile(
    "|".join([r"\d+年(?:上半年|下半年|\d+月(?:\d+日)?)?", r"《[^》]{1,12}》", *sorted(WHOLE, key=len, reverse=True)])
)
NEVER_FIRST = frozenset("的和与及等了是")
NEVER_LAST = frozenset("和与及在对把将向由第")


def balanced(title: str, room: float, width: Callable[[str], float]) -> tuple[str, ...]:
    """Return the title as the fewest lines that fit into ``room``, cut where it reads best.

    Args:
        title: the whole title; a line feed in it is a cut that a person wants.
        room: the greatest width of a line.
        width: measures a piece of text, in the unit of ``room``.

    """
    return tuple(line for part in title.split("\n") if part.strip() for line in _balance(part.strip(), room, width))


def _balance(title: str, room: float, width: Callable[[str], float]) -> list[str]:
    whole = width(title)
    if whole <= room:
        return [title]
    costs = _costs(title)
    count = max(2, -int(-whole // room))
    for number in (count, count + 1):
        best = _best(title, number, costs, room, width)
        if best:
            return best
    # A title of five lines or one solid word: fill line by line.
    lines: list[str] = []
    start = 0
    while start < len(title):
        end = len(title)
        while end > start + 1 and width(title[start:end]) > room:
            end -= 1
        lines.append(title[start:end])
        start = end
    return lines


def _costs(title: str) -> dict[int, float]:
    """Return how much each possible cut (before the character at that place) hurts."""
    inside = {place for match in WHOLE_PATTERN.finditer(title) for place in range(match.start() + 1, match.end())}
    ends = {match.end() for match in WHOLE_PATTERN.finditer(title)} | {match.start() for match in WHOLE_PATTERN.finditer(title)}
    costs = {}
    for place in range(1, len(title)):
        before, after = title[place - 1], title[place]
        if not may_break(before, after) or place in inside or after in NEVER_FIRST or before in NEVER_LAST:
            continue
        cost = 0.0 if place in ends else 3.0
        if title.startswith("关于", place) or before in "》）、":
            cost -= 1.5
        if title.endswith("关于", 0, place):
            cost += 4
        if before == "的":
            cost -= 0.5
        costs[place] = cost
    return costs


def _best(title: str, lines: int, costs: dict[int, float], room: float, width: Callable[[str], float]) -> list[str] | None:
    """Try every way to cut into that many lines; None when none fits. Titles are short: a few thousand ways at most."""
    if lines > 4:  # noqa: PLR2004 - beyond that the ways become too many, and such a title is a fault
        return None
    best: tuple[float, list[str]] | None = None
    ideal = width(title) / lines
    for cuts in combinations(sorted(costs), lines - 1):
        pieces = [title[a:b] for a, b in pairwise((0, *cuts, len(title)))]
        widths = [width(piece) for piece in pieces]
        if max(widths) > room:
            continue
        cost = sum(costs[cut] for cut in cuts) + _shape(widths) + sum(abs(one - ideal) for one in widths) / ideal
        if best is None or cost < best[0]:
            best = (cost, pieces)
    return best[1] if best else None


def _shape(widths: Sequence[float]) -> float:
    """Return a penalty for shapes that the standard does not want: an hourglass, a rectangle, a last line of a word."""
    penalty = 0.0
    longest = max(widths)
    if len(widths) > 2 and min(widths[1:-1]) < min(widths[0], widths[-1]):  # noqa: PLR2004
        penalty += 3
    if widths[-1] < 0.3 * longest or widths[0] < 0.3 * longest:
        penalty += 3
    if len(set(widths)) == 1:
        penalty += 0.5
    return penalty
