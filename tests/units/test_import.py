"""Import of organizations: upload, check, confirm; what it writes, what it refuses, and the way back out."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.urls import reverse

from jobs.models import Job
from tests import factories
from tests.units.sheets import csv, line, rows_of, uploaded, xlsx
from units.actions import imports as actions
from units.actions.organizations import dissolve_organization, move_organization
from units.importing.columns import HEADERS
from units.models import ActivityEntry, OrganizationImport, OrganizationTag, PartyOrganization, PathCounter
from units.models.organization import STEP

PAGE = reverse("units:organization_import")
TEMPLATE = reverse("units:organization_import_template")


def at(name: str, imported: OrganizationImport) -> str:
    return reverse(f"units:organization_import_{name}", args=[imported.pk])


@pytest.fixture
def send(client, run_jobs):
    """Upload as somebody and have it checked."""

    def send(user, data: bytes, name: str = "名录.xlsx") -> OrganizationImport:
        client.force_login(user)
        answer = client.post(PAGE, {"file": uploaded(data, name)})
        assert answer.status_code == 302, answer.content.decode()
        imported = OrganizationImport.objects.get(pk=answer.url.rstrip("/").rpartition("/")[2])
        run_jobs()
        imported.refresh_from_db()
        return imported

    return send


@pytest.fixture
def confirm(client, run_jobs):
    def confirm(imported: OrganizationImport) -> OrganizationImport:
        client.post(at("confirm", imported))
        run_jobs()
        imported.refresh_from_db()
        return imported

    return confirm


def fault_lines(imported: OrganizationImport) -> list[tuple[int, str, str]]:
    return [(row, column, text) for row, column, _value, text in actions.outcome_of(imported)["faults"]]


def only_fault(imported: OrganizationImport) -> tuple[int, str, str]:
    found = fault_lines(imported)
    assert len(found) == 1, found
    assert imported.status == "faulty"
    return found[0]


def tree() -> dict[str, str]:
    """Code to parent's code; checks on the way that every path fits its parent's."""
    found = {}
    for one in PartyOrganization.objects.select_related("parent"):
        assert one.path[:-STEP] == (one.parent.path if one.parent else ""), one.code
        found[one.code] = one.parent.code if one.parent else ""
    return found


def test_new_organizations_in_any_order(send, confirm, client, wang, district):
    data = xlsx(line("C", parent="B"), line("B", parent="A"), line("A", parent="YL", 组织类型="党委"), line("TOP"))
    imported = send(wang, data)
    assert (imported.status, imported.counts["created"], imported.counts["faults"]) == ("ready", 4, 0)
    assert not PartyOrganization.objects.filter(code="A").exists()
    assert "检查通过" in client.get(at("check", imported)).content.decode()
    confirm(imported)
    assert imported.status == "done"
    assert tree() == {"YL": "", "A": "YL", "B": "A", "C": "B", "TOP": ""}
    assert PartyOrganization.objects.get(code="C").path.startswith(district.path)
    assert "新增 4 个" in client.get(at("check", imported)).content.decode()


def test_every_organization_has_its_own_entry_and_the_import_one(send, confirm, wang, district):
    confirm(send(wang, xlsx(line("A", parent="YL"), line("B", parent="A"))))
    entries = ActivityEntry.objects.filter(actor=wang).order_by("pk")
    assert [entry.verb for entry in entries] == ["units.organization_create"] * 2 + ["units.organization_import"]
    made = PartyOrganization.objects.get(code="B")
    assert ActivityEntry.objects.about(made).get().organization_path == made.path
    assert entries[2].changes["新增"] == ["", "2 个"]


def test_existing_codes_are_updated_field_by_field(send, confirm, client, wang, district, town):
    tag = OrganizationTag.objects.create(name="试点单位")
    factories.make_category("街道")
    fields = {"组织类型": "党工委", "单位类别": "街道", "标签": "试点单位", "顺序": 7, "办公地址": "东街1号"}
    imported = send(wang, xlsx(line("YL-QS", "青石街道党工委", "YL", **fields)))
    assert imported.counts["changed"] == 1
    (changed,) = actions.outcome_of(imported)["changed"]
    assert changed[:3] == [2, "YL-QS", "青石街道党工委"]
    assert changed[3] == {
        "组织名称": ["青石镇党委", "青石街道党工委"],
        "组织类型": ["党委", "党工委"],
        "单位类别": ["镇街", "街道"],
        "标签": ["", "试点单位"],
        "顺序": ["0", "7"],
        "办公地址": ["", "东街1号"],
    }
    assert "东街1号" in client.get(at("check", imported)).content.decode()
    confirm(imported)
    town.refresh_from_db()
    assert (town.name, town.kind, town.category.name, town.order) == ("青石街道党工委", "working_committee", "街道", 7)
    assert list(town.tags.all()) == [tag]
    assert ActivityEntry.objects.about(town).first().changes["组织名称"] == ["青石镇党委", "青石街道党工委"]


def test_a_missing_optional_column_changes_nothing(send, confirm, wang, district, town):
    tag = OrganizationTag.objects.create(name="试点单位")
    town.tags.add(tag)
    PartyOrganization.objects.filter(pk=town.pk).update(address="旧址", dissolved_on=date(2020, 1, 1))
    headers = ["组织编码", "组织名称", "组织类型", "上级组织编码"]
    confirm(send(wang, xlsx(line("YL-QS", "新名党委", "YL", 组织类型="党委"), headers=headers)))
    town.refresh_from_db()
    assert (town.name, town.address, town.dissolved_on, town.category.name) == ("新名党委", "旧址", date(2020, 1, 1), "镇街")
    assert list(town.tags.all()) == [tag]


def test_branches_move_with_what_hangs_below(send, confirm, wang, district, town, bureau):
    village = factories.make_organization("东村党支部", town, code="V")
    imported = send(wang, xlsx(line("YL-QS", "青石镇党委", "YL-DA", 组织类型="党委", 单位类别="镇街")))
    assert actions.outcome_of(imported)["moved"] == [[2, "YL-QS", "青石镇党委", "YL", "YL-DA"]]
    assert imported.counts["changed"] == 0
    confirm(imported)
    village.refresh_from_db()
    bureau.refresh_from_db()
    assert village.path.startswith(bureau.path)
    assert tree()["V"] == "YL-QS"


def test_moves_and_creations_in_one_file_that_depend_on_each_other(send, confirm, wang, district):
    """B hangs below A; afterwards A hangs below B, B below a newcomer, and a newcomer below A."""
    a = factories.make_organization("甲", district, code="A")
    b = factories.make_organization("乙", a, code="B")
    c = factories.make_organization("丙", b, code="C")
    data = xlsx(line("N2", parent="A"), line("A", "甲", "B"), line("B", "乙", "N1"), line("N1", parent="YL"))
    confirm(send(wang, data))
    assert tree() == {"YL": "", "N1": "YL", "B": "N1", "A": "B", "C": "B", "N2": "A"}
    for one in (a, b, c):
        one.refresh_from_db()
    assert c.path.startswith(b.path)


def test_a_new_organization_below_a_moved_branch_gets_the_final_path(send, confirm, wang, district, town, bureau):
    factories.make_organization("东村党支部", town, code="V")
    data = xlsx(line("NEW", parent="V"), line("YL-QS", "青石镇党委", "YL-DA", 组织类型="党委", 单位类别="镇街"))
    confirm(send(wang, data))
    assert tree()["NEW"] == "V"


def test_the_next_organization_gets_a_free_path_after_an_import(send, confirm, wang, district):
    confirm(send(wang, xlsx(line("A", parent="YL"), line("B", parent="A"), line("C", parent="A"))))
    a = PartyOrganization.objects.get(code="A")
    last = PartyOrganization.objects.get(code="C")
    assert factories.make_organization("后来的", a).path > last.path
    assert PathCounter.objects.get(key=a.pk).given == 3


def test_dissolving_and_restoring(send, confirm, wang, district, town, bureau):
    dissolve_organization(bureau, on=date(2021, 5, 1), by=wang)
    same = {"单位类别": "事业单位", "是否撤销": "是"}
    data = xlsx(
        line("YL-QS", "青石镇党委", "YL", 组织类型="党委", 单位类别="镇街", 是否撤销="是"), line("YL-DA", "区档案馆党支部", "YL", **same)
    )
    imported = confirm(send(wang, data))
    assert imported.counts["unchanged"] == 1
    town.refresh_from_db()
    bureau.refresh_from_db()
    assert town.dissolved_on is not None
    assert bureau.dissolved_on == date(2021, 5, 1)
    confirm(send(wang, xlsx(line("YL-QS", "青石镇党委", "YL", 组织类型="党委", 单位类别="镇街"))))
    town.refresh_from_db()
    assert town.is_active


# --- faults ---------------------------------------------------------------------------------------------------------------


def test_a_parent_that_does_not_exist(send, wang, district):
    row, column, text = only_fault(send(wang, xlsx(line("A", parent="NOPE"))))
    assert (row, column) == (2, "上级组织编码")
    assert "都没有编码为“NOPE”的组织" in text


def test_a_circle_within_the_file(send, wang, district):
    imported = send(wang, xlsx(line("A", parent="C"), line("B", parent="A"), line("C", parent="B"), line("D", parent="A")))
    assert [fault[:2] for fault in fault_lines(imported)] == [(2, "上级组织编码"), (3, "上级组织编码"), (4, "上级组织编码")]
    assert "形成循环：" in fault_lines(imported)[0][2]


def test_a_circle_through_the_directory(send, wang, district, town):
    village = factories.make_organization("东村党支部", town, code="V")
    imported = send(wang, xlsx(line("YL-QS", "青石镇党委", village.code, 组织类型="党委")))
    assert "形成循环" in only_fault(imported)[2]


def test_an_organization_below_itself(send, wang, district):
    assert "不能是它自己" in only_fault(send(wang, xlsx(line("A", parent="A"))))[2]


def test_duplicate_codes_in_the_file(send, wang, district):
    row, column, text = only_fault(send(wang, xlsx(line("A", parent="YL"), line("B", parent="YL"), line("Ａ", "又一个", "YL"))))
    assert (row, column) == (4, "组织编码")
    assert "与第 2 行的编码重复" in text


def test_too_deep_a_tree(send, wang, district):
    lines = [line(f"D{depth}", parent=f"D{depth - 1}" if depth else "YL") for depth in range(60)]
    found = fault_lines(send(wang, xlsx(*lines)))
    assert [fault[0] for fault in found] == list(range(51, 62))
    assert "超过 50 级" in found[0][2]


def test_a_moved_branch_may_not_become_too_deep(send, wang, district):
    parent = district
    for depth in range(40):
        parent = factories.make_organization(f"甲{depth}", parent, code=f"A{depth}")
    other = district
    for depth in range(12):
        other = factories.make_organization(f"乙{depth}", other, code=f"B{depth}")
    found = only_fault(send(wang, xlsx(line("B0", "乙0", "A39"))))
    assert "超过 50 级" in found[2]


def test_nothing_active_below_a_dissolved_organization(send, wang, district, town):
    factories.make_organization("东村党支部", town, code="V")
    same = {"组织类型": "党委", "单位类别": "镇街"}
    row, column, text = only_fault(send(wang, xlsx(line("YL-QS", "青石镇党委", "YL", 是否撤销="是", **same))))
    assert (row, column) == (2, "是否撤销")
    assert "未撤销的组织“V”" in text
    both = xlsx(line("YL-QS", "青石镇党委", "YL", 是否撤销="是", **same), line("V", "东村党支部", "YL-QS", 是否撤销="是"))
    assert send(wang, both).status == "ready"
    moved_out = xlsx(line("YL-QS", "青石镇党委", "YL", 是否撤销="是", **same), line("V", "东村党支部", "YL"))
    assert send(wang, moved_out).status == "ready"


def test_nothing_new_below_a_dissolved_organization(send, wang, district, bureau):
    dissolve_organization(bureau, on=date(2021, 5, 1), by=wang)
    assert "已撤销或将被撤销" in only_fault(send(wang, xlsx(line("A", parent="YL-DA"))))[2]


def test_an_unreadable_file_is_an_outcome_with_one_line(send, client, wang):
    imported = send(wang, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert only_fault(imported)[0] == 0
    page = client.get(at("check", imported)).content.decode()
    assert "旧版 Excel" in page
    assert Job.objects.get(pk=imported.job_id).status == "done"


def test_text_tables_work_through_the_whole_way(send, confirm, wang, district):
    confirm(send(wang, csv(line("A", "青石党支部", "YL"), encoding="gb18030"), "名录.csv"))
    assert PartyOrganization.objects.get(code="A").name == "青石党支部"


def test_faults_can_be_downloaded(send, client, wang, district):
    imported = send(wang, xlsx(line("A", "=x", parent="NOPE", 组织类型="支部")))
    answer = client.get(at("faults", imported))
    rows = rows_of(b"".join(answer.streaming_content), "问题")
    assert rows[0] == ("行号", "列", "现在的内容", "问题和改法")
    assert {row[1] for row in rows[1:]} == {"组织名称", "组织类型", "上级组织编码"}


def test_changes_can_be_downloaded(send, client, wang, district, town):
    imported = send(wang, xlsx(line("YL-QS", "新名党委", "YL", 组织类型="党委", 单位类别="镇街"), line("A", parent="YL")))
    data = b"".join(client.get(at("faults", imported)).streaming_content)
    assert rows_of(data, "将新增")[1] == (3, "A", "A党支部", "YL")
    assert rows_of(data, "将修改")[1] == (2, "YL-QS", "新名党委", "组织名称", "青石镇党委", "新名党委")


# --- the size of uploads ----------------------------------------------------------------------------------------------------


def test_a_large_file_is_refused_before_it_is_kept(client, wang, settings):
    settings.IMPORT_MAX_BYTES = 1024 * 1024
    client.force_login(wang)
    answer = client.post(PAGE, {"file": uploaded(b"x" * 3 * 1024 * 1024)})
    assert answer.status_code == 200
    assert "文件超过 1 MB，没有上传。请删除图片" in answer.content.decode()
    assert not answer.wsgi_request.FILES
    assert OrganizationImport.objects.count() == 0


def test_a_file_just_over_the_limit_is_refused_too(client, wang, settings):
    settings.IMPORT_MAX_BYTES = 1024 * 1024
    client.force_login(wang)
    answer = client.post(PAGE, {"file": uploaded(b"x" * (1024 * 1024 + 10))})
    assert "文件超过 1 MB" in answer.content.decode()


def test_no_file_and_an_empty_file(client, wang):
    client.force_login(wang)
    assert "请先选择文件" in client.post(PAGE, {"x": "1"}).content.decode()
    assert "文件是空的" in client.post(PAGE, {"file": uploaded(b"")}).content.decode()


def test_the_upload_is_guarded_against_forged_requests(wang):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(wang)
    assert client.post(PAGE, {"file": uploaded(b"x")}).status_code == 403


# --- confirming -------------------------------------------------------------------------------------------------------------


def test_a_faulty_import_cannot_be_confirmed(send, client, wang, district):
    imported = send(wang, xlsx(line("A", parent="NOPE")))
    client.post(at("confirm", imported))
    imported.refresh_from_db()
    assert imported.status == "faulty"


def test_a_second_click_starts_nothing(send, client, run_jobs, wang, district):
    imported = send(wang, xlsx(line("A", parent="YL")))
    client.post(at("confirm", imported))
    client.post(at("confirm", imported))
    assert Job.objects.filter(kind="units.organization_import").count() == 1
    run_jobs()
    client.post(at("confirm", imported))
    assert PartyOrganization.objects.filter(code="A").count() == 1


def test_the_file_is_kept_until_it_has_been_imported(send, confirm, wang, district):
    imported = send(wang, xlsx(line("A", parent="YL")))
    storage, name = imported.file.storage, imported.file.name
    assert storage.exists(name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda function, *_more, **_options: function())
        confirm(imported)
    assert not storage.exists(name)
    assert not imported.file


def test_a_change_of_the_directory_meanwhile_stops_the_import(send, confirm, client, wang, district, town, bureau):
    imported = send(wang, xlsx(line("A", parent="YL-QS"), line("YL-DA", "档案馆党支部", "YL", 单位类别="事业单位")))
    PartyOrganization.objects.filter(pk=bureau.pk).update(name="改过名的党支部")
    confirm(imported)
    assert imported.status == "ready"
    assert not PartyOrganization.objects.filter(code="A").exists()
    assert actions.outcome_of(imported)["changed"][0][3]["组织名称"] == ["改过名的党支部", "档案馆党支部"]
    assert "检查之后名录有了变化" in client.get(at("check", imported)).content.decode()
    assert confirm(imported).status == "done"


def test_a_parent_gone_meanwhile_makes_it_faulty_and_writes_nothing(send, confirm, wang, district, bureau):
    imported = send(wang, xlsx(line("A", parent="YL-DA"), line("B", parent="YL")))
    dissolve_organization(bureau, on=date(2026, 1, 1), by=wang)
    assert confirm(imported).status == "faulty"
    assert not PartyOrganization.objects.filter(code__in=("A", "B")).exists()


def test_rights_are_those_of_the_moment_of_writing(send, confirm, zhao, district):
    imported = send(zhao, xlsx(line("A", parent="YL")))
    zhao.appointments.update(ends_on=date(2020, 1, 1))
    actions.confirm(imported, by=zhao)
    from jobs.running import run

    run(imported.job_id)
    imported.refresh_from_db()
    assert imported.status == "faulty"
    assert not PartyOrganization.objects.filter(code="A").exists()


def test_a_failure_in_the_middle_leaves_nothing_behind(send, confirm, monkeypatch, wang, district, town):
    imported = send(wang, xlsx(line("A", parent="YL"), line("YL-QS", "新名党委", "YL", 组织类型="党委")))

    def fail(_self):
        raise RuntimeError("the last step")

    monkeypatch.setattr("units.actions.merging._Merger._log", fail)
    confirm(imported)
    town.refresh_from_db()
    assert town.name == "青石镇党委"
    assert not PartyOrganization.objects.filter(code="A").exists()
    monkeypatch.undo()


def test_running_the_job_twice_writes_once(send, confirm, wang, district):
    imported = confirm(send(wang, xlsx(line("A", parent="YL"))))
    entries = ActivityEntry.objects.count()
    Job.objects.filter(pk=imported.job_id).update(status="queued")
    from jobs.running import run

    run(imported.job_id)
    assert ActivityEntry.objects.count() == entries
    assert Job.objects.get(pk=imported.job_id).status == "done"


def test_nothing_to_do_offers_no_confirmation(send, client, wang, district):
    imported = send(wang, xlsx(line("YL", "云岭区委", "", 组织类型="党委", 简称="区委")))
    page = client.get(at("check", imported)).content.decode()
    assert imported.counts["unchanged"] == 1
    assert "没有需要导入的变化" in page
    assert "确认导入</button>" not in page


def test_discarding_deletes_the_file_and_cannot_be_confirmed(send, client, wang, district):
    imported = send(wang, xlsx(line("A", parent="YL")))
    storage, name = imported.file.storage, imported.file.name
    client.post(at("discard", imported))
    client.post(at("confirm", imported))
    imported.refresh_from_db()
    assert imported.status == "discarded"
    assert not storage.exists(name)
    assert "已放弃" in client.get(at("check", imported)).content.decode()


def test_an_import_being_checked_is_not_discarded(client, wang, district):
    imported = actions.upload(uploaded(xlsx(line("A", parent="YL"))), by=wang)
    client.force_login(wang)
    assert "正在处理这个文件" in client.post(at("discard", imported), follow=True).content.decode()
    assert "执行情况" in client.get(at("check", imported)).content.decode()


# --- rights -----------------------------------------------------------------------------------------------------------------


def test_office_staff_import_inside_their_subtree(send, confirm, zhao, district, town):
    confirm(send(zhao, xlsx(line("A", parent="YL-QS"), line("B", parent="A"))))
    assert tree()["B"] == "A"


@pytest.mark.parametrize(
    ("lines", "column", "sentence"),
    [
        ([line("A", parent="LC")], "上级组织编码", "您管理范围内的名录里都没有编码为“LC”的组织"),
        ([line("LC", "临川新区党工委", "", 组织类型="党工委")], "组织编码", "管理范围以外"),
        ([line("A")], "上级组织编码", "只有系统管理员可以新增或移到顶层"),
        ([line("YL-QS", "青石镇党委", "LC", 组织类型="党委")], "上级组织编码", "您管理范围内的名录里都没有编码为“LC”的组织"),
        ([line("YL-QS", "青石镇党委", "", 组织类型="党委")], "上级组织编码", "只有系统管理员可以新增或移到顶层"),
    ],
)
def test_office_staff_cannot_import_outside_their_subtree(send, zhao, district, town, other_district, lines, column, sentence):
    row, at_column, text = only_fault(send(zhao, xlsx(*lines)))
    assert (row, at_column) == (2, column)
    assert sentence in text


def test_the_office_of_a_town_keeps_its_own_place_but_cannot_change_it(send, town, district, bureau):
    office = factories.make_user("镇办", role="office", at=town)
    same = {"组织类型": "党委", "单位类别": "镇街"}
    assert send(office, xlsx(line("YL-QS", "青石镇党委", "YL", 简称="青石", **same))).status == "ready"
    assert "不能改变本级组织的上级" in only_fault(send(office, xlsx(line("YL-QS", "青石镇党委", "YL-DA", **same))))[2]
    assert "须由上级办公室" in only_fault(send(office, xlsx(line("YL-QS", "青石镇党委", "YL", 是否撤销="是", **same))))[2]


@pytest.mark.parametrize("who", ["wu", "zhou", "feng", "qian"])
def test_readers_cannot_import(client, request, who, district):
    client.force_login(request.getfixturevalue(who))
    assert client.get(PAGE).status_code == 403
    assert client.get(TEMPLATE).status_code == 403
    assert client.post(PAGE, {"file": uploaded(b"x")}).status_code == 403


@pytest.mark.parametrize("name", ["check", "faults"])
def test_an_import_is_nobody_elses_business(send, client, zhao, wang, district, name):
    imported = send(zhao, xlsx(line("A", parent="YL")))
    client.force_login(wang)
    assert client.get(at(name, imported)).status_code == 404
    assert client.post(at("confirm", imported)).status_code == 404
    assert client.post(at("discard", imported)).status_code == 404


# --- template and export ----------------------------------------------------------------------------------------------------


def test_the_template_can_be_filled_and_imported(client, send, confirm, wang, district):
    import io

    import openpyxl

    factories.make_category("镇街")
    OrganizationTag.objects.create(name="试点单位")
    client.force_login(wang)
    data = b"".join(client.get(TEMPLATE).streaming_content)
    assert tuple(rows_of(data)[0]) == HEADERS
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    assert workbook.sheetnames == ["组织名录", "允许值", "填写说明"]
    rules = {str(rule.sqref): rule.formula1 for rule in workbook["组织名录"].data_validations.dataValidation}
    assert rules == {"D2:D20001": "允许值!$A$2:$A$6", "E2:E20001": "允许值!$B$2:$B$2", "K2:K20001": "允许值!$D$2:$D$3"}
    assert [row[2].value for row in workbook["允许值"].iter_rows(min_row=2, max_row=2)] == ["试点单位"]
    workbook["组织名录"].append(["A", "甲党支部", "", "党支部", "镇街", "试点单位", "YL", 1, "", "", "否"])
    file = io.BytesIO()
    workbook.save(file)
    imported = confirm(send(wang, file.getvalue()))
    assert (imported.counts["created"], imported.status) == (1, "done")


def test_the_export_comes_back_unchanged(client, send, wang, district, town, bureau):
    town.tags.add(OrganizationTag.objects.create(name="试点单位"), OrganizationTag.objects.create(name="联席会议成员单位"))
    odd = factories.make_organization("=HYPERLINK(1)党支部", town, code="007", address="+86路", contact_duty="@办", short_name="-1")
    dissolve_organization(bureau, on=date(2021, 5, 1), by=wang)
    client.force_login(wang)
    answer = client.get(reverse("units:organization_export"), {"below": "1", "state": "all"})
    data = b"".join(answer.streaming_content)
    rows = rows_of(data)
    assert tuple(rows[0]) == HEADERS
    assert rows[3][:3] == ("007", "=HYPERLINK(1)党支部", "-1")
    imported = send(wang, data)
    assert fault_lines(imported) == []
    names = ("created", "changed", "moved", "unchanged")
    assert {name: imported.counts[name] for name in names} == {"created": 0, "changed": 0, "moved": 0, "unchanged": 4}
    assert odd.code == "007"


def test_formulas_are_exported_as_text(client, wang, district):
    import io

    import openpyxl

    for number, sign in enumerate("=+-@"):
        factories.make_organization(f"{sign}1+1", district, code=f"X{number}")
    client.force_login(wang)
    data = b"".join(client.get(reverse("units:organization_export"), {"below": "1"}).streaming_content)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    found = {sheet.cell(row, 2).value: sheet.cell(row, 2).data_type for row in range(3, 7)}
    assert found == {"=1+1": "s", "+1+1": "s", "-1+1": "s", "@1+1": "s"}


def test_the_export_is_cut_to_what_the_reader_sees(client, zhao, wu, district, town, other_district):
    client.force_login(wu)
    data = b"".join(client.get(reverse("units:organization_export"), {"below": "1"}).streaming_content)
    assert [row[0] for row in rows_of(data)[1:]] == ["YL", "YL-QS"]
    assert ActivityEntry.objects.filter(verb="units.organization_export", actor=wu).exists()


def test_an_administrator_of_the_moved_branch_sees_it_at_its_new_place(send, confirm, wang, district, town, bureau):
    move_organization(town, parent=bureau, by=wang)
    imported = send(wang, xlsx(line("YL-QS", "青石镇党委", "YL", 组织类型="党委", 单位类别="镇街")))
    assert json.loads(json.dumps(actions.outcome_of(imported)["moved"])) == [[2, "YL-QS", "青石镇党委", "YL-DA", "YL"]]
