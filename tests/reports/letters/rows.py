"""Rows of a ledger as letters find them: told to the organization, and late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from inspections.models import Campaign, Rectification
from units.models import PartyOrganization, User


def give_row(campaign: Campaign, organization: PartyOrganization, by: User, *, late: int = 15, **fields: Any) -> Rectification:
    """Return an issued row that is ``late`` days overdue today."""
    due_on = timezone.localdate() - timedelta(days=late)
    number = (Rectification.objects.filter(campaign=campaign).aggregate(last=Max("number"))["last"] or 0) + 1
    values: dict[str, Any] = {
        "content": "学习记录缺少研讨发言材料",
        "requirement": "补齐研讨发言材料，统一学习记录样式",
        "responsible_title": "党委副书记",
        "due_on": due_on,
        "first_due_on": due_on,
        "issued_at": timezone.now() - timedelta(days=late + 30),
        "created_by": by,
        **fields,
    }
    return Rectification.objects.create(
        campaign=campaign, organization=organization, organization_path=organization.path, number=number, **values
    )
