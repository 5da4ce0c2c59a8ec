"""The verbs on what stands in a submission: the online form, the numbers, the declared problems."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from inspections.actions import submission_steps as steps
from inspections.actions.findings import Content, create_finding
from inspections.actions.revisions import RevisionConflict
from inspections.actions.submission_searching import index_submissions
from inspections.documents.metrics import Reading, readings
from inspections.documents.problems import Declared, declared
from inspections.documents.themes import theme_of
from inspections.models import DeclaredMetric, DraftFinding, Finding, Submission
from inspections.models.submission_content import plain
from inspections.reading import HEADINGS, Sheet, period_of, text_of
from jobs.errors import InvalidTransition, Refused
from units.models import User

M = DeclaredMetric.Status
D = DraftFinding.Status
LONGEST_PART = 20_000


def take_in(submission: Submission) -> None:
    """Read the submission's text anew: propose numbers and draft problems. What people have settled stays as they settled it.

    Runs in the transaction that changed the text.
    """
    fresh = (
        Submission.objects.select_related("assignment__campaign", "campaign__checklist", "organization")
        .prefetch_related("files")
        .get(pk=submission.pk)
    )
    sheet = Sheet.of(fresh.assignment)
    text = text_of(fresh, sheet)
    _propose(fresh, sheet, readings(text, sheet.asked, period_of(fresh.campaign)))
    _draft(fresh, sheet, declared(text))
    index_submissions([fresh])


def _propose(submission: Submission, sheet: Sheet, found: dict[str, list[Reading]]) -> None:
    known = {row.item_id: row for row in submission.metrics.all()}
    for item in sheet.numbers:
        rows = found.get(item.code, [])
        first = rows[0] if rows else None
        values: dict[str, Any] = {
            "proposed_number": first.number if first else None,
            "proposed_approximate": first.is_approximate if first else False,
            "sentence": first.sentence if first else "",
            "quoted": first.quoted if first else "",
            "others": [{"number": plain(row.number), "sentence": row.sentence} for row in rows[1:4]],
        }
        row = known.get(item.pk)
        if row is None:
            DeclaredMetric.objects.create(submission=submission, item=item, **values)
        elif any(getattr(row, name) != value for name, value in values.items()):
            changed = first is not None and row.is_settled and first.number not in {row.number, row.proposed_number}
            # A new text with another number: what was confirmed against the old one has to be looked at again.
            DeclaredMetric.objects.filter(pk=row.pk).update(
                **values, revision=F("revision") + 1, **({"status": M.PROPOSED} if changed else {})
            )


def _draft(submission: Submission, sheet: Sheet, found: list[Declared]) -> None:
    submission.draft_findings.filter(status=D.PROPOSED).delete()
    settled = set(submission.draft_findings.values_list("text", flat=True))
    themes = {theme.code: theme for theme in sheet.themes}
    subjects = sheet.subjects
    DraftFinding.objects.bulk_create(
        DraftFinding(
            submission=submission,
            order=order,
            text=row.text,
            source=row.source,
            theme=themes.get(row.theme or theme_of(row.text, subjects)),
        )
        for order, row in enumerate(found, start=1)
        if row.text not in settled
    )


@transaction.atomic
def save_online(submission: Submission, parts: dict[str, str], *, by: User, base_revision: int) -> Submission:
    """Keep what was typed into the form: text by theme code, with problems and plans.

    Raises ``RevisionConflict`` when somebody saved something else since, ``Refused`` for a text beyond ``LONGEST_PART`` or a part that
    the checklist does not have, ``InvalidTransition`` when nothing can be written.
    """
    fresh = steps.opened(submission)
    allowed = {theme.code for theme in Sheet.of(fresh.assignment).themes} | set(HEADINGS)
    if set(parts) - allowed:
        raise Refused("填写的栏目与本次督查清单不符，请刷新页面。")
    if any(len(text) > LONGEST_PART for text in parts.values()):
        raise Refused("每一栏最多 2 万字。内容较多时，请改为上传 Word 文档。")
    kept = {key: text.strip() for key, text in parts.items() if text.strip()}
    if kept == fresh.online:
        return fresh
    if fresh.revision != base_revision:
        raise RevisionConflict(fresh)
    Submission.objects.filter(pk=fresh.pk).update(online=kept, revision=F("revision") + 1)
    fresh.refresh_from_db()
    steps.log(fresh, "submission_fill", f"“{fresh.organization}”在线填写材料（{len(kept)} 栏）", by=by)
    take_in(fresh)
    return fresh


@transaction.atomic
def settle_metric(
    metric: DeclaredMetric,
    *,
    by: User,
    base_revision: int,
    number: Decimal | None,
    is_approximate: bool = False,
    attests_zero: bool = False,
    not_kept: bool = False,
    note: str = "",
) -> DeclaredMetric:
    """Say what a number is: as read, another one, none at all (``not_kept``). Zero is attested, never assumed.

    Raises ``Refused`` for a zero that is not attested or for neither number nor ``not_kept``, ``RevisionConflict`` when somebody else
    settled it since, ``InvalidTransition`` when nothing can be written.
    """
    fresh = steps.opened(metric.submission)
    current = DeclaredMetric.objects.select_related("item", "submission").get(pk=metric.pk)
    if not_kept and number is not None:
        raise Refused("填了数值，就不要再选“没有这项数据”。")
    if not not_kept and number is None:
        raise Refused("请填写数值；确实没有统计的，请选“没有这项数据”。")
    if number == 0 and not attests_zero:
        raise Refused("数值为零须经核实：请勾选“经核实为零”。")
    values: dict[str, Any] = {
        "status": M.NOT_KEPT if not_kept else M.CONFIRMED,
        "number": number,
        "is_approximate": is_approximate and bool(number),
        "attests_zero": number == 0,
        "note": note.strip()[:200],
    }
    if all(getattr(current, name) == value for name, value in values.items()):
        return current
    if current.revision != base_revision:
        raise RevisionConflict(current)
    DeclaredMetric.objects.filter(pk=current.pk).update(**values, revision=F("revision") + 1, confirmed_by=by, confirmed_at=timezone.now())
    before = current.value_text
    current.refresh_from_db()
    after = current.value_text or current.get_status_display()
    steps.log(fresh, "submission_settle", f"“{fresh.organization}”核对指标“{current.item}”", by=by, changes={"数值": [before, after]})
    return current


@transaction.atomic
def confirm_readings(submission: Submission, *, by: User) -> int:
    """Confirm every number that was read without another possible one and is not zero; return how many."""
    fresh = steps.opened(submission)
    rows = fresh.metrics.filter(status=M.PROPOSED, proposed_number__gt=0, others=[]).select_related("item")
    for row in rows:
        settle_metric(row, by=by, base_revision=row.revision, number=row.proposed_number, is_approximate=row.proposed_approximate)
    return len(rows)


# --- declared problems: the office's part -------------------------------------------------------------------------------------


@transaction.atomic
def confirm_draft(draft: DraftFinding, content: Content, *, by: User) -> Finding:
    """Make a finding of a declared problem, in the words of ``content``; the source is kept with the draft.

    Raises ``InvalidTransition`` when it was decided already, before it was handed in, or when nothing can be written any more.
    """
    fresh = steps.locked(draft.submission)
    _handed_in(fresh)
    # The draft's own id: asked twice it is one finding.
    finding, _ = create_finding(fresh.assignment, content, by=by, finding_id=draft.pk)
    values = {"status": D.CONFIRMED, "finding": finding, "decided_by": by, "decided_at": timezone.now()}
    if not DraftFinding.objects.filter(pk=draft.pk, status=D.PROPOSED).update(**values):
        raise InvalidTransition("这条自报问题已经处理过了，请刷新页面查看。")
    steps.log(fresh, "draft_confirm", f"将“{fresh.organization}”自报的问题转为发现：{finding.text}", by=by)
    draft.refresh_from_db()
    return finding


@transaction.atomic
def dismiss_draft(draft: DraftFinding, *, by: User, reason: str) -> DraftFinding:
    """Leave a declared problem out, with a reason. Raises ``Refused`` without one, ``InvalidTransition`` as above."""
    if not reason.strip():
        raise Refused("请写明不采用的原因。")
    fresh = steps.locked(draft.submission)
    _handed_in(fresh)
    values = {"status": D.DISMISSED, "reason": reason.strip()[:200], "decided_by": by, "decided_at": timezone.now()}
    if not DraftFinding.objects.filter(pk=draft.pk, status=D.PROPOSED).update(**values):
        raise InvalidTransition("这条自报问题已经处理过了，请刷新页面查看。")
    changes = {"原因": ["", reason.strip()]}
    steps.log(fresh, "draft_dismiss", f"不采用“{fresh.organization}”自报的问题：{draft.text}", by=by, changes=changes)
    draft.refresh_from_db()
    return draft


def _handed_in(submission: Submission) -> None:
    if submission.status not in {Submission.Status.SUBMITTED, Submission.Status.ACCEPTED}:
        raise InvalidTransition("材料还在报送单位手里，提交以后才能处理其中的问题。")
