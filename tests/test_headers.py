"""What every answer says to the browser about itself."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

HOME, LOGIN = reverse("reports:home"), reverse("units:login")


def test_pages_with_data_stay_out_of_caches(client, zhao, finding):
    client.force_login(zhao)
    for address in (HOME, reverse("inspections:finding_list"), reverse("inspections:finding_detail", args=[finding.pk])):
        assert "no-store" in client.get(address)["Cache-Control"], address


def test_downloads_with_data_stay_out_of_caches(client, zhao, finding):
    client.force_login(zhao)
    assert "no-store" in client.get(reverse("inspections:finding_export"))["Cache-Control"]


@pytest.mark.parametrize("address", [HOME, LOGIN, "/no-such-page/", "/healthz"])
def test_every_answer_limits_what_the_page_may_do(client, zhao, address):
    client.force_login(zhao)
    answer = client.get(address)
    for feature in ("geolocation=()", "microphone=()", "payment=()", "camera=(self)"):
        assert feature in answer["Permissions-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_content_policy_allows_nothing_inline(client):
    policy = client.get(LOGIN)["Content-Security-Policy"]
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    assert rules["default-src"] == "'self'"
    assert rules["object-src"] == "'none'"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["form-action"] == "'self'"
    assert "unsafe" not in policy
    assert not re.search(r"https?:|\*", policy)


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client, zhao):
    answer = client.post(LOGIN, {"username": "zhao", "password": "Test-pass-2026"})
    session = answer.cookies["sessionid"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"


def test_a_foreign_host_name_is_refused(client):
    assert client.get(LOGIN, headers={"host": "evil.example"}).status_code == 400


def test_a_form_from_elsewhere_is_refused(zhao):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(zhao)
    assert strict.post(reverse("units:logout")).status_code == 403
