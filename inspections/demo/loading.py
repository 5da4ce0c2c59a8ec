"""Writes the whole demo, all or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import connection, transaction

from inspections.demo.checklist import make_checklists
from inspections.demo.diary import make_diary
from inspections.demo.district import make_categories, make_organizations
from inspections.demo.duties import make_duties
from inspections.demo.handing_in import make_submissions
from inspections.demo.happenings import make_happenings
from inspections.demo.people import PEOPLE, Person, make_people
from inspections.demo.plans import FIRST, SECOND, street_plan, street_plan_before
from inspections.demo.rounds import World, make_round
from inspections.demo.standards import make_standards
from inspections.demo.street_duties import make_street_duties
from inspections.demo.years_before import PLANS, make_duties_before
from inspections.models import Assignment, Campaign, Checklist, Finding, StandardFinding
from units.models import OrganizationCategory, OrganizationTag, PartyOrganization


@dataclass(frozen=True)
class Summary:
    """What was written, for the closing lines of the command."""

    organizations: int
    campaigns: int
    assignments: int
    findings: int
    people: tuple[Person, ...]


def is_empty() -> bool:
    """Whether nobody has entered anything yet: no users, organizations, categories, tags, checklists, wordings or campaigns."""
    models = (get_user_model(), PartyOrganization, OrganizationCategory, OrganizationTag, Checklist, StandardFinding, Campaign)
    return not any(model._default_manager.exists() for model in models)


@transaction.atomic
def load(password: str, now: datetime) -> Summary:
    """Write the demo into an empty database. ``now`` is the moment around which the campaign under way is laid.

    Two runs with the same ``now`` write the same, but for the salt of the password.
    """
    categories = make_categories()
    organizations = make_organizations(categories)
    people = make_people(organizations, password)
    first, second = make_checklists(categories)
    standards = make_standards()
    world = World(organizations, categories, people, {1: first, 2: second}, now)
    rounds = []
    before = [make_round(plan, world) for plan in PLANS]
    for one in before:
        make_happenings(one, standards, world)
    street = street_plan(world.today)
    for plan in (FIRST, SECOND, street_plan_before(street), street):
        rounds.append(make_round(plan, world))
        make_happenings(rounds[-1], standards, world)
    make_duties(rounds[0], rounds[1], world)
    make_duties_before(before, world)
    make_street_duties(rounds[2], world)
    told = make_submissions(rounds[-1], world)
    make_diary(world, [*before, *rounds], told)
    _make_known()
    return Summary(
        organizations=len(organizations),
        campaigns=len(before) + len(rounds),
        assignments=Assignment.objects.count(),
        findings=Finding.objects.standing().count(),
        people=PEOPLE,
    )


def _make_known() -> None:
    """Let PostgreSQL look at what has come: until it does so by itself it takes the tables for empty, and plans pages that take minutes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
