"""The archive: taking in, searching, correcting, comparing, and who may."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jobs.errors import Refused
from reports.actions import compose_report
from reports.actions.archive import take_in, throw_out
from reports.checkup import check_report
from reports.models import ArchivedReport
from tests import factories
from units.models import ActivityEntry

TEXT = "2024年学习情况督查报告\n一、基本情况\n各镇街坚持每月集体学习一次，安排专人做好记录并及时归入台账。\n区委督查室\n2024年6月5日\n"


@pytest.fixture
def archived(district, zhao):
    return take_in(district, "2024.txt", TEXT.encode(), by=zhao)


def file(name: str = "2023.txt", text: str = TEXT.replace("2024", "2023")) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def test_a_file_is_taken_in_once(district, zhao, archived):
    assert (archived.title, archived.issuer, archived.year) == ("2024年学习情况督查报告", "区委督查室", 2024)
    assert archived.file.read() == TEXT.encode()
    with pytest.raises(Refused, match="已经收录过"):
        take_in(district, "又一次.txt", TEXT.encode(), by=zhao)
    assert ArchivedReport.objects.count() == 1
    assert ActivityEntry.objects.filter(verb="reports.archive_create").count() == 1


def test_several_files_succeed_or_fail_each_on_its_own(client, zhao, district, archived):
    client.force_login(zhao)
    files = [file(), file("旧.doc"), file("2024.txt", TEXT)]
    page = client.post(reverse("reports:archive_create"), {"organization": district.pk, "files": files}).content.decode()
    assert page.count("没有收录") == 2
    assert "另存为 .docx" in page
    assert "已经收录过" in page
    assert ArchivedReport.objects.count() == 2


def test_one_file_leads_to_its_page_and_a_bad_one_back_to_the_form(client, zhao, district):
    client.force_login(zhao)
    address = reverse("reports:archive_create")
    page = client.post(address, {"organization": district.pk, "files": [file()]}, follow=True)
    assert "2023年学习情况督查报告" in page.content.decode()
    assert client.post(address, {"organization": district.pk, "files": [file("a.txt", " ")]}).status_code == 422
    assert client.post(address, {"organization": district.pk}).status_code == 422


def test_words_are_found_in_the_text_and_marked(client, zhao, archived):
    client.force_login(zhao)
    address = reverse("reports:archive_list")
    page = client.get(address, {"q": "专人 台账", "year": "2024", "issuer": "督查室"}).content.decode()
    assert "2024年学习情况督查报告" in page
    assert "<mark>专人</mark>" in page
    assert "没有符合条件" in client.get(address, {"q": "专人 宣传栏"}).content.decode()
    assert "没有符合条件" in client.get(address, {"year": "1999"}).content.decode()


def test_the_page_shows_outline_text_and_what_was_not_understood(client, zhao, district):
    report = take_in(district, "x.txt", ("##paidbegin##" + TEXT + "二、问题\n一是甲事不实。二是乙事不细。").encode(), by=zhao)
    client.force_login(zhao)
    page = client.get(reverse("reports:archive_detail", args=[report.pk])).content.decode()
    assert "##paidbegin##" in page
    assert "一、基本情况" in page
    assert "<li>一是甲事不实。</li>" in page


def test_what_was_misread_is_corrected(client, zhao, archived):
    client.force_login(zhao)
    address = reverse("reports:archive_update", args=[archived.pk])
    assert client.post(address, {"title": ""}).status_code == 422
    client.post(address, {"title": "更正的标题", "issuer": "区委办", "year": "2023", "signed_on": "2023-06-05"})
    archived.refresh_from_db()
    assert (archived.title, archived.issuer, archived.year, str(archived.signed_on)) == ("更正的标题", "区委办", 2023, "2023-06-05")


def test_the_original_comes_back_as_it_was(client, wu, archived):
    client.force_login(wu)
    answer = client.get(reverse("reports:archive_download", args=[archived.pk]))
    assert b"".join(answer.streaming_content) == TEXT.encode()
    assert ActivityEntry.objects.filter(verb="reports.archive_download", actor=wu).exists()


def test_a_report_thrown_out_takes_its_file_along(archived, zhao, django_capture_on_commit_callbacks):
    storage, name = archived.file.storage, archived.file.name
    with django_capture_on_commit_callbacks(execute=True):
        throw_out(archived, by=zhao)
    assert not storage.exists(name)
    assert not ArchivedReport.objects.exists()


@pytest.fixture
def report(campaign, town, team, qian, zhao):
    row = factories.make_assignment(campaign, town, team, status="concluded", summary="较好")
    factories.make_result(row, "T1-1", qian, conformity="conforming")
    return compose_report(campaign, factories.report_template("four-part"), by=zhao)


SENTENCE = "各镇街坚持每月集体学习一次，安排专人做好记录并及时归入台账。"


def test_an_old_report_is_laid_beside_a_new_one(client, zhao, archived, report):
    report.sections.all()[1].paragraphs.create(text=SENTENCE.replace("每月", "每周"))
    client.force_login(zhao)
    address = reverse("reports:archive_compare", args=[archived.pk])
    page = client.get(address, {"report": report.pk}).content.decode()
    assert "<del>月</del>" in page
    assert "<ins>周</ins>" in page
    assert client.get(address).status_code == 302


def test_sentences_copied_from_the_archive_are_told_by_the_check(archived, report):
    report.sections.all()[1].paragraphs.create(text=SENTENCE)
    found = [message.text for message in check_report(report).open if message.code == "prose.copied"]
    assert len(found) == 1
    assert "2024年学习情况督查报告" in found[0]


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_needs_the_same_queries_for_any_length(client, district, zhao, count, django_assert_max_num_queries):
    for number in range(count):
        take_in(district, "x.txt", f"第{number}份报告\n内容。".encode(), by=zhao)
    client.force_login(zhao)
    with django_assert_max_num_queries(16):
        client.get(reverse("reports:archive_list"))


ONE = ["archive_detail", "archive_update", "archive_delete", "archive_download", "archive_compare"]


def ask(client, name, pk=None):
    method = client.post if name == "archive_delete" else client.get
    return method(reverse(f"reports:{name}", args=[pk] if pk else [])).status_code


@pytest.mark.parametrize("name", ONE)
@pytest.mark.parametrize("who", ["zheng", "zhou", "qian", "wang", "feng"])
def test_strangers_get_404(request, client, archived, who, name):
    client.force_login(request.getfixturevalue(who))
    assert ask(client, name, archived.pk) == 404
    assert ArchivedReport.objects.exists()


@pytest.mark.parametrize("who", ["zhou", "qian", "wang", "feng"])
def test_whoever_has_no_scope_has_no_archive(request, client, who):
    client.force_login(request.getfixturevalue(who))
    assert ask(client, "archive_list") == 403
    assert ask(client, "archive_create") == 403


def test_a_leader_reads_and_changes_nothing(client, archived, wu):
    client.force_login(wu)
    assert ask(client, "archive_list") == 200
    assert ask(client, "archive_detail", archived.pk) == 200
    for name in ("archive_update", "archive_delete"):
        assert ask(client, name, archived.pk) == 403
    assert ask(client, "archive_create") == 403
    assert ArchivedReport.objects.exists()


def test_another_offices_organization_cannot_be_chosen(client, zheng, district):
    client.force_login(zheng)
    assert client.post(reverse("reports:archive_create"), {"organization": district.pk, "files": [file()]}).status_code == 422
    assert not ArchivedReport.objects.exists()
