"""The editor's page and its small answers: who may, what comes back, and how many queries it takes."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from jobs.models import Job
from reports.actions import editing
from reports.models import Paragraph, Remark, Report
from tests import factories
from tests.reports.editing.rows import paragraph, texts

INTRO = "problems.intro"


def address(name, report, *args):
    return reverse(f"reports:{name}", args=[report.pk, *args])


def _all(report):
    """Each address of the editor with its method and a request that would do something."""
    row = paragraph(report, INTRO)
    uid, revision = row.uid, row.revision
    remark = Remark.objects.filter(report=report).first()
    return {
        "report_edit": ("get", (), {}),
        "paragraph_basis": ("get", (uid,), {}),
        "remark_list": ("get", (), {}),
        "text_find": ("get", (), {"find": "学习"}),
        "insert_list": ("get", (), {}),
        "version_list": ("get", (), {}),
        "version_detail": ("get", (1,), {}),
        "paragraph_save": ("post", (uid,), {"revision": revision, "text": "x"}),
        "paragraph_add": ("post", (), {"section": row.section_id}),
        "paragraph_delete": ("post", (uid,), {"revision": revision}),
        "paragraph_split": ("post", (uid,), {"revision": revision, "head": "a", "tail": "b"}),
        "paragraph_merge": ("post", (uid,), {"revision": revision}),
        "paragraph_move": ("post", (uid,), {"way": "down"}),
        "paragraph_level": ("post", (uid,), {"way": "deeper"}),
        "offer_settle": ("post", (uid,), {"revision": revision, "choice": "accept"}),
        "offer_accept_all": ("post", (), {}),
        "section_rename": ("post", (row.section_id,), {"old": "存在问题", "heading": "问题"}),
        "text_replace": ("post", (), {"find": "学习", "replace": "x"}),
        "edit_undo": ("post", (), {}),
        "facts_recheck": ("post", (), {}),
        "remark_add": ("post", (), {"text": "x"}),
        "remark_resolve": ("post", (remark.pk if remark else 0,), {}),
        "version_keep": ("post", (), {"reason": "x"}),
        "version_restore": ("post", (1,), {}),
        "word_return_list": ("get", (), {}),
        "word_return_detail": ("get", (1,), {}),
        "proposal_decide": ("post", (1,), {"accept": "1"}),
        "proposal_decide_all": ("post", (1,), {"accept": "1"}),
    }


NAMES = [
    "report_edit", "paragraph_basis", "remark_list", "text_find", "insert_list", "version_list", "version_detail", "paragraph_save",
    "paragraph_add", "paragraph_delete", "paragraph_split", "paragraph_merge", "paragraph_move", "paragraph_level", "offer_settle",
    "offer_accept_all", "section_rename", "text_replace", "edit_undo", "facts_recheck", "remark_add", "remark_resolve", "version_keep",
    "version_restore", "word_return_list", "word_return_detail", "proposal_decide", "proposal_decide_all",
]  # fmt: skip


@pytest.fixture
def remark(report, zhao):
    return Remark.objects.create(report=report, text="请核对。", made_by=zhao)


def test_every_address_is_in_the_rights_tests(report, remark):
    from reports.urls import editor

    assert {route.name for route in editor.urlpatterns} == set(NAMES) == set(_all(report))


@pytest.mark.parametrize("name", NAMES)
def test_strangers_get_404_and_readers_403_and_nothing_changes(client, request, report, remark, name):
    method, args, data = _all(report)[name]
    before = texts(report)
    for who, status in (("zheng", 404), ("zhou", 404), ("qian", 404), ("wang", 404), ("feng", 404), ("wu", 403)):
        client.force_login(request.getfixturevalue(who))
        assert getattr(client, method)(address(name, report, *args), data).status_code == status, who
    client.logout()
    # A page leads to the log-in; what somebody sends after the log-in has ended is held for them, and not carried out.
    assert getattr(client, method)(address(name, report, *args), data).status_code == (302 if method == "get" or not data else 403)
    assert texts(report) == before
    assert (report.edits.count(), report.versions.count(), report.remarks.count(), Job.objects.count()) == (0, 1, 1, 0)


def test_the_page_shows_outline_sheet_and_numbers(client, report, zhao):
    client.force_login(zhao)
    answer = client.get(address("report_edit", report))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "style=" not in page
    assert "<script>" not in page
    plain = re.sub(r"<[^>]+>", "", page)
    assert "一、基本情况" in plain
    assert "二、存在问题" in plain
    assert "（一）学习记录不够规范" in plain
    assert all(f'data-uid="{uid}"' in page for uid in Paragraph.objects.filter(section__report=report).values_list("uid", flat=True))


@pytest.mark.parametrize("key", ["four-part", "three-part", "research", "problem-list"])
def test_the_numbers_on_the_sheet_are_those_of_the_document(campaign, concluded, zhao, key):
    from reports.actions import compose_report
    from reports.assembly import document_of
    from reports.rendering.document import Table
    from reports.sheet import parts_of
    from reports.wording import clause

    report = compose_report(campaign, factories.report_template(key), by=zhao)
    shown = []
    for part in parts_of(report):
        if part.mark and not part.is_annex:
            shown.append(part.mark + clause(part.section.heading))
        if not part.is_annex:
            rows = [each for each in part.rows if each.row.kind != "table"]
            shown += [each.mark + (f"{each.row.lead}。" if each.row.lead else "") + each.row.text for each in rows]
    paper = [getattr(block, "lead", "") + block.text for block in document_of(report).blocks if not isinstance(block, Table)]
    assert shown == paper
    assert [part.mark for part in parts_of(report) if part.is_annex] == [
        f"附件{annex.number or ''}" for annex in document_of(report).annexes
    ]


def test_saving_answers_with_the_new_revision_and_what_got_lost(client, report, zhao):
    client.force_login(zhao)
    row = paragraph(report, INTRO)
    answer = client.post(address("paragraph_save", report, row.uid), {"revision": row.revision, "text": "督查发现一些问题。"})
    data = answer.json()
    assert (answer.status_code, data["revision"], data["edited"], data["undo"]) == (200, 2, True, "修改")
    assert data["lost"], "the numbers of the introduction are gone"


def test_the_second_saver_sees_the_difference(client, report, zhao, colleague):
    row = paragraph(report, INTRO)
    editing.save_paragraph(report, row.uid, by=zhao, revision=row.revision, text="甲的文字。")
    client.force_login(colleague)
    answer = client.post(address("paragraph_save", report, row.uid), {"revision": row.revision, "text": "乙的文字。"})
    data = answer.json()
    assert answer.status_code == 409
    assert "赵办" in data["conflict"]
    assert "<del>甲</del><ins>乙</ins>" in data["conflict"]
    assert (data["revision"], data["current"]["text"]) == (2, "甲的文字。")
    assert paragraph(report, INTRO).text == "甲的文字。"


def _table(report):
    return Paragraph.objects.filter(section__report=report, kind="table", table__rows__0__isnull=False).first()


def test_two_states_of_a_table_can_be_merged_cell_by_cell(client, report, zhao, colleague):
    row = _table(report)
    columns, rows = row.table["columns"], row.table["rows"]
    theirs = {**row.table, "rows": [["新的一行", *[""] * (len(columns) - 1)], *rows]}
    editing.save_paragraph(report, row.uid, by=zhao, revision=row.revision, table=theirs)
    client.force_login(colleague)
    mine = {**row.table, "rows": [["我改的一格", *rows[0][1:]], *rows[1:]]}
    answer = client.post(address("paragraph_save", report, row.uid), {"revision": row.revision, "table": json.dumps(mine)})
    box = answer.json()["conflict"]
    assert answer.status_code == 409
    assert all(words in box for words in ("用我的表格", "用对方的表格", "新的一行"))
    assert "data-take" in box
    assert "style=" not in box
    # What the second person then sends, merged by hand, is stored as it is.
    merged = {**row.table, "rows": [theirs["rows"][0], *mine["rows"]]}
    client.post(address("paragraph_save", report, row.uid), {"revision": answer.json()["revision"], "table": json.dumps(merged)})
    assert Paragraph.objects.get(pk=row.pk).table["rows"] == merged["rows"]


def test_an_offered_table_can_be_merged_by_hand(client, report, zhao):
    row = _table(report)
    fresh = {**row.table, "rows": [["一", *row.table["rows"][0][1:]], *row.table["rows"][1:]]}
    basis = {name: getattr(row, name) for name in ("sources", "fingerprint", "arithmetic")}
    Paragraph.objects.filter(pk=row.pk).update(offer={"lead": "", "text": "", "table": fresh, **basis})
    client.force_login(zhao)
    page = client.get(address("report_edit", report)).content.decode()
    assert "保存合并后的表格" in page
    assert "data-take" in page
    merged = {**row.table, "rows": [["二", *row.table["rows"][0][1:]], *row.table["rows"][1:]]}
    data = {"revision": row.revision, "choice": "merge", "table": json.dumps(merged)}
    assert client.post(address("offer_settle", report, row.uid), data).status_code == 200
    row.refresh_from_db()
    assert (row.table["rows"], row.drafted_table["rows"], row.offer) == (merged["rows"], fresh["rows"], None)


def test_what_is_changed_after_a_review_is_marked(client, report, zhao, colleague, wu):
    from reports.actions.signing import pass_review, submit_report
    from reports.signing import seen

    step = submit_report(report, by=zhao, reviewers=[colleague], issuer=wu)
    step = pass_review(step, by=colleague, saw=seen(step.report))
    client.force_login(zhao)

    def marked():
        page = client.get(address("report_edit", report)).content.decode()
        shown = re.findall(r'data-uid="([^"]+)"(?:(?!data-uid).)*?data-flag="review"[^>]*?( hidden)?>', page, re.DOTALL)
        return {uid for uid, hidden in shown if not hidden}

    assert marked() == set()
    row = paragraph(report, INTRO)
    old = row.text
    answer = client.post(address("paragraph_save", report, row.uid), {"revision": row.revision, "text": f"{old}另有说明。"})
    assert answer.json()["since_review"]
    assert marked() == {str(row.uid)}
    answer = client.post(address("paragraph_save", report, row.uid), {"revision": answer.json()["revision"], "text": old})
    assert not answer.json()["since_review"]
    assert marked() == set()


@pytest.mark.parametrize(
    "data",
    [{}, {"revision": "x", "text": "a"}, {"revision": "1", "table": "{"}, {"revision": "1", "table": "[]"}, {"revision": "²", "text": "a"}],
)
def test_malformed_saves_are_refused_in_words(client, report, zhao, data):
    client.force_login(zhao)
    row = paragraph(report, INTRO)
    answer = client.post(address("paragraph_save", report, row.uid), data)
    assert answer.status_code == 409
    assert re.search("[一-鿿]", answer.json()["error"])
    assert not report.edits.exists()


def test_structure_answers_with_the_sheet(client, report, zhao):
    client.force_login(zhao)
    row = paragraph(report, INTRO)
    data = client.post(
        address("paragraph_add", report), {"section": row.section_id, "behind": str(row.uid), "text": ["甲段", "乙段"]}
    ).json()
    assert "甲段" in data["sheet"]
    assert "outline" in data
    assert (data["undo"], Paragraph.objects.get(uid=data["focus"]).text) == ("新增", "乙段")
    undone = client.post(address("edit_undo", report)).json()
    assert "甲段" not in undone["sheet"]
    refused = client.post(address("edit_undo", report))
    assert (refused.status_code, refused.json()["error"]) == (409, "没有可以撤销的修改。")


def test_inserting_a_finding_keeps_its_source(client, report, concluded, zhao, zheng):
    client.force_login(zhao)
    row = paragraph(report, INTRO)
    finding = report.campaign.findings.first()
    page = client.get(address("insert_list", report), {"q": finding.text[:4]}).content.decode()
    assert finding.text in page
    place = {"section": row.section_id, "behind": str(row.uid)}
    data = client.post(address("paragraph_add", report), {**place, "finding": str(finding.pk)}).json()
    made = Paragraph.objects.get(uid=data["focus"])
    assert (made.text, made.sources) == (f"{finding.text}。", {"findings": [str(finding.pk)]})
    basis = client.get(address("paragraph_basis", report, made.uid)).content.decode()
    assert reverse("inspections:finding_detail", args=[finding.pk]) in basis
    standard = factories.make_standard(wording="台账更新不及时", measure="每月更新")
    data = client.post(address("paragraph_add", report), {**place, "standard": standard.pk, "measure": "1"}).json()
    assert Paragraph.objects.get(uid=data["focus"]).text == "每月更新。"
    assert "台账更新不及时" in client.get(address("insert_list", report), {"what": "standards", "q": "台账"}).content.decode()
    for bad in ({"finding": "x"}, {"finding": "00000000-0000-0000-0000-000000000000"}, {"standard": "999999"}, {"standard": "x"}):
        assert client.post(address("paragraph_add", report), {**place, **bad}).status_code == 404


def test_the_basis_shows_records_arithmetic_and_history(client, report, zhao):
    client.force_login(zhao)
    row = paragraph(report, "problems.theme.T2")
    editing.save_paragraph(report, row.uid, by=zhao, revision=row.revision, text="一句话。")
    page = client.get(address("paragraph_basis", report, row.uid)).content.decode()
    for finding in report.campaign.findings.problems():
        assert finding.text in page
        assert reverse("inspections:finding_detail", args=[finding.pk]) in page
    assert "2 / 2 → 普遍" in page
    assert "<ins>一句话</ins>" in page
    assert "赵办" in page


def test_every_kind_of_source_can_be_shown(report):
    from reports.basis import READERS

    kinds = {kind for sources in Paragraph.objects.filter(section__report=report).values_list("sources", flat=True) for kind in sources}
    assert kinds
    assert kinds <= set(READERS)


def test_remarks_with_mention_answer_and_resolve(client, report, zhao, colleague, wu):
    client.force_login(zhao)
    row = paragraph(report, INTRO)
    page = client.post(
        address("remark_add", report), {"paragraph": str(row.uid), "text": "@陈科员请核对数字，@吴书记 @钱组长"}
    ).content.decode()
    assert "请核对数字" in page
    remark = report.remarks.get()
    assert set(remark.mentions.all()) == {colleague, wu}, "only whoever works with the report can be mentioned"
    assert remark.paragraph == row.uid
    assert "批注 1" in client.get(address("report_edit", report)).content.decode()
    client.force_login(colleague)
    client.post(address("remark_resolve", report, remark.pk))
    assert "批注 1" not in client.get(address("report_edit", report)).content.decode()
    late = client.post(address("remark_resolve", report, remark.pk))
    assert late.status_code == 409
    assert "已有人处理" in late.content.decode()
    client.post(address("remark_add", report), {"parent": remark.pk, "text": "还有一处。"})
    remark.refresh_from_db()
    assert remark.resolved_at is None, "an answer opens it again"
    assert remark.answers.get().paragraph == row.uid
    empty = client.post(address("remark_add", report), {"text": "  "})
    assert (empty.status_code, report.remarks.count()) == (409, 2)


def test_whoever_is_mentioned_finds_it_at_home(client, report, zhao, colleague, wu, li):
    client.force_login(zhao)
    row = paragraph(report, INTRO)
    client.post(address("remark_add", report), {"paragraph": str(row.uid), "text": "@陈科员 @吴书记 @李组员 请核对数字"})
    told = "赵办在批注中提到您"
    homes = {}
    for who in (zhao, colleague, wu, li):
        client.force_login(who)
        homes[who] = client.get(reverse("reports:home")).content.decode()
    assert [told in homes[who] for who in (zhao, colleague, wu, li)] == [False, True, True, False]
    assert f"{address('report_edit', report)}#p-{row.uid}" in homes[colleague]
    assert address("report_edit", report) not in homes[wu], "a reader is not sent to a page that refuses him"
    client.force_login(colleague)
    client.post(address("remark_resolve", report, report.remarks.get().pk))
    assert told not in client.get(reverse("reports:home")).content.decode()


def test_versions_are_listed_compared_and_restored(client, report, zhao):
    client.force_login(zhao)
    client.post(address("version_keep", report), {"reason": "送审前"})
    row = paragraph(report, INTRO)
    editing.save_paragraph(report, row.uid, by=zhao, revision=row.revision, text="完全不同。")
    assert "系统起草" in client.get(address("version_list", report)).content.decode()
    page = client.get(address("version_detail", report, 1), {"with": "now"}).content.decode()
    assert "<ins>完全不同</ins>" in page or "完全不同" in page
    client.post(address("version_restore", report, 1))
    assert paragraph(report, INTRO).text == row.text
    assert client.get(address("version_detail", report, 99)).status_code == 404


def test_an_issued_report_is_not_opened_for_editing(client, report, zhao):
    row = paragraph(report, INTRO)
    Report.objects.filter(pk=report.pk).update(status="issued", frozen={}, issued_at=timezone.now(), issued_by=zhao)
    client.force_login(zhao)
    assert client.get(address("report_edit", report)).status_code == 302
    answer = client.post(address("paragraph_save", report, row.uid), {"revision": row.revision, "text": "x"})
    assert (answer.status_code, "已签发" in answer.json()["error"]) == (409, True)
    assert client.post(address("remark_add", report), {"text": "x"}).status_code == 409


def test_changed_data_are_announced(client, report, zhao):
    from units.actions.activity import record

    client.force_login(zhao)
    assert "督查数据有过变动" not in client.get(address("report_edit", report)).content.decode()
    record(zhao, "inspections.finding_update", "修改发现", organization=report.campaign.organizer)
    assert "督查数据有过变动" in client.get(address("report_edit", report)).content.decode()


# --- how many queries ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("findings", [0, 25])
def test_opening_and_saving_do_not_grow_with_findings(client, report, concluded, qian, zhao, findings, django_assert_max_num_queries):
    for number in range(findings):
        factories.make_finding(concluded[0], qian, text=f"第{number}种情况")
    if findings:
        from reports.actions import recompose_report

        recompose_report(report, by=zhao)
    client.force_login(zhao)
    row = paragraph(report, "problems.theme.T2")
    save = address("paragraph_save", report, row.uid)
    client.post(save, {"revision": row.revision, "text": "先改一次。"})
    with django_assert_max_num_queries(18):
        client.get(address("report_edit", report))
    with django_assert_max_num_queries(22):
        assert client.post(save, {"revision": row.revision + 1, "text": "再改一次。"}).status_code == 200
    with django_assert_max_num_queries(16):
        client.get(address("paragraph_basis", report, row.uid))
    with django_assert_max_num_queries(14):
        client.get(address("remark_list", report))


def test_the_panel_may_still_ask_for_a_paragraph_that_was_just_deleted(client, report, zhao):
    client.force_login(zhao)
    row = paragraph(report, "problems.theme.T2")
    editing.delete_paragraph(report, row.uid, by=zhao, revision=row.revision)
    answer = client.get(address("paragraph_basis", report, row.uid))
    assert answer.status_code == 200
    assert "已合并或删除" in answer.content.decode()


def test_a_table_is_saved_as_json(client, report, zhao):
    client.force_login(zhao)
    row = Paragraph.objects.filter(section__report=report, kind="table").first()
    table = {**row.table, "columns": ["甲", *row.table["columns"][1:]]}
    answer = client.post(address("paragraph_save", report, row.uid), {"revision": row.revision, "table": json.dumps(table)})
    assert answer.status_code == 200
    row.refresh_from_db()
    assert row.table["columns"][0] == "甲"
