"""延期: asked before the deadline, two steps by two people, history kept."""

from __future__ import annotations

import pytest

from inspections.actions import extensions as actions
from inspections.actions.rectification_verdicts import close_row
from inspections.actions.rectification_work import submit_row
from inspections.models import Extension
from jobs.errors import InvalidTransition, Refused
from tests import factories
from tests.inspections.rectifications.conftest import S, day
from units.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(make_row, problem, zhou):
    return actions.ask_extension(make_row(problem), by=zhou, reason="设备采购周期长", new_due_on=day(40))


def test_two_steps_move_the_deadline_and_every_step_is_told(asked, zhao, zhou, wu):
    row = asked.rectification
    assert list(Extension.objects.waiting_for(zhao)) == [asked]
    assert not Extension.objects.waiting_for(wu)
    with pytest.raises(InvalidTransition, match="待办公室审核"):
        actions.approve_extension(asked, by=wu)
    actions.endorse_extension(asked, by=zhao, comment="情况属实")
    row.refresh_from_db()
    assert row.due_on == day(20), "not before a leader agrees"
    assert list(Extension.objects.waiting_for(wu)) == [asked]
    assert not Extension.objects.waiting_for(zhao)
    with pytest.raises(InvalidTransition):
        actions.endorse_extension(asked, by=zhao)
    actions.approve_extension(asked, by=wu, comment="同意")
    row.refresh_from_db()
    assert (row.due_on, row.first_due_on, row.is_extended) == (day(40), day(20), True)
    for act in (lambda: actions.approve_extension(asked, by=wu), lambda: actions.withdraw_extension(asked, by=zhou)):
        with pytest.raises(InvalidTransition):
            act()
    told = Notice.objects.filter(kind="inspections.extension").order_by("pk").values_list("user__username", flat=True)
    assert list(told) == ["zhao", "chen", "wu", "zhao", "zhou", "chen"]
    again = actions.ask_extension(row, by=zhou, reason="再延", new_due_on=day(60))
    actions.refuse_extension(again, by=zhao, reason="不再延期")
    assert list(row.extensions.order_by("asked_at").values_list("status", flat=True)) == ["approved", "refused"]
    assert row.entries.filter(kind="extension").count() == 5


def test_two_steps_are_two_people(asked, zhao, zhou, district):
    both = factories.make_user("兼任", role="office", at=district)
    both.appointments.create(organization=district, role="leader")
    actions.endorse_extension(asked, by=both)
    assert not Extension.objects.waiting_for(both)
    for act in (lambda: actions.approve_extension(asked, by=both), lambda: actions.refuse_extension(asked, by=both, reason="不")):
        with pytest.raises(Refused, match="两人"):
            act()
    with pytest.raises(Refused, match="两人"):
        actions.approve_extension(asked, by=zhou)


def test_when_it_may_be_asked(make_row, problem, another, zhou, zhao, chen):
    late = make_row(another, due=-1)
    with pytest.raises(Refused, match="已经逾期"):
        actions.ask_extension(late, by=zhou, reason="忙", new_due_on=day(9))
    row = make_row(problem, due=0)
    with pytest.raises(Refused, match="晚于"):
        actions.ask_extension(row, by=zhou, reason="忙", new_due_on=day(0))
    with pytest.raises(Refused, match="理由"):
        actions.ask_extension(row, by=zhou, reason=" ", new_due_on=day(5))
    first = actions.ask_extension(row, by=zhou, reason="忙", new_due_on=day(5))
    with pytest.raises(Refused, match="正在审批"):
        actions.ask_extension(row, by=zhou, reason="忙", new_due_on=day(6))
    assert actions.withdraw_extension(first, by=zhou).status == "lapsed"
    second = actions.ask_extension(row, by=zhou, reason="忙", new_due_on=day(6))
    with pytest.raises(Refused, match="理由"):
        actions.refuse_extension(second, by=zhao, reason="")
    # Closing a row settles what nobody decided.
    close_row(submit_row(make_row.make_ready(row), by=zhou, text="完成"), by=chen, text="看过")
    second.refresh_from_db()
    assert second.status == "lapsed"
    with pytest.raises(InvalidTransition):
        actions.ask_extension(row, by=zhou, reason="忙", new_due_on=day(9))
    assert row.__class__.objects.get(pk=row.pk).status == S.CLOSED
