"""Tokens: who makes them, how long they hold, what is kept of them, and what happens to those who guess."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.errors import InvalidTransition
from tests import factories
from units.actions.tokens import create_token, revoke_token
from units.api_access import MOST_FAILURES
from units.models import AccessToken, ActivityEntry, User


def said(answer, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content.decode()
    assert answer.json()["message"].endswith("。")
    assert answer["X-Duchatong-Api"] == "1"


def test_the_office_makes_a_token_that_is_shown_once_and_kept_as_a_digest(client, zhao, town):
    client.force_login(zhao)
    day = timezone.localdate() + timedelta(days=30)
    answer = client.post(reverse("units:token_create"), {"name": "镇里的平台", "organization": town.pk, "expires_on": day})
    page = answer.content.decode()
    token = AccessToken.objects.get()
    secret = page.split('id="one-time">')[1].split("<")[0]
    assert answer["Cache-Control"] == "no-store"
    assert token.digest == AccessToken.digest_of(secret)
    assert secret not in client.get(reverse("units:token_list")).content.decode()
    kept = json.dumps([list(AccessToken.objects.values()), list(ActivityEntry.objects.values())], default=str)
    assert secret not in kept
    assert ActivityEntry.objects.filter(verb="units.token_create", object_id=token.pk).count() == 1
    said(Client().get("/api/v1/organizations"), 401, "token_required")
    found = Client().get("/api/v1/organizations", headers={"Authorization": f"Bearer {secret}"}).json()
    assert [row["id"] for row in found["items"]] == [town.pk]


@pytest.mark.parametrize("days", [-1, 731])
def test_no_token_is_for_ever_or_of_yesterday(client, zhao, town, days):
    client.force_login(zhao)
    day = timezone.localdate() + timedelta(days=days)
    page = client.post(reverse("units:token_create"), {"name": "我的平台", "organization": town.pk, "expires_on": day}).content.decode()
    assert "请选择今天到两年以内的日期" in page
    assert "我的平台" in page
    assert not AccessToken.objects.exists()


def test_nobody_makes_a_token_for_a_branch_of_others(client, zheng, wang, town):
    fields = {"name": "平台", "organization": town.pk, "expires_on": timezone.localdate()}
    client.force_login(zheng)
    assert client.post(reverse("units:token_create"), fields).status_code == 200
    client.force_login(wang)  # an administrator has no business data to give away
    assert client.post(reverse("units:token_create"), fields).status_code == 403
    assert not AccessToken.objects.exists()


def test_a_token_ends_by_its_day_and_by_hand(client, platform, wang, zhao):
    platform.read("organizations")
    AccessToken.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    said(platform.get("organizations"), 401, "token_invalid")
    AccessToken.objects.update(expires_on=timezone.localdate())
    platform.read("organizations")
    client.force_login(wang)
    page = client.post(reverse("units:token_revoke", args=[platform.token.pk]), follow=True).content.decode()
    assert "立即不能再读取" in page
    said(platform.get("organizations"), 401, "token_invalid")
    with pytest.raises(InvalidTransition):
        revoke_token(platform.token, by=zhao)


def test_who_takes_tokens_away(client, platform, wu, zhou, zheng, town):
    url = reverse("units:token_revoke", args=[platform.token.pk])
    street = factories.make_user("街办", role="office", at=town)
    for person, code in {wu: 403, zhou: 404, zheng: 404, street: 404}.items():
        client.force_login(person)
        assert client.post(url).status_code == code, person
    assert AccessToken.objects.get().is_valid


def test_the_last_use_is_noted_once_a_minute(platform, django_assert_num_queries):
    platform.read("campaigns")
    token = AccessToken.objects.get()
    assert (token.used_at is not None, token.used_from) == (True, "127.0.0.1")
    with django_assert_num_queries(2):  # the token, the page
        platform.read("campaigns")


def test_a_token_is_no_session_and_a_session_no_token(client, platform, zhao):
    bearing = {"Authorization": f"Bearer {platform.secret}"}
    for url in ("/api/v1/field/me", "/api/v1/openapi.json"):
        assert client.get(url, headers=bearing).status_code == 401
    assert client.get(reverse("reports:home"), headers=bearing).status_code == 302
    client.force_login(zhao)
    said(client.get("/api/v1/organizations"), 401, "token_required")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer x", "Bearer dct_" + "x" * 500, "Bearer dct_督查", "Bearer \x7f"]
)
def test_what_is_no_token_is_told_so(client, db, header):
    answer = client.get("/api/v1/findings", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.json()["message"].endswith("。")


def test_who_guesses_has_to_wait(client, platform):
    for _ in range(MOST_FAILURES):
        said(client.get("/api/v1/findings", headers={"Authorization": "Bearer dct_guess"}), 401, "token_invalid")
    said(client.get("/api/v1/findings", headers={"Authorization": "Bearer dct_guess"}), 429, "too_many")
    said(platform.get("findings"), 429, "too_many")


def test_a_token_asks_so_often_and_no_more(platform, street_system, settings):
    settings.API_TOKEN_REQUESTS_PER_MINUTE = 3
    for _ in range(3):
        platform.read("organizations")
    said(platform.get("organizations"), 429, "too_many")
    street_system.read("organizations")


def test_the_reader_of_a_token_is_no_account(platform, django_assert_num_queries):
    with django_assert_num_queries(0):
        reader = platform.token.reader
        assert reader.scope_paths == [platform.token.organization.path]
        assert (reader.office_paths, reader.keeps_directory, reader.audits, reader.liaison_organization_ids) == ([], False, False, [])
    assert not User.objects.filter(pk=reader.pk).exists()


def test_two_tokens_are_never_the_same(district, zhao):
    made = {create_token(district, by=zhao, name="一", expires_on=timezone.localdate())[1] for _ in range(5)}
    assert len(made) == 5
