"""Two at the same moment: letters are numbered without gaps, delivered once, and signed for once."""

from __future__ import annotations

import threading

import pytest

from inspections.actions.rectification_work import receive_row
from inspections.models import Rectification
from jobs.errors import InvalidTransition
from reports.actions import deliveries
from reports.actions.deliveries import receive_delivery
from reports.actions.signing import change_layout, issue_report, pass_review, submit_report
from reports.models import Delivery, Report, SignOff
from reports.signing import seen
from tests.at_once import together
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


@pytest.mark.django_db(transaction=True)
def test_the_notice_and_its_task_signed_for_at_the_same_moment_do_not_wait_for_each_other(
    on_disk, campaign, concluded, town, zhao, zhou, write, issue, monkeypatch
):
    row = give_row(campaign, town, zhao, late=-20, issued_at=None)
    delivery = Delivery.objects.get(report=issue(write("notice", town)))
    sign = deliveries._sign

    def slowly(*found):
        threading.Event().wait(0.4)
        signed = sign(*found)
        threading.Event().wait(0.4)
        return signed

    monkeypatch.setattr(deliveries, "_sign", slowly)
    results = together(
        lambda: receive_row(Rectification.objects.get(pk=row.pk), by=User.objects.get(pk=zhou.pk)),
        lambda: receive_delivery(Delivery.objects.get(pk=delivery.pk), by=User.objects.get(pk=zhou.pk)),
    )
    assert sorted(isinstance(result, InvalidTransition) for result in results) == [False, True], results
    row.refresh_from_db()
    delivery.refresh_from_db()
    assert row.received_by == delivery.received_by == zhou
