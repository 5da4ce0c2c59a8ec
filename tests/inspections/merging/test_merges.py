"""Merging findings under one wording, undoing it, and what counts them: tallies, top ten, history, rights."""

from __future__ import annotations

import pytest

from inspections.actions.finding_merges import MOST, keep_apart, merge_findings, suggest_again, undo_merge
from inspections.actions.findings import update_finding, withdraw_finding
from inspections.actions.tally_folding import fold_all
from inspections.models import Assignment, Campaign, Finding, FindingMerge, KeptApart, StandardFinding, Tally
from inspections.tallies.verifying import differences
from jobs.errors import InvalidTransition, Refused
from tests import factories
from units.models import ActivityEntry

pytestmark = pytest.mark.django_db
WORDING = "学习台账不健全"


@pytest.fixture
def pair(assignment, campaign, bureau, team, qian):
    """The same said in two ways, at two organizations whose inspection is complete."""
    other = factories.make_assignment(campaign, bureau, team, status="concluded")
    Assignment.objects.update(status="concluded", concluded_by=qian, concluded_at=factories.NOON)
    return [
        factories.make_finding(assignment, qian, text="未建立学习台账"),
        factories.make_finding(other, qian, text="学习台账没有建立，资料零散"),
    ]


def seen(*findings):
    return {one.pk: one.revision for one in findings}


def wordings(*findings):
    return [Finding.objects.get(pk=one.pk).standard for one in findings]


def true(campaign):
    fold_all()
    assert [one.text for one in differences(campaign).faults] == []
    return Tally.objects.get(campaign=campaign, path="")


def test_a_new_wording_is_shared_and_nothing_else_changes(pair, campaign, zhao):
    merge = merge_findings(seen(*pair), wording=WORDING, heading="台账管理不到位", by=zhao)
    standard = merge.standard
    assert (standard.wording, standard.kind, standard.theme_code, merge.made_standard) == (WORDING, "problem", "T2", True)
    assert wordings(*pair) == [standard, standard]
    fresh = Finding.objects.get(pk=pair[0].pk)
    assert (fresh.text, fresh.organization, fresh.revision) == ("未建立学习台账", pair[0].organization, 2)
    assert sorted(true(campaign).having) == sorted([[standard.pk, one.organization.category_id, 1] for one in pair])
    verbs = ActivityEntry.objects.about(fresh).values_list("verb", "organization_path")
    assert list(verbs) == [("inspections.finding_merge", campaign.organizer.path)]
    assert Finding.objects.search("资料零散").get() == pair[1]


def test_one_more_joins_a_wording_of_the_library(pair, zhao):
    standard = factories.make_standard(wording=WORDING)
    merge_findings(seen(pair[0]), standard=standard, by=zhao)
    pair[0].refresh_from_db()
    merge = merge_findings(seen(*pair), standard=standard, by=zhao)
    assert [row.finding for row in merge.rows.all()] == [pair[1]]
    pair[1].refresh_from_db()
    with pytest.raises(Refused, match="不需要再归并"):
        merge_findings(seen(*pair), standard=standard, by=zhao)


def test_undoing_gives_everything_back(pair, campaign, zhao):
    before = factories.make_standard()
    Finding.objects.filter(pk=pair[1].pk).update(standard=before)
    merge = merge_findings(seen(*pair), wording=WORDING, by=zhao)
    true(campaign)
    assert undo_merge(merge, by=zhao) == (2, 0)
    assert wordings(*pair) == [None, before]
    assert [row[0] for row in true(campaign).noted] == [before.pk]
    merge.refresh_from_db()
    assert (merge.undone_by, StandardFinding.objects.get(pk=merge.standard_id).is_retired) == (zhao, True)
    with pytest.raises(InvalidTransition, match="已经撤销过"):
        undo_merge(merge, by=zhao)


def test_undoing_the_first_of_two_leaves_the_second(pair, zhao):
    second = factories.make_standard(wording=WORDING)
    merge = merge_findings(seen(*pair), wording="台账问题", by=zhao)
    pair[0].refresh_from_db()
    later = merge_findings(seen(pair[0]), standard=second, by=zhao)
    assert undo_merge(merge, by=zhao) == (1, 1)
    assert wordings(*pair) == [second, None]
    assert undo_merge(later, by=zhao) == (1, 0)
    assert wordings(*pair) == [None, None]


