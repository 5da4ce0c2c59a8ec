"""Two people change the tree at the same moment. Only PostgreSQL lets two transactions write side by side; SQLite takes turns by itself."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from tests import factories
from units.actions.organizations import create_organization, move_organization
from units.models import PartyOrganization
from units.models.organization import STEP


def at_once(first, second) -> None:
    """Run ``first`` in a transaction that stays open while ``second`` tries its luck in another one."""
    inside, tried = threading.Event(), threading.Event()
    errors: list[Exception] = []

    def run(act, before, after) -> None:
        try:
            with transaction.atomic():
                before()
                act()
                after()
        except Exception as error:  # noqa: BLE001 -- handed to the test
            errors.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(first, lambda: None, lambda: (inside.set(), tried.wait(1)))),
        threading.Thread(target=run, args=(second, lambda: inside.wait(5), tried.set)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert errors == []


def check_paths() -> None:
    for one in PartyOrganization.objects.select_related("parent"):
        assert one.path[:-STEP] == (one.parent.path if one.parent else ""), one.name


if connection.vendor == "postgresql":

    @pytest.mark.django_db(transaction=True)
    def test_adding_below_a_branch_that_is_being_moved(district, town, bureau):
        at_once(
            lambda: move_organization(town, parent=bureau, by=None),
            lambda: create_organization(by=None, parent=PartyOrganization.objects.get(code="YL-QS"), name="新", code="N", kind="branch"),
        )
        check_paths()
        assert PartyOrganization.objects.get(code="N").path.startswith(PartyOrganization.objects.get(code="YL-DA").path)

    @pytest.mark.django_db(transaction=True)
    def test_moving_a_branch_to_which_somebody_adds(district, town, bureau):
        at_once(
            lambda: create_organization(by=None, parent=town, name="新", code="N", kind="branch"),
            lambda: move_organization(PartyOrganization.objects.get(code="YL-QS"), parent=bureau, by=None),
        )
        check_paths()

    @pytest.mark.django_db(transaction=True)
    def test_two_people_add_below_the_same_organization(district):
        at_once(
            lambda: create_organization(by=None, parent=district, name="甲", code="A", kind="branch"),
            lambda: create_organization(by=None, parent=PartyOrganization.objects.get(code="YL"), name="乙", code="B", kind="branch"),
        )
        check_paths()
        assert PartyOrganization.objects.filter(parent=district).count() == 2


def test_the_tree_lock_needs_no_organization(db):
    """The very first organization is locked against as well."""
    assert not PartyOrganization.objects.exists()
    assert factories.make_organization().path == "0001"
