"""Understanding the lines of an old report: title, addressee, number, outline, paragraphs, signature and date."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from inspections.documents.cleaning import cleaned
from inspections.documents.lines import Line, Source
from inspections.documents.numerals import NUMERAL, leading_mark, read_numeral

_LONGEST_TITLE = 80
_MOST_TITLE_LINES = 4
_LONGEST_HEADING = 50
_ITEM = 3
"""The level of 1."""
_TITLE_WORDS = re.compile(r"(?:报告|总结|通报|通知|意见|方案|汇报|材料|情况|纪要|通知书|清单|要点|函)(?:[（(].{1,20}[）)])?$")
_ENDS = ("。", "；", "，", "：", "！", "、")
_ARABIC = re.compile(r"(?P<y>\d{4})\s*[年./-]\s*(?P<m>\d{1,2})\s*[月./-]\s*(?P<d>\d{1,2})\s*日?")
_SPELLED = re.compile(r"(?P<y>[〇○Ｏ零一二三四五六七八九]{4})年(?P<m>[一二三四五六七八九十]{1,2})月(?P<d>[一二三四五六七八九十]{1,3})日")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*(?:年|〕|\])")
_NUMBER = re.compile(r"^[一-鿿]{1,12}[〔\[（(【]\s*(?:19|20)\d{2}\s*[〕\]）)】]\s*(?:第)?\d{1,4}号$")
_ADDRESSEE = re.compile(r"^[^。；]{2,60}[：:]$")
_ISSUER = re.compile(
    r"(?:委员会|党委|党工委|党组|党支部|党总支|办公室|委|局|部|组|中心|政府|街道|社区|公司|院|校|会|室|处|科|站|所|队|馆|社)$"
)
_ANNEX = re.compile(r"^附件?\s*+[：:]?\s*+\d{0,2}\s*+[.．、：:]?")
_NOISE = re.compile(r"[一-鿿A-Za-z0-9]")
_FIGURES = {sign: str(value) for value, sign in enumerate("零一二三四五六七八九")} | dict.fromkeys("〇○Ｏ", "0")
_RUN = re.compile(rf"(?:^|(?<=[。；，：]))(?P<n>{NUMERAL})是")
_LONGEST_DATE_LINE = 24
_CLOSING = 6
"""A date without a signer before it is that of the report only among this many last lines."""


@dataclass
class Understood:
    """An old report as it was understood. ``blocks`` hold kind, level, mark, lead, text and rows; ``unread`` what was not."""

    title: str = ""
    issuer: str = ""
    addressee: str = ""
    number: str = ""
    year: int | None = None
    signed_on: date | None = None
    blocks: list[dict[str, Any]] = field(default_factory=list)
    unread: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All words in order, for searching and comparing."""
        lines = [self.number, self.title, self.addressee]
        for block in self.blocks:
            cells = ("\t".join(row) for row in block.get("rows", ()))
            lines.append(
                "\n".join(cells) or f"{block['mark']}{block['lead']}{'。' if block['lead'] and block['text'] else ''}{block['text']}"
            )
        return "\n".join(line for line in lines if line)


def understand(source: Source, name: str = "") -> Understood:
    """Return the outline of ``source``; ``name`` is the file's, the title when the text has none. Never raises, drops nothing."""
    found = Understood(unread=[{"what": row.what, "text": row.text, "line": row.line} for row in source.unread])
    lines = _clean(source, found)
    lines = _take_title(lines, found)
    signed = _closing(lines, found)
    for number, (place, line) in enumerate(lines):
        if number in signed:
            found.blocks.append(_signature(place, line))
        else:
            _add(found, place, line)
    if not found.title:
        found.title = re.sub(r"\.\w{2,4}$", "", name).strip()[:200] or "（无标题）"
        found.unread.append({"what": "标题", "text": "文中没有找到标题，暂用文件名。", "line": 0})
    found.year = _year_of(found)
    return found


