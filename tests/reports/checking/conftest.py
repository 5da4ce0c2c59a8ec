"""A composed report of a small campaign."""

from __future__ import annotations

import pytest

from reports.actions import compose_report
from tests import factories


@pytest.fixture
def concluded(campaign, town, bureau, team, qian):
    """Two concluded organizations with a problem each."""
    rows = [factories.make_assignment(campaign, each, team, status="concluded", summary="较好") for each in (town, bureau)]
    for row in rows:
        factories.make_result(row, "T1-1", qian, conformity="conforming")
        factories.make_finding(row, qian)
    return rows


@pytest.fixture
def report(campaign, concluded, zhao):
    return compose_report(campaign, factories.report_template("four-part"), by=zhao)


@pytest.fixture
def add(report, zhao):
    """Return a function that adds a paragraph to the second part of the report."""
    from reports.actions.editing import add_paragraphs

    section = report.sections.all()[1]

    def one(text: str):
        return add_paragraphs(report, by=zhao, section=section.pk, texts=[text])[0]

    return one
