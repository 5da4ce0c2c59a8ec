"""Checklists as spreadsheets: export, template, and import in three steps (upload, look at the check, confirm)."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib import messages
from django.core import signing
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections.actions.checklist_import import import_checklist
from inspections.actions.checklists import log
from inspections.checklist_files.comparing import compare_items, compare_wordings, library_state
from inspections.checklist_files.content import Content
from inspections.checklist_files.reading import read_checklist
from inspections.checklist_files.writing import sheets_of, template_sheets
from inspections.forms.checklists import ConfirmForm, UploadForm
from inspections.models import Checklist
from inspections.models.checklist import ChecklistQuerySet
from inspections.views.checklist_access import editable, require_editor
from jobs.errors import Refused
from units.importing.reading import Unreadable
from units.spreadsheets import download
from units.typed import key_of

SALT = "inspections.checklist_import"
CHECK_LASTS = 3600
SHOWN = 300
"""Faults and changes shown; more do not help anybody to mend a file."""


@require_GET
def checklist_export(request: HttpRequest, pk: int) -> FileResponse:
    """Download one version as a spreadsheet that can be imported again."""
    checklist = editable(request, pk)
    log("checklist_export", f"导出督查清单“{checklist}”", checklist, by=request.user)
    return download(f"{checklist}.xlsx", sheets_of(checklist))


@require_GET
def checklist_import_template(request: HttpRequest) -> FileResponse:
    """Download an example with a sheet of allowed values."""
    require_editor(request)
    return download("督查清单导入模板.xlsx", template_sheets())


def _drafts(request: HttpRequest) -> ChecklistQuerySet:
    return Checklist.objects.visible_to(request.user).filter(status=Checklist.Status.DRAFT)


@require_http_methods(["GET", "POST"])
def checklist_import(request: HttpRequest) -> HttpResponse:
    """Step one takes the file; step two shows every fault, or what would change. Nothing is written."""
    require_editor(request)
    initial = {"draft": key_of(request.GET.get("replace"))}
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(*posted, drafts=_drafts(request), initial=initial)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            content, faults = read_checklist(file, file.size)
        except Unreadable as error:
            form.add_error("file", str(error))
        else:
            return _show_check(request, form, content, faults)
    return render(request, "inspections/checklists/import.html", {"form": form}, status=422 if form.is_bound else 200)


def _show_check(request: HttpRequest, form: UploadForm, content: Content, faults: list) -> HttpResponse:
    draft = form.cleaned_data["draft"]
    context = {"draft": draft, "file_name": form.cleaned_data["file"].name, "name": form.new_name}
    if faults:
        context |= {"faults": faults[:SHOWN], "fault_count": len(faults)}
        return render(request, "inspections/checklists/import_check.html", context, status=422)
    checked = {
        "user": request.user.pk,
        "name": form.new_name,
        "draft": draft.pk if draft else None,
        "revision": draft.revision if draft else 0,
        "content": asdict(content),
        "library": library_state(content),
    }
    context |= {
        "content": content,
        "items": compare_items(content, draft) if draft else None,
        "wordings": compare_wordings(content),
        "checked": signing.dumps(checked, salt=SALT, compress=True),
    }
    return render(request, "inspections/checklists/import_check.html", context)


@require_POST
def checklist_import_confirm(request: HttpRequest) -> HttpResponse:
    """Step three: take in exactly what was checked, all of it or nothing."""
    require_editor(request)
    form = ConfirmForm(request.POST)
    try:
        checked = signing.loads(form.cleaned_data["checked"] if form.is_valid() else "", salt=SALT, max_age=CHECK_LASTS)
    except signing.BadSignature:
        checked = {}
    if checked.get("user") != request.user.pk:
        messages.error(request, "检查结果已失效，没有导入。请重新上传文件。")
        return redirect("inspections:checklist_import")
    draft = get_object_or_404(Checklist.objects.visible_to(request.user), pk=checked["draft"]) if checked["draft"] else None
    try:
        checklist = import_checklist(
            Content(**checked["content"]),
            by=request.user,
            library=checked["library"],
            name=checked["name"],
            draft=draft,
            revision=checked["revision"],
        )
    except Refused as error:
        messages.error(request, str(error))
        return redirect("inspections:checklist_import")
    messages.success(request, f"已导入“{checklist}”。")
    return redirect("inspections:checklist_detail", pk=checklist.pk)
