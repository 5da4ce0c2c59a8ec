"""A save of words neither reads nor keeps what a paragraph rests on: in a large campaign that is thousands of ids."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.actions import editing, replacing, undoing
from reports.actions.paragraphs import BASIS
from reports.models import Paragraph
from reports.sheet import lost_facts
from reports.versions import OWN, shown_of, state_of

MANY = [f"00000000-0000-4000-8000-{n:012d}" for n in range(3000)]
MOST_SENT = 20_000
"""Characters of all statements of one save; the ids above alone would be more than a hundred thousand."""


@pytest.fixture
def row(report):
    row = Paragraph.objects.filter(section__report=report, kind="body").exclude(sources={}).order_by("pk").first()
    Paragraph.objects.filter(pk=row.pk).update(sources={"findings": MANY}, arithmetic=[{"what": "台账", "sum": 3000, "parts": [1] * 3000}])
    row.refresh_from_db()
    return row


def test_a_save_sends_and_reads_nothing_that_grows_with_the_campaign(report, row, zhao):
    editing.save_paragraph(report, row.uid, by=zhao, revision=row.revision, text="先改一次。")  # keeps the version that is due
    with CaptureQueriesContext(connection) as seen:
        saved = editing.save_paragraph(report, row.uid, by=zhao, revision=row.revision + 1, text="再改一次。")
        undoing.last_act(report, zhao)
    assert sum(len(each["sql"]) for each in seen) < MOST_SENT
    assert not any(f'"reports_paragraph"."{name}"' in each["sql"] for each in seen for name in BASIS)
    assert saved.get_deferred_fields() == set(BASIS)


def test_the_trace_of_words_holds_what_a_reader_saw(report, row, zhao):
    editing.save_paragraph(report, row.uid, by=zhao, revision=row.revision, text="新的文字，记录不全。")
    replacing.replace_text(report, by=zhao, find="记录不全", replace="记录缺失", uid=row.uid)
    for edit in report.edits.filter(paragraph=row.uid):
        assert set(edit.before) == set(edit.after) == set(OWN)


def test_undoing_words_leaves_a_basis_that_was_renewed_since(report, row, zhao):
    before = row.text
    editing.save_paragraph(report, row.uid, by=zhao, revision=row.revision, text="新的文字。")
    renewed = {"findings": MANY[:1]}
    Paragraph.objects.filter(pk=row.pk).update(sources=renewed, fingerprint="f" * 64, offer={"gone": True})
    undoing.undo(report, by=zhao)
    row.refresh_from_db()
    assert (row.text, row.sources, row.fingerprint, row.offer) == (before, renewed, "f" * 64, {"gone": True})


def test_a_trace_of_before_with_everything_in_it_is_undone_still(report, row, zhao):
    whole, edited = state_of(row), {**state_of(row), "text": "旧记录里的改动。"}
    Paragraph.objects.filter(pk=row.pk).update(text=edited["text"], sources={}, revision=2)
    report.edits.create(paragraph=row.uid, verb="change", before=whole, after={**edited, "sources": {}}, made_by=zhao)
    row.refresh_from_db()
    editing.save_paragraph(report, row.uid, by=zhao, revision=2, text="在旧记录之后接着改。")
    assert report.edits.filter(paragraph=row.uid).count() == 1, "one sitting, one trace"
    undoing.undo(report, by=zhao)
    row.refresh_from_db()
    assert state_of(row) == whole


def test_names_that_an_edit_took_out_are_found_with_marks_that_like_would_read(report, row, town, zhao):
    type(town).objects.filter(pk=town.pk).update(name="青石_镇%党委", short_name="")
    Paragraph.objects.filter(pk=row.pk).update(key="k", drafted_text="青石_镇%党委和青石X镇党委。", text="该单位。", drafted_lead=row.lead)
    row.refresh_from_db()
    assert "青石_镇%党委" in lost_facts(report, [row])[str(row.uid)]
    assert shown_of(row)["text"] == "该单位。"
