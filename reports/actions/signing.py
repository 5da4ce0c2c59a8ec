"""拟稿、核稿、签发: submit, pass, send back, take back, issue, correct.

Each verb takes the report's row first (an update that changes nothing locks it on both databases), so two clicks never both succeed.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from jobs.errors import InvalidTransition, Refused
from reports.actions.deliveries import send_out
from reports.actions.guard import hold_open
from reports.actions.versioning import keep_version
from reports.assembly import document_of_draft, draft_of
from reports.events import tell_issued
from reports.layout import dressed, number_in, number_year
from reports.models import LetterItem, NumberCounter, Paragraph, Report, Section, SignOff
from reports.rendering.document import to_json
from reports.renditions import content_sha256
from reports.signing import candidates, drafters, obstacles, seen, snapshot
from units.actions.activity import record

if TYPE_CHECKING:
    from reports.models import NumberSeries
    from units.models import User

Status, Step = SignOff.Status, SignOff.Step
MOVED = "这份报告的签批状态刚刚变了，可能已由他人办理或撤回。请刷新页面，核对后再操作。"
CHANGED = "您打开页面之后，报告内容又有改动。请刷新页面，看过改动再办理。"


def _take(report: Report, *states: str) -> None:
    """Lock the report's row in one of ``states`` until the end of the transaction. Raises ``InvalidTransition``."""
    if not Report.objects.filter(pk=report.pk, status__in=states).update(status=F("status")):
        raise InvalidTransition(MOVED)
    report.refresh_from_db()


def _log(by: User, verb: str, summary: str, report: Report, **changes: str) -> None:
    told = {label: ["", text] for label, text in changes.items() if text}
    record(by, f"reports.{verb}", summary, report, organization=report.campaign.organizer, changes=told)


@transaction.atomic
def submit_report(report: Report, *, by: User, reviewers: Sequence[User], issuer: User, opinion: str = "") -> SignOff:
    """Send a draft on its way: reviewed by each of ``reviewers`` in order, then issued by ``issuer``; return the first step that waits.

    Raises ``InvalidTransition`` when the report is no draft, ``Refused`` when somebody is named who may not sign or is named twice.
    """
    _take(report, Report.Status.DRAFT)
    people = [*reviewers, issuer]
    own = drafters(report, by)
    if not reviewers:
        raise Refused("请至少指定一名核稿人。")
    if any(person.pk in own for person in people):
        raise Refused("拟稿人不能审核、签发自己起草的报告，请另选核稿人和签发人。")
    if len({person.pk for person in people}) < len(people):
        raise Refused("同一个人不能在一次签批中办理两个环节，请分别指定核稿人和签发人。")
    allowed = {candidate.user.pk for candidate in candidates(report.campaign.organizer, without=sorted(own))}
    strangers = [str(person) for person in people if person.pk not in allowed]
    if strangers:
        raise Refused(f"{'、'.join(strangers)}不是主办组织的领导或办公室工作人员，不能审核、签发。请另选他人。")
    number = (report.sign_offs.aggregate(last=Max("round"))["last"] or 0) + 1
    version = keep_version(report, by=by, reason="送审")
    saw = snapshot(report, version)
    common = {"report": report, "round": number, "drafter": by}
    SignOff.objects.create(
        **common, order=0, step=Step.DRAFT, status=Status.PASSED, assignee=by, opinion=opinion[:500], snapshot=saw, acted_at=timezone.now()
    )
    rows = [
        SignOff(
            **common,
            order=order,
            step=Step.ISSUE if person is issuer else Step.REVIEW,
            status=Status.WAITING if order == 1 else Status.PENDING,
            assignee=person,
        )
        for order, person in enumerate(people, start=1)
    ]
    SignOff.objects.bulk_create(rows)
    Report.objects.filter(pk=report.pk).update(status=Report.Status.IN_REVIEW)
    report.refresh_from_db()
    _log(
        by,
        "report_submit",
        f"将《{report.title}》送核稿",
        report,
        核稿人="、".join(map(str, reviewers)),
        签发人=str(issuer),
        说明=opinion,
    )
    return report.sign_offs.get(round=number, order=1)


