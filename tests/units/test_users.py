"""人员与任职: accounts, one-time passwords, appointments and their limits."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jobs.errors import InvalidTransition, Refused
from tests import factories
from units.actions import users as actions
from units.models import ActivityEntry, User

LIST = reverse("units:user_list")
CREATE = reverse("units:user_create")


def at(name: str, user: User) -> str:
    return reverse(f"units:user_{name}", args=[user.pk])


def verbs(user: User) -> list[str]:
    return list(ActivityEntry.objects.about(user).order_by("pk").values_list("verb", flat=True))


def names(answer) -> list[str]:
    return [str(one) for one in answer.context["page"].object_list]


def test_a_new_user_gets_a_password_shown_once(client, wang, district):
    client.force_login(wang)
    answer = client.post(CREATE, {"username": "chen", "display_name": "陈 办", "organization": district.pk, "duty_title": "干事"})
    password = re.search(r"<code[^>]*>([^<]+)</code>", answer.content.decode())[1]
    chen = User.objects.get(username="chen")
    assert (chen.display_name, chen.organization, chen.must_change_password) == ("陈办", district, True)
    assert chen.check_password(password)
    assert re.fullmatch(r"(\w{4}-){2}\w{4}", password)
    assert "no-store" in answer["Cache-Control"]
    assert password not in client.get(at("update", chen)).content.decode()
    assert all(password not in str(entry.changes) + entry.summary for entry in ActivityEntry.objects.all())
    client.logout()
    client.post(reverse("units:login"), {"username": "chen", "password": password})
    assert client.get(reverse("jobs:job_list")).url == reverse("units:password_change")


def test_passwords_differ():
    assert len({actions.one_time_password() for _ in range(200)}) == 200


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"username": "zhao"}, "已被使用"),
        ({"username": "a b"}, "用户名只能用"),
        ({"username": ""}, "必填"),
        ({"display_name": ""}, "必填"),
        ({"organization": "9999"}, "请从查找结果中选择组织"),
    ],
)
def test_bad_entries_are_explained(client, wang, zhao, fields, sentence):
    client.force_login(wang)
    answer = client.post(CREATE, {"username": "chen", "display_name": "陈办", **fields})
    assert sentence in answer.content.decode()
    assert not User.objects.filter(username="chen").exists()


def test_a_chinese_user_name_is_fine_as_the_form_says(client, wang):
    client.force_login(wang)
    assert "可以用汉字" in client.get(CREATE).content.decode()
    client.post(CREATE, {"username": "陈办", "display_name": "陈办"})
    assert User.objects.filter(username="陈办").exists()


def test_no_role_is_chosen_beforehand(client, xu, zhao, district):
    client.force_login(xu)
    form = client.get(at("update", zhao)).context["appointment_form"]
    assert form.fields["role"].choices[0] == ("", "请选择")
    answer = client.post(at("appoint", zhao), {"role": "", "organization": district.pk})
    assert answer.context["appointment_form"].errors == {"role": ["请选择角色。"]}


def test_facts_are_changed_with_a_trace(client, wang, zhao, district, town):
    client.force_login(wang)
    client.post(at("update", zhao), {"display_name": "赵主任", "organization": town.pk, "duty_title": "主任"})
    zhao.refresh_from_db()
    assert (zhao.display_name, zhao.username, zhao.organization) == ("赵主任", "zhao", town)
    changes = ActivityEntry.objects.about(zhao).first().changes
    assert changes == {"姓名": ["赵办", "赵主任"], "所在组织": ["云岭区委", "青石镇党委"], "职务": ["", "主任"]}


def test_reset_of_a_password(client, wang, zhao):
    client.force_login(wang)
    text = client.post(at("reset_password", zhao)).content.decode()
    password = re.search(r"<code[^>]*>([^<]+)</code>", text)[1]
    zhao.refresh_from_db()
    assert zhao.check_password(password)
    assert zhao.must_change_password
    assert verbs(zhao) == ["units.user_reset_password"]


def test_a_reset_ends_running_sessions(client, wang, zhao):
    client.force_login(zhao)
    actions.reset_password(zhao, by=wang)
    assert client.get(reverse("jobs:job_list")).status_code == 302


def test_closing_and_opening_an_account(client, wang, zhao):
    client.force_login(wang)
    client.post(at("deactivate", zhao))
    zhao.refresh_from_db()
    assert not zhao.is_active
    assert names(client.get(LIST, {"state": "inactive"})) == ["赵办"]
    client.post(at("activate", zhao))
    zhao.refresh_from_db()
    assert zhao.is_active
    assert verbs(zhao) == ["units.user_deactivate", "units.user_activate"]
    with pytest.raises(InvalidTransition):
        actions.activate_user(zhao, by=wang)


def test_a_closed_account_is_out_at_once(client, wang, zhao):
    client.force_login(zhao)
    actions.deactivate_user(zhao, by=wang)
    assert client.get(reverse("jobs:job_list")).status_code == 302


def test_nobody_closes_or_resets_oneself(client, wang):
    client.force_login(wang)
    assert "不能停用自己的账号" in client.post(at("deactivate", wang), follow=True).content.decode()
    assert "修改密码" in client.post(at("reset_password", wang), follow=True).content.decode()
    wang.refresh_from_db()
    assert wang.is_active
    assert wang.check_password("Test-pass-2026")


# --- appointments -------------------------------------------------------------------------------------------------------------


def appoint(client, user, role, organization, **more):
    return client.post(at("appoint", user), {"role": role, "organization": organization.pk, **more}, follow=True).content.decode()


def test_an_appointment_gives_its_right_at_once(client, xu, qian, town):
    client.force_login(xu)
    assert "已任命“钱组长”为青石镇党委联络员" in appoint(client, qian, "liaison", town)
    assert User.objects.get(pk=qian.pk).liaison_organization_ids == [town.pk]
    entry = ActivityEntry.objects.about(qian).get()
    assert (entry.verb, entry.organization_path) == ("units.user_appoint", town.path)


def test_an_appointment_may_begin_later_and_end(client, xu, qian, town):
    client.force_login(xu)
    today = timezone.localdate()
    appoint(client, qian, "liaison", town, starts_on=today + timedelta(days=3), ends_on=today + timedelta(days=9))
    assert User.objects.get(pk=qian.pk).liaison_organization_ids == []
    assert "未开始" in client.get(at("update", qian)).content.decode()
    backwards = appoint(client, qian, "leader", town, starts_on=today, ends_on=today - timedelta(days=1))
    assert "结束日期不能早于开始日期" in backwards


def test_the_same_appointment_is_not_given_twice(client, xu, zhou, town):
    client.force_login(xu)
    assert "“周联络”已经是青石镇党委的联络员" in appoint(client, zhou, "liaison", town)
    assert zhou.appointments.count() == 1


@pytest.mark.parametrize("started", [None, date(2020, 1, 1), timezone.localdate()])
def test_ending_takes_the_right_away_at_once_and_it_can_be_given_again(client, xu, zhou, town, started):
    zhou.appointments.update(starts_on=started)
    client.force_login(xu)
    client.post(reverse("units:appointment_end", args=[zhou.appointments.get().pk]))
    assert User.objects.get(pk=zhou.pk).liaison_organization_ids == []
    assert verbs(zhou) == ["units.user_end_appointment"]
    appoint(client, zhou, "liaison", town)
    assert User.objects.get(pk=zhou.pk).liaison_organization_ids == [town.pk]


def test_ending_twice_is_refused(xu, zhou):
    zhou.appointments.update(ends_on=date(2020, 1, 1))
    with pytest.raises(InvalidTransition):
        actions.end_appointment(zhou.appointments.get(), by=xu)


def test_a_security_administrator_keeps_the_own_last_appointment(client, xu, district, town):
    client.force_login(xu)
    mine = xu.appointments.get()
    page = client.post(reverse("units:appointment_end", args=[mine.pk]), follow=True).content.decode()
    assert "最后一项安全管理员任职" in page
    with pytest.raises(Refused, match="不能给自己任职"):
        actions.appoint(xu, role="security", organization=town, by=xu)
    other = factories.make_user("许二", role="security", at=district)
    actions.appoint(xu, role="security", organization=town, by=other)
    client.post(reverse("units:appointment_end", args=[mine.pk]))
    assert [one.organization for one in xu.appointments.current()] == [town]


def test_another_may_end_it(xu, wang):
    actions.end_appointment(wang.appointments.get(), by=xu)
    assert not User.objects.get(pk=wang.pk).keeps_directory


def test_no_appointment_at_a_dissolved_organization(wang, qian, bureau):
    from units.actions.organizations import dissolve_organization

    dissolve_organization(bureau, on=date(2026, 1, 1), by=wang)
    with pytest.raises(Refused, match="已撤销，不能任职"):
        actions.appoint(qian, role="liaison", organization=bureau, by=wang)


# --- the list and its rights ----------------------------------------------------------------------------------------------------


@pytest.fixture
def everybody(zhao, wang, feng, wu, zhou, zheng, qian):
    """The whole cast."""


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "赵"}, ["赵办"]),
        ({"q": "ZHOU"}, ["周联络"]),
        ({"q": "临川"}, ["郑外"]),
        ({"role": "office"}, ["赵办", "郑外"]),
        ({"role": "none"}, ["钱组长"]),
        ({"role": "auditor"}, ["冯审"]),
    ],
)
def test_search_and_filters(client, wang, everybody, query, found):
    client.force_login(wang)
    assert sorted(names(client.get(LIST, query))) == sorted(found)


def test_filter_by_organization_includes_what_is_below(client, wang, everybody, district, town, other_district):
    client.force_login(wang)
    assert names(client.get(LIST, {"organization": town.pk})) == ["周联络"]
    assert names(client.get(LIST, {"organization": other_district.pk})) == ["郑外"]
    assert len(names(client.get(LIST, {"organization": district.pk}))) == 6


@pytest.mark.parametrize("who", ["zhao", "wu", "zhou", "feng", "qian"])
def test_only_administrators_see_the_list(client, request, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(LIST).status_code == 403
    assert client.get(CREATE).status_code == 403


@pytest.mark.parametrize("name", ["appoint", "reset_password", "deactivate", "activate", "unlock"])
def test_strangers_get_404_and_the_own_office_403(client, zhao, zheng, zhou, name):
    client.force_login(zheng)
    assert client.post(at(name, zhou)).status_code == 404
    client.force_login(zhao)
    assert client.post(at(name, zhou)).status_code == 403
    assert client.post(reverse("units:appointment_end", args=[zhou.appointments.get().pk])).status_code == 403
    client.force_login(zheng)
    assert client.get(at("update", zhou)).status_code == 404
    assert client.post(reverse("units:appointment_end", args=[zhou.appointments.get().pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 20])
def test_the_number_of_queries_does_not_grow(client, wang, district, count, django_assert_max_num_queries):
    for _ in range(count):
        factories.make_user(role="liaison", at=factories.make_organization(parent=district))
    client.force_login(wang)
    with django_assert_max_num_queries(11):
        client.get(LIST)
