"""No false alarms: every kind of document, composed from the demo campaign, gives no message but on gaps that a person has to fill."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from inspections.demo.loading import load
from inspections.models import Campaign
from jobs.errors import Refused
from reports.actions import compose_report
from reports.checkup import check_report
from reports.models import ReportTemplate
from tests import factories
from units.models import User

NOW = datetime(2026, 11, 20, 15, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="module")
def _demo(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        factories.report_template("four-part")
        load("Test-pass-2026", NOW)
        yield
        transaction.set_rollback(True)


def documents(template: ReportTemplate, campaign: Campaign, by: User):
    """One report on the campaign, or one for every fifth organization; what has nothing to say is refused and left out."""
    if template.subject == ReportTemplate.Subject.CAMPAIGN:
        with suppress(Refused):
            yield compose_report(campaign, template, by=by)
        return
    for row in campaign.assignments.concluded().select_related("organization")[::5]:
        try:
            yield compose_report(campaign, template, by=by, organization=row.organization)
        except Refused:
            continue


# Marked although its fixture opens the database: without any marked test no test database is made, and the own one of the site is used.
@pytest.mark.django_db
@pytest.mark.usefixtures("_demo")
def test_documents_of_the_demo_give_no_false_alarm(django_db_blocker):
    with django_db_blocker.unblock():
        by = User.objects.get(username="office")
        campaign = Campaign.objects.get(code="2026-2")
        checked = 0
        for template in ReportTemplate.objects.published():
            for report in documents(template, campaign, by):
                alarms = [f"{message.where} {message.text}" for message in check_report(report).open if "待补" not in message.text]
                assert alarms == [], f"{template}：{report}"
                checked += 1
        assert checked > 20
