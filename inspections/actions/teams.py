"""The verbs on teams and their members. A seat gives the right to inspect, so avoidance is checked with every one."""

from __future__ import annotations

from django.db import transaction

from inspections.actions.locking import locked
from inspections.actions.tally_marks import mark
from inspections.avoidance import breaches, in_words
from inspections.models import Campaign, Team, TeamMember
from jobs.errors import InvalidTransition, Refused
from units.actions.activity import record
from units.models import PartyOrganization, User
from units.offices import refusal_of_business

RUNNING = Campaign.Status.RUNNING
CHINESE = "一二三四五六七八九十"


def next_name(campaign: Campaign) -> str:
    """Return the usual name of the next team: 第一督查组, 第二督查组, from the eleventh on 第11督查组."""
    taken = set(campaign.teams.values_list("name", flat=True))
    number = 1
    while (name := f"第{CHINESE[number - 1] if number <= len(CHINESE) else number}督查组") in taken:
        number += 1
    return name


@transaction.atomic
def create_team(campaign: Campaign, *, name: str = "", by: User) -> Team:
    """Add a team; without a name it gets the usual one. Raises ``Refused`` for a name that is taken."""
    now = locked(campaign)
    name = name.strip() or next_name(now)
    _check_name(now, name)
    last = now.teams.order_by("-order").first()
    team = Team.objects.create(campaign=now, name=name, order=last.order + 1 if last else 1)
    _note(team, by, "team_create", f"在“{now}”中设立{team}")
    return team


@transaction.atomic
def rename_team(team: Team, *, name: str, by: User) -> Team:
    """Give a team another name. Raises ``Refused`` for an empty or taken one."""
    now = locked(team.campaign)
    name, old = name.strip(), team.name
    if not name:
        raise Refused("请填写组名。")
    if name != old:
        _check_name(now, name)
        if not now.teams.filter(pk=team.pk).update(name=name):
            raise InvalidTransition("这个督查组已被删除，请刷新页面。")
        team.refresh_from_db()
        _note(team, by, "team_rename", f"{old}改名为{team}", {"组名": [old, name]})
    return team


def _check_name(campaign: Campaign, name: str) -> None:
    if campaign.teams.filter(name=name).exists():
        raise Refused(f"已经有一个组叫“{name}”，请换一个组名。")


@transaction.atomic
def delete_team(team: Team, *, by: User) -> None:
    """Dissolve a team. Before the start its units become free; afterwards a team that still has units is refused."""
    now = locked(team.campaign)
    units = now.assignments.filter(team=team)
    if now.status == RUNNING and units.exists():
        raise Refused(f"{team}还有 {units.count()} 个单位，请先在“分工”中把它们转给其他组。")
    _note(team, by, "team_delete", f"撤销“{now}”的{team}")
    mark(units.values_list("campaign", "organization_path"))
    units.update(team=None)
    now.teams.filter(pk=team.pk).delete()


@transaction.atomic
def add_member(team: Team, user: User, *, home_organization: PartyOrganization, is_leader: bool = False, by: User) -> TeamMember:
    """Second a user to a team. The first member leads until another is appointed.

    Raises ``Refused`` when the user sits in a team of this campaign already, has no working account, or must avoid a unit of the team.
    """
    now = locked(team.campaign)
    team = _current(team)
    if not user.is_active:
        raise Refused(f"{user}的账号已停用，请先请管理员恢复账号。")
    if refusal := refusal_of_business(User.objects.select_for_update().get(pk=user.pk)):
        raise Refused(refusal)
    seat = TeamMember.objects.filter(team__campaign=now, user=user).select_related("team").first()
    if seat:
        raise Refused(f"{user}已经在{seat.team}，一人在一次督查中只能参加一个组。如需调整，请先从{seat.team}移出。")
    member = TeamMember(team=team, user=user, home_organization=home_organization)
    _check_avoidance(member)
    member.is_leader = not team.members.filter(is_leader=True).exists()
    member.save()
    if is_leader and not member.is_leader:
        _lead(member)
    duty = "组长" if member.is_leader else "成员"
    _note(team, by, "team_add_member", f"{user}（抽调自{home_organization}）任“{now}”{team}{duty}", {"账号": ["", user.username]})
    return member


@transaction.atomic
def change_home(member: TeamMember, *, home_organization: PartyOrganization, by: User) -> TeamMember:
    """Correct where a member was seconded from. Raises ``Refused`` when the member must avoid a unit of the team then."""
    now = locked(member.team.campaign)
    old = member.home_organization
    member.home_organization = home_organization
    _check_avoidance(member)
    if not TeamMember.objects.filter(pk=member.pk, team__campaign=now).update(home_organization=home_organization):
        raise InvalidTransition(f"{member.user}已不在{member.team}，请刷新页面。")
    text = f"{member.user}的抽调单位改为{home_organization}"
    _note(member.team, by, "team_change_home", text, {"抽调单位": [str(old), str(home_organization)]})
    return member


@transaction.atomic
def appoint_leader(member: TeamMember, *, by: User) -> TeamMember:
    """Make a member the one leader of the team."""
    locked(member.team.campaign)
    if not TeamMember.objects.filter(pk=member.pk).exists():
        raise InvalidTransition(f"{member.user}已不在{member.team}，请刷新页面。")
    if not member.is_leader:
        _lead(member)
        _note(member.team, by, "team_appoint_leader", f"{member.user}任{member.team}组长")
    return member


@transaction.atomic
def remove_member(member: TeamMember, *, by: User) -> None:
    """Take a member out; the right to inspect ends at once.

    Raises ``Refused`` for the leader or last member of a team in a running campaign: appoint another first.
    """
    now = locked(member.team.campaign)
    seat = TeamMember.objects.filter(pk=member.pk).first()
    if seat is None:
        raise InvalidTransition(f"{member.user}已不在{member.team}，可能刚刚已被移出。")
    if now.status == RUNNING and seat.is_leader:
        raise Refused(f"{member.user}是{member.team}组长。督查进行中每组须有组长，请先指定新的组长，再移出。")
    seat.delete()
    _note(member.team, by, "team_remove_member", f"{member.user}退出“{now}”{member.team}")


def _lead(member: TeamMember) -> None:
    member.team.members.exclude(pk=member.pk).update(is_leader=False)
    TeamMember.objects.filter(pk=member.pk).update(is_leader=True)
    member.is_leader = True


def _current(team: Team) -> Team:
    now = Team.objects.filter(pk=team.pk).first()
    if now is None:
        raise InvalidTransition(f"{team}已被删除，请刷新页面。")
    return now


def _check_avoidance(member: TeamMember) -> None:
    units = PartyOrganization.objects.filter(assignments__team=member.team)
    broken = breaches([member], units)
    if broken:
        raise Refused(f"{in_words(broken)}请先把这些单位转给其他组，或换一名人员。")


def _note(team: Team, by: User, verb: str, summary: str, changes: dict[str, list[str]] | None = None) -> None:
    """Record under the campaign, so that its page shows the whole history."""
    record(by, f"inspections.{verb}", summary, team.campaign, organization=team.campaign.organizer, changes=changes)
