"""操作记录: who may read what, the filters, the export."""

from __future__ import annotations

import ast
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.urls import reverse

from tests import factories
from tests.units.sheets import rows_of
from units.actions.activity import record
from units.actions.organizations import move_organization, update_organization
from units.models import ActivityEntry
from units.wording import ACTIONS, action_name, ending

LIST = reverse("units:activity_list")
EXPORT = reverse("units:activity_export")


def summaries(answer) -> list[str]:
    return [entry.summary for entry in answer.context["page"].object_list]


@pytest.fixture
def past(zhao, zheng, district, town, other_district):
    """Two offices have each done something."""
    ActivityEntry.objects.all()._raw_delete(using="default")
    update_organization(town, by=zhao, name="青石街道党工委")
    update_organization(other_district, by=zheng, address="新址")


def test_the_auditor_reads_everything(client, feng, past):
    client.force_login(feng)
    answer = client.get(LIST)
    assert summaries(answer) == ["修改组织“临川新区党工委”", "修改组织“青石街道党工委”"]
    text = answer.content.decode()
    assert "全部操作记录" in text
    assert "<del" in text
    assert "青石镇党委" in text


@pytest.mark.parametrize(("who", "found"), [("zhao", ["修改组织“青石街道党工委”"]), ("zheng", ["修改组织“临川新区党工委”"])])
def test_an_office_reads_about_its_subtree(client, request, past, who, found):
    client.force_login(request.getfixturevalue(who))
    assert summaries(client.get(LIST)) == found


@pytest.mark.parametrize("who", ["wang", "wu", "zhou", "qian"])
def test_everybody_else_reads_only_the_own_acts(client, request, past, who):
    user = request.getfixturevalue(who)
    record(user, "units.user_login", "我登录")
    client.force_login(user)
    answer = client.get(LIST)
    assert summaries(answer) == ["我登录"]
    assert "我自己的操作记录" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"person": "赵"}, 2),
        ({"person": "没有"}, 0),
        ({"action": "move"}, 1),
        ({"action": "update"}, 2),
        ({"about": "units.partyorganization"}, 3),
        ({"q": "青石 街道"}, 2),
        ({"since": "2999-01-01"}, 0),
        ({"until": "2000-01-01"}, 0),
        ({"since": "坏"}, 3),
        ({"action": "坏", "about": "坏", "page": "坏"}, 3),
    ],
)
def test_filters(client, feng, past, zhao, town, bureau, query, found):
    ActivityEntry.objects.filter(verb="units.organization_create")._raw_delete(using="default")
    move_organization(town, parent=bureau, by=zhao)
    client.force_login(feng)
    assert len(summaries(client.get(LIST, query))) == found


def test_days_are_days_of_our_time_zone(client, feng, past):
    late = datetime(2026, 3, 1, 23, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    key = ActivityEntry.objects.latest("pk").pk
    with connection.cursor() as cursor:
        cursor.execute("UPDATE units_activityentry SET at = %s WHERE id = %s", [late.astimezone(ZoneInfo("UTC")), key])
    client.force_login(feng)
    assert len(summaries(client.get(LIST, {"since": "2026-03-01", "until": "2026-03-01"}))) == 1
    assert summaries(client.get(LIST, {"since": "2026-03-02", "until": "2026-03-02"})) == []


def test_an_act_unknown_to_us_is_shown_in_chinese(client, feng):
    record(feng, "reports.report_frobnicate", "做了别的")
    client.force_login(feng)
    assert "其他" in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("verb", "name"),
    [
        ("units.organization_create", "新增"),
        ("units.user_login_failed", "登录失败"),
        ("x.checklist_ponder", "其他"),
        ("login", "登录"),
    ],
)
def test_names_of_acts(verb, name):
    assert action_name(verb) == name


def test_the_export_holds_the_same_rows_as_text(client, feng, past):
    record(feng, "units.organization_update", "=1+1", changes={"名称": ["=2", "+3"]})
    client.force_login(feng)
    rows = rows_of(b"".join(client.get(EXPORT, {"action": "update"}).streaming_content))
    assert rows[0] == ("时间", "操作人", "操作", "对象类型", "对象名称", "说明", "变更内容", "网络地址", "请求编号")
    assert [row[5] for row in rows[1:]] == ["=1+1", "修改组织“临川新区党工委”", "修改组织“青石街道党工委”"]
    assert rows[1][6] == "名称：=2 → +3"
    assert ActivityEntry.objects.latest("pk").verb == "units.activity_export"


