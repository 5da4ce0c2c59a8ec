"""回头看: what is looked at again in the next campaign, the sample, recurrence, the verb on site."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from inspections.actions.rechecks import save_recheck
from inspections.actions.revisions import DuplicateId, RevisionConflict
from inspections.actions.samples import draw_sample
from inspections.models import Campaign, Finding, Recheck, Rectification
from inspections.rechecking import rechecks_of
from inspections.sampling import Candidate, draw
from jobs.errors import InvalidTransition, Refused
from reports.composing.feedback import compose_feedback
from reports.facts.reading import organization_facts
from tests import factories
from tests.factories import report_template
from tests.inspections.rectifications.conftest import S

pytestmark = pytest.mark.django_db


@pytest.fixture
def again(problem, district, zhao, qian, sun, town):
    """The next campaign, running, with 青石镇 given to the same people."""
    campaign = factories.make_campaign(district, zhao, title="2027年上半年督查", year=2027, half=1)
    return factories.make_assignment(campaign, town, factories.make_team(campaign, qian, sun))


def test_open_rows_come_into_the_next_campaign_by_themselves(make_row, problem, another, again, bureau, qian, client):
    row, closed = make_row(problem), make_row(another, until=S.CLOSED)
    assert [line.row for line in rechecks_of(again)] == [row]
    elsewhere = factories.make_assignment(again.campaign, bureau)
    assert rechecks_of(elsewhere) == []
    client.force_login(qian)
    page = client.get(reverse("inspections:assignment_detail", args=[again.pk])).content.decode()
    assert "回头看" in page
    assert row.reference in page
    assert closed.reference not in page
    assert client.get(reverse("inspections:rectification_detail", args=[row.pk])).status_code == 200, "the team reads what was asked"


def test_saying_what_it_looks_like_today(make_row, problem, again, qian, sun, client, zhou):
    row = make_row(problem)
    first = save_recheck(again, problem, outcome="still_there", note="记录仍缺", by=qian, base_revision=0)
    assert (first.rectification, first.revision) == (row, 1)
    assert save_recheck(again, problem, outcome="still_there", note="记录仍缺", by=sun, base_revision=0) == first, "sent twice"
    with pytest.raises(RevisionConflict):
        save_recheck(again, problem, outcome="fixed", note="", by=sun, base_revision=0)
    client.force_login(sun)
    url = reverse("inspections:recheck_save", args=[again.pk, problem.pk])
    assert client.post(url, {"outcome": "fixed", "revision": 0}, headers={"hx-request": "true"}).status_code == 409
    assert client.post(url, {"outcome": "", "revision": 1}, headers={"hx-request": "true"}).status_code == 422
    answer = client.post(url, {"outcome": "fixed", "note": "已补齐", "revision": 1}, headers={"hx-request": "true"})
    assert "已补齐" in answer.content.decode()
    assert Recheck.objects.get().outcome == "fixed"
    # While the campaign runs the unit does not read it.
    assert not Recheck.objects.visible_to(zhou).exists()
    Campaign.objects.filter(pk=again.campaign_id).update(status="finished")
    assert Recheck.objects.visible_to(zhou).exists()
    with pytest.raises(InvalidTransition):
        save_recheck(again, problem, outcome="fixed", by=qian, base_revision=2)


def test_a_problem_of_last_time_without_a_row_is_looked_at_again_too(problem, again, finished, sun, client):
    # Campaigns are compared when they use versions of one checklist.
    assert again.campaign.previous == finished
    [line] = rechecks_of(again)
    assert (line.finding, line.row) == (problem, None)
    client.force_login(sun)
    url = reverse("inspections:recheck_save", args=[again.pk, problem.pk])
    assert client.post(url, {"outcome": "still_there", "revision": 0}).status_code == 302
    assert "没有列入整改台账" in client.get(reverse("inspections:assignment_detail", args=[again.pk])).content.decode()
    assert Recheck.objects.get().rectification is None


def test_what_is_not_looked_at_again_here(make_row, problem, again, qian, bureau, district, zhao):
    make_row(problem)
    elsewhere = factories.make_assignment(again.campaign, bureau, again.team)
    with pytest.raises(Refused, match="不在本单位"):
        save_recheck(elsewhere, problem, outcome="fixed", by=qian, base_revision=0)
    taken = "44444444-4444-4444-8444-444444444444"
    save_recheck(again, problem, outcome="fixed", by=qian, base_revision=0, recheck_id=taken)
    third = factories.make_campaign(district, zhao, year=2027, half=2)
    later = factories.make_assignment(third, problem.organization)
    with pytest.raises(DuplicateId):
        save_recheck(later, problem, outcome="fixed", by=qian, base_revision=0, recheck_id=taken)


def test_the_draw_is_the_same_for_everybody():
    candidates = [Candidate(f"2026-2-{number:03d}", "serious" if number == 7 else "general") for number in range(1, 41)]
    chosen = draw(candidates, share=20, severities=["serious"], seed="31415926")
    assert chosen == draw(list(reversed(candidates)), share=20, severities=["serious"], seed="31415926")
    assert len(chosen) == 1 + 8
    assert "2026-2-007" in chosen
    assert chosen != draw(candidates, share=20, severities=["serious"], seed="27182818")
    assert draw(candidates, share=0, severities=[], seed="1") == []
    assert len(draw(candidates, share=100, severities=[], seed="1")) == 40
    assert len(draw(candidates[:3], share=1, severities=[], seed="1")) == 1, "rounded up"
    # A fixed value: another machine, another year, the same lots.
    assert draw(candidates, share=5, severities=[], seed="31415926") == ["2026-2-021", "2026-2-031"]


def test_a_sample_is_drawn_once_and_its_rows_are_looked_at_again(client, make_row, problem, another, again, zhao, wu):
    make_row(problem)
    closed = make_row(another, until=S.CLOSED)
    url = reverse("inspections:recheck_sample", args=[again.campaign.code])
    client.force_login(zhao)
    assert "1 项已销号" in client.get(url).content.decode()
    assert client.post(url, {"share": "abc"}).status_code == 422
    assert "一项也抽不到" in client.post(url, {"share": 0}).content.decode()
    assert client.post(url, {"share": 0, "severities": ["serious"], "seed": "20270101"}).status_code == 302
    page = client.get(url).content.decode()
    assert "20270101" in page
    assert closed.reference in page
    with pytest.raises(Refused, match="不能反复抽取"):
        draw_sample(again.campaign, by=zhao, share=50)
    assert [(line.row, line.is_sampled) for line in rechecks_of(again)][-1] == (closed, True)
    client.force_login(wu)
    assert client.post(url, {"share": 50}).status_code == 403


def test_still_there_on_a_closed_row_the_office_opens_it_again(client, make_row, another, again, zhao, qian):
    closed = make_row(another, until=S.CLOSED)
    draw_sample(again.campaign, by=zhao, share=100)
    save_recheck(again, another, outcome="still_there", note="又没报", by=qian, base_revision=0)
    client.force_login(zhao)
    assert "仍存在" in client.get(reverse("inspections:rectification_detail", args=[closed.pk])).content.decode()
    assert client.get(reverse("inspections:rectification_list"), {"special": "still"}).context["total"] == 1
    day = timezone.localdate().isoformat()
    answer = client.post(reverse("inspections:rectification_reopen", args=[closed.pk]), {"reason": "回头看仍存在", "due_on": day})
    assert answer.status_code == 302
    closed.refresh_from_db()
    assert (closed.status, closed.closed_by, closed.submitted_by) == (S.IN_PROGRESS, None, None)
    assert rechecks_of(again)[0].row == closed


def test_a_problem_that_was_closed_out_before_recurs(client, make_row, problem, again, qian, zhao, bureau):
    make_row(problem, until=S.CLOSED)
    item = again.campaign.checklist.themes.get(code="T2").items.get(code=problem.item.code)
    now = timezone.now()
    repeated = factories.make_finding(again, qian, item=item, text="学习记录还是不全")
    other_item = factories.make_finding(again, qian, text="别的问题")
    elsewhere = factories.make_finding(factories.make_assignment(again.campaign, bureau), qian, item=item)
    Finding.objects.filter(assignment__campaign=again.campaign).update(recorded_at=now)
    repeated, other_item, elsewhere = (Finding.objects.get(pk=one.pk) for one in (repeated, other_item, elsewhere))
    assert (repeated.is_recurring, other_item.is_recurring, elsewhere.is_recurring) == (True, False, False)
    assert list(Finding.objects.recurring()) == [repeated]
    client.force_login(zhao)
    listed = client.get(reverse("inspections:finding_list"), {"recurring": "1"})
    assert [finding.pk for finding in listed.context["rows"]] == [repeated.pk]
    for url in (reverse("inspections:finding_detail", args=[repeated.pk]), reverse("inspections:assignment_detail", args=[again.pk])):
        assert "屡查屡犯" in client.get(url).content.decode()
    Campaign.objects.filter(pk=again.campaign_id).update(status="finished")
    again.__class__.objects.filter(pk=again.pk).update(status="concluded", concluded_by=qian, concluded_at=now)
    # The facts of reports know it, and the feedback to the organization says it.
    facts = organization_facts(again.campaign, [repeated.organization_id])[repeated.organization_id]
    assert {fact.text: fact.recurs for fact in facts.of_kind("problem")} == {repeated.text: True, other_item.text: False}
    sections = compose_feedback(facts, report_template("feedback")).sections
    said = [paragraph.text for section in sections for paragraph in section.paragraphs if "屡查屡犯" in paragraph.text]
    assert len(said) == 1
    assert said[0].startswith(repeated.text)
    row = make_row(repeated)
    assert list(Rectification.objects.recurring()) == [row]
    # Closed only after it was found again: that is no repetition.
    Rectification.objects.filter(findings=problem).update(closed_at=timezone.now())
    assert not Finding.objects.get(pk=repeated.pk).is_recurring
