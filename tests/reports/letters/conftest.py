"""A concluded campaign with something late at 青石镇, and the hands through which a letter goes."""

from __future__ import annotations

import pytest

from reports.actions import compose_report
from reports.actions.numbers import open_series
from reports.actions.signing import change_layout, issue_report, pass_review, submit_report
from reports.signing import seen
from tests import factories
from tests.reports.letters.rows import give_row


@pytest.fixture
def concluded(campaign, town, bureau, team, qian):
    """Two concluded organizations: the town has a problem, the bureau too."""
    rows = [factories.make_assignment(campaign, each, team, status="concluded", summary="较好") for each in (town, bureau)]
    for row in rows:
        factories.make_result(row, "T1-1", qian, conformity="conforming")
        factories.make_finding(row, qian)
    return rows


@pytest.fixture
def late(campaign, concluded, town, zhao):
    """A matter that 青石镇 is fifteen days late with."""
    return give_row(campaign, town, zhao)


@pytest.fixture
def he(district):
    return factories.make_user("何副主任", role="office", at=district, username="he")


@pytest.fixture
def series(district, zhao):
    return open_series(district, by=zhao, prefix="云督函")


@pytest.fixture
def issue(zhao, he, wu, series):
    """Return a function that takes a draft through review and issue, as 赵, 何 and 吴 do it."""

    def run(report):
        report = change_layout(report, by=zhao, series=series, layout={})
        step = submit_report(report, by=zhao, reviewers=[he], issuer=wu)
        step = pass_review(step, by=he, saw=seen(report))
        return issue_report(step, by=wu, saw=seen(report))

    return run


@pytest.fixture
def write(campaign, zhao):
    """Return a function that drafts a document of the campaign by the key of its template."""

    def run(key, organization=None, **values):
        return compose_report(campaign, factories.report_template(key), by=zhao, organization=organization, values=values)

    return run
