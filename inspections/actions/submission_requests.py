"""The verbs of the office on a whole campaign's submissions: ask, send the notices, remind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from inspections.actions import submission_steps as steps
from inspections.actions.locking import locked
from inspections.actions.revisions import RevisionConflict
from inspections.actions.submission_searching import index_submissions
from inspections.models import Campaign, Submission, SubmissionRequest
from inspections.models.submission import SubmissionKind
from jobs.errors import Refused
from units.actions.activity import changes_between, record
from units.actions.notices import notify
from units.models import User

LABELS = {
    "kind": "报送材料",
    "includes_on_site": "实地督查的单位也要报送",
    "due_on": "报送期限",
    "sends_on_start": "启动时发出通知",
    "key_points": "督查重点",
    "preparation": "准备事项",
}


@dataclass(frozen=True)
class Terms:
    """What a campaign asks for."""

    kind: str
    due_on: date
    includes_on_site: bool = False
    sends_on_start: bool = True
    key_points: str = ""
    preparation: str = ""


@transaction.atomic
def save_request(campaign: Campaign, terms: Terms, *, by: User, base_revision: int) -> SubmissionRequest:
    """Ask the campaign's organizations for a report, or change what is asked; 0 is the revision of nothing yet.

    A new date holds for everybody who has not handed in yet. Raises ``Refused`` for a date in the past, ``RevisionConflict`` when
    somebody changed it since, ``InvalidTransition`` when the campaign has finished.
    """
    now = locked(campaign)
    known = SubmissionRequest.objects.filter(campaign=now).first()
    if known is not None and known.revision != base_revision:
        raise RevisionConflict(known)
    if terms.due_on < timezone.localdate() and (known is None or known.due_on != terms.due_on):
        raise Refused("报送期限已经过去，请选择今天或以后的日期。")
    before = {name: getattr(known, name) for name in LABELS} if known else {}
    after = asdict(terms)
    if before == after and known is not None:
        return known
    if known is None:
        known = SubmissionRequest.objects.create(campaign=now, **after)
    else:
        SubmissionRequest.objects.filter(pk=known.pk).update(revision=F("revision") + 1, **after)
        known.refresh_from_db()
    rows = now.submissions.filter(first_submitted_at=None).exclude(due_on=terms.due_on)
    moved = list(rows.select_related("organization")) if before else []
    rows.update(due_on=terms.due_on)
    _tell_new_date(moved, terms.due_on)
    changes = changes_between(_in_words(before), _in_words(after), LABELS)
    record(by, "inspections.submission_request", f"确定“{now}”的报送要求", now, organization=now.organizer, changes=changes)
    return known


def _in_words(values: dict[str, object]) -> dict[str, object]:
    shown = {name: ("是" if value else "否") if isinstance(value, bool) else value for name, value in values.items()}
    return {**shown, "kind": SubmissionKind(str(values["kind"])).label} if "kind" in values else shown


def _tell_new_date(submissions: list[Submission], due_on: date) -> None:
    people = steps.people_of(submissions)
    for row in submissions:
        text = f"“{row.organization}”的{row.get_kind_display()}报送期限改为{due_on.month}月{due_on.day}日。"
        steps.tell(row, people.get(row.organization_id, []), text, key=f"due:{due_on}")


@transaction.atomic
def drop_request(campaign: Campaign, *, by: User) -> None:
    """Ask for nothing after all. Raises ``Refused`` once notices have gone out, ``InvalidTransition`` when the campaign has finished."""
    now = locked(campaign)
    if now.submissions.exists():
        raise Refused("通知已经发出，不能取消报送要求。如不再需要，可以采用已交的材料，其余不再催报。")
    if SubmissionRequest.objects.filter(campaign=now).delete()[0]:
        record(by, "inspections.submission_request", f"取消“{now}”的报送要求", now, organization=now.organizer)


@transaction.atomic
def send_notices(campaign: Campaign, *, by: User) -> int:
    """Send 督查通知 to every organization that is asked and has none yet; return how many went out. Twice is once.

    Raises ``Refused`` when the campaign asks for nothing, ``InvalidTransition`` when it does not run.
    """
    now = locked(campaign, Campaign.Status.RUNNING)
    request = SubmissionRequest.objects.filter(campaign=now).select_related("campaign").first()
    if request is None:
        raise Refused("还没有填写报送要求。请先在“报送要求”中写明材料和期限。")
    at = timezone.now()
    rows = [
        Submission(
            assignment=row,
            campaign=now,
            organization=row.organization,
            organization_path=row.organization_path,
            kind=request.kind,
            due_on=request.due_on,
            notified_at=at,
            notified_by=by,
        )
        for row in request.not_told().select_related("organization")
    ]
    Submission.objects.bulk_create(rows, batch_size=500)
    index_submissions(rows, new=True)
    people = steps.people_of(rows)
    for row in rows:
        text = f"请签收督查通知并于{row.due_on.month}月{row.due_on.day}日前报送{row.get_kind_display()}（{now}）。"
        steps.tell(row, people.get(row.organization_id, []), text, key="notice")
    if rows:
        summary = f"向 {len(rows)} 个单位发出“{now}”的督查通知"
        record(by, "inspections.submission_notify", summary, now, organization=now.organizer)
    return len(rows)


@transaction.atomic
def remind(campaign: Campaign, submissions: Iterable[Submission], *, by: User) -> tuple[int, list[Submission]]:
    """Remind those who have something to do; return how many organizations were told, and those that have nobody to tell.

    On one day an organization is reminded once. Raises ``InvalidTransition`` when the campaign does not run.
    """
    now = locked(campaign, Campaign.Status.RUNNING)
    keys = [row.pk for row in submissions]
    rows = list(now.submissions.with_the_organization().filter(pk__in=keys).select_related("organization", "campaign__organizer"))
    people = steps.people_of(rows)
    nobody = [row for row in rows if not people.get(row.organization_id)]
    told = []
    for row in rows:
        users = people.get(row.organization_id, [])
        if not users:
            continue
        left = (row.due_on - timezone.localdate()).days
        when = f"已逾期 {-left} 天" if left < 0 else "今天到期" if left == 0 else f"还有 {left} 天到期"
        text = f"催报：“{row.organization}”的{row.get_kind_display()}{when}，请尽快报送。"
        kind = {"kind": steps.NOTICE, "text": text, "path": steps.address(row)}
        if notify(users, **kind, key=f"submission:{row.pk}:remind:{steps.today_key()}"):
            told.append(row)
    now.submissions.filter(pk__in=[row.pk for row in told]).update(reminded_at=timezone.now())
    if told:
        names = "、".join(str(row.organization) for row in told[:5]) + ("等" if len(told) > 5 else "")  # noqa: PLR2004 -- enough for a line
        record(by, "inspections.submission_remind", f"催报 {len(told)} 个单位：{names}", now, organization=now.organizer)
    return len(told), nobody
