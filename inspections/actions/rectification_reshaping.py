"""Rows that change their shape: merged, split, handed over to another organization. No problem is ever left without a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from inspections import notices
from inspections.actions.locking import locked
from inspections.actions.rectification_moves import Kind, S, move, note, opened, rows_with_related, tell
from inspections.actions.rectification_rows import gravest, link, next_number, refuse_later
from inspections.actions.searching import index_for_search
from inspections.models import Campaign, Extension, Finding, Rectification, RectificationEntry
from inspections.rectifying import liaisons_of, work_on
from jobs.errors import Refused
from units.models import PartyOrganization, User


def _campaign_locked(row: Rectification) -> Campaign:
    """Numbers are given one after the other, so those who reshape rows of one campaign queue."""
    return locked(row.campaign, Campaign.Status.RUNNING, Campaign.Status.FINISHED)


@transaction.atomic
def merge_rows(target: Rectification, others: Sequence[Rectification], *, by: User, content: str) -> Rectification:
    """Merge ``others`` into ``target``, which takes over their problems, evidence and story, and says ``content`` from now on.

    Raises ``Refused`` for rows of another organization or campaign, or issued beside not issued, ``InvalidTransition`` for rows that are
    handed in or closed.
    """
    if not others or not content.strip():
        raise Refused("请选择要并入的事项，并写明合并后的问题内容。")
    _campaign_locked(target)
    fresh = opened(target, *Rectification.WITH_UNIT, issued=False)
    gone = [opened(other, *Rectification.WITH_UNIT, issued=False) for other in sorted(others, key=lambda one: one.pk)]
    for other in gone:
        if other.pk == fresh.pk or (other.organization_id, other.campaign_id) != (fresh.organization_id, fresh.campaign_id):
            raise Refused("只能合并同一单位、同一次督查的整改事项。")
        if bool(other.issued_at) != bool(fresh.issued_at):
            raise Refused("已下发和未下发的事项不能合并，请先下发或撤回。")
    numbers = "、".join(other.reference for other in gone)
    for other in gone:
        link(fresh, list(other.findings.all()))
        other.links.all().delete()
        other.proofs.update(rectification=fresh)
        other.rechecks.update(rectification=fresh)
        other.extensions.filter(status__in=Extension.PENDING).update(status=Extension.Status.LAPSED)
        move(other, merged_into=fresh)
        note(
            rows_with_related().get(pk=other.pk),
            Kind.MERGE,
            f"并入 {fresh.reference}",
            by=by,
            verb="rectification_merge",
            summary="合并整改事项",
        )
    findings = list(fresh.findings.all())
    fresh = move(fresh, content=content.strip(), severity=gravest(findings), due_on=min([fresh.due_on, *(one.due_on for one in gone)]))
    note(fresh, Kind.MERGE, f"并入了 {numbers}", by=by, verb="rectification_merge", summary="合并整改事项")
    if fresh.issued_at:
        tell(fresh, liaisons_of(fresh), notices.TASK, f"{len(gone) + 1} 项整改任务合并为一项，请查看", by=by)
    return fresh


@dataclass(frozen=True)
class Part:
    """One part of a row that is split; ``findings`` may be shared with other parts, since one problem can need two tasks."""

    content: str
    findings: tuple[Finding, ...]
    due_on: date


@transaction.atomic
def split_row(row: Rectification, parts: Sequence[Part], *, by: User) -> list[Rectification]:
    """Split a row: it keeps the first of ``parts``, the others become rows beside it, in the same state and with the same receipt.

    Every problem of the row must stand in some part. Raises ``Refused`` otherwise, ``InvalidTransition`` when it is handed in or closed.
    """
    campaign = _campaign_locked(row)
    fresh = opened(row, *Rectification.WITH_UNIT, issued=False)
    own = {finding.pk: finding for finding in fresh.findings.all()}
    _check_parts(fresh, own, parts)
    for part in parts:
        refuse_later(fresh, part.due_on)
    first, *rest = parts
    number = next_number(campaign)
    made = []
    for place, part in enumerate(rest):
        new = Rectification.objects.create(
            campaign=fresh.campaign,
            number=number + place,
            organization=fresh.organization,
            organization_path=fresh.organization_path,
            content=part.content.strip(),
            requirement=fresh.requirement,
            measure=fresh.measure,
            responsible_title=fresh.responsible_title,
            severity=gravest(part.findings),
            is_immediate=fresh.is_immediate,
            due_on=part.due_on,
            first_due_on=part.due_on,
            status=fresh.status,
            issued_at=fresh.issued_at,
            received_at=fresh.received_at,
            received_by=fresh.received_by,
            created_by=by,
        )
        link(new, part.findings)
        _take_story(fresh, new)
        note(new, Kind.SPLIT, f"由 {fresh.reference} 拆出", by=by, verb="rectification_split", summary="拆分整改事项")
        made.append(new)
    index_for_search(made, new=True)
    kept = {finding.pk for finding in first.findings}
    fresh.links.exclude(finding__in=kept).delete()
    fresh = move(fresh, content=first.content.strip(), severity=gravest(first.findings), due_on=first.due_on)
    numbers = "、".join(new.reference for new in made)
    note(fresh, Kind.SPLIT, f"拆出 {numbers}", by=by, verb="rectification_split", summary="拆分整改事项")
    if fresh.issued_at:
        tell(fresh, liaisons_of(fresh), notices.TASK, f"一项整改任务拆分为 {len(parts)} 项，请查看", by=by)
    return [fresh, *made]


def _take_story(row: Rectification, part: Rectification) -> None:
    """Give a part what was done so far, by whom and when: it keeps the measure, and who wrote that must not verify it either."""
    done = list(work_on(row))
    copies = [RectificationEntry(rectification=part, kind=entry.kind, text=entry.text, by_id=entry.by_id) for entry in done]
    RectificationEntry.objects.bulk_create(copies)
    for copy, entry in zip(copies, done, strict=True):
        copy.at = entry.at
    RectificationEntry.objects.bulk_update(copies, ["at"])


def _check_parts(row: Rectification, own: dict[UUID, Finding], parts: Sequence[Part]) -> None:
    if len(parts) < 2:  # noqa: PLR2004 -- a split has at least two parts
        raise Refused("请至少拆成两项。")
    for part in parts:
        if not part.content.strip() or not part.findings:
            raise Refused("拆出的每一项都要写明内容，并至少对应一个问题。")
        if any(finding.pk not in own for finding in part.findings):
            raise Refused("所选问题不属于这项整改，请刷新页面后重选。")
        # What is overdue may be split too: its deadline stays what it was.
        if part.due_on < timezone.localdate() and part.due_on != row.due_on:
            raise Refused("拆分后的整改时限已经过去，请改为今天或以后。")
    placed = {finding.pk for part in parts for finding in part.findings}
    left = [finding for key, finding in own.items() if key not in placed]
    if left:
        raise Refused(f"问题“{left[0].text[:30]}”没有归入任何一项，请归入后再拆分。")


@transaction.atomic
def transfer_row(row: Rectification, organization: PartyOrganization, *, by: User, reason: str) -> Rectification:
    """移交: after restructuring another organization answers for it, and receives it anew. What was done so far stays on record.

    Raises ``Refused`` without a reason, for a dissolved organization or the same one, ``InvalidTransition`` when it is closed.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("请写明移交的原因，如机构改革、职能划转。")
    fresh = opened(row, *Rectification.OPEN, issued=False)
    organization.refresh_from_db()
    if organization.pk == fresh.organization_id:
        raise Refused(f"责任单位已经是“{organization}”。")
    if not organization.is_active:
        raise Refused(f"“{organization}”已经撤销，不能接收整改事项，请另选。")
    old, former = fresh.organization, list(liaisons_of(fresh))
    fresh.extensions.pending().update(status=Extension.Status.LAPSED)
    fresh = move(
        fresh,
        organization=organization,
        organization_path=organization.path,
        responsible_title="",
        status=S.ASSIGNED,
        received_at=None,
        received_by=None,
        submitted_by=None,
        submitted_on=None,
        verifier=None,
    )
    said = f"由“{old}”移交“{organization}”：{reason}"
    changes = {"责任单位": [str(old), str(organization)]}
    note(fresh, Kind.TRANSFER, said, by=by, verb="rectification_transfer", summary="移交整改事项", changes=changes)
    if fresh.issued_at:
        tell(fresh, liaisons_of(fresh), notices.TASK, f"由“{old}”移交一项整改任务，请签收", by=by)
        tell(fresh, former, notices.TASK, f"一项整改任务已移交“{organization}”", by=by)
    return fresh
