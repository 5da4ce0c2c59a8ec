"""The confirmation sheet as a PDF, for whoever may see the assignment."""

from __future__ import annotations

import io
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from inspections.models import Confirmation
from reports.confirmation import TITLE, sheet_of
from reports.naming import report_file_name
from reports.rendering.result import RenderError
from reports.rendering.signed_sheet import render_signed_sheet
from units.actions.activity import record


@require_GET
def confirmation_sheet(request: HttpRequest, pk: UUID) -> HttpResponse | FileResponse:
    """Make the sheet of the assignment ``pk`` from what was signed; nothing is stored, so that it never falls behind a new signature."""
    found = Confirmation.objects.visible_to(request.user).select_related(
        "assignment__organization", "assignment__campaign", "assignment__team"
    )
    confirmation = get_object_or_404(found, assignment=pk)
    organization = confirmation.assignment.organization
    try:
        result = render_signed_sheet(sheet_of(confirmation, request.user))
    except RenderError as error:
        messages.error(request, str(error))
        return redirect("inspections:assignment_detail", pk=pk)
    record(request.user, "reports.confirmation_download", f"下载“{organization}”的事实确认单", confirmation, organization=organization)
    name = report_file_name(f"{organization}-{TITLE}", "pdf")
    return FileResponse(io.BytesIO(result.content), as_attachment=True, filename=name, content_type="application/pdf")
