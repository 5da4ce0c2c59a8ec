"""The interface around the records: who, the day, tokens, limits, errors that are never a page."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from inspections.models import Assignment, Campaign, Finding
from tests import factories
from tests.inspections.field import phone as make
from tests.inspections.field.phone import API, Phone
from units.models import User


@pytest.fixture
def phone(qian, assignment):
    return Phone(qian)


def said(answer, status: int, code: str) -> dict:
    """The answer, after a look at what every answer other than success has."""
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    assert answer["Content-Type"].startswith("application/json")
    assert (answer["X-Duchatong-Api"], answer["Cache-Control"]) == ("1", "no-store")
    assert body["message"].endswith("。")
    return body


def test_the_ping_echoes_without_a_log_in(client, db):
    answer = client.get(f"{API}/ping", {"nonce": "k3-_abcd9"})
    assert answer.status_code == 200
    assert (answer.json()["app"], answer.json()["nonce"]) == ("duchatong", "k3-_abcd9")
    for nonce in ("", "short", "<script>alert", "x" * 65):
        said(client.get(f"{API}/ping", {"nonce": nonce}), 422, "invalid")
    said(client.get(f"{API}/ping"), 422, "invalid")


def test_who_is_not_logged_in_is_told_so(client, db):
    for path in ("me", "day", "receipts?ids=", "sync"):
        said(client.get(f"{API}/{path}"), 401, "login_required")
    said(client.post(f"{API}/sync", {}, content_type="application/json"), 401, "login_required")
    said(client.get("/api/v1/openapi.json"), 401, "login_required")


def test_who_must_choose_a_password_is_told_so(qian):
    User.objects.filter(pk=qian.pk).update(must_change_password=True)
    said(Phone(qian).get("/me"), 403, "password_change_required")


def test_a_stale_token_stores_nothing(phone, assignment):
    sent = {"records": [make.finding(assignment)]}
    for token in ("", "x" * 64):
        said(phone.post(sent, token), 403, "csrf")
    assert not Finding.objects.exists()
    assert phone.post(sent).status_code == 200


def test_me_names_the_user_and_the_limits(phone, qian, settings):
    me = phone.get("/me").json()
    assert me["user"] == {"id": qian.pk, "username": "qian", "name": "钱组长", "duty_title": ""}
    assert me["limits"]["records"] == settings.FIELD_SYNC_RECORDS
    assert me["session_expires_at"] > me["server_time"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 415, "unsupported_type"),
        (b"{", 400, "bad_request"),
        (b"\xff\xfe", 400, "bad_request"),
        (b'{"records": [NaN]}', 400, "bad_request"),
        (b"[" * 100_000, 400, "bad_request"),
        (b"9" * 5_000, 400, "bad_request"),
        (b"[]", 422, "invalid"),
        (b'{"records": {}}', 422, "invalid"),
        (b'{"records": [' + b"1," * 200 + b"1]}", 413, "too_large"),
        (b" " * (2 * 2**20 + 1), 413, "too_large"),
    ],
)
def test_bodies_that_are_none(phone, body, status, code):
    said(phone.post(body), status, code)


def test_other_types_and_methods(phone, assignment):
    wrong = phone.client.post(f"{API}/sync", "records=1", content_type="text/plain", headers={"X-CSRFToken": phone.token})
    said(wrong, 415, "unsupported_type")
    answer = phone.client.put(f"{API}/me", headers={"X-CSRFToken": phone.token})
    said(answer, 405, "method_not_allowed")
    assert answer["Allow"]
    said(phone.get("/nothing"), 404, "not_found")
    said(phone.client.get("/api/elsewhere"), 404, "not_found")


def test_too_many_requests_are_slowed_down(phone, settings):
    settings.API_REQUESTS_PER_MINUTE = 0
    answer = phone.get("/me")
    said(answer, 429, "too_many")
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_our_fault_is_told_in_json(phone, monkeypatch):
    monkeypatch.setattr("inspections.field.api.day_of", lambda *_args, **_values: 1 / 0)
    phone.client.raise_request_exception = False
    body = said(phone.get("/day"), 500, "server_error")
    assert "ZeroDivision" not in json.dumps(body)


# --- rights ---------------------------------------------------------------------------------------------------------------


def test_rights_are_looked_at_for_each_record(phone, assignment, campaign, bureau, other_team, sun):
    theirs = factories.make_assignment(campaign, bureau, other_team)
    mine, not_mine = make.finding(assignment), make.finding(theirs)
    nowhere = make.finding(assignment)
    nowhere["assignment"] = "3f1f3a52-7c5b-4b0e-9a56-0d6f7f1a0000"
    outcomes = phone.send(mine, not_mine, nowhere)
    assert [(one["status"], one["code"]) for one in outcomes] == [(201, ""), (403, "no_access"), (403, "no_access")]
    assert outcomes[1]["message"] == outcomes[2]["message"], "of a unit that one may not know, nothing is told"


def test_who_left_the_team_is_told_and_changes_nothing(phone, assignment, qian):
    stored = make.finding(assignment)
    phone.send(stored)
    qian.team_seats.all().delete()
    outcomes = phone.send(make.finding(assignment), stored)
    assert [(one["status"], one["code"]) for one in outcomes] == [(403, "no_access"), (200, "")]
    assert outcomes[1]["server"] is None
    assert "导出" in outcomes[0]["message"]
    assert Finding.objects.count() == 1


def test_rights_end_with_the_campaign(phone, assignment):
    Campaign.objects.update(status=Campaign.Status.FINISHED)
    (outcome,) = phone.send(make.finding(assignment))
    assert (outcome["status"], outcome["code"]) == (403, "campaign_finished")
    assert phone.get("/day").json()["assignments"] == []


def test_who_only_reads_is_told_so(assignment, wu):
    (outcome,) = Phone(wu).send(make.finding(assignment))
    assert (outcome["status"], outcome["code"]) == (403, "read_only")


def test_the_organizers_office_may_write(assignment, zhao):
    assert Phone(zhao).send(make.finding(assignment))[0]["status"] == 201


# --- the day --------------------------------------------------------------------------------------------------------------


def test_the_day_has_everything_for_a_visit(phone, assignment, town, qian):
    town.address, town.contact_duty = "青石路1号", "党建办"
    town.save()
    factories.make_standard()
    factories.make_result(assignment, "T1-1", qian, conformity="conforming")
    factories.make_finding(assignment, qian)
    day = phone.get("/day").json()
    (unit,) = day["assignments"]
    assert (unit["organization"]["address"], unit["organization"]["contact_duty"]) == ("青石路1号", "党建办")
    assert (unit["required"], unit["required_answered"], unit["is_writable"]) == (3, 1, True)
    assert [item["code"] for theme in day["checklists"][0]["themes"] for item in theme["items"]] == ["T1-1", "T1-2", "T2-1", "T2-2"]
    assert (unit["results"][0]["item"], unit["findings"][0]["theme"]) == ("T1-1", "T2")
    assert day["standards"][0]["initials"] == "xxjlysbqqsytfycl xxjlbggf"
    assert (day["campaigns"][0]["team"]["name"], day["campaigns"][0]["team"]["is_leader"]) == ("第一督查组", True)


def test_the_day_brings_last_time_along(phone, assignment, town, district, zhao):
    before = factories.make_campaign(district, zhao, half=1, status=Campaign.Status.FINISHED)
    earlier = factories.make_assignment(before, town)
    factories.make_result(earlier, "T1-2", zhao, number=2)
    factories.make_finding(earlier, zhao, text="上次的问题")
    factories.make_finding(earlier, zhao, text="上次的好做法", kind="good_practice")
    unit = phone.get("/day").json()["assignments"][0]
    assert (unit["previous"]["period"], unit["previous"]["answers"]["T1-2"]["words"]) == ("2026年上半年", "2次")
    (row,) = unit["rechecks"]
    assert (row["finding"]["text"], row["rectification"], row["recheck"]) == ("上次的问题", None, None)
    seen = make.record("recheck", assignment, {"finding": row["finding"]["id"], "outcome": "still_there", "note": "仍缺"})
    assert [one["outcome"] for one in phone.send(seen) + phone.send(seen)] == ["created", "received"]
    assert phone.get("/day").json()["assignments"][0]["rechecks"][0]["recheck"]["outcome"] == "still_there"
    other = make.record("recheck", assignment, {"finding": row["finding"]["id"], "outcome": "fixed"})
    assert phone.send(other)[0]["outcome"] == "conflict"


def test_an_unchanged_day_is_not_sent_again(phone, assignment):
    first = phone.get("/day")
    again = phone.get("/day", **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    phone.send(make.finding(assignment))
    assert phone.get("/day", **{"If-None-Match": first["ETag"]}).status_code == 200


def test_the_day_is_ones_own(assignment, zhao, zheng, li, other_team):
    for user in (zhao, zheng, li):
        assert Phone(user).get("/day").json()["assignments"] == []
    assert "青石镇" not in Phone(li).get("/day").content.decode()


def test_the_day_of_many_units_takes_no_more_questions(phone, campaign, team, district, django_assert_max_num_queries):
    for number in range(12):
        unit = factories.make_organization(f"第{number}社区党支部", district)
        factories.make_finding(factories.make_assignment(campaign, unit, team), team.members.first().user)
    with django_assert_max_num_queries(36):
        day = phone.get("/day").json()
    assert len(day["assignments"]) == Assignment.objects.filter(team=team).count()


def test_receipts_of_ones_own(phone, assignment, sun):
    sent = [make.finding(assignment), make.result(assignment)]
    phone.send(*sent)
    unknown = "3f1f3a52-7c5b-4b0e-9a56-0d6f7f1a0000"
    asked = ",".join([*(one["id"] for one in sent), unknown])
    found = phone.get(f"/receipts?ids={asked}").json()
    assert ({row["kind"] for row in found["receipts"]}, found["missing"]) == ({"finding", "result"}, [unknown])
    assert len(Phone(sun).get(f"/receipts?ids={asked}").json()["missing"]) == 3
    said(phone.get("/receipts?ids=x"), 422, "invalid")


def test_the_page_about_the_interface_is_for_users(client, qian, db):
    assert client.get(reverse("api_reference")).status_code == 302
    client.force_login(qian)
    page = client.get(reverse("api_reference")).content.decode()
    for word in ("上传一批记录", "事实确认（confirmation）", "/api/v1/field/photos/{photo}", "没有登录"):
        assert word in page
    schema = client.get("/api/v1/openapi.json").json()
    mine = {path for path in schema["paths"] if "/field/" in path}
    assert mine == {f"/api/v1/field/{name}" for name in ("ping", "me", "day", "sync", "photos/{photo}", "receipts")}


def test_the_site_keeps_its_pages(client, qian):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(qian)
    answer = strict.post(reverse("units:logout"))
    assert answer.status_code == 403
    assert "X-Duchatong-Api" not in answer
