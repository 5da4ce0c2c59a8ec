"""Two people at the same moment: one verdict, one set of numbers, one pending request."""

from __future__ import annotations

import pytest

from inspections.actions.extensions import ask_extension
from inspections.actions.rectification_rows import NewRow, create_rows
from inspections.actions.rectification_verdicts import close_row, send_back_row
from inspections.models import Extension, Rectification
from jobs.errors import Refused
from tests import factories
from tests.at_once import overlapping
from tests.inspections.rectifications.conftest import S, day

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_disk")]


def test_one_closes_out_while_the_other_sends_back(make_row, problem, chen, zhao):
    row = make_row(problem, until=S.SUBMITTED)
    first, second = overlapping(lambda: close_row(row, by=chen, text="看过"), lambda: send_back_row(row, by=zhao, reason="不够"))
    assert first.status == S.CLOSED
    assert isinstance(second, Refused)
    row.refresh_from_db()
    assert (row.status, row.entries.filter(kind__in=("close", "return")).count()) == (S.CLOSED, 1)


def test_two_make_rows_of_one_problem_and_of_two(problem, another, qian, zhao, chen):
    def make(finding, by):
        return lambda: create_rows(problem.campaign, [NewRow(finding.organization, (finding,), day(9))], by=by)

    first, second = overlapping(make(problem, zhao), make(problem, chen))
    assert len(first) == 1
    assert isinstance(second, Refused)
    third = factories.make_finding(problem.assignment, qian, text="第三个")
    overlapping(make(another, zhao), make(third, chen))
    assert sorted(Rectification.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_two_liaisons_ask_for_more_time(make_row, problem, zhou, town):
    other = factories.make_user("副联络员", role="liaison", at=town)
    row = make_row(problem)
    first, second = overlapping(
        lambda: ask_extension(row, by=zhou, reason="忙", new_due_on=day(30)),
        lambda: ask_extension(row, by=other, reason="也忙", new_due_on=day(40)),
    )
    assert isinstance(first, Extension)
    assert isinstance(second, Refused)
    assert Extension.objects.count() == 1
