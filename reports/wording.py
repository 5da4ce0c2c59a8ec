"""How an office words counts, numbers, dates and lists: pure functions, no database (docs/decisions/0006)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from inspections.documents.numerals import chinese_number as chinese_number  # noqa: PLC0414 -- one of this module's words

# --- how common something is ------------------------------------------------------------------------------------------------

FEW, SOME, MOST, GENERAL = "个别", "部分", "多数", "普遍"


@dataclass(frozen=True)
class Bands:
    """Where one word for "how many of them" ends and the next begins; an office may set its own in a report template.

    ``few``: up to this share it is 个别, but never for more than ``few_at_most`` of them; one or two (``few_units``) are 个别 up to twice
    this share; ``some``: up to this share 部分; from ``general`` on 普遍, between them 多数.
    """

    few: float = 0.1
    few_at_most: int = 10
    few_units: int = 2
    some: float = 0.5
    general: float = 0.8

    def __post_init__(self) -> None:
        """Refuse bands that do not rise. Raises ``ValueError``."""
        if not 0 <= self.few <= self.some < self.general <= 1 or self.few_at_most < 1 or self.few_units < 1:
            raise ValueError("数量词的档位必须逐级升高：个别 ≤ 部分 < 普遍。")

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Bands:
        """Read ``{"few": 0.1, …}``; what is missing keeps its default. Raises ``ValueError`` for bands that do not rise."""
        known = {name: settings[name] for name in ("few", "few_at_most", "few_units", "some", "general") if name in settings}
        return cls(**known)


STANDARD_BANDS = Bands()


def quantifier(n: int, of: int, bands: Bands = STANDARD_BANDS) -> str:
    """Return 个别, 部分, 多数 or 普遍 for ``n`` out of ``of``; an empty text for none of none.

    A single one is always 个别, however few there are: one organization never becomes 多数. Raises ``ValueError`` when ``n`` is negative
    or more than ``of``.
    """
    if not 0 <= n <= of:
        raise ValueError(f"{n} of {of} is no share")
    if n == 0:
        return ""
    share = n / of
    if n == 1 or (share <= bands.few and n <= bands.few_at_most) or (n <= bands.few_units and share <= min(2 * bands.few, bands.some)):
        return FEW
    if share <= bands.some:
        return SOME
    return GENERAL if share >= bands.general else MOST


# --- numbers ----------------------------------------------------------------------------------------------------------------

_MYRIAD, _HUNDRED_MILLION = 10_000, 100_000_000


def numbering(level: int, number: int) -> str:
    """Return the mark before the ``number``-th part of a level: 一、 （一） 1. （1） (GB/T 9704-2012 §7.3.3).

    Level 5 is 一是, used inside a paragraph. Raises ``ValueError`` for other levels.
    """
    match level:
        case 1:
            return f"{chinese_number(number)}、"
        case 2:
            return f"（{chinese_number(number)}）"
        case 3:
            return f"{number}."
        case 4:
            return f"（{number}）"
        case 5:
            return f"{chinese_number(number)}是"
    raise ValueError(f"there is no numbering of level {level}")


def number_text(value: Decimal | int) -> str:
    """Return a number without idle zeros and without grouping: ``2312``, ``12.5`` (GB/T 15835-2011: no comma)."""
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def approximate_text(value: Decimal | int) -> str:
    """Return a number that is known roughly: rounded down with 余 (``1200余``), or 近 just below a round number (``近300``).

    Two figures are kept, the rest is not known; below 10 it is ``约7``. From 万 on, ``1.2万余``. The claim is never larger than the value,
    except for 近, which says so.
    """
    whole = int(Decimal(value))
    if whole < 10:  # noqa: PLR2004 -- one figure cannot be rounded down
        return f"约{number_text(value)}"
    step = 10 ** max(len(str(whole)) - 2, 1)
    floor = whole // step * step
    if whole > floor and (floor + step - whole) * 5 <= step:
        return f"近{_large(floor + step)}"
    return f"{_large(floor)}余"


def _large(number: int) -> str:
    for size, word in ((_HUNDRED_MILLION, "亿"), (_MYRIAD, "万")):
        if number >= size:
            return f"{number_text(Decimal(number) / size)}{word}"
    return str(number)


def amount_text(value: Decimal | int, unit: str, *, is_approximate: bool = False) -> str:
    """Return a number with its unit of measure: ``42次``, ``1200余人次``, ``12.5万元``."""
    return f"{approximate_text(value) if is_approximate else number_text(value)}{unit}"


def percent_text(n: int, of: int) -> str:
    """Return the share as a percentage with at most one decimal; never 100% or 0% when it is not. Raises ``ZeroDivisionError``."""
    share = (Decimal(n) * 100 / Decimal(of)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if share == 100 and n < of:  # noqa: PLR2004 -- per cent
        share = Decimal("99.9")
    if share == 0 and n > 0:
        share = Decimal("0.1")
    return f"{number_text(share)}%"


def ratio_text(n: int, of: int) -> str:
    """Return ``n`` per ``of`` with at most one decimal: ``2.3``. Raises ``ZeroDivisionError``."""
    return number_text((Decimal(n) / Decimal(of)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def mean_text(values: Sequence[Decimal]) -> str:
    """Return the arithmetic mean with at most one decimal, rounded down. Raises ``ZeroDivisionError`` without values."""
    return number_text((sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.1"), ROUND_DOWN))


# --- dates ------------------------------------------------------------------------------------------------------------------


def date_text(day: date) -> str:
    """Return ``2026年11月20日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def short_date_text(day: date, year: int) -> str:
    """Return ``10月31日`` within ``year``, else with its year."""
    return f"{day.month}月{day.day}日" if day.year == year else date_text(day)


