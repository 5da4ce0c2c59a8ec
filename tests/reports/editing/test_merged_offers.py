"""Findings merged, and unmerged, after a report was drafted: the dependent paragraphs get their offers, others stay as they are."""

from __future__ import annotations

import pytest

from inspections.actions.finding_merges import merge_findings, undo_merge
from inspections.models import Finding
from reports.actions import compose_report, editing
from tests import factories
from tests.reports.editing.rows import paragraph, texts
from tests.reports.editing.test_offers import offered, recheck

T2 = "problems.theme.T2"
pytestmark = pytest.mark.django_db


def test_a_merge_and_its_undoing_are_offered(campaign, concluded, qian, zhao):
    loose = [
        factories.make_finding(row, qian, text=text)
        for row, text in zip(concluded, ("没有建立学习台账", "学习台账未建立，资料零散"), strict=True)
    ]
    report = compose_report(campaign, factories.report_template("four-part"), by=zhao)
    before = texts(report)
    editing.save_paragraph(report, paragraph(report, T2).uid, by=zhao, revision=1, text="办公室的话。")
    merge = merge_findings({one.pk: one.revision for one in loose}, wording="学习台账不健全", heading="台账管理不到位", by=zhao)
    recheck(report, zhao)
    assert T2 in offered(report)
    assert "opening" not in offered(report)
    row = paragraph(report, T2)
    assert row.text == "办公室的话。", "no word of a person is overwritten"
    assert "学习台账不健全" in row.offer["text"] or "台账管理不到位" in row.offer["text"]
    assert {str(one.pk) for one in loose} <= set(row.offer["sources"]["findings"]), "each finding stays a source of its own"
    undo_merge(merge, by=zhao)
    assert not Finding.objects.filter(standard=merge.standard).exists()
    recheck(report, zhao)
    assert "学习台账不健全" not in str(paragraph(report, T2).offer)
    fresh = compose_report(campaign, factories.report_template("four-part"), by=zhao)
    assert texts(fresh) == before, "undone means as if it had never been"
