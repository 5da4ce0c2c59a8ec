"""The verbs on the work calendar. Deadlines are counted by it on the whole site, so every change is recorded."""

from __future__ import annotations

from django.db import transaction

from units.actions.activity import record
from units.holidays import Arranged
from units.models import CalendarDay, User


@transaction.atomic
def arrange_year(year: int, days: list[Arranged], *, by: User) -> int:
    """Make ``days`` the whole arrangement of ``year``, in place of what stood there; days of other years are kept out.

    Return how many days there are.
    """
    rows = [CalendarDay(day=one.day, is_working=one.is_working, name=one.name) for one in days if one.day.year == year]
    before = CalendarDay.objects.filter(day__year=year)
    old = before.count()
    before.delete()
    CalendarDay.objects.bulk_create(rows)
    record(by, "units.year_calendar", f"{year}年工作日历改为{len(rows)}天与平常不同（原{old}天）")
    return len(rows)


@transaction.atomic
def arrange_day(one: Arranged, *, by: User) -> None:
    """Set one day, whatever stood there."""
    CalendarDay.objects.update_or_create(day=one.day, defaults={"is_working": one.is_working, "name": one.name})
    record(by, "units.day_calendar", f"工作日历：{one.day:%Y-%m-%d}{'上班' if one.is_working else '放假'}{one.name}")


@transaction.atomic
def forget_day(day: CalendarDay, *, by: User) -> None:
    """Let one day be again what its weekday says."""
    if CalendarDay.objects.filter(pk=day.pk).delete()[0]:
        record(by, "units.day_calendar", f"工作日历：{day.day:%Y-%m-%d}恢复为平常的安排")