Numbered = tuple[int, Line]


def _clean(source: Source, found: Understood) -> list[Numbered]:
    lines: list[Numbered] = []
    for place, line in enumerate(source.lines, start=1):
        if line.rows:
            lines.append((place, line))
            continue
        text, removed = cleaned(line.text)
        found.unread.extend({"what": "网页残留，已去掉", "text": row, "line": place} for row in removed)
        if text and not _NOISE.search(text):
            found.unread.append({"what": "没有文字的一行", "text": text, "line": place})
        elif text:
            lines.append((place, Line(text, line.level, line.is_title)))
    return lines


def _take_title(lines: list[Numbered], found: Understood) -> list[Numbered]:
    """Number, title (perhaps over several lines), date below it and addressee, as far as they stand at the top."""
    _take_number(lines, found)
    titles = [lines.pop(0)[1].text for _line in range(_title_lines([line for _place, line in lines[:_MOST_TITLE_LINES]]))]
    found.title = "".join(titles)[:200]
    _take_number(lines, found)
    if lines and titles:
        bare = lines[0][1].text.strip("（）()")
        day = date_in(bare)
        if day and len(bare) <= 16:  # noqa: PLR2004 -- nothing but a date
            found.signed_on = day
            found.blocks.append(_signature(*lines.pop(0)))
    if lines and _ADDRESSEE.match(lines[0][1].text) and not leading_mark(lines[0][1].text):
        found.addressee = lines.pop(0)[1].text.rstrip("：:")
    return lines


def _take_number(lines: list[Numbered], found: Understood) -> None:
    if lines and _NUMBER.match(lines[0][1].text):
        found.number = lines.pop(0)[1].text


def _signature(place: int, line: Line) -> dict[str, Any]:
    return {"kind": "signature", "level": 0, "mark": "", "lead": "", "text": line.text, "line": place}


def _title_lines(lines: list[Line]) -> int:
    """How many of the first lines are the title: up to the one that ends like a title, else those that are set like one."""
    styled = 0
    for place, line in enumerate(lines, start=1):
        if not _may_be_title(line):
            break
        if _TITLE_WORDS.search(line.text):
            return place
        if styled == place - 1 and (line.is_title or line.level == 1 or line.text.startswith("关于")):
            styled = place
    return styled


def _may_be_title(line: Line) -> bool:
    text = line.text
    return not (line.rows or len(text) > _LONGEST_TITLE or text.endswith(_ENDS) or leading_mark(text) or date_in(text.strip("（）()")))


def _closing(lines: list[Numbered], found: Understood) -> range:
    """Read signers and date; return which lines they are. They stand at the end, or before the annexes."""
    for place in range(len(lines) - 1, -1, -1):
        line = lines[place][1]
        day = date_in(line.text) if not line.rows and len(line.text) <= _LONGEST_DATE_LINE else None
        if day is None or leading_mark(line.text) or line.text.endswith("。"):
            continue
        start = place
        while start and _is_signer(lines[start - 1][1]):
            start -= 1
        rest = re.sub(_ARABIC, "", re.sub(_SPELLED, "", line.text)).strip()
        is_end = len(lines) - place <= _CLOSING or (place + 1 < len(lines) and _ANNEX.match(lines[place + 1][1].text))
        if start == place and not rest and not is_end:
            continue
        found.signed_on = day
        found.issuer = "、".join([*(row.text for _place, row in lines[start:place]), *([rest] if rest else [])])[:100]
        return range(start, place + 1)
    if lines and _is_signer(lines[-1][1]):
        found.issuer = lines[-1][1].text[:100]
        return range(len(lines) - 1, len(lines))
    return range(0)


def _is_signer(line: Line) -> bool:
    text = line.text
    return not line.rows and len(text) <= 40 and not text.endswith(_ENDS) and not leading_mark(text) and bool(_ISSUER.search(text))  # noqa: PLR2004


