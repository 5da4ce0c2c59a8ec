"""Log-ins in force are listed, ended from elsewhere, and end by themselves when they lie idle."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.errors import InvalidTransition
from units.actions import sessions as actions
from units.actions.routines import sweep
from units.actions.users import deactivate_user, reset_password
from units.models import ActivityEntry, LoginSession, ScheduledRun, User
from units.sessions import device_of

LOGIN, MINE, ALL, HOME = (reverse(name) for name in ("units:login", "units:session_list", "units:session_everybody", "reports:home"))
PASSWORD = "Test-pass-2026"
PHONE = "Mozilla/5.0 (Linux; Android 12; HarmonyOS) AppleWebKit/537.36 Chrome/99.0 Mobile Safari/537.36"
DESK = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0"


def log_in(user, *, agent=DESK, address="10.0.0.1"):
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    assert client.post(LOGIN, {"username": user.username, "password": PASSWORD}).status_code == 302
    return client


def row_of(client):
    return LoginSession.objects.get(pk=client.session.session_key)


def seen(client, minutes):
    """Let the session of ``client`` have been used last so many minutes ago."""
    LoginSession.objects.filter(pk=client.session.session_key).update(seen_at=timezone.now() - timedelta(minutes=minutes))


def test_my_log_ins_with_device_and_address(zhao):
    desk, phone = log_in(zhao), log_in(zhao, agent=PHONE, address="10.0.0.9")
    page = desk.get(MINE).content.decode()
    assert "Windows 电脑 · Edge 浏览器" in page
    assert "鸿蒙" in page
    assert "10.0.0.9" in page
    assert row_of(phone).account == zhao
    assert phone.session.session_key not in page, "whoever reads the key could take the session over"
    assert desk.session.session_key not in page


def test_a_log_in_is_ended_from_elsewhere(zhao):
    desk, phone = log_in(zhao), log_in(zhao, agent=PHONE)
    desk.post(reverse("units:session_end", args=[row_of(phone).handle]))
    assert LOGIN in phone.get(HOME).url
    assert desk.get(HOME).status_code == 200
    assert ActivityEntry.objects.filter(verb="units.session_end", actor=zhao).count() == 1


def test_all_others_at_once(zhao, wu):
    desk, phone, other = log_in(zhao), log_in(zhao), log_in(wu)
    desk.post(reverse("units:session_end_others"))
    assert [client.get(HOME).status_code for client in (desk, phone, other)] == [200, 302, 200]


def test_ending_the_own_session_is_a_log_out(zhao):
    desk = log_in(zhao)
    assert desk.post(reverse("units:session_end", args=[row_of(desk).handle])).url == LOGIN
    assert LOGIN in desk.get(HOME).url


def test_a_security_administrator_sees_and_ends_everybodys(zhao, xu):
    clerk, admin = log_in(zhao, address="10.1.1.1"), log_in(xu)
    page = admin.get(ALL, {"q": "赵办"}).content.decode()
    assert "10.1.1.1" in page
    assert "许安" not in page.partition("<table")[2]
    assert clerk.session.session_key not in page
    admin.post(reverse("units:session_end", args=[row_of(clerk).handle]))
    assert LOGIN in clerk.get(HOME).url
    assert ActivityEntry.objects.filter(verb="units.session_end", actor=xu, object_id=str(zhao.pk)).exists()


def test_nobody_else_does(zhao, wu, wang, feng):
    clerk = log_in(zhao)
    for other in (log_in(wu), log_in(wang), log_in(feng)):
        assert other.get(ALL).status_code == 403
        assert other.post(reverse("units:session_end", args=[row_of(clerk).handle])).status_code == 404
    assert clerk.get(HOME).status_code == 200


def test_what_has_ended_is_not_ended_again(zhao):
    row = row_of(log_in(zhao))
    actions.end_session(row, by=zhao)
    with pytest.raises(InvalidTransition, match="已经结束"):
        actions.end_session(row, by=zhao)


def test_a_closed_account_or_a_new_password_ends_all(zhao, wu, wang):
    log_in(zhao), log_in(wu)
    deactivate_user(zhao, by=wang)
    reset_password(wu, by=wang)
    assert not LoginSession.objects.filter(account__in=[zhao, wu]).exists()


def test_the_own_new_password_ends_the_others(zhao):
    desk, phone = log_in(zhao), log_in(zhao)
    new = "Quite-new-pass-1"
    desk.post(reverse("units:password_change"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert desk.get(HOME).status_code == 200
    assert LoginSession.objects.filter(account=zhao).get().session_key == desk.session.session_key
    assert LOGIN in phone.get(HOME).url


def test_an_idle_log_in_ends(zhao, settings):
    desk = log_in(zhao)
    seen(desk, 29)
    assert desk.get(HOME).status_code == 200
    seen(desk, 31)
    assert LOGIN in desk.get(HOME).url
    settings.SESSION_IDLE_MINUTES = 0
    desk = log_in(zhao)
    seen(desk, 600)
    assert desk.get(HOME).status_code == 200


def test_use_keeps_it_and_what_pages_ask_by_themselves_does_not(zhao):
    desk = log_in(zhao)
    for address in (reverse("units:notice_bell"), reverse("units:session_state")):
        seen(desk, 20)
        desk.get(address)
        assert row_of(desk).seen_at < timezone.now() - timedelta(minutes=19)
    for address in (HOME, f"{reverse('units:session_state')}?active=1"):
        seen(desk, 20)
        desk.get(address)
        assert row_of(desk).seen_at > timezone.now() - timedelta(minutes=1)


def test_saving_a_session_keeps_what_is_known_of_it(zhao):
    desk = log_in(zhao)
    before = row_of(desk)
    session = desk.session
    session["something"] = 1
    session.save()
    after = row_of(desk)
    facts = ("handle", "account_id", "address", "device", "opened_at")
    assert [getattr(before, name) for name in facts] == [getattr(after, name) for name in facts]


def test_what_nobody_can_use_is_swept_away_and_not_listed(zhao):
    desk, phone = log_in(zhao), log_in(zhao, agent=PHONE)
    seen(phone, 31)
    assert "鸿蒙" not in desk.get(MINE).content.decode()
    sweep(ScheduledRun(name="sweep", day=timezone.localdate()))
    assert LoginSession.objects.get(account=zhao).session_key == desk.session.session_key


def test_the_last_log_in_is_told_with_what_failed_since(zhao):
    assert "第一次登录" in log_in(zhao, address="10.0.0.5").get(HOME).content.decode()
    for _ in range(2):
        Client().post(LOGIN, {"username": "zhao", "password": "Wrong-pass-1"})
    page = log_in(zhao).get(HOME).content.decode()
    assert "来自 10.0.0.5" in page
    assert "此后有 2 次登录失败" in page
    assert "登录失败。" not in log_in(zhao).get(HOME).content.decode()


@pytest.mark.parametrize(("agent", "device"), [("", "未知设备"), ("curl/8", "未知设备"), (PHONE, "鸿蒙 · 谷歌内核浏览器")])
def test_the_device_is_told_in_chinese(agent, device):
    assert device_of(agent) == device


def test_the_state_says_whose_log_in_it_is(zhao, client):
    assert client.get(reverse("units:session_state")).json()["user"] == ""
    assert log_in(zhao).get(reverse("units:session_state")).json() == {"user": str(zhao.pk), "idle_minutes": 30}


def test_a_session_of_nobody_is_listed_nowhere(client, wang):
    session = client.session
    session["x"] = 1
    session.save()
    assert not LoginSession.objects.visible_to(User.objects.get(pk=wang.pk)).exists()


def test_a_form_that_arrives_after_the_end_is_handed_back(zhao):
    desk = log_in(zhao)
    row_of(desk).delete()
    typed = {"title": "写了一小时的<b>内容</b>", "old_password": "Secret-pass-1", "items": ["一", "二"]}
    answer = desk.post(reverse("reports:report_create", args=["any"]) + "?from=x", typed)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "写了一小时的&lt;b&gt;内容&lt;/b&gt;" in page
    assert 'name="items" value="一"' in page
    assert 'name="items" value="二"' in page
    assert "Secret-pass-1" not in page
    assert "?from=x" in page
    assert "units%2Fsessions%2Frenewed" in page


def test_a_bare_button_leads_to_the_log_in(zhao):
    desk = log_in(zhao)
    row_of(desk).delete()
    assert LOGIN in desk.post(reverse("units:session_end_others")).url
