"""Pytest plugin: a skipped test is a failed test.

What a test needs and does not find must be named and must fail; a test that quietly stays away proves nothing. ``make test`` loads this
with ``-p tests.no_skips``; plain ``pytest`` on a developer's machine may skip.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest
from _pytest.reports import CollectReport, TestReport


def _fail(report: CollectReport | TestReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid} was skipped, which counts as failed here: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, TestReport, TestReport]:
    """Turn a test that skips itself (or is marked so) into a failure; an expected failure stays what it is."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, CollectReport, CollectReport]:
    """Turn a module that skips itself as a whole, e.g. by ``importorskip``, into a collection error."""
    report = yield
    if report.skipped:
        _fail(report)
    return report
