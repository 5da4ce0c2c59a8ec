"""Reports are found by what stands in them now, whether their pairs are written yet or not; exactly what LIKE finds."""

from __future__ import annotations

import random

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports.actions import update_report
from reports.actions.editing import add_paragraphs, delete_paragraph, save_paragraph
from reports.actions.searching import index_all, index_due, index_report
from reports.models import Paragraph, Report, ReportGrams
from tests import factories
from units.models import grams as index

pytestmark = pytest.mark.django_db
LETTERS = "学习记录台账不全，未签到（第3次）Ab-ß"


def plainly(words: str) -> set[int]:
    """What LIKE alone finds."""
    rows = Report.objects.all()
    for word in words.split():
        said = Paragraph.objects.filter(Q(text__icontains=word) | Q(lead__icontains=word), section__report=OuterRef("pk"))
        rows = rows.filter(Q(title__icontains=word) | Q(number_text__icontains=word) | Exists(said))
    return set(rows.values_list("pk", flat=True))


def found(words: str) -> set[int]:
    return set(Report.objects.search(words).values_list("pk", flat=True))


@pytest.fixture
def many(campaign, zhao):
    """Thirty reports of random characters, some of them with their pairs written."""
    luck = random.Random(11)
    template = factories.report_template("four-part")
    text = lambda: "".join(luck.choices(LETTERS, k=luck.randint(1, 20))).strip() or "空"  # noqa: E731
    for place in range(30):
        report = Report.objects.create(campaign=campaign, template=template, title=text(), number_text=text()[:20], drafted_by=zhao)
        section = report.sections.create(kind="custom")
        Paragraph.objects.bulk_create(Paragraph(section=section, order=order, lead=text(), text=text()) for order in range(3))
        if place % 3:
            index_report(report.pk)
    return luck


@pytest.mark.parametrize("few", [index.FEW, 3])
def test_the_index_finds_what_like_finds(many, monkeypatch, few):
    monkeypatch.setattr(index, "FEW", few)
    # Ids grow from test to test, and the planner may remember an empty table.
    monkeypatch.setattr(index, "RARE_SHARE", 0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE reports_reportgrams")
    texts = [text for pair in Paragraph.objects.values_list("text", "lead") for text in pair]
    words = ["%", "_", "'学习", "AB", "ss", "不 全", "没有的", "学习 没有的"]
    for _ in range(40):
        text = many.choice(texts)
        start = many.randrange(len(text))
        words.append(text[start : start + many.randint(1, 4)])
    words += [f"{many.choice(words)} {many.choice(words)}" for _ in range(10)]
    hits = 0
    for each in words:
        assert found(each) == plainly(each), each
        hits += bool(found(each))
    assert hits > 30
    with CaptureQueriesContext(connection) as queries:
        found("学习")
    asked = "MATCH" if connection.vendor == "sqlite" else "string_to_array"
    assert (asked in queries[-1]["sql"]) == (few > 3)


def test_what_is_typed_is_found_at_once_and_what_was_deleted_no_longer(report, zhao):
    index_all()
    assert not Report.objects.filter(search_due=True).exists()
    row = report.sections.first().paragraphs.exclude(kind="table").first()
    save_paragraph(report, row.uid, by=zhao, revision=row.revision, text="档案库房温湿度登记")
    assert found("温湿度") == {report.pk}, "before its pairs are written"
    assert (index_due(), index_due()) == (1, 0)
    assert found("温湿度 督查报告") == {report.pk}
    with CaptureQueriesContext(connection) as queries:
        found("温湿度")
    assert ReportGrams.objects.get(report=report).grams.count("温湿") == 1
    assert queries
    row.refresh_from_db()
    delete_paragraph(report, row.uid, by=zhao, revision=row.revision)
    assert found("温湿度") == set()
    [new] = add_paragraphs(report, by=zhao, section=report.sections.first().pk, texts=["消防通道"])
    assert found("消防通道") == {report.pk} == {new.section.report_id}
    report.refresh_from_db()
    update_report(report, by=zhao, revision=report.revision, title="秋季督查专报")
    assert found("秋季") == {report.pk}
    index_due()
    assert found("秋季 消防") == {report.pk}


def test_saving_asks_the_database_nothing_more_for_the_index(report, zhao, colleague):
    index_all()
    row = report.sections.first().paragraphs.exclude(kind="table").first()
    with CaptureQueriesContext(connection) as queries:
        save_paragraph(report, row.uid, by=zhao, revision=row.revision, text="一句话")
    assert not [query for query in queries if "reportgrams" in query["sql"]]
    assert Report.objects.get(pk=report.pk).search_due


def test_the_list_is_ranked_marked_and_paged_by_key(client, many, zhao, monkeypatch):
    monkeypatch.setattr("reports.views.reports.PER_PAGE", 4)
    first, second = Report.objects.order_by("pk")[:2]
    Report.objects.filter(pk=first.pk).update(title="消防通道专项督查")
    Paragraph.objects.filter(section__report=second).update(text="检查了消防通道")
    Report.objects.update(search_due=True)
    client.force_login(zhao)
    page = client.get(reverse("reports:report_list"), {"q": "消防"})
    assert [row[0].pk for row in page.context["rows"]] == [first.pk, second.pk], "the title first, though it is older"
    assert "<mark>消防</mark>通道专项督查" in page.content.decode()
    assert "检查了<mark>消防</mark>通道" in page.content.decode()
    seen, cursor, counts = [], "", set()
    while True:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("reports:report_list"), {"at": cursor, "status": "draft"})
        counts.add(len(queries))
        seen += [row[0].pk for row in page.context["rows"]]
        cursor = page.context["page"].next
        if not cursor:
            break
    assert seen == list(Report.objects.order_by("-created_at", "-pk").values_list("pk", flat=True))
    assert len(counts) == 1, counts
