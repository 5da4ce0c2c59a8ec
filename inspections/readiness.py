"""What still keeps a campaign from starting. Each fault names the step of the set-up where it is put right."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils import timezone

from inspections.avoidance import breaches
from inspections.models import Assignment, Campaign, Checklist, SubmissionRequest, Team, TeamMember
from inspections.models.campaign import Method
from inspections.scope import selected
from units.models import Appointment

SHOWN = 10
"""So many names are listed; the rest is counted."""


@dataclass(frozen=True)
class Fault:
    """One thing to put right: ``step`` is ``basics``, ``scope``, ``methods``, ``request``, ``teams`` or ``split``. A warning does not hinder."""

    step: str
    text: str
    is_warning: bool = False


def faults(campaign: Campaign) -> list[Fault]:
    """Return all faults in the order of the steps; a constant number of queries."""
    assignments = list(
        campaign.assignments.select_related("organization", "category").order_by("organization_path").only(
            "id", "team_id", "method", "activities", "campaign_id", "organization__name", "organization__path",
            "organization__dissolved_on", "category__name",
        )
    )  # fmt: skip
    teams = list(campaign.teams.all())
    members = members_of(campaign)
    return [
        *_basics(campaign),
        *_scope(campaign, assignments),
        *_methods(campaign, assignments),
        *_request(campaign, assignments),
        *_teams(teams, members),
        *_split(assignments, teams, members),
    ]


def members_of(campaign: Campaign) -> list[TeamMember]:
    """All members of a campaign's teams with what the avoidance rule asks for; one query."""
    return list(
        TeamMember.objects.filter(team__campaign=campaign)
        .select_related("team", "home_organization", "user__organization")
        .order_by("team__order", "team", "-is_leader", "pk")
    )


def names(found: list[str]) -> str:
    """Return names as a list in Chinese, the first ten and how many more."""
    text = "、".join(found[:SHOWN])
    return f"{text}等 {len(found)} 个" if len(found) > SHOWN else text


def _basics(campaign: Campaign) -> list[Fault]:
    found = []
    if not campaign.approval_number.strip():
        found.append(Fault("basics", "还没有填写批准文号。督查须列入年度计划或经专项报批。"))
    if campaign.checklist is None:
        found.append(Fault("basics", "还没有选定督查清单。"))
    elif campaign.checklist.status != Checklist.Status.PUBLISHED:
        found.append(Fault("basics", f"督查清单“{campaign.checklist}”{campaign.checklist.get_status_display()}，请改用已发布的版本。"))
    if not campaign.organizer.is_active:
        found.append(Fault("basics", f"主办组织“{campaign.organizer}”已被撤销。"))
    return found


def _scope(campaign: Campaign, assignments: list[Assignment]) -> list[Fault]:
    if not assignments:
        return [Fault("scope", "督查范围是空的，请至少选定一个督查对象。")]
    found = []
    # The directory may have changed since the scope was saved.
    today = dict(selected(campaign).values_list("pk", "name"))
    mine = {assignment.organization_id: assignment.organization.name for assignment in assignments}
    more = [name for key, name in today.items() if key not in mine]
    gone = [name for key, name in mine.items() if key not in today]
    if more:
        found.append(Fault("scope", f"名录变动后，又有 {len(more)} 个单位符合范围条件：{names(more)}。请打开“督查范围”确认并保存。"))
    if gone:
        found.append(Fault("scope", f"名录变动后，{len(gone)} 个单位不再符合范围条件：{names(gone)}。请打开“督查范围”确认并保存。"))
    return found


def _methods(campaign: Campaign, assignments: list[Assignment]) -> list[Fault]:
    found = []
    decided = set(campaign.methods.values_list("category", flat=True))
    open_categories = {a.category.name: None for a in assignments if a.category and a.category_id not in decided}
    if open_categories:
        found.append(Fault("methods", f"以下类别还没有选定督查方式：{names(list(open_categories))}。"))
    idle = [a.organization.name for a in assignments if a.method == Method.ON_SITE and not a.activities]
    if idle:
        found.append(Fault("methods", f"以下单位定为实地督查，但没有选择实地环节：{names(idle)}。"))
    bare = [a.organization.name for a in assignments if a.category is None]
    if bare:
        text = f"以下单位没有单位类别，报告中无法归入任何一类：{names(bare)}。可在组织名录中补上类别后，重新保存督查范围。"
        found.append(Fault("methods", text, is_warning=True))
    return found


def _request(campaign: Campaign, assignments: list[Assignment]) -> list[Fault]:
    """What is asked for in writing may be left out; once it is asked it must be possible to answer."""
    asked = SubmissionRequest.objects.filter(campaign=campaign).first()
    written = [a for a in assignments if a.method == Method.WRITTEN]
    if asked is None:
        text = f"有 {len(written)} 个单位书面督查，但没有填写报送要求，这些单位将无法在线报送材料。"
        return [Fault("request", text, is_warning=True)] if written else []
    found = []
    if asked.due_on < timezone.localdate():
        found.append(Fault("request", f"报送期限 {asked.due_on:%Y-%m-%d} 已经过去，请改为今天或以后的日期。"))
    wanted = {a.organization_id: a.organization.name for a in (assignments if asked.includes_on_site else written)}
    seats = Appointment.objects.current().filter(organization__in=wanted, role__in=(Appointment.Role.LIAISON, Appointment.Role.OFFICE))
    reached = set(seats.filter(user__is_active=True).values_list("organization", flat=True))
    alone = [name for key, name in wanted.items() if key not in reached]
    if alone:
        text = f"以下单位没有联络员，收不到通知，也无法签收和报送：{names(alone)}。"
        found.append(Fault("request", text, is_warning=True))
    return found


def _teams(teams: list[Team], members: list[TeamMember]) -> list[Fault]:
    if not teams:
        return [Fault("teams", "还没有督查组，请至少建立一个。")]
    found = []
    sizes = Counter(member.team_id for member in members)
    leaders = Counter(member.team_id for member in members if member.is_leader)
    for team in teams:
        if not sizes[team.pk]:
            found.append(Fault("teams", f"{team}还没有成员。"))
        elif leaders[team.pk] != 1:
            found.append(Fault("teams", f"{team}还没有组长。" if not leaders[team.pk] else f"{team}有不止一名组长，请只保留一名。"))
    seats = Counter(member.user_id for member in members)
    twice = list(dict.fromkeys(str(member.user) for member in members if seats[member.user_id] > 1))
    if twice:
        found.append(Fault("teams", f"以下人员同时在两个督查组：{names(twice)}。一人只能参加一个组。"))
    idle = list(dict.fromkeys(str(member.user) for member in members if not member.user.is_active))
    if idle:
        found.append(Fault("teams", f"以下人员的账号已停用，无法登录开展督查：{names(idle)}。"))
    return found


def _split(assignments: list[Assignment], teams: list[Team], members: list[TeamMember]) -> list[Fault]:
    found = []
    open_units = [a.organization.name for a in assignments if a.team_id is None]
    if open_units:
        found.append(Fault("split", f"还有 {len(open_units)} 个单位没有分给督查组：{names(open_units)}。"))
    for team in teams:
        given = [a.organization for a in assignments if a.team_id == team.pk]
        found += [Fault("split", str(breach)) for breach in breaches([m for m in members if m.team_id == team.pk], given)]
        if assignments and not given:
            found.append(Fault("split", f"{team}还没有分到单位。", is_warning=True))
    return found
