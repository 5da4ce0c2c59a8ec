"""The demo obeys every rule of the product and keeps to organizations and their documents."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import F

from inspections.avoidance import breaches
from inspections.demo.loading import load
from inspections.field.earlier import answers_before, rechecks_of
from inspections.models import (
    Assignment,
    Campaign,
    ChecklistItem,
    ChecklistTheme,
    CheckResult,
    Finding,
    StandardFinding,
    TeamMember,
)
from inspections.scope import selected
from units.models import Appointment, OrganizationCategory, PartyOrganization, User

# Marked although the fixture opens the database: without any marked test no test database is made, and the own one of the site is used.
pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PASSWORD = "demo-pass-2026"


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo, written once for all tests of this file and taken back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load(PASSWORD, NOW)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _inside(demo, django_db_blocker):
    with django_db_blocker.unblock():
        yield


def second() -> Campaign:
    return Campaign.objects.get(code="2026-2")


def under_way() -> Campaign:
    return Campaign.objects.get(status=Campaign.Status.RUNNING)


# --- how much there is --------------------------------------------------------------------------------------------------------


def test_the_district_has_four_levels_six_categories_and_all_five_kinds():
    organizations = PartyOrganization.objects.all()
    assert 75 <= organizations.count() <= 90
    assert {row.depth for row in organizations} == {1, 2, 3, 4}
    assert set(organizations.values_list("kind", flat=True)) == set(PartyOrganization.Kind.values)
    assert OrganizationCategory.objects.count() == 6
    assert all(row.collective_name for row in OrganizationCategory.objects.all())


def test_there_is_a_user_for_every_role_and_fourteen_inspectors():
    assert set(Appointment.objects.values_list("role", flat=True)) == set(Appointment.Role.values)
    inspectors = User.objects.filter(username__startswith="inspector")
    assert inspectors.count() == 14
    assert len(set(inspectors.values_list("organization", flat=True))) >= 12
    assert not User.objects.filter(is_superuser=True).exists()


def test_the_checklist_has_seven_themes_and_about_forty_items_with_their_guidance():
    items = ChecklistItem.objects.filter(theme__checklist=second().checklist)
    assert ChecklistTheme.objects.filter(checklist=second().checklist).count() == 7
    assert 38 <= items.count() <= 46
    assert items.filter(answer_kind="number").count() == 12
    assert not items.filter(guidance="").exists()
    assert not items.filter(answer_kind="number", metric_phrase="").exists()
    assert 65 <= StandardFinding.objects.count() <= 80


def test_this_half_years_campaign_is_ready_to_report():
    campaign = second()
    kinds = Counter(Finding.objects.standing().filter(campaign=campaign).values_list("kind", flat=True))
    assert campaign.status == Campaign.Status.FINISHED
    assert campaign.teams.count() == 4
    assert set(campaign.assignments.values_list("method", flat=True)) == {"on_site", "written"}
    assert 180 <= sum(kinds.values()) <= 260
    assert kinds["problem"] > kinds["good_practice"] > kinds["risk_point"] >= 10
    assert not campaign.assignments.exclude(status="concluded").exists()
    assert CheckResult.objects.filter(assignment__campaign=campaign, is_approximate=True).count() > 50
    assert campaign.previous.code == "2026-1"


def test_some_problems_are_found_nearly_everywhere_and_many_only_once_or_twice():
    problems = Finding.objects.problems().filter(campaign=second(), standard__isnull=False)
    spread = Counter(problems.values_list("standard__code", flat=True))
    asked = Assignment.objects.filter(campaign=second(), category__name__in=("镇街", "社区")).count()
    assert spread["T3-P5"] >= 0.8 * asked
    assert sum(1 for number in spread.values() if number <= 2) >= 10
    assert problems.exclude(cause="").exists()
    texts = Counter(problems.values_list("standard__code", "text"))
    assert len(texts) > 1.6 * len(spread)


def test_the_campaign_under_way_has_work_done_work_today_and_work_to_come():
    rows = under_way().assignments.all()
    today = [row for row in rows if row.visit_on == NOW.date()]
    assert {row.status for row in rows} == {"planned", "in_progress", "concluded"}
    assert {row.status for row in today} == {"in_progress"}
    assert any(row.visit_on == NOW.date() + timedelta(days=1) for row in rows)
    assert not CheckResult.objects.filter(answered_at__gt=NOW).exists()
    assert not Finding.objects.filter(recorded_at__gt=NOW, campaign=under_way()).exists()


def test_visits_under_way_have_last_times_answers_beside_and_something_to_look_at_again():
    campaign = under_way()
    assert campaign.previous.organizer == campaign.organizer
    assert campaign.previous.checklist.lineage == campaign.checklist.lineage
    visits = list(campaign.assignments.filter(visit_on__gte=NOW.date()).select_related("campaign"))
    answers = answers_before(visits, {campaign.pk: campaign.previous})
    again = rechecks_of(visits, {campaign.pk: campaign.previous})
    assert all(len(answers[row.pk]) > 20 for row in visits)
    assert all(again[row.pk] for row in visits)
    states = {entry["rectification"]["status"] if entry["rectification"] else "" for row in visits for entry in again[row.pk]}
    assert {"submitted", "in_progress"} <= states


# --- the rules of the product -------------------------------------------------------------------------------------------------


def test_nobody_inspects_the_own_organization_or_one_above_or_below():
    seats = TeamMember.objects.select_related("team", "home_organization", "user__organization")
    for team_id in set(seats.values_list("team", flat=True)):
        organizations = PartyOrganization.objects.filter(assignments__team=team_id)
        assert breaches(seats.filter(team=team_id), organizations) == []


def test_each_team_has_one_leader_and_nobody_sits_in_two_teams_of_a_campaign():
    seats = TeamMember.objects.values_list("team__campaign", "user")
    assert len(seats) == len(set(seats))
    leaders = Counter(TeamMember.objects.filter(is_leader=True).values_list("team", flat=True))
    assert set(leaders.values()) == {1}
    assert len(leaders) == TeamMember.objects.values("team").distinct().count()


def test_paths_are_what_the_tree_says():
    for row in PartyOrganization.objects.select_related("parent"):
        assert row.path[:-4] == (row.parent.path if row.parent else "")
    for model in (Assignment, Finding):
        for copied, true in model.objects.values_list("organization_path", "organization__path"):
            assert copied == true
    assert not Finding.objects.exclude(organization_id=F("assignment__organization_id")).exists()
    assert not Finding.objects.exclude(campaign_id=F("assignment__campaign_id")).exists()


def test_concluded_assignments_answer_every_required_item_of_their_category():
    required = {}
    for row in Assignment.objects.concluded().select_related("campaign").prefetch_related("results"):
        key = (row.campaign.checklist_id, row.category_id)
        if key not in required:
            items = ChecklistItem.objects.for_category(row.category_id).filter(theme__checklist=key[0], is_required=True)
            required[key] = set(items.values_list("pk", flat=True))
        assert required[key] <= {result.item_id for result in row.results.all() if result.is_answered}
        assert row.summary


def test_answers_fit_their_items_and_the_category():
    for result in CheckResult.objects.select_related("item", "assignment").prefetch_related("item__categories"):
        given = [
            kind
            for kind, value in (
                ("conformity", result.conformity),
                ("number", result.number is not None),
                ("date", result.date),
                ("text", result.text),
            )
            if value
        ]
        assert given == [result.item.answer_kind]
        categories = {row.pk for row in result.item.categories.all()}
        assert not categories or result.assignment.category_id in categories
        assert result.item.theme.checklist_id == result.assignment.campaign.checklist_id


def test_where_a_problem_was_found_the_answer_is_not_simply_in_order():
    answers = {(r.assignment_id, r.item_id): r.conformity for r in CheckResult.objects.exclude(conformity="")}
    problems = Finding.objects.problems().filter(item__answer_kind="conformity")
    assert {answers[f.assignment_id, f.item_id] for f in problems} == {"mostly", "not_conforming"}
    praised = Finding.objects.filter(kind="good_practice", item__answer_kind="conformity")
    assert {answers[f.assignment_id, f.item_id] for f in praised} <= {"conforming", "mostly"}


def test_findings_use_wordings_and_items_of_their_own_theme_and_kind():
    for finding in Finding.objects.select_related("standard", "theme", "item__theme"):
        assert finding.theme.checklist_id == finding.campaign.checklist_id
        assert finding.item is None or finding.item.theme_id == finding.theme_id
        if finding.standard:
            assert (finding.standard.kind, finding.standard.theme_code) == (finding.kind, finding.theme.code)


def test_the_scope_selects_what_is_inspected_but_for_what_was_dissolved_since():
    for campaign in Campaign.objects.all():
        inspected = set(campaign.assignments.filter(organization__dissolved_on__isnull=True).values_list("organization", flat=True))
        assert inspected == set(selected(campaign).values_list("pk", flat=True))


def test_a_withdrawn_finding_says_why_and_there_are_some():
    withdrawn = Finding.objects.filter(withdrawn_at__isnull=False)
    assert withdrawn.count() >= 3
    assert not withdrawn.filter(withdrawn_reason="").exists()


# --- what stays out -----------------------------------------------------------------------------------------------------------

FORBIDDEN = re.compile("舆情|网民|言论|网评|评分|得分|思想动态|观点|监控|信访|维稳|同志|书记|习近平|身份证|[A-Za-z]{3,}|[{}]")
VAGUE = re.compile("个别|部分|多数|普遍")


def all_texts():
    for model, fields in (
        (Finding, ("text", "cause", "measure", "withdrawn_reason")),
        (StandardFinding, ("wording", "heading", "cause", "measure_heading", "measure", "lead_body")),
        (ChecklistItem, ("question", "guidance", "basis", "clause", "method", "metric_phrase")),
        (Assignment, ("summary",)),
        (CheckResult, ("note", "text")),
        (PartyOrganization, ("name", "address", "contact_duty")),
    ):
        for row in model.objects.values_list(*fields):
            yield from row


def test_texts_keep_to_organizations_and_their_documents():
    assert [text for text in set(all_texts()) if FORBIDDEN.search(text)] == []


def test_wordings_leave_the_quantifier_to_the_report():
    texts = [*Finding.objects.values_list("text", flat=True), *StandardFinding.objects.values_list("wording", flat=True)]
    assert [text for text in set(texts) if VAGUE.search(text)] == []


def test_wordings_can_be_put_into_a_sentence():
    for row in StandardFinding.objects.all():
        for text in (row.wording, row.heading, row.cause, row.measure, row.measure_heading):
            assert not text.endswith(("。", "，", "；"))
        assert row.heading
        if row.kind != StandardFinding.Kind.GOOD_PRACTICE:
            assert row.measure
            assert row.lead_body


def test_texts_name_no_organization_of_the_district():
    names = {name for pair in PartyOrganization.objects.values_list("name", "short_name") for name in pair} - {"区委"}
    texts = set(Finding.objects.filter(kind="problem").values_list("text", flat=True))
    assert [(name, text) for text in texts for name in names if name in text] == []
