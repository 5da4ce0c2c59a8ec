"""The one way in which a row of the ledger changes its state: locked, compared, written, told.

Every verb goes through ``opened`` and ``move``, so that two clicks or two people never win both and no step can be jumped.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F
from django.urls import reverse

from inspections.actions.searching import index_for_search
from inspections.actions.tally_marks import mark, mark_recurrence
from inspections.models import Rectification, RectificationEntry
from inspections.models.rectification import RectificationQuerySet
from jobs.errors import InvalidTransition
from units.actions.activity import record
from units.actions.notices import notify
from units.models import User

S = Rectification.Status
Kind = RectificationEntry.Kind
RELATED = ("campaign__organizer", "organization", "submitted_by", "verifier", "closed_by", "received_by")

WHY = {
    S.ASSIGNED: "这项整改还没有签收。请先签收，再继续。",
    S.IN_PROGRESS: "这项整改正在进行，还没有报请核验。请刷新页面查看。",
    S.SUBMITTED: "这项整改已报请核验，核验前不能再改。需要补充时，请联系核验人退回。",
    S.CLOSED: "这项整改已经销号，不能再改。确需重新整改时，请由办公室在本页重新打开。",
}


def rows_with_related() -> RectificationQuerySet:
    """Rows with what verbs and pages say about them."""
    return Rectification.objects.select_related(*RELATED)


def opened(row: Rectification, *statuses: str, issued: bool = True) -> Rectification:
    """Lock the row until the transaction ends and return it fresh. Part of a transaction.

    Raises ``InvalidTransition`` when it is in none of ``statuses``, has left the ledger, or (with ``issued``) was not issued yet.
    """
    if not list(Rectification.objects.select_for_update(no_key=True).filter(pk=row.pk).values_list("pk")):
        raise InvalidTransition("这项整改已不存在，没有保存。请刷新页面。")
    fresh = rows_with_related().get(pk=row.pk)
    if not fresh.is_live:
        where = f"，已并入 {fresh.merged_into.reference}" if fresh.merged_into else "，已经撤回"
        raise InvalidTransition(f"这项整改不再单独列在台账里{where}，不能再改。")
    if fresh.status not in statuses:
        raise InvalidTransition(WHY[S(fresh.status)])
    if issued and fresh.issued_at is None:
        raise InvalidTransition("这项整改还没有下发，请先下发。")
    return fresh


def move(row: Rectification, **values: Any) -> Rectification:
    """Write ``values`` if the row is still as ``opened`` returned it, and return it fresh. Raises ``InvalidTransition`` otherwise."""
    moved = Rectification.objects.filter(pk=row.pk, status=row.status, revision=row.revision, merged_into=None, withdrawn_at=None).update(
        **values, revision=F("revision") + 1
    )
    if not moved:
        raise InvalidTransition("刚刚已有人处理了这项整改，您的操作没有保存。请刷新页面查看。")
    fresh = rows_with_related().get(pk=row.pk)
    mark((row.campaign_id, path) for path in {row.organization_path, fresh.organization_path})
    if S.CLOSED in {row.status, fresh.status}:
        mark_recurrence([row.organization_id])
    if values.keys() & set(Rectification.SEARCHED):
        index_for_search([fresh])
    return fresh


def note(
    row: Rectification,
    kind: Kind,
    text: str,
    *,
    by: User,
    verb: str,
    summary: str = "",
    changes: dict[str, Any] | None = None,
    entry_id: UUID | None = None,
) -> RectificationEntry:
    """Add a step to the row's story and an entry to the activity log, in the transaction of the act.

    Before a row is issued the log keeps it under the organizer: the organization does not know of it yet.
    """
    identity = {"id": entry_id} if entry_id else {}
    entry = RectificationEntry.objects.create(rectification=row, kind=kind, text=text, by=by, **identity)
    record(
        by,
        f"inspections.{verb}",
        f"{summary or kind.label}：{row.reference} {row.content}",
        row,
        organization_path=row.organization_path if row.issued_at else row.campaign.organizer.path,
        changes=changes or ({"说明": ["", text]} if text else None),
    )
    return entry


def tell(row: Rectification, users: Iterable[User], kind: str, text: str, *, by: User | None = None, key: str = "") -> int:
    """Tell ``users`` one line that leads to the row; who did it need not be told."""
    others = [user for user in users if by is None or user.pk != by.pk]
    return notify(others, kind=kind, text=f"{row.organization}：{text}（{row.reference}）", path=address_of(row), key=key)


def address_of(row: Rectification) -> str:
    """Return the address of the row's page."""
    return reverse("inspections:rectification_detail", args=[row.pk])
