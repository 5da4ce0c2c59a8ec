"""Working days over holidays and make-up workdays; reading the State Council's notice; the calendar's page."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from units.calendar import WorkCalendar, add_working_days, is_working_day, working_days_between
from units.holidays import read_arrangement
from units.models import ActivityEntry, CalendarDay
from units.todo import todos

NOTICE_2026 = """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
鼓励单位结合落实带薪年休假等制度，实际形成较长假期。"""


def test_what_is_shipped_is_what_was_announced(db):
    found = read_arrangement(NOTICE_2026, 2026)
    assert found.faults == []
    shipped = list(CalendarDay.objects.filter(day__year=2026).values_list("day", "is_working", "name"))
    assert shipped == [(one.day, one.is_working, one.name) for one in found.days]
    assert CalendarDay.objects.filter(day__year=2025, is_working=True).count() == 5
    assert CalendarDay.objects.filter(day__year=2025, is_working=False).count() == 18


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
        (date(2026, 9, 20), True),
        (date(2025, 1, 26), True),
        (date(2025, 6, 2), False),
        (date(2031, 10, 1), True),
    ],
)
def test_a_day_is_worked_or_not(db, day, works):
    assert is_working_day(day) is works


def test_deadlines_go_over_holidays_and_make_up_workdays(db):
    # From Wednesday before National Day 2026: three working days later are 8, 9 and 10 October, the last a Saturday.
    assert add_working_days(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert add_working_days(date(2026, 10, 10), -3) == date(2026, 9, 30)
    assert working_days_between(date(2026, 9, 30), date(2026, 10, 10)) == 3
    assert working_days_between(date(2026, 10, 10), date(2026, 9, 30)) == -3
    # Over Spring Festival: the Saturday before it is worked.
    assert add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 14)
    assert add_working_days(date(2026, 2, 13), 2) == date(2026, 2, 24)
    assert add_working_days(date(2026, 10, 3), 0) == date(2026, 10, 3)


def test_one_query_for_any_number_of_days(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        known = WorkCalendar.load()
        assert [known.is_working_day(date(2026, 1, 1) + timedelta(days=number)) for number in range(365)].count(True) == 248


DAYS = st.dates(date(2024, 12, 1), date(2027, 2, 1))


@given(DAYS, st.integers(-40, 40), st.dictionaries(DAYS, st.booleans(), max_size=60))
def test_adding_and_counting_agree(day, number, exceptions):
    known = WorkCalendar(exceptions)
    end = known.add_working_days(day, number)
    assert number == 0 or known.is_working_day(end)
    if number > 0:
        assert known.working_days_between(day, end) == number
    assert known.working_days_between(day, end) == -known.working_days_between(end, day)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2027-01-01 放假 元旦", [("2027-01-01", False, "元旦")]),
        ("2027/1/1\t放假\t元旦", [("2027-01-01", False, "元旦")]),
        ("2027年1月1日至3日放假 元旦", [("2027-01-01", False, "元旦")]),
        ("1月3日（周日）上班", [("2027-01-03", True, "")]),
        ("2026-12-31 至 2027-01-01 放假", [("2026-12-31", False, ""), ("2027-01-01", False, "")]),
    ],
)
def test_lines_are_read_as_people_write_them(text, days):
    found = read_arrangement(text, 2027)
    assert found.faults == []
    assert [(str(one.day), one.is_working, one.name) for one in found.days] == days


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2027-02-30 放假", "第 1 行的日期不存在"),
        ("\n5月5日至1日放假", "第 2 行的日期不存在或前后颠倒"),
        ("2027-01-01", "第 1 行没有说明是放假还是上班"),
        ("国庆节：10月1日至8日放假\n10月3日上班", "第 2 行与前面矛盾：10月3日"),
        ("1月1日至12月31日放假", "第 1 行的日期不存在或前后颠倒"),
        ("放" * 20_001, "内容太长"),
    ],
)
def test_what_is_not_understood_is_named(text, fault):
    assert any(fault in one for one in read_arrangement(text, 2027).faults)


@given(st.text(alphabet="0123456789年月日至-/.、。：放假上班 \n元旦（）", max_size=200))
def test_no_text_breaks_the_reader(text):
    read_arrangement(text, 2027)


# --- the page -------------------------------------------------------------------------------------------------------------------

IMPORT = "units:calendar_import"


def test_a_notice_is_shown_first_and_then_written_in_place_of_the_old(client, zhao):
    client.force_login(zhao)
    url = reverse(IMPORT, args=[2026])
    page = client.post(url, {"text": NOTICE_2026}).content.decode()
    assert "共 25 天与平常不同" in page
    assert "原有的 25 天安排将被替换" in page
    CalendarDay.objects.filter(day__year=2026).delete()
    assert client.post(url, {"text": NOTICE_2026, "confirm": "1"}, follow=True).status_code == 200
    assert CalendarDay.objects.filter(day__year=2026).count() == 25
    assert CalendarDay.objects.filter(day__year=2025).count() == 23
    assert ActivityEntry.objects.filter(verb="units.year_calendar", actor=zhao).count() == 1


def test_faults_are_not_written_and_the_text_stays(client, zhao):
    client.force_login(zhao)
    page = client.post(reverse(IMPORT, args=[2027]), {"text": "2027-02-30 放假", "confirm": "1"}).content.decode()
    assert "日期不存在" in page
    assert "2027-02-30 放假</textarea>" in page
    assert not CalendarDay.objects.filter(day__year=2027).exists()
    page = client.post(reverse(IMPORT, args=[2027]), {"text": " "}).content.decode()
    assert "请粘贴放假安排，或选择一个表格文件。" in page


def test_a_workbook_is_read_too(client, zhao):
    book = openpyxl.Workbook()
    book.active.append(["日期", "安排", "说明"])
    book.active.append([date(2027, 1, 1), "放假", "元旦"])
    book.active.append(["2027-01-03", "上班", ""])
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "放假.xlsx"
    client.force_login(zhao)
    page = client.post(reverse(IMPORT, args=[2027]), {"text": "", "file": file}).content.decode()
    assert "共 2 天与平常不同" in page
    broken = io.BytesIO(b"PK\x03\x04 not a workbook")
    broken.name = "坏.xlsx"
    page = client.post(reverse(IMPORT, args=[2027]), {"text": "", "file": broken}).content.decode()
    assert "文件不完整或已损坏" in page


def test_what_is_exported_can_be_taken_in_again(client, zhao):
    client.force_login(zhao)
    answer = client.get(reverse("units:calendar_export", args=[2026]))
    file = io.BytesIO(b"".join(answer.streaming_content))
    file.name = "日历.xlsx"
    before = list(CalendarDay.objects.values_list("day", "is_working"))
    page = client.post(reverse(IMPORT, args=[2026]), {"text": "", "file": file})
    text = page.context["text"]
    client.post(reverse(IMPORT, args=[2026]), {"text": text, "confirm": "1"})
    assert list(CalendarDay.objects.values_list("day", "is_working")) == before
    assert client.get(reverse("units:calendar_export", args=[2027])).status_code == 200


def test_single_days_are_set_and_taken_away(client, zhao):
    client.force_login(zhao)
    url = reverse("units:calendar_day_set", args=[2027])
    assert "本来就休息" in client.post(url, {"day": "2027-01-02", "is_working": ""}).content.decode()
    client.post(url, {"day": "2027-01-01", "is_working": "", "name": "元旦"})
    assert not is_working_day(date(2027, 1, 1))
    client.post(reverse("units:calendar_day_forget", args=[CalendarDay.objects.get(day=date(2027, 1, 1)).pk]))
    assert is_working_day(date(2027, 1, 1))


def test_who_is_inspected_reads_it_and_writes_nothing(client, town, zhou, wu):
    street = factories.make_user("街办", role="office", at=town)
    for person in (zhou, wu, street):
        client.force_login(person)
        page = client.get(reverse("units:calendar_year", args=[2026])).content.decode()
        assert "国庆节" in page
        assert "导入放假安排" not in page
        for url in (reverse(IMPORT, args=[2026]), reverse("units:calendar_day_set", args=[2026])):
            assert client.post(url, {"day": "2026-11-20"}).status_code == 403
    assert client.get(reverse("units:calendar_year", args=[1850])).status_code == 404


def test_a_year_without_arrangement_waits_for_those_who_keep_it(zhao, wang, zhou, monkeypatch):
    def told(user):
        return [todo.what for todo in todos(user) if todo.label == "待录入"]

    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_kwargs: date(2026, 11, 20))
    assert told(zhao) == []
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_kwargs: date(2026, 12, 1))
    assert told(zhao) == told(wang) == ["2027年工作日历"]
    assert told(zhou) == []
