"""A token for the district and one for 青石镇, and a finished campaign with a row of the ledger in it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.cache import cache

from tests import factories
from tests.inspections.rectifications.conftest import chen, finished, make_row, problem  # noqa: F401 -- fixtures
from tests.units.reminders.conftest import authority, clock, messenger  # noqa: F401 -- fixtures
from units.actions.tokens import create_token


class System:
    """Another system that bears a token."""

    def __init__(self, client, organization, by):
        self.client = client
        self.token, self.secret = create_token(organization, by=by, name="综合平台", expires_on=date(2099, 1, 1))

    def get(self, path: str, **query):
        """Ask for ``path`` below the interface."""
        return self.client.get(f"/api/v1/{path}", query, headers={"Authorization": f"Bearer {self.secret}"})

    def read(self, path: str, **query):
        """Return what a successful answer says."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()


@pytest.fixture(autouse=True)
def _no_counters_of_others():
    cache.clear()


@pytest.fixture
def platform(client, district, zhao):
    return System(client, district, zhao)


@pytest.fixture
def street_system(client, town, zhao):
    return System(client, town, zhao)


@pytest.fixture
def stranger_system(client, other_district, zheng):
    return System(client, other_district, zheng)


@pytest.fixture
def elsewhere(campaign, bureau, team, qian, finding):
    """A finding at 区档案馆, beside 青石镇."""
    return factories.make_finding(factories.make_assignment(campaign, bureau, team), qian, text="区档案馆的问题")
