"""Reading a campaign into facts: what counts, and with how many queries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.models import BasisDocument, Campaign, ChecklistItem
from reports.facts import campaign_facts, group_findings, organization_facts
from reports.facts.found import Conformity, Share
from tests import factories


@pytest.fixture
def visited(campaign, town, team):
    return factories.make_assignment(campaign, town, team, status="concluded", summary=" 工作有载体。 ")


@pytest.fixture
def written(campaign, bureau, team):
    return factories.make_assignment(campaign, bureau, team, status="concluded", method="written", activities=[])


def fill(campaign, district, team, by, count):
    """Conclude ``count`` more organizations with answers and findings of every kind."""
    category = factories.make_category("社区")
    for _ in range(count):
        organization = factories.make_organization("", district, category=category)
        assignment = factories.make_assignment(campaign, organization, team, status="concluded")
        for kind in ("problem", "risk_point", "good_practice"):
            factories.make_finding(assignment, by, kind=kind, standard=factories.make_standard(kind=kind))
        factories.make_result(assignment, "T1-1", by, conformity="conforming")
        factories.make_result(assignment, "T1-2", by, number=3)


def queries(function, *arguments):
    with CaptureQueriesContext(connection) as seen:
        function(*arguments)
    return len(seen)


def fresh(campaign):
    """The campaign as read from the database, with nothing cached on it."""
    return Campaign.objects.get(pk=campaign.pk)


def test_the_number_of_queries_does_not_grow(campaign, district, team, qian):
    fill(campaign, district, team, qian, 1)
    few = queries(campaign_facts, fresh(campaign))
    fill(campaign, district, team, qian, 5)
    assert queries(campaign_facts, fresh(campaign)) == few <= 20


def test_facts_for_many_organizations_cost_as_much_as_for_one(campaign, district, team, qian):
    fill(campaign, district, team, qian, 6)
    ids = list(campaign.assignments.values_list("organization_id", flat=True))
    one = queries(organization_facts, fresh(campaign), ids[:1])
    assert queries(organization_facts, fresh(campaign), ids) == one <= 10


def test_only_concluded_inspections_count(campaign, visited, bureau, team, qian):
    running = factories.make_assignment(campaign, bureau, team, status="in_progress")
    for assignment in (visited, running):
        factories.make_finding(assignment, qian)
        factories.make_result(assignment, "T1-1", qian, conformity="conforming")
        factories.make_result(assignment, "T1-2", qian, number=2)
    facts = campaign_facts(campaign)
    assert [unit.name for unit in facts.units] == ["青石镇党委"]
    assert [row.name for row in facts.unfinished] == ["区档案馆党支部"]
    assert len(facts.findings) == 1
    assert facts.judged() == Conformity(1)
    assert [amount.total for amount in facts.amounts] == [Decimal(2)]
    assert {category.name: (category.planned, facts.inspected[category.id]) for category in facts.categories} == {
        "镇街": (1, 1),
        "事业单位": (1, 0),
    }


def test_withdrawn_findings_count_nowhere(campaign, visited, qian):
    factories.make_finding(visited, qian, withdrawn_at=factories.NOON, withdrawn_reason="重复")
    assert campaign_facts(campaign).findings == ()


def test_not_applicable_answers_are_no_judgement(campaign, visited, qian):
    factories.make_result(visited, "T1-1", qian, conformity="not_applicable")
    factories.make_result(visited, "T2-1", qian, conformity="mostly")
    assert campaign_facts(campaign).judged() == Conformity(0, 1, 0)


def test_metrics_are_summed_by_category_with_their_sources(campaign, visited, written, qian):
    ChecklistItem.objects.filter(code="T1-2").update(cut_off_on=date(2026, 9, 30))
    first = factories.make_result(visited, "T1-2", qian, number="3.50", is_approximate=True)
    second = factories.make_result(written, "T1-2", qian, number=2)
    town, bureau = campaign_facts(campaign).amounts
    assert (town.phrase, town.unit, town.total, town.is_approximate) == ("召开专题研究会议", "次", Decimal("3.5"), True)
    assert (town.cut_off_on, town.results, town.reported, town.asked) == (date(2026, 9, 30), (str(first.pk),), 1, 1)
    assert (bureau.total, bureau.is_approximate, bureau.results) == (Decimal(2), False, (str(second.pk),))


def test_a_metric_without_words_for_the_report_stays_out(campaign, visited, qian):
    ChecklistItem.objects.filter(code="T1-2").update(metric_phrase="")
    factories.make_result(visited, "T1-2", qian, number=2)
    assert campaign_facts(campaign).amounts == ()


def test_a_category_is_whole_when_all_its_organizations_were_in_the_scope(campaign, visited, district, town, other_district):
    def whole():
        return [category.is_whole for category in campaign_facts(campaign).categories]

    factories.make_organization("隔壁镇党委", other_district, category=town.category)
    assert whole() == [True]
    another = factories.make_organization("白石镇党委", district, category=town.category)
    assert whole() == [False]
    another.dissolved_on = date(2026, 1, 1)
    another.save()
    assert whole() == [True]


def test_members_come_from_categories_found_above_their_branch(campaign, visited, town, qian, sun):
    branch = factories.make_organization("青石镇机关党支部", town)
    member = factories.make_user("卫", organization=branch)
    factories.make_team(campaign, member, qian, name="第三督查组")
    teams = campaign_facts(campaign).teams
    assert (len(teams.ids), teams.people) == (2, 3)
    assert teams.bodies == ("镇街",)
    assert teams.named == ("区委办公室党支部", "区融媒体中心党支部")


def test_an_organization_without_category_is_reported_last_as_other(campaign, district, team, visited):
    factories.make_assignment(campaign, factories.make_organization("", district), team, status="concluded")
    towns, others = campaign_facts(campaign).categories
    assert towns.name == "镇街"
    assert (others.id, others.label, others.is_whole) == (0, "其他党组织", True)


def test_basis_documents_keep_their_order(campaign, visited):
    second = BasisDocument.objects.create(title="乙办法", order=2)
    first = BasisDocument.objects.create(title="甲办法", issuer="区委", number="区委发〔2026〕1号", order=1)
    campaign.basis_documents.set([second, first])
    assert [(row.title, row.number) for row in campaign_facts(campaign).basis] == [("甲办法", "区委发〔2026〕1号"), ("乙办法", "")]


def test_the_previous_campaign_is_counted_the_same_way(campaign, visited, town, bureau, qian, zhao, district):
    before = factories.make_campaign(district, zhao, half=1, status="finished", checklist=campaign.checklist)
    standard = factories.make_standard()
    concluded = factories.make_assignment(before, town, status="concluded")
    factories.make_finding(concluded, qian, standard=standard)
    factories.make_finding(concluded, qian)
    factories.make_finding(concluded, qian, kind="risk_point")
    factories.make_finding(factories.make_assignment(before, bureau, status="in_progress"), qian)
    previous = campaign_facts(campaign).previous
    assert (previous.period, previous.units, previous.problems, previous.standards) == ("2026年上半年", 1, 2, {standard.code})
    assert campaign_facts(before).previous is None


def test_a_campaign_without_checklist_has_facts(campaign, visited):
    campaign.checklist = None
    campaign.save()
    facts = campaign_facts(campaign)
    assert (facts.themes, facts.header.checklist_name, facts.header.items) == ((), "", 0)


# --- merging ----------------------------------------------------------------------------------------------------------------


def groups(campaign):
    facts = campaign_facts(campaign)
    return group_findings(facts.of_kind("problem"), facts.units)


def test_findings_with_one_standard_are_one_problem(campaign, visited, written, qian):
    standard = factories.make_standard(item_code="")
    for assignment in (visited, visited, written):
        factories.make_finding(assignment, qian, standard=standard, text="各有各的写法")
    (group,) = groups(campaign)
    assert (group.wording, group.share, len(group.findings)) == (standard.wording, Share(2, 2), 3)


def test_free_words_are_merged_when_they_say_the_same(campaign, visited, written, qian):
    factories.make_finding(visited, qian, text="青石镇党委记录不全，缺签到。")
    factories.make_finding(written, qian, text="记录不全,缺签到")
    factories.make_finding(written, qian, text="记录不全，缺提纲")
    assert [(group.wording, group.share) for group in groups(campaign)] == [
        ("记录不全，缺签到。", Share(2, 2)),
        ("记录不全，缺提纲", Share(1, 2)),
    ]


def test_n_is_counted_among_those_who_are_asked(campaign, visited, written, town, qian):
    item = ChecklistItem.objects.get(theme__checklist=campaign.checklist, code="T2-1")
    item.categories.add(town.category)
    by_item = factories.make_finding(visited, qian, item=item, text="甲")
    assert [group.share for group in groups(campaign)] == [Share(1, 1)]
    by_item.delete()
    factories.make_finding(visited, qian, standard=factories.make_standard(item_code="T2-1"))
    assert [group.share for group in groups(campaign)] == [Share(1, 1)]
    # Noted where nobody asked for it: then that organization is one of those concerned.
    factories.make_finding(written, qian, standard=factories.make_standard(code="S-other", item_code="T2-1", wording="另一问题"))
    assert Share(1, 2) in [group.share for group in groups(campaign)]


# --- one organization -------------------------------------------------------------------------------------------------------


def test_facts_of_one_organization_hold_only_its_own(campaign, visited, written, qian):
    own = factories.make_finding(visited, qian)
    factories.make_finding(written, qian)
    factories.make_result(visited, "T1-1", qian, conformity="conforming")
    factories.make_result(written, "T1-1", qian, conformity="not_conforming")
    factories.make_result(visited, "T1-2", qian, number=4)
    facts = organization_facts(campaign, [visited.organization_id])[visited.organization_id]
    assert [row.id for row in facts.findings] == [str(own.pk)]
    assert facts.conformity == Conformity(1)
    assert [(amount.total, amount.asked) for amount in facts.amounts] == [(Decimal(4), 1)]
    assert (facts.unit.summary, facts.unit.team, facts.unit.activities) == ("工作有载体。", "第一督查组", ("听取汇报", "查阅资料"))


def test_organizations_that_are_not_concluded_have_no_facts(campaign, town, team):
    factories.make_assignment(campaign, town, team, status="in_progress")
    assert organization_facts(campaign, [town.pk]) == {}


def test_the_librarys_lead_bodies_are_named_only_at_the_top(campaign, visited, town, zhao, qian):
    standard = factories.make_standard(lead_body="区委宣传部")
    factories.make_finding(visited, qian, standard=standard)
    assert [row.standard.lead_body for row in campaign_facts(campaign).findings] == ["区委宣传部"]
    lower = factories.make_campaign(town, zhao, checklist=campaign.checklist)
    community = factories.make_organization("晨光社区党总支", town)
    assignment = factories.make_assignment(lower, community, factories.make_team(lower), status="concluded")
    factories.make_finding(assignment, qian, standard=standard)
    assert [row.standard.lead_body for row in campaign_facts(lower).findings] == [""]
