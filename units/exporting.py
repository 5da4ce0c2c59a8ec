"""Taking a list out as a file: at once while it is short, by a worker when it is long. Same rows, same columns, either way."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from jobs import actions as jobs
from units.actions.activity import record
from units.lists import BATCH, Column, Found, ListKind, columns_of, conditions, exported_columns
from units.models import User
from units.paging import capped_count
from units.sheet_stream import CSV, write_csv, write_xlsx
from units.spreadsheets import XLSX

DIRECT_ROWS = 2_000
"""Up to here a file is made while the user waits; beyond, a background job makes it."""
KIND = "units.list_export"
FORMATS = {"xlsx": ("Excel", XLSX), "csv": ("CSV", CSV)}
Advance = Callable[[int], None]


def write_list(
    kind: ListKind, found: Found, columns: Sequence[Column], target: IO[bytes], *, name: str, form: str, advance: Advance = lambda _n: None
) -> int:
    """Write what was found as ``form`` (a key of ``FORMATS``) to ``target`` and return the number of rows.

    ``name`` is what the sheet is called; ``advance`` is told the count of each batch.
    """
    rows = _counted(kind.read(found.rows, columns), advance)
    headers = [column.label for column in columns]
    if form == "csv":
        return write_csv(target, headers, rows)
    return write_xlsx(target, name, headers, rows, [column.width for column in columns])


def _counted(rows: Iterable[Sequence[Any]], advance: Advance) -> Iterator[Sequence[Any]]:
    count = 0
    for row in rows:
        yield row
        count += 1
        if count == BATCH:
            advance(count)
            count = 0
    advance(count)


def page_of(kind: ListKind, query: QueryDict) -> str:
    """Return the address of the list's page with the conditions of ``query``."""
    place = query.get("place", "")
    page = reverse(kind.page, kwargs={kind.place: place} if kind.place else None)
    said = conditions(query).urlencode()
    return f"{page}?{said}" if said else page


def export(request: Any, kind: ListKind) -> HttpResponse | FileResponse:
    """Answer a request for the list ``kind``, with the conditions of the address, as a file; ``as`` says which sort of file.

    A long list is made by a job, which only a POST starts. Faulty conditions lead back to the page, which shows what is wrong with them.
    """
    query = request.GET
    form = request.POST.get("as") or query.get("as") or "xlsx"
    form = form if form in FORMATS else "xlsx"
    found = kind.found(request.user, query)
    back = page_of(kind, query)
    if found.fault:
        return redirect(back)
    is_long = capped_count(found.rows, DIRECT_ROWS).is_capped
    if is_long and request.method != "POST":
        messages.info(request, f"超过 {DIRECT_ROWS} {kind.unit}，数据较多，请点击“导出”在后台导出。")
        return redirect(back)
    _key, label, _columns = kind.face(query)
    columns = exported_columns(kind, query, request.user)
    count = found.rows.count()
    name = f"{label}-{timezone.localdate():%Y%m%d}.{form}"
    said = {"筛选条件": ["", found.words], "列": ["", "、".join(column.label for column in columns)], "格式": ["", FORMATS[form][0]]}
    with transaction.atomic():
        record(request.user, kind.verb, f"导出{label} {count} {kind.unit}", changes=said)
        if is_long:
            params = {"list": kind.key, "query": query.urlencode(), "columns": [column.key for column in columns], "form": form}
            params |= {"name": name, "rights": kind.rights(request.user)}
            title = f"导出{label}（{count} {kind.unit}）"
            job = jobs.start(KIND, title, by=request.user, params=params, total=count, back_url=back[:300])
            return redirect("jobs:job_detail", pk=job.pk)
    target = tempfile.TemporaryFile()  # noqa: SIM115 -- the response reads and closes it
    write_list(kind, found, columns, target, name=label, form=form)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=name, content_type=FORMATS[form][1])


def again(kind: ListKind, user: User, query: QueryDict, columns: Sequence[str]) -> tuple[Found, list[Column], str]:
    """Return what ``user`` finds today by the address of an export that was asked for, its columns, and what the list is called."""
    return kind.found(user, query), columns_of(kind, columns), kind.face(query)[1]
