"""The ledger as an .xlsx file, read back for what the organizations filled in (``list_kinds.LEDGER`` writes it)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from inspections.ledger import PAPER
from inspections.models import Rectification
from units.importing.reading import Table, Unreadable, read_sheets
from units.importing.sheets import Fault, Row, half_width, rows_by_header

MAX_ROWS = 5_000
MAX_BYTES = 10 * 2**20
LONGEST = 2_000
TITLE_LENGTH = Rectification._meta.get_field("responsible_title").max_length or 0
FILLED = {"整改措施": "measure", "责任人职务": "responsible_title", "进展": "progress"}
"""What is taken in: everything else in the file is the office's and stays as it is."""


@dataclass(frozen=True)
class Filled:
    """What one line of a file says about one row of the ledger; ``None`` where the cell is empty: what is empty stays as it was."""

    line: int
    reference: str
    measure: str | None
    responsible_title: str | None
    progress: str | None


def read_ledger(file: IO[bytes], size: int) -> tuple[list[Filled], list[Fault]]:
    """Read a filled-in ledger: lines, and every fault with row and column. Raises ``Unreadable`` when it is no workbook at all."""
    if size > MAX_BYTES:
        raise Unreadable(f"文件超过 {MAX_BYTES // 2**20} MB，请删去图片和多余的工作表后再上传。")
    tables = read_sheets(file)
    name = PAPER.label if PAPER.label in tables else next(iter(tables))
    rows, faults = _lines(tables, name)
    if len(rows) > MAX_ROWS:
        raise Unreadable(f"文件有 {len(rows)} 行，一次最多导入 {MAX_ROWS} 行。请分几次导入。")
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        filled, own = _filled(row, name)
        faults += own
        if filled is None:
            continue
        if filled.reference in seen:
            faults.append(Fault(name, row.number, "序号", filled.reference, f"与第 {seen[filled.reference]} 行重复，每项只能有一行"))
        seen.setdefault(filled.reference, row.number)
        found.append(filled)
    if not found and not faults:
        faults.append(Fault(name, 2, "序号", "（空）", "至少填写一行"))
    return found, faults


def _lines(tables: dict[str, Table], name: str) -> tuple[list[Row], list[Fault]]:
    headers = [column.label for column in PAPER.columns]
    return rows_by_header(tables, name, headers=headers, required=["序号", "进展"])


def _filled(row: Row, sheet: str) -> tuple[Filled | None, list[Fault]]:
    reference = half_width(row.cells.get("序号", ""))
    values = {field: row.cells.get(header) for header, field in FILLED.items()}
    if not reference:
        if not any(values.values()):
            return None, []
        return None, [Fault(sheet, row.number, "序号", "（空）", "台账里的序号，如 2026-2-007；请从导出的台账填起，不要改动序号")]
    faults = []
    for header, field in FILLED.items():
        longest = TITLE_LENGTH if field == "responsible_title" else LONGEST
        if len(values[field] or "") > longest:
            faults.append(Fault(sheet, row.number, header, f"{len(values[field] or '')} 个字", f"不超过 {longest} 个字"))
    return Filled(line=row.number, reference=reference, **values), faults