def _act(step: SignOff, *, by: User, status: str, opinion: str) -> None:
    """Move a waiting step of ``by``. Raises ``InvalidTransition``."""
    if not SignOff.objects.filter(pk=step.pk, status=Status.WAITING, assignee=by).update(
        status=status, opinion=opinion.strip()[:500], acted_at=timezone.now()
    ):
        raise InvalidTransition(MOVED)
    step.refresh_from_db()


def _agree(report: Report, step: SignOff, *, by: User, saw: str, opinion: str) -> None:
    """Pass a step and keep what the signing person saw. Raises ``InvalidTransition`` when that is no longer what is there."""
    now = seen(report)
    _act(step, by=by, status=Status.PASSED, opinion=opinion)
    if now != saw:
        raise InvalidTransition(CHANGED)
    step.snapshot = snapshot(report, keep_version(report, by=by, reason=step.get_step_display()))
    step.save(update_fields=["snapshot"])


@transaction.atomic
def pass_review(step: SignOff, *, by: User, saw: str, opinion: str = "") -> SignOff:
    """Agree to what was seen (``saw``, see ``signing.seen``) and hand the report to the next step, which is returned.

    Raises ``InvalidTransition`` when the step does not wait for ``by`` any more or the content has changed since.
    """
    report = step.report
    _take(report, Report.Status.IN_REVIEW)
    if step.step != Step.REVIEW:
        raise InvalidTransition(MOVED)
    _agree(report, step, by=by, saw=saw, opinion=opinion or "同意。")
    following = report.sign_offs.filter(round=step.round, order=step.order + 1)
    following.filter(status=Status.PENDING).update(status=Status.WAITING)
    after = following.get()
    if after.step == Step.ISSUE:
        Report.objects.filter(pk=report.pk).update(status=Report.Status.TO_ISSUE)
    report.refresh_from_db()
    _log(by, "report_review", f"核稿通过《{report.title}》", report, 意见=step.opinion)
    return after


@transaction.atomic
def send_back(step: SignOff, *, by: User, reason: str) -> Report:
    """Give the report back to its drafter with a reason; this round is over. Raises ``Refused`` without a reason."""
    report = step.report
    _take(report, Report.Status.IN_REVIEW, Report.Status.TO_ISSUE)
    if not reason.strip():
        raise Refused("请写明退回的理由，方便拟稿人修改。")
    _act(step, by=by, status=Status.SENT_BACK, opinion=reason)
    return _back_to_draft(report, by, "report_send_back", f"退回《{report.title}》", reason)


@transaction.atomic
def withdraw_report(report: Report, *, by: User, reason: str = "") -> Report:
    """Take a submitted report back to the drafters; this round is over. Raises ``InvalidTransition`` when it is not under way."""
    _take(report, Report.Status.IN_REVIEW, Report.Status.TO_ISSUE)
    return _back_to_draft(report, by, "report_withdraw", f"撤回送审的《{report.title}》", reason)


def _back_to_draft(report: Report, by: User, verb: str, summary: str, reason: str) -> Report:
    report.sign_offs.filter(status__in=(Status.WAITING, Status.PENDING)).update(status=Status.VOID)
    Report.objects.filter(pk=report.pk).update(status=Report.Status.DRAFT, revision=F("revision") + 1)
    report.refresh_from_db()
    _log(by, verb, summary, report, 理由=reason)
    return report


# --- issue ------------------------------------------------------------------------------------------------------------------


