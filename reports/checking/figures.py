"""Figures: totals against the lists beside them, parts against sums, shares, counts against the data and the arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterator

from inspections.documents.numerals import NUMERAL, read_numeral
from reports.checking.values import TABLE, CheckContext, CheckMessage, Level, Part, Piece, Sheet, place, shortened
from reports.rendering.charts import number_of

_COUNT = rf"(?P<n>\d+|{NUMERAL}|两)"
_NOUNS = "社区|镇街|街道|乡镇|镇|村|单位|党委|党工委|党总支|党支部|党组|公司|部门|学校|小区|局|中心"
_COUNTED = re.compile(rf"(?P<open>等)?(?:共|这|合计)?{_COUNT}个(?P<noun>{_NOUNS})(?!党)")
_BEFORE = re.compile(r"[^，。；：（）！？\d]*$")
_FARTHEST = 800
"""Characters before a count in which its list is looked for."""
_TITLES = re.compile(
    rf"(?P<list>《[^》]+》(?:[（(][^）)]*[）)])?(?:[、和及与]?《[^》]+》(?:[（(][^）)]*[）)])?)+)(?P<open>等)?{_COUNT}[个份部项](?:文件|制度|办法)"
)
_BEHIND = re.compile(
    rf"{_COUNT}个(?P<noun>{_NOUNS})(?P<open>，?(?:包括|如))?[（(：:](?P<list>[^，。；：（）()]{{2,20}}(?:、[^，。；：、（）()]{{2,20}})+)(?P<more>等)?[）)。]"
)
_PLACES = {"社区", "镇", "街道", "乡镇", "镇街", "村"}
_FEW = 2
_SENTENCE = re.compile(r"[^。！？]+[。！？]?")
_MEASURES = "个|条|项次|项|家|名|次|份|人次|件|场|处|类"
_TOTAL = re.compile(
    rf"(?:共|共有|合计|总计|总共)[^，。；\d]{{0,12}}?(?P<n>\d+)(?P<unit>{_MEASURES})[^，。；\d]{{0,14}}[，；：（(](?P<how>其中|分别是|分别为|按[^，。；]{{1,8}}分，?)"
)
_PART = re.compile(rf"(?P<n>\d+)(?P<unit>{_MEASURES})(?:[^，。；、\d]{{0,10}})?")
_SHARE = re.compile(rf"(?P<n>\d+)(?:{_MEASURES})[^，。；、\d]{{0,8}}[，、（]?(?:占|占比)(?:比)?(?:为)?(?P<share>\d+(?:\.\d+)?)[%％]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TOLERANCE = 0.06
"""Percentages are given with one decimal."""


def _read(text: str) -> int:
    return 2 if text == "两" else int(text) if text.isdecimal() else read_numeral(text)


def lists(sheet: Sheet, _context: CheckContext) -> Iterator[CheckMessage]:
    """How many are said to be listed, and how many are: only where every item ends in the word that is counted, or is a title."""
    for part, piece in sheet.body():
        for hit in _COUNTED.finditer(piece.words):
            listed = _list_before(piece.words, hit.start())
            names = _items(listed, hit["noun"]) or _short_items(listed, hit["noun"])
            if len(names) > 1:
                yield from _compared(
                    part, piece, hit, len(names), "个" + hit["noun"], is_open=bool(hit["open"]), quote=listed + hit.group()
                )
        for hit in _TITLES.finditer(piece.words):
            yield from _compared(part, piece, hit, hit["list"].count("《"), "个文件", is_open=bool(hit["open"]), is_titles=True)
        for hit in _BEHIND.finditer(piece.words):
            names = hit["list"].split("、")
            last = re.split("以及|及|和|与", names[-1])
            is_open = bool(hit["open"] or hit["more"])
            if _read(hit["n"]) != len(names) - 1 + len(last):
                yield from _compared(part, piece, hit, len(names), "个" + hit["noun"], is_open=is_open)


def _list_before(text: str, end: int) -> str:
    """What stands before a count, back to the last mark other than 、; empty where it reaches too far."""
    start = max(end - _FARTHEST, 0)
    found = _BEFORE.search(text[start:end])
    listed = found.group() if found else ""
    return "" if start and len(listed) == end - start else listed


def _items(text: str, noun: str) -> list[str]:
    """The items of a list whose every item ends in ``noun``; empty when one does not. What stands before the first item is cut off."""
    items = [item for chunk in text.split("、") for item in re.split(rf"(?<={noun})(?:以及|及|和|与)", chunk)]
    return items if all(item.endswith(noun) for item in items) else []


def _short_items(text: str, noun: str) -> list[str]:
    """The items of a list of places named without the noun (东湖、西湖和南湖3个社区); empty when it may be a list of anything else."""
    items = text.split("、")
    items = [*items[:-1], *re.split("以及|及|和|与", items[-1])]
    named = items[1:]
    is_even = len({len(item) for item in named}) == 1 and 2 <= len(named[0]) <= 3  # noqa: PLR2004 -- names of places
    return items if noun in _PLACES and len(items) > _FEW and is_even else []


def _compared(
    part: Part, piece: Piece, hit: re.Match[str], listed: int, what: str, *, is_open: bool, is_titles: bool = False, quote: str = ""
) -> Iterator[CheckMessage]:
    said = _read(hit["n"])
    if said == listed or (is_open and said > listed) or (is_titles and said > listed):
        return
    text = f"数目与列举不符：写的是{said}{what}，列出的有{listed}个。"
    yield CheckMessage("figure.list", Level.WARN, piece.uid, "text", place(part, piece), text, shortened(quote or hit.group(), 60))


def sums(sheet: Sheet, _context: CheckContext) -> Iterator[CheckMessage]:
    """共72项，其中…: parts of the same measure may not exceed the total; 分别是 and 按…分 must reach it; shares must be right."""
    for part, piece in sheet.body():
        for sentence in _SENTENCE.findall(piece.words):
            total = _TOTAL.search(sentence)
            if total:
                yield from _parts(part, piece, sentence, total)
                yield from _shares(part, piece, sentence, int(total["n"]))


def _parts(part: Part, piece: Piece, sentence: str, total: re.Match[str]) -> Iterator[CheckMessage]:
    tail = sentence[total.end() :].split("；", maxsplit=1)[0]
    found = [int(hit["n"]) for hit in _PART.finditer(tail) if hit["unit"] == total["unit"]]
    whole, added = int(total["n"]), sum(found)
    is_partial = total["how"] == "其中"
    if len(found) > 1 and (added > whole or (not is_partial and added != whole)):
        text = f"分项与合计不符：合计{whole}{total['unit']}，分项相加为{added}{total['unit']}。"
        yield CheckMessage("figure.sum", Level.WARN, piece.uid, "text", place(part, piece), text, shortened(sentence, 60))


def _shares(part: Part, piece: Piece, sentence: str, whole: int) -> Iterator[CheckMessage]:
    for hit in _SHARE.finditer(sentence):
        n, share = int(hit["n"]), float(hit["share"])
        if whole and n <= whole and abs(n * 100 / whole - share) > _TOLERANCE and not (n < whole and share == 99.9):  # noqa: PLR2004 -- percent_text
            text = f"占比不符：{n}除以{whole}是{n * 100 / whole:.1f}%，写的是{hit['share']}%。"
            yield CheckMessage("figure.share", Level.WARN, piece.uid, "text", place(part, piece), text, hit.group())


def counts(sheet: Sheet, context: CheckContext) -> Iterator[CheckMessage]:
    """What the text counts and the data know."""
    for part, piece in sheet.body():
        for count in context.counts:
            for hit in re.finditer(count.pattern, piece.words):
                said = _read(hit.group(1))
                if said not in count.allowed:
                    known = "或".join(str(number) for number in sorted(count.allowed))
                    text = f"与数据不符：{count.what}在系统里是{known}，文中写的是{said}。"
                    yield CheckMessage("figure.data", Level.WARN, piece.uid, "text", place(part, piece), text, hit.group())


def sourced(sheet: Sheet, _context: CheckContext) -> Iterator[CheckMessage]:
    """A paragraph that rests on data: its facts have changed since, or a person's edit brought in a number they do not have."""
    for part, piece in sheet.pieces():
        if piece.pending:
            text = "这一段的依据已经变化，系统拟了新稿，还没有决定采用哪一稿。"
            yield CheckMessage("figure.pending", Level.WARN, piece.uid, "text", place(part, piece), text, piece.words[:20])
        if not (piece.is_own and piece.drafted and piece.arithmetic) or piece.kind == TABLE:
            continue
        known = set(_NUMBER.findall(piece.drafted)) | {str(value) for row in piece.arithmetic for value in _values(row)}
        added = [number for number in dict.fromkeys(_NUMBER.findall(piece.words)) if number not in known]
        gone = [number for number in dict.fromkeys(_NUMBER.findall(piece.drafted)) if number not in _NUMBER.findall(piece.words)]
        if added and gone:
            text = f"人工改动了有依据的数字：依据为{'、'.join(gone[:4])}，文中为{'、'.join(added[:4])}。"
            yield CheckMessage("figure.edited", Level.WARN, piece.uid, "text", place(part, piece), text, "、".join(added[:4]))


