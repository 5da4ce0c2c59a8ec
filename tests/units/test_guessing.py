"""Guessing from many addresses is slowed down, and nobody who has been here before is kept from working by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from units import guessing, lockout
from units.account_state import account_todos
from units.actions.factors import set_rules
from units.actions.users import unlock_user
from units.models import User
from units.state import Line, lines

LOGIN = reverse("units:login")
RIGHT, WRONG = "Test-pass-2026", "wrong-Pass-1"


def attempt(client, password=WRONG, *, username="zhao", address="10.9.0.1"):
    return client.post(LOGIN, {"username": username, "password": password}, REMOTE_ADDR=address)


def failures(count, *, username="zhao", address=None, minutes_ago=0):
    """So many wrong passwords, four at an address, as axes keeps them."""
    for number in range(0, count, 4):
        AccessAttempt.objects.create(
            username=lockout.hashed(username),
            ip_address=address or f"10.1.{number // 250}.{number % 250}",
            user_agent=f"{username} {number}",
            failures_since_start=min(4, count - number),
        )
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=minutes_ago))


def test_twenty_wrong_ones_from_anywhere_slow_a_new_browser_down(zhao):
    for number in range(5):
        for _ in range(4):
            assert attempt(Client(), address=f"10.1.0.{number}").status_code == 200
    answer = attempt(Client(), RIGHT)
    assert answer.status_code == 429
    page = answer.content.decode()
    assert "每 5 分钟只能试一次" in page
    assert 'value="zhao"' in page, "the name stays in the field"
    assert RIGHT not in page


def test_what_is_braked_is_not_tried_and_not_counted(zhao):
    failures(20)
    before = sum(AccessAttempt.objects.values_list("failures_since_start", flat=True))
    attempt(Client())
    assert sum(AccessAttempt.objects.values_list("failures_since_start", flat=True)) == before


def test_nineteen_slow_nobody_down(zhao):
    failures(19)
    assert attempt(Client(), RIGHT).status_code == 302


def test_one_try_in_five_minutes_goes_through(zhao):
    failures(20, minutes_ago=6)
    assert attempt(Client(), address="10.9.0.1").status_code == 200
    assert attempt(Client(), RIGHT, address="10.9.0.2").status_code == 429


@pytest.mark.parametrize("known", ["the browser", "the address"])
def test_who_has_been_here_before_goes_on_working(zhao, known):
    client = Client()
    assert attempt(client, RIGHT, address="10.9.0.7").status_code == 302
    client.post(reverse("units:logout"))
    failures(400)
    if known == "the address":
        client = Client()
    address = "10.9.0.7" if known == "the address" else "10.9.0.8"
    assert attempt(client, RIGHT, address=address).status_code == 302


def test_a_browser_is_known_for_its_own_accounts_only(zhao, wu):
    client = Client()
    assert attempt(client, RIGHT, username="wu", address="10.9.0.7").status_code == 302
    client.post(reverse("units:logout"))
    failures(20)
    assert attempt(client, RIGHT, address="10.9.0.7").status_code == 429


def test_the_mark_of_a_known_browser_cannot_be_made_up(zhao):
    failures(20)
    client = Client()
    for value in ("x", lockout.hashed("zhao"), '["zhao"]:1:2'):
        client.cookies[guessing.COOKIE] = value
        assert attempt(client, RIGHT).status_code == 429


def test_the_mark_names_nobody(zhao):
    cookie = attempt(Client(), RIGHT).cookies[guessing.COOKIE]
    assert "zhao" not in cookie.value
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_one_password_for_many_accounts_is_slowed_down_at_its_address(zhao):
    for number in range(25):
        failures(4, username=f"name{number}", address="10.7.7.7")
    assert attempt(Client(), RIGHT, address="10.7.7.7").status_code == 429
    assert attempt(Client(), RIGHT, address="10.7.7.8").status_code == 302


def test_an_account_that_does_not_exist_is_treated_alike(zhao):
    failures(20, username="nobody")
    assert attempt(Client(), username="nobody").status_code == 429


def test_it_is_lifted_by_hand_and_ends_by_itself(zhao, xu):
    failures(20)
    unlock_user(zhao, by=xu)
    assert attempt(Client(), RIGHT).status_code == 302
    failures(20, minutes_ago=31)
    assert attempt(Client(), RIGHT).status_code == 302


def line(what: str) -> Line:
    return next(one for one in lines() if one.what == what)


def test_the_operator_is_told(client, zhao, wang, xu):
    assert line("密码试探").tone == "ok"
    failures(20)
    failures(20, username="nobody")
    assert (line("密码试探").tone, line("密码试探").value) == ("warn", "正在被多处试密码的用户名 2 个")
    assert lockout.is_locked(zhao), "the button to lift it shows"
    assert line("两步验证").tone == "warn"
    set_rules(["administrator", "security", "auditor"], by=xu)
    assert (line("两步验证").tone, "还有 2 个账号没有设置" in line("两步验证").value) == ("ok", True)
    User.objects.filter(pk=zhao.pk).update(last_login=timezone.now() - timedelta(days=91))
    assert line("长期未用的账号").value == "1 个"
    client.force_login(wang)
    assert "密码试探" in client.get(reverse("units:system_state")).content.decode()


def test_the_security_administrator_is_told_on_the_home_page(client, zhao, wang, xu):
    failures(20)
    User.objects.filter(pk=zhao.pk).update(last_login=timezone.now() - timedelta(days=91))
    assert [todo.what for todo in account_todos(xu)] == ["有人在试密码", "长期未用的账号"]
    assert not list(account_todos(wang))
    client.force_login(xu)
    assert "有人在试密码" in client.get(reverse("reports:home")).content.decode()
