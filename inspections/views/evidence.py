"""Evidence: adding, serving, captioning, removing. Every address starts from what the user may see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from inspections.actions import evidence as actions
from inspections.actions.revisions import RevisionConflict
from inspections.actions.taking import note_evidence
from inspections.evidence_files import FileRefused, thumbnail
from inspections.forms.findings import CaptionForm
from inspections.models import Evidence, Finding, RectificationEvidence
from inspections.views.field_access import evidence_for_writing, finding_for_writing
from jobs.errors import Refused

UNCHANGING = "private, max-age=86400, immutable"
"""A file never changes under its address; only the user's own browser keeps it."""


def _shown(request: HttpRequest, finding: Finding, *, status: int = 200, **notes: Any) -> HttpResponse:
    """Return the finding's files with what is to be said about them: as a fragment, or by way of the finding's page."""
    if request.htmx:
        context = {"finding": finding, "can_write": True, "evidence": finding.evidence.all(), **notes}
        return render(request, "inspections/findings/_evidence.html", context, status=status)
    for error in notes.get("refused", []):
        messages.warning(request, f"没有保存的文件——{error}")
    if "refusal" in notes:
        messages.error(request, notes["refusal"])
    return redirect("inspections:finding_detail", pk=finding.pk)


@require_POST
def evidence_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add files to a finding; the good ones are kept, each bad one is named with its reason."""
    finding = finding_for_writing(request, pk)
    uploads = request.FILES.getlist("files")
    if not uploads:
        return _shown(request, finding, status=422, refusal="没有选择文件，请选择后再上传。")
    refused: list[FileRefused] = []
    try:
        kept, refused = actions.add_files(finding, uploads, by=request.user)
    except Refused as error:
        return _shown(request, finding, status=422, refusal=str(error))
    return _shown(request, finding, status=200 if kept else 422, refused=refused)


@require_GET
def evidence_download(request: HttpRequest, pk: UUID) -> HttpResponse | FileResponse:
    """Serve one file to those who may see its finding: pictures to look at (``?small=1``: a thumbnail), documents to download."""
    visible = Evidence.objects.visible_to(request.user).select_related("finding__assignment__campaign__organizer")
    evidence, small = get_object_or_404(visible, pk=pk), "small" in request.GET
    response = served(evidence, small=small)
    if not small:
        note_evidence(evidence, by=request.user)
    return response


def served(kept: Evidence | RectificationEvidence, *, small: bool) -> HttpResponse | FileResponse:
    """Return a file whose reader has been checked; of a picture a thumbnail when ``small``. Raises ``Http404`` when it is missing."""
    try:
        file = kept.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("the stored file is missing") from error
    response: HttpResponse | FileResponse
    if kept.is_picture and small:
        with file:
            response = HttpResponse(thumbnail(file.read()), content_type="image/jpeg")
    else:
        response = FileResponse(file, as_attachment=not kept.is_picture, filename=kept.name, content_type=kept.content_type)
    response["Cache-Control"] = UNCHANGING
    response["X-Content-Type-Options"] = "nosniff"
    # Should a browser ever take a file for a page, it may do nothing there.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
def evidence_caption(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what a file shows."""
    evidence = evidence_for_writing(request, pk)
    form = CaptionForm(request.POST)
    if not form.is_valid():
        return _shown(request, evidence.finding, status=422, refusal="说明最多 100 个字，请缩短后再保存。")
    try:
        actions.caption_evidence(evidence, by=request.user, caption=form.cleaned_data["caption"], base_revision=form.base_revision)
    except RevisionConflict as error:
        theirs = error.server.caption  # type: ignore[attr-defined]
        mine = form.cleaned_data["caption"]
        refusal = f"“{evidence.name}”的说明刚被别人改成“{theirs}”，您写的“{mine}”没有保存。如要采用您的，请再填一次。"
        return _shown(request, evidence.finding, status=409, refusal=refusal)
    except Refused as error:
        return _shown(request, evidence.finding, status=422, refusal=str(error))
    return _shown(request, evidence.finding)


@require_POST
def evidence_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Remove a file."""
    evidence = evidence_for_writing(request, pk)
    try:
        actions.remove_evidence(evidence, by=request.user)
    except Refused as error:
        return _shown(request, evidence.finding, status=422, refusal=str(error))
    return _shown(request, evidence.finding)
