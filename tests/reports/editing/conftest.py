"""A composed report on two concluded organizations, for the tests of the report desk."""

from __future__ import annotations

import pytest

from reports.actions import compose_report
from tests import factories


@pytest.fixture
def concluded(campaign, town, bureau, team, qian):
    """青石镇党委 and 区档案馆党支部 with a problem of one kind each, and a good practice."""
    rows = [factories.make_assignment(campaign, each, team, status="concluded", summary="较好") for each in (town, bureau)]
    standard = factories.make_standard()
    for row in rows:
        factories.make_result(row, "T1-1", qian, conformity="conforming")
        factories.make_finding(row, qian, standard=standard, text=f"{row.organization}记录不全")
    factories.make_finding(rows[0], qian, kind="good_practice", text="每月在村组开展集中学习")
    return rows


@pytest.fixture
def report(campaign, concluded, zhao):
    return compose_report(campaign, factories.report_template("four-part"), by=zhao)


@pytest.fixture
def colleague(district):
    """A second clerk of the same office."""
    return factories.make_user("陈科员", role="office", at=district, username="chen")
