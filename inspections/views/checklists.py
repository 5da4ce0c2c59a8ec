"""Screens of checklists as wholes: list, reading, create, copy, new version, publish, delete."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections.actions import checklists as actions
from inspections.completeness import faults_of
from inspections.forms.checklists import ChecklistFilterForm, ChecklistForm, CopyForm, PublishForm
from inspections.models import Checklist, ChecklistTheme, StandardFinding
from inspections.views.checklist_access import editable, may_edit, readable, require_editor, require_reader
from jobs.errors import Refused
from units.models import ActivityEntry


@require_GET
def checklist_list(request: HttpRequest) -> HttpResponse:
    """All versions of all checklists that the user may read."""
    require_reader(request)
    form = ChecklistFilterForm(request.GET)
    found = form.filter(Checklist.objects.visible_to(request.user)).with_counts()
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "may_edit": may_edit(request.user), "is_filtered": any(request.GET.values())}
    return render(request, "inspections/checklists/list.html", context)


def themes_with_wordings(checklist: Checklist) -> list[ChecklistTheme]:
    """Return the outline; each item has ``wordings``, its standard wordings in use."""
    themes = checklist.outline()
    items = [item for theme in themes for item in theme.items.all()]
    by_code: dict[str, list[StandardFinding]] = {}
    for wording in StandardFinding.objects.in_use().filter(item_code__in=[item.code for item in items]):
        by_code.setdefault(wording.item_code, []).append(wording)
    for item in items:
        item.wordings = by_code.get(item.code, [])
    return themes


@require_GET
def checklist_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Read and print one version."""
    checklist = readable(request, pk)
    themes = themes_with_wordings(checklist)
    versions = list(Checklist.objects.visible_to(request.user).filter(lineage=checklist.lineage).order_by("-version"))
    context = {
        "checklist": checklist,
        "themes": themes,
        "item_count": sum(len(theme.items.all()) for theme in themes),
        "versions": versions,
        "draft": next((version for version in versions if version.is_editable), None),
        "entries": ActivityEntry.objects.about(checklist)[:10] if may_edit(request.user) else (),
        "may_edit": may_edit(request.user),
        "show_wordings": "wordings" in request.GET,
    }
    return render(request, "inspections/checklists/detail.html", context)


@require_http_methods(["GET", "POST"])
def checklist_create(request: HttpRequest) -> HttpResponse:
    """Start a new checklist from nothing."""
    require_editor(request)
    form = ChecklistForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        checklist = actions.create_checklist(**form.cleaned_data, by=request.user)
        return redirect("inspections:checklist_edit", pk=checklist.pk)
    return render(request, "inspections/checklists/create.html", {"form": form})


@require_http_methods(["GET", "POST"])
def checklist_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy a version into a new checklist of another name."""
    checklist = editable(request, pk)
    form = CopyForm(request.POST if request.method == "POST" else None, initial={"name": f"{checklist.name[:96]}（副本）"})
    if form.is_valid():
        copy = actions.copy_checklist(checklist, name=form.cleaned_data["name"], by=request.user)
        messages.success(request, f"已复制为“{copy.name}”，现在可以修改。")
        return redirect("inspections:checklist_edit", pk=copy.pk)
    return render(request, "inspections/checklists/copy.html", {"form": form, "checklist": checklist})


@require_POST
def checklist_new_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the next version of a published checklist."""
    checklist = editable(request, pk)
    try:
        new = actions.start_version(checklist, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("inspections:checklist_detail", pk=pk)
    messages.success(request, f"已建立第{new.version}版草稿。发布以前，各项督查仍使用现在的版本。")
    return redirect("inspections:checklist_edit", pk=new.pk)


@require_http_methods(["GET", "POST"])
def checklist_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a draft for completeness, show every fault with the way to it, and publish."""
    checklist = editable(request, pk)
    if request.method == "POST":
        form = PublishForm(request.POST)
        try:
            actions.publish_checklist(checklist, revision=form.cleaned_data["revision"] if form.is_valid() else 0, by=request.user)
        except Refused as error:
            messages.error(request, str(error))
            return redirect("inspections:checklist_publish", pk=pk)
        messages.success(request, f"“{checklist}”已发布，督查活动可以选用了。")
        return redirect("inspections:checklist_detail", pk=pk)
    if not checklist.is_editable:
        messages.info(request, f"“{checklist}”{checklist.get_status_display()}，不需要再发布。")
        return redirect("inspections:checklist_detail", pk=pk)
    # Read before the check: a change made meanwhile then shows as a newer revision when publishing.
    checklist = Checklist.objects.with_counts().get(pk=pk)
    faults = faults_of(checklist)
    earlier = Checklist.objects.published().filter(lineage=checklist.lineage).first()
    context = {
        "checklist": checklist,
        "faults": [fault for fault in faults if fault.is_blocking],
        "hints": [fault for fault in faults if not fault.is_blocking],
        "earlier": earlier,
    }
    return render(request, "inspections/checklists/publish.html", context)


@require_POST
def checklist_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a draft."""
    checklist = editable(request, pk)
    try:
        actions.delete_checklist(checklist, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("inspections:checklist_detail", pk=pk)
    messages.success(request, f"草稿“{checklist}”已删除。")
    return redirect("inspections:checklist_list")
