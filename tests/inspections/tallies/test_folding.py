"""Gaps between children, marks without locks, two workers at once, what a page says about the age of its figures, and the proof."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inspections.actions import assignments, findings
from inspections.actions.tally_folding import fold, fold_all
from inspections.actions.tally_marks import MANY, mark, mark_branch
from inspections.models import Campaign, Tally, TallyFold, TallyMark
from inspections.tallies.ranges import gaps
from inspections.tallies.reading import age, totals
from inspections.tasks import fold_tallies
from tests import factories
from tests.at_once import overlapping

pytestmark = pytest.mark.django_db


@pytest.fixture
def content(campaign):
    return {"kind": "problem", "theme": campaign.checklist.themes.get(code="T2"), "text": "记录不全", "severity": "serious"}


def test_gaps_hold_what_lies_in_no_child():
    def found(path, children):
        return [one[1:] for one in gaps(7, path, children)]

    assert list(gaps(7, "0001", [])) == [(7, "0001", "0001~")]
    # 0001 to 0003 follow each other; before them the place itself, behind them whatever came later.
    children = ["00010003", "00010001", "00010002"]
    assert found("0001", children) == [("0001", "00010001"), ("00010003~", "0001~")]
    assert found("0001", ["00010002", "00010005"]) == [("0001", "00010002"), ("00010002~", "00010005"), ("00010005~", "0001~")]
    # Base 36: z is followed by 10.
    assert found("", ["000z", "0010"]) == [("", "000z"), ("0010~", "~")]


def test_a_verb_leaves_a_mark_in_its_own_transaction_and_touches_nothing_shared(assignment, content, qian, district, campaign):
    with CaptureQueriesContext(connection) as queries:
        findings.create_finding(assignment, content, by=qian)
    written = [one["sql"] for one in queries if "inspections_tally" in one["sql"]]
    assert len(written) == 2
    assert all(sql.startswith("INSERT INTO") and "inspections_tallymark" in sql for sql in written)
    assert set(TallyMark.objects.values_list("campaign", "path")) == {(campaign.pk, assignment.organization_path)}
    with transaction.atomic():
        findings.create_finding(assignment, content, by=qian)
        transaction.set_rollback(True)
    assert TallyMark.objects.count() == 2


def test_folding_makes_a_row_for_each_place_with_facts_below_it(assignment, content, qian, wu, campaign, district):
    findings.create_finding(assignment, content, by=qian)
    fold_tallies()
    assert not TallyMark.objects.exists()
    assert list(Tally.objects.order_by("path").values_list("path", "parent_path", "units", "problems", "serious")) == [
        ("", "", 1, 1, 1),
        (district.path, "", 1, 1, 1),
    ]
    # From now on the page reads the row: facts written past the verbs are not seen before they are marked.
    factories.make_finding(assignment, qian)
    assert totals(campaign, wu).problems == 1
    mark_branch([campaign.pk])
    fold_all()
    assert totals(campaign, wu).problems == 2


def test_nothing_marked_costs_one_question(db):
    with CaptureQueriesContext(connection) as queries:
        assert fold() == 0
    assert len(queries) == 1


def test_folding_costs_the_same_however_many_units_a_street_has(campaign, team, qian, district):
    needed = []
    TallyFold.objects.create(pk=1)
    for number in (2, 12):
        street = factories.make_organization(parent=district)
        for _ in range(number):
            unit = factories.make_assignment(campaign, factories.make_organization(parent=street), team)
            factories.make_finding(unit, qian)
        mark([(campaign.pk, unit.organization_path)])
        with CaptureQueriesContext(connection) as queries:
            fold()
        needed.append(len(queries))
    assert needed[0] == needed[1]


def test_very_many_places_become_one_mark(campaign):
    mark((campaign.pk, f"{number:08d}") for number in range(MANY + 1))
    assert list(TallyMark.objects.values_list("path", "is_branch")) == [("", True)]


def test_the_page_says_how_old_its_figures_are(campaign, assignment, qian):
    assert age(campaign) == timedelta()
    assignments.open_for_writing(assignment, by=qian)
    TallyMark.objects.update(marked_at=timezone.now() - timedelta(seconds=90))
    assert timedelta(seconds=89) < age(campaign) < timedelta(seconds=120)
    fold_all()
    assert age(campaign) == timedelta()


def test_what_is_wrong_is_found_named_and_healed(campaign, assignment, content, qian, district):
    findings.create_finding(assignment, content, by=qian)
    fold_all()
    call_command("verify_tallies", stdout=StringIO())
    Tally.objects.filter(path=district.path).update(found=[])
    Tally.objects.filter(path="").delete()
    Tally.objects.create(
        campaign=campaign,
        path="zzzz",
        counted_at=timezone.now(),
        **dict.fromkeys(
            ("units", "concluded", "problems", "serious", "risk_points", "good_practices", "recurrences", "duties", "closed"), 0
        ),
    )
    told = StringIO()
    with pytest.raises(CommandError, match="发现 3 处不符"):
        call_command("verify_tallies", stdout=StringIO(), stderr=told)
    for words in ("发现与逐条统计不符", "缺少汇总", "汇总应当移除"):
        assert words in told.getvalue()
    call_command("verify_tallies", "--heal", stdout=StringIO(), stderr=StringIO())
    call_command("verify_tallies", "--campaign", campaign.code, stdout=(out := StringIO()))
    assert "核对无误。" in out.getvalue()


def test_a_deleted_campaign_leaves_nothing(campaign, assignment, qian, zhao, district):
    gone = factories.make_campaign(district, zhao, status="preparing")
    mark_branch([gone.pk])
    TallyMark.objects.create(campaign_id=987654, path="0001")
    Campaign.objects.filter(pk=gone.pk).delete()
    fold_all()
    assert not TallyMark.objects.exists()


@pytest.mark.usefixtures("on_disk")
def test_a_second_worker_stands_aside(assignment, content, qian):
    findings.create_finding(assignment, content, by=qian)
    TallyFold.objects.create(pk=1)
    assert overlapping(fold, fold) == [2, 0]
    assert not TallyMark.objects.exists()
