"""Is this file the issued one? Anybody with an account may ask: whoever holds the file may know what it is."""

from __future__ import annotations

import hashlib

from django.core.files.uploadedfile import UploadedFile
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from reports.forms.signoff import VerifyForm
from reports.models import Rendition, Report


@require_http_methods(["GET", "POST"])
def rendition_verify(request: HttpRequest) -> HttpResponse:
    """Compare a file with those made from issued reports, by its SHA-256; the file itself is not kept."""
    form = VerifyForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        checksum = _sha256(file)
        rendition = _issued(checksum)
        readable = Report.objects.visible_to(request.user)
        context |= {"asked": True, "name": file.name, "checksum": checksum, "rendition": rendition}
        if rendition is None:
            context["draft"] = Rendition.objects.filter(sha256=checksum, report__in=readable).select_related("report").first()
        else:
            context["readable"] = readable.filter(pk=rendition.report_id).exists()
            context["corrections"] = rendition.report.corrections.filter(status=Report.Status.ISSUED)
    return render(request, "reports/signoff/verify.html", context)


def _issued(checksum: str) -> Rendition | None:
    """The file with this checksum that was made from the frozen content of an issued report."""
    return (
        Rendition.objects.filter(
            sha256=checksum,
            report__status=Report.Status.ISSUED,
            content_sha256=F("report__frozen_sha256"),
            made_at__gte=F("report__issued_at"),
        )
        .select_related("report__issued_by", "report__campaign__organizer")
        .first()
    )


def _sha256(file: UploadedFile) -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    return found.hexdigest()
