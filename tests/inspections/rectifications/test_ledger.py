"""整改台账: lamps by date, filters, three lists, the file out and in, verbs on many rows."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inspections.forms.ledger import CLOSED_LAST, ORDERS
from inspections.ledger import VIEWS
from inspections.models import Lamp, Rectification
from inspections.views import ledger as screen
from tests import factories
from tests.inspections.rectifications.conftest import S, day
from units.models import CalendarDay, Notice

pytestmark = pytest.mark.django_db
LIST, EXPORT, IMPORT, BULK = (reverse(f"inspections:rectification_{name}") for name in ("list", "export", "import", "bulk"))


def table(answer) -> list[list[object]]:
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def workbook(*rows) -> ContentFile:
    book = openpyxl.Workbook()
    book.active.title = "整改台账"
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return ContentFile(target.getvalue(), name="台账.xlsx")


def listed(client, **query) -> set[str]:
    return {row.reference for row, _links in client.get(LIST, query).context["rows"]}


@pytest.mark.parametrize("sort", ["", "number", "organization"])
def test_pages_follow_each_other_in_every_order(client, make_row, problem, zhao, monkeypatch, sort):
    monkeypatch.setattr(screen, "PER_PAGE", 2)
    for place in range(5):
        row = make_row(
            factories.make_finding(problem.assignment, problem.recorded_by, text=f"问题{place}"), until=S.ASSIGNED, due=20 - place % 2
        )
    Rectification.objects.filter(pk=row.pk).update(due_on=day(1))
    client.force_login(zhao)
    at, seen = "", []
    while True:
        page = client.get(LIST, {"sort": sort, **({"at": at} if at else {})})
        seen += [row.pk for row, _links in page.context["rows"]]
        if not (at := page.context["page"].next):
            break
    assert seen == list(Rectification.objects.annotate(closed_last=CLOSED_LAST).order_by(*ORDERS[sort]).values_list("pk", flat=True))
    assert len(seen) == 5
    assert "回到第一页" in page.content.decode()


def test_the_words_searched_for_are_marked(client, make_row, problem, zhao):
    make_row(problem, until=S.ASSIGNED)
    client.force_login(zhao)
    page = client.get(LIST, {"q": "研讨 青石"}).content.decode()
    assert "<mark>研讨</mark>" in page
    assert "<mark>青石</mark>" in page


def test_lamps_follow_the_calendar_and_are_never_stored(make_row, problem, settings):
    settings.RECTIFICATION_WARNING_DAYS = 3
    row = make_row(problem)
    monday = row.due_on + timedelta(days=(7 - row.due_on.weekday()) % 7 or 7)
    Rectification.objects.update(due_on=monday)
    row.refresh_from_db()

    def on(today) -> tuple[str, str, bool, bool]:
        rows = Rectification.objects.filter(pk=row.pk)
        found = rows.lamp(today).get().lamp_now
        return found, row.lamp(today), rows.due_soon(today).exists(), rows.overdue(today).exists()

    # Three working days before a Monday: Wednesday.
    assert on(monday - timedelta(days=6)) == ("green", "green", False, False)
    assert on(monday - timedelta(days=5)) == ("yellow", "yellow", True, False)
    assert on(monday) == ("yellow", "yellow", True, False)
    assert on(monday + timedelta(days=1)) == ("red", "red", False, True)
    # A holiday on the Friday before: one day earlier.
    CalendarDay.objects.create(day=monday - timedelta(days=3), is_working=False, name="放假")
    assert on(monday - timedelta(days=6))[0] == "yellow"
    # Handed in on time it is not the unit's delay, however long the verdict takes; handed in late it stays red.
    for handed_in, lamp in ((monday, "green"), (monday + timedelta(days=1), "red")):
        Rectification.objects.update(status=S.SUBMITTED, submitted_on=handed_in, submitted_by=row.received_by)
        row.refresh_from_db()
        assert on(monday + timedelta(days=9))[:2] == (lamp, lamp)
    Rectification.objects.update(status=S.CLOSED, closed_at=timezone.now(), closed_by=row.received_by)
    row.refresh_from_db()
    assert on(monday + timedelta(days=9)) == ("done", Lamp.DONE, False, False)


def test_the_filters_stand_in_the_address(client, make_row, problem, another, qian, zhao, zhou):
    late, fresh = make_row(problem, due=-2), make_row(another, until="draft")
    closed = make_row(factories.make_finding(problem.assignment, qian, text="制度不健全"), until=S.CLOSED, due=3)
    client.force_login(zhao)
    names = {late.reference: "late", fresh.reference: "draft", closed.reference: "closed"}

    def found(**query) -> set[str]:
        return {names[reference] for reference in listed(client, **query)}

    assert found() == {"late", "draft", "closed"}
    assert found(lamp="red") == {"late"}
    assert found(status="draft") == {"draft"}
    assert found(status="open") == {"late", "draft"}
    assert found(status="assigned") == set()
    assert found(severity="serious") == {"draft"}
    assert found(q="制度 青石") == {"closed"}
    assert found(campaign=problem.campaign.code, organization=problem.organization_id) == {"late", "draft", "closed"}
    assert found(special="immediate") == found(special="recurring") == found(special="still") == set()
    assert found(lamp="nonsense") == set()
    answer = client.get(LIST, {"view": "duties", "lamp": "red"})
    assert [column.label for column in answer.context["view"].columns] == [
        "序号",
        "责任单位",
        "责任人职务",
        "问题内容",
        "整改时限",
        "核验人",
        "状态",
    ]
    page = answer.content.decode()
    assert "已逾期" in page
    typed = client.get(LIST, {"organization_name": "青石镇党委"})
    assert f"organization={problem.organization_id}" in typed.url
    client.force_login(zhou)
    assert found() == {"late", "closed"}, "what is not issued is not the unit's business yet"


def test_a_page_of_rows_costs_as_many_queries_as_one(client, make_row, problem, qian, zhao):
    make_row(problem)
    client.force_login(zhao)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for number in range(4):
        make_row(factories.make_finding(problem.assignment, qian, text=f"问题{number}"), until=S.ASSIGNED)
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)
    assert len(many) <= len(one)


def test_the_export_has_exactly_the_columns_of_the_paper_form(client, make_row, problem, zhao):
    row = make_row(problem, until=S.SUBMITTED)
    client.force_login(zhao)
    head, line = table(client.get(EXPORT))
    assert head == ["序号", "问题内容", "整改措施", "责任单位", "责任人职务", "整改时限", "进展", "状态", "佐证"]
    assert line == [
        row.reference,
        row.content,
        "统一样式，按季抽查",
        "青石镇党委",
        "党委副书记",
        str(row.due_on),
        "已全部整改",
        "待核验",
        "整改后.png",
    ]
    for key, view in VIEWS.items():
        assert table(client.get(EXPORT, {"view": key}))[0] == [column.label for column in view.columns]
    assert client.get(EXPORT, {"lamp": "?"}).status_code == 302
    paper = client.get(reverse("inspections:rectification_print")).content.decode()
    assert row.reference in paper
    assert "责任人职务" in paper


def test_a_large_export_is_a_job(client, make_row, problem, zhao, monkeypatch, run_jobs):
    make_row(problem)
    monkeypatch.setattr("units.exporting.DIRECT_ROWS", 0)
    client.force_login(zhao)
    assert client.get(EXPORT).status_code == 302
    assert "jobs" in client.post(EXPORT).url
    [job] = run_jobs()
    assert (job.status, job.done) == ("done", 1)


def test_progress_comes_back_from_the_file(client, make_row, problem, another, zhou):
    row, other = make_row(problem), make_row(another)
    client.force_login(zhou)
    lines = table(client.get(EXPORT))
    for line in lines[1:]:
        if line[0] == row.reference:
            line[2], line[4], line[6], line[7] = "措施一", "党委委员", "已完成八成", "已销号"
    answer = client.post(IMPORT, {"file": workbook(*lines)}, follow=True)
    assert "更新 1 项，没有变化 1 项" in answer.content.decode()
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.measure, row.responsible_title, row.progress, row.status) == ("措施一", "党委委员", "已完成八成", S.IN_PROGRESS)
    assert (other.measure, other.progress) == ("", "")


def test_with_one_faulty_line_nothing_is_written_and_each_fault_is_named(client, make_row, problem, another, zhou, zheng):
    row, done = make_row(problem), make_row(another, until=S.SUBMITTED)
    client.force_login(zhou)
    head = ["序号", "整改措施", "责任人职务", "进展"]
    answer = client.post(
        IMPORT,
        {
            "file": workbook(
                head,
                [row.reference, "措施", "书记", "写好了"],
                ["2099-1-001", None, None, "别人的"],
                [done.reference, None, None, "又改"],
                [row.reference, None, None, "重复"],
                [None, None, None, "没有序号"],
                ["x" * 30, None, "长" * 61, None],
            )
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    for text in ("重复", "如 2026-2-007", "不超过 60 个字", "2099-1-001", "归您填报"):
        assert text in page
    second = client.post(
        IMPORT,
        {
            "file": workbook(
                head, [row.reference, "措施", "书记", "写"], ["2099-1-001", None, None, "别人的"], [done.reference, None, None, "又改"]
            )
        },
    )
    assert "归您填报" in second.content.decode()
    assert "已报请核验" in second.content.decode()
    row.refresh_from_db()
    assert row.progress == ""
    for bad, words in (
        (ContentFile(b"not a book", name="x.xlsx"), "xlsx"),
        (workbook(["序号", "甲"]), "表头"),
        (workbook(head), "至少填写一行"),
    ):
        assert words in client.post(IMPORT, {"file": bad}).content.decode()
    client.force_login(zheng)
    assert "归您填报" in client.post(IMPORT, {"file": workbook(head, [row.reference, None, None, "越权"])}).content.decode()


def test_verbs_on_many_rows_say_what_became_of_each(client, make_row, problem, another, qian, zhao, chen, zhou):
    draft, handed = make_row(problem, until="draft"), make_row(another, until=S.SUBMITTED)
    client.force_login(chen)

    def do(what, **more):
        return client.post(BULK, {"do": what, "row": [draft.pk, handed.pk], "back": LIST, **more})

    outcome = do("issue").context["outcome"]
    assert [(one.row.pk, bool(one.reason)) for one in outcome.rows] == [(draft.pk, False), (handed.pk, True)]
    outcome = do("remind", text="请抓紧").context["outcome"]
    assert len(outcome.done) == len(outcome.failed) == 1
    assert Notice.objects.filter(user=zhou, text__contains="催办：请抓紧").count() == 1
    assert len(do("remind").context["outcome"].failed) == 2, "once a day"
    assert len(do("verifier", verifier=qian.pk).context["outcome"].done) == 2
    assert do("close").status_code == 302, "how it was verified must be said"
    outcome = do("close", text="集中核验").context["outcome"]
    assert [bool(one.reason) for one in outcome.rows] == [True, False]
    assert "还没有签收" in outcome.rows[0].reason
    for wrong in ({"do": "drop", "row": [draft.pk]}, {"do": "issue"}, {"do": "issue", "row": ["x"]}, {"do": "verifier", "row": [draft.pk]}):
        assert client.post(BULK, wrong).status_code == 302
    assert day(0) <= draft.due_on
