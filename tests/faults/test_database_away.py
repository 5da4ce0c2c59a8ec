"""The database is away before any view is reached: the answer is that, and not that we have made a mistake."""

from __future__ import annotations

import pytest
from django.db import InterfaceError, OperationalError
from django.urls import reverse

from units.sessions import SessionStore


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_while_the_session_is_read(client, zhao, monkeypatch, error):
    client.force_login(zhao)
    client.raise_request_exception = False

    def away(*_args):
        raise error("server closed the connection unexpectedly")

    monkeypatch.setattr(SessionStore, "load", away)
    page = client.get(reverse("reports:home"))
    assert (page.status_code, page["Retry-After"]) == (503, "60")
    assert "请过一分钟再试" in page.content.decode()
    assert "closed" not in page.content.decode()
    answer = client.get(reverse("api:field_me"))
    assert (answer.status_code, answer.json()["code"], answer["X-Duchatong-Api"]) == (503, "unavailable", "1")


def test_a_mistake_of_ours_stays_one(client, zhao, monkeypatch):
    client.force_login(zhao)
    client.raise_request_exception = False
    monkeypatch.setattr(SessionStore, "load", lambda *_args: 1 / 0)
    assert client.get(reverse("reports:home")).status_code == 500
