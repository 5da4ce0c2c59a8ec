"""批注: add one or answer one, settle it, open it again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from jobs.errors import InvalidTransition, Refused
from reports.actions.content import plain_text
from reports.actions.guard import hold_open
from reports.models import Remark, Report
from units.actions.activity import record
from units.models import Appointment, User

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 500
_LEVEL = 4
"""Characters of one level in an organization's path (design §6)."""


def mentionable(report: Report) -> list[User]:
    """Return who works with the report and may be mentioned: office staff and leaders of the organizer and above it; one query."""
    path = report.campaign.organizer.path
    tops = [path[:end] for end in range(_LEVEL, len(path) + 1, _LEVEL)]
    roles = (Appointment.Role.OFFICE, Appointment.Role.LEADER)
    appointed = Appointment.objects.current().filter(role__in=roles, organization__path__in=tops)
    return list(User.objects.filter(is_active=True, pk__in=appointed.values("user")).order_by("pk"))


def _mentioned(text: str, people: Sequence[User]) -> list[User]:
    found = set(re.findall(r"[@＠]([^\s@＠，。；：、！？]+)", text))
    # A name is often followed by words without a space: @赵办请核对.
    return [person for person in people if any(name.startswith(str(person)) for name in found)]


@transaction.atomic
def add_remark(report: Report, *, by: User, text: str, paragraph: Any = None, parent: Remark | None = None) -> Remark:
    """Write a remark on a paragraph, on the whole report, or as an answer; ``@name`` mentions whoever works with the report.

    An answer opens a settled remark again. Raises ``Refused`` for an empty or too long text, ``InvalidTransition`` when the report is
    issued.
    """
    hold_open(report)
    text = plain_text(text).strip()
    if not text or len(text) > MOST:
        raise Refused(f"请填写批注内容，最长 {MOST} 个字。")
    top = parent.parent or parent if parent else None
    place = top.paragraph if top else paragraph
    remark = Remark.objects.create(report=report, paragraph=place, parent=top, text=text, made_by=by)
    remark.mentions.set(_mentioned(text, mentionable(report)))
    if top is not None and top.resolved_at:
        Remark.objects.filter(pk=top.pk).update(resolved_at=None, resolved_by=None)
    record(by, "reports.remark_add", f"批注《{report.title}》：{text[:60]}", report, organization=report.campaign.organizer)
    return remark


@transaction.atomic
def resolve_remark(report: Report, remark: Remark, *, by: User, resolved: bool = True) -> Remark:
    """Settle a remark, or open it again. Raises ``InvalidTransition`` when somebody else was faster."""
    hold_open(report)
    now = timezone.now()
    values = {"resolved_at": now, "resolved_by": by} if resolved else {"resolved_at": None, "resolved_by": None}
    if not report.remarks.filter(pk=remark.pk, parent=None, resolved_at__isnull=resolved).update(**values):
        raise InvalidTransition("这条批注已有人处理过，请刷新批注列表。")
    what = "解决" if resolved else "重新打开"
    record(
        by, "reports.remark_resolve", f"{what}《{report.title}》的批注：{remark.text[:60]}", report, organization=report.campaign.organizer
    )
    remark.refresh_from_db()
    return remark
