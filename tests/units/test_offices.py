"""三员: three people, none of whom does the business; one person may begin, and gives the powers up once there are three."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from inspections.actions import teams
from jobs.errors import InvalidTransition, Refused
from tests import factories
from units import offices
from units.actions import offices as hand
from units.actions import users as actions
from units.models import ActivityEntry, Appointment, User

pytestmark = pytest.mark.django_db
PAGE, HAND_OVER = reverse("units:office_list"), reverse("units:office_hand_over")
THREE = ("administrator", "security", "auditor")


@pytest.fixture
def root():
    return User.objects.create_superuser("root", password="x", display_name="初始账号")


def as_one(client, user):
    client.force_login(User.objects.get(pk=user.pk))
    return client


@pytest.mark.parametrize("held", THREE)
@pytest.mark.parametrize("wanted", THREE)
def test_no_two_offices_for_one_person(xu, district, town, held, wanted):
    person = factories.make_user("甲", role=held, at=district)
    boss = factories.make_user("许二", role="security", at=district)
    if held == wanted:
        assert actions.appoint(person, role=wanted, organization=town, by=boss)
        return
    with pytest.raises(Refused, match="必须由不同的人担任"):
        actions.appoint(person, role=wanted, organization=town, by=boss)
    person.appointments.update(starts_on=timezone.localdate() + timedelta(days=30))
    with pytest.raises(Refused, match="必须由不同的人担任"):
        actions.appoint(person, role=wanted, organization=town, by=boss)
    person.appointments.update(starts_on=None, ends_on=timezone.localdate() - timedelta(days=1))
    assert actions.appoint(person, role=wanted, organization=town, by=boss)


@pytest.mark.parametrize("office", THREE)
@pytest.mark.parametrize("business", ["office", "leader", "liaison"])
def test_no_business_beside_an_office(xu, district, office, business):
    keeper = factories.make_user("甲", role=office, at=district)
    worker = factories.make_user("乙", role=business, at=district)
    with pytest.raises(Refused, match="不接触督查业务，不能兼任业务角色"):
        actions.appoint(keeper, role=business, organization=district, by=xu)
    with pytest.raises(Refused, match="有业务任职"):
        actions.appoint(worker, role=office, organization=district, by=xu)


def test_no_seat_in_a_team_beside_an_office(campaign, team, sun, xu, wang, zhao, root, district):
    for keeper in (wang, root):
        with pytest.raises(Refused, match="业务角色"):
            teams.add_member(team, keeper, home_organization=district, by=zhao)
    with pytest.raises(Refused, match="督查组成员"):
        actions.appoint(sun, role="security", organization=district, by=xu)
    campaign.__class__.objects.update(status="finished")
    assert actions.appoint(sun, role="security", organization=district, by=xu)


def test_the_page_tells_what_is_not_apart(client, root, wang, feng, zhao):
    wang.appointments.create(role="auditor", organization=wang.organization)
    Appointment.objects.create(user=feng, role="office", organization=feng.organization)
    page = as_one(client, root).get(PAGE).content.decode()
    for said in (
        "安全管理员还没有人担任",
        "初始账号“初始账号”同时有三员的权限",
        "“王管”兼任系统管理员、审计员",
        "“冯审”兼任办公室工作人员、审计员",
    ):
        assert said in page
    assert ("三员分立", "warn") in [(line.what, line.tone) for line in offices.separation()]


def test_seats_of_old_are_told(sun, team, district):
    Appointment.objects.create(user=sun, role="auditor", organization=district)
    assert "“孙组员”兼任审计员、督查组成员。" in offices.faults()


def test_three_people_are_well(client, wang, xu, feng):
    assert [line.tone for line in offices.separation()] == ["ok"]
    for person in (wang, xu, feng):
        assert "三员已由不同的人担任" in as_one(client, person).get(PAGE).content.decode()


def test_the_initial_account_hands_over_once_others_can_work(client, root, wang, xu, feng):
    as_one(client, root)
    assert "现在还不能交出" in client.get(PAGE).content.decode()
    assert "还不能交出权限" in client.post(HAND_OVER, follow=True).content.decode()
    User.objects.filter(pk__in=[wang.pk, xu.pk, feng.pk]).update(last_login=timezone.now(), must_change_password=False)
    assert "交出三员权限</button>" in client.get(PAGE).content.decode()
    client.post(HAND_OVER)
    root.refresh_from_db()
    assert (root.is_superuser, root.keeps_directory, root.keeps_security, root.audits) == (False, False, False, False)
    assert ActivityEntry.objects.about(root).get().verb == "units.user_hand_over"
    assert client.post(HAND_OVER).status_code == 403
    assert [line.tone for line in offices.separation()] == ["ok"]


def test_who_is_no_initial_account_hands_nothing_over(wang, xu, feng):
    User.objects.update(last_login=timezone.now())
    other = factories.make_user("王二", role="administrator", at=wang.organization, last_login=timezone.now())
    with pytest.raises(InvalidTransition, match="不是初始账号"):
        hand.hand_over(other)


@pytest.mark.parametrize("person", ["xu", "feng"])
def test_an_administrator_does_not_take_over_who_watches(client, request, wang, person):
    other = request.getfixturevalue(person)
    as_one(client, wang)
    for name in ("user_reset_password", "user_deactivate"):
        assert "须先由安全管理员结束其任职" in client.post(reverse(f"units:{name}", args=[other.pk]), follow=True).content.decode()
    other.refresh_from_db()
    assert other.is_active
    assert other.check_password("Test-pass-2026")


def test_a_security_administrator_finds_where_to_appoint_and_changes_nothing_there(client, xu, town):
    as_one(client, xu)
    assert "青石镇党委" in client.get(reverse("units:organization_search"), {"q": "青石"}).content.decode()
    assert client.get(reverse("units:organization_detail", args=[town.pk])).status_code == 200
    assert client.post(reverse("units:organization_update", args=[town.pk]), {"name": "改"}).status_code == 403


@pytest.mark.parametrize(
    ("name", "who"),
    [
        *((name, "xu") for name in ("user_create", "user_import", "user_reset_password", "user_activate", "user_update")),
        *((name, "wang") for name in ("user_appoint", "user_unlock", "appointment_end", "appointment_import", "user_unused")),
        *((name, "feng") for name in ("user_create", "user_list", "user_unused", "appointment_import", "system_state")),
    ],
)
def test_each_has_the_own_verbs_only(client, request, zhao, feng, name, who):
    as_one(client, request.getfixturevalue(who))
    about = {"appointment_end": zhao.appointments.get().pk}.get(name, zhao.pk)
    takes = ("user_create", "user_import", "user_list", "user_unused", "appointment_import", "system_state")
    url = reverse(f"units:{name}", args=[] if name in takes else [about])
    answer = client.get(url) if name in {"user_list", "system_state"} else client.post(url)
    assert answer.status_code == 403


def test_the_console_resets_what_the_pages_do_not(feng):
    said = io.StringIO()
    call_command("reset_password", "feng", stdout=said)
    feng.refresh_from_db()
    password = said.getvalue().partition("：")[2].split()[0]
    assert feng.check_password(password)
    assert feng.must_change_password
    entry = ActivityEntry.objects.about(feng).get()
    assert (entry.verb, entry.actor) == ("units.user_reset_password", None)
    with pytest.raises(CommandError, match="没有用户名为“nobody”的启用账号"):
        call_command("reset_password", "nobody")


@pytest.mark.parametrize("office", THREE)
def test_the_console_makes_one_of_three(monkeypatch, district, office):
    monkeypatch.setattr("sys.stdin", io.StringIO("Qing-shi-2026-zhen\n"))
    call_command("create_administrator", username="first", name="首任", office=office, stdout=io.StringIO())
    user = User.objects.get(username="first")
    assert not user.is_superuser
    assert [user.keeps_directory, user.keeps_security, user.audits] == [office == one for one in THREE]


def test_the_console_says_when_there_is_no_organization_yet(monkeypatch, db):
    monkeypatch.setattr("sys.stdin", io.StringIO("Qing-shi-2026-zhen\n"))
    with pytest.raises(CommandError, match="组织名录还是空的"):
        call_command("create_administrator", username="first", name="首任", office="security", stdout=io.StringIO())
    assert not User.objects.filter(username="first").exists()
