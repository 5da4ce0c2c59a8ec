"""Counting in working days: Monday to Friday, public holidays and make-up workdays (调休) as the work calendar says.

Deadlines of notices are counted in working days (民法典 第二百零一条: the day of the event does not count; the office's own rules say 工作日).
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta

from units.models.calendar import CalendarDay

SATURDAY = 5
DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkCalendar:
    """The calendar in memory: read it once where many days are asked about (``WorkCalendar.load()``)."""

    exceptions: dict[date, bool] = field(default_factory=dict)

    @classmethod
    def load(cls) -> WorkCalendar:
        """Read the calendar; one query of some thirty short rows a year."""
        return cls(dict(CalendarDay.objects.order_by().values_list("day", "is_working")))

    def is_working_day(self, day: date) -> bool:
        """Whether ``day`` is worked."""
        return self.exceptions.get(day, day.weekday() < SATURDAY)

    def add_working_days(self, day: date, number: int) -> date:
        """Return the ``number``-th working day after ``day``, before it when negative; for 0 ``day`` itself, worked or not."""
        step = DAY if number > 0 else -DAY
        left = abs(number)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Return how many working days lie after ``start`` up to and including ``end``; negative when ``end`` comes first."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(start + DAY * number) for number in range(1, (end - start).days + 1))


def is_working_day(day: date) -> bool:
    """Whether ``day`` is worked. One query; for many days use ``WorkCalendar.load()``."""
    return WorkCalendar.load().is_working_day(day)


def add_working_days(day: date, number: int) -> date:
    """Return the ``number``-th working day after ``day`` (before it when negative). One query."""
    return WorkCalendar.load().add_working_days(day, number)


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after ``start`` up to and including ``end``. One query."""
    return WorkCalendar.load().working_days_between(start, end)


@dataclass(frozen=True)
class CalendarCell:
    """One day as the year's page shows it."""

    day: date
    is_working: bool
    is_special: bool
    is_today: bool


def months_of(year: int, known: WorkCalendar, today: date) -> list[list[list[CalendarCell | None]]]:
    """Return the twelve months of ``year`` as weeks from Monday to Sunday; ``None`` is a day of another month."""

    def cell(month: int, day: date) -> CalendarCell | None:
        if day.month != month:
            return None
        return CalendarCell(day, known.is_working_day(day), day in known.exceptions, day == today)

    pages = calendar.Calendar()
    return [[[cell(month, day) for day in week] for week in pages.monthdatescalendar(year, month)] for month in range(1, 13)]
