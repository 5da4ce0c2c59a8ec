"""Refused access stands in the log: what, by whom, from where; not so often that the log is flooded, and without the name of what is hidden."""

from __future__ import annotations

import pytest
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from tests import factories
from units.actions.refusals import KEPT
from units.models import ActivityEntry, User
from units.refusals import hidden_from

pytestmark = pytest.mark.django_db
VERB = "units.access_refuse"
STATE = reverse("units:system_state")


def entries():
    return ActivityEntry.objects.filter(verb=VERB).order_by("pk")


def test_a_403_is_written_down(client, zhao):
    client.force_login(zhao)
    answer = client.get(STATE, REMOTE_ADDR="203.0.113.9")
    entry = entries().get()
    assert (entry.actor, entry.address, entry.request_id) == (zhao, "203.0.113.9", answer["X-Request-ID"])
    assert "系统状态由系统管理员查看" in entry.summary
    assert entry.changes == {"网址": ["", STATE], "方式": ["", "打开"]}
    assert entry.organization_path == zhao.organization.path


def test_somebody_elses_object_is_written_down_without_its_name(client, finding, zheng):
    client.force_login(zheng)
    url = reverse("inspections:finding_detail", args=[finding.pk])
    assert client.get(url).status_code == 404
    entry = entries().get()
    assert (entry.object_type, entry.object_id, entry.object_name) == ("inspections.finding", str(finding.pk), "")
    assert finding.text not in f"{entry.summary}{entry.changes}"
    assert "查看范围以外" in client.get(reverse("units:activity_list")).content.decode()


def test_what_does_not_exist_is_no_attempt(client, zheng, finding):
    client.force_login(zheng)
    pk = finding.pk
    finding.delete()
    assert client.get(reverse("inspections:finding_detail", args=[pk])).status_code == 404
    assert client.get("/units/no-such-page/").status_code == 404
    assert not entries().exists()


def test_what_a_view_hides_from_its_reader_for_another_reason_is_no_attempt(zhao):
    """Only looking up tells; a plain 404 of a view is none."""
    assert hidden_from(Http404("x")) is None
    with pytest.raises(Http404) as missing:
        get_object_or_404(User, username="nobody")
    assert hidden_from(missing.value) is None
    with pytest.raises(Http404) as hidden:
        get_object_or_404(User.objects.none(), pk=zhao.pk)
    assert hidden_from(hidden.value) == (User, zhao.pk)


def test_the_log_cannot_be_flooded(client, zhao):
    client.force_login(zhao)
    for _ in range(KEPT + 3):
        client.get(STATE)
    assert entries().count() == KEPT
    assert "此后的不再逐条记录" in entries().last().summary
    assert "此后的不再逐条记录" not in entries().first().summary
    other = factories.make_user("别人")
    client.force_login(other)
    client.get(STATE)
    assert entries().count() == KEPT + 1


def test_who_is_not_logged_in_leaves_none(client, db):
    assert client.get(STATE).status_code == 302
    assert not entries().exists()


def test_the_auditor_finds_them(client, zhao, feng):
    client.force_login(zhao)
    client.get(STATE)
    client.force_login(feng)
    page = client.get(reverse("units:activity_list")).content.decode()
    assert "访问被拒绝" in page
