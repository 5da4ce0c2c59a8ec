"""What the morning messages say: a user's mail, and the line of an organization's robot. Read when sent, with the rights of that moment.

A mail says what, for whom and until when. Why, which may quote what somebody wrote, stays inside the application. A robot's line holds numbers,
and names of organizations only where its office has asked for them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from units.models import Appointment, Notice, NoticeSetting, PartyOrganization, User
from units.todo import Todo, todos

SHOWN = 30
"""So many things stand in one mail; the rest is counted."""
NAMED = 10
FIRST_TIME = timedelta(days=3)


@dataclass(frozen=True)
class Message:
    """A composed message; ``summary`` is kept as the record of what was sent."""

    subject: str
    text: str
    html: str
    summary: str


def setting_of(user: User) -> NoticeSetting:
    """Return how ``user`` wants to be told; the defaults when nothing was chosen."""
    return NoticeSetting.objects.filter(user=user).first() or NoticeSetting(user=user)


def digest_for(user: User, since: datetime | None) -> Message | None:
    """Compose the mail of ``user``: everything that waits, and what was told after ``since`` and is unread. ``None``: nothing to say."""
    waiting = todos(user)
    setting = setting_of(user)
    told = Notice.objects.visible_to(user).unread().filter(made_at__gt=since or timezone.now() - FIRST_TIME)
    news = [notice for notice in told[:200] if setting.way_of(notice.kind) == NoticeSetting.Way.BOTH]
    if not waiting and not news:
        return None
    today = timezone.localdate()
    late = sum(todo.is_overdue for todo in waiting)
    parts = [f"待办 {len(waiting)} 项" + (f"（已超期 {late} 项）" if late else "")] if waiting else []
    parts += [f"新提醒 {len(news)} 条"] if news else []
    context = {
        "user": user,
        "today": today,
        "todos": waiting[:SHOWN],
        "news": news[:SHOWN],
        "more": max(0, len(waiting) - SHOWN) + max(0, len(news) - SHOWN),
        "site": settings.SITE_URL,
    }
    summary = "，".join(parts)
    return Message(
        subject=f"督查通：{summary}（{today.month}月{today.day}日）",
        text=render_to_string("units/mail/digest.txt", context).strip() + "\n",
        html=render_to_string("units/mail/digest.html", context),
        summary=summary,
    )


def test_mail(user: User) -> Message:
    """Compose the mail by which a user tries the own address."""
    context = {"user": user, "site": settings.SITE_URL}
    return Message(
        "督查通：测试邮件", render_to_string("units/mail/test.txt", context), render_to_string("units/mail/test.html", context), "测试邮件"
    )


def office_todos(organization: PartyOrganization) -> list[Todo]:
    """What waits for the office of ``organization``, each thing once, whoever of the staff would do it.

    Staff who also serve or lead elsewhere are left out: what they see there is not this office's business.
    """
    staff = User.objects.filter(
        is_active=True, appointments__in=Appointment.objects.current().filter(organization=organization, role="office")
    )
    found: dict[tuple[str, str, str], Todo] = {}
    for user in staff.distinct().order_by("pk"):
        if all(path.startswith(organization.path) for path in user.scope_paths):
            found |= {(todo.label, todo.what, todo.url): todo for todo in todos(user)}
    return list(found.values())


def line_for(organization: PartyOrganization, *, names_units: bool) -> str:
    """Compose the line for a robot of ``organization``; an empty text when nothing waits."""
    waiting = office_todos(organization)
    if not waiting:
        return ""
    today = timezone.localdate()
    late = [todo for todo in waiting if todo.is_overdue]
    parts = [f"【督查通】{organization}{today.month}月{today.day}日提醒：待办{len(waiting)}项"]
    if late:
        parts.append(f"已超期{len(late)}项")
    if now := sum(todo.is_due_today for todo in waiting):
        parts.append(f"今日到期{now}项")
    line = "，".join(parts) + "。"
    if labels := Counter(todo.label for todo in waiting if not todo.is_overdue).most_common():
        line += f"{'其余' if late else '其中'}：{'、'.join(f'{label}{number}项' for label, number in labels)}。"
    units = list(dict.fromkeys(todo.whom for todo in late if todo.whom))
    if names_units and units:
        more = f"等{len(units)}个单位" if len(units) > NAMED else ""
        line += f"超期事项涉及：{'、'.join(units[:NAMED])}{more}。"
    return line + ("请登录查看：" + settings.SITE_URL if settings.SITE_URL else "请登录督查通查看。")
