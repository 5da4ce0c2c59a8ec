"""The order of tests decides nothing: what migrations wrote is there again after the database was emptied."""

from __future__ import annotations

from django.core.management import call_command

from reports.models import ReportTemplate
from units.models import CalendarDay


def test_an_emptied_database_gets_its_calendar_and_its_templates_back(transactional_db):
    shipped = CalendarDay.objects.count(), ReportTemplate.objects.count(), ReportTemplate.objects.published().count()
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=False)
    again = CalendarDay.objects.count(), ReportTemplate.objects.count(), ReportTemplate.objects.published().count()
    assert min(shipped) > 0
    assert again == shipped
