"""待办 about reminding itself: messages that did not arrive, and a year whose days off nobody has entered yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from units.models import CalendarDay, Delivery, User
from units.todo import Todo, todo_provider

RECENT = timedelta(days=3)
DECEMBER = 12
"""The State Council announces the next year's days off in November."""


@todo_provider
def failed_todos(user: User) -> Iterator[Todo]:
    """Messages of the last days that did not arrive, for those who can have them sent again; one query."""
    if not (user.office_paths or user.keeps_directory):
        return
    # Who tried out an address was told at once.
    daily = Delivery.objects.visible_to(user).filter(purpose=Delivery.Purpose.DIGEST, made_at__gt=timezone.now() - RECENT)
    failed = daily.filter(status=Delivery.Status.FAILED)
    number = sum(delivery.is_resendable_by(user) for delivery in failed.only("organization_path")[:100])
    if number:
        url = f"{reverse('units:delivery_list')}?status=failed"
        yield Todo("提醒消息没有送达", f"近三天有{number}条邮件或群消息没有送达，请查看原因后再次发送。", url, "未送达", "bad")


@todo_provider
def calendar_todos(user: User) -> Iterator[Todo]:
    """A year without an arrangement: this one, and from December on the next; one query."""
    if not user.keeps_dictionaries:
        return
    today = timezone.localdate()
    years = [today.year, *([today.year + 1] if today.month == DECEMBER else [])]
    known = {day.year for day in CalendarDay.objects.filter(day__year__in=years).dates("day", "year")}
    for year in years:
        if year not in known:
            url = reverse("units:calendar_import", args=[year])
            yield Todo(f"{year}年工作日历", "放假和调休安排还没有录入，期限暂按周六、周日休息计算。", url, "待录入", "warn")
