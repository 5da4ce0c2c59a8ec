"""Who may open and who may write an assignment: strangers get 404, readers who may not write 403 with the reason."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from inspections.models import Assignment, Campaign, Evidence, Finding
from units.models import User

RELATED = ("campaign__organizer", "campaign__checklist", "organization", "category", "team")


def assignment_for_reading(request: HttpRequest, pk: UUID) -> Assignment:
    """Return the assignment. Raises ``Http404`` when the user may not know of it."""
    return get_object_or_404(Assignment.objects.visible_to(request.user).select_related(*RELATED), pk=pk)


def assignment_for_writing(request: HttpRequest, pk: UUID) -> Assignment:
    """Return the assignment. Raises ``Http404`` as above, ``PermissionDenied`` when the user may read only."""
    assignment = assignment_for_reading(request, pk)
    require_inspector(assignment, request.user)
    return assignment


def finding_for_reading(request: HttpRequest, pk: UUID) -> Finding:
    """Return the finding with what its page shows. Raises ``Http404`` when the user may not see it."""
    related = (
        "theme",
        "item",
        "standard",
        "recorded_by",
        *(f"assignment__{name}" for name in RELATED),
        "campaign__organizer",
        "organization",
    )
    return get_object_or_404(Finding.objects.visible_to(request.user).select_related(*related), pk=pk)


def finding_for_writing(request: HttpRequest, pk: UUID) -> Finding:
    """Return the finding. Raises ``Http404`` as above, ``PermissionDenied`` when the user may read only."""
    finding = finding_for_reading(request, pk)
    require_inspector(finding.assignment, request.user)
    return finding


def evidence_for_writing(request: HttpRequest, pk: UUID) -> Evidence:
    """Return the evidence. Raises ``Http404`` when the user may not see its finding, ``PermissionDenied`` when he may read only."""
    evidence = get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk)
    evidence.finding = finding_for_writing(request, evidence.finding_id)
    return evidence


def inspects(assignment: Assignment, user: User) -> bool:
    """Whether ``user`` may answer and note findings here, as far as rights go; the state of the assignment is the verbs' matter."""
    return Assignment.objects.inspectable_by(user).filter(pk=assignment.pk).exists()


def require_inspector(assignment: Assignment, user: User) -> None:
    """Raise ``PermissionDenied`` unless ``user`` inspects ``assignment``."""
    if inspects(assignment, user):
        return
    if assignment.campaign.status == Campaign.Status.FINISHED:
        raise PermissionDenied("督查活动已经结束，检查结果和发现不能再修改。如确需更正，请主办组织的办公室重新打开活动。")
    raise PermissionDenied("您可以查看这个督查任务，但不能填写。只有负责它的督查组和主办组织的办公室可以填写。")


def may_reopen(assignment: Assignment, user: User) -> bool:
    """Whether ``user`` may open a concluded assignment again: the team's leader, or the organizer's office."""
    if assignment.campaign.status != Campaign.Status.RUNNING:
        return False
    if assignment.campaign.is_manageable_by(user):
        return True
    return assignment.team is not None and assignment.team.members.filter(user=user, is_leader=True).exists()


def on_organizers_side(assignment: Assignment, user: User) -> bool:
    """Whether ``user`` belongs to those who inspect, who read answers and findings at any time, and their history."""
    organizer = assignment.campaign.organizer.path
    if any(organizer.startswith(path) for path in user.scope_paths):
        return True
    running = assignment.campaign.status == Campaign.Status.RUNNING
    return running and assignment.team is not None and assignment.team.members.filter(user=user).exists()
