"""Import and export of the directory as spreadsheets."""

from __future__ import annotations

import io
import tempfile
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs.errors import Refused
from units.actions import imports as actions
from units.actions.activity import record
from units.forms.conditions import in_words
from units.forms.imports import ImportForm
from units.forms.organizations import OrganizationFilterForm
from units.importing.columns import HEADERS, SHEET
from units.importing.writing import RESULT_SHEETS, WIDTHS, directory_rows, write_result, write_template
from units.list_kinds import listed
from units.models import OrganizationImport
from units.spreadsheets import XLSX, download
from units.uploads import SizeLimit, limit_upload

PAGE = 100
RECENT = 10


def _require_keeper(request: HttpRequest) -> None:
    if not (request.user.keeps_directory or request.user.office_paths):
        raise PermissionDenied("组织名录由系统管理员和办公室维护，您的账号不能导入。")


@csrf_exempt
@require_http_methods(["GET", "POST"])
def organization_import(request: HttpRequest) -> HttpResponse:
    """Step one: the template and the upload."""
    _require_keeper(request)
    guard = limit_upload(request, settings.IMPORT_MAX_BYTES)
    return _upload(request, guard)


@csrf_protect
def _upload(request: HttpRequest, guard: SizeLimit) -> HttpResponse:
    """The upload itself; the CSRF check comes only now because it reads the form, and with it the file."""
    form = ImportForm(request.POST or None, request.FILES or None, is_too_large=guard.is_too_large)
    if request.method == "POST" and form.is_valid():
        imported = actions.upload(form.cleaned_data["file"], by=request.user)
        return redirect("units:organization_import_check", pk=imported.pk)
    recent = OrganizationImport.objects.visible_to(request.user)[:RECENT]
    return render(request, "units/imports/upload.html", {"form": form, "recent": recent})


@require_GET
def organization_import_template(request: HttpRequest) -> FileResponse:
    """The template with examples and the allowed values of today."""
    _require_keeper(request)
    file = io.BytesIO()
    write_template(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="组织名录导入模板.xlsx", content_type=XLSX)


def _import(request: HttpRequest, pk: UUID) -> OrganizationImport:
    imported = get_object_or_404(OrganizationImport.objects.visible_to(request.user).select_related("job"), pk=pk)
    _require_keeper(request)
    return imported


@require_GET
def organization_import_check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Steps two and three: progress of the check, what it found, progress of the import, what it did."""
    imported = _import(request, pk)
    context: dict[str, Any] = {"imported": imported, "job": imported.job}
    if not imported.is_working and imported.counts:
        outcome = actions.outcome_of(imported)
        kinds = [(key, name, imported.counts.get(key, 0)) for key, name, _headers, _widths in RESULT_SHEETS]
        shown = request.GET.get("show", "")
        filled = [key for key, _name, count in kinds if count]
        if shown not in filled:
            shown = filled[0] if filled else "faults"
        headers = next(headers for key, _name, headers, _widths in RESULT_SHEETS if key == shown)
        page = Paginator(outcome.get(shown, []), PAGE).get_page(request.GET.get("page"))
        context |= {"kinds": kinds, "shown": shown, "headers": headers, "page": page, "has_work": _has_work(imported)}
    return render(request, "units/imports/check.html", context)


def _has_work(imported: OrganizationImport) -> bool:
    return any(imported.counts.get(name) for name in ("created", "changed", "moved"))


@require_GET
def organization_import_faults(request: HttpRequest, pk: UUID) -> FileResponse:
    """The outcome of the check as a workbook."""
    imported = _import(request, pk)
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
    write_result(file, actions.outcome_of(imported))
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="名录检查结果.xlsx", content_type=XLSX)


@require_POST
def organization_import_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Step three: write what the check announced."""
    imported = _import(request, pk)
    try:
        actions.confirm(imported, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    return redirect("units:organization_import_check", pk=pk)


@require_POST
def organization_import_discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw an upload away."""
    imported = _import(request, pk)
    try:
        actions.discard(imported)
        messages.success(request, "已放弃这次导入，名录没有变化。")
    except Refused as error:
        messages.error(request, str(error))
        return redirect("units:organization_import_check", pk=pk)
    return redirect("units:organization_import")


@require_GET
def organization_export(request: HttpRequest) -> FileResponse:
    """What the directory's page lists, in the columns of the import."""
    form = OrganizationFilterForm(request.GET)
    current, found = listed(request.user, request.GET, form)
    below = f"{current}；" if current else ""
    changes = {"筛选条件": ["", below + in_words(form)]}
    record(request.user, "units.organization_export", f"导出组织名录，{found.count()} 个组织", changes=changes)
    name = f"组织名录-{timezone.localdate():%Y%m%d}.xlsx"
    return download(name, [(SHEET, HEADERS, directory_rows(found), WIDTHS)])
