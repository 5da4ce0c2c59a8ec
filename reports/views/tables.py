"""The tables of a report as a workbook."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from reports.assembly import document_of
from reports.models import Report
from reports.naming import report_file_name
from reports.rendering.xlsx import render_xlsx, tables_of
from units.actions.activity import record

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def report_tables(request: HttpRequest, pk: int) -> HttpResponse:
    """All tables of the report as it stands now, a sheet each; 404 when it has none."""
    report = get_object_or_404(Report.objects.visible_to(request.user).select_related("campaign__organizer", "template"), pk=pk)
    document = document_of(report)
    if not tables_of(document):
        raise Http404
    record(request.user, "reports.tables_download", f"下载《{report.title}》的表格", report, organization=report.campaign.organizer)
    name = report_file_name(report.title, "xlsx")
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment"}
    return HttpResponse(render_xlsx(document).content, content_type=XLSX, headers=headers)
