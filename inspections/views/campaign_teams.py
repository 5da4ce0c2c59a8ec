"""Screens of teams and their members."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from inspections.actions import teams as actions
from inspections.avoidance import breaches
from inspections.models import Campaign, TeamMember
from inspections.readiness import members_of
from inspections.views.campaign_access import adjustable, steps
from jobs.errors import Refused
from units.models import PartyOrganization, User
from units.models.organization import in_subtree
from units.typed import key_of, words_of

FOUND = 20
"""So many results a search shows."""


@require_GET
def campaign_teams(request: HttpRequest, code: str) -> HttpResponse:
    """All teams with their members."""
    campaign = adjustable(request, code)
    units = list(PartyOrganization.objects.filter(assignments__campaign=campaign).only("path"))
    seats: dict[int, list[TeamMember]] = {}
    for member in members_of(campaign):
        member.avoids = len(breaches([member], units))
        seats.setdefault(member.team_id, []).append(member)
    teams = list(campaign.teams.annotate(unit_count=Count("assignments")))
    for team in teams:
        team.seats = seats.get(team.pk, [])
    context = {
        "campaign": campaign,
        "teams": teams,
        "unit_total": len(units),
        "next_name": actions.next_name(campaign),
        "steps": steps(campaign, "teams"),
    }
    return render(request, "inspections/campaigns/teams.html", context)


def _carry_out(request: HttpRequest, campaign: Campaign, verb: Callable[[], Any], said: str, anchor: str = "") -> HttpResponse:
    """Do it, say so or say why not, and go back to where the user was."""
    try:
        verb()
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect(reverse("inspections:campaign_teams", args=[campaign.code]) + anchor)


@require_POST
def team_create(request: HttpRequest, code: str) -> HttpResponse:
    """Add a team."""
    campaign = adjustable(request, code)
    name = words_of(request.POST.get("name"))[:40]
    return _carry_out(request, campaign, lambda: actions.create_team(campaign, name=name, by=request.user), "已增加督查组。", "#new-team")


@require_POST
def team_rename(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Give a team another name."""
    campaign = adjustable(request, code)
    team = get_object_or_404(campaign.teams, pk=pk)
    name = words_of(request.POST.get("name"))[:40]
    return _carry_out(request, campaign, lambda: actions.rename_team(team, name=name, by=request.user), "组名已保存。", f"#team-{pk}")


@require_POST
def team_delete(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Dissolve a team."""
    campaign = adjustable(request, code)
    team = get_object_or_404(campaign.teams, pk=pk)
    return _carry_out(request, campaign, lambda: actions.delete_team(team, by=request.user), f"已撤销{team}。")


def secondable(campaign: Campaign) -> Q:
    """Return the condition on paths from where people may be seconded: the organizer's own branch and its neighbours.

    A larger circle would turn the search into a directory of people with whom the office has nothing to do.
    """
    return in_subtree((campaign.organizer.parent or campaign.organizer).path)


@require_GET
def member_search(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Search for people to second; the answer says who cannot be and why."""
    campaign = adjustable(request, code)
    team = get_object_or_404(campaign.teams, pk=pk)
    words = words_of(request.GET.get("q")).split()
    found: list[User] = []
    if words:
        homes = PartyOrganization.objects.filter(secondable(campaign)).values("pk")
        people = User.objects.filter(is_active=True, organization__in=homes).select_related("organization").order_by("display_name", "pk")
        for word in words:
            people = people.filter(Q(display_name__icontains=word) | Q(username__icontains=word) | Q(organization__name__icontains=word))
        found = list(people[: FOUND + 1])
    seats = TeamMember.objects.filter(team__campaign=campaign, user__in=found).select_related("team")
    taken = {seat.user_id: seat.team for seat in seats}
    context = {
        "campaign": campaign,
        "team": team,
        "words": words,
        "rows": [(person, taken.get(person.pk)) for person in found[:FOUND]],
        "has_more": len(found) > FOUND,
    }
    return render(request, "inspections/campaigns/_people_found.html", context)


@require_POST
def member_add(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Second a user; the home organization is the user's own unless another is named later."""
    campaign = adjustable(request, code)
    team = get_object_or_404(campaign.teams.select_related("campaign__organizer"), pk=pk)
    homes = PartyOrganization.objects.filter(secondable(campaign))
    people = User.objects.filter(organization__in=homes.values("pk")).select_related("organization")
    person = get_object_or_404(people, pk=key_of(request.POST.get("user")))

    def verb() -> None:
        actions.add_member(
            team, person, home_organization=person.organization, is_leader=request.POST.get("leader") == "1", by=request.user
        )

    return _carry_out(request, campaign, verb, f"{person}已加入{team}。", f"#team-{pk}")


def _member(campaign: Campaign, pk: int) -> TeamMember:
    members = TeamMember.objects.filter(team__campaign=campaign)
    return get_object_or_404(members.select_related("team__campaign__organizer", "user__organization", "home_organization"), pk=pk)


@require_POST
def member_lead(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Make a member the leader of the team."""
    campaign = adjustable(request, code)
    member = _member(campaign, pk)
    said = f"{member.user}现任{member.team}组长。"
    return _carry_out(request, campaign, lambda: actions.appoint_leader(member, by=request.user), said, f"#team-{member.team_id}")


@require_POST
def member_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a member out of the team."""
    campaign = adjustable(request, code)
    member = _member(campaign, pk)
    said = f"{member.user}已退出{member.team}。"
    return _carry_out(request, campaign, lambda: actions.remove_member(member, by=request.user), said, f"#team-{member.team_id}")


@require_GET
def member_home_search(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Search for the organization from which a member is seconded."""
    campaign = adjustable(request, code)
    member = _member(campaign, pk)
    words = words_of(request.GET.get("q"))
    homes = PartyOrganization.objects.active().filter(secondable(campaign))
    found = list(homes.search(words).select_related("parent")[: FOUND + 1]) if words else []
    context = {"campaign": campaign, "member": member, "words": words, "found": found[:FOUND], "has_more": len(found) > FOUND}
    return render(request, "inspections/campaigns/_homes_found.html", context)


@require_POST
def member_home(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Correct where a member was seconded from."""
    campaign = adjustable(request, code)
    member = _member(campaign, pk)
    homes = PartyOrganization.objects.active().filter(secondable(campaign))
    home = get_object_or_404(homes, pk=key_of(request.POST.get("organization")))
    said = f"{member.user}的抽调单位已改为{home}。"

    def verb() -> None:
        actions.change_home(member, home_organization=home, by=request.user)

    return _carry_out(request, campaign, verb, said, f"#team-{member.team_id}")