def test_what_a_person_chose_since_is_left_alone(pair, zhao, qian):
    merge = merge_findings(seen(*pair), wording=WORDING, by=zhao)
    chosen = factories.make_standard()
    Finding.objects.filter(pk=pair[0].pk).update(standard=chosen)
    assert undo_merge(merge, by=zhao) == (1, 1)
    assert wordings(*pair) == [chosen, None]
    assert not StandardFinding.objects.get(pk=chosen.pk).is_retired


def test_what_changed_since_it_was_shown_is_not_merged(pair, campaign, zhao, qian):
    shown = seen(*pair)
    Assignment.objects.update(status="in_progress", concluded_at=None, concluded_by=None)
    one = Finding.objects.get(pk=pair[0].pk)
    content = {"kind": "problem", "theme": one.theme, "text": "另有情况", "severity": "general"}
    update_finding(one, content, by=zhao, base_revision=1)
    with pytest.raises(InvalidTransition, match="有 1 条在您打开之后"):
        merge_findings(shown, wording=WORDING, by=zhao)
    withdraw_finding(Finding.objects.get(pk=pair[1].pk), by=zhao, reason="重复")
    with pytest.raises(InvalidTransition, match="有 2 条在您打开之后"):
        merge_findings(shown, wording=WORDING, by=zhao)
    assert not FindingMerge.objects.exists()
    assert not StandardFinding.objects.filter(wording=WORDING).exists()


def test_refusals(pair, campaign, assignment, zhao, zheng, qian, wu):
    with pytest.raises(Refused, match="请先选择"):
        merge_findings({}, wording=WORDING, by=zhao)
    with pytest.raises(Refused, match=f"最多归并 {MOST} 条"):
        merge_findings(dict.fromkeys(range(MOST + 1), 1), wording=WORDING, by=zhao)
    for person in (zheng, wu, qian):
        with pytest.raises(Refused, match="只有主办组织的办公室"):
            merge_findings(seen(*pair), wording=WORDING, by=person)
    with pytest.raises(Refused, match="写明新的规范表述"):
        merge_findings(seen(*pair), wording="  ", by=zhao)
    with pytest.raises(Refused, match="只有一条发现"):
        merge_findings(seen(pair[0]), wording=WORDING, by=zhao)
    known = factories.make_standard(wording=WORDING)
    with pytest.raises(Refused, match="库里已有这条表述"):
        merge_findings(seen(*pair), wording=WORDING, by=zhao)
    StandardFinding.objects.filter(pk=known.pk).update(is_retired=True)
    with pytest.raises(Refused, match="已经停用"):
        merge_findings(seen(*pair), standard=known, by=zhao)
    with pytest.raises(Refused, match="类型或主题与所选发现不同"):
        merge_findings(seen(*pair), standard=factories.make_standard(kind="risk_point"), by=zhao)
    risk = factories.make_finding(assignment, qian, kind="risk_point")
    with pytest.raises(Refused, match="类型不同（问题、风险点）"):
        merge_findings(seen(*pair, risk), wording=WORDING, by=zhao)
    other = factories.make_finding(assignment, qian, theme=campaign.checklist.themes.get(code="T1"))
    with pytest.raises(Refused, match="主题不同（理论学习、组织领导）"):
        merge_findings(seen(*pair, other), wording=WORDING, by=zhao)
    merge = merge_findings(seen(*pair), wording="台账问题", by=zhao)
    for person in (zheng, wu, qian):
        with pytest.raises(Refused, match="可以撤销归并"):
            undo_merge(merge, by=person)


def test_a_finished_campaign_is_merged_too(pair, campaign, zhao):
    Campaign.objects.update(status="finished")
    merge_findings(seen(*pair), wording=WORDING, by=zhao)
    assert sum(row[-1] for row in true(campaign).noted) == 2


def test_keeping_apart(campaign, zhao, wu):
    kept = keep_apart(campaign, digest="a" * 64, text="台账", number=2, by=zhao)
    assert keep_apart(campaign, digest="a" * 64, text="台账", number=2, by=zhao) == kept
    with pytest.raises(Refused, match="只有"):
        keep_apart(campaign, digest="b" * 64, text="台账", number=2, by=wu)
    with pytest.raises(Refused, match="只有"):
        suggest_again(kept, by=wu)
    suggest_again(kept, by=zhao)
    assert not KeptApart.objects.exists()
    with pytest.raises(InvalidTransition, match="已经恢复建议"):
        suggest_again(kept, by=zhao)
    assert ActivityEntry.objects.filter(verb__startswith="inspections.group_").count() == 2
