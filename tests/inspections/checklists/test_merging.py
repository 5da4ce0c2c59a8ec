"""Who changed what, told from three states of a form."""

from datetime import date
from decimal import Decimal

import pytest

from inspections.actions.merging import Conflict, merge, merged, plain


def test_what_only_i_changed_is_written():
    assert merge({"a": 1, "b": 2}, {"a": 5, "b": 2}, {"a": 1, "b": 2}).write == {"a": 5}


def test_what_only_the_other_changed_is_kept():
    found = merge({"a": 1, "b": 2}, {"a": 1, "b": 3}, {"a": 9, "b": 2})
    assert (found.write, found.kept, found.conflicts) == ({"b": 3}, {"a": 9}, {})


def test_both_changed_the_same_field_to_the_same_value():
    found = merge({"a": 1}, {"a": 2}, {"a": 2})
    assert (found.write, found.kept, found.conflicts) == ({}, {}, {})


def test_both_changed_the_same_field_differently():
    with pytest.raises(Conflict) as refusal:
        merged({"a": 1, "b": 1}, {"a": 2, "b": 2}, {"a": 3, "b": 1})
    assert refusal.value.theirs == {"a": 3}


def test_without_a_base_everything_sent_is_mine():
    assert merge({}, {"a": 2}, {"a": 1}).write == {"a": 2}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (True, True),
        (3, 3),
        (Decimal("2.00"), "2"),
        (Decimal(100), "100"),
        (date(2026, 10, 31), "2026-10-31"),
        ([3, 1], [1, 3]),
    ],
)
def test_values_are_compared_as_plain_ones(value, expected):
    assert plain(value) == expected
