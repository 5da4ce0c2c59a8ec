"""操作记录: the log, to be read and exported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from units.actions.activity import record
from units.forms.activity import ActivityFilterForm, object_name
from units.forms.conditions import in_words
from units.models import ActivityEntry
from units.spreadsheets import download
from units.wording import action_name

PAGE = 50
HEADERS = ("时间", "操作人", "操作", "对象类型", "对象名称", "说明", "变更内容", "网络地址")
WIDTHS = (18, 12, 12, 14, 30, 50, 50, 16)


@require_GET
def activity_list(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first, as far as the reader may know."""
    visible = ActivityEntry.objects.visible_to(request.user)
    form = ActivityFilterForm(request.GET, entries=visible)
    page = Paginator(form.filter(visible), PAGE).get_page(request.GET.get("page"))
    for entry in page.object_list:
        entry.action = action_name(entry.verb)
        entry.kind = object_name(entry.object_type) if entry.object_type else ""
    scope = "全部操作记录" if request.user.audits else "本单位及下级的操作记录" if request.user.office_paths else "我自己的操作记录"
    return render(request, "units/activity.html", {"form": form, "page": page, "scope": scope})


@require_GET
def activity_export(request: HttpRequest) -> FileResponse:
    """The same entries as a spreadsheet. That somebody took them along is itself an entry."""
    visible = ActivityEntry.objects.visible_to(request.user)
    form = ActivityFilterForm(request.GET, entries=visible)
    found = form.filter(visible)
    record(request.user, "units.activity_export", "导出操作记录", changes={"筛选条件": ["", in_words(form)]})
    name = f"操作记录-{timezone.localdate():%Y%m%d}.xlsx"
    return download(name, [("操作记录", HEADERS, _rows(found), WIDTHS)])


def _rows(entries: Any) -> Iterator[tuple[Any, ...]]:
    fields = ("at", "actor_name", "verb", "object_type", "object_name", "summary", "changes", "address")
    for at, actor, verb, kind, name, summary, changes, address in entries.values_list(*fields).iterator(chunk_size=2000):
        yield at, actor, action_name(verb), object_name(kind) if kind else "", name, summary, changes_text(changes), address


def changes_text(changes: dict[str, Any]) -> str:
    """Return the changes of an entry in one line, as the page shows them."""
    parts = []
    for name, values in changes.items():
        old, new = values if isinstance(values, list) and len(values) == 2 else ("", values)  # noqa: PLR2004 -- a pair
        parts.append(f"{name}：{old or '（空）'} → {new or '（空）'}")
    return "；".join(parts)
