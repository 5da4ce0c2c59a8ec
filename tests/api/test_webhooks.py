"""Events over a real HTTPS server: what is told to whom, signed how, tried again when, and shown where."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from inspections.actions import rectification_verdicts as verdicts
from inspections.models import Assignment
from reports.actions.numbers import open_series
from reports.actions.signing import issue_report, pass_review, submit_report
from reports.signing import seen
from tests import factories
from tests.reports.signing.conftest import make_report
from units.actions.deliveries import DELAYS, LOST_AFTER, resend, send_due
from units.actions.webhooks import create_webhook, emit
from units.models import ActivityEntry, Delivery, Webhook

BOTH = ["report.issued", "rectification.closed"]


@pytest.fixture
def subscribed(district, zhao, messenger):
    """The district's other system, told of both kinds of events."""
    return create_webhook(district, by=zhao, name="综合平台", address=messenger.address, events=BOTH, is_enabled=True)


def close(problem, make_row, chen, zhao):
    row = make_row(problem, until="submitted")
    return verdicts.close_row(row, by=chen, text="查阅记录，问题内容甲已整改")


def told(row_or_path, key="one"):
    return emit("report.issued", path=getattr(row_or_path, "path", row_or_path), key=key, data={"id": 1})


def test_a_close_out_is_told_signed_and_without_words(subscribed, problem, make_row, chen, zhao, messenger, platform):
    row = close(problem, make_row, chen, zhao)
    assert Delivery.objects.filter(channel="webhook").count() == 1
    assert send_due() == 1
    [(headers, body)] = messenger.as_sent
    stamp = headers["X-Duchatong-Timestamp"]
    expected = hmac.new(subscribed.secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["X-Duchatong-Signature"] == f"sha256={expected}"
    assert abs(int(stamp) - timezone.now().timestamp()) < 300
    message = json.loads(body)
    assert headers["X-Duchatong-Delivery"] == message["id"]
    assert headers["X-Duchatong-Event"] == message["event"] == "rectification.closed"
    assert (message["data"]["id"], message["data"]["reference"]) == (str(row.pk), row.reference)
    for words in (row.content, row.measure, "问题内容甲", "青石镇", str(chen)):
        assert words not in body.decode(), words
    assert platform.read(f"rectifications/{message['data']['id']}")["status"] == "closed", "the rest is read with a token"


def test_an_issued_report_is_told_once(subscribed, campaign, assignment, finding, zhao, wu, district, messenger):
    Assignment.objects.filter(pk=assignment.pk).update(status="concluded", concluded_by=zhao, concluded_at=timezone.now())
    he = factories.make_user("何副主任", role="office", at=district, username="he")
    report = make_report(campaign, zhao, open_series(district, by=zhao, prefix="云督报"))
    step = pass_review(
        submit_report(report, by=zhao, reviewers=[he], issuer=wu, opinion="请审。"), by=he, saw=seen(report), opinion="同意。"
    )
    report = issue_report(step, by=wu, saw=seen(step.report), opinion="同意。")
    send_due()
    send_due()
    [(_path, message)] = messenger.requests
    assert (message["event"], message["data"]["id"], message["data"]["number"]) == ("report.issued", report.pk, report.number_text)
    assert report.title not in json.dumps(message, ensure_ascii=False)


def test_only_subscribers_above_are_told_and_only_of_what_they_asked_for(subscribed, zhao, town, bureau, other_district, district):
    for place, name, events, is_on in (
        (town, "镇", BOTH, True),
        (bureau, "旁边", BOTH, True),
        (other_district, "别区", BOTH, True),
        (district, "没有启用", BOTH, False),
        (district, "只要整改", ["rectification.closed"], True),
    ):
        create_webhook(place, by=zhao, name=name, address="https://x.example.cn/", events=events, is_enabled=is_on)
    assert told(town) == 2
    assert set(Delivery.objects.values_list("receiver", flat=True)) == {"综合平台", "镇"}
    told(town)
    assert Delivery.objects.count() == 2, "the same happening is told once"
    with pytest.raises(KeyError):
        emit("no.such", path=town.path, key="x", data={})


def test_what_did_not_happen_is_not_told(subscribed, town):
    with transaction.atomic():
        told(town)
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("status", "state", "said"),
    [
        (204, "sent", ""),
        (201, "sent", ""),
        (302, "failed", "代码 302"),
        (404, "failed", "代码 404"),
        (429, "waiting", "代码 429"),
        (503, "waiting", "暂时"),
    ],
)
def test_what_the_other_side_answers_decides(subscribed, town, messenger, status, state, said):
    messenger.status, messenger.location = status, messenger.address if status == 302 else ""
    messenger.answer = b"" if status == 204 else b"ok"
    told(town)
    send_due()
    row = Delivery.objects.get()
    assert (row.status, said in row.error) == (state, True), row.error
    assert len(messenger.requests) == 1, "a redirect is never followed"


