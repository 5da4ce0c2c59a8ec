"""The verbs on an assignment: begin with the first entry, note date and summary, conclude, reopen."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from inspections.actions.revisions import RevisionConflict
from inspections.actions.tally_marks import mark
from inspections.answer_sheet import answer_sheet
from inspections.models import Assignment, Campaign
from inspections.models.campaign import Method
from jobs.errors import InvalidTransition, Refused
from units.actions.activity import changes_between, record
from units.models import User

Status = Assignment.Status


class Incomplete(Refused):
    """Required items have no answer yet."""

    def __init__(self, count: int) -> None:
        super().__init__(f"还有 {count} 个必答项没有填写，填完后才能办结。")


def open_for_writing(assignment: Assignment, *, by: User) -> Assignment:
    """Lock the assignment's row for the current transaction, begin it when this is the first entry, and return it fresh.

    Every verb on answers, findings and evidence starts here, so that none of them slips in while somebody concludes. Raises
    ``InvalidTransition`` when the campaign does not run or the assignment is concluded.
    """
    fresh = _locked(assignment)
    if fresh.campaign.status != Campaign.Status.RUNNING:
        raise InvalidTransition(f"“{fresh.campaign}”不在进行中，不能再填写或修改。如确需修改，请联系主办组织的办公室。")
    if fresh.status == Status.CONCLUDED:
        raise InvalidTransition(f"“{fresh.organization}”的督查已经办结。需要修改时，请先由组长或办公室重新打开。")
    if fresh.status == Status.PLANNED:
        Assignment.objects.filter(pk=fresh.pk).update(status=Status.IN_PROGRESS)
        fresh.status = Status.IN_PROGRESS
        mark([(fresh.campaign_id, fresh.organization_path)])
        log(fresh, "assignment_begin", f"开始督查“{fresh.organization}”", by=by)
    return fresh


def _locked(assignment: Assignment) -> Assignment:
    """Lock the assignment's row and return it as it is now, its campaign read after the lock.

    Whoever finishes the campaign locks all its assignments first (``campaigns.finish_campaign``). So the campaign itself stays a row that
    inspectors only read: they never wait for each other. Read in the statement that locks, it would be as old as the wait.
    """
    if not list(Assignment.objects.select_for_update().filter(pk=assignment.pk).values_list("pk")):
        raise InvalidTransition("这个督查任务已被移出督查范围，没有保存。请刷新页面。")
    return Assignment.objects.select_related("campaign__organizer", "campaign__checklist", "organization").get(pk=assignment.pk)


def log(assignment: Assignment, verb: str, summary: str, *, by: User, changes: dict[str, list[str]] | None = None) -> None:
    """Record an act on the assignment under the organizer: the inspected organization's office must not read it along the way."""
    record(by, f"inspections.{verb}", summary, assignment, organization=assignment.campaign.organizer, changes=changes)


@transaction.atomic
def save_notes(assignment: Assignment, *, by: User, base_revision: int, summary: str, visit_on: date | None) -> Assignment:
    """Keep the day of the visit and the overall appraisal as they are typed.

    Raises ``RevisionConflict`` when somebody saved others since ``base_revision``, ``InvalidTransition`` as ``open_for_writing`` does.
    """
    fresh = open_for_writing(assignment, by=by)
    before, after = {"summary": fresh.summary, "visit_on": fresh.visit_on}, {"summary": summary, "visit_on": visit_on}
    if before == after:
        return fresh
    if fresh.revision != base_revision:
        raise RevisionConflict(fresh)
    Assignment.objects.filter(pk=fresh.pk).update(revision=F("revision") + 1, **after)
    changes = changes_between(before, after, {"summary": "总体评价", "visit_on": "督查日期"})
    log(fresh, "assignment_note", f"填写“{fresh.organization}”的督查日期或总体评价", by=by, changes=changes)
    fresh.refresh_from_db(fields=["summary", "visit_on", "revision"])
    return fresh


@transaction.atomic
def conclude_assignment(assignment: Assignment, *, by: User, summary: str, visit_on: date | None = None) -> Assignment:
    """Declare the inspection of one organization complete; from then on it counts as covered and is read-only.

    Raises ``Refused`` without a summary, ``Incomplete`` while required items lack an answer, ``InvalidTransition`` when it is
    concluded already or the campaign does not run.
    """
    fresh = open_for_writing(assignment, by=by)
    if not summary.strip():
        raise Refused("请先填写总体评价，再办结。")
    missing = answer_sheet(fresh).missing
    if missing:
        raise Incomplete(len(missing))
    _conclude(fresh, by=by, summary=summary, visit_on=visit_on or fresh.visit_on)
    assignment.refresh_from_db()
    return assignment


@transaction.atomic
def conclude_on_report(assignment: Assignment, *, by: User, summary: str) -> Assignment:
    """Conclude an organization inspected in writing on the report that the office has accepted (docs/decisions/0016).

    Nobody was there to answer every item: what stays open is said in the log, and counts nowhere as an answer. Raises ``Refused``
    without a summary or for an organization inspected on site, ``InvalidTransition`` as ``conclude_assignment`` does.
    """
    fresh = open_for_writing(assignment, by=by)
    if fresh.method != Method.WRITTEN:
        raise Refused("实地督查的单位由督查组核查后办结，不能只凭材料办结。")
    if not summary.strip():
        raise Refused("请填写总体评价，再采用并办结。")
    _conclude(fresh, by=by, summary=summary, visit_on=fresh.visit_on, missing=len(answer_sheet(fresh).missing))
    assignment.refresh_from_db()
    return assignment


def _conclude(fresh: Assignment, *, by: User, summary: str, visit_on: date | None, missing: int = 0) -> None:
    moved = (
        Assignment.objects.filter(pk=fresh.pk)
        .exclude(status=Status.CONCLUDED)
        .update(
            status=Status.CONCLUDED,
            summary=summary.strip(),
            visit_on=visit_on,
            concluded_by=by,
            concluded_at=timezone.now(),
            revision=F("revision") + 1,
        )
    )
    if not moved:
        raise InvalidTransition("这个督查任务刚刚已经办结，请刷新页面查看。")
    mark([(fresh.campaign_id, fresh.organization_path)])
    rest = f"（凭报送材料办结，{missing} 个必答项没有逐项填写）" if missing else ""
    changes = {"状态": [fresh.get_status_display(), "已办结"]}
    log(fresh, "assignment_conclude", f"办结“{fresh.organization}”的督查{rest}", by=by, changes=changes)


@transaction.atomic
def reopen_assignment(assignment: Assignment, *, by: User, reason: str) -> Assignment:
    """Open a concluded assignment again; the reason stays in the activity log.

    Raises ``Refused`` without a reason, ``InvalidTransition`` when it is not concluded or the campaign does not run.
    """
    if not reason.strip():
        raise Refused("请写明重新打开的原因。")
    fresh = _locked(assignment)
    running = fresh.campaign.status == Campaign.Status.RUNNING
    again = {"status": Status.IN_PROGRESS, "concluded_by": None, "concluded_at": None, "revision": F("revision") + 1}
    if not running or not Assignment.objects.filter(pk=fresh.pk, status=Status.CONCLUDED).update(**again):
        raise InvalidTransition("只有督查活动进行中、已经办结的任务才能重新打开，请刷新页面查看现在的状态。")
    mark([(fresh.campaign_id, fresh.organization_path)])
    log(
        assignment,
        "assignment_reopen",
        f"重新打开“{assignment.organization}”的督查：{reason.strip()}",
        by=by,
        changes={"原因": ["", reason]},
    )
    assignment.refresh_from_db()
    return assignment
