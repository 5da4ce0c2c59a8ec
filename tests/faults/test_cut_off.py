"""A process dies between any two statements of a verb: what the verb does is there as a whole, or nothing of it is.

The process is cut off by an error that no code of ours catches, once at each statement that the verb sends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from inspections.actions.syncing import sync
from inspections.models import Finding
from reports.actions.signing import issue_report
from reports.models import Report, SignOff
from reports.signing import seen
from tests.inspections.field import phone as make
from tests.reports.signing.conftest import concluded, he, report, series, submitted, to_issue  # noqa: F401 -- fixtures
from tests.units.sheets import line, uploaded, xlsx
from units.actions import imports
from units.models import OrganizationImport, PartyOrganization


class Killed(BaseException):
    """The process is gone."""


def counts() -> dict[str, int]:
    """How many rows each table has."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def cut_off_everywhere(act: Callable[[], Any], facts: Callable[[], Any]) -> int:
    """Carry out ``act`` again and again, cut off one statement later each time, until it comes through; return the statements."""
    before, facts_before = counts(), facts()
    sent, last = [0], [0]

    def count(execute: Any, *args: Any) -> Any:
        sent[0] += 1
        if sent[0] == last[0]:
            raise Killed
        return execute(*args)

    while True:
        last[0] += 1
        sent[0] = 0
        try:
            with transaction.atomic(), connection.execute_wrapper(count):
                act()
        except Killed:
            assert (counts(), facts()) == (before, facts_before), f"cut off at statement {last[0]}"
            continue
        return sent[0]


def test_records_of_a_phone(qian, assignment):
    records = [make.finding(assignment), make.result(assignment), make.record("notes", assignment, {"summary": "较好"})]
    user = type(qian).objects.get(pk=qian.pk)
    statements = cut_off_everywhere(lambda: sync(records, by=user), lambda: type(assignment).objects.values_list("status", "summary").get())
    assert statements > 10
    assert Finding.objects.count() == 1


def test_the_issue_of_a_report(to_issue, wu):  # noqa: F811 -- the fixture
    def facts():
        return Report.objects.values_list("status", "number", "issued_at").get(), list(SignOff.objects.order_by("pk").values_list("status"))

    def act():
        step = SignOff.objects.get(pk=to_issue.pk)
        issue_report(step, by=wu, saw=seen(step.report))

    assert cut_off_everywhere(act, facts) > 10
    assert Report.objects.get().number == 1, "no number was lost on the way"


def test_an_import_of_organizations(district, town, wang):
    imported = imports.upload(uploaded(xlsx(line("A", parent="YL"), line("B", parent="A"), line("YL-QS", "青石镇党工委", "A"))), by=wang)
    imports.check(imported)
    imported.refresh_from_db()
    imported = imports.confirm(imported, by=wang)

    def facts():
        return OrganizationImport.objects.values_list("status").get(), list(
            PartyOrganization.objects.order_by("pk").values_list("name", "path")
        )

    def act():
        imports.carry_out(OrganizationImport.objects.get(pk=imported.pk))

    assert cut_off_everywhere(act, facts) > 10
    assert PartyOrganization.objects.filter(code__in=("A", "B")).count() == 2
