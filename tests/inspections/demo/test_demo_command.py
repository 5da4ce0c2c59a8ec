"""``manage.py demo``: the same every time, only into an empty database, with the logins printed once."""

from __future__ import annotations

import re
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from inspections.demo.loading import load
from inspections.demo.people import PEOPLE
from inspections.models import Assignment, ChecklistItem, CheckResult, Finding
from tests import factories
from units.models import ActivityEntry, PartyOrganization, User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def run(*options):
    out = StringIO()
    call_command("demo", *options, stdout=out)
    return out.getvalue()


def snapshot():
    """Everything that was written, without the keys and salts that a database or a hash makes up."""
    return {
        "organizations": list(PartyOrganization.objects.values_list("code", "name", "path", "category__name", "address")),
        "users": list(User.objects.order_by("username").values_list("username", "display_name", "organization__code")),
        "items": list(ChecklistItem.objects.order_by("theme__checklist__version", "code").values_list("code", "question")),
        "assignments": list(
            Assignment.objects.order_by("id").values_list(
                "id", "organization__code", "team__name", "visit_on", "status", "summary", "concluded_at"
            )
        ),
        "results": list(CheckResult.objects.order_by("id").values_list("id", "item__code", "conformity", "number", "date", "answered_at")),
        "findings": list(
            Finding.objects.order_by("id").values_list(
                "id", "organization__code", "text", "severity", "recorded_at", "received_at", "cause"
            )
        ),
        "activity": list(ActivityEntry.objects.order_by("at", "summary").values_list("at", "actor_name", "summary", "organization_path")),
    }


def test_two_runs_write_the_same():
    found = []
    for password in ("first-password", "second-password"):
        with transaction.atomic():
            load(password, NOW)
            found.append(snapshot())
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert len(found[0]["findings"]) > 400


def test_the_campaign_under_way_follows_the_calendar():
    with transaction.atomic():
        load("demo-pass-2026", datetime(2027, 2, 28, 0, 10, tzinfo=ZoneInfo("Asia/Shanghai")))
        campaign = Assignment.objects.get(status="planned", visit_on="2027-03-01", team__name="第一督查组").campaign
        assert (campaign.code, campaign.year, campaign.half) == ("CX-2027-1", 2027, 1)
        transaction.set_rollback(True)


def test_it_prints_every_login_and_the_password_given(monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "given-by-the-operator")
    text = run()
    assert all(person.username in text and person.name in text for person in PEOPLE)
    assert "所有演示账号的密码都是：given-by-the-operator" in text
    assert "随机生成" not in text
    assert User.objects.get(username="office").check_password("given-by-the-operator")


def test_without_a_password_it_makes_a_random_one(monkeypatch):
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    text = run()
    password = re.search(r"密码都是：(\S+?)（随机生成", text).group(1)
    assert re.fullmatch(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", password)
    assert User.objects.get(username="leader").check_password(password)


@pytest.mark.parametrize("make", [factories.make_user, factories.make_category, factories.make_standard])
def test_it_refuses_a_database_that_holds_anything(make):
    make()
    with pytest.raises(CommandError, match="数据库中已有数据，没有写入演示数据"):
        run()
    assert not PartyOrganization.objects.filter(name="云岭区委").exists()


def test_if_empty_does_nothing_quietly(monkeypatch):
    factories.make_user()
    assert run("--if-empty") == ""
    assert User.objects.count() == 1


def test_if_empty_loads_into_an_empty_database():
    assert "已写入演示数据" in run("--if-empty")


def test_a_database_without_tables_is_a_sentence(monkeypatch):
    def no_tables():
        with connection.cursor() as cursor:
            cursor.execute("select 1 from no_such_table")

    monkeypatch.setattr("inspections.management.commands.demo.is_empty", no_tables)
    with pytest.raises(CommandError, match=r"请先运行 manage\.py migrate"), transaction.atomic():
        run()
