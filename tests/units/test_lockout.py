"""Wrong passwords lock an account at an address for a while; an administrator lifts it; passwords follow the rules and grow old."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from jobs.errors import InvalidTransition
from units.actions import users as actions
from units.actions.accounts import change_own_password
from units.models import ActivityEntry, UsedPassword, User

LOGIN = reverse("units:login")
CHANGE = reverse("units:password_change")
RIGHT, WRONG = "Test-pass-2026", "wrong-Pass-1"


def attempt(client, password=WRONG, *, username="zhao", address="10.0.0.1"):
    return client.post(LOGIN, {"username": username, "password": password}, REMOTE_ADDR=address)


@pytest.fixture
def locked(client, zhao):
    for _ in range(5):
        answer = attempt(client)
    assert answer.status_code == 429
    return answer


def test_the_fifth_wrong_password_locks_the_right_one_out_too(client, locked):
    page = locked.content.decode()
    assert "已锁定 30 分钟" in page
    assert "系统管理员" in page
    assert attempt(client, RIGHT).status_code == 429
    assert ActivityEntry.objects.filter(verb="units.user_login_failed").count() >= 5


def test_capitals_and_space_do_not_get_around_it(client, locked):
    for spelled in (" ZHAO ", "ｚｈａｏ", "\u3000zhao"):
        assert attempt(client, RIGHT, username=spelled).status_code == 429


def test_the_owner_at_another_address_goes_on_working(client, locked):
    assert attempt(client, RIGHT, address="10.0.0.2").status_code == 302


def test_four_wrong_ones_are_forgotten_with_the_right_one(client, zhao):
    for _ in range(4):
        attempt(client)
    assert attempt(client, RIGHT).status_code == 302
    client.logout()
    assert attempt(client).status_code == 200


def test_it_ends_by_itself(client, locked):
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    assert attempt(client, RIGHT).status_code == 302


def test_a_security_administrator_lifts_it(client, locked, zhao, xu):
    client.force_login(xu)
    page = client.get(reverse("units:user_update", args=[zhao.pk])).content.decode()
    assert "登录已锁定" in page
    client.post(reverse("units:user_unlock", args=[zhao.pk]))
    assert "登录已锁定" not in client.get(reverse("units:user_update", args=[zhao.pk])).content.decode()
    assert ActivityEntry.objects.filter(verb="units.user_unlock", actor=xu).exists()
    client.logout()
    assert attempt(client, RIGHT).status_code == 302
    with pytest.raises(InvalidTransition, match="没有被锁定"):
        actions.unlock_user(zhao, by=xu)


def test_nobody_else_lifts_it(client, locked, zhao, wu, feng, wang):
    for user in (zhao, wu, feng, wang):
        client.force_login(user)
        assert client.post(reverse("units:user_unlock", args=[zhao.pk])).status_code in {403, 404}
    assert AccessAttempt.objects.exists()


def test_what_was_typed_is_not_kept(client, zhao):
    attempt(client, username="My-Secret-Passw0rd")
    kept = AccessAttempt.objects.values().get()
    assert not any("My-Secret" in str(value) or WRONG in str(value) for value in kept.values())


@pytest.mark.parametrize("password", ["alllowercase-only", "UPPERANDDIGITS12", "1234567890123"])
def test_a_password_of_too_few_kinds_is_refused(password):
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert any("至少三种" in message for message in refused.value.messages)


@pytest.mark.parametrize("password", ["Lower-and-Upper", "lower-digits-12", "UPPER-digit-1", "汉字Word密码9句"])
def test_three_kinds_are_enough(password):
    validate_password(password)


def test_the_last_five_passwords_do_not_come_back(client, zhao):
    client.force_login(zhao)
    used = [RIGHT, *(f"Another-pass-{number}" for number in range(6))]
    for password in used[1:]:
        change_own_password(zhao, password, address=None)
    client.force_login(zhao)
    for password, accepted in ((used[2], False), (used[0], True)):
        answer = client.post(CHANGE, {"old_password": used[-1], "new_password1": password, "new_password2": password})
        assert (answer.status_code == 302) == accepted, password
        if not accepted:
            assert "最近 5 次用过" in answer.content.decode()


def test_no_more_old_passwords_are_kept_than_needed(zhao):
    for number in range(13):
        change_own_password(zhao, f"Another-pass-{number}", address=None)
    assert UsedPassword.objects.filter(user=zhao).count() == 10


def test_an_old_password_has_to_be_changed(client, zhao, settings):
    User.objects.filter(pk=zhao.pk).update(date_joined=timezone.now() - timedelta(days=91))
    client.force_login(zhao)
    assert client.get(reverse("reports:home")).url == CHANGE
    assert "超过规定的天数" in client.get(CHANGE).content.decode()
    client.post(CHANGE, {"old_password": RIGHT, "new_password1": "Brand-new-pass-1", "new_password2": "Brand-new-pass-1"})
    assert client.get(reverse("reports:home")).status_code == 200
    User.objects.filter(pk=zhao.pk).update(password_changed_at=timezone.now() - timedelta(days=400))
    settings.PASSWORD_MAX_DAYS = 0
    assert client.get(reverse("reports:home")).status_code == 200
