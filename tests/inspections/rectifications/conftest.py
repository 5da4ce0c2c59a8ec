"""A finished campaign with one problem at 青石镇, and its row of the ledger in any state."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from inspections.actions import rectification_verdicts as verdicts
from inspections.actions import rectification_work as work
from inspections.actions.rectification_proofs import add_proof
from inspections.actions.rectification_rows import NewRow, create_rows, issue_rows
from inspections.models import Campaign, Rectification
from tests import factories
from tests.addresses import PNG

S = Rectification.Status
ORDER = ["draft", S.ASSIGNED, S.IN_PROGRESS, "ready", S.SUBMITTED, S.CLOSED]


def day(number: int):
    """A day so many days from today."""
    return timezone.localdate() + timedelta(days=number)


class Maker:
    """Makes rows and brings them into a state by the verbs themselves."""

    def __init__(self, zhao, zhou, chen):
        self.zhao, self.zhou, self.chen = zhao, zhou, chen

    def __call__(self, *findings, until: str = S.IN_PROGRESS, due: int = 20, **fields) -> Rectification:
        campaign = findings[0].campaign
        new = NewRow(findings[0].organization, findings, day(max(due, 0)), responsible_title="党委书记", **fields)
        [row] = create_rows(campaign, [new], by=self.zhao)
        steps = [
            lambda one: issue_rows([one], by=self.zhao)[0],
            lambda one: work.receive_row(one, by=self.zhou),
            self.make_ready,
            lambda one: work.submit_row(one, by=self.zhou, text="已全部整改"),
            lambda one: verdicts.close_row(one, by=self.chen, text="查阅记录，已整改"),
        ]
        for step in steps[: ORDER.index(until)]:
            row = step(row)
        if due < 0:
            Rectification.objects.filter(pk=row.pk).update(due_on=day(due), first_due_on=day(due))
        row.refresh_from_db()
        return row

    def make_ready(self, row: Rectification) -> Rectification:
        row = work.plan_row(row, by=self.zhou, measure="统一样式，按季抽查", responsible_title="党委副书记")
        row = work.report_progress(row, by=self.zhou, text="已补齐记录")
        add_proof(row, ContentFile(PNG, name="整改后.png"), by=self.zhou, stage="after")
        return row


@pytest.fixture
def chen(district):
    """A second member of the office, who took part in nothing."""
    return factories.make_user("陈办", role="office", at=district, username="chen")


@pytest.fixture
def make_row(zhao, zhou, chen):
    return Maker(zhao, zhou, chen)


@pytest.fixture
def finished(finding):
    """The campaign in which the finding was noted, finished."""
    Campaign.objects.filter(pk=finding.campaign_id).update(status=Campaign.Status.FINISHED)
    finding.campaign.refresh_from_db()
    finding.refresh_from_db()
    return finding.campaign


@pytest.fixture
def problem(finding, finished):
    """The problem, with its item, after the campaign."""
    finding.item = finding.theme.items.first()
    finding.measure = "统一学习记录样式"
    finding.save()
    return finding


@pytest.fixture
def another(problem, qian):
    """A second problem of the same organization, graver."""
    return factories.make_finding(problem.assignment, qian, text="计划没有按时报送", severity="serious")
