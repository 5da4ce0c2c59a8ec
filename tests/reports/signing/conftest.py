"""A report ready to be signed: 赵 drafts, 何 reviews, 吴 issues."""

from __future__ import annotations

import pytest

from reports.actions import compose_report
from reports.actions.numbers import open_series
from reports.actions.signing import change_layout, pass_review, submit_report
from reports.layout import Layout
from reports.models import Paragraph, Report
from reports.signing import seen
from tests import factories

CLEAN = "各单位能够认真落实工作要求，压实责任，按时完成年度任务。"


def make_clean(report):
    """Leave nothing that the pre-issue check must stop: what tests of signing are about is signing."""
    Paragraph.objects.filter(section__report=report).delete()
    for section in report.sections.exclude(kind="annex"):
        Paragraph.objects.create(section=section, text=f"{section.heading or '现将情况报告如下'}：{CLEAN}")
    report.sections.filter(kind="annex").delete()
    return report


def make_report(campaign, by, series=None):
    report = make_clean(compose_report(campaign, factories.report_template("four-part"), by=by))
    Report.objects.filter(pk=report.pk).update(addressee="区委")
    layout = Layout(head=True, approvers=True, imprint=True, copy_to=("区政府办公室",)).values()
    return change_layout(Report.objects.get(pk=report.pk), by=by, series=series, layout=layout)


@pytest.fixture
def concluded(campaign, town, bureau, team, qian):
    rows = [factories.make_assignment(campaign, each, team, status="concluded", summary="较好") for each in (town, bureau)]
    for row in rows:
        factories.make_result(row, "T1-1", qian, conformity="conforming")
        factories.make_finding(row, qian)
    return rows


@pytest.fixture
def he(district):
    return factories.make_user("何副主任", role="office", at=district, username="he")


@pytest.fixture
def series(district, zhao):
    return open_series(district, by=zhao, prefix="云督报")


@pytest.fixture
def report(campaign, concluded, zhao, series):
    return make_report(campaign, zhao, series)


@pytest.fixture
def submitted(report, zhao, he, wu):
    """The report waits for 何; the step is returned."""
    return submit_report(report, by=zhao, reviewers=[he], issuer=wu, opinion="请审。")


@pytest.fixture
def to_issue(submitted, he):
    """The report waits for 吴; the step is returned."""
    return pass_review(submitted, by=he, saw=seen(submitted.report), opinion="同意。")
