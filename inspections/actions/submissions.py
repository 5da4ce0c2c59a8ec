"""The verbs on one submission: receive, hand in, take back, accept, return, revoke, let the report quote it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from inspections.actions import submission_steps as steps
from inspections.actions.assignments import conclude_on_report, reopen_assignment
from inspections.actions.results import Answer, save_result
from inspections.actions.submission_checks import start_check
from inspections.completing import missing_before_handing_in
from inspections.models import Assignment, CheckResult, DeclaredMetric, DraftFinding, Submission
from inspections.models.campaign import Method
from inspections.receipts import signed_for
from jobs.errors import InvalidTransition, Refused
from units.models import User

S = Submission.Status
OWN_WORD = "单位自报"
"""How the note of a result says where its number comes from."""


class NotComplete(Refused):
    """Something must be settled before the report can be handed in; ``missing`` says what."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__("还不能提交：" + "；".join(missing))
        self.missing = missing


@transaction.atomic
def sign_receipt(submission: Submission, *, by: User) -> Submission:
    """签收: say that the notice has arrived. Raises ``InvalidTransition`` when it was signed for already or the campaign does not run."""
    fresh = steps.locked(submission)
    if fresh.status != S.NOTIFIED:
        raise InvalidTransition("通知已经签收过了，请刷新页面查看。")
    steps.step(fresh, S.NOTIFIED, to=S.RECEIVED, received_at=timezone.now(), received_by=by)
    duty = f"（{by.duty_title}）" if by.duty_title else ""
    steps.log(fresh, "submission_receive", f"“{fresh.organization}”签收督查通知", by=by, changes={"签收": ["", f"{by}{duty}"]})
    signed_for(fresh, by)
    fresh.refresh_from_db()
    return fresh


@transaction.atomic
def hand_in(submission: Submission, *, by: User) -> Submission:
    """提交. Late is allowed and said. Raises ``NotComplete`` with what is missing, ``InvalidTransition`` from any other state."""
    fresh = steps.opened(submission)
    missing = missing_before_handing_in(fresh)
    if missing:
        raise NotComplete(missing)
    at = timezone.now()
    first = fresh.first_submitted_at or at
    steps.step(fresh, *Submission.WRITABLE, to=S.SUBMITTED, submitted_at=at, submitted_by=by, first_submitted_at=first, checked_at=None)
    again = f"第 {fresh.returns + 1} 次" if fresh.returns else ""
    fresh.refresh_from_db()
    late = f"，逾期 {fresh.late_days} 天" if fresh.late_days and not again else ""
    steps.log(fresh, "submission_hand_in", f"“{fresh.organization}”{again}提交{fresh.get_kind_display()}{late}", by=by)
    text = f"“{fresh.organization}”{again}提交了{fresh.get_kind_display()}{late}，请审阅。"
    steps.tell(fresh, steps.offices_of(fresh.campaign), text, key=f"handed:{at.isoformat()}")
    start_check(fresh, by=by)
    return fresh


@transaction.atomic
def take_back(submission: Submission, *, by: User) -> Submission:
    """撤回: what was handed in by mistake, as long as nobody has begun to judge it; it is then as before it was handed in.

    Whether it came in time is told by the next time it is handed in, unless it had been handed in and returned before. Raises ``Refused``
    when the office has settled a declared problem already, ``InvalidTransition`` when it does not wait for a decision.
    """
    fresh = steps.locked(submission)
    if fresh.status == S.SUBMITTED and fresh.draft_findings.exclude(status=DraftFinding.Status.PROPOSED).exists():
        raise Refused("办公室已经在处理这份材料的自报问题，不能撤回。需要修改的，请联系办公室退回。")
    first = {} if fresh.returns else {"first_submitted_at": None}
    steps.step(fresh, S.SUBMITTED, to=S.RETURNED if fresh.returns else S.RECEIVED, **first)
    steps.log(fresh, "submission_take_back", f"“{fresh.organization}”撤回已提交的{fresh.get_kind_display()}", by=by)
    text = f"“{fresh.organization}”撤回了{fresh.get_kind_display()}，修改后会重新提交。"
    steps.tell(fresh, steps.offices_of(fresh.campaign), text, key=f"taken_back:{timezone.now().isoformat()}")
    fresh.refresh_from_db()
    return fresh


@transaction.atomic
def send_back(submission: Submission, *, by: User, reason: str) -> Submission:
    """退回 with a reason. Raises ``Refused`` without one, ``InvalidTransition`` when it does not wait for a decision."""
    reason = reason.strip()
    if not reason:
        raise Refused("请写明退回的原因，说明要补充或修改什么。")
    fresh = steps.locked(submission)
    values = {"return_reason": reason, "returns": F("returns") + 1, "decided_at": timezone.now(), "decided_by": by}
    steps.step(fresh, S.SUBMITTED, to=S.RETURNED, **values)
    changes = {"退回原因": ["", reason]}
    steps.log(fresh, "submission_return", f"退回“{fresh.organization}”的{fresh.get_kind_display()}：{reason}", by=by, changes=changes)
    people = steps.people_of([fresh]).get(fresh.organization_id, [])
    text = f"“{fresh.organization}”的{fresh.get_kind_display()}被退回，请按意见修改后重新提交。"
    steps.tell(fresh, people, text, key=f"returned:{fresh.returns}")
    fresh.refresh_from_db()
    return fresh


