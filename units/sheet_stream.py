"""Tables of any length as .xlsx or .csv, written row after row into a file: memory does not grow with the number of rows.

An .xlsx file is a zip of XML. XlsxWriter writes it in constant memory too, at four times the time of the processor; for the lists of a
province that is the difference between seconds and a minute (``benchmarks/scale/exports.py``). What is typed by people stays text in both:
in .xlsx a cell says so itself, in .csv a text that a spreadsheet would take for a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any

from django.utils import timezone

CSV = "text/csv; charset=utf-8"
LONGEST = 32_767
"""Characters that a cell can hold."""
MOST_ROWS = 1_048_000
"""Rows of one sheet; a longer table goes on in a second one."""
TOGETHER = 200
LEVEL = 1
"""Compression: the higher levels save a tenth of the file for twice the time."""
WIDE = 30
"""Columns from this width on hold sentences, and break their lines."""
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 -- spreadsheets know no zones
_SECONDS = 86_400
_SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_FORMULA = re.compile(r"\A[\s\x00-\x1f]*[=+\-@＝＋－＠]|\A[\t\r\n]")
_HEADER, _TOP, _WRAPPED, _MOMENT, _DAY = 1, 2, 3, 4, 5
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ALIGNED = '<xf numFmtId="{form}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">{how}</xf>'
_STYLES = (
    f'{_XML}<styleSheet {_MAIN}><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFEAEEF2"/><bgColor indexed="64"/></patternFill></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>'
    + "".join(
        _ALIGNED.format(form=form, how=f'<alignment vertical="top"{wrap}/>')
        for form, wrap in ((0, ""), (0, ' wrapText="1"'), (164, ""), (165, ""))
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def write_xlsx(target: IO[bytes], name: str, headers: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[float]) -> int:
    """Write ``rows`` below ``headers`` as a workbook to ``target`` and return how many there were.

    Numbers, dates and moments stay what they are; every text is a text. A file that a failure leaves unfinished is no workbook at all.
    """
    rest = iter(rows)
    names: list[str] = []
    total = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL, allowZip64=True) as archive:
        first = next(rest, None)
        while not names or first is not None:
            names.append(name if not names else f"{name}（{len(names) + 1}）")
            some = islice(chain([first] if first is not None else [], rest), MOST_ROWS)
            with archive.open(f"xl/worksheets/sheet{len(names)}.xml", "w", force_zip64=True) as sheet:
                total += _write_sheet(sheet, headers, some, widths)
            first = next(rest, None)
        for path, text in _frame(names):
            archive.writestr(path, text)
    return total


def _write_sheet(sheet: IO[bytes], headers: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[float]) -> int:
    letters = [_letters(place) for place in range(len(headers))]
    styles = [_WRAPPED if width >= WIDE else _TOP for width in widths]
    columns = "".join(f'<col min="{n}" max="{n}" width="{width:g}" customWidth="1"/>' for n, width in enumerate(widths, start=1))
    head = "".join(_text(f"{letter}1", header, _HEADER) for letter, header in zip(letters, headers, strict=True))
    frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    sheet.write(
        f'{_XML}<worksheet {_MAIN}><sheetViews><sheetView workbookViewId="0">{frozen}</sheetView></sheetViews>'
        f'<cols>{columns}</cols><sheetData><row r="1">{head}</row>'.encode()
    )
    count = 0
    rest = iter(rows)
    while some := list(islice(rest, TOGETHER)):
        parts = []
        for row in some:
            count += 1
            number = count + 1
            cells = [
                _cell(f"{letter}{number}", value, style)
                for letter, value, style in zip(letters, row, styles, strict=True)
                if value is not None and value != ""
            ]
            parts.append(f'<row r="{number}">{"".join(cells)}</row>')
        sheet.write("".join(parts).encode())
    sheet.write(f'</sheetData><autoFilter ref="A1:{letters[-1]}{max(count, 1) + 1}"/></worksheet>'.encode())
    return count


def _cell(place: str, value: Any, style: int) -> str:
    if isinstance(value, str):
        return _text(place, value, style)
    if isinstance(value, bool):
        return _text(place, "是" if value else "否", style)
    if isinstance(value, int | float | Decimal):
        return f'<c r="{place}" s="{_TOP}"><v>{value}</v></c>'
    if isinstance(value, datetime):
        since = (timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value) - _DAY_ZERO
        return f'<c r="{place}" s="{_MOMENT}"><v>{since.days + since.seconds / _SECONDS:.9f}</v></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="{_DAY}"><v>{(value - _DAY_ZERO.date()).days}</v></c>'
    return _text(place, str(value), style)


def _text(place: str, text: str, style: int) -> str:
    if len(text) > LONGEST:
        text = text[:LONGEST]
    if _SPECIAL.search(text):
        text = _SPECIAL.sub(_harmless, text)
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _harmless(found: re.Match[str]) -> str:
    """Return markup as text, nothing for what XML cannot hold, and ``_x0041_`` such that a spreadsheet does not read a letter in it."""
    sign = found[0]
    if len(sign) > 1:
        return f"_x005F{sign}"
    return {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": ""}.get(sign, "")


def _letters(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _frame(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the small files that make a workbook of the sheets."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    numbers = range(1, len(names) + 1)
    parts = "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>' for n in numbers)
    yield (
        "[Content_Types].xml",
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'  # noqa: ISC004 -- one text
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>{parts}'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/></Types>',
    )
    yield "_rels/.rels", _relations([("rId1", "officeDocument", "xl/workbook.xml")])
    sheets = "".join(f'<sheet name="{_sheet_name(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in zip(numbers, names, strict=True))
    yield "xl/workbook.xml", f'{_XML}<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'
    to_sheets = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations([*to_sheets, (f"rId{len(names) + 1}", "styles", "styles.xml")])
    yield "xl/styles.xml", _STYLES


def _relations(rows: Sequence[tuple[str, str, str]]) -> str:
    inner = "".join(f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for key, kind, target in rows)
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _sheet_name(name: str) -> str:
    plain = re.sub(r"[\\/*?:\[\]&<>\"']", " ", name)
    return plain[:20] + (plain[-4:] if len(plain) > 24 else plain[20:])  # noqa: PLR2004 -- 31 characters at most


def write_csv(target: IO[bytes], headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write ``rows`` below ``headers`` as UTF-8 with the mark by which spreadsheets know it; return how many there were.

    A text that begins like a formula gets an apostrophe before it (OWASP, “CSV Injection”).
    """
    stream = io.TextIOWrapper(target, "utf-8-sig", errors="replace", newline="", write_through=False)
    writer = csv.writer(stream)
    writer.writerow(headers)
    count = 0
    for row in rows:
        writer.writerow([_plain(value) for value in row])
        count += 1
    stream.flush()
    stream.detach()
    return count


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        text = value.replace("\0", "")
        return f"'{text}" if _FORMULA.match(text) else text
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%d %H:%M}"
    return "" if value is None else value
