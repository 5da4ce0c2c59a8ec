"""Ways round the rules of the ledger that a crafted form, a second hat or a detour might open."""

from __future__ import annotations

import pytest
from django.urls import reverse

from inspections.actions import extensions
from inspections.actions import rectification_rows as rows
from inspections.actions import rectification_verdicts as verdicts
from inspections.actions import rectification_work as work
from inspections.actions.rectification_reshaping import Part, merge_rows, split_row, transfer_row
from inspections.models import Rectification
from jobs.errors import Refused
from tests import factories
from tests.inspections.field import phone
from tests.inspections.field.phone import Phone
from tests.inspections.rectifications.conftest import S, day

pytestmark = pytest.mark.django_db


def test_a_crafted_key_makes_nobody_a_verifier(make_row, problem, zhao, zheng, wang, feng, li, qian, chen, client):
    row = make_row(problem, until=S.SUBMITTED)
    client.force_login(zhao)
    gone = factories.make_user("褚退", role="office", at=row.campaign.organizer, is_active=False)
    for stranger in (zheng, wang, feng, li, gone):
        fields = {"do": "verifier", "row": str(row.pk), "verifier": stranger.pk, "text": ""}
        answer = client.post(reverse("inspections:rectification_bulk"), fields)
        assert "没有指定" in answer.content.decode() or "不能请" in answer.content.decode(), stranger
        row.refresh_from_db()
        assert row.verifier is None
        assert not Rectification.objects.visible_to(zheng).exists()
        with pytest.raises(Refused, match="不能请"):
            verdicts.ask_verifier(row, stranger, by=zhao)
    for able in (qian, chen):
        assert verdicts.ask_verifier(row, able, by=zhao).verifier == able


def test_who_worked_on_a_row_that_was_merged_or_split_does_not_verify_it(make_row, problem, another, zhao, zhou, chen):
    row, other = make_row(problem), make_row(another)
    work.plan_row(other, by=chen, measure="代填措施", responsible_title="党委副书记")
    merged = merge_rows(row, [other], by=zhao, content="两个问题一并整改")
    work.submit_row(make_row.make_ready(merged), by=zhou, text="完成")
    with pytest.raises(Refused, match="参与过"):
        verdicts.close_row(row, by=chen, text="同意")
    Rectification.objects.filter(pk=row.pk).update(status=S.IN_PROGRESS, submitted_by=None, submitted_on=None)
    parts = [Part("甲", (problem,), day(10)), Part("乙", (another,), day(10))]
    _, second = split_row(merged, parts, by=zhao)
    work.submit_row(make_row.make_ready(second), by=zhou, text="完成")
    with pytest.raises(Refused, match="参与过"):
        verdicts.close_row(second, by=chen, text="同意")


def test_one_office_alone_does_not_move_an_issued_deadline_back(make_row, problem, another, zhao):
    """More time is asked for by the organization and decided in two steps."""
    row = make_row(problem, due=20)
    with pytest.raises(Refused, match="申请延期"):
        rows.change_row(row, by=zhao, base_revision=row.revision, due_on=day(40))
    earlier = rows.change_row(row, by=zhao, base_revision=row.revision, due_on=day(10))
    assert earlier.due_on == day(10)
    with pytest.raises(Refused, match="申请延期"):
        split_row(row, [Part("甲", (problem,), day(10)), Part("乙", (problem,), day(60))], by=zhao)
    Rectification.objects.filter(pk=row.pk).update(due_on=day(-3))
    for part in split_row(row, [Part("甲", (problem,), day(-3)), Part("乙", (problem,), day(-3))], by=zhao):
        assert part.due_on == day(-3), "what is overdue is split without more time"
    draft = make_row(another, until="draft", due=20)
    assert rows.change_row(draft, by=zhao, base_revision=draft.revision, due_on=day(60)).due_on == day(60)


def test_an_extension_never_shortens_the_time(make_row, problem, zhao, chen, zhou, wu):
    row = make_row(problem, due=20)
    asked = extensions.ask_extension(row, by=zhou, reason="施工期", new_due_on=day(30))
    extensions.endorse_extension(asked, by=zhao)
    Rectification.objects.filter(pk=row.pk).update(due_on=day(45))
    with pytest.raises(Refused, match="已经是"):
        extensions.approve_extension(asked, by=wu)
    row.refresh_from_db()
    assert row.due_on == day(45)


def test_the_phone_looks_again_at_what_was_handed_over(make_row, problem, zhao, qian, sun, bureau, district):
    """The day lists the row at the organization that answers for it now, so what is noted there must be taken."""
    row = transfer_row(make_row(problem), bureau, by=zhao, reason="职能划转")
    campaign = factories.make_campaign(district, zhao, title="2027年上半年督查", year=2027, half=1)
    again = factories.make_assignment(campaign, bureau, factories.make_team(campaign, qian, sun))
    listed = Phone(qian).get("/day").json()
    assert str(problem.pk) in str(listed)
    data = {"finding": str(problem.pk), "outcome": "still_there", "note": "未见整改"}
    [outcome] = Phone(qian).send(phone.record("recheck", again, data))
    assert (outcome["status"], outcome["message"]) == (201, "")
    assert row.rechecks.get().assignment == again
    elsewhere = factories.make_finding(factories.make_assignment(campaign, district), zhao)
    [outcome] = Phone(qian).send(phone.record("recheck", again, {**data, "finding": str(elsewhere.pk)}))
    assert outcome["status"] == 422
