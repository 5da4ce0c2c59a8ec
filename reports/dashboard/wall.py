"""The leaders' page for other places than a desk: 大屏, which keeps itself up to date, and 通报页 as a PDF."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from reports.dashboard.addresses import board_url
from reports.dashboard.choosing import chosen
from reports.dashboard.page import whole_page
from reports.dashboard.paper import ROWS, board_document
from reports.naming import report_file_name
from reports.rendering.pdf import render_pdf
from reports.rendering.result import RenderError
from units.actions.activity import record

REFRESH_SECONDS = 60


@require_GET
def dashboard_wall(request: HttpRequest) -> HttpResponse:
    """大屏 of what ``dashboard`` shows under the same address; asked by htmx it answers with the moving part only."""
    asked = chosen(request)
    if asked.campaign is None:
        return redirect("reports:dashboard")
    context: dict[str, Any] = whole_page(asked, asked.campaign)
    context |= {"asked": asked, "campaign": asked.campaign, "now": timezone.localtime(), "seconds": REFRESH_SECONDS}
    context["back"] = board_url(asked.campaign, asked.organization)
    moving = request.headers.get("HX-Request") == "true"
    return render(request, "reports/dashboard/_wall.html" if moving else "reports/dashboard/wall.html", context)


@require_GET
def dashboard_print(request: HttpRequest) -> HttpResponse | FileResponse:
    """通报页 of what ``dashboard`` shows under the same address, as a PDF made of the figures of this moment; nothing is stored."""
    asked = chosen(request)
    if asked.campaign is None:
        raise Http404
    name = str(asked.organization or "")
    document = board_document(whole_page(asked, asked.campaign, per_page=ROWS), name, timezone.now())
    try:
        result = render_pdf(document)
    except RenderError as error:
        messages.error(request, str(error))
        return redirect(board_url(asked.campaign, asked.organization))
    title = f"{asked.campaign.title}通报页"
    record(asked.user, "reports.dashboard_download", f"下载“{title}”", asked.campaign, organization=asked.organization or asked.top)
    return FileResponse(
        io.BytesIO(result.content),
        as_attachment=True,
        filename=report_file_name(f"{title}{'-' if name else ''}{name}", "pdf"),
        content_type="application/pdf",
    )
