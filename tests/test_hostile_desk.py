"""What the desk takes in and keeps: a page can still be made of it afterwards, whatever it was."""

from __future__ import annotations

import io
import json
import zipfile

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from reports.assembly import document_of
from reports.models import ArchivedReport, Paragraph, Report, SignOff
from reports.rendering.docx import render_docx
from tests.addresses import World
from tests.addresses_desk import TABLE
from tests.hostile_desk import samples_desk
from tests.test_hostile_input import SENT


@pytest.fixture
def world(district, town, zhao, team, finding):
    return World(district, town, zhao, team, finding)


@pytest.fixture
def clerk(world, zhao):
    client = Client(raise_request_exception=False)
    client.force_login(zhao)
    return client


@pytest.mark.parametrize(
    ("name", "status", "step"),
    [
        ("signoff_pass", Report.Status.IN_REVIEW, SignOff.Step.REVIEW),
        ("signoff_send_back", Report.Status.IN_REVIEW, SignOff.Step.REVIEW),
        ("signoff_issue", Report.Status.TO_ISSUE, SignOff.Step.ISSUE),
    ],
)
def test_no_opinion_is_a_fault_while_the_step_waits(world, clerk, name, status, step):
    Report.objects.filter(pk=world.report.pk).update(status=status)
    SignOff.objects.filter(pk=world.desk.step.pk).update(step=step)
    fields = samples_desk(world)[f"reports:{name}"]
    for field in fields:
        for value in SENT:
            with transaction.atomic():
                answer = clerk.post(world.address(f"reports:{name}"), {**fields, field: value})
                transaction.set_rollback(True)
            assert answer.status_code == 302, (field, value[:20])


TABLES = [
    {**TABLE, "widths": ["x", "y"]},
    {**TABLE, "widths": [0, 0]},
    {**TABLE, "widths": [-1, 1]},
    {**TABLE, "widths": [True, 1]},
    {**TABLE, "widths": [[1], {"a": 1}]},
    {**TABLE, "widths": [float("nan"), 1]},
    {**TABLE, "widths": [float("inf"), 1e308]},
    {**TABLE, "align": ["<b>", 1]},
    {**TABLE, "align": [["left"], {}]},
    {"columns": [None, {"a": [1]}], "rows": [[1.5, None, "多"], []], "caption": ["x"]},
    {"columns": ["甲\ufffe", "乙\x01"], "rows": [["a\x0bb", "\uffff"]], "caption": "\x1f"},
]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_was_stored_can_be_shown_and_written(world, clerk, table):
    saved = clerk.post(
        reverse("reports:paragraph_save", args=[world.report.pk, world.desk.table.uid]), {"revision": 1, "table": json.dumps(table)}
    )
    assert saved.status_code == 200
    for name in ("report_detail", "report_edit", "signoff_detail", "check_panel", "report_tables", "version_detail"):
        assert clerk.get(world.address(f"reports:{name}"), {"with": "now"}).status_code == 200, name
    assert render_docx(document_of(Report.objects.get(pk=world.report.pk))).content.startswith(b"PK")


@pytest.mark.parametrize(
    "table", ["[" * 5000, "[]", "null", '{"columns": ["\\ud800"], "rows": []}', '{"columns": ["\\u0000"], "rows": []}', "{}"]
)
def test_what_is_no_table_is_refused(world, clerk, table):
    saved = clerk.post(reverse("reports:paragraph_save", args=[world.report.pk, world.desk.table.uid]), {"revision": 1, "table": table})
    assert saved.status_code == 409
    assert "表格内容不完整" in saved.json()["error"]
    assert Paragraph.objects.get(pk=world.desk.table.pk).table == TABLE


def test_no_character_that_was_typed_keeps_the_file_from_being_written(world, clerk):
    odd = "正\ufffe常\uffff的\x00一\x0b段\x1f😀\u2028。"
    saved = clerk.post(world.address("reports:paragraph_save"), {"revision": 1, "lead": odd, "text": odd})
    renamed = clerk.post(world.address("reports:section_rename"), {"old": world.desk.section.heading, "heading": odd})
    assert (saved.status_code, renamed.status_code) == (200, 200)
    typed = "题\ufffe目\uffff"
    clerk.post(
        world.address("reports:report_update"),
        {"title": typed, "addressee": typed, "signers": typed, "signed_on": "2026-11-20", "revision": 1},
    )
    report = Report.objects.get(pk=world.report.pk)
    assert report.revision == 2, "the form took it"
    assert render_docx(document_of(report)).content.startswith(b"PK")
    assert clerk.get(world.address("reports:report_detail")).status_code == 200


def test_many_words_are_searched_for_in_one_go(world, clerk, django_assert_max_num_queries):
    """Each word is one condition, and not twice as many as the word before it."""
    words = " ".join("云岭区督查报告责任制落实情况基本总体较好对各单位进行了办公室"[:29])
    with django_assert_max_num_queries(20) as asked:
        page = clerk.get(world.address("reports:archive_list"), {"q": words})
    assert page.status_code == 200
    assert "关于责任制落实情况的督查报告" in page.content.decode()
    assert max(len(query["sql"]) for query in asked.captured_queries) < 20_000


def test_a_replacement_that_would_burst_a_paragraph_is_refused(world, clerk):
    Paragraph.objects.filter(pk=world.desk.paragraph.pk).update(text="的" * 100)
    answer = clerk.post(world.address("reports:text_replace"), {"find": "的", "replace": "长" * 3000})
    assert answer.status_code == 409
    assert Paragraph.objects.get(pk=world.desk.paragraph.pk).text == "的" * 100


def test_an_offer_is_only_settled_by_a_choice_that_there_is(world, clerk):
    for offer in ({"gone": True}, {"added": True}):
        Paragraph.objects.filter(pk=world.desk.paragraph.pk).update(offer=offer, revision=1)
        answer = clerk.post(world.address("reports:offer_settle"), {"revision": 1, "choice": "whatever"})
        assert answer.status_code == 409
        assert Paragraph.objects.get(pk=world.desk.paragraph.pk).offer == offer


def broken(part: str, old: str, new: str) -> bytes:
    """A .docx that opens, with ``old`` replaced by ``new`` in one of its parts."""
    word, whole, stream = docx.Document(), io.BytesIO(), io.BytesIO()
    word.add_paragraph("第一条", style="List Number")
    word.save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(stream, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == part:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            target.writestr(entry, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("word/numbering.xml", 'w:ilvl="0"', 'w:ilvl="x"'),
        ("word/numbering.xml", '<w:start w:val="1"/>', '<w:start w:val="x"/>'),
        ("word/document.xml", "<w:sectPr", '<w:p><w:pPr><w:jc w:val="nowhere"/></w:pPr></w:p><w:sectPr'),
        ("word/document.xml", "<w:body>", "<w:bodies>"),
    ],
)
def test_a_word_file_that_is_broken_inside_is_refused_or_read(world, clerk, part, old, new):
    content = broken(part, old, new)
    kept = ArchivedReport.objects.count()
    address, organizer = reverse("reports:archive_create"), world.campaign.organizer_id
    taken = clerk.post(address, {"organization": organizer, "files": SimpleUploadedFile("旧.docx", content)})
    assert taken.status_code in {302, 422}
    assert ArchivedReport.objects.count() == kept + (taken.status_code == 302)
    returned = clerk.post(world.address("reports:word_return_list"), {"file": SimpleUploadedFile("改.docx", content)})
    assert returned.status_code in {200, 302}
