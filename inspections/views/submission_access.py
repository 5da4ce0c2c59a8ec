"""Who may open and who may write a submission: strangers get 404, readers who may not write 403 with the reason."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from inspections.models import DraftFinding, Submission, SubmissionFile
from inspections.views.field_access import inspects, on_organizers_side
from units.models import User

RELATED = (
    "campaign__organizer",
    "campaign__checklist",
    "organization",
    "assignment__campaign__organizer",
    "assignment__campaign__checklist",
    "assignment__organization",
    "assignment__category",
    "assignment__team",
)


def submission_for_reading(request: HttpRequest, pk: UUID) -> Submission:
    """Return the submission with its current file. Raises ``Http404`` when the user may not know of it."""
    files = Prefetch("files", SubmissionFile.objects.filter(is_current=True).select_related("job"))
    rows = Submission.objects.visible_to(request.user).select_related(*RELATED).prefetch_related(files)
    return get_object_or_404(rows, pk=pk)


def submission_for_filling(request: HttpRequest, pk: UUID) -> Submission:
    """Return the submission for those who answer for its organization; 403 for other readers."""
    submission = submission_for_reading(request, pk)
    if not submission.is_fillable_by(request.user):
        raise PermissionDenied(f"只有“{submission.organization}”的联络员可以签收和报送，您可以查看。")
    return submission


def submission_for_deciding(request: HttpRequest, pk: UUID) -> Submission:
    """Return the submission for the organizer's office; 403 for other readers."""
    submission = submission_for_reading(request, pk)
    if not submission.campaign.is_manageable_by(request.user):
        raise PermissionDenied(f"只有“{submission.campaign.organizer}”的办公室工作人员可以审阅报送材料。")
    return submission


def draft_for_deciding(request: HttpRequest, pk: UUID) -> DraftFinding:
    """Return a declared problem for those who inspect the organization; 404 for whoever does not read the organizer's side."""
    visible = Submission.objects.visible_to(request.user)
    draft = get_object_or_404(DraftFinding.objects.filter(submission__in=visible).select_related("submission", "theme"), pk=pk)
    draft.submission = submission_for_reading(request, draft.submission_id)
    if not judges(draft.submission, request.user):
        raise PermissionDenied("自报问题由督查组和主办组织的办公室确认，您不能处理。")
    return draft


def judges(submission: Submission, user: User) -> bool:
    """Whether ``user`` makes findings of declared problems: the organizer's office and the team. Nobody about the own organization."""
    return not submission.is_fillable_by(user) and inspects(submission.assignment, user)


def sees_signals(submission: Submission, user: User) -> bool:
    """Whether ``user`` is on the side that inspects and not of the organization itself."""
    return not submission.is_fillable_by(user) and on_organizers_side(submission.assignment, user)
