"""Merging, splitting and handing over: no problem is lost, no story either."""

from __future__ import annotations

import pytest

from inspections.actions.extensions import ask_extension
from inspections.actions.rectification_reshaping import Part, merge_rows, split_row, transfer_row
from inspections.models import Rectification, RectificationFinding
from jobs.errors import InvalidTransition, Refused
from tests import factories
from tests.inspections.rectifications.conftest import S, day
from units.actions.organizations import dissolve_organization, move_organization
from units.models import Notice

pytestmark = pytest.mark.django_db


def test_merged_rows_keep_problems_evidence_and_the_earliest_deadline(make_row, problem, another, zhao, zhou):
    first, second = make_row(problem), make_row(another, until="ready", due=9)
    ask_extension(second, by=zhou, reason="忙", new_due_on=day(30))
    merged = merge_rows(first, [second], by=zhao, content="学习和计划都要改")
    assert set(merged.findings.all()) == {problem, another}
    assert (merged.due_on, merged.severity, merged.proofs.count()) == (day(9), "serious", 1)
    second.refresh_from_db()
    assert (second.merged_into, second.links.count(), second.is_live) == (merged, 0, False)
    assert list(Rectification.objects.ledger()) == [merged]
    assert second.extensions.get().status == "lapsed"
    with pytest.raises(InvalidTransition, match="已并入"):
        merge_rows(second, [merged], by=zhao, content="x")


def test_what_cannot_be_merged(make_row, problem, another, zhao, bureau, qian):
    row, done = make_row(problem), make_row(another, until=S.SUBMITTED)
    with pytest.raises(InvalidTransition):
        merge_rows(row, [done], by=zhao, content="x")
    elsewhere = factories.make_assignment(problem.campaign, bureau)
    other = make_row(factories.make_finding(elsewhere, qian), until="draft")
    with pytest.raises(Refused, match="同一单位"):
        merge_rows(row, [other], by=zhao, content="x")
    draft = make_row(factories.make_finding(problem.assignment, qian), until="draft")
    with pytest.raises(Refused, match="未下发"):
        merge_rows(row, [draft], by=zhao, content="x")
    with pytest.raises(Refused, match="同一单位"):
        merge_rows(row, [row], by=zhao, content="x")
    assert Rectification.objects.ledger().count() == 4


def test_a_row_is_split_and_every_problem_stays(make_row, problem, another, zhao, zhou):
    row = make_row(problem, another)
    with pytest.raises(Refused, match="没有归入"):
        split_row(row, [Part("甲", (problem,), day(9)), Part("乙", (problem,), day(9))], by=zhao)
    with pytest.raises(Refused, match="至少拆成两项"):
        split_row(row, [Part("甲", (problem, another), day(9))], by=zhao)
    with pytest.raises(Refused, match="至少对应一个问题"):
        split_row(row, [Part("甲", (problem, another), day(9)), Part("乙", (), day(9))], by=zhao)
    kept, made = split_row(row, [Part("甲", (problem,), day(9)), Part("乙", (another, problem), day(12))], by=zhao)
    assert (kept.pk, kept.content, set(kept.findings.all())) == (row.pk, "甲", {problem})
    assert (made.number, made.status, made.received_by, set(made.findings.all())) == (2, S.IN_PROGRESS, zhou, {problem, another})
    assert kept.severity == "general"
    assert RectificationFinding.objects.values("finding").distinct().count() == 2


def test_handed_over_it_is_received_anew_by_the_other_organization(make_row, problem, bureau, zhao, zhou, client):
    hu = factories.make_user("胡联络", role="liaison", at=bureau)
    row = make_row(problem, until="ready")
    with pytest.raises(Refused, match="原因"):
        transfer_row(row, bureau, by=zhao, reason=" ")
    moved = transfer_row(row, bureau, by=zhao, reason="机构改革，职能划转")
    assert (moved.organization, moved.status, moved.received_at, moved.proofs.count()) == (bureau, S.ASSIGNED, None, 1)
    assert list(Rectification.objects.answerable_by(hu)) == [moved]
    assert not Rectification.objects.visible_to(zhou).exists()
    assert Notice.objects.filter(user=hu, text__contains="移交").exists()
    with pytest.raises(Refused, match="已经是"):
        transfer_row(moved, bureau, by=zhao, reason="x")


def test_a_dissolved_organization_takes_nothing_over_and_a_moved_one_takes_its_duties_along(
    make_row, problem, district, bureau, town, zhao
):
    row = make_row(problem)
    dissolve_organization(bureau, on=day(0), by=zhao)
    with pytest.raises(Refused, match="已经撤销"):
        transfer_row(row, bureau, by=zhao, reason="x")
    above = factories.make_organization("青石片区党工委", district)
    move_organization(town, parent=above, by=zhao)
    row.refresh_from_db()
    town.refresh_from_db()
    assert row.organization_path == town.path
    leader = factories.make_user("片区领导", role="leader", at=above)
    assert list(Rectification.objects.visible_to(leader)) == [row]