def period_text(start: date, end: date) -> str:
    """Return a span without repeating what both ends share: ``2026年11月9日至13日``, ``2026年11月28日至12月2日``."""
    if start == end:
        return date_text(start)
    if start.year != end.year:
        return f"{date_text(start)}至{date_text(end)}"
    if start.month != end.month:
        return f"{date_text(start)}至{end.month}月{end.day}日"
    return f"{date_text(start)}至{end.day}日"


# --- lists and sentences ----------------------------------------------------------------------------------------------------


def list_text(items: Iterable[str], last: str = "和") -> str:
    """Join names: ``甲``, ``甲和乙``, ``甲、乙和丙``; only 、 where an item has a 和 of its own, so that nothing is misread."""
    names = list(items)
    if len(names) <= 1:
        return "".join(names)
    if any(mark in name for name in names for mark in ("和", "、", "及", "与")):
        return "、".join(names)
    return "、".join(names[:-1]) + last + names[-1]


def titles_text(titles: Iterable[str]) -> str:
    """Join titles of documents, each within 《》, titles inside them within 〈〉; no mark stands between two (GB/T 15834-2011, 4.5.3.5)."""
    return "".join(f"《{_outermost(title).translate(_INNER_TITLE)}》" for title in titles)


_INNER_TITLE = str.maketrans("《》", "〈〉")


def _outermost(title: str) -> str:
    """Return a title without the marks around all of it; marks around a title within it stay."""
    inner = title[1:-1]
    return inner if title.startswith("《") and title.endswith("》") and inner.find("》") >= inner.find("《") else title


def counts_text(counts: Iterable[tuple[str, int]], measure: str = "个") -> str:
    """Return ``2个党工委、10个党委、44个党支部``; kinds that do not occur are left out."""
    return "、".join(f"{n}{measure}{name}" for name, n in counts if n)


def clause(text: str) -> str:
    """Return ``text`` without space around it and without a mark at its end, ready to be built into a sentence."""
    return re.sub(r"[，、；：。．.,;:\s]+$", "", text.strip())


def sentence(*parts: str) -> str:
    """Return the parts as one sentence with one full stop; empty parts fall away, an empty sentence stays empty."""
    text = clause("".join(parts))
    if not text:
        return ""
    return tidy(text if text[-1] in "！？" or text.endswith(("。”", "！”", "？”")) else f"{text}。")


_STRENGTH = "、，：；。！？"
_RUN = re.compile(f"[{_STRENGTH}]{{2,}}")
_CHINESE = "[一-鿿，、；：。！？《》（）“”]"
_BETWEEN = rf"(?<={_CHINESE})"
_HALF = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}


def tidy(text: str) -> str:
    """Return Chinese text with clean punctuation.

    Of marks that meet, the strongest stays (；。 → 。, 。。 → 。); half-width marks after Chinese characters become full-width; spaces
    beside Chinese characters go; a full stop before 》 or after an opening mark is not ours to judge and stays.
    """
    while (cleaner := _tidied(text)) != text:
        text = cleaner
    return text


def _tidied(text: str) -> str:
    text = re.sub(rf"(?<={_CHINESE})\s+|\s+(?={_CHINESE})", "", text)
    text = re.sub(r"\(([^()]*[一-鿿][^()]*)\)", r"（\1）", text)
    text = re.sub(_BETWEEN + r"[,;:?!]", lambda mark: _HALF[mark.group()], text)
    text = re.sub(_BETWEEN + r"\.(?![0-9A-Za-z])", "。", text)
    text = _RUN.sub(lambda run: max(run.group(), key=_STRENGTH.index), text)
    return re.sub(r"([。！？]”)。(?!”)", r"\1", text)


def enumerate_text(clauses: Sequence[str]) -> str:
    """Return ``一是甲。二是乙。``; a single clause stays a plain sentence."""
    if len(clauses) == 1:
        return sentence(clauses[0])
    return "".join(sentence(numbering(5, place), text) for place, text in enumerate(clauses, start=1))


def gap(what: str) -> str:
    """Return a visible gap that a person must fill: ``【待补：下步打算】``."""
    return f"【待补：{re.sub('[【】]', '', clause(what))}】"
