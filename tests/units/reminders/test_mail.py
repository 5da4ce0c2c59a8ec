"""The morning mail over a real SMTP server: what it says, to whom, once; failures, retries, sending again; nothing typed becomes a header."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.urls import reverse

from config.mail import digest_time, mail_settings
from jobs.errors import InvalidTransition
from tests import factories
from tests.units.reminders.conftest import FRIDAY, KIND, OTHER, thing
from units.actions.deliveries import make_digests, resend, send_due, send_one
from units.actions.notices import notify
from units.models import ActivityEntry, Delivery, NoticeSetting, ScheduledRun, User


@pytest.fixture
def run(db, clock):
    return ScheduledRun.objects.create(name="digest", day=FRIDAY.date(), claimed_at=FRIDAY)


@pytest.fixture
def reader(zhao, waiting):
    User.objects.filter(pk=zhao.pk).update(email="zhao@example.cn")
    zhao.refresh_from_db()
    waiting["zhao"] = [
        thing("督促青石镇整改", whom="青石镇党委", due_on=date(2026, 11, 18), label="待核验"),
        thing("审阅自查报告", due_on=date(2026, 11, 20)),
        thing("起草督查报告", due_on=None),
    ]
    return zhao


def digest(run) -> Delivery:
    make_digests(run)
    send_due()
    return Delivery.objects.get()


def test_one_mail_says_what_for_whom_and_until_when(reader, run, smtp, settings):
    settings.SITE_URL = "https://ducha.example.cn"
    notify([reader], kind=KIND, text="青石镇党委已提交整改情况", path="/x/2/")
    row = digest(run)
    (message,) = smtp.messages
    assert message["Subject"].strip() == "督查通：待办3项（已超期1项），新提醒1条（11月20日）"
    assert (message["To"], message["From"]) == ("zhao@example.cn", "督查通 <ducha@example.cn>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@example.cn>")
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for part in (text, html):
        for words in ("督促青石镇整改", "青石镇党委", "2026年11月18日", "已超期", "今天到期", "青石镇党委已提交整改情况"):
            assert words in part
        assert "https://ducha.example.cn/x/1/" in part
        assert "某人写的意见" not in part
    assert text.index("督促青石镇整改") < text.index("审阅自查报告")
    assert (row.status, row.summary, row.tries) == ("sent", "待办 3 项（已超期 1 项），新提醒 1 条", 1)


def test_without_a_site_address_there_are_no_links(reader, run, smtp):
    digest(run)
    html = smtp.messages[0].get_body(("html",)).get_content()
    assert "<a " not in html
    assert "请登录督查通办理。" in html


def test_who_gets_none(reader, run, smtp, waiting, zhou, wu, qian, settings):
    """Without address, switched off, paused, closed, outside the domains: no row; nothing to say: a row that is not sent."""
    for name in ("zhou", "wu", "qian", "zhao"):
        waiting[name] = [thing()]
    people = {"zhou": {"email": ""}, "wu": {"email": "wu@example.cn"}, "qian": {"email": "qian@elsewhere.cn"}}
    for name, fields in people.items():
        User.objects.filter(username=name).update(**fields)
    settings.EMAIL_DOMAINS = ["example.cn"]
    NoticeSetting.objects.create(user=wu, digest=False)
    NoticeSetting.objects.create(user=reader, paused_until=FRIDAY.date())
    assert make_digests(run) == 0
    NoticeSetting.objects.filter(user=wu).update(digest=True)
    User.objects.filter(pk=wu.pk).update(is_active=False)
    assert make_digests(run) == 0
    NoticeSetting.objects.filter(user=reader).update(paused_until=date(2026, 11, 19))
    assert make_digests(run) == 1
    waiting["zhao"] = []
    assert send_due() == 0
    assert (Delivery.objects.get().status, Delivery.objects.get().error) == ("dropped", "没有待办和新提醒。")
    assert smtp.messages == []


def test_kinds_kept_to_the_bell_stay_out_of_the_mail(reader, run, smtp):
    NoticeSetting.objects.create(user=reader, ways={OTHER: "app"})
    notify([reader], kind=KIND, text="要发的", path="/x/")
    notify([reader], kind=OTHER, text="不发的", path="/x/")
    digest(run)
    text = smtp.messages[0].get_body(("plain",)).get_content()
    assert ("要发的" in text, "不发的" in text) == (True, False)


def test_nothing_typed_becomes_a_header_or_a_tag(reader, run, smtp, waiting):
    User.objects.filter(pk=reader.pk).update(display_name="赵\r\nBcc: spy@example.com", username="zhao")
    waiting["zhao"] = [thing("督查\r\nBcc: spy@example.com <b>粗</b>", label="<script>")]
    notify([reader], kind=KIND, text="通知\nX-Evil: 1 <img src=x>", path="/x/")
    digest(run)
    (envelope,), (message,) = smtp.envelopes, smtp.messages
    assert envelope.rcpt_tos == ["zhao@example.cn"]
    assert (message["Bcc"], message["X-Evil"]) == (None, None)
    html = message.get_body(("html",)).get_content()
    assert "<b>粗" not in html
    assert "<script>" not in html
    assert "<img" not in html


@pytest.mark.parametrize("address", ["a@b.cn\nBcc: x@y.cn", "a@b.cn, x@y.cn", "<a@b.cn>", "a b@c.cn", "ａ@ｂ"])
def test_a_crafted_address_is_never_written_to(reader, run, smtp, address):
    User.objects.filter(pk=reader.pk).update(email=address)
    assert make_digests(run) == 0
    row = Delivery.objects.create(
        channel="email", purpose="test", user=reader, receiver="赵", address=address, key="crafted", next_try_at=FRIDAY
    )
    send_one(row.pk)
    row.refresh_from_db()
    assert row.status == "failed"
    assert smtp.messages == []


def test_many_things_are_counted_not_listed(reader, run, smtp, waiting):
    waiting["zhao"] = [thing(f"第{number}件") for number in range(50)]
    digest(run)
    text = smtp.messages[0].get_body(("plain",)).get_content()
    assert "第29件" in text
    assert "第30件" not in text
    assert "另有 20 项" in text


# --- failures ---------------------------------------------------------------------------------------------------------------------


def test_a_busy_server_is_asked_again_with_growing_pauses_and_then_no_more(reader, run, smtp, clock):
    smtp.answer = "451 try later"
    make_digests(run)
    now, pauses = FRIDAY, []
    for _ in range(5):
        clock(now)
        send_due()
        row = Delivery.objects.get()
        if row.status == "waiting":
            pauses.append((row.next_try_at - now) // timedelta(minutes=1))
            clock(now + timedelta(seconds=59))
            assert send_due() == 0
            now = row.next_try_at
    assert pauses == [1, 5, 30, 120]
    assert (row.status, row.tries, row.error) == ("failed", 5, "邮件服务器没有接收（代码 451）。")
    smtp.answer = "250 OK"
    clock(now + timedelta(days=1))
    assert send_due() == 0


def test_a_refusal_for_good_is_not_tried_again(reader, run, smtp):
    smtp.answer = "554 no"
    assert (digest(run).status, digest(run).tries) == ("failed", 1)


def test_a_server_that_is_away_is_asked_once_for_all(reader, run, smtp, waiting, settings, wu):
    User.objects.filter(pk=wu.pk).update(email="wu@example.cn")
    waiting["wu"] = [thing()]
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    make_digests(run)
    send_due()
    assert sorted(Delivery.objects.values_list("status", "tries")) == [("waiting", 0), ("waiting", 1)]
    assert "连不上邮件服务器" in Delivery.objects.get(tries=1).error
    settings.EMAIL_PORT = port
    Delivery.objects.update(next_try_at=FRIDAY)
    assert send_due() == 2


def test_many_mails_go_over_one_connection(run, smtp, waiting, monkeypatch):
    opened = []

    def counted():
        opened.append(1)
        return get_connection()

    monkeypatch.setattr("units.actions.deliveries.get_connection", counted)
    for number in range(5):
        user = factories.make_user(f"用户{number}", username=f"many{number}", email=f"many{number}@example.cn")
        waiting[user.username] = [thing()]
    make_digests(run)
    assert send_due() == 5
    assert len(opened) == 1
    assert len({envelope.rcpt_tos[0] for envelope in smtp.envelopes}) == 5


def test_a_sender_that_died_is_not_followed_by_another(reader, run, smtp, clock):
    """Nobody knows whether the mail had left: it is shown as failed, and a person decides."""
    make_digests(run)
    Delivery.objects.update(status="sending", tries=1, claimed_at=FRIDAY)
    clock(FRIDAY + timedelta(minutes=9))
    send_due()
    assert Delivery.objects.get().status == "sending"
    clock(FRIDAY + timedelta(minutes=11))
    send_due()
    assert Delivery.objects.get().status == "failed"
    assert "不能确认是否送达" in Delivery.objects.get().error
    assert smtp.messages == []


def test_a_row_is_claimed_once(reader, run, smtp):
    make_digests(run)
    pk = Delivery.objects.get().pk
    assert [send_one(pk), send_one(pk)] == ["sent", ""]
    assert len(smtp.messages) == 1


# --- what the office sees and does -------------------------------------------------------------------------------------------------


@pytest.fixture
def failed(reader, district):
    return Delivery.objects.create(
        channel="email", purpose="digest", user=reader, receiver="赵办", address="zhao@example.cn", key="k", status="failed",
        error="连不上邮件服务器，或连接中断。", organization_path=district.path,
    )  # fmt: skip


def test_the_office_sends_again_and_it_is_composed_anew(client, reader, failed, smtp, waiting):
    client.force_login(reader)
    page = client.get(reverse("units:delivery_list"), {"status": "failed"}).content.decode()
    assert "连不上邮件服务器" in page
    assert "再次发送" in page
    waiting["zhao"] = [thing("今天才有的事")]
    client.post(reverse("units:delivery_resend", args=[failed.pk]))
    send_due()
    assert "今天才有的事" in smtp.messages[0].get_body(("plain",)).get_content()
    failed.refresh_from_db()
    assert failed.status == "sent"
    assert ActivityEntry.objects.filter(verb="units.delivery_resend", actor=reader).count() == 1


def test_two_clicks_send_once(reader, failed):
    resend(failed, by=reader)
    with pytest.raises(InvalidTransition, match="正在发送"):
        resend(failed, by=reader)


def test_who_may_see_and_send_again(client, failed, town, wu, zhou, zheng, wang, feng):
    """Leaders read; another office, the unit below and liaisons find nothing; administrators and the office above may."""
    street = factories.make_user("街办", role="office", at=town)
    url = reverse("units:delivery_resend", args=[failed.pk])
    answers = {}
    for person in (wu, street, zhou, zheng, feng):
        client.force_login(person)
        answers[person.username] = client.post(url).status_code
    assert answers == {"wu": 403, street.username: 404, "zhou": 404, "zheng": 404, "feng": 404}
    client.force_login(zhou)
    assert client.get(reverse("units:delivery_list")).status_code == 403
    client.force_login(street)
    assert "zhao@example.cn" not in client.get(reverse("units:delivery_list")).content.decode()
    client.force_login(wang)
    assert "zhao@example.cn" in client.get(reverse("units:delivery_list")).content.decode()
    assert client.post(url, {"back": "//evil.example/"}).url == reverse("units:delivery_list")


def test_what_failed_waits_for_the_office(failed, reader, wu, monkeypatch):
    from units import todo, waiting

    monkeypatch.setattr(todo, "_PROVIDERS", [waiting.failed_todos])
    assert [one.label for one in todo.todos(reader)] == ["未送达"]
    assert todo.todos(wu) == []


def test_a_test_mail_goes_to_oneself_and_no_faster_than_one_in_half_a_minute(client, reader, smtp):
    client.force_login(reader)
    url = reverse("units:notice_settings_try")
    assert "测试邮件已送出" in client.post(url, follow=True).content.decode()
    assert smtp.messages[0]["Subject"].strip() == "督查通：测试邮件"
    assert "刚刚发送过测试" in client.post(url, follow=True).content.decode()
    assert len(smtp.messages) == 1


def test_without_mail_server_or_address_the_test_says_so(client, reader, smtp, settings):
    client.force_login(reader)
    url = reverse("units:notice_settings_try")
    User.objects.filter(pk=reader.pk).update(email="")
    assert "请先填写邮箱并保存" in client.post(url, follow=True).content.decode()
    settings.EMAIL_ON = False
    assert "本站没有设置邮件服务器" in client.post(url, follow=True).content.decode()


# --- the environment ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "sender", "expected"),
    [
        ("smtp://mail.example.cn", "d@example.cn", ("mail.example.cn", 25, "", "", False, False)),
        ("smtp+tls://d%40example.cn:p%3A%2F@mail.example.cn", "", ("mail.example.cn", 587, "d@example.cn", "p:/", True, False)),
        ("smtps://u:p@mail.example.cn:994", "d@example.cn", ("mail.example.cn", 994, "u", "p", False, True)),
    ],
)
def test_any_mail_server_is_one_address(url, sender, expected):
    found = mail_settings(url, sender)
    keys = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL")
    assert tuple(found[key] for key in keys) == expected


@pytest.mark.parametrize(
    ("url", "sender", "said"),
    [
        ("http://mail.example.cn", "d@example.cn", "smtp://"),
        ("smtp://", "d@example.cn", "smtp://"),
        ("smtp://host:port", "d@example.cn", "smtp://"),
        ("smtp://user@mail.example.cn", "", "EMAIL_FROM"),
        ("smtp://mail.example.cn", "x\r\nBcc: y@z.cn", "EMAIL_FROM"),
    ],
)
def test_a_wrong_one_is_refused_with_what_to_write(url, sender, said):
    with pytest.raises(ImproperlyConfigured, match=said):
        mail_settings(url, sender)


@pytest.mark.parametrize("text", ["8:10", "25:00", "08:10+01:00", "早上", "08:10:30"])
def test_the_time_is_hours_and_minutes(text):
    assert digest_time("08:10") == "08:10"
    with pytest.raises(ImproperlyConfigured, match="08:10"):
        digest_time(text)
