"""The verbs that give units to teams: a proposal, by hand, with dates. Avoidance is never breached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F

from inspections.actions.locking import locked
from inspections.actions.tally_marks import mark, mark_branch
from inspections.avoidance import Breach, breaches, in_words
from inspections.models import Assignment, Campaign, Team, TeamMember
from inspections.models.campaign import Method
from inspections.readiness import members_of, names
from inspections.splitting import ON_SITE_WEIGHT, WRITTEN_WEIGHT, Unit, propose
from jobs.errors import InvalidTransition, Refused
from units.actions.activity import record
from units.models import PartyOrganization, User
from units.models.organization import STEP

RUNNING = Campaign.Status.RUNNING


class Avoid(Refused):
    """A split would breach avoidance; the sentence says who, which organization and which relation."""

    def __init__(self, found: list[Breach]) -> None:
        super().__init__(f"没有保存。{in_words(found)}请改由其他组督查，或调整督查组成员。")
        self.breaches = found


@dataclass(frozen=True)
class Outcome:
    """What a proposal did: how many units were given out, and why some could not be."""

    given: int
    impossible: list[str]


def weight(method: str) -> int:
    """Return how much work a unit is for a team."""
    return ON_SITE_WEIGHT if method == Method.ON_SITE else WRITTEN_WEIGHT


def cluster(organization: PartyOrganization, organizer: PartyOrganization) -> str:
    """Return what neighbours share: the parent; an organization right below the organizer counts to its own children."""
    above = organization.path[:-STEP]
    return organization.path if above == organizer.path else above


@transaction.atomic
def propose_split(campaign: Campaign, *, by: User, keep: bool = True) -> Outcome:
    """Give units to teams by the balanced proposal; with ``keep`` only those without a team, otherwise all.

    Only before the start: afterwards units move one by one, on purpose. Raises ``Refused`` when there is no team.
    """
    now = locked(campaign, Campaign.Status.PREPARING)
    teams = list(now.teams.all())
    if not teams:
        raise Refused("还没有督查组，请先在“督查组”一步建立。")
    members = members_of(now)
    rows = list(now.assignments.select_related("organization").order_by("organization_path"))
    units = [_unit(row, now.organizer, teams, members, keep=keep) for row in rows]
    proposal = propose(units, [team.pk for team in teams])
    changed: dict[int, list[Assignment]] = {}
    for row in rows:
        team = proposal.teams.get(row.pk)
        if team is not None and team != row.team_id:
            changed.setdefault(team, []).append(row)  # type: ignore[arg-type]
    for team, moved in changed.items():
        now.assignments.filter(pk__in=[row.pk for row in moved]).update(team=team, revision=F("revision") + 1)
    given = sum(len(moved) for moved in changed.values())
    stuck = set(proposal.impossible)
    barred = [row for row in rows if row.pk in stuck]
    # A unit that nobody may take any more must not stay with a team either.
    now.assignments.filter(pk__in=[row.pk for row in barred], team__isnull=False).update(team=None, revision=F("revision") + 1)
    if changed or barred:
        mark_branch([now.pk])
    if given:
        mode = "为未分配的单位" if keep else "重新"
        _note(now, by, "campaign_propose", f"{mode}生成“{now}”的均衡分工，调整 {given} 个单位")
    return Outcome(given, [str(breaches(members, [row.organization])[0]) for row in barred])


def _unit(row: Assignment, organizer: PartyOrganization, teams: list[Team], members: list[TeamMember], *, keep: bool) -> Unit:
    broken = {breach.team for breach in breaches(members, [row.organization])}
    barred = frozenset(team.pk for team in teams if str(team) in broken)
    return Unit(
        key=row.pk,
        weight=weight(row.method),
        cluster=cluster(row.organization, organizer),
        barred=barred,
        team=row.team_id if keep else None,
    )


@transaction.atomic
def assign(assignments: Iterable[Assignment], team: Team | None, *, by: User, revision: int | None = None) -> int:
    """Give assignments of one campaign to ``team`` (``None`` frees them, before the start only); return how many moved.

    All or nothing. ``revision`` guards a single row that somebody may have changed. Raises ``Avoid`` with every breach,
    ``InvalidTransition`` for complete assignments and stale rows.
    """
    given = list(assignments)
    if not given:
        raise Refused("请先勾选要调整的单位。")
    now = locked(given[0].campaign)
    rows = list(now.assignments.select_related("organization", "team").filter(pk__in=[row.pk for row in given]))
    if len(rows) < len(given):
        raise InvalidTransition("有的单位刚刚被移出督查范围，没有保存。请刷新页面后重试。")
    if revision is not None and rows[0].revision != revision:
        raise InvalidTransition(f"“{rows[0].organization}”刚刚被别人改动，没有保存。现在显示的是最新内容，请核对后再改。")
    if team is None and now.status == RUNNING:
        raise Refused("督查已经启动，每个单位都要有督查组，请选择另一个组。")
    if team is not None and team.campaign_id != now.pk:
        raise Refused("请选择本次督查活动的督查组。")
    moving = [row for row in rows if row.team_id != (team.pk if team else None)]
    closed = [str(row.organization) for row in moving if row.status == Assignment.Status.CONCLUDED]
    if closed:
        raise InvalidTransition(f"{names(closed)}已经办结，不能再换组。")
    if team is not None:
        broken = breaches([member for member in members_of(now) if member.team_id == team.pk], [row.organization for row in moving])
        if broken:
            raise Avoid(broken)
    now.assignments.filter(pk__in=[row.pk for row in moving]).update(team=team, revision=F("revision") + 1)
    mark((now.pk, row.organization_path) for row in moving)
    if moving:
        who = names([str(row.organization) for row in moving])
        changes = {str(row.organization): [str(row.team or "未分组"), str(team or "未分组")] for row in moving[:50]}
        _note(
            now, by, "campaign_assign", f"“{now}”分工：{who}由{team or '未分组'}负责" if team else f"“{now}”分工：{who}改为未分组", changes
        )
    return len(moving)


@transaction.atomic
def plan_visit(assignment: Assignment, visit_on: date | None, *, revision: int, by: User) -> Assignment:
    """Set or clear the day of a visit. Raises ``Refused`` for a day outside the campaign, ``InvalidTransition`` for stale rows."""
    now = locked(assignment.campaign)
    if visit_on and not now.starts_on <= visit_on <= now.ends_on:
        raise Refused(f"督查日期应在 {now.starts_on:%Y-%m-%d} 至 {now.ends_on:%Y-%m-%d} 之间；如督查延期，请先修改活动的结束日期。")
    old = assignment.visit_on
    moved = now.assignments.unfinished().filter(pk=assignment.pk, revision=revision).update(visit_on=visit_on, revision=F("revision") + 1)
    if not moved:
        raise InvalidTransition(f"“{assignment.organization}”刚刚被别人改动或已经办结，没有保存。现在显示的是最新内容，请核对后再改。")
    assignment.refresh_from_db()
    if old != visit_on:
        text = f"“{assignment.organization}”的督查日期定为 {visit_on}" if visit_on else f"取消“{assignment.organization}”的督查日期"
        record(
            by,
            "inspections.assignment_plan",
            text,
            assignment,
            organization=now.organizer,
            changes={"督查日期": [str(old or ""), str(visit_on or "")]},
        )
    return assignment


@transaction.atomic
def plan_visits(assignments: Iterable[Assignment], visit_on: date, *, by: User) -> int:
    """Set one day for several visits at once; return how many. Complete ones are left alone."""
    given = list(assignments)
    if not given:
        raise Refused("请先勾选要安排日期的单位。")
    now = locked(given[0].campaign)
    if not now.starts_on <= visit_on <= now.ends_on:
        raise Refused(f"督查日期应在 {now.starts_on:%Y-%m-%d} 至 {now.ends_on:%Y-%m-%d} 之间；如督查延期，请先修改活动的结束日期。")
    rows = now.assignments.unfinished().filter(pk__in=[row.pk for row in given])
    count = rows.update(visit_on=visit_on, revision=F("revision") + 1)
    if count:
        _note(now, by, "campaign_plan", f"把“{now}”中 {count} 个单位的督查日期定为 {visit_on}")
    return count


def _note(campaign: Campaign, by: User, verb: str, summary: str, changes: dict[str, list[str]] | None = None) -> None:
    record(by, f"inspections.{verb}", summary, campaign, organization=campaign.organizer, changes=changes)
