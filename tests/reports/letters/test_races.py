"""Two at the same moment: letters are numbered without gaps, delivered once, and signed for once."""

from __future__ import annotations

import pytest

from jobs.errors import InvalidTransition
from reports.actions.deliveries import receive_delivery
from reports.actions.signing import change_layout, issue_report, pass_review, submit_report
from reports.models import Delivery, Report, SignOff
from reports.signing import seen
from tests.reports.letters.rows import give_row
from tests.reports.signing.test_races import at_once
from units.models import User


@pytest.mark.django_db(transaction=True)
def test_letters_of_two_kinds_share_a_series_without_gaps_and_reach_each_unit_once(late, bureau, write, zhao, he, wu, series):
    give_row(late.campaign, bureau, zhao)
    steps = []
    for report in (write("reminder", late.organization), write("reminder", bureau), write("supervision-order", bureau)):
        step = submit_report(change_layout(report, by=zhao, series=series, layout={}), by=zhao, reviewers=[he], issuer=wu)
        steps.append(pass_review(step, by=he, saw=seen(report)))
    saw = {step.pk: seen(step.report) for step in steps}
    results = at_once([lambda pk=step.pk: issue_report(SignOff.objects.get(pk=pk), by=wu, saw=saw[pk]) for step in steps for _ in range(2)])
    assert sum(isinstance(result, Report) for result in results) == 3, results
    assert sum(isinstance(result, InvalidTransition) for result in results) == 3, results
    assert sorted(Report.objects.values_list("number", flat=True)) == [1, 2, 3]
    assert sorted(Delivery.objects.values_list("organization__name", flat=True)) == ["区档案馆党支部", "区档案馆党支部", "青石镇党委"]


@pytest.mark.django_db(transaction=True)
def test_a_receipt_is_given_by_one_of_two(late, write, issue, town, zhou):
    report = issue(write("reminder", town))
    pk = Delivery.objects.get(report=report).pk
    results = at_once([lambda: receive_delivery(Delivery.objects.get(pk=pk), by=User.objects.get(pk=zhou.pk)) for _ in range(3)])
    assert sum(isinstance(result, Delivery) for result in results) == 1, results
    assert sum(isinstance(result, InvalidTransition) for result in results) == 2, results
