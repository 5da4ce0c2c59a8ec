"""Answers to saving one row of a page: its state, its field errors, or whose values stand against it.

The form itself is never sent back: the user may be typing in it. Sent are the row's state (with the base for the next save), the
text of every field's error, and what a closed row shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from inspections.actions.merging import Conflict, Merge, Values, snapshot
from inspections.forms.checklists import RowForm
from jobs.errors import Refused
from units.models import ActivityEntry, OrganizationCategory

CONFLICT, INVALID = 409, 422


@dataclass(frozen=True)
class Row:
    """A row on a page: ``key`` starts its element ids, ``reload_url`` gives its form anew, ``line`` is the template of its closed state."""

    key: str
    reload_url: str
    reload_target: str
    line: str = ""
    context: dict[str, Any] = field(default_factory=dict)


def saved(request: HttpRequest, row: Row, form: RowForm, found: Merge) -> HttpResponse:
    """The row is stored. The next base is what stands in the form: what only others changed still counts as theirs."""
    kept = [(_label(form, name), _shown(form, name, value)) for name, value in found.kept.items()]
    return _answer(request, row, form, 200, text=with_time("已保存"), tone="ok", base=form.values(), kept=kept, is_saved=True)


def invalid(request: HttpRequest, row: Row, form: RowForm) -> HttpResponse:
    """Nothing is stored: the errors stand at their fields."""
    return _answer(request, row, form, INVALID, text="尚未保存：请改正标出的内容。", tone="bad", base=form.base)


def refused(
    request: HttpRequest, row: Row, form: RowForm, error: Refused, *, target: Any, extra: dict[str, Any] | None = None
) -> HttpResponse:
    """Nothing is stored, for a reason that concerns the whole row; a conflict shows both values of each field."""
    context: dict[str, Any] = {"text": str(error), "tone": "bad", "base": form.base, **(extra or {})}
    if isinstance(error, Conflict):
        context |= conflict_context(form, error, target)
    return _answer(request, row, form, CONFLICT, **context)


def conflict_context(form: RowForm, error: Conflict, target: Any) -> dict[str, Any]:
    """Return what ``_conflict.html`` shows: each field's two values, who stored the other one, and the base for overriding them."""
    mine = form.values()
    return {
        "conflicts": [
            (_label(form, name), _shown(form, name, value), _shown(form, name, mine[name])) for name, value in error.theirs.items()
        ],
        "base_override": json.dumps({**form.base, **error.theirs}, ensure_ascii=False),
        "last": ActivityEntry.objects.about(target).first(),
    }


def _answer(request: HttpRequest, row: Row, form: RowForm, status: int, *, base: Values, **context: Any) -> HttpResponse:
    errors = form.errors if form.is_bound else {}
    fields = [(f"{row.key}-{name}", errors.get(name, ())) for name in form.fields]
    general = list(form.non_field_errors()) if form.is_bound else []
    full = {**row.context, "row": row, "fields": fields, "general": general, "base": json.dumps(base, ensure_ascii=False), **context}
    return render(request, "inspections/checklists/_saved.html", full, status=status)


def _label(form: RowForm, name: str) -> str:
    return str(form.fields[name].label)


def _shown(form: RowForm, name: str, value: Any) -> str:
    """Return a stored value as the user knows it from the form."""
    if value in ("", [], None):
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(OrganizationCategory.objects.filter(pk__in=value).values_list("name", flat=True))
    choices = dict(getattr(form._meta.model._meta.get_field(name), "flatchoices", ()))
    return str(choices.get(value, value))


def base_of(instance: Any, fields: Iterable[str]) -> str:
    """Return what a form of ``instance`` starts from, as it is sent along with the form."""
    return json.dumps(snapshot(instance, fields), ensure_ascii=False)


def with_time(text: str) -> str:
    """Return a sentence with the time of day behind it."""
    return f"{text} {timezone.localtime():%H:%M}"


def told(request: HttpRequest, text: str, *, tone: str = "ok", status: int = 200) -> HttpResponse:
    """Answer with one sentence for the line that tells the page's state."""
    response = render(request, "inspections/checklists/_told.html", {"text": text, "tone": tone}, status=status)
    response["HX-Retarget"] = "#page-state"
    response["HX-Reswap"] = "innerHTML"
    return response


def not_done(request: HttpRequest, error: Refused) -> HttpResponse:
    """Tell on the page's own line why a verb was refused."""
    return told(request, str(error), tone="bad", status=CONFLICT)


def unreadable(request: HttpRequest) -> HttpResponse:
    """Tell that a request lacked what every page of ours sends."""
    return told(request, "请求不完整，没有保存。请刷新页面后再试。", tone="bad", status=INVALID)