def test_the_export_is_cut_to_what_the_reader_may_know(client, zheng, past):
    client.force_login(zheng)
    rows = rows_of(b"".join(client.get(EXPORT).streaming_content))
    assert [row[5] for row in rows[1:] if not row[5].startswith("导出操作记录")] == ["修改组织“临川新区党工委”"]


def test_entries_cannot_be_changed_or_deleted(past):
    with pytest.raises(TypeError):
        ActivityEntry.objects.update(summary="x")
    with pytest.raises(TypeError):
        ActivityEntry.objects.all().delete()
    with pytest.raises(TypeError):
        ActivityEntry.objects.first().delete()


@pytest.mark.parametrize("count", [1, 40])
def test_the_number_of_queries_does_not_grow(client, feng, district, count, django_assert_max_num_queries):
    for _ in range(count):
        factories.make_organization(parent=district)
    client.force_login(feng)
    with django_assert_max_num_queries(11):
        client.get(LIST)


# --- the words ----------------------------------------------------------------------------------------------------------------

ROOT = Path(__file__).resolve().parent.parent.parent
RECORDING = {"record", "entry_of", "log", "log_change", "note", "_note", "_log"}


def verbs_in_the_code() -> set[str]:
    """Find every verb that some line of the code records: the strings of that shape among what is handed to a recording function."""
    found = set()
    for app in ("jobs", "units", "inspections", "reports"):
        for file in (ROOT / app).rglob("*.py"):
            for call in ast.walk(ast.parse(file.read_text())):
                if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in RECORDING:
                    named = [keyword.value for keyword in call.keywords if keyword.arg == "verb"]
                    found |= {verb for argument in [*call.args, *named] for verb in _verbs(argument)}
    return found


def _verbs(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return [*_verbs(node.body), *_verbs(node.orelse)]
    if isinstance(node, ast.JoinedStr):
        # f"units.{model}_create": the end says what kind of act it is.
        node = node.values[-1]
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return [text] if re.fullmatch(r"([a-z]+\.)?[a-z]*(_[a-z]+)+", text) else []


def test_every_act_that_is_recorded_has_a_word_and_no_word_is_without_an_act():
    verbs = verbs_in_the_code()
    assert {"units.user_login", "reports.rendition_make", "team_create", "campaign_start", "evidence_add", "_delete"} <= verbs
    assert {verb for verb in verbs if action_name(verb) == "其他"} == set()
    assert {ending(verb) for verb in verbs} == set(ACTIONS)


@pytest.mark.parametrize(
    ("verb", "name"),
    [
        ("inspections.team_create", "设立督查组"),
        ("reports.bulk_create", "批量反馈"),
        ("reports.rendition_make", "生成文件"),
        ("inspections.campaign_methods", "督查方式"),
        ("inspections.campaign_scope", "督查范围"),
        ("inspections.assignment_begin", "开始督查"),
        ("inspections.assignment_plan", "督查日期"),
        ("inspections.evidence_add", "上传材料"),
        ("inspections.theme_add", "添加"),
    ],
)
def test_the_longest_ending_names_the_act(verb, name):
    assert action_name(verb) == name


def test_the_filter_finds_an_act_by_the_word_that_is_shown(client, feng):
    for verb in ("units.user_create", "inspections.team_create", "reports.bulk_create"):
        record(feng, verb, verb)
    client.force_login(feng)
    assert summaries(client.get(LIST, {"action": "create", "q": "_create"})) == ["units.user_create"]
    assert summaries(client.get(LIST, {"action": "team_create"})) == ["inspections.team_create"]


def test_exports_keep_their_conditions_in_words(client, feng, zhao, district):
    category = factories.make_category("镇街")
    client.force_login(feng)
    client.get(EXPORT, {"action": "update", "person": "赵", "since": "2026-03-01"})
    assert ActivityEntry.objects.latest("pk").changes["筛选条件"] == ["", "操作人：赵；操作：修改；从：2026-03-01"]
    client.force_login(zhao)
    client.get(reverse("units:organization_export"), {"under": district.pk, "category": category.pk, "below": "on"})
    assert ActivityEntry.objects.latest("pk").changes["筛选条件"] == ["", "云岭区委；单位类别：镇街；含全部下级"]
    client.get(reverse("inspections:finding_export"), {"organization": district.pk, "below": "1", "kind": "problem", "q": "台账"})
    assert ActivityEntry.objects.latest("pk").changes["筛选条件"] == ["", "组织：云岭区委及下级；类型：问题；关键词：台账"]
    client.get(reverse("inspections:finding_export"))
    assert ActivityEntry.objects.latest("pk").changes["筛选条件"] == ["", "无"]
