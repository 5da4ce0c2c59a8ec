"""Whatever verbs are carried out in whatever order: tallies equal a recount, and a leader reads what the lists hold and nothing from outside."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from inspections.actions import assignments, campaign_scope, campaigns, findings, splits, syncing
from inspections.actions import rectification_rows as rows
from inspections.actions import rectification_verdicts as verdicts
from inspections.actions import rectification_work as work
from inspections.actions.finding_merges import merge_findings, undo_merge
from inspections.actions.rectification_proofs import add_proof
from inspections.actions.rectification_reshaping import transfer_row
from inspections.actions.tally_folding import fold, fold_all
from inspections.models import Assignment, Campaign, Finding, FindingMerge, Rectification, TallyMark
from inspections.tallies.counting import Facts, count
from inspections.tallies.reading import by_child, totals
from inspections.tallies.totals import Totals
from inspections.tallies.verifying import differences
from jobs.errors import Refused
from tests import factories
from tests.addresses import PNG
from tests.inspections.field import phone
from units.actions.organizations import move_organization
from units.models import PartyOrganization

EXAMPLES = 6
"""Each of thirty verbs."""
KINDS = st.sampled_from(Finding.Kind.values)
GRADES = st.sampled_from(Finding.Severity.values)
ANY = st.integers(min_value=0, max_value=10**6)


class Verbs(RuleBasedStateMachine):
    """Two campaigns over a tree that moves; every verb that changes a figure."""

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()

    def teardown(self):
        if not transaction.get_connection().needs_rollback and hasattr(self, "top"):
            self.figures_are_true()
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize(folds_at_once=st.booleans())
    def begin(self, folds_at_once):
        self.folds_at_once = folds_at_once
        self.top = factories.make_organization("云岭区委")
        self.zhao, self.chen = (factories.make_user(role="office", at=self.top) for _ in range(2))
        self.wu = factories.make_user(role="leader", at=self.top)
        self.campaigns = [factories.make_campaign(self.top, self.zhao, half=half) for half in (1, 2)]
        self.teams = [[factories.make_team(one, name=f"第{number}组") for number in (1, 2)] for one in self.campaigns]
        self.standard = factories.make_standard()
        street = factories.make_organization(parent=self.top, category=factories.make_category("镇街"))
        self.organizations = [street, *(factories.make_organization(parent=street) for _ in range(2))]
        self.leaders = [factories.make_user(role="leader", at=street)]
        for place in range(2):
            campaign_scope.add_organizations(
                self.campaigns[place], self.organizations, team=self.teams[place][0], reason="补充", by=self.zhao
            )

    def pick(self, among, number):
        """One of them, or an end of the rule."""
        given = list(among)
        if not given:
            raise Refused("没有。")
        return given[number % len(given)]

    # --- the tree ---------------------------------------------------------------------------------------------------------------

    @rule(number=ANY, leader=st.booleans())
    def found(self, number, leader):
        parent = self.pick([self.top, *self.organizations], number)
        parent.refresh_from_db()
        self.organizations.append(factories.make_organization(parent=parent))
        if leader and len(self.leaders) < 4:
            self.leaders.append(factories.make_user(role="leader", at=parent))

    @rule(number=ANY, to=ANY)
    def move(self, number, to):
        with contextlib.suppress(Refused):
            organization, parent = self.pick(self.organizations, number), self.pick([self.top, *self.organizations], to)
            move_organization(organization, parent=parent, by=None)

    # --- inspecting -------------------------------------------------------------------------------------------------------------

    @rule(number=ANY, place=st.integers(0, 1), team=st.integers(0, 1))
    def inspect(self, number, place, team):
        with contextlib.suppress(Refused):
            chosen = self.pick(self.organizations, number)
            campaign_scope.add_organizations(self.campaigns[place], [chosen], team=self.teams[place][team], reason="补充", by=self.zhao)

    @rule(number=ANY)
    def take_out(self, number):
        with contextlib.suppress(Refused):
            campaign_scope.remove_assignment(self.pick(Assignment.objects.order_by("pk"), number), reason="撤销", by=self.zhao)

    @rule(number=ANY, team=st.integers(0, 1))
    def reassign(self, number, team):
        with contextlib.suppress(Refused):
            row = self.pick(Assignment.objects.order_by("pk"), number)
            splits.assign([row], self.teams[self.campaigns.index(row.campaign)][team], by=self.zhao)

    @rule(number=ANY, kind=KINDS, severity=GRADES, is_standard=st.booleans())
    def note(self, number, kind, severity, is_standard):
        with contextlib.suppress(Refused):
            row = self.pick(Assignment.objects.select_related("campaign").order_by("pk"), number)
            item = row.campaign.checklist.themes.get(code="T2").items.get(code="T2-1")
            standard = self.standard if is_standard and kind == "problem" else None
            content = {"kind": kind, "theme": item.theme, "item": item, "standard": standard, "text": "记录不全", "severity": severity}
            findings.create_finding(row, content, by=self.zhao)

    @rule(number=ANY, several=st.integers(1, 3))
    def send(self, number, several):
        with contextlib.suppress(Refused):
            rows_ = list(Assignment.objects.select_related("campaign").order_by("pk"))
            syncing.sync([phone.finding(self.pick(rows_, number + step)) for step in range(several)], by=self.zhao)

    @rule(number=ANY, severity=GRADES)
    def change(self, number, severity):
        with contextlib.suppress(Refused):
            one = self.pick(Finding.objects.order_by("pk"), number)
            content = {"kind": one.kind, "theme": one.theme, "text": "另有情况", "severity": severity}
            findings.update_finding(one, content, by=self.zhao, base_revision=one.revision)

    @rule(number=ANY)
    def take_back(self, number):
        with contextlib.suppress(Refused):
            findings.withdraw_finding(self.pick(Finding.objects.order_by("pk"), number), by=self.zhao, reason="记错单位")

    @rule(number=ANY, several=st.integers(1, 3))
    def bring_under_one_wording(self, number, several):
        with contextlib.suppress(Refused):
            one = self.pick(Finding.objects.problems().order_by("pk"), number)
            same = Finding.objects.problems().filter(theme__code=one.theme.code).order_by("pk")[:several]
            merge_findings({each.pk: each.revision for each in (one, *same)}, by=self.zhao, standard=self.standard)

    @rule(number=ANY)
    def part_again(self, number):
        with contextlib.suppress(Refused):
            undo_merge(self.pick(FindingMerge.objects.order_by("pk"), number), by=self.zhao)

    @rule(number=ANY)
    def conclude(self, number):
        with contextlib.suppress(Refused):
            assignments.conclude_on_report(self.pick(Assignment.objects.order_by("pk"), number), by=self.zhao, summary="总体较好")

    @rule(number=ANY)
    def reopen(self, number):
        with contextlib.suppress(Refused):
            assignments.reopen_assignment(self.pick(Assignment.objects.order_by("pk"), number), by=self.zhao, reason="补充")

    @rule(place=st.integers(0, 1))
    def end(self, place):
        with contextlib.suppress(Refused):
            campaigns.finish_campaign(self.campaigns[place], by=self.zhao, reason="提前")

    @rule(place=st.integers(0, 1))
    def go_on(self, place):
        with contextlib.suppress(Refused):
            campaigns.reopen_campaign(self.campaigns[place], by=self.zhao, reason="补充")

    # --- putting right ----------------------------------------------------------------------------------------------------------

    @rule(number=ANY, late=st.booleans(), issue=st.booleans())
    def demand(self, number, late, issue):
        with contextlib.suppress(Refused):
            one = self.pick(Finding.objects.problems().select_related("organization", "campaign").order_by("pk"), number)
            today = timezone.localdate()
            new = rows.NewRow(one.organization, (one,), today, is_immediate=True)
            made = rows.create_rows(one.campaign, [new], by=self.zhao)
            if issue:
                rows.issue_rows(made, by=self.zhao)
            if late:
                Rectification.objects.filter(pk=made[0].pk).update(due_on=today - timedelta(days=3))

    @rule(number=ANY, steps=st.integers(1, 3))
    def put_right(self, number, steps):
        with contextlib.suppress(Refused):
            row = work.receive_row(self.pick(Rectification.objects.order_by("pk"), number), by=self.zhao)
            row = work.plan_row(row, by=self.zhao, measure="补齐", responsible_title="书记")
            row = work.report_progress(row, by=self.zhao, text="已补齐")
            if steps > 1:
                add_proof(row, ContentFile(PNG, name="整改后.png"), by=self.zhao, stage="after")
                row = work.submit_row(row, by=self.zhao, text="完成")
            if steps > 2:
                verdicts.close_row(row, by=self.chen, text="属实")

    @rule(number=ANY, to=ANY)
    def undo_or_hand_over(self, number, to):
        with contextlib.suppress(Refused):
            row = self.pick(Rectification.objects.order_by("pk"), number)
            if row.status == Rectification.Status.CLOSED:
                verdicts.reopen_row(row, by=self.zhao, reason="仍存在", due_on=timezone.localdate())
            elif to % 3 == 0:
                rows.withdraw_row(row, by=self.zhao, reason="重复")
            else:
                transfer_row(row, self.pick(self.organizations, to), by=self.zhao, reason="职能划转")

    # --- counting ---------------------------------------------------------------------------------------------------------------

    @rule(number=st.integers(1, 5))
    def fold_some(self, number):
        fold(number)

    @invariant()
    def each_verb_marks_what_it_changes(self):
        if getattr(self, "folds_at_once", False):
            fold_all()
            for campaign in self.campaigns:
                assert [one.text for one in differences(campaign).faults] == []

    @rule()
    def figures_are_true(self):
        # Undone afterwards, so that later verbs meet marks that wait.
        with transaction.atomic():
            fold_all()
            assert not TallyMark.objects.exists()
            for campaign in Campaign.objects.select_related("organizer"):
                assert [one.text for one in differences(campaign).faults] == []
                for leader in (self.wu, *self.leaders):
                    check(campaign, leader)
            transaction.set_rollback(True)


def check(campaign, leader):
    """What a leader reads is what the leader's lists hold, and lies in the leader's subtree."""
    models = (Assignment, Finding, Rectification)
    read = totals(campaign, leader)
    counted: dict[int, Totals] = {campaign.pk: Totals()}
    count(Facts(*(model.objects.visible_to(leader).filter(campaign=campaign) for model in models)), counted, lambda key: key, by="campaign")
    assert read == counted[campaign.pk]
    today = timezone.localdate()
    assert read.overdue(today) == Rectification.objects.visible_to(leader).filter(campaign=campaign).overdue(today).count()
    [path] = leader.scope_paths
    inside = [one.organization_path.startswith(path) for one in Assignment.objects.filter(campaign=campaign)]
    assert read.units == sum(inside)
    noted = [one.organization_path.startswith(path) for one in Finding.objects.filter(campaign=campaign).standing()]
    assert read.sum_of("found") <= sum(noted)
    top = PartyOrganization.objects.get(path=path)
    each = by_child(campaign, leader, top)
    own = each.pop(path, Totals())
    for child in PartyOrganization.objects.filter(parent=top):
        assert each.pop(child.path, Totals()) == totals(campaign, leader, child)
    # What is left lies at places from which the organizations have moved away since the campaign finished.
    assert not each or campaign.status == Campaign.Status.FINISHED
    assert own.units == Assignment.objects.visible_to(leader).filter(campaign=campaign, organization_path=path).count()


@pytest.mark.django_db
@pytest.mark.usefixtures("_small_files")
def test_any_sequence_of_verbs_leaves_true_figures():
    quiet = settings(
        max_examples=EXAMPLES,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    run_state_machine_as_test(Verbs, settings=quiet)


@pytest.fixture
def _small_files(settings, tmp_path):
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
