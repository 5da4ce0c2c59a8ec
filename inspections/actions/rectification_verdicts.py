"""核验: ask somebody to verify, send back with reasons, close out, open again."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from inspections import events, notices
from inspections.actions.rectification_moves import Kind, S, move, note, opened, tell
from inspections.models import Extension, Rectification
from inspections.rectifying import can_be_asked, is_asked_to_verify, liaisons_of, office_of, why_not_verify
from jobs.errors import Refused
from units.models import User


@transaction.atomic
def ask_verifier(row: Rectification, verifier: User, *, by: User) -> Rectification:
    """Ask ``verifier`` to verify; also possible before the result is handed in. Raises ``Refused`` when that person must not."""
    fresh = opened(row, *Rectification.OPEN)
    if not can_be_asked(fresh, verifier):
        raise Refused(f"不能请{verifier}核验：核验人须是原督查组成员或主办组织的办公室工作人员，请另选他人。")
    reason = why_not_verify(fresh, verifier)
    if reason:
        raise Refused(f"不能请{verifier}核验：{_about_other(reason)}")
    if fresh.verifier_id == verifier.pk:
        return fresh
    old = str(fresh.verifier) if fresh.verifier else ""
    fresh = move(fresh, verifier=verifier)
    note(
        fresh,
        Kind.CHANGE,
        f"请{verifier}核验",
        by=by,
        verb="rectification_verifier",
        summary=f"请{verifier}核验整改",
        changes={"核验人": [old, str(verifier)]},
    )
    if fresh.status == S.SUBMITTED:
        tell(fresh, [verifier], notices.VERIFY, "请您核验整改结果", by=by)
    return fresh


def _about_other(reason: str) -> str:
    return "其属于责任单位，按回避规定不能核验。" if "责任单位" in reason else "其参与过这项整改的填报，请另选他人。"


def _for_verdict(row: Rectification, by: User) -> Rectification:
    """Return the row, locked, when ``by`` may judge it now."""
    fresh = opened(row, S.SUBMITTED)
    if not is_asked_to_verify(fresh, by):
        raise Refused("这项整改不由您核验。")
    reason = why_not_verify(fresh, by)
    if reason:
        raise Refused(reason)
    return fresh


@transaction.atomic
def send_back_row(row: Rectification, *, by: User, reason: str) -> Rectification:
    """退回: the result does not do; the organization goes on, and reads why.

    Raises ``Refused`` without a reason or for somebody who must not verify, ``InvalidTransition`` when nothing was handed in.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("请写明退回的原因和还要做什么。")
    fresh = _for_verdict(row, by)
    reporters = {fresh.submitted_by} if fresh.submitted_by else set()
    fresh = move(fresh, status=S.IN_PROGRESS, submitted_by=None, submitted_on=None)
    note(fresh, Kind.RETURN, reason, by=by, verb="rectification_return", summary="退回整改")
    tell(fresh, {*liaisons_of(fresh), *reporters}, notices.TASK, f"整改被退回：{reason}", by=by)
    return fresh


@transaction.atomic
def close_row(row: Rectification, *, by: User, text: str) -> Rectification:
    """销号: the result was verified. Requests for an extension that nobody decided lapse.

    Raises ``Refused`` without words on how it was verified or for somebody who must not verify, ``InvalidTransition`` when nothing was
    handed in.
    """
    text = text.strip()
    if not text:
        raise Refused("请写明核验情况（怎样核验的、结果如何）。")
    fresh = _for_verdict(row, by)
    fresh = move(fresh, status=S.CLOSED, closed_at=timezone.now(), closed_by=by)
    fresh.extensions.pending().update(status=Extension.Status.LAPSED)
    note(fresh, Kind.CLOSE, text, by=by, verb="rectification_close", summary="核验销号")
    tell(fresh, liaisons_of(fresh), notices.CLOSED, "整改已核验销号", by=by)
    events.tell_closed(fresh)
    return fresh


@transaction.atomic
def reopen_row(row: Rectification, *, by: User, reason: str, due_on: object) -> Rectification:
    """Open a closed row again, with a new deadline: 回头看 found the problem still there.

    Raises ``Refused`` without a reason or with a deadline that has passed, ``InvalidTransition`` when the row is not closed.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("请写明重新整改的原因，如“回头看发现问题仍存在”。")
    fresh = opened(row, S.CLOSED)
    if due_on < timezone.localdate():  # type: ignore[operator]
        raise Refused("新的整改时限已经过去，请改为今天或以后。")
    fresh = move(
        fresh, status=S.IN_PROGRESS, closed_at=None, closed_by=None, submitted_by=None, submitted_on=None, due_on=due_on, verifier=None
    )
    note(fresh, Kind.REOPEN, f"{reason}（新的整改时限 {due_on}）", by=by, verb="rectification_reopen", summary="重新整改")
    tell(fresh, {*liaisons_of(fresh), *office_of(fresh)}, notices.TASK, f"已销号的整改重新打开：{reason}", by=by)
    return fresh
