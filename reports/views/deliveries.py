"""收到的文件: what an organization was sent, read and signed for by its own people."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from jobs.errors import Refused
from reports.actions.deliveries import receive_delivery
from reports.assembly import document_of
from reports.forms.deliveries import DeliveryFilterForm
from reports.list_kinds import RECEIVED
from reports.models import Delivery, Rendition
from reports.naming import report_file_name
from reports.rendering.preview import preview_html
from reports.renditions import current_renditions
from units.actions.activity import record
from units.list_tools import default_view, tools_for

_RELATED = ("report__template", "report__campaign__organizer", "organization", "received_by")


@require_GET
def delivery_list(request: HttpRequest) -> HttpResponse:
    """What was sent to the user's own organizations, the newest first; what waits to be signed for stands on top."""
    if own := default_view(request, RECEIVED):
        return own
    form = DeliveryFilterForm(request.GET)
    mine = Delivery.objects.addressed_to(request.user)
    rows = form.filter(mine).select_related(*_RELATED).order_by("-sent_at", "pk")
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "waiting": mine.waiting().count(), "tools": tools_for(request, RECEIVED, form)}
    return render(request, "reports/deliveries/list.html", context)


def _delivery(request: HttpRequest, pk: UUID) -> Delivery:
    return get_object_or_404(Delivery.objects.visible_to(request.user).select_related(*_RELATED), pk=pk)


@require_GET
def delivery_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The issued document as it was frozen, its files, and the receipt."""
    delivery = _delivery(request, pk)
    context = {
        "delivery": delivery,
        "report": delivery.report,
        "sheet": preview_html(document_of(delivery.report)),
        "renditions": [made for made in current_renditions(delivery.report) if made.is_kept],
        "may_receive": delivery.received_at is None and delivery.is_receivable_by(request.user),
        "replaced_by": Delivery.objects.visible_to(request.user)
        .filter(report__corrects=delivery.report_id, organization=delivery.organization_id)
        .select_related("report"),
    }
    return render(request, "reports/deliveries/detail.html", context)


@require_POST
def delivery_receive(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign for it. Who only reads it may not."""
    delivery = _delivery(request, pk)
    if not delivery.is_receivable_by(request.user):
        raise PermissionDenied("只有收文单位的联络员或办公室工作人员可以签收。")
    try:
        receive_delivery(delivery, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "已签收。")
    return redirect("reports:delivery_detail", pk=pk)


@require_GET
def delivery_download(request: HttpRequest, pk: UUID, file_format: str) -> FileResponse:
    """The issued file."""
    delivery = _delivery(request, pk)
    rendition = next((made for made in current_renditions(delivery.report) if made.format == file_format), None)
    if rendition is None or not rendition.is_kept:
        raise Http404
    label = Rendition.Format(file_format).label
    report = delivery.report
    record(request.user, "reports.delivery_download", f"下载收到的《{report.title}》{label}", delivery, organization=delivery.organization)
    return FileResponse(rendition.file.open("rb"), as_attachment=True, filename=report_file_name(report.title, file_format))
