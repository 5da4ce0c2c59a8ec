"""A few entries of the activity log, so that the log and the histories of the demo are not empty."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model, QuerySet

from inspections.demo.checklist import Sheet
from inspections.demo.handing_in import Told
from inspections.demo.identity import moment
from inspections.demo.rounds import Round, World
from inspections.models import Assignment
from units.models import ActivityEntry, PartyOrganization, User


def make_diary(world: World, rounds: list[Round], told: list[Told]) -> None:
    """Write entries for the directory, the checklists, the campaigns, every concluded assignment and what ``told`` adds, oldest first."""
    top = world.organizations["YL"]
    count = len(world.organizations)
    rows = [
        _entry(moment(top_day(rounds), 9), world.people["admin"], "units.organization_import", f"导入组织名录 {count} 个", top, below=top),
        *(_published(sheet, world, top) for sheet in world.sheets.values()),
    ]
    for now in rounds:
        rows += _of_campaign(now)
    rows += [_entry(at, by, verb, summary, target, below=rounds[-1].campaign.organizer) for at, by, verb, summary, target in told]
    rows.sort(key=lambda pair: pair[0])
    entries = ActivityEntry.objects.bulk_create([entry for _, entry in rows])
    for entry, (at, _) in zip(entries, rows, strict=True):
        entry.at = at
    # ``at`` is set by the clock and entries cannot be changed; only here, before anybody works with them, the story's moments are set.
    unguarded: QuerySet[ActivityEntry] = QuerySet(ActivityEntry)
    unguarded.bulk_update(entries, ["at"], batch_size=200)


def top_day(rounds: list[Round]) -> Any:
    """The day on which the directory was imported: a month before the first campaign."""
    return min(now.plan.starts_on for now in rounds) - timedelta(days=35)


def _published(sheet: Sheet, world: World, top: PartyOrganization) -> tuple[datetime, ActivityEntry]:
    at = sheet.checklist.published_at or world.now
    return _entry(at, world.people["office"], "inspections.checklist_publish", f"发布清单“{sheet.checklist}”", sheet.checklist, below=top)


def _of_campaign(now: Round) -> list[tuple[datetime, ActivityEntry]]:
    campaign, by = now.campaign, now.campaign.created_by
    rows = [_entry(campaign.created_at, by, "inspections.campaign_create", f"新建督查活动“{campaign}”", campaign, below=campaign.organizer)]
    if campaign.started_at:
        rows.append(
            _entry(campaign.started_at, by, "inspections.campaign_start", f"启动督查活动“{campaign}”", campaign, below=campaign.organizer)
        )
    for row in now.assignments:
        if row.status == Assignment.Status.CONCLUDED and row.concluded_at:
            summary = f"办结“{row.organization}”的督查"
            rows.append(
                _entry(row.concluded_at, row.concluded_by, "inspections.assignment_conclude", summary, row, below=campaign.organizer)
            )
    if campaign.finished_at:
        rows.append(
            _entry(campaign.finished_at, by, "inspections.campaign_finish", f"结束督查活动“{campaign}”", campaign, below=campaign.organizer)
        )
    return rows


def _entry(
    at: datetime, by: User | None, verb: str, summary: str, target: Model, *, below: PartyOrganization
) -> tuple[datetime, ActivityEntry]:
    return at, ActivityEntry(
        actor=by,
        actor_name=str(by),
        verb=verb,
        summary=summary,
        object_type=target._meta.label_lower,
        object_id=str(target.pk),
        object_name=str(target)[:200],
        organization_path=below.path,
    )
