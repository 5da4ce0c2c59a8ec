"""Many rows in one statement: what arrives is what an ordinary save would have stored, on both databases."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from inspections.models import ChecklistItem, CheckResult, Finding, Receipt
from tests import factories
from units.bulk_rows import COPIED_FROM, insert_rows, update_rows
from units.models import ActivityEntry

TEXT = "100%、'引号'、\\ 和 \\\\、\t、\r\n、\\n、\\. 和 😀"
AT = datetime(2026, 11, 10, 1, 2, 3, 456789, tzinfo=UTC)


def test_every_kind_of_value_comes_back_as_it_was(finding):
    """Against a row that was saved in the ordinary way: keys, texts with all signs, moments, nothing at all."""
    twin = {**vars(finding), "text": TEXT, "cause": "\\N", "measure": "", "recorded_at": AT, "withdrawn_at": None}
    # One row, and as many as go the way of many.
    for number in (1, COPIED_FROM + 1):
        keys = [uuid.uuid4() for _ in range(number)]
        insert_rows(Finding, [{**twin, "id": key} for key in keys])
        for stored in Finding.objects.filter(pk__in=keys):
            keys.remove(stored.pk)
            assert (stored.text, stored.cause, stored.measure) == (TEXT, "\\N", "")
            assert (stored.recorded_at, stored.withdrawn_at) == (AT, None)
            changed = {"id", "text", "cause", "measure", "recorded_at"}
            same = [field.attname for field in Finding._meta.concrete_fields if field.name not in changed]
            assert [getattr(stored, name) for name in same] == [getattr(finding, name) for name in same]
        assert not keys


@pytest.mark.parametrize("number", [1, COPIED_FROM])
def test_numbers_days_and_truths_come_back(assignment, qian, number):
    items = list(ChecklistItem.objects.all())[:2]
    units = [
        assignment,
        *(factories.make_assignment(assignment.campaign, factories.make_organization(f"第{n}支部")) for n in range(number - 1)),
    ]
    row = {"item_id": items[0].pk, "conformity": "", "number": Decimal("12.50"), "is_approximate": True, "date": date(2026, 3, 1)}
    row |= {"text": "", "note": "", "revision": 1, "answered_by_id": qian.pk, "answered_at": AT}
    insert_rows(CheckResult, [{**row, "id": uuid.uuid4(), "assignment_id": unit.pk} for unit in units])
    kept = CheckResult.objects.filter(assignment__in=units).values_list("number", "is_approximate", "date", "answered_at")
    assert list(kept) == [(Decimal("12.50"), True, date(2026, 3, 1), AT)] * number


def test_nothing_in_many_rows_is_refused_as_the_database_does(assignment, finding):
    """A text with a NUL, a number too long: an error of the database's, as from any insert, and no row."""
    rows = [
        {**vars(finding), "id": uuid.uuid4(), "kind": "x" * 21 if connection.vendor == "postgresql" else None} for _ in range(COPIED_FROM)
    ]
    with pytest.raises(DatabaseError), transaction.atomic():
        insert_rows(Finding, rows)
    assert Finding.objects.count() == 1


def test_json_and_what_no_row_says(zhao):
    changes = {"内容": ["", "新的"], "数": [None, 1.5]}
    insert_rows(
        ActivityEntry,
        [
            {"at": AT, "actor_id": zhao.pk, "verb": "units.user_login", "summary": f"第{number}", "changes": changes}
            for number in range(120)
        ],
    )
    entries = ActivityEntry.objects.filter(actor=zhao, verb="units.user_login")
    assert entries.count() == 120
    assert {(entry.object_type, entry.address) for entry in entries} == {("", None)}
    assert all(entry.changes == changes for entry in entries)


def test_a_key_that_is_there_is_an_error_of_integrity(assignment, qian):
    row = {"kind": "finding", "target": uuid.uuid4(), "assignment_id": assignment.pk, "sent_by_id": qian.pk, "sha256": ""}
    rows = [{**row, "received_at": factories.NOON, "id": uuid.uuid4()} for _ in range(50)]
    insert_rows(Receipt, rows[:1])
    for some in (rows[:1], rows):
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_rows(Receipt, some)
    insert_rows(Receipt, rows[1:])
    insert_rows(Receipt, [])
    assert Receipt.objects.count() == 50


def test_rows_are_changed_as_a_save_would(finding, assignment, qian):
    """Every kind of value, in fewer statements than rows; other rows and other fields stay."""
    other = factories.make_finding(assignment, qian)
    item = ChecklistItem.objects.first()
    results = [
        factories.make_result(assignment, "T1-1", qian, conformity="conforming"),
        factories.make_result(assignment, "T1-2", qian, number=3),
    ]
    for result in results:
        result.number, result.is_approximate, result.date, result.note, result.answered_at = (
            Decimal("1.25"),
            True,
            date(2026, 3, 1),
            TEXT,
            AT,
        )
    finding.text, finding.item, finding.theme = TEXT, item, item.theme
    with CaptureQueriesContext(connection) as asked:
        update_rows(results, ["number", "is_approximate", "date", "note", "answered_at"])
        update_rows([finding], ["text", "item_id", "theme_id"])
        update_rows([], ["text"])
    assert len(asked) == 2
    assert set(CheckResult.objects.values_list("number", "is_approximate", "date", "note", "answered_at")) == {
        (Decimal("1.25"), True, date(2026, 3, 1), TEXT, AT)
    }
    assert set(CheckResult.objects.values_list("conformity", flat=True)) == {"conforming", ""}
    stored = Finding.objects.get(pk=finding.pk)
    assert (stored.text, stored.item, stored.theme, stored.measure) == (TEXT, item, item.theme, finding.measure)
    assert Finding.objects.get(pk=other.pk).text == other.text
    finding.text = "长" * 501
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError), transaction.atomic():
            update_rows([finding], ["text"])


def test_one_of_many_keys(assignment, qian):
    kept = [factories.make_finding(assignment, qian).pk for _ in range(3)]
    assert set(Finding.objects.filter(pk__one_of=[*kept[:2], str(kept[0]), uuid.uuid4()]).values_list("pk", flat=True)) == set(kept[:2])
    assert not Finding.objects.filter(pk__one_of=[]).exists()
