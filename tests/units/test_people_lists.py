"""Accounts made from a list, all or none, with a sheet of passwords; accounts that nobody uses are found and closed."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, identify_hasher
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.units.sheets import uploaded, xlsx
from units.actions import people as actions
from units.forms.people_file import HEADERS, MAX_ROWS
from units.models import ActivityEntry, Appointment, User

IMPORT, TEMPLATE, UNUSED, LOGIN = (reverse(f"units:{name}") for name in ("user_import", "user_import_template", "user_unused", "login"))
GRANT = reverse("units:appointment_import")


def person(username, name="新同志", **more):
    return {"用户名": username, "姓名": name, **more}


def send(client, *people, headers=HEADERS, to=IMPORT):
    return client.post(to, {"file": uploaded(xlsx(*people, headers=headers, sheet="人员"), "人员.xlsx")})


@pytest.fixture
def keeper(client, wang):
    client.force_login(wang)
    return client


@pytest.fixture
def guard(xu):
    client = Client()
    client.force_login(xu)
    return client


def test_a_list_becomes_accounts_with_a_sheet_of_passwords(keeper, guard, wang, xu, town, district):
    people = (
        person("示例-01", "（示例，不会导入）"),
        person("first", "甲同志", 所在组织编码="YL-QS", 职务="党建办主任", 角色="联络员"),
        person("second", "乙同志", 所在组织编码="YL-QS", 角色="办公室工作人员", 任职组织编码="YL"),
        person("third", "丙同志"),
    )
    answer = send(keeper, *people)
    page = answer.content.decode()
    assert "已建立 3 个账号" in page
    passwords = re.findall(r'<code class="one-time">([^<]+)</code>', page)
    assert len(set(passwords)) == 3
    first, second, third = (User.objects.get(username=name) for name in ("first", "second", "third"))
    assert [user.check_password(password) for user, password in zip((first, second, third), passwords, strict=True)] == [True] * 3
    assert first.must_change_password
    assert (first.organization, first.duty_title) == (town, "党建办主任")
    assert "有 2 人填了角色" in page
    assert not Appointment.objects.filter(user__in=(first, second, third)).exists(), "who keeps accounts gives no rights"
    assert "已任职 2 人。" in text(guard, *people)
    assert "另有 2 人已有同样的任职" in text(guard, *people)
    assert ActivityEntry.objects.filter(verb="units.user_appoint", actor=xu).count() == 2
    assert [(one.role, one.organization) for one in first.appointments.all()] == [("liaison", town)]
    assert second.is_office_for(district)
    assert not third.appointments.exists()
    assert ActivityEntry.objects.filter(verb="units.user_create", actor=wang).count() == 3
    assert "no-store" in answer["Cache-Control"]
    keeper.logout()
    assert keeper.post(LOGIN, {"username": "first", "password": passwords[0]}).status_code == 302


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (person("zhao"), "已被使用"),
        (person("ZHAO"), "已被使用"),
        (person("good"), "在名单中重复"),
        (person("has space"), "不能有空格"),
        (person("", "无名"), "用户名"),
        (person("has space", 角色="审计员"), "不能有空格"),
        (person("x1", ""), "姓名"),
        (person("x1", 所在组织编码="NOWHERE"), "没有这个编码"),
        (person("x1", 角色="系统管理员", 所在组织编码="YL"), "只能填办公室工作人员"),
        (person("x1", 角色="联络员"), "还须填写任职组织编码"),
        (person("x1", 任职组织编码="YL"), "还须填写角色"),
        (person("x1", 邮箱="no-mail"), "邮箱"),
        (person("x1", 职务="长" * 61), "职务"),
    ],
)
def test_one_fault_keeps_all_from_being_made(keeper, zhao, row, said):
    page = send(keeper, person("good"), row).content.decode()
    assert "没有建立任何账号" in page
    assert said in page
    assert not User.objects.filter(username="good").exists()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (person("nobody", 角色="联络员", 任职组织编码="YL"), "没有这个账号"),
        (person("zhou", "别人", 角色="联络员", 任职组织编码="YL"), "与账号的姓名“周联络”不一致"),
        (person("zhou", "周联络", 角色="审计员", 任职组织编码="YL"), "只能填办公室工作人员"),
        (person("zhou", "周联络", 角色="领导"), "请填写任职组织编码"),
        (person("zhou", "周联络"), "没有填写角色"),
        (person("wang", "王管", 角色="领导", 任职组织编码="YL"), "“王管”是系统管理员，不接触督查业务"),
    ],
)
def test_one_fault_keeps_all_from_being_appointed(guard, zhou, wang, qian, row, said):
    good = [person("qian", "钱组长", 角色="联络员", 任职组织编码="YL")] if row.get("角色") else []
    assert said in send(guard, *good, row, to=GRANT).content.decode()
    assert not qian.appointments.exists()


def text(client, *people):
    client.post(GRANT, {"file": uploaded(xlsx(*people, headers=HEADERS, sheet="人员"), "人员.xlsx")})
    return client.get(reverse("units:user_list")).content.decode()


def test_a_one_person_site_does_both_with_one_list(client, town):
    client.force_login(User.objects.create_superuser("root", password="x", display_name="初始账号"))
    page = send(client, person("first", "甲同志", 所在组织编码="YL-QS", 角色="联络员")).content.decode()
    assert "填了角色" not in page
    assert User.objects.get(username="first").liaison_organization_ids == [town.pk]


def test_names_that_differ_in_capitals_only_are_the_same(keeper, zhao):
    page = keeper.post(reverse("units:user_create"), {"username": "ZHAO", "display_name": "另一人"}).content.decode()
    assert "已被使用" in page
    assert User.objects.filter(username__iexact="zhao").count() == 1


def test_a_file_that_is_none_or_too_long_is_told(keeper):
    answer = keeper.post(IMPORT, {"file": uploaded(b"hello", "人员.xlsx")})
    assert "不是 .xlsx 工作簿" in answer.content.decode()
    assert "没有填写人员" in send(keeper, person("示例-01")).content.decode()
    many = [person(f"u{number}") for number in range(MAX_ROWS + 1)]
    assert f"一次最多 {MAX_ROWS} 人" in send(keeper, *many).content.decode()
    assert "没有这一列" in send(keeper, {"姓名": "x"}, headers=("姓名",)).content.decode()


def test_the_template_can_be_filled_in_and_sent_back(keeper):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(keeper.get(TEMPLATE).streaming_content)))
    book["人员"].append(["from-template", "模板同志", "", "", "", "", ""])
    file = io.BytesIO()
    book.save(file)
    assert "已建立 1 个账号" in keeper.post(IMPORT, {"file": uploaded(file.getvalue(), "人员.xlsx")}).content.decode()


def test_light_hashes_are_made_full_at_the_first_use(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    made = actions.hash_of("abcd-efgh-jkmn")
    assert f"${actions.LIGHT_ROUNDS}$" in made
    assert identify_hasher(made).must_update(made)
    kept = []
    assert check_password("abcd-efgh-jkmn", made, setter=kept.append)
    assert kept == ["abcd-efgh-jkmn"]
    assert PBKDF2PasswordHasher().iterations > actions.LIGHT_ROUNDS


def unused(user, days):
    User.objects.filter(pk=user.pk).update(last_login=timezone.now() - timedelta(days=days))


def test_who_has_not_come_for_ninety_days_is_listed(guard, zhao, wu, li, feng):
    unused(zhao, 91)
    unused(wu, 89)
    User.objects.filter(pk=li.pk).update(date_joined=timezone.now() - timedelta(days=100), last_login=None)
    User.objects.filter(pk=feng.pk).update(is_active=False, last_login=timezone.now() - timedelta(days=400))
    page = guard.get(UNUSED).content.decode()
    assert [name in page for name in ("赵办", "吴书记", "李组员", "冯审")] == [True, False, True, False]


def test_those_that_are_ticked_are_closed_and_no_others(guard, xu, zhao, wu, li):
    for user in (zhao, xu, li):
        unused(user, 91)
    unused(wu, 10)
    answer = guard.post(UNUSED, {"user": [zhao.pk, wu.pk, xu.pk, "x"]}, follow=True)
    page = answer.content.decode()
    assert "已停用 1 个账号" in page
    assert "不能停用自己" in page
    active = {user.username for user in User.objects.filter(is_active=True)}
    assert active == {"wu", "xu", "li"}
    assert ActivityEntry.objects.filter(verb="units.user_deactivate", actor=xu).count() == 1
    assert "请先勾选" in guard.post(UNUSED, follow=True).content.decode()


def test_nobody_else_does_any_of_it(client, zhao, wu, feng):
    for user in (zhao, wu, feng):
        client.force_login(user)
        assert {client.get(url).status_code for url in (IMPORT, TEMPLATE, UNUSED, GRANT)} == {403}
        assert send(client, person("good")).status_code == 403
        assert client.post(UNUSED, {"user": zhao.pk}).status_code == 403
    assert not User.objects.filter(username="good").exists()
