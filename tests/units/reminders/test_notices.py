"""Telling in the application: notify, bell, list, and how one wants to be told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests import factories
from tests.at_once import overlapping
from tests.units.reminders.conftest import KIND, OTHER
from units.actions.notice_settings import save_settings
from units.actions.notices import notify
from units.models import ActivityEntry, Notice, NoticeSetting, User
from units.notices import notice_kinds

LIST = "/units/notices/"


def tell(*users, key="", text="整改任务已下发", kind=KIND):
    return notify(users, kind=kind, text=text, path="/reports/home/", key=key)


def test_everybody_is_told_once_per_key(zhao, zhou):
    assert tell(zhao, zhou, zhao, key="a") == 2
    assert tell(zhao, key="a") == 0
    assert tell(zhao, key="b") == 1
    assert [tell(zhao), tell(zhao)] == [1, 1]
    assert Notice.objects.filter(user=zhao).count() == 4


def test_closed_accounts_unknown_kinds_and_foreign_addresses(zhao):
    User.objects.filter(pk=zhao.pk).update(is_active=False)
    zhao.refresh_from_db()
    assert tell(zhao) == 0
    with pytest.raises(KeyError):
        notify([zhao], kind="nobody.knows", text="x", path="/")
    for path in ("https://example.com/", "//example.com/", "javascript:alert(1)"):
        with pytest.raises(ValueError, match="a page of ours"):
            notify([zhao], kind=KIND, text="x", path=path)


def test_an_undone_verb_has_told_nobody(zhao):
    class Undone(Exception):
        pass

    def verb():
        with transaction.atomic():
            tell(zhao, key="undone")
            raise Undone

    with pytest.raises(Undone):
        verb()
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_tell_once(on_disk, zhao):
    overlapping(lambda: tell(zhao, key="race"), lambda: tell(zhao, key="race"))
    assert Notice.objects.filter(user=zhao, key="race").count() == 1


def test_the_database_itself_refuses_a_second_one(zhao):
    tell(zhao, key="once")
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(user=zhao, kind=KIND, text="x", path="/", key="once")


def test_the_bell_counts_what_is_unread_on_every_page(client, zhao):
    client.force_login(zhao)
    assert "bell-count" not in client.get("/reports/home/").content.decode()
    tell(zhao)
    tell(zhao)
    page = client.get("/reports/home/").content.decode()
    assert 'aria-label="提醒，2 条未读"' in page
    assert 'hx-trigger="every 300s"' in page
    assert "2 条未读" in client.get(reverse("units:notice_bell")).content.decode()
    Notice.objects.bulk_create([Notice(user=zhao, kind=KIND, text="x", path="/") for _ in range(120)])
    assert "99+" in client.get("/reports/home/").content.decode()


def test_the_bell_of_an_ended_session_changes_nothing(client, db):
    answer = client.get(reverse("units:notice_bell"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content, answer.headers["HX-Reswap"]) == (200, b"", "none")
    assert "HX-Redirect" not in answer.headers


def test_a_notice_leads_to_its_thing_and_is_read_from_then_on(client, zhao):
    tell(zhao, text="请核对报告")
    notice = Notice.objects.get()
    client.force_login(zhao)
    assert "请核对报告" in client.get(LIST).content.decode()
    answer = client.get(reverse("units:notice_open", args=[notice.pk]))
    assert (answer.status_code, answer.url) == (302, "/reports/home/")
    assert "没有未读的提醒。" in client.get(LIST).content.decode()
    assert "请核对报告" in client.get(LIST, {"state": "all"}).content.decode()
    first = Notice.objects.get().read_at
    client.get(reverse("units:notice_open", args=[notice.pk]))
    assert Notice.objects.get().read_at == first


def test_one_or_all_are_marked_as_read(client, zhao, zhou):
    for _ in range(3):
        tell(zhao, zhou)
    client.force_login(zhao)
    client.post(reverse("units:notice_read", args=[Notice.objects.filter(user=zhao).first().pk]))
    assert Notice.objects.visible_to(zhao).unread().count() == 2
    page = client.post(reverse("units:notice_read_all"), follow=True).content.decode()
    assert "已把 2 条提醒标为已读。" in page
    assert Notice.objects.visible_to(zhou).unread().count() == 3


def test_nobody_opens_anothers(client, zhao, zhou, wang):
    tell(zhou)
    notice = Notice.objects.get()
    for person in (zhao, wang):
        client.force_login(person)
        assert client.get(reverse("units:notice_open", args=[notice.pk])).status_code == 404
        assert client.post(reverse("units:notice_read", args=[notice.pk])).status_code == 404
        assert "整改任务已下发" not in client.get(LIST, {"state": "all"}).content.decode()
    assert Notice.objects.get().read_at is None


def test_the_list_is_filtered_by_kind(client, zhao):
    tell(zhao, text="甲事")
    tell(zhao, text="乙事", kind=OTHER)
    client.force_login(zhao)
    page = client.get(LIST, {"kind": OTHER}).content.decode()
    assert ("甲事" in page, "乙事" in page) == (False, True)
    assert client.get(LIST, {"kind": "nonsense", "state": "x", "page": "y"}).status_code == 200


# --- settings -------------------------------------------------------------------------------------------------------------------

SETTINGS = "/units/notices/settings/"


def values(**changes):
    ways = {f"way_{kind}": "both" for kind in notice_kinds()}
    return {"email": "zhao@example.cn", "digest": "on", "paused_until": "", **ways, **changes}


def test_a_silenced_kind_stands_in_the_list_and_rings_no_bell(client, zhao):
    client.force_login(zhao)
    assert client.post(SETTINGS, values(**{f"way_{KIND}": "quiet"})).status_code == 302
    tell(zhao, text="静静地")
    tell(zhao, kind=OTHER)
    page = client.get(LIST).content.decode()
    assert "静静地" in page
    assert "1 条未读" in page
    assert NoticeSetting.objects.get(user=zhao).ways == {KIND: "quiet"}
    assert User.objects.get(pk=zhao.pk).email == "zhao@example.cn"
    (entry,) = ActivityEntry.objects.filter(verb="units.user_settings")
    assert entry.changes == {"邮箱": ["", "zhao@example.cn"]}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "not-an-address"}, "有效"),
        ({"email": "a@b.cn\r\nBcc: x@y.cn"}, "有效"),
        ({"paused_until": "2020-01-01"}, "请选择今天到一年以内的日期"),
        ({"paused_until": "9999-12-31"}, "2999"),
    ],
)
def test_what_cannot_be_is_said_at_its_place_and_nothing_is_lost(client, zhao, changes, said):
    client.force_login(zhao)
    page = client.post(SETTINGS, values(**changes)).content.decode()
    assert said in page
    assert not NoticeSetting.objects.exists()
    assert User.objects.get(pk=zhao.pk).email == ""


def test_only_domains_of_the_site(client, zhao, wang, settings):
    settings.EMAIL_DOMAINS = ["gov.example.cn"]
    client.force_login(zhao)
    assert "本站只向这些邮箱发送邮件：gov.example.cn。" in client.post(SETTINGS, values()).content.decode()
    client.force_login(wang)
    url = reverse("units:user_update", args=[zhao.pk])
    fields = {"display_name": "赵办", "organization": zhao.organization_id, "duty_title": ""}
    assert "本站只向这些邮箱" in client.post(url, {**fields, "email": "zhao@example.cn"}).content.decode()
    assert client.post(url, {**fields, "email": "zhao@gov.example.cn"}).status_code == 302
    assert User.objects.get(pk=zhao.pk).email == "zhao@gov.example.cn"


def test_defaults_and_pauses(zhao):
    setting = NoticeSetting(user=zhao)
    today = date(2026, 11, 20)
    assert setting.wants_mail(today)
    setting.paused_until = today
    assert not setting.wants_mail(today)
    assert setting.wants_mail(today + timedelta(days=1))
    setting.ways = {KIND: "nonsense"}
    assert setting.way_of(KIND) == "both"


def test_saving_twice_keeps_one_row(zhao):
    for digest in (True, False):
        save_settings(zhao, email="", digest=digest, paused_until=None, ways={KIND: "both", OTHER: "app"})
    assert NoticeSetting.objects.get(user=zhao).ways == {OTHER: "app"}
    assert NoticeSetting.objects.get(user=zhao).digest is False


def test_the_list_needs_the_same_queries_for_any_number(client, zhao, django_assert_max_num_queries):
    Notice.objects.bulk_create([Notice(user=zhao, kind=KIND, text=f"第{number}条", path="/") for number in range(60)])
    client.force_login(zhao)
    with django_assert_max_num_queries(10):
        assert "共 60 条" in client.get(LIST).content.decode()


def test_somebody_without_any_part_may_set_up_too(client, db):
    client.force_login(factories.make_user("新人"))
    assert client.get(SETTINGS).status_code == 200
