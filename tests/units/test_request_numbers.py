"""Every entry of the log knows the request it was made for, and from where that came; seals cover both and older ones stay good."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from jobs.asking import asked, current
from units.actions import sealing
from units.actions.activity import record
from units.addresses import client_address, is_proxied
from units.models import ActivityEntry, ActivitySeal

pytestmark = pytest.mark.django_db
PROXY_NUMBER = "0123456789abcdef0123456789abcdef"


def test_an_entry_knows_its_request(client, zhao):
    client.force_login(zhao)
    answer = client.get("/units/activity/export/", REMOTE_ADDR="203.0.113.7")
    entry = ActivityEntry.objects.get(verb="units.activity_export")
    assert (entry.address, entry.request_id) == ("203.0.113.7", answer["X-Request-ID"])
    assert re.fullmatch(r"[0-9a-f]{32}", answer["X-Request-ID"])
    assert current().number == ""


def test_what_no_request_asked_for_has_no_number(zhao):
    assert record(zhao, "units.user_update", "后台").request_id is None


@pytest.mark.parametrize(("peer", "trusted"), [("127.0.0.1", True), ("203.0.113.7", False), ("", True)])
def test_only_the_own_proxy_speaks_for_visitors(settings, client, peer, trusted):
    import ipaddress

    settings.USE_X_FORWARDED_HOST = True
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("127.0.0.0/8")]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR="192.0.2.1, 198.51.100.9")
    assert is_proxied(request) is trusted
    assert client_address(request) == ("198.51.100.9" if trusted else peer)
    answer = client.get("/units/login/", REMOTE_ADDR=peer, HTTP_X_REQUEST_ID=PROXY_NUMBER)
    assert (answer["X-Request-ID"] == PROXY_NUMBER) is trusted


def test_a_visitor_does_not_choose_the_number(client):
    assert client.get("/units/login/", HTTP_X_REQUEST_ID=PROXY_NUMBER)["X-Request-ID"] != PROXY_NUMBER


def test_a_number_that_is_none_is_not_taken_from_a_proxy(settings, client):
    settings.USE_X_FORWARDED_HOST = True
    assert re.fullmatch(r"[0-9a-f]{32}", client.get("/units/login/", HTTP_X_REQUEST_ID="x\r\nSet-Cookie: a=b")["X-Request-ID"])


def _sealed(number: str | None) -> ActivityEntry:
    with asked(number or "", "192.0.2.1"):
        entry = record(None, "units.user_update", "一条")
    _past(entry, at=timezone.now() - timedelta(minutes=5))
    assert sealing.seal_waiting() == 1
    return entry


def _past(entry: ActivityEntry, **values) -> None:
    """Change a stored entry as only somebody in the database can."""
    from units.actions.guarding import close_log, open_log

    open_log()
    super(type(ActivityEntry.objects.all()), ActivityEntry.objects.filter(pk=entry.pk)).update(**values)
    close_log()


@pytest.mark.parametrize(("before", "after"), [(PROXY_NUMBER, "f" * 32), (PROXY_NUMBER, None), (None, PROXY_NUMBER)])
def test_a_changed_number_is_found(before, after):
    entry = _sealed(before)
    assert not sealing.verify().faults
    _past(entry, request_id=after)
    assert [fault for fault in sealing.verify().faults if "被改动" in fault]


def test_digests_from_before_there_were_numbers_stay_good():
    entry = _sealed(None)
    row = ActivityEntry.objects.filter(pk=entry.pk).values(*sealing.COLUMNS).get()
    before = {name: row[name] for name in sealing.FIELDS} | {"id": row["pk"], "at": row["at"].isoformat(timespec="microseconds")}
    assert "request_id" not in before
    assert ActivitySeal.objects.get().digests == [sealing._sha256(before)]
