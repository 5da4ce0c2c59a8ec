"""A directory of 100,000 organizations from a workbook: checked, with faults named row by row, and written."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import xlsxwriter
from django.core.files.base import ContentFile
from django.db import connection

from benchmarks.scale.costs import InDatabase
from tests import factories
from units.actions import imports
from units.importing.columns import CODE, KIND, NAME, PARENT, SHEET
from units.models import OrganizationImport, PartyOrganization, User

ROWS, EACH, WRONG = 100_000, 30, (7, 5_000, 99_999)
"""So many rows, so many below each, and the rows that name an organization above which is nowhere."""


def importing(top: PartyOrganization, faults: list[str], rows: int = ROWS) -> None:
    """Check a workbook with faults, then check and write one without; the goal for both steps together is ten seconds."""
    user = factories.make_user("名录管理员", role="administrator", at=top, username="bench-admin")
    with_faults = _kept(user, top, rows, wrong=[row for row in WRONG if row < rows])
    begun = time.process_time()
    plan = imports.check(with_faults)
    named = {fault.row for fault in plan.faults}
    print(
        f"\nA workbook of {rows:,} rows: {len(named)} faulty rows named in {time.process_time() - begun:.1f} s of the processor.",
        flush=True,
    )
    expected = {row + 2 for row in WRONG if row < rows}
    if named != expected:
        faults.append(f"the import names rows {sorted(named)[:5]} in place of {sorted(expected)}")
    good = _kept(user, top, rows, wrong=[])
    before = PartyOrganization.objects.count()
    check = cost_of_once(lambda: imports.check(good))
    imports.confirm(good, by=user)
    write = cost_of_once(lambda: imports.carry_out(good))
    print("| step | CPU s | s | in the database s |\n|---|---:|---:|---:|")
    for name, (cpu, wall, database) in (("check", check), ("write", write)):
        print(f"| {name} | {cpu:.1f} | {wall:.1f} | {database:.1f} |")
    both = check[1] + write[1]
    print(f"\nBoth steps: {both:.1f} s (goal 10).", flush=True)
    if PartyOrganization.objects.count() != before + rows:
        faults.append("the import did not write every organization")


def cost_of_once(what: Callable[[], object]) -> tuple[float, float, float]:
    """Return seconds of the processor, altogether and in the database, of something that can be done but once."""
    spent = InDatabase()
    begun, used = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(spent):
        what()
    return time.process_time() - used, time.perf_counter() - begun, spent.seconds


def _kept(user: User, top: PartyOrganization, rows: int, *, wrong: list[int]) -> OrganizationImport:
    """Return an upload that waits for its check: a new town below ``top`` for every thirty branches."""
    target = io.BytesIO()
    prefix = "K" if wrong else "L"
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.write_row(0, 0, (CODE, NAME, KIND, PARENT))
        for row in range(rows):
            above = top.code if row % EACH == 0 else f"{prefix}{row - row % EACH}"
            kind = "党委" if row % EACH == 0 else "党支部"
            sheet.write_row(row + 1, 0, (f"{prefix}{row}", f"第{row}号试验组织", kind, "查无此码" if row in wrong else above))
    imported = OrganizationImport(file_name="名录.xlsx", created_by=user)
    imported.file.save(str(imported.pk), ContentFile(target.getvalue()), save=False)
    imported.save(force_insert=True)
    return imported
