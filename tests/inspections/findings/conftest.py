"""What the tests of the assignment page share."""

from __future__ import annotations

import pytest
from django.urls import reverse

from inspections.models import ChecklistItem

HTMX = {"HTTP_HX_REQUEST": "true"}


class Site:
    """A browser of one user: posts to an address by name, as a page or (``htmx=True``) as a fragment."""

    def __init__(self, client):
        self.client = client

    def get(self, name, *args, htmx=False, **query):
        return self.client.get(reverse(f"inspections:{name}", args=args), query, **(HTMX if htmx else {}))

    def post(self, name, *args, htmx=False, **data):
        return self.client.post(reverse(f"inspections:{name}", args=args), data, **(HTMX if htmx else {}))


@pytest.fixture
def as_user():
    """Return a function that logs a user in and gives the browser."""
    from django.test import Client

    def log_in(user) -> Site:
        client = Client()
        client.force_login(user)
        return Site(client)

    return log_in


@pytest.fixture
def item(assignment):
    """Return a function that finds an item of the assignment's checklist by code."""
    return lambda code: ChecklistItem.objects.get(theme__checklist=assignment.campaign.checklist, code=code)


@pytest.fixture
def finish(campaign):
    """Return a function that ends the campaign."""

    def end():
        type(campaign).objects.filter(pk=campaign.pk).update(status="finished")

    return end
