"""One of everything that has to do with reminders; ``tests.addresses`` takes it in."""

from __future__ import annotations

from datetime import date
from typing import Any

from units.actions.calendar import arrange_day
from units.actions.notices import notify
from units.holidays import Arranged
from units.models import CalendarDay, Delivery, Notice, PartyOrganization, Robot, User
from units.notices import notice_kind

KIND = notice_kind("tests.kind", "试验")


class Reminders:
    """A notice and a mail of ``user``'s, a robot of ``organization``, and a day of the calendar."""

    def __init__(self, user: User, organization: PartyOrganization) -> None:
        notify([user], kind=KIND, text="云岭区的一条提醒", path="/reports/home/", key="world")
        self.notice = Notice.objects.get(user=user, key="world")
        self.delivery = Delivery.objects.create(
            channel="email", purpose="digest", user=user, receiver=str(user), address="zhao@example.cn", key="world", status="failed",
            organization_path=organization.path,
        )  # fmt: skip
        self.robot = Robot.objects.create(
            organization=organization, name="云岭工作群", kind="wecom", address="https://robot.example.cn/send?key=0001", created_by=user
        )
        arrange_day(Arranged(date(2027, 1, 1), is_working=False, name="元旦"), by=user)
        self.day = CalendarDay.objects.get(day=date(2027, 1, 1))

    def routes(self) -> dict[str, dict[str, Any]]:
        """Return the arguments of addresses by the beginning of their route."""
        return {
            "notices/<int:pk>": {"pk": self.notice.pk},
            "deliveries/<int:pk>": {"pk": self.delivery.pk},
            "robots/<int:pk>": {"pk": self.robot.pk},
            "calendar/days/<int:pk>": {"pk": self.day.pk},
            "calendar/<int:year>": {"year": 2027},
        }
