"""Every figure on the leaders' page and the home page opens the list behind it, and the list counts the same."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from inspections.demo.loading import load
from units.models import PartyOrganization, User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LINK = re.compile(r'<a[^>]*href="(?P<url>/inspections/(?:findings|assignments|rectifications)/\?[^"]*)"[^>]*>(?P<text>.*?)</a>', re.DOTALL)
COUNT = re.compile(r"count-line[^>]*>\s*共\s*(\d+)\s*[条项]")


@pytest.fixture
def _demo(db):
    load("demo-pass-2026", NOW)


def figures_of(page: str) -> list[tuple[str, int]]:
    """Each link to a list with the first number that its text shows."""
    found = []
    for match in LINK.finditer(page):
        if "todo-text" in match["text"] and "/rectifications/" in match["url"]:
            continue  # a line of 待办 that speaks of the ledger names a campaign, no figure
        words = re.sub(r"<[^>]+>", " ", match["text"])
        number = re.search(r"\d+", words)
        assert number, f"a link to a list without a figure: {match['text']}"
        found.append((unescape(match["url"]), int(number[0])))
    return found


def count_behind(client, url: str) -> int:
    """What the list at ``url`` says it holds; an empty list has no pager."""
    page = client.get(url)
    assert page.status_code == 200, url
    match = COUNT.search(page.content.decode())
    return int(match[1]) if match else 0


def check(client, path: str) -> int:
    found = figures_of(client.get(path).content.decode())
    wrong = [(url, shown, behind) for url, shown in dict(found).items() if (behind := count_behind(client, url)) != shown]
    assert wrong == []
    # The same list must not be given two different numbers either.
    assert len(dict(found)) == len(set(found))
    return len(found)


@pytest.mark.usefixtures("_demo")
@pytest.mark.parametrize(
    ("username", "campaign", "least"),
    [("leader", "2026-2", 120), ("office", "CX-2026-2", 60), ("street", "2026-2", 60)],
)
def test_every_figure_of_the_leaders_page_equals_the_list_behind_it(client, username, campaign, least):
    client.force_login(User.objects.get(username=username))
    assert check(client, f"{reverse('reports:dashboard')}?campaign={campaign}") >= least


@pytest.mark.usefixtures("_demo")
@pytest.mark.parametrize(("username", "least"), [("leader", 6), ("inspector01", 3), ("liaison1", 3), ("street", 6)])
def test_every_figure_of_the_home_page_equals_the_list_behind_it(client, username, least):
    client.force_login(User.objects.get(username=username))
    assert check(client, reverse("reports:home")) >= least


@pytest.mark.usefixtures("_demo")
def test_every_bar_stands_in_the_table_beside_it_with_the_same_number(client):
    client.force_login(User.objects.get(username="leader"))
    response = client.get(reverse("reports:dashboard"))
    shown = dict(figures_of(response.content.decode()))
    charts = response.context["charts"]
    assert set(charts) == {"coverage", "severity", "spread", "comparison", "rounds"}
    for key, chart in charts.items():
        for series in chart.option["series"]:
            for bar in series["data"]:
                assert bar["url"] in shown
                if key != "spread":
                    assert bar["value"] == shown[bar["url"]]


@pytest.mark.usefixtures("_demo")
def test_every_figure_of_an_organization_below_equals_the_list_behind_it(client):
    client.force_login(User.objects.get(username="leader"))
    street = PartyOrganization.objects.filter(children__isnull=False, parent__isnull=False).order_by("path").first()
    assert check(client, f"{reverse('reports:dashboard')}?campaign=2026-2&organization={street.pk}") >= 40