@transaction.atomic
def accept(submission: Submission, *, by: User, summary: str = "", concludes: bool = False) -> tuple[Submission, list[DeclaredMetric]]:
    """采用: the confirmed numbers become results of the assignment; return with it those that a team had answered otherwise.

    What a team has written is never overwritten. With ``concludes`` an organization inspected in writing is concluded on its report
    (docs/decisions/0016), which takes a ``summary``. Raises ``Refused`` without one, ``InvalidTransition`` when it does not wait for a
    decision.
    """
    fresh = steps.locked(submission)
    if fresh.submitted_by_id == by.pk:
        raise Refused("这份材料是您自己提交的，请由办公室的另一位同志审阅。")
    steps.step(fresh, S.SUBMITTED, to=S.ACCEPTED, decided_at=timezone.now(), decided_by=by)
    differing = _take_over(fresh, by=by) if fresh.assignment.status != Assignment.Status.CONCLUDED else []
    steps.log(fresh, "submission_accept", f"采用“{fresh.organization}”的{fresh.get_kind_display()}", by=by)
    if concludes and fresh.assignment.method == Method.WRITTEN and fresh.assignment.status != Assignment.Status.CONCLUDED:
        conclude_on_report(fresh.assignment, by=by, summary=summary)
    people = steps.people_of([fresh]).get(fresh.organization_id, [])
    steps.tell(fresh, people, f"“{fresh.organization}”的{fresh.get_kind_display()}已采用。", key=f"accepted:{fresh.revision}")
    fresh.refresh_from_db()
    return fresh, differing


def _take_over(submission: Submission, *, by: User) -> list[DeclaredMetric]:
    """Write confirmed numbers as results; return those whose item a team had already answered with another number."""
    assignment = submission.assignment
    known = {row.item_id: row for row in CheckResult.objects.filter(assignment=assignment)}
    differing = []
    metrics = submission.metrics.filter(status=DeclaredMetric.Status.CONFIRMED).select_related("item", "confirmed_by")
    for metric in metrics:
        result = known.get(metric.item_id)
        if result is not None and result.is_answered:
            if result.number != metric.number:
                differing.append(metric)
            continue
        source = f"：{metric.sentence}" if metric.sentence and not metric.was_corrected else ""
        answer: Answer = {
            "number": metric.number,
            "is_approximate": metric.is_approximate,
            "note": f"{OWN_WORD}{source}"[:300],
        }
        save_result(assignment, metric.item, answer, by=by, base_revision=result.revision if result else 0)
    return differing


@transaction.atomic
def revoke_acceptance(submission: Submission, *, by: User, reason: str) -> Submission:
    """撤销采用: it waits to be judged again, and what it brought into the inspection leaves it, as far as nobody has changed it since.

    An organization inspected in writing that was concluded is open again. Raises ``Refused`` without a reason, ``InvalidTransition`` when
    it is not accepted.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("请写明撤销采用的原因。")
    fresh = steps.locked(submission)
    steps.step(fresh, S.ACCEPTED, to=S.SUBMITTED, may_quote=False, decided_at=None, decided_by=None)
    summary = f"撤销采用“{fresh.organization}”的{fresh.get_kind_display()}：{reason}"
    steps.log(fresh, "submission_revoke", summary, by=by, changes={"原因": ["", reason]})
    if fresh.assignment.method == Method.WRITTEN and fresh.assignment.status == Assignment.Status.CONCLUDED:
        reopen_assignment(fresh.assignment, by=by, reason=f"撤销采用报送材料（{reason}）")
        fresh.assignment.refresh_from_db()
    if fresh.assignment.status != Assignment.Status.CONCLUDED:
        _give_back(fresh, by=by)
    people = steps.people_of([fresh]).get(fresh.organization_id, [])
    text = f"“{fresh.organization}”的{fresh.get_kind_display()}撤销采用，将重新审阅。"
    steps.tell(fresh, people, text, key=f"revoked:{timezone.now().isoformat()}")
    fresh.refresh_from_db()
    return fresh


def _give_back(submission: Submission, *, by: User) -> None:
    """Empty the results that the acceptance wrote: those with our words in the note and the number that was confirmed."""
    numbers = {row.item_id: row.number for row in submission.metrics.filter(status=DeclaredMetric.Status.CONFIRMED)}
    taken = CheckResult.objects.filter(assignment=submission.assignment, item__in=numbers, note__startswith=OWN_WORD)
    for result in taken.select_related("item"):
        if result.number == numbers[result.item_id]:
            save_result(submission.assignment, result.item, {}, by=by, base_revision=result.revision)


@transaction.atomic
def decide_quoting(submission: Submission, *, may_quote: bool, by: User) -> Submission:
    """Decide whether a work report may use the organization's own words. Raises ``Refused`` before it was accepted."""
    fresh = steps.locked(submission)
    if fresh.status != S.ACCEPTED:
        raise Refused("采用材料以后，才能决定报告是否引用原文。")
    if Submission.objects.filter(pk=fresh.pk, status=S.ACCEPTED).exclude(may_quote=may_quote).update(may_quote=may_quote):
        word = "允许" if may_quote else "不允许"
        steps.log(fresh, "submission_quote", f"{word}报告引用“{fresh.organization}”的材料原文", by=by)
    fresh.refresh_from_db()
    return fresh
