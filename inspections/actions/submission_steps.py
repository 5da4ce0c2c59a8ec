"""What the verbs on submissions share: the lock, the step from state to state, the log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from inspections.actions.locking import WHY
from inspections.models import Assignment, Campaign, Submission
from jobs.errors import InvalidTransition
from units.actions.activity import record
from units.actions.notices import notify
from units.models import Appointment, User
from units.notices import notice_kind

NOTICE = notice_kind("inspections.submission", "材料报送")
S = Submission.Status
WRONG = {
    S.NOTIFIED: "这份材料还没有签收，请先签收通知。",
    S.RECEIVED: "这份材料还在填报中，没有提交。",
    S.SUBMITTED: "材料已经提交，正在等待审阅。请刷新页面查看。",
    S.RETURNED: "材料已经退回给报送单位，请等其修改后重新提交。",
    S.ACCEPTED: "材料已经采用，不能再改。",
}


def locked(submission: Submission) -> Submission:
    """Lock the submission for this transaction and return it fresh. Raises ``InvalidTransition`` when its campaign does not run.

    The assignment's row is the lock: whoever finishes the campaign, concludes or moves the assignment takes the same one.
    """
    list(Assignment.objects.select_for_update().filter(pk=submission.assignment_id).values_list("pk"))
    related = ("campaign__organizer", "campaign__checklist", "organization", "assignment")
    fresh = Submission.objects.select_related(*related).filter(pk=submission.pk).first()
    if fresh is None:
        raise InvalidTransition("这个单位已被移出督查范围，没有保存。请刷新页面。")
    if fresh.campaign.status != Campaign.Status.RUNNING:
        raise InvalidTransition(WHY[Campaign.Status(fresh.campaign.status)])
    return fresh


def opened(submission: Submission) -> Submission:
    """Lock a submission that the organization may change. Raises ``InvalidTransition`` when it may not."""
    fresh = locked(submission)
    if fresh.status not in Submission.WRITABLE:
        raise InvalidTransition(WRONG[S(fresh.status)])
    return fresh


def step(submission: Submission, *sources: str, to: str, **values: Any) -> None:
    """Move from one of ``sources`` to ``to`` by one conditional update. Raises ``InvalidTransition`` from any other state."""
    moved = Submission.objects.filter(pk=submission.pk, status__in=sources).update(status=to, revision=F("revision") + 1, **values)
    if not moved:
        now = Submission.objects.filter(pk=submission.pk).values_list("status", flat=True).first()
        raise InvalidTransition(WRONG[S(now)] if now else "这个单位已被移出督查范围，没有保存。请刷新页面。")


def log(submission: Submission, verb: str, summary: str, *, by: User | None, changes: dict[str, list[str]] | None = None) -> None:
    """Record an act under the organizer, as all that happens in its campaign."""
    record(by, f"inspections.{verb}", summary, submission, organization=submission.campaign.organizer, changes=changes)


def address(submission: Submission) -> str:
    """Return the page on which everybody who may sees it."""
    return reverse("inspections:submission_detail", args=[submission.pk])


def people_of(submissions: Iterable[Submission]) -> dict[int, list[User]]:
    """Return by organization who answers for it: its liaisons, and where there are none its own office (one query)."""
    organizations = {row.organization_id for row in submissions}
    found: dict[int, dict[str, list[User]]] = {}
    roles = (Appointment.Role.LIAISON, Appointment.Role.OFFICE)
    seats = Appointment.objects.current().filter(organization__in=organizations, role__in=roles, user__is_active=True)
    for seat in seats.select_related("user"):
        found.setdefault(seat.organization_id, {}).setdefault(seat.role, []).append(seat.user)
    return {key: rows.get(Appointment.Role.LIAISON) or rows.get(Appointment.Role.OFFICE, []) for key, rows in found.items()}


def offices_of(campaign: Campaign) -> list[User]:
    """Return who runs the campaign: the office staff of the organizer."""
    seats = Appointment.objects.current().filter(Q(organization=campaign.organizer_id), role=Appointment.Role.OFFICE, user__is_active=True)
    return [seat.user for seat in seats.select_related("user")]


def tell(submission: Submission, users: Iterable[User], text: str, *, key: str) -> int:
    """Tell people about a submission; ``key`` keeps the same event from being told twice."""
    return notify(users, kind=NOTICE, text=text, path=address(submission), key=f"submission:{submission.pk}:{key}")


def today_key() -> str:
    """Return what makes a reminder of today another one than yesterday's."""
    return timezone.localdate().isoformat()


def opened_now(submission: Submission) -> None:
    """Look, without a lock, whether the organization may change it: before a large file is read for nothing."""
    now = Submission.objects.filter(pk=submission.pk).values_list("status", "campaign__status").first()
    if now is None or now[1] != Campaign.Status.RUNNING:
        raise InvalidTransition(WHY[Campaign.Status(now[1])] if now else "这个单位已被移出督查范围，没有保存。请刷新页面。")
    if now[0] not in Submission.WRITABLE:
        raise InvalidTransition(WRONG[S(now[0])])
