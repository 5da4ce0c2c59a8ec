"""Robots over a real HTTPS server: the three formats and signatures, what the line holds, and every way of being led astray."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from tests import factories
from tests.units.reminders.conftest import FRIDAY, thing
from units.actions.deliveries import make_lines, send_due
from units.digest import line_for
from units.models import ActivityEntry, Delivery, Robot, ScheduledRun
from units.sending import guarded, robots
from units.sending.outcome import NotSent


@pytest.fixture
def robot(district, zhao, messenger, clock, waiting):
    waiting["zhao"] = [
        thing("督促整改", whom="青石镇党委", due_on=date(2026, 11, 18), label="待核验"),
        thing("审阅报告", due_on=date(2026, 11, 20), label="待审阅"),
        thing("起草", due_on=None, label="拟稿"),
    ]
    return Robot.objects.create(
        organization=district, name="工作群", kind="wecom", address=messenger.address, is_enabled=True, created_by=zhao
    )


@pytest.fixture
def run(db):
    return ScheduledRun.objects.create(name="digest", day=FRIDAY.date(), claimed_at=FRIDAY)


def sent(run) -> Delivery:
    make_lines(run)
    send_due()
    return Delivery.objects.get()


def test_the_line_holds_numbers_only(robot, run, messenger):
    row = sent(run)
    ((path, message),) = messenger.requests
    line = f"【督查通】{robot.organization}11月20日提醒：待办3项，已超期1项，今日到期1项。其余：待审阅1项、拟稿1项。请登录督查通查看。"
    assert path == "/send?key=abcd1234"
    assert message == {"msgtype": "text", "text": {"content": line}}
    assert row.status == "sent"
    assert row.summary == message["text"]["content"]
    assert "abcd1234" not in row.address


def test_names_of_organizations_only_where_asked_for(robot):
    assert "青石镇" not in line_for(robot.organization, names_units=False)
    line = line_for(robot.organization, names_units=True)
    assert "超期事项涉及：青石镇党委。" in line
    assert "督促整改" not in line
    assert "某人写的意见" not in line


def test_a_thing_that_two_of_the_staff_could_do_counts_once(robot, district, waiting, other_district):
    second = factories.make_user("钱办", role="office", at=district, username="second")
    waiting["second"] = [*waiting["zhao"], thing("另一件")]
    assert "待办4项" in line_for(district, names_units=False)
    # Who also serves elsewhere would bring that office's business along.
    second.appointments.create(organization=other_district, role="office")
    assert "待办3项" in line_for(district, names_units=False)


def test_nothing_waits_nothing_is_sent(robot, run, messenger, waiting):
    waiting.clear()
    assert sent(run).status == "dropped"
    assert messenger.requests == []


def test_off_by_default_and_once_a_day(robot, run, messenger):
    Robot.objects.create(
        organization=robot.organization, name="未启用", kind="wecom", address=messenger.address, created_by=robot.created_by
    )
    assert make_lines(run) == 1
    make_lines(run)
    send_due()
    make_lines(run)
    send_due()
    assert len(messenger.requests) == 1


def test_dingtalk_signs_in_the_address(robot, run, messenger):
    Robot.objects.update(kind="dingtalk", secret="SECxyz")
    sent(run)
    ((path, message),) = messenger.requests
    query = parse_qs(urlsplit(path).query)
    stamp = query["timestamp"][0]
    expected = hmac.new(b"SECxyz", f"{stamp}\nSECxyz".encode(), hashlib.sha256).digest()
    assert query["sign"] == [base64.b64encode(expected).decode()]
    assert len(stamp) == 13
    assert query["key"] == ["abcd1234"]
    assert message["msgtype"] == "text"


def test_feishu_signs_in_the_body(robot, run, messenger):
    Robot.objects.update(kind="feishu", secret="s3")
    messenger.answer = b'{"code": 0, "msg": "success", "data": {}}'
    assert sent(run).status == "sent"
    ((path, message),) = messenger.requests
    expected = hmac.new(f"{message['timestamp']}\ns3".encode(), b"", hashlib.sha256).digest()
    assert message["sign"] == base64.b64encode(expected).decode()
    assert (message["msg_type"], "待办3项" in message["content"]["text"]) == ("text", True)
    assert path == "/send?key=abcd1234"


def test_a_long_line_is_cut_between_characters():
    text = robots.cut("督" * 5000)
    assert len(text.encode()) <= 2000
    assert text.endswith("督…")


# --- answers ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "answer", "state", "said"),
    [
        (200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}', "failed", "机器人已被移出群"),
        (200, b'{"errcode": 310000, "errmsg": "sign not match"}', "failed", "签名密钥"),
        (200, b'{"code": 19024, "msg": "Key Words Not Found"}', "failed", "关键词"),
        (200, b'{"errcode": 45009}', "waiting", "代码 45009"),
        (200, b"<html>hello</html>", "failed", "看不懂"),
        (200, b"[]", "failed", "看不懂"),
        (200, b'{"errcode": "zero"}', "failed", "看不懂"),
        (200, b"[" * 60000, "failed", "看不懂"),
        (404, b"", "failed", "代码 404"),
        (503, b"", "waiting", "暂时不能接收"),
        (429, b"", "waiting", "暂时不能接收"),
    ],
)
def test_what_the_other_side_says_is_told(robot, run, messenger, status, answer, state, said):
    messenger.status, messenger.answer = status, answer
    row = sent(run)
    assert (row.status, said in row.error) == (state, True), row.error


def test_it_is_tried_again_later(robot, run, messenger, clock):
    messenger.status = 503
    assert sent(run).status == "waiting"
    messenger.status = 200
    clock(FRIDAY + timedelta(minutes=2))
    assert send_due() == 1
    assert len(messenger.requests) == 2


def test_a_redirect_is_never_followed(robot, run, messenger):
    messenger.status, messenger.location = 302, messenger.address
    assert sent(run).status == "failed"
    assert len(messenger.requests) == 1


# --- being led astray ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "http://robot.example.cn/send",
        "ftp://robot.example.cn/send",
        "https://elsewhere.example.cn/send",
        "https://robot.example.cn.evil.cn/send",
        "https://robot.example.cn@evil.cn/send",
        "https://evil.cn#@robot.example.cn/",
        "https://evil.cn\\@robot.example.cn/",
        "https://user:pass@robot.example.cn/send",
        "https://robot.example.cn:8443/send",
        "https://robot.example.cn:x/send",
        "https://127.0.0.1/send",
        "https://[::1]/send",
        "https://2130706433/",
        "https:///send",
        "https://robot.example.cn/a b",
        "https://robot.example.cn/\r\nHost: evil.cn",
        "https://[robot.example.cn/send",
        "",
    ],
)
def test_addresses_that_are_not_listed_are_refused_unasked(settings, monkeypatch, address):
    settings.ROBOT_HOSTS = ["robot.example.cn"]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: pytest.fail("asked the network"))
    with pytest.raises(NotSent) as error:
        guarded.post(address, b"{}")
    assert not error.value.again


def test_a_listed_address_passes(settings):
    settings.ROBOT_HOSTS, settings.ROBOT_INTERNAL_HOSTS = ["robot.example.cn"], ["im.example.cn:8443"]
    assert guarded.target_of("https://ROBOT.example.cn/send?key=1").path == "/send?key=1"
    assert guarded.target_of("https://im.example.cn:8443/x").is_internal
    with pytest.raises(NotSent):
        guarded.target_of("https://im.example.cn/x")


def resolving(monkeypatch, *addresses):
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: rows)


@pytest.mark.parametrize(
    "private",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255"),
        *("::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "ff02::1"),
    ],
)
def test_a_listed_name_that_leads_inside_is_refused(settings, monkeypatch, private):
    settings.ROBOT_HOSTS = ["robot.example.cn"]
    monkeypatch.setattr(socket, "create_connection", lambda *_args, **_kwargs: pytest.fail("connected"))
    for found in ([private], ["93.184.216.34", private]):
        resolving(monkeypatch, *found)
        with pytest.raises(NotSent, match="内网地址"):
            guarded.post("https://robot.example.cn/send", b"{}")


def test_the_connection_goes_to_the_address_that_was_judged(settings, monkeypatch):
    """A name server that answers differently the second time is not asked a second time."""
    settings.ROBOT_HOSTS = ["robot.example.cn"]
    resolving(monkeypatch, "93.184.216.34")
    called = []

    def connect(address, **_kwargs):
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NotSent) as error:
        guarded.post("https://robot.example.cn/send", b"{}")
    assert error.value.again
    assert called == [("93.184.216.34", 443)]


def test_a_certificate_of_nobody_we_know_is_refused(robot, messenger, settings):
    settings.ROBOT_CA_FILE = ""
    with pytest.raises(NotSent, match="证书无效"):
        guarded.post(messenger.address, b"{}")
    assert messenger.requests == []


def test_an_endless_answer_is_cut(robot, messenger):
    messenger.answer = b"x" * (3 * guarded.LONGEST_ANSWER)
    _status, answer = guarded.post(messenger.address, b"{}")
    assert len(answer) < guarded.LONGEST_ANSWER + 4096 + 1


# --- the office's page ----------------------------------------------------------------------------------------------------------------


def fields(messenger, district, **changes):
    return {"organization": district.pk, "name": "工作群", "kind": "wecom", "address": messenger.address, "secret": "", **changes}


def test_the_office_sets_up_tests_turns_on_and_deletes(client, zhao, district, messenger, waiting):
    client.force_login(zhao)
    assert client.post(reverse("units:robot_create"), fields(messenger, district)).status_code == 302
    robot = Robot.objects.get()
    assert (robot.is_enabled, robot.names_units) == (False, False)
    page = client.get(reverse("units:robot_list")).content.decode()
    assert "abcd1234" not in page
    page = client.post(reverse("units:robot_try", args=[robot.pk]), follow=True).content.decode()
    assert "测试消息已送到“工作群”" in page
    assert "设置成功" in messenger.requests[0][1]["text"]["content"]
    assert "刚刚发送过测试" in client.post(reverse("units:robot_try", args=[robot.pk]), follow=True).content.decode()
    client.post(reverse("units:robot_update", args=[robot.pk]), fields(messenger, district, name="新名", address="", is_enabled="on"))
    robot.refresh_from_db()
    assert (robot.name, robot.is_enabled, robot.address) == ("新名", True, messenger.address)
    client.post(reverse("units:robot_delete", args=[robot.pk]))
    assert not Robot.objects.exists()
    assert Delivery.objects.get().robot is None
    log = json.dumps(list(ActivityEntry.objects.values("summary", "changes")), ensure_ascii=False)
    assert "abcd1234" not in log
    assert {"units.robot_create", "units.robot_try", "units.robot_update", "units.robot_delete"} <= set(
        ActivityEntry.objects.values_list("verb", flat=True)
    )


def test_the_secret_is_never_shown_again(client, robot, zhao, messenger, district):
    Robot.objects.update(secret="SECxyz")
    client.force_login(zhao)
    url = reverse("units:robot_update", args=[robot.pk])
    page = client.get(url).content.decode()
    assert "SECxyz" not in page
    assert "abcd1234" not in page
    client.post(url, fields(messenger, district, address="", is_enabled="on"))
    assert Robot.objects.get().secret == "SECxyz"


def test_an_address_that_may_not_be_is_said_at_its_place(client, zhao, district, messenger):
    client.force_login(zhao)
    page = client.post(
        reverse("units:robot_create"), fields(messenger, district, address="https://evil.cn/x", name="我的群")
    ).content.decode()
    assert "本站不允许向“evil.cn”发送" in page
    assert "我的群" in page
    assert not Robot.objects.exists()


def test_who_sets_up_robots(client, robot, town, wu, zhou, zheng, wang, messenger, other_district):
    street = factories.make_user("街办", role="office", at=town)
    urls = [reverse(f"units:robot_{act}", args=[robot.pk]) for act in ("update", "try", "delete")]
    expected = {wu: 403, zhou: 404, zheng: 404, street: 404, wang: 404}
    for person, code in expected.items():
        client.force_login(person)
        assert {client.post(url).status_code for url in urls} == {code}, person
    for person in (wu, zhou, wang):
        client.force_login(person)
        assert client.get(reverse("units:robot_create")).status_code == 403
    client.force_login(zheng)
    page = client.post(reverse("units:robot_create"), fields(messenger, robot.organization)).content.decode()
    assert "选择" in page
    assert Robot.objects.count() == 1
    assert messenger.requests == []
