"""What every list offers: files of it, columns, saved views; and the writer that makes the files."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
import python_calamine
from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.urls import reverse

from tests import factories
from units import lists
from units.actions.lists import MOST_VIEWS, save_view
from units.models import ActivityEntry, ListColumns, SavedView, User
from units.sheet_stream import write_csv, write_xlsx

ODD = ["=1+1", "<b>&", "a\x0bb", "行一\n行二", " 空格 ", "\ud800", "0012", "x" * 40_000]
KEPT = ["=1+1", "<b>&", "ab", "行一\n行二", " 空格 ", "", "0012", "x" * 32_767]


def written(rows, headers=("甲", "乙"), widths=(10, 40), name="列表") -> bytes:
    target = io.BytesIO()
    write_xlsx(target, name, headers, rows, widths)
    return target.getvalue()


@pytest.mark.parametrize(("text", "kept"), list(zip(ODD, KEPT, strict=True)))
def test_every_text_comes_back_from_a_workbook_as_it_was(text, kept):
    book = openpyxl.load_workbook(io.BytesIO(written([(text, 1)]))).active
    cell = book["A2"]
    assert (cell.value or "") == kept
    assert cell.value is None or cell.data_type == "s", "a text, never a formula"


def test_what_a_spreadsheet_would_read_as_a_letter_stays_as_it_was_typed():
    with zipfile.ZipFile(io.BytesIO(written([("_x0041_", 1)]))) as book:
        assert "_x005F_x0041_" in book.read("xl/worksheets/sheet1.xml").decode()


def test_numbers_and_days_stay_what_they_are():
    moment = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    content = written([(1.5, True), (date(2026, 2, 3), moment), (None, "")])
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert rows[1] == (1.5, "是")
    assert (rows[2][0].date(), f"{rows[2][1]:%Y-%m-%d %H:%M}") == (date(2026, 2, 3), "2026-11-20 09:30")
    assert python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[0] == ["甲", "乙"]


def test_a_list_longer_than_a_sheet_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr("units.sheet_stream.MOST_ROWS", 3)
    book = openpyxl.load_workbook(io.BytesIO(written([(str(n), n) for n in range(7)], name="督查[发现]")))
    assert [(sheet.title, sheet.max_row - 1) for sheet in book] == [("督查 发现 ", 3), ("督查 发现 （2）", 3), ("督查 发现 （3）", 1)]
    empty = openpyxl.load_workbook(io.BytesIO(written([])))
    assert list(empty.active.iter_rows(values_only=True)) == [("甲", "乙")]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2", "@x", "\t=1", " =1", "＝1", "\r=1"])
def test_no_text_of_a_csv_is_a_formula(text):
    target = io.BytesIO()
    assert write_csv(target, ["甲"], [(text,), (-2,), ("好",)]) == 3
    assert target.getvalue().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline="")))
    assert rows[1] == [f"'{text}"]
    assert rows[2:] == [["-2"], ["好"]]


# --- every list ----------------------------------------------------------------------------------------------------------------


def table(content: bytes, form: str) -> list[list[object]]:
    """The rows of a file."""
    if form == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]


@pytest.fixture
def everybody(zhao, finding):
    """Somebody who opens every list."""
    factories.Appointment.objects.create(user=zhao, organization=finding.campaign.organizer, role="administrator")
    return User.objects.get(pk=zhao.pk)


@pytest.mark.parametrize("key", sorted(lists.kinds()))
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_every_list_can_be_taken_out(client, everybody, finding, key, form):
    kind = lists.kind_of(key)
    place = f"?place={finding.campaign.code}" if kind.place else ""
    client.force_login(everybody)
    answer = client.post(reverse("units:list_export", args=[key]) + place, {"as": form})
    content = b"".join(answer.streaming_content)
    head = table(content, form)[0]
    columns = kind.shown if kind.parts else [column.key for column in kind.columns]
    labels = {column.key: column.label for column in kind.columns}
    assert head == [labels[name] for name in columns]
    entry = ActivityEntry.objects.filter(verb=kind.verb).latest("pk")
    assert entry.changes["格式"] == ["", {"csv": "CSV", "xlsx": "Excel"}[form]]
    assert (len(kind.columns), len({column.key for column in kind.columns})) == (len(labels), len(labels))
    assert {*kind.shown, *kind.fixed} <= set(labels)


def test_what_a_page_refuses_its_export_refuses(client, zheng, zhao, finding):
    with pytest.raises(PermissionDenied):
        lists.kind_of("users").found(zhao, QueryDict())
    with pytest.raises(Http404):
        lists.kind_of("submissions").found(zheng, QueryDict(f"place={finding.campaign.code}"))
    client.force_login(zheng)
    assert client.post(reverse("units:list_export", args=["users"])).status_code == 403
    assert client.post(reverse("units:list_export", args=["submissions"]), {}).status_code == 404
    assert client.post(reverse("units:list_export", args=["nothing"])).status_code == 404
    rows = b"".join(client.post(reverse("units:list_export", args=["findings"]), {"as": "csv"}).streaming_content).decode()
    assert finding.text not in rows


def test_a_long_list_is_made_by_a_job_and_read_only_with_the_same_rights(client, zhao, assignment, qian, run_jobs, monkeypatch):
    monkeypatch.setattr("units.exporting.DIRECT_ROWS", 1)
    for number in range(3):
        factories.make_finding(assignment, qian, text=f"第{number}条")
    client.force_login(zhao)
    url = reverse("units:list_export", args=["findings"]) + "?kind=problem"
    assert client.get(url).status_code == 302
    answer = client.post(url, {"as": "csv"})
    [job] = run_jobs()
    assert answer.url == reverse("jobs:job_detail", args=[job.pk])
    assert (job.status, job.done, job.file_name.endswith(".csv")) == ("done", 3, True)
    assert job.file.read().decode("utf-8-sig").count("\n") == 4
    download = reverse("jobs:job_download", args=[job.pk])
    assert client.get(download).status_code == 200
    zhao.appointments.all().delete()
    client.force_login(User.objects.get(pk=zhao.pk))
    assert client.get(download).status_code == 403


def test_reading_a_long_list_takes_as_many_queries_as_a_short_one(django_assert_num_queries, zhao, assignment, qian):
    kind = lists.kind_of("findings")
    for _number in range(30):
        factories.make_finding(assignment, qian)
    with django_assert_num_queries(1):
        rows = list(kind.read(assignment.findings.all(), kind.columns))
    assert len(rows) == 30


# --- columns -------------------------------------------------------------------------------------------------------------------


def test_columns_are_chosen_per_person_and_go_into_files(client, zhao, wu, finding):
    client.force_login(zhao)
    url, page = reverse("units:list_columns", args=["findings"]), reverse("inspections:finding_list")
    assert "<th>原因</th>" not in client.get(page).content.decode()
    finding.cause = "制度没有细化"
    finding.save()
    assert client.post(url, {"column": ["cause", "text", "nonsense"]}).url == page
    shown = client.get(page).content.decode()
    assert "<th>原因</th>" in shown
    assert "制度没有细化" in shown
    assert "<th>督查组</th>" not in shown
    head = b"".join(client.post(reverse("units:list_export", args=["findings"]), {"as": "csv"}).streaming_content).decode("utf-8-sig")
    assert head.splitlines()[0] == "组织名称,内容,原因"
    client.post(url, {})
    assert ListColumns.objects.get(user=zhao).columns == ["text", "cause"], "none at all is no choice"
    client.force_login(wu)
    assert "<th>原因</th>" not in client.get(page).content.decode()
    client.force_login(zhao)
    client.post(url, {"reset": "1"})
    assert "<th>督查组</th>" in client.get(page).content.decode()


def test_each_face_of_the_ledger_has_its_own_columns(client, zhao):
    client.force_login(zhao)
    client.post(reverse("units:list_columns", args=["ledger"]) + "?view=duties", {"column": ["title", "verifier"]})
    kind = lists.kind_of("ledger")
    columns, chosen = lists.chosen_columns(kind, QueryDict("view=duties"), zhao)
    assert ([column.key for column in columns], chosen) == (["number", "title", "content", "verifier"], True)
    assert lists.chosen_columns(kind, QueryDict(""), zhao)[1] is False


# --- views ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def page():
    return reverse("inspections:finding_list")


def test_a_view_is_saved_opened_by_default_renamed_and_deleted(client, zhao, finding, page):
    client.force_login(zhao)
    save = reverse("units:view_save", args=["findings"])
    assert client.post(f"{save}?severity=serious&at=xx&q=", {"name": " 严重 ", "is_default": "on"}).url == f"{page}?severity=serious"
    view = SavedView.objects.get()
    assert (view.name, view.query, view.is_default) == ("严重", "severity=serious", True)
    assert client.get(page).url == f"{page}?severity=serious"
    assert client.get(f"{page}?all=1").status_code == 200
    shown = client.get(f"{page}?severity=serious").content.decode()
    assert "程度：严重" in shown
    assert 'href="?all=1"' in shown, "the chip leads to everything"
    client.post(f"{save}?kind=problem", {"name": "问题", "is_default": "on"})
    assert {row.name: row.is_default for row in SavedView.objects.all()} == {"严重": False, "问题": True}
    update = reverse("units:view_update", args=[view.pk])
    taken = client.post(update, {"name": "问题"})
    assert (taken.status_code, "已有名为“问题”的视图" in taken.content.decode()) == (422, True)
    client.post(update, {"name": "很严重"})
    view.refresh_from_db()
    assert view.name == "很严重"
    client.post(reverse("units:view_delete", args=[view.pk]))
    assert [row.name for row in SavedView.objects.all()] == ["问题"]
    assert set(ActivityEntry.objects.filter(verb__startswith="units.view").values_list("verb", flat=True)) == {
        *("units.view_save", "units.view_update", "units.view_delete")
    }


def test_nothing_is_saved_without_name_or_conditions(client, zhao, page):
    client.force_login(zhao)
    save = reverse("units:view_save", args=["findings"])
    for url, name in ((f"{save}?kind=problem", " "), (save, "空"), (f"{save}?kind=problem", "名" * 31), (f"{save}?q={'长' * 2000}", "长")):
        client.post(url, {"name": name})
    assert not SavedView.objects.exists()
    for number in range(MOST_VIEWS):
        save_view("findings", "督查发现", f"视图{number}", "kind=problem", by=zhao)
    client.post(f"{save}?kind=problem", {"name": "再一个"})
    assert SavedView.objects.count() == MOST_VIEWS


def test_a_shared_view_is_read_by_colleagues_and_changed_by_nobody_else(client, zhao, wu, zheng, page):
    view = save_view("findings", "督查发现", "共用", "severity=serious", by=zhao, is_shared=True, is_default=True)
    save_view("findings", "督查发现", "自用", "kind=problem", by=zhao)
    manage = reverse("units:view_list", args=["findings"])
    for person, sees in ((wu, True), (zheng, False)):
        client.force_login(person)
        shown = client.get(manage).content.decode()
        assert ("共用" in shown, "自用" in shown) == (sees, False)
        for name in ("view_update", "view_delete"):
            assert client.post(reverse(f"units:{name}", args=[view.pk]), {"name": "别人的"}).status_code == 404
        assert client.get(page).status_code == 200, "another's default is not mine"
    view.refresh_from_db()
    assert view.name == "共用"