def _values(row: dict[str, object]) -> Iterator[object]:
    for value in row.values():
        yield from value if isinstance(value, list | tuple) else (value,)


def tables(sheet: Sheet, _context: CheckContext) -> Iterator[CheckMessage]:
    """A row 合计 at the end of a table: each of its numbers is the sum of the column."""
    for part, piece in sheet.pieces():
        rows = [[str(cell).strip() for cell in row] for row in piece.table.get("rows", ())] if piece.kind == TABLE else []
        if len(rows) <= 1 or not rows[-1] or rows[-1][0] not in {"合计", "总计", "共计"}:
            continue
        for column in range(1, len(rows[-1])):
            cells = [row[column] if column < len(row) else "" for row in rows]
            if all(cell.isdecimal() for cell in cells) and sum(map(int, cells[:-1])) != int(cells[-1]):
                heads = piece.table.get("columns", ())
                head = heads[column] if column < len(heads) else f"第{column + 1}列"
                text = f"表格合计不符：“{head}”一列相加是{sum(map(int, cells[:-1]))}，合计写的是{cells[-1]}。"
                yield CheckMessage(
                    "figure.table", Level.WARN, piece.uid, f"table:{len(rows) - 1}:{column}", place(part, piece), text, cells[-1]
                )


def drawn(sheet: Sheet, _context: CheckContext) -> Iterator[CheckMessage]:
    """A table that is drawn as a chart: what is drawn must be a number, or the chart has a hole."""
    for part, piece in sheet.pieces():
        chart = (piece.table.get("figure") if piece.kind == TABLE else None) or {}
        for number, row in enumerate(piece.table.get("rows", ()) if chart else ()):
            for column in chart.get("series", ()):
                cell = str(row[column]).strip() if column < len(row) else ""
                if number_of(cell) is None:
                    head = piece.table["columns"][column]
                    text = f"图的数据表第{number + 1}行“{head}”{f'写的是“{cell}”，不是数字' if cell else '没有填'}，图上画不出这一项。"
                    yield CheckMessage("figure.drawn", Level.WARN, piece.uid, f"table:{number}:{column}", place(part, piece), text, cell)
