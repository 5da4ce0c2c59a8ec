"""Error pages: in Chinese, with a way on, and without losing the way back over the log-in."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse


def test_an_address_that_only_takes_forms_says_so(client, zhao):
    client.force_login(zhao)
    answer = client.get(reverse("units:logout"))
    assert answer.status_code == 405
    assert "不能直接打开" in answer.content.decode()
    assert answer["Allow"] == "POST"


def test_a_page_that_is_not_there(client, zhao):
    client.force_login(zhao)
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert "没有找到" in answer.content.decode()


def test_a_stale_token_is_explained(zhao):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(zhao)
    answer = strict.post(reverse("units:logout"))
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_our_fault_shows_nothing_of_it(client, zhao, monkeypatch):
    monkeypatch.setattr("jobs.views._outcome", lambda job: 1 / 0)
    monkeypatch.setattr("jobs.views.get_object_or_404", lambda *_args, **_values: None)
    client.force_login(zhao)
    client.raise_request_exception = False
    answer = client.get(reverse("jobs:job_detail", args=["11111111-1111-1111-1111-111111111111"]))
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "系统出错了" in page
    assert "ZeroDivisionError" not in page


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/jobs/?page=2", "/jobs/?page=2"),
        ("http://elsewhere.example/jobs/", "/reports/home/"),
        ("", "/"),
        ("http://testserver//elsewhere.example/", "/"),
    ],
)
def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(client, db, came_from, back):
    answer = client.post(reverse("jobs:job_cancel", args=["11111111-1111-1111-1111-111111111111"]), headers={"Referer": came_from})
    assert answer.status_code == 302
    address = urlsplit(answer["Location"])
    assert address.path == reverse("units:login")
    assert parse_qs(address.query)["next"][0] in {back, "/"}


def test_a_page_asked_for_without_a_session_comes_after_the_log_in(client, db):
    answer = client.get(reverse("jobs:job_list"))
    assert parse_qs(urlsplit(answer["Location"]).query)["next"] == [reverse("jobs:job_list")]
