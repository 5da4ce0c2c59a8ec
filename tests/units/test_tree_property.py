"""Whatever is created and moved in whatever order: paths stay true, and a subtree by prefix is the subtree by walking."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from jobs.errors import Refused
from tests import factories
from units.actions.organizations import move_organization
from units.models import PartyOrganization
from units.models.organization import STEP


def walk(organization: PartyOrganization) -> set[int]:
    """The subtree by parents, one level after the other."""
    found, level = {organization.pk}, [organization.pk]
    while level:
        level = list(PartyOrganization.objects.filter(parent__in=level).values_list("pk", flat=True))
        found |= set(level)
    return found


class Trees(RuleBasedStateMachine):
    """Create and move at random."""

    keys = Bundle("keys")

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize(target=keys)
    def plant(self):
        return factories.make_organization().pk

    @rule(target=keys, parent=st.none() | keys)
    def create(self, parent):
        return factories.make_organization(parent=parent and PartyOrganization.objects.get(pk=parent)).pk

    @rule(moved=keys, parent=st.none() | keys)
    def move(self, moved, parent):
        organization = PartyOrganization.objects.get(pk=moved)
        target = PartyOrganization.objects.get(pk=parent) if parent else None
        if target and target.pk in walk(organization):
            with pytest.raises(Refused, match="自己或它的下级"):
                move_organization(organization, parent=target, by=None)
        else:
            move_organization(organization, parent=target, by=None)
            organization.refresh_from_db()
            assert organization.parent_id == parent

    @invariant()
    def paths_are_true(self):
        for one in PartyOrganization.objects.select_related("parent"):
            assert one.path[:-STEP] == (one.parent.path if one.parent else "")
            assert set(PartyOrganization.objects.subtree_of(one).values_list("pk", flat=True)) == walk(one)
            assert one.depth == len(PartyOrganization.objects.ancestors_of(one)) + 1


@pytest.mark.django_db
def test_any_sequence_of_creating_and_moving():
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Trees, settings=settings(max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=checks, derandomize=True)
    )