def test_it_is_tried_four_times_more_and_then_by_hand(subscribed, town, messenger, clock, zhao):
    messenger.status = 500
    now = clock(timezone.now())
    told(town)
    for delay in [timedelta(), *DELAYS]:
        now = clock(now + delay + timedelta(seconds=1))
        send_due()
        send_due()
    row = Delivery.objects.get()
    assert (row.status, len(messenger.requests)) == ("failed", 1 + len(DELAYS))
    messenger.status = 200
    resend(row, by=zhao)
    send_due()
    assert Delivery.objects.get().status == "sent"
    ids = {message["id"] for _path, message in messenger.requests}
    assert len(ids) == 1, "by its id the other side knows what it has had already"


def test_one_whose_sender_died_is_sent_again(subscribed, town, messenger):
    told(town)
    Delivery.objects.update(status="sending", tries=1, claimed_at=timezone.now() - LOST_AFTER - timedelta(seconds=1))
    assert send_due() == 1
    assert len(messenger.requests) == 1


@pytest.mark.parametrize(
    "address", ["http://localhost/x", "https://127.0.0.1/x", "https://elsewhere.example.cn/x", "https://a@localhost/x"]
)
def test_an_address_that_may_not_be_is_said_at_its_place(client, zhao, district, messenger, address):
    client.force_login(zhao)
    fields = {"organization": district.pk, "name": "我的平台", "address": address, "events": BOTH}
    page = client.post(reverse("units:webhook_create"), fields).content.decode()
    assert "不允许向" in page or "须以 https://" in page
    assert "我的平台" in page
    assert not Webhook.objects.exists()


def test_a_listed_host_that_leads_inside_is_refused(subscribed, town, settings, monkeypatch):
    """The host may be called only where it is named as one of the own network; robots have the same guard."""
    Webhook.objects.update(address="https://hooks.example.cn/in")
    settings.ROBOT_HOSTS = ["hooks.example.cn"]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_kwargs: [(2, 1, 6, "", ("10.0.0.1", 443))])
    told(town)
    send_due()
    row = Delivery.objects.get()
    assert (row.status, "内网地址" in row.error) == ("failed", True)


def test_the_office_sets_up_tests_changes_and_deletes(client, zhao, district, messenger):
    client.force_login(zhao)
    fields = {"organization": district.pk, "name": "综合平台", "address": messenger.address, "events": BOTH}
    made = client.post(reverse("units:webhook_create"), fields)
    webhook = Webhook.objects.get()
    assert webhook.secret in made.content.decode()
    assert (made["Cache-Control"], webhook.is_enabled) == ("no-store", False)
    page = client.post(reverse("units:webhook_try", args=[webhook.pk]), follow=True).content.decode()
    assert "测试事件已送到“综合平台”" in page
    assert messenger.requests[0][1]["event"] == "test"
    assert "刚刚发送过测试" in client.post(reverse("units:webhook_try", args=[webhook.pk]), follow=True).content.decode()
    update = reverse("units:webhook_update", args=[webhook.pk])
    for url in (update, reverse("units:webhook_list"), reverse("units:delivery_list")):
        page = client.get(url).content.decode()
        assert "abcd1234" not in page
        assert webhook.secret not in page
    client.post(update, {"name": "新名", "address": "", "events": BOTH[:1], "is_enabled": "on"})
    changed = Webhook.objects.get()
    assert (changed.name, changed.events, changed.is_enabled, changed.address) == ("新名", BOTH[:1], True, messenger.address)
    client.post(reverse("units:webhook_renew", args=[webhook.pk]))
    assert Webhook.objects.get().secret != webhook.secret
    client.post(reverse("units:webhook_delete", args=[webhook.pk]))
    assert not Webhook.objects.exists()
    assert Delivery.objects.get().webhook is None
    log = json.dumps(list(ActivityEntry.objects.values("summary", "changes")), ensure_ascii=False)
    assert "abcd1234" not in log
    assert webhook.secret not in log
    acts = {"create", "try", "update", "renew", "delete"}
    assert {f"units.webhook_{act}" for act in acts} <= set(ActivityEntry.objects.values_list("verb", flat=True))


def test_who_sets_up_subscriptions(client, subscribed, town, wu, zhou, zheng, wang, messenger):
    street = factories.make_user("街办", role="office", at=town)
    urls = [reverse(f"units:webhook_{act}", args=[subscribed.pk]) for act in ("update", "renew", "try", "delete")]
    for person, code in {wu: 403, zhou: 404, zheng: 404, street: 404, wang: 404}.items():
        client.force_login(person)
        assert {client.post(url).status_code for url in urls} == {code}, person
    assert messenger.requests == []


def test_the_log_is_on_the_page_and_sends_again(client, subscribed, town, messenger, zhao):
    messenger.status = 404
    told(town)
    send_due()
    client.force_login(zhao)
    page = client.get(reverse("units:webhook_list")).content.decode()
    assert "对方没有接收（代码 404）" in page
    assert "报告签发" in page
    messenger.status = 200
    back = reverse("units:webhook_list")
    page = client.post(reverse("units:delivery_resend", args=[Delivery.objects.get().pk]), {"back": back}, follow=True).content.decode()
    assert "已重新排队" in page
    assert send_due() == 1
