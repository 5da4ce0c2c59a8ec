"""What waits for those to whom documents were sent."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from reports.models import Delivery
from units.models import User
from units.todo import Todo, todo_provider

SHOWN = 20


@todo_provider
def receipt_todos(user: User) -> Iterator[Todo]:
    """Documents that nobody at the user's organizations has signed for yet; one query."""
    rows = Delivery.objects.addressed_to(user).waiting().select_related("report__template", "organization")
    for row in rows.order_by("sent_at", "pk")[:SHOWN]:
        why = f"{row.report.template.name}{row.report.number_text}已送达，请阅知并签收。"
        url = reverse("reports:delivery_detail", args=[row.pk])
        yield Todo(row.report.title, why, url, "待签收", "warn", whom=str(row.organization))
