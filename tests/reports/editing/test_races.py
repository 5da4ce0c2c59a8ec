"""Clicks at the same moment: one save of a paragraph wins, the other is told; structure never gets torn."""

from __future__ import annotations

import pytest
from django.utils import timezone

from jobs.errors import InvalidTransition, Refused
from reports.actions import editing
from reports.actions.paragraphs import EditConflict
from reports.models import Paragraph, Report
from tests.reports.editing.rows import paragraph
from tests.reports.signing.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_saves_of_one_paragraph_at_the_same_moment(report, zhao, colleague):
    row = paragraph(report, "problems.intro")
    words = {zhao: "甲的文字。", colleague: "乙的文字。"}

    def save(by):
        return editing.save_paragraph(Report.objects.get(pk=report.pk), row.uid, by=by, revision=row.revision, text=words[by])

    acts = [lambda: save(zhao), lambda: save(colleague)]
    results = at_once(acts)
    won = [result for result in results if isinstance(result, Paragraph)]
    lost = [result for result in results if isinstance(result, EditConflict)]
    assert (len(won), len(lost)) == (1, 1), results
    assert paragraph(report, "problems.intro").text == won[0].text == lost[0].current.text


def test_saves_of_different_paragraphs_all_succeed(report, zhao):
    rows = list(Paragraph.objects.filter(section__report=report, kind="body")[:5])
    acts = [
        lambda row=row: editing.save_paragraph(report, row.uid, by=zhao, revision=row.revision, text=f"第{row.pk}段改过。") for row in rows
    ]
    results = at_once(acts)
    assert all(isinstance(result, Paragraph) for result in results), results
    assert {Paragraph.objects.get(pk=row.pk).text for row in rows} == {f"第{row.pk}段改过。" for row in rows}


def test_adding_at_one_place_at_the_same_moment_keeps_places_apart(report, zhao):
    row = paragraph(report, "problems.intro")
    acts = [
        lambda text=text: editing.add_paragraphs(report, by=zhao, section=row.section_id, behind=row.uid, texts=[text]) for text in "甲乙丙"
    ]
    results = at_once(acts)
    assert not [result for result in results if isinstance(result, Exception)], results
    orders = list(row.section.paragraphs.values_list("order", flat=True))
    assert len(orders) == len(set(orders))


def test_an_edit_and_the_issue_at_the_same_moment(report, zhao):
    """Whichever comes first: after the issue nothing has changed any more."""
    row = paragraph(report, "problems.intro")
    frozen = {}

    def issue():
        from django.db import transaction

        with transaction.atomic():
            values = {"status": "issued", "frozen": {}, "issued_at": timezone.now(), "issued_by": zhao}
            Report.objects.filter(pk=report.pk).update(**values)
            frozen["text"] = Paragraph.objects.get(pk=row.pk).text

    results = at_once([lambda: editing.save_paragraph(report, row.uid, by=zhao, revision=row.revision, text="赶着改。"), issue])
    assert isinstance(results[0], Paragraph | InvalidTransition | Refused), results
    assert Paragraph.objects.get(pk=row.pk).text == frozen["text"]
