"""工作日历: the days on which it is otherwise than the weekday says. Saturdays and Sundays need no row."""

from __future__ import annotations

from django.db import models


class CalendarDay(models.Model):
    """One public holiday on a weekday, or one Saturday or Sunday that is worked instead (调休)."""

    day = models.DateField("日期", unique=True)
    is_working = models.BooleanField("上班")
    name = models.CharField("说明", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}{'上班' if self.is_working else '放假'}"
