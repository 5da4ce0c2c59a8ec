"""Log-in, log-out and one's own password."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from units.actions.users import reset_password
from units.models import ActivityEntry

LOGIN = reverse("units:login")
PASSWORD = "Test-pass-2026"


def post(client, username="zhao", password=PASSWORD, **more):
    return client.post(LOGIN, {"username": username, "password": password, **more})


def verbs() -> list[str]:
    return list(ActivityEntry.objects.filter(verb__startswith="units.user").order_by("pk").values_list("verb", flat=True))


def test_a_page_asks_for_log_in_and_comes_back(client, zhao):
    answer = client.get(reverse("jobs:job_list"))
    assert answer.url == f"{LOGIN}?next={reverse('jobs:job_list')}"
    assert f'value="{reverse("jobs:job_list")}"' in client.get(answer.url).content.decode()
    answer = post(client, next=reverse("jobs:job_list"))
    assert answer.url == reverse("jobs:job_list")
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/x", "javascript:alert(1)", "/\\evil.example"])
def test_log_in_never_leads_to_another_site(client, zhao, target):
    assert post(client, next=target).url == reverse("home")


def test_log_in_is_logged_with_its_address(client, zhao):
    client.post(LOGIN, {"username": "zhao", "password": PASSWORD}, REMOTE_ADDR="10.1.2.3")
    entry = ActivityEntry.objects.latest("pk")
    assert (entry.verb, entry.actor, entry.address) == ("units.user_login", zhao, "10.1.2.3")


def test_behind_a_proxy_the_address_is_what_the_proxy_saw(client, zhao, settings):
    settings.USE_X_FORWARDED_HOST = True
    client.post(LOGIN, {"username": "zhao", "password": PASSWORD}, headers={"x-forwarded-for": "6.6.6.6, 10.9.8.7"})
    assert ActivityEntry.objects.latest("pk").address == "10.9.8.7"


def test_a_wrong_password_is_refused_in_the_same_words_as_an_unknown_name(client, zhao):
    wrong, unknown = post(client, password="nope-nope-1"), post(client, username="nobody")
    sentence = "用户名或密码不正确，请重新输入。"
    assert sentence in wrong.content.decode()
    assert sentence in unknown.content.decode()
    assert 'value="zhao"' in wrong.content.decode()
    assert "nope-nope-1" not in wrong.content.decode()


def test_a_failed_log_in_is_logged_without_an_unknown_name(client, zhao):
    post(client, password="nope-nope-1")
    post(client, username="My-Secret-Passw0rd")
    known, unknown = ActivityEntry.objects.filter(verb="units.user_login_failed").order_by("pk")
    assert (known.actor, known.object_id) == (None, str(zhao.pk))
    assert "My-Secret-Passw0rd" not in unknown.summary + unknown.object_name


def test_a_closed_account_hears_why_only_with_the_right_password(client, zhao):
    zhao.is_active = False
    zhao.save()
    assert "账号已停用" in post(client).content.decode()
    assert "账号已停用" not in post(client, password="nope-nope-1").content.decode()


def test_empty_fields_are_named_and_not_logged(client, db):
    text = client.post(LOGIN, {"username": "", "password": ""}).content.decode()
    assert "请输入用户名。" in text
    assert "请输入密码。" in text
    assert verbs() == []


def test_somebody_logged_in_needs_no_log_in_page(client, zhao):
    client.force_login(zhao)
    assert client.get(LOGIN, {"next": "/jobs/"}).url == "/jobs/"


def test_a_fragment_after_the_session_ended_reloads_the_whole_page(client, db):
    answer = client.get(LOGIN, headers={"hx-request": "true", "hx-current-url": "http://testserver/jobs/?page=2"})
    assert answer["HX-Redirect"] == f"{LOGIN}?next=%2Fjobs%2F%3Fpage%3D2"


def test_log_out_ends_the_session_and_is_logged(client, zhao):
    post(client)
    assert client.post(reverse("units:logout")).url == LOGIN
    assert client.get(reverse("jobs:job_list")).status_code == 302
    assert client.post(reverse("units:logout")).url == LOGIN
    assert verbs() == ["units.user_login", "units.user_logout"]


def test_log_out_by_a_link_is_refused(client, zhao):
    client.force_login(zhao)
    assert client.get(reverse("units:logout")).status_code == 405


def change(client, old=PASSWORD, new="New-pass-2027", again="New-pass-2027"):
    return client.post(reverse("units:password_change"), {"old_password": old, "new_password1": new, "new_password2": again})


def test_password_is_changed_and_the_session_goes_on(client, zhao):
    client.force_login(zhao)
    assert change(client).url == reverse("home")
    assert client.get(reverse("jobs:job_list")).status_code == 200
    zhao.refresh_from_db()
    assert zhao.check_password("New-pass-2027")
    assert verbs() == ["units.user_change_password"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"old": "wrong-old-1"}, "当前密码不正确"),
        ({"again": "other-pass-1"}, "两次输入的新密码不一致"),
        ({"new": "2026111120", "again": "2026111120"}, "密码只包含数字"),
        ({"new": "short1", "again": "short1"}, "密码长度太短"),
        ({"new": PASSWORD, "again": PASSWORD}, "新密码不能与当前密码相同"),
        ({"old": ""}, "请输入当前密码。"),
    ],
)
def test_a_bad_new_password_is_explained(client, zhao, fields, sentence):
    client.force_login(zhao)
    answer = change(client, **fields)
    assert sentence in answer.content.decode()
    zhao.refresh_from_db()
    assert zhao.check_password(PASSWORD)


def test_a_one_time_password_must_be_changed_first(client, zhao):
    zhao.must_change_password = True
    zhao.save()
    post(client)
    assert client.get(reverse("jobs:job_list")).url == reverse("units:password_change")
    assert "一次性密码" in client.get(reverse("units:password_change")).content.decode()
    change(client)
    zhao.refresh_from_db()
    assert not zhao.must_change_password
    assert client.get(reverse("jobs:job_list")).status_code == 200


def test_a_one_time_password_that_lay_about_is_void(client, zhao, wang, settings):
    zhao.must_change_password = True
    zhao.date_joined = timezone.now() - timedelta(days=31)
    zhao.save()
    assert "已经作废" in post(client).content.decode()
    assert client.get(reverse("jobs:job_list")).status_code == 302
    new = reset_password(zhao, by=wang)
    client.force_login(wang)
    assert "年" in client.get(reverse("units:user_update", args=[zhao.pk])).content.decode().partition("待本人修改密码")[2][:20]
    client.logout()
    assert post(client, password=new).status_code == 302
    client.logout()
    settings.ONE_TIME_PASSWORD_DAYS = 0
    zhao.password_changed_at = timezone.now() - timedelta(days=400)
    zhao.save()
    assert post(client, password=new).status_code == 302


def test_a_fragment_before_the_password_is_changed_reloads_the_whole_page(client, zhao):
    zhao.must_change_password = True
    zhao.save()
    client.force_login(zhao)
    answer = client.get(reverse("jobs:job_list"), headers={"hx-request": "true"})
    assert answer["HX-Redirect"] == reverse("units:password_change")
