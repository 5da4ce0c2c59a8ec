"""Nothing is written once it is over: inspectors and those who end their work act at the same moment."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from inspections.actions.assignments import conclude_assignment, open_for_writing, reopen_assignment
from inspections.actions.campaigns import finish_campaign
from inspections.actions.evidence import add_evidence
from inspections.actions.findings import create_finding, update_finding, withdraw_finding
from inspections.actions.results import save_result
from inspections.models import Assignment, Campaign, CheckResult, Evidence, Finding
from jobs.errors import InvalidTransition
from tests import factories
from tests.addresses import PNG
from tests.at_once import WAIT, overlapping, together

pytestmark = pytest.mark.usefixtures("on_disk")


@pytest.fixture
def acts(assignment, finding, qian, zhao):
    """What an inspector does, each on a fresh copy of the row, as a request would have it."""
    item = assignment.campaign.checklist.themes.get(code="T1").items.get(code="T1-2")
    theme = assignment.campaign.checklist.themes.get(code="T2")
    content = {"kind": "problem", "theme": theme, "text": "记录不全"}

    def row():
        return Assignment.objects.select_related("campaign__organizer").get(pk=assignment.pk)

    def noted():
        return Finding.objects.select_related("assignment", "campaign__organizer").get(pk=finding.pk)

    return {
        "answer": lambda: save_result(row(), item, {"number": Decimal(3)}, by=qian, base_revision=0),
        "note": lambda: create_finding(row(), content, by=qian),
        "change": lambda: update_finding(noted(), content, by=qian, base_revision=1),
        "withdraw": lambda: withdraw_finding(noted(), by=qian, reason="重复"),
        "photo": lambda: add_evidence(noted(), ContentFile(PNG, name="照片.png"), by=qian),
        "finish": lambda: finish_campaign(Campaign.objects.get(pk=assignment.campaign_id), by=zhao, reason="收尾"),
        "conclude": lambda: conclude_assignment(row(), by=qian, summary="总体较好"),
        "reopen": lambda: reopen_assignment(row(), by=qian, reason="补充"),
    }


def answer_everything(assignment, by):
    for code in ("T1-1", "T2-1"):
        factories.make_result(assignment, code, by, conformity="conforming")
    factories.make_result(assignment, "T1-2", by, number=Decimal(2))


@pytest.mark.parametrize("late", ["answer", "note", "change", "withdraw", "photo"])
def test_nothing_is_written_while_the_campaign_is_being_finished(acts, finding, late):
    ended, refused = overlapping(acts["finish"], acts[late])
    assert ended.status == "finished"
    assert isinstance(refused, InvalidTransition), refused
    assert "不在进行中" in str(refused)
    assert not CheckResult.objects.exists()
    assert not Evidence.objects.exists()
    assert Finding.objects.values_list("text", "withdrawn_at").get() == (finding.text, None)


@pytest.mark.parametrize("early", ["answer", "note", "change", "withdraw", "photo"])
def test_finishing_waits_for_what_is_just_being_saved(acts, assignment, early):
    saved, ended = overlapping(acts[early], acts["finish"])
    assert not isinstance(saved, Exception), saved
    assert getattr(ended, "status", ended) == "finished"


def test_an_inspector_in_the_middle_of_noting_and_a_finish_do_not_block_each_other(acts, assignment, qian):
    opened = threading.Event()

    def note_slowly():
        with transaction.atomic():
            open_for_writing(assignment, by=qian)
            opened.set()
            threading.Event().wait(0.7)
            return acts["note"]()

    def finish():
        opened.wait(WAIT)
        return acts["finish"]()

    noted, ended = together(note_slowly, finish)
    assert not isinstance(noted, Exception), noted
    assert getattr(ended, "status", ended) == "finished"


def test_a_task_is_not_reopened_in_a_campaign_that_is_being_finished(acts, assignment, qian):
    answer_everything(assignment, qian)
    acts["conclude"]()
    ended, refused = overlapping(acts["finish"], acts["reopen"])
    assert ended.status == "finished"
    assert isinstance(refused, InvalidTransition), refused
    assert Assignment.objects.get(pk=assignment.pk).status == "concluded"


@pytest.mark.parametrize("late", ["note", "change", "withdraw", "photo", "conclude"])
def test_nothing_is_written_while_the_task_is_being_concluded(acts, assignment, qian, late):
    answer_everything(assignment, qian)
    done, refused = overlapping(acts["conclude"], acts[late])
    assert done.status == "concluded"
    assert isinstance(refused, InvalidTransition), refused
    assert Finding.objects.filter(withdrawn_at__isnull=True).count() == 1


@pytest.mark.parametrize("late", ["change", "withdraw", "photo"])
def test_a_finding_that_is_being_taken_back_does_not_change(acts, finding, late):
    gone, refused = overlapping(acts["withdraw"], acts[late])
    assert gone.is_withdrawn
    assert isinstance(refused, Exception), refused
    assert Finding.objects.get(pk=finding.pk).text == finding.text
    assert not Evidence.objects.exists()


def test_the_same_finding_sent_twice_at_once_is_one(assignment, qian):
    theme = assignment.campaign.checklist.themes.get(code="T2")
    same = "11111111-1111-4111-8111-111111111111"

    def send():
        return create_finding(assignment, {"kind": "problem", "theme": theme, "text": "记录不全"}, by=qian, finding_id=same)

    outcomes = together(send, send, send)
    assert sorted(created for _finding, created in outcomes) == [False, False, True]
    assert Finding.objects.count() == 1


def test_two_first_answers_at_once_are_one_row_and_one_conflict_at_most(acts, assignment):
    outcomes = together(acts["answer"], acts["answer"])
    assert not any(isinstance(outcome, Exception) for outcome in outcomes), outcomes
    assert CheckResult.objects.count() == 1
