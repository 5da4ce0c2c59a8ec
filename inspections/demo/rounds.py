"""Writes a campaign with its teams and assignments, split as the product itself proposes it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from inspections.avoidance import breaches
from inspections.demo.checklist import Sheet
from inspections.demo.district import SEATS
from inspections.demo.identity import moment, uid
from inspections.demo.people import People
from inspections.demo.plans import Plan
from inspections.models import Assignment, BasisDocument, Campaign, CampaignMethod, Team, TeamMember
from inspections.models.campaign import Activity, Method
from inspections.scope import Scope, selected
from inspections.splitting import ON_SITE_WEIGHT, WRITTEN_WEIGHT, Unit, propose
from units.models import OrganizationCategory, PartyOrganization, User


@dataclass
class World:
    """Everything that was written before the campaigns."""

    organizations: dict[str, PartyOrganization]
    categories: dict[str, OrganizationCategory]
    people: People
    sheets: dict[int, Sheet]
    now: datetime

    def organizations_in_order(self) -> list[tuple[str, PartyOrganization]]:
        """All organizations by code, grouped as the categories are, then as the directory has them."""
        order = {row.pk: row.order for row in self.categories.values()}
        last = len(order) + 1
        return sorted(self.organizations.items(), key=lambda pair: (order.get(pair[1].category_id or 0, last), pair[1].path))

    @property
    def today(self) -> date:
        """The day around which the campaign under way is laid."""
        return self.now.date()


@dataclass
class Round:
    """One campaign as written, with what the facts about it need."""

    plan: Plan
    campaign: Campaign
    sheet: Sheet
    members: dict[int, list[User]]
    assignments: list[Assignment]

    def author(self, assignment: Assignment, turn: int) -> User:
        """A member of the assignment's team; ``turn`` lets the members take turns."""
        members = self.members[assignment.team_id or 0]
        return members[turn % len(members)]

    def leader(self, assignment: Assignment) -> User:
        """The leader of the assignment's team."""
        return self.members[assignment.team_id or 0][0]


def make_round(plan: Plan, world: World) -> Round:
    """Write a campaign, its methods, teams and assignments; what was found in it is written elsewhere."""
    campaign = _campaign(plan, world)
    teams, members = _teams(plan, campaign, world)
    chosen = list(_inspected(plan, campaign, world))
    methods = {code: _method(plan, organization) for code, organization in chosen}
    given = _split(chosen, methods, teams)
    rows = []
    for place, (code, organization) in enumerate(chosen, 1):
        method, activities = methods[code]
        rows.append(
            Assignment(
                id=uid("assignment", plan.code, code),
                campaign=campaign,
                team=given[code],
                organization=organization,
                organization_path=organization.path,
                category=organization.category,
                method=method,
                activities=list(activities),
                order=place,
            )
        )
    _plan_visits(plan, rows, world)
    Assignment.objects.bulk_create(rows)
    return Round(plan, campaign, world.sheets[plan.version], members, rows)


def _campaign(plan: Plan, world: World) -> Campaign:
    status = Campaign.Status.FINISHED if plan.is_finished else Campaign.Status.RUNNING
    scope = Scope(
        categories=tuple(world.categories[name].pk for name in plan.methods) if not plan.names_its_units else (),
        organizations=tuple(world.organizations[code].pk for code in _street_codes(plan, world)),
        tags=(),
    )
    campaign = Campaign.objects.create(
        code=plan.code,
        title=plan.title,
        subject="落实意识形态工作责任制情况",
        subject_short="意识形态工作",
        arrangement=plan.arrangement,
        purpose=plan.purpose,
        year=plan.year,
        half=plan.half,
        organizer=world.organizations[plan.organizer],
        organizer_body=plan.organizer_body,
        co_organizer_bodies=list(plan.co_organizer_bodies),
        approval_number=plan.approval_number,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        cut_off_on=plan.cut_off_on,
        checklist=world.sheets[plan.version].checklist,
        scope=scope.to_json(),
        status=status,
        created_by=world.people[plan.by],
        started_at=moment(plan.starts_on - timedelta(days=3), 15),
        finished_at=moment(plan.ends_on + timedelta(days=3), 10) if plan.is_finished else None,
    )
    Campaign.objects.filter(pk=campaign.pk).update(created_at=moment(plan.starts_on - timedelta(days=14), 9, 30))
    campaign.refresh_from_db(fields=["created_at"])
    for place, (issuer, title, number) in enumerate(plan.documents, 1):
        row, _ = BasisDocument.objects.get_or_create(issuer=issuer, title=title, number=number, defaults={"order": place})
        campaign.basis_documents.add(row)
    CampaignMethod.objects.bulk_create(
        [
            CampaignMethod(campaign=campaign, category=world.categories[name], method=method, activities=list(activities))
            for name, (method, activities) in plan.methods.items()
        ]
    )
    return campaign


