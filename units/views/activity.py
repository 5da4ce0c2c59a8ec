"""操作记录: the log, to be read and exported."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from units.exporting import export
from units.forms.activity import ActivityFilterForm, object_name
from units.list_kinds import ACTIVITY
from units.list_tools import default_view, tools_for
from units.models import ActivityEntry
from units.wording import action_name

PAGE = 50


@require_GET
def activity_list(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first, as far as the reader may know."""
    if own := default_view(request, ACTIVITY):
        return own
    visible = ActivityEntry.objects.visible_to(request.user)
    form = ActivityFilterForm(request.GET, entries=visible)
    page = Paginator(form.filter(visible), PAGE).get_page(request.GET.get("page"))
    for entry in page.object_list:
        entry.action = action_name(entry.verb)
        entry.kind = object_name(entry.object_type) if entry.object_type else ""
    scope = "全部操作记录" if request.user.audits else "本单位及下级的操作记录" if request.user.office_paths else "我自己的操作记录"
    context = {"form": form, "page": page, "scope": scope, "tools": tools_for(request, ACTIVITY, form)}
    return render(request, "units/activity.html", context)


@require_http_methods(["GET", "POST"])
def activity_export(request: HttpRequest) -> HttpResponse | FileResponse:
    """The same entries as a file. That somebody took them along is itself an entry."""
    return export(request, ACTIVITY)
