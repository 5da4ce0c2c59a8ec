"""The days off and make-up workdays of 2025 and 2026, as the General Office of the State Council announced them.

2025: 国办发明电〔2024〕12号, 12 November 2024. 2026: 国务院办公厅关于2026年部分节假日安排的通知, 4 November 2025. Only days on which it is
otherwise than the weekday says. Later years are entered by the site when they have been announced.
"""

from datetime import date, timedelta

from django.db import migrations

OFF = (
    ("元旦", date(2025, 1, 1), date(2025, 1, 1)),
    ("春节", date(2025, 1, 28), date(2025, 2, 4)),
    ("清明节", date(2025, 4, 4), date(2025, 4, 6)),
    ("劳动节", date(2025, 5, 1), date(2025, 5, 5)),
    ("端午节", date(2025, 5, 31), date(2025, 6, 2)),
    ("国庆节、中秋节", date(2025, 10, 1), date(2025, 10, 8)),
    ("元旦", date(2026, 1, 1), date(2026, 1, 3)),
    ("春节", date(2026, 2, 15), date(2026, 2, 23)),
    ("清明节", date(2026, 4, 4), date(2026, 4, 6)),
    ("劳动节", date(2026, 5, 1), date(2026, 5, 5)),
    ("端午节", date(2026, 6, 19), date(2026, 6, 21)),
    ("中秋节", date(2026, 9, 25), date(2026, 9, 27)),
    ("国庆节", date(2026, 10, 1), date(2026, 10, 7)),
)
WORKED = (
    ("春节调休", date(2025, 1, 26)),
    ("春节调休", date(2025, 2, 8)),
    ("劳动节调休", date(2025, 4, 27)),
    ("国庆节、中秋节调休", date(2025, 9, 28)),
    ("国庆节、中秋节调休", date(2025, 10, 11)),
    ("元旦调休", date(2026, 1, 4)),
    ("春节调休", date(2026, 2, 14)),
    ("春节调休", date(2026, 2, 28)),
    ("劳动节调休", date(2026, 5, 9)),
    ("国庆节调休", date(2026, 9, 20)),
    ("国庆节调休", date(2026, 10, 10)),
)
SATURDAY = 5


def rows():
    """Yield ``(day, is_working, name)``."""
    for name, first, last in OFF:
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            if day.weekday() < SATURDAY:
                yield day, False, name
    for name, day in WORKED:
        yield day, True, name


def ship(apps, _schema_editor):
    """Write them; what a site has entered itself stays."""
    model = apps.get_model("units", "CalendarDay")
    made = [model(day=day, is_working=is_working, name=name) for day, is_working, name in rows()]
    model.objects.bulk_create(made, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("units", "0004_deliveries")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
