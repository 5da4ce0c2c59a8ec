"""延期: asked by the organization before the deadline, looked at by the office, decided by a leader. Every request stays on record."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from inspections import notices
from inspections.actions.rectification_moves import Kind, move, note, opened, tell
from inspections.models import Extension, Rectification
from inspections.rectifying import leaders_of, liaisons_of, office_of
from jobs.errors import InvalidTransition, Refused
from units.models import User

E = Extension.Status


@transaction.atomic
def ask_extension(row: Rectification, *, by: User, reason: str, new_due_on: date) -> Extension:
    """Ask for more time. Raises ``Refused`` after the deadline, without a reason, for a date that is no later, or while one is pending.

    Only while it is the organization's turn: what was handed in needs no more time.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("请写明申请延期的理由。")
    fresh = opened(row, *Rectification.WITH_UNIT)
    if timezone.localdate() > fresh.due_on:
        raise Refused(f"延期须在整改时限（{fresh.due_on}）之前申请，现在已经逾期。请抓紧整改，并向办公室说明情况。")
    if new_due_on <= fresh.due_on:
        raise Refused(f"申请延至的日期要晚于现在的整改时限 {fresh.due_on}。")
    if fresh.extensions.pending().exists():
        raise Refused("已有一份延期申请正在审批，请等待结果，或先撤回它。")
    try:
        with transaction.atomic():
            extension = Extension.objects.create(
                rectification=fresh, reason=reason, old_due_on=fresh.due_on, new_due_on=new_due_on, asked_by=by
            )
    except IntegrityError as error:
        raise InvalidTransition("刚刚已有人提交了延期申请，请刷新页面查看。") from error
    said = f"申请由 {fresh.due_on} 延至 {new_due_on}：{reason}"
    note(fresh, Kind.EXTENSION, said, by=by, verb="rectification_extension_ask", summary="申请延期")
    tell(fresh, office_of(fresh), notices.EXTENSION, f"申请延期至 {new_due_on}，请审核", by=by)
    return extension


@transaction.atomic
def endorse_extension(extension: Extension, *, by: User, comment: str = "") -> Extension:
    """The office agrees and hands it to a leader. Raises ``Refused`` for who asked, ``InvalidTransition`` when it was decided already."""
    row = opened(extension.rectification, *Rectification.OPEN)
    _not_by(by, extension.asked_by_id)
    extension = _moved(extension, E.ASKED, status=E.ENDORSED, office_by=by, office_at=timezone.now(), office_note=comment.strip())
    said = f"办公室同意延至 {extension.new_due_on}，报领导批准" + (f"：{comment.strip()}" if comment.strip() else "")
    note(row, Kind.EXTENSION, said, by=by, verb="rectification_extension_endorse", summary="审核延期申请")
    tell(row, leaders_of(row), notices.EXTENSION, f"申请延期至 {extension.new_due_on}，办公室已审核，请批准", by=by)
    return extension


@transaction.atomic
def approve_extension(extension: Extension, *, by: User, comment: str = "") -> Extension:
    """A leader, who is somebody else than the office's reviewer, agrees: from now on the new date is the deadline.

    Raises ``Refused`` for the reviewer or who asked, ``InvalidTransition`` when the office has not agreed or it was decided already.
    """
    row = opened(extension.rectification, *Rectification.OPEN)
    current = Extension.objects.get(pk=extension.pk)
    _not_by(by, current.asked_by_id, current.office_by_id)
    extension = _moved(extension, E.ENDORSED, status=E.APPROVED, leader_by=by, leader_at=timezone.now(), leader_note=comment.strip())
    if extension.new_due_on <= row.due_on:
        raise Refused(f"整改时限已经是 {row.due_on}，不早于申请延至的日期，不需要再批准。请答复不同意，或由责任单位撤回申请。")
    old = row.due_on
    row = move(row, due_on=extension.new_due_on)
    said = f"批准延至 {extension.new_due_on}" + (f"：{comment.strip()}" if comment.strip() else "")
    changes = {"整改时限": [str(old), str(extension.new_due_on)]}
    note(row, Kind.EXTENSION, said, by=by, verb="rectification_extension_approve", summary="批准延期", changes=changes)
    tell(row, {*liaisons_of(row), *office_of(row)}, notices.EXTENSION, f"延期已批准，新的整改时限 {row.due_on}", by=by)
    return extension


@transaction.atomic
def refuse_extension(extension: Extension, *, by: User, reason: str) -> Extension:
    """The office or the leader does not agree, each at their own step; the deadline stays. Raises ``Refused`` without a reason."""
    reason = reason.strip()
    if not reason:
        raise Refused("请写明不同意延期的理由。")
    row = opened(extension.rectification, *Rectification.OPEN)
    current = Extension.objects.get(pk=extension.pk)
    _not_by(by, current.asked_by_id, current.office_by_id)
    now = timezone.now()
    if current.status == E.ENDORSED:
        extension = _moved(extension, E.ENDORSED, status=E.REFUSED, leader_by=by, leader_at=now, leader_note=reason)
    else:
        extension = _moved(extension, E.ASKED, status=E.REFUSED, office_by=by, office_at=now, office_note=reason)
    note(row, Kind.EXTENSION, f"不同意延期：{reason}", by=by, verb="rectification_extension_refuse", summary="不同意延期")
    tell(row, liaisons_of(row), notices.EXTENSION, f"延期未获批准，整改时限仍为 {row.due_on}：{reason}", by=by)
    return extension


@transaction.atomic
def withdraw_extension(extension: Extension, *, by: User) -> Extension:
    """The organization takes its request back before it is decided."""
    row = opened(extension.rectification, *Rectification.OPEN)
    moved = Extension.objects.filter(pk=extension.pk, status__in=Extension.PENDING).update(status=E.LAPSED)
    if not moved:
        raise InvalidTransition("这份延期申请已有结果，不能撤回。请刷新页面查看。")
    note(row, Kind.EXTENSION, "撤回延期申请", by=by, verb="rectification_extension_withdraw", summary="撤回延期申请")
    extension.refresh_from_db()
    return extension


def _moved(extension: Extension, start: str, **values: object) -> Extension:
    """Write ``values`` if the request is still at ``start``."""
    if not Extension.objects.filter(pk=extension.pk, status=start).update(**values):
        current = Extension.objects.get(pk=extension.pk)
        raise InvalidTransition(f"这份延期申请现在是“{current.get_status_display()}”，不能这样处理。请刷新页面查看。")
    return Extension.objects.select_related("rectification", "asked_by", "office_by", "leader_by").get(pk=extension.pk)


def _not_by(user: User, *keys: int | None) -> None:
    """Two steps are two people, neither of them who asked."""
    if user.pk in keys:
        raise Refused("延期须由两人分步审批，申请人不能审批，审核人不能再批准。请由另一位同志处理。")
