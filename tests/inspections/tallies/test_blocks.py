"""What a leader's figures cost does not grow with the tree: the root's as much as a district's, in questions and in blocks touched."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.scale.world import SIZES, blocks, build
from inspections.actions.tally_folding import fold_all
from inspections.actions.tally_marks import mark_branch
from inspections.tallies.reading import by_child, totals
from inspections.tallies.verifying import differences


@pytest.mark.django_db
def test_the_root_costs_no_more_than_twice_a_district():
    world = build(SIZES["tiny"])
    [campaign] = world.campaigns
    campaign.refresh_from_db()
    mark_branch([campaign.pk])
    fold_all()
    assert differences(campaign).faults == []
    needed, touched = {}, {}
    for name in ("root", "district"):
        leader = world.leaders[name]
        with CaptureQueriesContext(connection) as queries:
            read = totals(campaign, leader)
            children = by_child(campaign, leader, leader.organization)
        assert read.problems == sum(one.problems for one in children.values())
        needed[name] = [one["sql"] for one in queries if one["sql"].startswith("SELECT")]
        if connection.vendor == "postgresql":
            touched[name] = blocks(needed[name])
    assert len(needed["root"]) <= len(needed["district"])
    assert not touched or touched["root"] <= 2 * touched["district"], touched
