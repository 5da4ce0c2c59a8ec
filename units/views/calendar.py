"""Screens: 工作日历, by which deadlines are counted. Everybody reads it; administrators and offices of top organizations keep it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from units.actions import calendar as actions
from units.calendar import WorkCalendar, months_of
from units.forms.notices import ArrangementForm, CalendarDayForm
from units.holidays import Arranged, read_arrangement
from units.importing.reading import Unreadable, read
from units.models import CalendarDay
from units.spreadsheets import download
from units.uploads import SizeLimit, limit_upload

FIRST_YEAR, LAST_YEAR = 2000, 2099


def _require_keeper(request: HttpRequest) -> None:
    if not request.user.keeps_dictionaries:
        raise PermissionDenied("工作日历由系统管理员和最上级组织的办公室维护。")


def _known_year(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    return year


@require_GET
def calendar_current(_request: HttpRequest) -> HttpResponse:
    """This year's calendar."""
    return redirect("units:calendar_year", year=timezone.localdate().year)


@require_GET
def calendar_year(request: HttpRequest, year: int) -> HttpResponse:
    """One year: its months, and the days on which it is otherwise than the weekday says."""
    return _page(request, _known_year(year), CalendarDayForm())


def _page(request: HttpRequest, year: int, form: CalendarDayForm) -> HttpResponse:
    context = {
        "year": year,
        "days": CalendarDay.objects.filter(day__year=year),
        "months": months_of(year, WorkCalendar.load(), timezone.localdate()),
        "form": form,
        "may_write": request.user.keeps_dictionaries,
        "before": year - 1 if year > FIRST_YEAR else None,
        "after": year + 1 if year < LAST_YEAR else None,
    }
    return render(request, "units/calendar/year.html", context)


@require_GET
def calendar_export(_request: HttpRequest, year: int) -> FileResponse:
    """The year's special days as the table that the import reads; of an empty year two examples of the year before show how it looks."""
    days = CalendarDay.objects.filter(day__year=_known_year(year)) or CalendarDay.objects.filter(day__year=year - 1)[:2]
    rows = ((f"{one.day:%Y-%m-%d}", "上班" if one.is_working else "放假", one.name) for one in days)
    return download(f"{year}年工作日历.xlsx", [("工作日历", ("日期", "安排", "说明"), rows, (14, 10, 24))])


@require_POST
def calendar_day_set(request: HttpRequest, year: int) -> HttpResponse:
    """Set one day."""
    _require_keeper(request)
    form = CalendarDayForm(request.POST)
    if not form.is_valid():
        return _page(request, _known_year(year), form)
    cleaned = form.cleaned_data
    actions.arrange_day(Arranged(cleaned["day"], bool(cleaned["is_working"]), cleaned["name"]), by=request.user)
    messages.success(request, "已保存。")
    return redirect("units:calendar_year", year=cleaned["day"].year)


@require_POST
def calendar_day_forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one day be again what its weekday says."""
    _require_keeper(request)
    day = get_object_or_404(CalendarDay, pk=pk)
    actions.forget_day(day, by=request.user)
    messages.success(request, f"{day.day.month}月{day.day.day}日已恢复为平常的安排。")
    return redirect("units:calendar_year", year=day.day.year)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def calendar_import(request: HttpRequest, year: int) -> HttpResponse:
    """Take in a year's arrangement: first shown, then written."""
    _require_keeper(request)
    guard = limit_upload(request, settings.IMPORT_MAX_BYTES)
    return _import(request, _known_year(year), guard)


@csrf_protect
def _import(request: HttpRequest, year: int, guard: SizeLimit) -> HttpResponse:
    """The import itself; the CSRF check comes only now because it reads the form, and with it the file."""
    form = ArrangementForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"year": year, "form": form, "old": CalendarDay.objects.filter(day__year=year).count()}
    if request.method == "POST" and guard.is_too_large:
        form.add_error("file", "文件太大。放假安排的表格只有几十行，请检查是否选错了文件。")
    elif request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"].strip()
        if form.cleaned_data["file"]:
            try:
                text = text_of(form.cleaned_data["file"])
            except Unreadable as error:
                form.add_error("file", str(error))
                return render(request, "units/calendar/import.html", context)
        found = read_arrangement(text, year)
        context |= {"text": text, "found": found, "elsewhere": sum(one.day.year != year for one in found.days)}
        if request.POST.get("confirm") and found.days and not found.faults:
            number = actions.arrange_year(year, found.days, by=request.user)
            messages.success(request, f"已保存{year}年的安排，共 {number} 天与平常不同。")
            return redirect(reverse("units:calendar_year", args=[year]))
    return render(request, "units/calendar/import.html", context)


def text_of(file: Any) -> str:
    """Return a table's rows as lines. Raises ``Unreadable`` with what to do when the file is none."""
    lines = []
    for _number, cells in read(file).rows:
        shown = [f"{cell:%Y-%m-%d}" if isinstance(cell, date | datetime) else str(cell).strip() for cell in cells if cell is not None]
        lines.append(" ".join(shown))
    return "\n".join(lines)[:20_000]
