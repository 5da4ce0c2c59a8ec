"""How units are inspected: per category, and those that deviate."""

from __future__ import annotations

import pytest
from django.urls import reverse

from inspections.actions.campaign_methods import Way, base_of, change_method, save_methods
from inspections.actions.merging import Conflict
from inspections.models import Assignment
from jobs.errors import InvalidTransition, Refused
from tests import factories

VISIT = Way("on_site", ("hearing", "discussion"))
PAPER = Way("written")


def test_units_follow_their_category_and_deviating_ones_stay(draft, choose, district, town, zhao):
    second = factories.make_organization("白石镇党委", district, kind="committee", category=town.category)
    rows = choose(draft, town, second)
    save_methods(draft, {town.category_id: VISIT}, base={}, by=zhao)
    row = draft.assignments.get(organization=town)
    change_method(row, PAPER, revision=row.revision, by=zhao)
    more = Way("on_site", ("hearing", "site_check"))
    save_methods(draft, {town.category_id: more}, base=base_of(draft), by=zhao)
    assert Way.of(draft.assignments.get(pk=rows[town].pk)) == PAPER
    assert Way.of(draft.assignments.get(pk=rows[second].pk)) == more


def test_a_visit_needs_something_to_do(draft, choose, town, zhao):
    choose(draft, town)
    with pytest.raises(Refused, match="至少要选择一个环节"):
        save_methods(draft, {town.category_id: Way("on_site")}, base={}, by=zhao)


def test_a_written_inspection_has_no_activities(draft, choose, town, zhao):
    choose(draft, town)
    save_methods(draft, {town.category_id: Way.made("written", ["hearing"])}, base={}, by=zhao)
    assert draft.assignments.get().activities == []


def test_two_editors_of_one_category(draft, choose, town, bureau, zhao):
    choose(draft, town, bureau)
    save_methods(draft, {town.category_id: VISIT}, base={str(town.category_id): ""}, by=zhao)
    with pytest.raises(Conflict):
        save_methods(draft, {town.category_id: PAPER}, base={str(town.category_id): ""}, by=zhao)
    save_methods(draft, {bureau.category_id: PAPER}, base={}, by=zhao)
    assert draft.methods.count() == 2


def test_the_page_says_what_is_missing(client, draft, choose, town, bureau, zhao):
    choose(draft, town, bureau)
    client.force_login(zhao)
    address = reverse("inspections:campaign_methods", args=[draft.code])
    answer = client.post(address, {"base": "{}", f"c{town.category_id}-method": "on_site"})
    text = answer.content.decode()
    assert "实地督查至少要选择一个环节。" in text
    assert "请选择督查方式。" in text
    assert not draft.methods.exists()


def test_a_stale_row_is_not_overwritten(draft, choose, town, zhao):
    row = choose(draft, town)[town]
    change_method(Assignment.objects.get(pk=row.pk), VISIT, revision=1, by=zhao)
    with pytest.raises(InvalidTransition, match="别人改动"):
        change_method(row, PAPER, revision=1, by=zhao)


def test_one_unit_is_changed_in_its_row(client, campaign, assignment, zhao):
    client.force_login(zhao)
    address = reverse("inspections:campaign_method_unit", args=[campaign.code, assignment.pk])
    assert 'name="method"' in client.get(address, {"edit": 1}).content.decode()
    text = client.post(address, {"revision": assignment.revision, "method": "written"}).content.decode()
    assert "已保存" in text
    assert "书面督查" in text
    stale = client.post(address, {"revision": assignment.revision, "method": "on_site", "activities": ["hearing"]})
    assert "别人改动" in stale.content.decode()
    assignment.refresh_from_db()
    assert assignment.method == "written"


def test_categories_are_closed_once_it_runs_and_complete_units_stay(campaign, assignment, town, zhao):
    with pytest.raises(InvalidTransition):
        save_methods(campaign, {town.category_id: PAPER}, base={}, by=zhao)
    Assignment.objects.filter(pk=assignment.pk).update(status="concluded", concluded_by=zhao, concluded_at=factories.NOON)
    with pytest.raises(InvalidTransition):
        change_method(assignment, PAPER, revision=1, by=zhao)


def test_before_anything_is_chosen_no_way_is_shown_as_if_it_were(client, draft, choose, town, zhao):
    choose(draft, town)
    client.force_login(zhao)
    address = reverse("inspections:campaign_methods", args=[draft.code])
    assert [str(row["way"]) for row in client.get(address).context["rows"]] == ["未定"]
    single = reverse("inspections:campaign_method_unit", args=[draft.code, draft.assignments.get().pk])
    assert "checked" not in client.get(single, {"edit": "1"}).content.decode().partition("way-activities")[0]
    save_methods(draft, {town.category_id: PAPER}, base={}, by=zhao)
    assert [str(row["way"]) for row in client.get(address).context["rows"]] == ["书面督查"]
