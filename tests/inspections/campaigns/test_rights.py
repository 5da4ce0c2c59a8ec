"""Who sees a campaign and who sets it up: strangers get 404, readers who may not write 403, everybody else a page."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from inspections.models import Campaign
from tests import factories

READING = ["campaign_detail"]
SETUP = [
    ("get", "campaign_update"),
    ("post", "campaign_update"),
    ("post", "campaign_delete"),
    ("get", "campaign_finish"),
    ("post", "campaign_finish"),
    ("get", "campaign_reopen"),
    ("post", "campaign_reopen"),
    ("get", "campaign_scope"),
    ("post", "campaign_scope"),
    ("post", "campaign_scope_preview"),
    ("get", "campaign_organizations"),
    ("get", "campaign_methods"),
    ("post", "campaign_methods"),
    ("get", "campaign_start"),
    ("post", "campaign_start"),
    ("get", "campaign_teams"),
    ("post", "team_create"),
    ("get", "campaign_split"),
    ("post", "campaign_split_propose"),
    ("post", "campaign_split_bulk"),
]
ROWS = [
    ("get", "campaign_unit_remove"),
    ("post", "campaign_unit_remove"),
    ("get", "campaign_method_unit"),
    ("post", "campaign_method_unit"),
    ("post", "campaign_split_unit"),
]
TEAMS = [("post", "team_rename"), ("post", "team_delete"), ("get", "member_search"), ("post", "member_add")]
MEMBERS = [("post", "member_lead"), ("post", "member_remove"), ("get", "member_home_search"), ("post", "member_home")]


def addresses(campaign, assignment, team):
    seat = team.members.first()
    for verb, name in SETUP:
        yield verb, name, reverse(f"inspections:{name}", args=[campaign.code])
    for names, pk in ((ROWS, assignment.pk), (TEAMS, team.pk), (MEMBERS, seat.pk)):
        for verb, name in names:
            yield verb, name, reverse(f"inspections:{name}", args=[campaign.code, pk])


def test_strangers_find_nothing(client, campaign, assignment, team, zheng):
    client.force_login(zheng)
    assert client.get(reverse("inspections:campaign_detail", args=[campaign.code])).status_code == 404
    for verb, name, address in addresses(campaign, assignment, team):
        assert getattr(client, verb)(address).status_code == 404, name
    assert campaign.title not in client.get(reverse("inspections:campaign_list")).content.decode()
    assert "青石镇党委" not in client.get(reverse("inspections:assignment_list")).content.decode()


@pytest.mark.parametrize("reader", ["wu", "qian", "zhou"])
def test_readers_do_not_write(client, request, campaign, assignment, team, reader):
    before = (Campaign.objects.values().get(pk=campaign.pk), team.members.count(), campaign.assignments.count())
    client.force_login(request.getfixturevalue(reader))
    assert client.get(reverse("inspections:campaign_detail", args=[campaign.code])).status_code == 200
    for verb, name, address in addresses(campaign, assignment, team):
        assert getattr(client, verb)(address).status_code == 403, name
    assert client.get(reverse("inspections:campaign_create")).status_code == 403
    assert (Campaign.objects.values().get(pk=campaign.pk), team.members.count(), campaign.assignments.count()) == before


def test_the_office_opens_every_page(client, campaign, assignment, team, zhao):
    client.force_login(zhao)
    for verb, name, address in addresses(campaign, assignment, team):
        if verb == "get":
            assert client.get(address).status_code in {200, 302}, name


def test_nobody_without_an_account(client, campaign):
    answer = client.get(reverse("inspections:campaign_detail", args=[campaign.code]))
    assert answer.status_code == 302
    assert reverse("units:login") in answer.url


def test_rows_of_another_campaign_are_not_reached(client, campaign, assignment, team, draft, zhao):
    client.force_login(zhao)
    for verb, name in [*ROWS, *TEAMS, *MEMBERS]:
        pk = {"ROWS": assignment.pk}.get(
            name, assignment.pk if (verb, name) in ROWS else team.pk if (verb, name) in TEAMS else team.members.first().pk
        )
        assert getattr(client, verb)(reverse(f"inspections:{name}", args=[draft.code, pk])).status_code == 404, name
    assert client.post(reverse("inspections:campaign_split_unit", args=[campaign.code, uuid.uuid4()])).status_code == 404


def test_a_finished_campaign_is_closed_on_every_set_up_page(client, campaign, assignment, team, zhao):
    Campaign.objects.filter(pk=campaign.pk).update(status=Campaign.Status.FINISHED)
    client.force_login(zhao)
    for verb, name, address in addresses(campaign, assignment, team):
        if name not in {"campaign_reopen", "campaign_finish", "campaign_start", "campaign_delete"}:
            assert getattr(client, verb)(address).status_code == 403, name


def test_a_member_of_another_team_does_not_see_the_unit(client, campaign, assignment, other_team, li):
    client.force_login(li)
    page = client.get(reverse("inspections:campaign_detail", args=[campaign.code])).content.decode()
    assert "青石镇党委" not in page


def test_those_who_are_inspected_see_only_their_own(client, campaign, assignment, bureau, team, zhou):
    factories.make_assignment(campaign, bureau, team)
    client.force_login(zhou)
    page = client.get(reverse("inspections:campaign_detail", args=[campaign.code]))
    assert page.context["overall"].total == 1
    assert bureau.name not in page.content.decode()


def test_a_campaign_in_preparation_is_not_shown_to_its_teams(client, ready, qian, zhou):
    for person in (qian, zhou):
        client.force_login(person)
        assert client.get(reverse("inspections:campaign_detail", args=[ready.code])).status_code == 404
