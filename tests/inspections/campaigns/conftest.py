"""A campaign in preparation, from empty to ready."""

from __future__ import annotations

import pytest

from inspections.actions.campaign_scope import save_scope
from inspections.models import Campaign
from inspections.scope import Scope
from tests import factories


@pytest.fixture
def draft(district, zhao):
    """A campaign being prepared: facts complete, nothing chosen yet."""
    return factories.make_campaign(district, zhao, status=Campaign.Status.PREPARING, code="draft-1")


@pytest.fixture
def choose(zhao):
    """Return a function that gives a campaign the scope of these organizations."""

    def give(campaign, *organizations):
        save_scope(
            campaign,
            Scope(organizations=tuple(sorted(organization.pk for organization in organizations))),
            base=Scope.of(campaign).to_json(),
            by=zhao,
        )
        return {organization: campaign.assignments.get(organization=organization) for organization in organizations}

    return give


@pytest.fixture
def ready(draft, choose, town, bureau, qian, li, zhao):
    """A campaign of two units and two teams that has everything it needs to start."""
    from inspections.actions.campaign_methods import Way, save_methods

    rows = choose(draft, town, bureau)
    ways = {town.category_id: Way("on_site", ("hearing",)), bureau.category_id: Way("written")}
    save_methods(draft, ways, base={}, by=zhao)
    first = factories.make_team(draft, qian)
    second = factories.make_team(draft, li, name="第二督查组")
    for row, team in ((rows[town], first), (rows[bureau], second)):
        draft.assignments.filter(pk=row.pk).update(team=team)
    return draft
