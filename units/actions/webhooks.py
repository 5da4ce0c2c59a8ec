"""Event subscriptions: setting one up, and telling the subscribers what has happened.

An event is a row of 发送记录 per subscriber, written in the transaction of what happened, and sent within a minute (``deliveries``).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from units.actions.activity import changes_between, record
from units.events import event_kinds, event_name
from units.models import Delivery, PartyOrganization, User, Webhook
from units.models.organization import STEP

LABELS = {"name": "名称", "events": "推送的事件", "is_enabled": "启用"}


def new_secret() -> str:
    """Return a key for signatures: 256 random bits."""
    return "whs_" + secrets.token_urlsafe(32)


@transaction.atomic
def create_webhook(organization: PartyOrganization, *, by: User, **fields: Any) -> Webhook:
    """Set up a subscription. The address and the secret are passwords in their kind: they stand in no record."""
    webhook = Webhook.objects.create(organization=organization, created_by=by, secret=new_secret(), **fields)
    record(by, "units.webhook_create", f"设置事件推送“{webhook}”", webhook, organization=organization)
    return webhook


@transaction.atomic
def update_webhook(webhook: Webhook, *, by: User, **fields: Any) -> Webhook:
    """Change a subscription; an empty address means the one that is there."""
    before = _readable(Webhook.objects.get(pk=webhook.pk))
    if not fields.get("address"):
        fields.pop("address", None)
    for name, value in fields.items():
        setattr(webhook, name, value)
    webhook.save(update_fields=[*fields, "changed_at"])
    changes = changes_between(before, _readable(webhook), LABELS)
    record(by, "units.webhook_update", f"修改事件推送“{webhook}”", webhook, organization=webhook.organization, changes=changes)
    return webhook


def _readable(webhook: Webhook) -> dict[str, Any]:
    return {
        "name": webhook.name,
        "events": "、".join(map(event_name, webhook.events)),
        "is_enabled": "是" if webhook.is_enabled else "否",
    }


@transaction.atomic
def renew_secret(webhook: Webhook, *, by: User) -> Webhook:
    """Give a subscription a new key; what is sent from now on is signed with it."""
    webhook.secret = new_secret()
    webhook.save(update_fields=["secret", "changed_at"])
    record(by, "units.webhook_renew", f"更换事件推送“{webhook}”的签名密钥", webhook, organization=webhook.organization)
    return webhook


@transaction.atomic
def delete_webhook(webhook: Webhook, *, by: User) -> None:
    """Take a subscription away; what it was sent stays on record, what waits is not sent any more."""
    record(by, "units.webhook_delete", f"删除事件推送“{webhook}”", webhook, organization=webhook.organization)
    webhook.delete()


def emit(event: str, *, path: str, key: str, data: Mapping[str, Any]) -> int:
    """Have everybody told who subscribed to ``event`` for a branch that ``path`` lies in; return how many.

    ``key`` says which happening it is: one is never told twice. ``data`` are ids, numbers and moments, JSON-ready; words that somebody
    wrote stay here, the other side reads them with its token. Called inside the verb's transaction. Raises ``KeyError`` for a kind
    that nobody registered.
    """
    if event not in event_kinds():
        raise KeyError(event)
    above = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
    found = Webhook.objects.filter(is_enabled=True, organization__path__in=above).select_related("organization")
    rows = [delivery_of(one, event, f"event:{key}:{one.pk}", data) for one in found if event in one.events]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def delivery_of(webhook: Webhook, event: str, key: str, data: Mapping[str, Any]) -> Delivery:
    """Return the row by which ``webhook`` is told of ``event``, not stored."""
    return Delivery(
        channel=Delivery.Channel.WEBHOOK,
        purpose=Delivery.Purpose.EVENT,
        webhook=webhook,
        receiver=webhook.name,
        address=webhook.masked_address[:254],
        organization_path=webhook.organization.path,
        key=key,
        next_try_at=timezone.now(),
        payload={"id": str(uuid4()), "event": event, "happened_at": timezone.localtime().isoformat(timespec="seconds"), "data": dict(data)},
        summary=event_name(event),
    )
