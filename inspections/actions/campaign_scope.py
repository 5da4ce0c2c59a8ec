"""The verbs on what a campaign inspects: its scope before the start, single organizations after it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from inspections.actions.locking import locked
from inspections.actions.merging import Values, merged
from inspections.actions.tally_marks import mark, mark_branch
from inspections.avoidance import breaches, in_words
from inspections.models import Assignment, Campaign, Submission, Team
from inspections.models.campaign import Method
from inspections.readiness import members_of, names
from inspections.scope import PARTS, Scope, candidates, selected
from jobs.errors import Refused
from units.actions.activity import record
from units.models import OrganizationCategory, OrganizationTag, PartyOrganization, User

S = Campaign.Status


@transaction.atomic
def save_scope(campaign: Campaign, scope: Scope, *, base: Values, by: User) -> tuple[int, int]:
    """Keep the scope of a campaign in preparation and make its assignments follow; return how many were added and removed.

    ``base`` is the scope (as JSON) that the page was opened with. Raises ``merging.Conflict`` when somebody else changed the same
    part meanwhile, ``InvalidTransition`` when the campaign has started.
    """
    now = locked(campaign, S.PREPARING)
    current = Scope.of(now).to_json()
    write = merged(base, scope.to_json(), current).write
    kept = Scope.from_json({**current, **write})
    Campaign.objects.filter(pk=now.pk).update(scope=kept.to_json(), revision=F("revision") + 1)
    now.scope = kept.to_json()
    added, removed = sync_assignments(now)
    changes = {PARTS[part]: [part_in_words(part, current[part]), part_in_words(part, keys)] for part, keys in write.items()}
    if changes or added or removed:
        total = now.assignments.count()
        _note(now, by, "campaign_scope", f"确定“{now}”的督查范围：共 {total} 个单位（新增 {added}，移出 {removed}）", changes)
    campaign.refresh_from_db()
    return added, removed


def part_in_words(part: str, keys: Iterable[int]) -> str:
    """Return the names behind one part of a scope, for the activity log and for the page that shows a conflict."""
    model = {"categories": OrganizationCategory, "tags": OrganizationTag}.get(part, PartyOrganization)
    return names(list(model._default_manager.filter(pk__in=list(keys)).values_list("name", flat=True)))


def sync_assignments(campaign: Campaign) -> tuple[int, int]:
    """Make the assignments of a campaign in preparation equal to what its scope selects today; return how many came and went.

    Those that stay keep team, method and date, and take over the organization's present path and category.
    """
    wanted = {pk: (path, category) for pk, path, category in selected(campaign).values_list("pk", "path", "category")}
    present = {assignment.organization_id: assignment for assignment in campaign.assignments.all()}
    gone = [assignment.pk for key, assignment in present.items() if key not in wanted]
    campaign.assignments.filter(pk__in=gone).delete()
    usual = usual_methods(campaign)
    new, changed = [], []
    for key, (path, category) in wanted.items():
        assignment = present.get(key)
        if assignment is None:
            new.append(_planned(campaign, key, path, category, usual))
        elif (assignment.organization_path, assignment.category_id) != (path, category):
            assignment.organization_path, assignment.category_id = path, category
            changed.append(assignment)
    Assignment.objects.bulk_create(new, batch_size=500)
    Assignment.objects.bulk_update(changed, ["organization_path", "category"], batch_size=200)
    if new or gone or changed:
        mark_branch([campaign.pk])
    return len(new), len(gone)


def usual_methods(campaign: Campaign) -> dict[int, tuple[str, list[str]]]:
    """Return method and activities by category."""
    return {row.category_id: (row.method, row.activities) for row in campaign.methods.all()}


def _planned(campaign: Campaign, organization: int, path: str, category: int | None, usual: dict[int, tuple[str, list[str]]]) -> Assignment:
    method, activities = usual.get(category, (Method.WRITTEN, [])) if category else (Method.WRITTEN, [])
    return Assignment(
        campaign=campaign,
        organization_id=organization,
        organization_path=path,
        category_id=category,
        method=method,
        activities=activities,
    )


@transaction.atomic
def add_organizations(campaign: Campaign, organizations: Iterable[PartyOrganization], *, team: Team, reason: str, by: User) -> int:
    """Add organizations to a running campaign and give them to ``team``; return how many were new.

    Raises ``Refused`` without a reason, for organizations outside the organizer's subtree, and where the team must avoid one.
    """
    if not reason.strip():
        raise Refused("请写明增加督查对象的原因。")
    now = locked(campaign, S.RUNNING)
    keys = [organization.pk for organization in organizations]
    found = list(candidates(now).filter(pk__in=keys))
    if len(found) < len(set(keys)):
        raise Refused(f"只能增加“{now.organizer}”下属的、未撤销的组织，请重新选择。")
    present = set(now.assignments.filter(organization__in=keys).values_list("organization", flat=True))
    new = [organization for organization in found if organization.pk not in present]
    if not new:
        raise Refused("所选组织都已经在督查范围内，没有需要增加的。")
    if team.campaign_id != now.pk:
        raise Refused("请选择本次督查活动的督查组。")
    broken = breaches([member for member in members_of(now) if member.team_id == team.pk], new)
    if broken:
        raise Refused(in_words(broken))
    usual = usual_methods(now)
    rows = [_planned(now, organization.pk, organization.path, organization.category_id, usual) for organization in new]
    for row in rows:
        row.team = team
    Assignment.objects.bulk_create(rows)
    mark((now.pk, row.organization_path) for row in rows)
    scope = Scope.of(now)
    _rewrite(now, organizations={*scope.organizations, *keys}, excluded=set(scope.excluded) - set(keys))
    who = names([str(organization) for organization in new])
    _note(now, by, "campaign_add_units", f"启动后增加督查对象 {who}，交{team}，原因：{reason.strip()}")
    return len(new)


@transaction.atomic
def remove_assignment(assignment: Assignment, *, reason: str, by: User) -> None:
    """Take one organization out of a running campaign. Raises ``Refused`` without a reason or when anything was recorded there."""
    if not reason.strip():
        raise Refused("请写明移出督查对象的原因。")
    now = locked(assignment.campaign, S.RUNNING)
    row = now.assignments.select_for_update(of=("self",)).filter(pk=assignment.pk).first()
    if row is None:
        raise Refused("这个单位已经不在督查范围内。")
    if row.status == Assignment.Status.CONCLUDED or row.results.exists() or row.findings.exists() or row.summary:
        raise Refused(f"“{row.organization}”已有督查记录，不能移出。如督查终止，请在其督查任务中写明情况后办结。")
    if Submission.objects.filter(assignment=row).exclude(files=None, online={}).exists():
        raise Refused(f"“{row.organization}”已经报送材料，不能移出。如督查终止，请在其督查任务中写明情况后办结。")
    scope = Scope.of(now)
    key = row.organization_id
    _rewrite(now, organizations=set(scope.organizations) - {key}, excluded={*scope.excluded, key})
    name = str(row.organization)
    mark([(now.pk, row.organization_path)])
    row.delete()
    _note(now, by, "campaign_remove_unit", f"启动后移出督查对象“{name}”，原因：{reason.strip()}")


def _rewrite(campaign: Campaign, **parts: Iterable[int]) -> None:
    """Keep the scope's conditions true to what is inspected."""
    scope = {**Scope.of(campaign).to_json(), **{part: sorted(keys) for part, keys in parts.items()}}
    Campaign.objects.filter(pk=campaign.pk).update(scope=scope, revision=F("revision") + 1)


def _note(campaign: Campaign, by: User, verb: str, summary: str, changes: dict[str, list[str]] | None = None) -> None:
    record(by, f"inspections.{verb}", summary, campaign, organization=campaign.organizer, changes=changes)
