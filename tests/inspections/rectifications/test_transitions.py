"""Every transition of a row: from which state, by whom, what is recorded; two at once; nothing else gets through."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from inspections.actions import rectification_rows as rows
from inspections.actions import rectification_verdicts as verdicts
from inspections.actions import rectification_work as work
from inspections.actions.rectification_proofs import add_proof, remove_proof
from inspections.models import Rectification, RectificationEntry, RectificationEvidence, TeamMember
from jobs.errors import InvalidTransition, Refused
from tests import factories
from tests.addresses import PNG
from tests.inspections.rectifications.conftest import ORDER, S, day
from units.models import ActivityEntry, Notice, PartyOrganization

pytestmark = pytest.mark.django_db


def acts(people):
    """Each verb by its name, with the states in which it is possible and what it leads to."""
    zhao, zhou, chen = people
    return {
        "issue": (lambda row: rows.issue_rows([row], by=zhao), {"draft"}, S.ASSIGNED),
        "receive": (lambda row: work.receive_row(row, by=zhou), {S.ASSIGNED}, S.IN_PROGRESS),
        "plan": (
            lambda row: work.plan_row(row, by=zhou, measure="新措施", responsible_title="副书记"),
            {S.IN_PROGRESS, "ready"},
            S.IN_PROGRESS,
        ),
        "progress": (lambda row: work.report_progress(row, by=zhou, text="又进一步"), {S.IN_PROGRESS, "ready"}, S.IN_PROGRESS),
        "submit": (lambda row: work.submit_row(row, by=zhou, text="完成"), {"ready"}, S.SUBMITTED),
        "return": (lambda row: verdicts.send_back_row(row, by=chen, reason="佐证不足"), {S.SUBMITTED}, S.IN_PROGRESS),
        "close": (lambda row: verdicts.close_row(row, by=chen, text="现场查看，已改"), {S.SUBMITTED}, S.CLOSED),
        "reopen": (lambda row: verdicts.reopen_row(row, by=zhao, reason="仍存在", due_on=day(10)), {S.CLOSED}, S.IN_PROGRESS),
        "withdraw": (lambda row: rows.withdraw_row(row, by=zhao, reason="重复"), set(ORDER) - {S.CLOSED}, None),
        "remind": (lambda row: rows.remind_row(row, by=zhao), {S.ASSIGNED, S.IN_PROGRESS, "ready"}, None),
    }


class Undone(Exception):
    """Takes back what one trial did."""


@pytest.mark.parametrize("state", ORDER)
def test_a_verb_works_from_its_states_only_and_only_once(make_row, problem, zhao, zhou, chen, state):
    row = make_row(problem, until=state)
    for verb, (act, allowed, after) in acts((zhao, zhou, chen)).items():
        try:
            with transaction.atomic():
                _tried(row, verb, act, after, is_allowed=state in allowed)
                raise Undone
        except Undone:
            pass


def _tried(row, verb, act, after, *, is_allowed):
    """Try a verb on the row as it is; what it did is taken back by the caller."""
    before = ActivityEntry.objects.about(row).count(), row.entries.count(), row.status
    row = Rectification.objects.get(pk=row.pk)
    if not is_allowed:
        with pytest.raises(Refused):
            act(row)
        row.refresh_from_db()
        assert (ActivityEntry.objects.about(row).count(), row.entries.count(), row.status) == before, verb
        return
    act(row)
    stale = Rectification.objects.get(pk=row.pk)
    if after:
        assert stale.status == after, verb
    assert ActivityEntry.objects.about(row).count() == before[0] + 1, verb
    assert row.entries.count() == before[1] + 1, verb
    # The second click, from the page as it was: nothing happens twice.
    if verb not in {"plan", "progress"}:
        with pytest.raises(Refused):
            act(row)
    elif verb == "plan":
        act(row)
        assert row.entries.count() == before[1] + 1, "saving the same again changes nothing"


def test_who_was_told(make_row, problem, zhou, zhao, chen):
    row = make_row(problem, until=S.CLOSED)
    texts = list(Notice.objects.filter(user=zhou).order_by("pk").values_list("text", flat=True))
    assert "下发了 1 项整改任务" in texts[0]
    assert "销号" in texts[-1]
    assert Notice.objects.filter(user=zhao, text__contains="请核验").count() == 1
    assert {notice.path for notice in Notice.objects.all()} == {f"/inspections/rectifications/{row.pk}/"}
    assert row.closed_by == chen


def test_one_notice_for_an_organization_however_many_rows(problem, another, zhao, zhou):
    new = [rows.NewRow(one.organization, (one,), day(9)) for one in (problem, another)]
    made = rows.create_rows(problem.campaign, new, by=zhao)
    assert [row.number for row in made] == [1, 2]
    assert made[1].severity == "serious"
    assert Notice.objects.filter(user=zhou).count() == 0, "not before it is issued"
    rows.issue_rows(made, by=zhao)
    assert "2 项" in Notice.objects.get(user=zhou).text


def test_a_problem_is_not_given_out_twice_nor_before_it_is_confirmed(make_row, problem, another, zhao, qian):
    make_row(problem, until="draft")
    with pytest.raises(Refused, match="已列入整改台账"):
        make_row(problem)
    with pytest.raises(Refused, match="已列入整改台账"):
        rows.create_rows(problem.campaign, [rows.NewRow(problem.organization, (another, another), day(3))], by=zhao)
    problem.campaign.__class__.objects.update(status="running")
    with pytest.raises(Refused, match="立行立改"):
        make_row(another)
    assert make_row(another, is_immediate=True).is_immediate
    good = factories.make_finding(problem.assignment, qian, kind="good_practice", text="好做法")
    with pytest.raises(Refused, match="不是问题"):
        make_row(good, is_immediate=True)
    with pytest.raises(Refused, match="已经过去"):
        rows.create_rows(
            problem.campaign,
            [rows.NewRow(problem.organization, (factories.make_finding(problem.assignment, qian),), day(-1), is_immediate=True)],
            by=zhao,
        )
    assert Rectification.objects.count() == 2


def test_the_verdict_is_not_the_reporters_nor_the_entrants_nor_the_units(make_row, problem, zhao, zhou, chen, town, qian):
    row = make_row(problem, until="ready")
    # The office enters progress for the unit: from now on that person does not verify.
    row = work.report_progress(row, by=zhao, text="电话了解，已完成")
    row = work.submit_row(row, by=zhou, text="完成")
    for person, reason in ((zhao, "参与过"), (zhou, "不由您核验")):
        with pytest.raises(Refused, match=reason):
            verdicts.close_row(row, by=person, text="好")
    inside = factories.make_user("镇里的办公室人员", role="office", at=PartyOrganization.objects.get(code="YL"), organization=town)
    with pytest.raises(Refused, match="回避"):
        verdicts.close_row(row, by=inside, text="好")
    with pytest.raises(Refused, match="不由您核验"):
        verdicts.close_row(row, by=qian, text="督查已结束，权限也结束")
    # Asked by the office, a member of the original team verifies though the campaign is over.
    with pytest.raises(Refused, match="请另选他人"):
        verdicts.ask_verifier(row, zhao, by=chen)
    verdicts.ask_verifier(row, qian, by=zhao)
    assert Notice.objects.filter(user=qian, text__contains="请您核验").exists()
    assert verdicts.close_row(row, by=qian, text="到现场看过").closed_by == qian


def test_sent_back_it_can_be_handed_in_again_and_the_judged_files_stay(make_row, problem, zhou, chen):
    row = make_row(problem, until=S.SUBMITTED)
    proof = row.proofs.get()
    with pytest.raises(InvalidTransition):
        remove_proof(proof, by=zhou)
    row = verdicts.send_back_row(row, by=chen, reason="缺少会议记录")
    assert row.submitted_by is None
    assert Notice.objects.filter(user=zhou, text__contains="缺少会议记录").exists()
    with pytest.raises(InvalidTransition, match="核验的依据"):
        remove_proof(proof, by=zhou)
    extra = add_proof(row, ContentFile(PNG, name="补充.png"), by=zhou, stage="other")
    assert add_proof(row, ContentFile(PNG, name="补充.png"), by=zhou, stage="other") == extra, "the same file once"
    remove_proof(extra, by=zhou)
    row = work.submit_row(row, by=zhou, text="已补充")
    assert verdicts.close_row(row, by=chen, text="齐全").status == S.CLOSED
    kinds = list(row.entries.order_by("at").values_list("kind", flat=True))
    assert kinds[-4:] == ["submit", "return", "submit", "close"]


def test_what_is_missing_is_named_and_words_are_needed(make_row, problem, zhou, zhao, chen):
    row = make_row(problem)
    with pytest.raises(Refused, match="整改措施和责任人职务、进展情况、至少一份佐证材料"):
        work.submit_row(row, by=zhou, text="好了")
    for act in (
        lambda: work.plan_row(row, by=zhou, measure=" ", responsible_title="书记"),
        lambda: work.report_progress(row, by=zhou, text=" "),
        lambda: work.submit_row(row, by=zhou, text=" "),
        lambda: verdicts.send_back_row(row, by=chen, reason=" "),
        lambda: verdicts.close_row(row, by=chen, text=" "),
        lambda: verdicts.reopen_row(row, by=zhao, reason=" ", due_on=day(1)),
        lambda: rows.withdraw_row(row, by=zhao, reason=" "),
    ):
        with pytest.raises(Refused, match="请写明"):
            act()
    entry = "33333333-3333-4333-8333-333333333333"
    for _ in range(2):
        work.report_progress(row, by=zhou, text="一次", entry_id=entry)
    assert row.entries.filter(kind="progress").count() == 1


def test_two_offices_at_once_on_the_form_of_one_row(make_row, problem, zhao, chen):
    row = make_row(problem)
    first = rows.change_row(row, by=zhao, base_revision=row.revision, requirement="甲", due_on=day(10))
    with pytest.raises(InvalidTransition, match="别人保存了"):
        rows.change_row(row, by=chen, base_revision=row.revision, requirement="乙")
    assert rows.change_row(row, by=chen, base_revision=row.revision, requirement="甲").revision == first.revision
    with pytest.raises(Refused, match="已经过去"):
        rows.change_row(first, by=zhao, base_revision=first.revision, due_on=day(-1))


def test_put_right_on_the_spot_is_still_verified_by_somebody_else(finding, zhao, zhou, sun, qian, settings, tmp_path):
    row = work.put_right_now(
        finding,
        by=sun,
        result="当场补记",
        responsible_title="党委副书记",
        before=[ContentFile(PNG, name="前.png")],
        after=[ContentFile(PNG, name="后.png")],
    )
    assert (row.status, row.is_immediate, row.due_on) == (S.SUBMITTED, True, day(0))
    assert sorted(row.proofs.values_list("stage", flat=True)) == ["after", "before"]
    with pytest.raises(Refused, match="参与过"):
        verdicts.close_row(row, by=sun, text="好")
    # While the campaign runs the rest of the team verifies without being asked.
    assert verdicts.close_row(row, by=qian, text="已看过照片").status == S.CLOSED
    with pytest.raises(Refused, match="已列入整改台账"):
        work.put_right_now(finding, by=qian, result="又", responsible_title="书记", after=[ContentFile(PNG, name="后.png")])


def test_put_right_on_the_spot_leaves_nothing_behind_when_a_photo_is_refused(finding, sun, settings):
    with pytest.raises(Refused):
        work.put_right_now(
            finding,
            by=sun,
            result="当场补记",
            responsible_title="书记",
            before=[ContentFile(PNG, name="前.png")],
            after=[ContentFile(b"MZ not a picture", name="后.png")],
        )
    assert not Rectification.objects.exists()
    assert not RectificationEvidence.objects.exists()
    media = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    assert not [path for path in media.rglob("*") if path.is_file()]
    with pytest.raises(Refused, match="整改后的照片"):
        work.put_right_now(finding, by=sun, result="x", responsible_title="y")


def test_a_merged_team_seat_that_is_gone_gives_no_right(make_row, finding, sun, zhao):
    row = make_row(finding, until=S.SUBMITTED, is_immediate=True)
    TeamMember.objects.filter(user=sun).delete()
    with pytest.raises(Refused, match="不由您核验"):
        verdicts.close_row(row, by=sun, text="好")
    assert RectificationEntry.objects.filter(rectification=row, kind="close").count() == 0