def date_in(text: str) -> date | None:
    """Return the first date in ``text``, in Arabic or Chinese figures; None when there is none that exists."""
    try:
        if hit := _ARABIC.search(text):
            return date(int(hit["y"]), int(hit["m"]), int(hit["d"]))
        if hit := _SPELLED.search(text):
            year = int("".join(_FIGURES[sign] for sign in hit["y"]))
            return date(year, read_numeral(hit["m"]), read_numeral(hit["d"]))
    except ValueError:
        return None
    return None


def _add(found: Understood, place: int, line: Line) -> None:
    block: dict[str, Any] = {"kind": "body", "level": 0, "mark": "", "lead": "", "text": line.text, "line": place}
    before = found.blocks[-1] if found.blocks else block
    mark = leading_mark(line.text) if not line.rows else None
    if line.rows:
        block |= {"kind": "table", "text": "", "rows": [list(row) for row in line.rows]}
    elif before["kind"] == "annex" and mark and mark.level == _ITEM and mark.number == _annexes(before["text"]) + 1:
        block["kind"] = "annex"
    elif before["kind"] == "annex" and re.fullmatch(r"附件\s*\d*", before["text"]) and len(line.text) <= _LONGEST_HEADING and not mark:
        block |= {"kind": "heading", "level": 1}
    elif mark:
        rest = line.text[mark.end :].strip()
        block |= {"level": mark.level, "mark": mark.text, **_split(rest)}
        block["runs"] = runs_in(block["text"])
        if not rest:
            found.unread.append({"what": "只有序号的一行", "text": line.text, "line": place})
    elif line.level:
        block |= {"kind": "heading", "level": line.level}
    elif found_runs := runs_in(line.text):
        block["runs"] = found_runs
    elif _ANNEX.match(line.text) and len(line.text) <= _LONGEST_HEADING:
        block["kind"] = "annex"
    found.blocks.append(block)


def _annexes(text: str) -> int:
    """The number of the annex that a line of the list of annexes names."""
    mark = leading_mark(re.sub(r"^附件\s*[：:]?\s*", "", text))
    return mark.number if mark else 0


def runs_in(text: str) -> list[str]:
    """Return 一是…, 二是… of a paragraph, each up to the next; empty unless they count from one without a gap."""
    found = [(hit.start(), read_numeral(hit["n"])) for hit in _RUN.finditer(text)]
    if len(found) <= 1 or [number for _start, number in found] != list(range(1, len(found) + 1)):
        return []
    ends = [start for start, _number in found[1:]] + [len(text)]
    return [text[start:end].strip() for (start, _number), end in zip(found, ends, strict=True)]


def _split(rest: str) -> dict[str, str]:
    """What follows a number: a heading on its own line, a run-in heading with its paragraph, or only a paragraph."""
    head, stop, tail = rest.partition("。")
    if not stop:
        is_heading = len(rest) <= _LONGEST_HEADING and not rest.endswith(("；", "，", "："))
        return {"kind": "heading", "lead": "", "text": rest} if is_heading else {"kind": "body", "lead": "", "text": rest}
    if tail.strip() and len(head) <= _LONGEST_HEADING:
        return {"kind": "body", "lead": head, "text": tail.strip()}
    if not tail.strip() and len(head) <= _LONGEST_HEADING // 2 and "，" not in head:
        return {"kind": "heading", "lead": "", "text": head}
    return {"kind": "body", "lead": "", "text": rest}


def _year_of(found: Understood) -> int | None:
    """The year a report is about: that of its title, else the one before its date when dated in January or February, else of its date."""
    if hit := _YEAR.search(found.title):
        return int(hit.group(1))
    if found.signed_on:
        return found.signed_on.year - (1 if found.signed_on.month <= 2 else 0)  # noqa: PLR2004 -- written after the year's end
    for block in found.blocks[:3]:
        if hit := _YEAR.search(block["text"]):
            return int(hit.group(1))
    return None
