"""Two people at the same moment: exactly one of them wins, whatever the database."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection

from inspections.actions.campaigns import finish_campaign, reopen_campaign, start_campaign
from inspections.actions.splits import assign
from inspections.actions.teams import add_member
from inspections.models import Campaign, TeamMember
from jobs.errors import Refused
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def race(*acts):
    """Do all acts at once, each on its own connection; return how many were carried out.

    SQLite's shared memory, in which tests run, refuses a second writer at once instead of letting it wait: that has lost, too.
    """
    together = threading.Barrier(len(acts))
    won = []

    def attempt(act):
        together.wait()
        try:
            act()
            won.append(act)
        except (Refused, DatabaseError):
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(won)


def test_a_campaign_starts_ends_and_reopens_once(ready, zhao):
    def fresh():
        return Campaign.objects.get(pk=ready.pk)

    first, second = fresh(), fresh()
    assert race(lambda: start_campaign(first, by=zhao), lambda: start_campaign(second, by=zhao)) == 1
    first, second = fresh(), fresh()
    ends = [lambda copy=copy: finish_campaign(copy, by=zhao, reason="收尾") for copy in (first, second)]
    assert race(*ends) == 1
    first, second = fresh(), fresh()
    assert race(*(lambda copy=copy: reopen_campaign(copy, by=zhao, reason="补录") for copy in (first, second))) == 1
    assert fresh().status == Campaign.Status.RUNNING


def test_a_person_does_not_slip_into_two_teams(draft, sun, zhao):
    teams = [factories.make_team(draft, name=name) for name in ("甲组", "乙组")]
    acts = [lambda team=team: add_member(team, sun, home_organization=sun.organization, by=zhao) for team in teams]
    assert race(*acts) == 1
    assert TeamMember.objects.filter(user=sun).count() == 1


def test_a_member_and_a_unit_to_avoid_do_not_meet_in_one_team(draft, choose, town, zhao):
    row = choose(draft, town)[town]
    team = factories.make_team(draft)
    local = factories.make_user("卫某", organization=town)
    assert race(lambda: add_member(team, local, home_organization=town, by=zhao), lambda: assign([row], team, by=zhao)) == 1
    row.refresh_from_db()
    assert (row.team is None) == team.members.exists()
