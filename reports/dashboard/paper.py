"""通报页: the leaders' page as a document of our own, with the same figures and charts, for the report engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from django.utils import timezone

from inspections.models import Finding
from reports.dashboard.children import Children
from reports.dashboard.definitions import DEFINITIONS
from reports.dashboard.rounds import RoundRow
from reports.dashboard.rows import Board, KeyFigures
from reports.rendering.document import Block, Document, Figure, Heading, Paragraph, Table
from reports.wording import date_text, sentence

ROWS = 200
"""Organizations below that stand on paper; the screen has them all."""
NUMERALS = "一二三四五六七八九十"
DEFINED = (
    ("督查覆盖", "covered"),
    ("整改率", "rate"),
    ("整改逾期", "overdue"),
    ("屡查屡犯", "recurring"),
    ("涉及面", "spread"),
    ("近几次督查", "rounds"),
)


def board_document(shown: dict[str, Any], name: str, now: datetime) -> Document:
    """Return the document; ``shown`` as from ``whole_page``, ``name`` the organization it is about (may be empty)."""
    board: Board = shown["board"]
    about = f"\n（{name}）" if name else ""
    here = timezone.localtime(now)
    parts: list[tuple[str, Sequence[Block]]] = [("总体情况", _overview(board.key, name))]
    figures = count(1)
    if board.coverage:
        parts.append(("督查覆盖", [_coverage(board, next(figures))]))
    if board.found.total.number:
        parts.append(("发现分布", [_found(board, next(figures))]))
    if board.spread:
        parts.append(("涉及面最广的问题", [_spread(board)]))
    if shown["rounds"]:
        parts.append(("近几次督查", [_rounds(shown["rounds"], next(figures))]))
    if shown["below"]:
        parts.append(("下级组织情况", list(_below(shown["below"]))))
    parts.append(("统计口径", [Paragraph(DEFINITIONS[key], lead=f"{label}。", lead_level=2) for label, key in DEFINED]))
    blocks: list[Block] = []
    for numeral, (heading, found) in zip(NUMERALS, parts, strict=False):
        blocks += [Heading(1, f"{numeral}、{heading}"), *found]
    blocks.append(Paragraph(f"以上数字截至{date_text(here.date())}{here:%H时%M分}，按逐条记录统计，不作排名。"))
    return Document(title=f"{board.campaign.title}统计{about}", blocks=tuple(blocks))


def _overview(key: KeyFigures, name: str) -> list[Block]:
    covered, duties = key.covered, key.duties
    whose = f"{name}及其下级" if name else ""
    found = f"发现问题{key.problems}条，其中严重问题{key.serious}条；风险点{key.risk_points}条，好做法{key.good_practices}条"
    told = [sentence(f"{whose}列入督查的党组织{covered.total}个，已办结{covered.concluded}个，占{covered.percent}%"), sentence(found)]
    if duties.issued.number:
        rate = f"下发整改事项{duties.issued}项，已销号{duties.closed}项，整改率{duties.rate}；逾期{duties.overdue}项"
        told.append(sentence(rate, f"；屡查屡犯问题{duties.recurring}条"))
    else:
        told.append(sentence("整改尚未下发"))
    return [Paragraph("".join(told))]


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, first: float = 3.0, align: Sequence[str] = ()) -> Table:
    sides = tuple(align) or ("left", *("right",) * (len(columns) - 1))
    widths = (first, *(1.4,) * (len(columns) - 1))
    return Table(tuple(columns), tuple(tuple(str(cell) for cell in row) for row in rows), widths, sides)


def _coverage(board: Board, number: int) -> Figure:
    rows = [
        (row.label, row.concluded, row.in_progress, row.planned, row.total, f"{row.percent}%")
        for row in (*board.coverage, board.key.covered)
    ]
    table = _table(("单位类别", "已办结", "督查中", "未开始", "全部", "覆盖率"), rows)
    return Figure(f"图{number}　各类单位督查进度", "coverage", (1, 2, 3), table, "个")


def _found(board: Board, number: int) -> Figure:
    rows = [(row.label, *row.severities, row.problems, row.risk_points, row.good_practices) for row in (*board.themes, board.found)]
    table = _table(("主题", *Finding.Severity.labels, "问题", "风险点", "好做法"), rows)
    return Figure(f"图{number}　各主题问题数及程度", "severity", (1, 2, 3), table, "条")


def _spread(board: Board) -> Table:
    rows = [(row.heading, f"{row.n}/{row.of}", row.word, row.findings) for row in board.spread]
    return _table(("问题", "涉及单位", "涉及面", "发现条数"), rows, first=5.0, align=("left", "right", "center", "right"))


def _rounds(rows: Sequence[RoundRow], number: int) -> Figure:
    cells = [
        (
            row.campaign.period,
            row.concluded,
            row.problems,
            row.each,
            row.serious,
            row.duties.closed,
            row.duties.rate,
            row.duties.recurring,
        )
        for row in rows
    ]
    columns = ("督查", "已督查单位", "发现问题", "每单位问题", "严重问题", "已销号", "整改率", "屡查屡犯")
    return Figure(f"图{number}　近{len(rows)}次督查情况", "comparison", (2, 5), _table(columns, cells, first=2.4), "")


def _below(below: Children) -> Iterator[Block]:
    rows = [
        (
            row.label,
            f"{row.concluded}/{row.total}",
            row.problems,
            row.serious,
            f"{row.duties.closed}/{row.duties.issued}" if row.duties.issued.number else "—",
            row.duties.overdue if row.duties.issued.number else "—",
        )
        for row in below.page
    ]
    if below.count > len(rows):
        yield Paragraph(f"共{below.count}个，本页列前{len(rows)}个，其余请在系统中查看。")
    yield _table(("组织（含下级）", "已督查", "问题", "严重", "整改销号", "逾期"), rows, first=4.4)
