"""The verb of 回头看 on site: say whether a problem of an earlier campaign has been put right."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from inspections.actions.assignments import open_for_writing
from inspections.actions.revisions import DuplicateId, RevisionConflict
from inspections.models import Assignment, Finding, Recheck, Rectification
from jobs.errors import Refused
from units.actions.activity import record
from units.models import User


@transaction.atomic
def save_recheck(
    assignment: Assignment,
    finding: Finding,
    *,
    outcome: str,
    note: str = "",
    by: User,
    base_revision: int,
    recheck_id: UUID | None = None,
    at: datetime | None = None,
) -> Recheck:
    """Say what ``finding`` of an earlier campaign looks like today, or change what was said at ``base_revision`` (0: nothing yet).

    Sending the same again changes nothing. ``recheck_id`` is the client's id of a new one, ``at`` its clock, never later than ours.
    Raises ``RevisionConflict`` when something else was saved since, ``DuplicateId`` when the id belongs to another one, ``Refused`` for a
    finding that is not looked at again here, ``InvalidTransition`` when nothing can be written any more.
    """
    fresh = open_for_writing(assignment, by=by)
    outcome = Recheck.Outcome(outcome)
    current = Recheck.objects.select_for_update().filter(assignment=fresh, finding=finding).first()
    now = timezone.now()
    values = {"outcome": outcome, "note": note.strip()}
    if current is None:
        row = _row_of(fresh, finding)
        try:
            # A savepoint: on PostgreSQL a refused row would otherwise spoil the whole transaction.
            with transaction.atomic():
                identity = {"id": recheck_id} if recheck_id else {}
                current = Recheck.objects.create(
                    assignment=fresh, finding=finding, rectification=row, by=by, at=min(at or now, now), **identity, **values
                )
        except IntegrityError as error:
            raise DuplicateId from error
        _log(current, "", by=by)
        return current
    if all(getattr(current, name) == value for name, value in values.items()):
        return current
    if current.revision != base_revision:
        raise RevisionConflict(current)
    before = _words(current)
    Recheck.objects.filter(pk=current.pk).update(**values, by=by, at=min(at or now, now), revision=F("revision") + 1)
    current.refresh_from_db()
    _log(current, before, by=by)
    return current


def _row_of(assignment: Assignment, finding: Finding) -> Rectification | None:
    """Return the row of the ledger through which the finding is looked at again here, the open one first.

    Nothing for a problem of last time that no row answers: it is looked at again all the same.
    """
    rows = Rectification.objects.for_recheck(assignment).filter(findings=finding)
    row = rows.order_by("-due_on", "number").first()
    if row is None and not _is_of_last_time(assignment, finding):
        raise Refused("这条问题不在本单位的“回头看”范围内，请刷新页面。")
    return row


def _is_of_last_time(assignment: Assignment, finding: Finding) -> bool:
    """Whether it is a standing problem of the organization in the campaign before that never came into the ledger."""
    if finding.organization_id != assignment.organization_id or finding.kind != Finding.Kind.PROBLEM or finding.is_withdrawn:
        return False
    before = assignment.campaign.previous
    return before is not None and finding.campaign_id == before.pk and not finding.rectifications.exists()


def _words(recheck: Recheck) -> str:
    return f"{recheck.get_outcome_display()}（{recheck.note}）" if recheck.note else recheck.get_outcome_display()


def _log(recheck: Recheck, before: str, *, by: User) -> None:
    """Record under the organizer: who is inspected reads the result once the campaign has ended."""
    campaign = recheck.assignment.campaign
    record(
        by,
        "inspections.recheck_save",
        f"回头看“{recheck.assignment.organization}”：{_words(recheck)}，原问题：{recheck.finding.text}",
        recheck,
        organization=campaign.organizer,
        changes={"回头看": [before, _words(recheck)]},
    )
