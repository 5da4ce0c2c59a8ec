"""Findings: noted once however often they are sent, from the library or freely, guarded when changed, kept when withdrawn."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from inspections.actions import findings as actions
from inspections.actions.revisions import DuplicateId, RevisionConflict
from inspections.models import Assignment, Finding
from jobs.errors import InvalidTransition, Refused
from tests import factories
from tests.inspections.findings import files
from units.models import ActivityEntry


@pytest.fixture
def content(assignment):
    """What a free finding says."""
    theme = assignment.campaign.checklist.themes.get(code="T2")
    return {
        "kind": "problem",
        "theme": theme,
        "text": "未见三季度学习记录",
        "severity": "notable",
        "cause": "人员变动",
        "measure": "补齐记录",
    }


def test_a_finding_copies_campaign_organization_and_path(assignment, content, qian, town, district):
    finding, created = actions.create_finding(assignment, content, by=qian)
    assert created
    assert (finding.campaign, finding.organization, finding.organization_path) == (assignment.campaign, town, town.path)
    entry = ActivityEntry.objects.about(finding).get()
    assert (entry.verb, entry.organization_path) == ("inspections.finding_create", district.path)


def test_the_same_id_sent_twice_is_one_finding(assignment, content, qian):
    mine = uuid.uuid4()
    first, created = actions.create_finding(assignment, content, by=qian, finding_id=mine)
    second, again = actions.create_finding(assignment, content, by=qian, finding_id=mine)
    assert (created, again, first.pk) == (True, False, second.pk)
    assert Finding.objects.count() == ActivityEntry.objects.filter(verb="inspections.finding_create").count() == 1


def test_the_same_id_with_other_content_is_a_conflict_with_the_servers_copy(assignment, content, qian):
    finding, _ = actions.create_finding(assignment, content, by=qian)
    with pytest.raises(RevisionConflict) as conflict:
        actions.create_finding(assignment, {**content, "text": "另一个"}, by=qian, finding_id=finding.pk)
    assert conflict.value.server == finding


def test_an_id_of_another_organization_reveals_nothing(assignment, content, qian, bureau, team):
    elsewhere = factories.make_finding(factories.make_assignment(assignment.campaign, bureau, team), qian)
    with pytest.raises(DuplicateId):
        actions.create_finding(assignment, content, by=qian, finding_id=elsewhere.pk)


def test_a_clients_clock_is_never_ahead_of_ours(assignment, content, qian):
    early, _ = actions.create_finding(assignment, content, by=qian, recorded_at=factories.NOON - timedelta(days=400))
    late, _ = actions.create_finding(assignment, content, by=qian, recorded_at=timezone.now() + timedelta(days=1))
    assert early.recorded_at == factories.NOON - timedelta(days=400)
    assert late.recorded_at <= timezone.now()


def test_a_good_practice_has_no_severity_cause_or_measure(assignment, content, qian):
    finding, _ = actions.create_finding(assignment, {**content, "kind": "good_practice"}, by=qian)
    assert (finding.severity, finding.cause, finding.measure) == ("general", "", "")


def test_theme_and_item_must_fit(assignment, content, item, qian):
    with pytest.raises(Refused, match="不属于所选主题"):
        actions.create_finding(assignment, {**content, "item": item("T1-1")}, by=qian)
    foreign = factories.make_checklist(name="别的清单").themes.first()
    with pytest.raises(Refused, match="不在本次督查的清单里"):
        actions.create_finding(assignment, {**content, "theme": foreign}, by=qian)
    assert not Finding.objects.exists()


def test_a_standard_wording_is_placed_by_its_codes(assignment, item):
    standard = factories.make_standard()
    content = actions.content_of(standard, assignment)
    assert (content["theme"].code, content["item"], content["text"], content["measure"]) == (
        "T2",
        item("T2-1"),
        standard.wording,
        standard.measure,
    )
    item("T2-1").categories.add(factories.make_category("企业"))
    assert actions.content_of(standard, assignment)["item"] is None
    with pytest.raises(Refused, match="没有这条规范表述的主题"):
        actions.content_of(factories.make_standard(theme_code="T9"), assignment)


def test_a_change_is_logged_and_a_stale_one_is_a_conflict(assignment, content, qian, sun):
    finding, _ = actions.create_finding(assignment, content, by=qian)
    actions.update_finding(finding, {**content, "severity": "serious"}, by=sun, base_revision=1)
    entry = ActivityEntry.objects.about(finding).first()
    assert (entry.actor, entry.changes) == (sun, {"程度": ["较重", "严重"]})
    with pytest.raises(RevisionConflict) as conflict:
        actions.update_finding(finding, {**content, "text": "改了文字"}, by=qian, base_revision=1)
    assert conflict.value.server.severity == "serious"
    again = actions.update_finding(finding, {**content, "severity": "serious"}, by=qian, base_revision=1)
    assert again.revision == 2
    decided = actions.update_finding(finding, {**content, "text": "改了文字"}, by=qian, base_revision=2)
    assert (decided.text, decided.severity, decided.revision) == ("改了文字", "notable", 3)


def test_withdrawn_is_kept_with_its_reason_and_counts_nowhere(assignment, finding, qian):
    with pytest.raises(Refused, match="撤回的原因"):
        actions.withdraw_finding(finding, by=qian, reason=" ")
    actions.withdraw_finding(finding, by=qian, reason="与另一条重复")
    assert Finding.objects.get().withdrawn_reason == "与另一条重复"
    assert not Finding.objects.standing().exists()
    assert not Finding.objects.problems().exists()
    with pytest.raises(InvalidTransition):
        actions.withdraw_finding(finding, by=qian, reason="再撤一次")
    with pytest.raises(InvalidTransition):
        actions.update_finding(finding, {"kind": "risk_point", "theme": finding.theme, "text": "改"}, by=qian, base_revision=2)


@pytest.mark.parametrize("verb", ["create", "update", "withdraw"])
def test_no_verb_works_on_a_concluded_assignment(assignment, finding, content, qian, verb):
    Assignment.objects.update(status="concluded", concluded_by=qian, concluded_at=factories.NOON)
    verbs = {
        "create": lambda: actions.create_finding(assignment, content, by=qian),
        "update": lambda: actions.update_finding(finding, content, by=qian, base_revision=1),
        "withdraw": lambda: actions.withdraw_finding(finding, by=qian, reason="错"),
    }
    with pytest.raises(InvalidTransition, match="已经办结"):
        verbs[verb]()
    assert Finding.objects.standing().count() == 1


# --- the screens --------------------------------------------------------------------------------------------------------


def form_data(assignment, **changes):
    theme = assignment.campaign.checklist.themes.get(code="T2")
    base = {
        "id": uuid.uuid4(),
        "revision": 0,
        "kind": "problem",
        "place": f"t:{theme.pk}",
        "text": "未见三季度学习记录",
        "severity": "notable",
    }
    return {**base, **changes}


def test_two_taps_note_a_standard_wording(as_user, assignment, item, qian):
    standard = factories.make_standard()
    factories.make_standard(theme_code="T1", item_code="T1-1", wording="别的主题的表述")
    site = as_user(qian)
    listed = site.get("standard_pick", assignment.pk, htmx=True, item=item("T2-1").pk).content.decode()
    assert standard.wording in listed
    assert "别的主题的表述" not in listed
    data = {"quick": 1, "id": uuid.uuid4(), "standard": standard.pk, "item": item("T2-1").pk}
    page = site.post("finding_create", assignment.pk, htmx=True, **data)
    assert page.status_code == 200
    assert '<section class="panel" id="findings" data-count="1">' in page.content.decode()
    assert "drawer:done" in page["HX-Trigger-After-Settle"]
    finding = Finding.objects.get()
    assert (finding.text, finding.item, finding.standard, finding.cause) == (standard.wording, item("T2-1"), standard, standard.cause)
    site.post("finding_create", assignment.pk, htmx=True, **data)
    assert Finding.objects.count() == 1
    assert "本单位已记" in site.get("standard_pick", assignment.pk, htmx=True).content.decode()


def test_the_library_is_searched_by_words_that_must_all_occur(as_user, assignment, qian):
    factories.make_standard(wording="会议记录缺少签到表", heading="", cause="", measure="")
    factories.make_standard(wording="会议室条件不足", heading="", cause="", measure="", kind="risk_point")
    factories.make_standard(wording="会议记录缺少签到表（停用）", is_retired=True)
    site = as_user(qian)
    found = site.get("standard_pick", assignment.pk, htmx=True, q="会议 签到").content.decode()
    assert "会议记录缺少签到表" in found
    assert "会议室条件不足" not in found
    assert "停用" not in found
    assert "会议室条件不足" in site.get("standard_pick", assignment.pk, htmx=True, kind="risk_point").content.decode()


def test_a_form_sent_twice_makes_one_finding(as_user, assignment, qian):
    site, data = as_user(qian), form_data(assignment)
    assert site.post("finding_create", assignment.pk, htmx=True, **data).status_code == 200
    assert site.post("finding_create", assignment.pk, htmx=True, **data).status_code == 200
    assert Finding.objects.get().text == data["text"]


def test_line_breaks_become_blanks(as_user, assignment, qian):
    as_user(qian).post("finding_create", assignment.pk, htmx=True, **form_data(assignment, text=" 第一行\r\n第二行 ", cause="甲\n乙"))
    finding = Finding.objects.get()
    assert (finding.text, finding.cause) == ("第一行 第二行", "甲 乙")


def test_a_faulty_form_keeps_what_was_typed(as_user, assignment, qian):
    page = as_user(qian).post("finding_create", assignment.pk, htmx=True, **form_data(assignment, place="", cause="兼职多"))
    text = page.content.decode()
    assert (page.status_code, page["HX-Retarget"]) == (422, "#drawer-body")
    assert "请选择主题或检查项" in text
    assert "未见三季度学习记录" in text
    assert "兼职多" in text
    assert not Finding.objects.exists()


def test_a_bad_file_is_named_and_the_good_ones_and_the_finding_are_kept(as_user, assignment, qian):
    uploads = [files.upload(files.jpeg(), "现场.jpg"), files.upload(b"MZ not a picture", "程序.jpg")]
    page = as_user(qian).post("finding_create", assignment.pk, htmx=True, **form_data(assignment, files=uploads))
    text = page.content.decode()
    finding = Finding.objects.get()
    assert [e.name for e in finding.evidence.all()] == ["现场.jpg"]
    assert "<strong>程序.jpg</strong>：文件内容不是可以接受的类型" in text
    assert page["HX-Retarget"] == "#drawer-body"
    assert finding.text in text
    assert 'id="findings"' in text


def test_without_htmx_the_same_form_is_a_page(as_user, assignment, qian):
    site = as_user(qian)
    assert "<html" in site.get("finding_create", assignment.pk).content.decode()
    page = site.post("finding_create", assignment.pk, **form_data(assignment))
    assert page.status_code == 302
    assert page["Location"].endswith(f"/findings/{Finding.objects.get().pk}/")


def test_a_conflict_shows_both_versions_and_lets_choose(as_user, assignment, finding, qian, sun):
    actions.update_finding(
        finding, {"kind": "problem", "theme": finding.theme, "text": "孙改的文字", "severity": "serious"}, by=sun, base_revision=1
    )
    site, data = as_user(qian), form_data(assignment, id=finding.pk, revision=1, text="钱改的文字")
    page = site.post("finding_update", finding.pk, htmx=True, **data)
    text = page.content.decode()
    assert page.status_code == 409
    assert "孙改的文字" in text
    assert "钱改的文字" in text
    assert 'name="seen" value="2"' in text
    finding.refresh_from_db()
    assert finding.text == "孙改的文字"
    assert site.post("finding_update", finding.pk, htmx=True, **data, seen=2).status_code == 200
    finding.refresh_from_db()
    assert finding.text == "钱改的文字"


def test_editing_keeps_the_standard_unless_the_kind_changes(as_user, assignment, qian):
    standard = factories.make_standard()
    finding = factories.make_finding(assignment, qian, standard=standard)
    site = as_user(qian)
    assert f'name="standard" value="{standard.pk}"' in site.get("finding_update", finding.pk, htmx=True).content.decode()
    site.post("finding_update", finding.pk, htmx=True, **form_data(assignment, revision=1, standard=standard.pk))
    finding.refresh_from_db()
    assert finding.standard == standard
    site.post("finding_update", finding.pk, htmx=True, **form_data(assignment, revision=2, standard=standard.pk, kind="risk_point"))
    finding.refresh_from_db()
    assert finding.standard is None


def test_withdrawing_needs_a_reason_and_shows_the_line_apart(as_user, finding, qian):
    site = as_user(qian)
    assert site.post("finding_withdraw", finding.pk, htmx=True, reason="").status_code == 422
    page = site.post("finding_withdraw", finding.pk, htmx=True, reason="重复")
    assert "已撤回 1 条" in page.content.decode()
    assert 'data-count="0"' in page.content.decode()


def test_the_page_of_a_finding_shows_facts_and_history(as_user, finding, qian, sun):
    actions.update_finding(
        finding, {"kind": "problem", "theme": finding.theme, "text": "改后", "cause": "人手不足"}, by=sun, base_revision=1
    )
    text = as_user(qian).get("finding_detail", finding.pk).content.decode()
    for part in ("改后", "青石镇党委", "理论学习", "人手不足", "第一督查组", "孙组员", "内容：学习记录缺少研讨发言材料 → 改后"):
        assert part in text, part


def test_who_may_see_and_who_may_write(as_user, finding, qian, sun, li, zhao, wu, zheng, zhou, other_team):
    verbs = (("finding_update", "get"), ("finding_withdraw", "get"), ("finding_withdraw", "post"), ("evidence_add", "post"))
    for user, sees, writes in (
        (sun, 200, True),
        (zhao, 200, True),
        (wu, 200, False),
        (li, 404, False),
        (zheng, 404, False),
        (zhou, 404, False),
    ):
        site = as_user(user)
        assert site.get("finding_detail", finding.pk).status_code == sees, user
        for name, method in verbs:
            status = getattr(site, method)(name, finding.pk, htmx=True).status_code
            assert (status in {200, 422}) if writes else status == (403 if sees == 200 else 404), (user, name)
    assert Finding.objects.standing().exists()


def test_who_may_note(as_user, assignment, qian, li, zhao, wu, zheng, zhou, other_team):
    for user, status in ((qian, 200), (zhao, 200), (wu, 403), (zhou, 403), (li, 404), (zheng, 404)):
        Finding.objects.all().delete()
        site = as_user(user)
        assert site.get("standard_pick", assignment.pk, htmx=True).status_code == status, user
        assert site.get("finding_create", assignment.pk, htmx=True).status_code == status, user
        assert site.post("finding_create", assignment.pk, htmx=True, **form_data(assignment)).status_code == status, user
        assert Finding.objects.exists() is (status == 200), user


def test_the_liaison_reads_what_stands_once_the_campaign_has_ended(as_user, assignment, finding, qian, zhou, finish):
    gone = factories.make_finding(assignment, qian, text="撤回的", withdrawn_at=factories.NOON, withdrawn_reason="重复")
    site = as_user(zhou)
    finish()
    page = site.get("finding_detail", finding.pk)
    assert page.status_code == 200
    assert "操作记录" not in page.content.decode()
    assert "钱组长" not in page.content.decode()
    assert site.get("finding_detail", gone.pk).status_code == 404
    assert site.post("finding_withdraw", finding.pk, reason="x").status_code == 403
    assert as_user(qian).get("finding_detail", finding.pk).status_code == 404
