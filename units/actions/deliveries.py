"""Sending: rows are made by the daily routine or by a test, claimed one by one, and end as sent, failed or not needed.

A message goes out at most once by itself: a row whose sender died in the middle is not tried again, because nobody knows whether it had left
(docs/decisions). The office sees that and may send it again. Events are the other way round: a program knows by the id what it has had already.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta
from typing import Any, Self
from uuid import uuid4

from django.core.mail import get_connection
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from jobs.errors import InvalidTransition, Refused
from units.actions.activity import record
from units.actions.webhooks import delivery_of
from units.digest import Message, digest_for, line_for, setting_of, test_mail
from units.models import Delivery, Robot, ScheduledRun, User, Webhook
from units.sending import mail, robots, webhooks
from units.sending.outcome import NotSent

logger = logging.getLogger("duchatong.units")
S, Channel, Purpose = Delivery.Status, Delivery.Channel, Delivery.Purpose
DELAYS = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120)]
"""How long to wait before the next try; after the last one it has failed."""
LOST_AFTER = timedelta(minutes=10)
BATCH = 200
PAUSE = timedelta(seconds=30)
"""Between two messages to one address by hand: a button is no way to flood a mailbox."""


def make_digests(run: ScheduledRun) -> int:
    """Make a mail for everybody who wants one, not yet composed; of one run nobody gets two. Return how many there are."""
    if not mail.is_on():
        return 0
    people = User.objects.filter(is_active=True).exclude(email="").select_related("organization", "notice_setting").order_by("pk")
    rows = [_mail_row(user, run) for user in people.iterator(chunk_size=500) if _wants(user, run)]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=200)
    return len(rows)


def _wants(user: User, run: ScheduledRun) -> bool:
    setting = getattr(user, "notice_setting", None)
    return not mail.refusal_of(user.email) and (setting is None or setting.wants_mail(run.day))


def _mail_row(user: User, run: ScheduledRun | None) -> Delivery:
    return Delivery(
        channel=Channel.EMAIL,
        purpose=Purpose.DIGEST if run else Purpose.TEST,
        user=user,
        run=run,
        receiver=str(user)[:80],
        address=user.email,
        organization_path=_path_of(user),
        key=f"digest:{run.day}:{user.pk}" if run else f"test:{uuid4()}",
        next_try_at=timezone.now(),
    )


def _path_of(user: User) -> str:
    """Where a user belongs: home organization, else the first appointment."""
    if user.organization:
        return user.organization.path
    return next((appointment.organization.path for appointment in user.current_appointments), "")


def make_lines(run: ScheduledRun) -> int:
    """Make a line for every robot that is on. Return how many there are."""
    rows = [_robot_row(robot, run) for robot in Robot.objects.filter(is_enabled=True).select_related("organization")]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=200)
    return len(rows)


def _robot_row(robot: Robot, run: ScheduledRun | None) -> Delivery:
    return Delivery(
        channel=Channel.ROBOT,
        purpose=Purpose.DIGEST if run else Purpose.TEST,
        robot=robot,
        run=run,
        receiver=str(robot),
        address=robot.masked_address[:254],
        organization_path=robot.organization.path,
        key=f"robot:{run.day}:{robot.pk}" if run else f"test:{uuid4()}",
        next_try_at=timezone.now(),
    )


def send_due() -> int:
    """Send what is due, at most ``BATCH``; several workers share the work. Return how many went out."""
    lost = Delivery.objects.filter(status=S.SENDING, claimed_at__lt=timezone.now() - LOST_AFTER)
    lost.filter(channel=Channel.WEBHOOK).update(status=S.WAITING, next_try_at=timezone.now(), error="")
    lost.exclude(channel=Channel.WEBHOOK).update(status=S.FAILED, error="发送中途中断，不能确认是否送达。如对方没有收到，请点“再次发送”。")
    sent = 0
    with _Post() as post:
        for pk in Delivery.objects.due().order_by("next_try_at", "pk").values_list("pk", flat=True)[:BATCH]:
            sent += send_one(pk, post) == S.SENT
            if post.is_away:
                break
    return sent


class _Post:
    """One connection to the mail server for a batch, opened when first needed; ``is_away`` once the server could not be used."""

    def __init__(self) -> None:
        self.is_away = False
        self._connection: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.drop()

    def connection(self) -> Any:
        """The connection; opening it may fail as sending does, so ``send_mail`` opens it."""
        self._connection = self._connection or get_connection()
        return self._connection

    def drop(self) -> None:
        """Close it; the next mail gets a new one."""
        if self._connection is not None:
            with suppress(Exception):
                self._connection.close()
        self._connection = None


def send_one(pk: int, post: _Post | None = None) -> str:
    """Claim and send one delivery; return its state afterwards, empty when somebody else has it."""
    now = timezone.now()
    if not Delivery.objects.due().filter(pk=pk).update(status=S.SENDING, claimed_at=now, tries=F("tries") + 1, error=""):
        return ""
    delivery = Delivery.objects.select_related("user", "run", "robot__organization", "webhook").get(pk=pk)
    try:
        if delivery.channel == Channel.ROBOT:
            outcome = _to_robot(delivery)
        elif delivery.channel == Channel.WEBHOOK:
            outcome = _to_system(delivery)
        elif post is not None:
            outcome = _to_mailbox(delivery, post)
        else:
            with _Post() as own:
                outcome = _to_mailbox(delivery, own)
    except NotSent as error:
        outcome = _after_failure(delivery, error)
        if error.everybody and post is not None:
            post.drop()
            post.is_away = True
    except Exception:
        logger.exception("delivery %s could not be composed", pk)
        outcome = {"status": S.FAILED, "error": "系统在生成内容时出了错，管理员可以在运行日志中看到原因。"}
    # Only while it is still ours: what was given up for lost in the meantime stays so.
    Delivery.objects.filter(pk=pk, status=S.SENDING, tries=delivery.tries).update(**outcome)
    return str(outcome["status"])


def _after_failure(delivery: Delivery, error: NotSent) -> dict[str, Any]:
    if error.again and delivery.tries <= len(DELAYS):
        return {"status": S.WAITING, "next_try_at": timezone.now() + DELAYS[delivery.tries - 1], "error": str(error)[:300]}
    return {"status": S.FAILED, "error": str(error)[:300]}


def _dropped(why: str) -> dict[str, Any]:
    return {"status": S.DROPPED, "error": why}


def _to_mailbox(delivery: Delivery, post: _Post) -> dict[str, Any]:
    user = delivery.user
    if user is None or not user.is_active:
        return _dropped("收件人的账号已停用。")
    if not mail.is_on():
        raise NotSent("本站没有设置邮件服务器。", again=False)
    if not user.email:
        return _dropped("收件人没有填写邮箱。")
    message: Message | None = test_mail(user)
    if delivery.purpose == Purpose.DIGEST:
        if not setting_of(user).wants_mail(timezone.localdate()):
            return _dropped("收件人已关闭或暂停邮件。")
        message = digest_for(user, delivery.run.since if delivery.run else None)
    if message is None:
        return _dropped("没有待办和新提醒。")
    # The try is in the id: a mail sent again on purpose is another mail.
    message_id = f"{delivery.pk}.{delivery.tries}.{delivery.made_at:%Y%m%d}"
    mail.send_mail(
        post.connection(), address=user.email, subject=message.subject, text=message.text, html=message.html, message_id=message_id
    )
    return _sent(message.summary, user.email)


def _sent(summary: str, address: str) -> dict[str, Any]:
    return {"status": S.SENT, "sent_at": timezone.now(), "summary": summary[:600], "address": address[:254]}


def _to_robot(delivery: Delivery) -> dict[str, Any]:
    robot = delivery.robot
    if robot is None:
        return _dropped("群机器人已删除。")
    if delivery.purpose == Purpose.TEST:
        text = f"【督查通】{robot.organization}的群机器人“{robot}”设置成功。以后每个工作日早上在这里提醒待办数量。"
    elif not robot.is_enabled:
        return _dropped("群机器人已停用。")
    else:
        text = line_for(robot.organization, names_units=robot.names_units)
    if not text:
        return _dropped("没有待办事项。")
    robots.send_text(robot.kind, robot.address, robot.secret, text)
    return _sent(text, robot.masked_address)


def _to_system(delivery: Delivery) -> dict[str, Any]:
    webhook = delivery.webhook
    if webhook is None:
        return _dropped("事件推送已删除。")
    if delivery.purpose != Purpose.TEST and not webhook.is_enabled:
        return _dropped("事件推送已停用。")
    webhooks.send_event(webhook.address, webhook.secret, delivery.payload or {})
    return _sent(delivery.summary, webhook.masked_address)


# --- verbs of people ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def resend(delivery: Delivery, *, by: User) -> None:
    """Have a delivery sent again within a minute, composed anew.

    Raises ``InvalidTransition`` while it is on its way, or when it has only just been sent.
    """
    ended = Delivery.objects.filter(pk=delivery.pk, status__in=(S.SENT, S.FAILED, S.DROPPED))
    if not ended.exclude(sent_at__gt=timezone.now() - PAUSE).update(status=S.WAITING, tries=0, next_try_at=timezone.now(), error=""):
        message = "这条消息正在发送或刚刚送出，请稍后刷新查看结果。"
        raise InvalidTransition(message)
    record(by, "units.delivery_resend", f"再次发送：{delivery}", delivery, organization_path=delivery.organization_path)


def send_test_mail(user: User) -> Delivery:
    """Send a test to the own address, now. Raises ``Refused`` when it cannot be, or when one has just been sent."""
    if not mail.is_on():
        message = "本站没有设置邮件服务器，请联系系统管理员。"
        raise Refused(message)
    if not user.email:
        message = "请先填写邮箱并保存，再发送测试邮件。"
        raise Refused(message)
    _refuse_flood(user.deliveries.all())
    return _try_now(_mail_row(user, None))


def send_test_line(robot: Robot, *, by: User) -> Delivery:
    """Send a test line to ``robot``, now, whether it is on or not. Raises ``Refused`` when one has just been sent."""
    _refuse_flood(robot.deliveries.all())
    delivery = _robot_row(robot, None)
    record(by, "units.robot_try", f"测试群机器人“{robot}”", robot, organization=robot.organization)
    return _try_now(delivery)


def send_test_event(webhook: Webhook, *, by: User) -> Delivery:
    """Send a test event, now, whether the subscription is on or not. Raises ``Refused`` when one has just been sent."""
    _refuse_flood(webhook.deliveries.all())
    delivery = delivery_of(webhook, "test", f"test:{uuid4()}", {})
    delivery.purpose, delivery.summary = Purpose.TEST, "测试"
    record(by, "units.webhook_try", f"测试事件推送“{webhook}”", webhook, organization=webhook.organization)
    return _try_now(delivery)


def _refuse_flood(deliveries: Any) -> None:
    if deliveries.filter(purpose=Purpose.TEST, made_at__gt=timezone.now() - PAUSE).exists():
        message = "刚刚发送过测试，请过半分钟再试。"
        raise Refused(message)


def _try_now(delivery: Delivery) -> Delivery:
    delivery.save(force_insert=True)
    send_one(delivery.pk)
    delivery.refresh_from_db()
    return delivery
