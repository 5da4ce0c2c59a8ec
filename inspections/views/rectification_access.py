"""Who may open a row of the ledger and act on it: strangers get 404, readers who may not act 403 with the reason."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from inspections.models import Extension, Rectification, RectificationEvidence
from inspections.rectifying import answers_for, is_asked_to_verify, keeps, leads

RELATED = ("campaign__organizer", "organization", "submitted_by", "verifier", "closed_by", "received_by", "merged_into__campaign")


def row_for_reading(request: HttpRequest, pk: UUID) -> Rectification:
    """Return the row. Raises ``Http404`` when the user may not know of it."""
    return get_object_or_404(Rectification.objects.visible_to(request.user).select_related(*RELATED), pk=pk)


def row_for_unit(request: HttpRequest, pk: UUID) -> Rectification:
    """Return the row for who puts it right: its organization's liaisons, and the office that enters for them. 403 for other readers."""
    row = row_for_reading(request, pk)
    if not answers_for(row, request.user) and not keeps(row, request.user):
        raise PermissionDenied("您可以查看这项整改，但不能填报。只有责任单位的联络员和主办组织的办公室可以填报。")
    return row


def row_for_liaison(request: HttpRequest, pk: UUID) -> Rectification:
    """Return the row for its organization's own liaisons. 403 for other readers."""
    row = row_for_reading(request, pk)
    if not answers_for(row, request.user):
        raise PermissionDenied("您可以查看这项整改，但不能办理。只有责任单位的联络员可以签收和申请延期。")
    return row


def row_for_office(request: HttpRequest, pk: UUID) -> Rectification:
    """Return the row for those who keep the ledger. 403 for other readers."""
    row = row_for_reading(request, pk)
    if not keeps(row, request.user):
        raise PermissionDenied(f"您可以查看这项整改，但不能调整。台账由“{row.campaign.organizer}”的办公室管理。")
    return row


def row_for_verdict(request: HttpRequest, pk: UUID) -> Rectification:
    """Return the row for those whom verifying concerns; who took part in the work is refused by the verb. 403 for other readers."""
    row = row_for_reading(request, pk)
    if not is_asked_to_verify(row, request.user):
        raise PermissionDenied("您可以查看这项整改，但不由您核验。核验由原督查组、办公室指定的核验人或办公室进行。")
    return row


def proof_for_reading(request: HttpRequest, pk: UUID) -> RectificationEvidence:
    """Return the file. Raises ``Http404`` when the user may not see its row."""
    return get_object_or_404(RectificationEvidence.objects.visible_to(request.user), pk=pk)


def extension_for(request: HttpRequest, pk: UUID, *steps: str) -> Extension:
    """Return the request for those who take one of ``steps`` (``unit``, ``office``, ``leader``). 404 for strangers, 403 for readers."""
    related = [f"rectification__{name}" for name in RELATED]
    extension = get_object_or_404(Extension.objects.visible_to(request.user).select_related(*related), pk=pk)
    row, user = extension.rectification, request.user
    may = {"unit": answers_for(row, user), "office": keeps(row, user), "leader": leads(row, user)}
    if not any(may[step] for step in steps):
        raise PermissionDenied("这份延期申请的这一步不由您办理：先由主办组织的办公室审核，再由领导批准。")
    return extension