def _street_codes(plan: Plan, world: World) -> list[str]:
    if not plan.names_its_units:
        return []
    below = world.organizations[plan.organizer].path
    return [
        code
        for code, row in world.organizations.items()
        if row.path.startswith(below) and row.path != below and (row.category or code in plan.extra)
    ]


def _teams(plan: Plan, campaign: Campaign, world: World) -> tuple[list[Team], dict[int, list[User]]]:
    rows = [Team(campaign=campaign, name=team.name, order=place) for place, team in enumerate(plan.teams, 1)]
    teams = Team.objects.bulk_create(rows)
    seats, members = [], {}
    for team, wanted in zip(teams, plan.teams, strict=True):
        members[team.pk] = [world.people[username] for username in wanted.members]
        for place, user in enumerate(members[team.pk]):
            seats.append(TeamMember(team=team, user=user, home_organization=user.organization, is_leader=place == 0))
    TeamMember.objects.bulk_create(seats)
    return teams, members


def _inspected(plan: Plan, campaign: Campaign, world: World) -> list[tuple[str, PartyOrganization]]:
    """The organizations of the scope in the order of the categories, larger bodies first as the directory has them.

    Last half-year's scope also holds what was dissolved since.
    """
    found = {row.code: row for row in selected(campaign)}
    if plan.is_finished and not plan.names_its_units:
        gone = [row for row in world.organizations.values() if row.dissolved_on and row.dissolved_on > plan.ends_on]
        found |= {row.code: row for row in gone}
    return [(code, row) for code, row in world.organizations_in_order() if code in found]


def _method(plan: Plan, organization: PartyOrganization) -> tuple[str, tuple[str, ...]]:
    category = organization.category.name if organization.category else ""
    if plan.tagged_on_site and organization.code in _tagged(plan.tagged_on_site) and category != "镇街":
        return Method.ON_SITE, (Activity.HEARING, Activity.DOCUMENT_REVIEW)
    return plan.methods.get(category, (Method.WRITTEN, ()))


def _tagged(name: str) -> set[str]:
    return {seat.code for seat in SEATS if name in seat.tags}


def _split(
    chosen: list[tuple[str, PartyOrganization]], methods: dict[str, tuple[str, tuple[str, ...]]], teams: list[Team]
) -> dict[str, Team]:
    """Let the product's own proposal decide; the demo's teams are such that everybody finds one."""
    seats = TeamMember.objects.filter(team__in=teams).select_related("team", "home_organization", "user__organization")
    by_team = defaultdict(list)
    for seat in seats:
        by_team[seat.team_id].append(seat)
    units = []
    for code, organization in chosen:
        barred = frozenset(team.pk for team in teams if breaches(by_team[team.pk], [organization]))
        weight = ON_SITE_WEIGHT if methods[code][0] == Method.ON_SITE else WRITTEN_WEIGHT
        units.append(Unit(code, weight, organization.parent_id, barred))
    proposal = propose(units, [team.pk for team in teams])
    if proposal.impossible:
        message = f"no team may inspect {proposal.impossible}"
        raise ValueError(message)
    found = {team.pk: team for team in teams}
    return {str(code): found[pk] for code, pk in proposal.teams.items()}  # type: ignore[index]


def _plan_visits(plan: Plan, rows: list[Assignment], world: World) -> None:
    """Give the visits their days: in turn over the campaign's days, or around today while it is under way."""
    turns: dict[int | None, int] = defaultdict(int)
    days = [plan.starts_on + timedelta(days=offset) for offset in range((plan.ends_on - plan.starts_on).days + 1)]
    visits: dict[int | None, int] = defaultdict(int)
    for row in rows:
        visits[row.team_id] += row.method == Method.ON_SITE
    for row in rows:
        if row.method != Method.ON_SITE:
            continue
        place = turns[row.team_id]
        turns[row.team_id] += 1
        if plan.is_finished:
            row.visit_on = days[place * len(days) // visits[row.team_id]]
        else:
            # Four visits a team: the day before yesterday, yesterday, today, tomorrow.
            row.visit_on = world.today + timedelta(days=place - 2)
