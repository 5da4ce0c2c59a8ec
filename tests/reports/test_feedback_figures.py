"""Figures in a feedback document."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from reports.composing.feedback import _figures
from tests.reports.samples import AMOUNTS


def test_figures_that_are_zero_are_gathered_at_the_end():
    meetings = replace(AMOUNTS[0], values=(Decimal(3),), results=("r1",), asked=1)
    accounts = replace(meetings, item="T5-1", theme="T5", phrase="登记管理政务账号", unit="个", values=(Decimal(0),), results=("r2",))
    issues = replace(accounts, item="T5-2", phrase="经审核发布信息", unit="条", results=("r3",))
    text = _figures([meetings, accounts, issues], 2026)
    assert "3次" in text
    assert text.endswith("登记管理政务账号、经审核发布信息均为零。")
    assert "0个" not in text
    assert _figures([accounts], 2026).endswith("登记管理政务账号为零。")
