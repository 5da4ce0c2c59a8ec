"""Many rows in one statement: what arrives is what an ordinary save would have stored, on both databases."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from inspections.models import Finding, Receipt
from tests import factories
from units.bulk_rows import insert_rows
from units.models import ActivityEntry

AT = datetime(2026, 11, 10, 1, 2, 3, 456789, tzinfo=UTC)


def test_every_kind_of_value_comes_back_as_it_was(finding):
    """Against a row that was saved in the ordinary way: keys, texts with all signs, moments, nothing at all."""
    twin = {**vars(finding), "id": uuid.uuid4(), "text": "100%、'引号'、\\ 和 😀", "recorded_at": AT, "withdrawn_at": None}
    insert_rows(Finding, [twin])
    stored = Finding.objects.get(pk=twin["id"])
    assert (stored.text, stored.recorded_at, stored.withdrawn_at) == (twin["text"], AT, None)
    same = [field.attname for field in Finding._meta.concrete_fields if field.name not in {"id", "text", "recorded_at"}]
    assert [getattr(stored, name) for name in same] == [getattr(finding, name) for name in same]


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


def test_known_rows_stay(assignment, qian):
    row = {"id": uuid.uuid4(), "kind": "finding", "target": uuid.uuid4(), "assignment_id": assignment.pk, "sent_by_id": qian.pk}
    row |= {"sha256": "", "received_at": factories.NOON}
    insert_rows(Receipt, [row], known_stay=True)
    insert_rows(Receipt, [{**row, "kind": "other"}, {**row, "id": uuid.uuid4()}], known_stay=True)
    assert sorted(Receipt.objects.values_list("kind", flat=True)) == ["finding", "finding"]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Receipt, [row])
    insert_rows(Receipt, [])
