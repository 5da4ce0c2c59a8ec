"""The office's verbs on rows of the ledger: make them from problems, issue, change, withdraw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from inspections import notices
from inspections.actions.locking import locked
from inspections.actions.rectification_moves import Kind, S, move, note, opened, rows_with_related, tell
from inspections.actions.searching import index_for_search
from inspections.actions.tally_marks import mark
from inspections.models import Campaign, Finding, Rectification, RectificationFinding
from inspections.rectifying import liaisons_of
from jobs.errors import InvalidTransition, Refused
from units.actions.activity import changes_between, record
from units.models import PartyOrganization, User

GRADES = [grade.value for grade in Finding.Severity]


@dataclass(frozen=True)
class NewRow:
    """A row to be made: the problems of one organization that are put right together."""

    organization: PartyOrganization
    findings: tuple[Finding, ...]
    due_on: date
    requirement: str = ""
    responsible_title: str = ""
    content: str = ""
    is_immediate: bool = field(default=False)


def content_of(findings: Sequence[Finding]) -> str:
    """Return the problems as one text, numbered when there are several."""
    texts = [finding.text.rstrip("。；") for finding in findings]
    if len(texts) == 1:
        return f"{texts[0]}。"
    return "".join(f"{number}.{text}；" for number, text in enumerate(texts, start=1)).rstrip("；") + "。"


def gravest(findings: Sequence[Finding]) -> str:
    """Return the gravest severity among the problems."""
    return max((finding.severity for finding in findings), key=GRADES.index, default=Finding.Severity.GENERAL)


@transaction.atomic
def create_rows(campaign: Campaign, wanted: Sequence[NewRow], *, by: User) -> list[Rectification]:
    """Make rows of the ledger, not issued yet, and return them in order; all or none.

    Problems are confirmed by the campaign's end; while it runs only what is put right at once (立行立改) enters. Raises ``Refused`` for
    a problem that stands in the ledger already, was withdrawn, or belongs elsewhere, ``InvalidTransition`` for a campaign not started.
    """
    now = locked(campaign, Campaign.Status.RUNNING, Campaign.Status.FINISHED)
    for new in wanted:
        _check(now, new)
    _refuse_known([finding for new in wanted for finding in new.findings])
    number = next_number(now)
    made = []
    for place, new in enumerate(wanted):
        row = Rectification.objects.create(
            campaign=now,
            number=number + place,
            organization=new.organization,
            organization_path=new.organization.path,
            content=(new.content or content_of(new.findings)).strip(),
            requirement=new.requirement.strip(),
            responsible_title=new.responsible_title.strip(),
            severity=gravest(new.findings),
            is_immediate=new.is_immediate,
            due_on=new.due_on,
            first_due_on=new.due_on,
            created_by=by,
        )
        link(row, new.findings)
        note(row, Kind.CREATE, f"整改时限 {new.due_on}", by=by, verb="rectification_create", summary="列入整改台账")
        made.append(row)
    index_for_search(made, new=True)
    return made


def next_number(campaign: Campaign) -> int:
    """Return the next free number of a campaign whose row is locked."""
    return (Rectification.objects.filter(campaign=campaign).aggregate(last=Max("number"))["last"] or 0) + 1


def link(row: Rectification, findings: Sequence[Finding]) -> None:
    """Say which problems a row, perhaps a new one, answers; those it answers already are left."""
    mark([(row.campaign_id, row.organization_path)])
    known = set(row.links.values_list("finding", flat=True))
    RectificationFinding.objects.bulk_create(
        RectificationFinding(rectification=row, finding=finding) for finding in findings if finding.pk not in known
    )


def _check(campaign: Campaign, new: NewRow) -> None:
    if not new.findings:
        raise Refused("每项整改至少要对应一个问题。")
    if campaign.status == Campaign.Status.RUNNING and not new.is_immediate:
        raise Refused("督查还在进行，问题尚未确认。现在只能交办“立行立改”的问题，其余请在督查结束后交办。")
    for finding in new.findings:
        if finding.campaign_id != campaign.pk or finding.organization_id != new.organization.pk:
            raise Refused("所选问题不属于这个单位或这次督查，请刷新页面后重选。")
        if finding.is_withdrawn or finding.kind != Finding.Kind.PROBLEM:
            raise Refused(f"“{finding.text[:30]}”已撤回或不是问题，不能列入整改台账。")
    if new.due_on < timezone.localdate():
        raise Refused(f"“{new.organization}”的整改时限 {new.due_on} 已经过去，请改为今天或以后。")


def _refuse_known(findings: Sequence[Finding]) -> None:
    known = RectificationFinding.objects.filter(finding__in=findings, rectification__in=Rectification.objects.ledger())
    found = known.select_related("finding", "rectification__campaign").first()
    if found or len({finding.pk for finding in findings}) != len(findings):
        where = f"（{found.rectification.reference}）" if found else ""
        text = found.finding.text[:30] if found else "同一个问题"
        raise Refused(f"“{text}”已列入整改台账{where}，不能重复交办。请刷新页面后重选。")


@transaction.atomic
def issue_rows(rows: Sequence[Rectification], *, by: User) -> list[Rectification]:
    """Issue rows: from now on their organizations know of them. One notice per organization, however many rows it gets.

    Raises ``InvalidTransition`` when one has been issued or has left the ledger.
    """
    done = []
    for row in sorted(rows, key=lambda one: one.pk):
        fresh = opened(row, S.ASSIGNED, issued=False)
        if fresh.issued_at is not None:
            raise InvalidTransition(f"{fresh.reference} 已经下发，不需要重复下发。请刷新页面。")
        if fresh.due_on < timezone.localdate():
            raise Refused(f"{fresh.reference} 的整改时限 {fresh.due_on} 已经过去，请先调整时限再下发。")
        fresh = move(fresh, issued_at=timezone.now())
        note(fresh, Kind.ISSUE, f"请于 {fresh.due_on} 前完成整改", by=by, verb="rectification_issue", summary="下发整改任务")
        done.append(fresh)
    by_organization: dict[int, list[Rectification]] = {}
    for row in done:
        by_organization.setdefault(row.organization_id, []).append(row)
    for group in by_organization.values():
        first = min(group, key=lambda one: one.due_on)
        what = f"下发了 {len(group)} 项整改任务，最早 {first.due_on} 到期，请签收"
        tell(first, liaisons_of(first), notices.TASK, what, by=by)
    return done


LABELS = {
    "content": "问题内容",
    "requirement": "整改要求",
    "measure": "整改措施",
    "responsible_title": "责任人职务",
    "due_on": "整改时限",
}


def refuse_later(row: Rectification, due_on: date) -> None:
    """More time for what has been issued is asked for and decided in two steps; nobody gives it alone by another form."""
    if row.issued_at and due_on > row.due_on:
        raise Refused(f"已下发的整改时限（{row.due_on}）不能在这里放宽。请责任单位在到期前申请延期，由办公室审核、领导批准。")


@transaction.atomic
def change_row(row: Rectification, *, by: User, base_revision: int, **values: Any) -> Rectification:
    """Change the words, the responsible duty or the deadline of an open row as its office. Saving the same again changes nothing.

    Raises ``InvalidTransition`` when somebody saved since ``base_revision`` or the row is closed.
    """
    fresh = opened(row, *Rectification.OPEN, issued=False)
    values = {name: value.strip() if isinstance(value, str) else value for name, value in values.items() if name in LABELS}
    before = {name: getattr(fresh, name) for name in values}
    changes = changes_between(before, values, LABELS)
    if not changes:
        return fresh
    if fresh.revision != base_revision:
        raise InvalidTransition("您打开之后，别人保存了不同的内容。您填写的内容还在页面上，没有保存；请对照后再保存一次。")
    if "整改时限" in changes and values["due_on"] < timezone.localdate():
        raise Refused("新的整改时限已经过去，请改为今天或以后。")
    if "整改时限" in changes:
        refuse_later(fresh, values["due_on"])
    if fresh.issued_at is None and "due_on" in values:
        values["first_due_on"] = values["due_on"]
    fresh = move(fresh, **values)
    said = "；".join(f"{label}：{old or '（空）'} → {new or '（空）'}" for label, (old, new) in changes.items())
    note(fresh, Kind.CHANGE, said, by=by, verb="rectification_update", summary="调整整改事项", changes=changes)
    if fresh.issued_at:
        tell(fresh, liaisons_of(fresh), notices.TASK, f"办公室调整了{'、'.join(changes)}，请查看", by=by)
    return fresh


@transaction.atomic
def withdraw_row(row: Rectification, *, by: User, reason: str) -> Rectification:
    """Take an open row out of the ledger (made by mistake, problem withdrawn); it stays on record with the reason."""
    if not reason.strip():
        raise Refused("请写明撤回的原因。")
    fresh = opened(row, *Rectification.OPEN, issued=False)
    move(fresh, withdrawn_at=timezone.now())
    fresh = rows_with_related().get(pk=row.pk)
    note(fresh, Kind.WITHDRAW, reason.strip(), by=by, verb="rectification_withdraw", summary="从整改台账撤回")
    if fresh.issued_at:
        tell(fresh, liaisons_of(fresh), notices.TASK, f"一项整改任务已撤回，不需要再办：{reason.strip()}", by=by)
    fresh.extensions.pending().update(status="lapsed")
    return fresh


@transaction.atomic
def remind_row(row: Rectification, *, by: User, text: str = "") -> int:
    """Urge the organization to go on; returns how many liaisons were told. At most once a day for one row.

    Raises ``Refused`` when it was urged today already or has no liaison, ``InvalidTransition`` when it is not the organization's turn.
    """
    fresh = opened(row, *Rectification.WITH_UNIT)
    today = timezone.localdate()
    if fresh.entries.filter(kind=Kind.REMIND, at__date=today).exists():
        raise Refused(f"{fresh.reference} 今天已经催办过了，请明天再催。")
    receivers = list(liaisons_of(fresh))
    if not receivers:
        raise Refused(f"“{fresh.organization}”没有联络员账号，收不到提醒。请先在“人员与任职”中添加联络员。")
    said = text.strip() or (f"整改时限 {fresh.due_on}，请抓紧办理")
    note(fresh, Kind.REMIND, said, by=by, verb="rectification_remind", summary="催办整改")
    return tell(fresh, receivers, notices.TASK, f"催办：{said}", by=by)


def log_bulk(campaign_organizer: PartyOrganization, *, by: User, what: str, done: int, failed: int) -> None:
    """Record that a verb was carried out on many rows at once."""
    record(by, "inspections.rectification_bulk", f"批量{what}：成功 {done} 项，未成功 {failed} 项", organization=campaign_organizer)