@transaction.atomic
def issue_report(step: SignOff, *, by: User, saw: str, opinion: str = "") -> Report:
    """Issue what was seen: allot the number, freeze the document with its checksum. From here on nothing changes it.

    Files are made afterwards from the frozen content (``drafting.REFRESH``). Raises ``InvalidTransition`` when the step does not wait for
    ``by`` any more or the content has changed since, ``Refused`` with what stops the issue.
    """
    report = step.report
    _take(report, Report.Status.TO_ISSUE)
    if step.step != Step.ISSUE:
        raise InvalidTransition(MOVED)
    if found := obstacles(report):
        raise Refused("暂时不能签发：" + " ".join(found))
    _agree(report, step, by=by, saw=saw, opinion=opinion or "同意签发。")
    now = timezone.now()
    year = number_year(report)
    series = cast("NumberSeries", report.number_series)  # without one there was an obstacle
    number = _next_number(series, year)
    report.number_text = number_in(series.prefix, year, number)
    document = dressed(document_of_draft(draft_of(report)), report, approver=str(by), issued_on=timezone.localdate(now))
    Report.objects.filter(pk=report.pk).update(
        status=Report.Status.ISSUED,
        number=number,
        number_year=year,
        number_text=report.number_text,
        search_due=True,
        frozen=to_json(document),
        frozen_sha256=content_sha256(document),
        issued_at=now,
        issued_by=by,
        revision=F("revision") + 1,
    )
    report.refresh_from_db()
    _log(
        by,
        "report_issue",
        f"签发《{report.title}》",
        report,
        发文字号=report.number_text,
        意见=step.opinion,
        内容校验值=report.frozen_sha256,
        送达单位=str(send_out(report, by=by) or ""),
    )
    tell_issued(report)
    return report


def _next_number(series: NumberSeries, year: int) -> int:
    """Return the next number, counted up in this transaction: an issue that fails gives its number back, two never get the same one."""
    counter, _ = NumberCounter.objects.get_or_create(series=series, year=year)
    NumberCounter.objects.filter(pk=counter.pk).update(last=F("last") + 1)
    counter.refresh_from_db()
    return counter.last


@transaction.atomic
def correct_report(report: Report, *, by: User, reason: str) -> Report:
    """Begin a new report that corrects an issued one and names it in its first paragraph; the old one stays as it is.

    Raises ``InvalidTransition`` when it is not issued, ``Refused`` without a reason.
    """
    if report.status != Report.Status.ISSUED:
        raise InvalidTransition("只有已签发的报告才需要更正；还没有签发的报告请直接修改。")
    if not reason.strip():
        raise Refused("请写明更正的原因，它会写进更正报告的第一段。")
    new = Report.objects.create(
        **{name: getattr(report, name) for name in ("campaign", "template", "organization", "title", "addressee", "signers", "layout")},
        number_series=report.number_series,
        wishes=report.wishes,
        signed_on=timezone.localdate(),
        composed_at=report.composed_at,
        drafted_by=by,
        corrects=report,
    )
    for place, section in enumerate(report.sections.prefetch_related("paragraphs")):
        rows = list(section.paragraphs.all())
        copy = Section.objects.create(
            report=new, kind=section.kind, heading=section.heading, is_internal=section.is_internal, order=section.order
        )
        notes = [] if place else [Paragraph(section=copy, text=_correcting(report, reason), order=0)]
        for order, row in enumerate(rows, start=len(notes)):
            row.pk, row.uid, row.section, row.order, row.revision, row.offer = None, uuid.uuid4(), copy, order, 1, None
        Paragraph.objects.bulk_create([*notes, *rows])
    LetterItem.objects.bulk_create(LetterItem(report=new, rectification_id=item.rectification_id) for item in report.letter_items.all())
    keep_version(new, by=by, reason=f"更正{report.number_text}")
    _log(by, "report_correct", f"起草《{report.title}》的更正报告", new, 更正的文件=report.number_text, 原因=reason)
    return new


def _correcting(report: Report, reason: str) -> str:
    """Return the paragraph that names what is corrected."""
    return f"因{reason.strip().rstrip('。；，')}，现对《{report.title}》（{report.number_text}）予以更正，以本件为准。"


# --- layout -----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def change_layout(report: Report, *, by: User, series: NumberSeries | None, layout: dict[str, object]) -> Report:
    """Set the number series and the parts of head and imprint. Raises ``InvalidTransition`` when the report is issued.

    Under review this is allowed like other edits, and shown as changed after review.
    """
    hold_open(report)
    Report.objects.filter(pk=report.pk).update(number_series=series, layout=layout, revision=F("revision") + 1)
    report.refresh_from_db()
    _log(by, "report_layout", f"修改《{report.title}》的版头与版记", report, 字号系列=str(series or ""))
    return report
