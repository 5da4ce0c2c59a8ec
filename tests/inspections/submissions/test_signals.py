"""Quality signals: each with the two passages, kept from the organization, deciding nothing; large files by a worker; burden."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from inspections import burden
from inspections.actions import model_texts, submissions
from inspections.actions import submission_files as files
from inspections.actions.burden import update_burden_setting
from inspections.actions.submission_checks import check, start_check
from inspections.actions.submission_searching import index_submissions
from inspections.documents.material import typed_material
from inspections.models import BurdenSetting, Campaign, CheckResult, ModelText, QualitySignal, Submission, SubmissionFile, SubmissionRequest
from inspections.readiness import faults
from jobs.errors import InvalidTransition, Refused
from jobs.models import Job
from tests import factories
from tests.inspections.submissions import documents
from tests.inspections.submissions.conftest import fresh, report, word
from units.models import ActivityEntry

pytestmark = pytest.mark.django_db
SHARED = "支部坚持把宣传栏和电子屏作为主要阵地，内容更换前先由党建岗初审，再由分管岗复审，审核单按月装订存档备查。"


def kinds(submission):
    check(fresh(submission))
    return {row.kind: row for row in submission.signals.all()}


def with_text(submission, *lines):
    """The submission as if these lines had been read from its file."""
    material = typed_material([("", "材料", "\n".join(lines))])
    submission.files.all().delete()
    SubmissionFile.objects.create(
        submission=submission,
        name="x.docx",
        size=1,
        sha256="0" * 64,
        status="read",
        content=material.to_json(),
        uploaded_by=submission.submitted_by,
    )
    return submission


def another(submission, organization, *lines, campaign=None):
    """What another organization has handed in, in the same campaign unless told otherwise."""
    campaign = campaign or submission.campaign
    row = Submission.objects.create(
        assignment=factories.make_assignment(campaign, organization, method="written", activities=[]),
        campaign=campaign,
        organization=organization,
        organization_path=organization.path,
        kind="written_report",
        due_on=submission.due_on,
        status="submitted",
        notified_at=factories.NOON,
        notified_by=submission.notified_by,
        received_at=factories.NOON,
        submitted_at=factories.NOON,
        submitted_by=submission.submitted_by,
        first_submitted_at=factories.NOON,
    )
    with_text(row, *lines)
    index_submissions([fresh(row)])
    return row


def test_handing_in_has_it_compared_by_a_worker(handed, run_jobs):
    assert handed.checked_at is None
    assert [job.status for job in run_jobs()] == ["done"]
    assert fresh(handed).checked_at is not None


def test_nothing_is_compared_before_it_was_handed_in(received, zhao):
    with pytest.raises(InvalidTransition):
        start_check(received, by=zhao)


def test_likeness_with_another_unit_shows_both_passages(handed, town):
    other = another(handed, town, SHARED.replace("支部", "党委"))
    with_text(handed, SHARED)
    row = kinds(handed)["peer"]
    assert (row.ours, row.theirs) == (SHARED, other.files.get().content["passages"][1]["text"])
    assert "青石镇党委" in row.theirs_label
    assert row.share > 60
    assert fresh(handed).status == "submitted", "a signal decides nothing"


def test_a_passage_that_differs_in_numbers_alone_is_said_to(handed, town):
    another(handed, town, f"{SHARED}全年开展12次。")
    with_text(handed, f"{SHARED}全年开展9次。")
    assert "只有数字、标点或文件名不同" in kinds(handed)["peer"].text


def test_a_unit_that_has_not_handed_in_is_not_compared_with(handed, town):
    other = another(handed, town, SHARED)
    Submission.objects.filter(pk=other.pk).update(status="received", first_submitted_at=None)
    with_text(handed, SHARED)
    assert "peer" not in kinds(handed)


def test_likeness_with_last_period_the_superior_and_the_library(handed, district, bureau, zhao):
    before = factories.make_campaign(
        district, zhao, year=2026, half=1, status="finished", starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 3)
    )
    another(handed, bureau, SHARED, campaign=before)
    another(handed, district, SHARED)
    model_texts.add_model_text(district, by=zhao, kind="model", title="阵地范文", text=SHARED)
    with_text(handed, SHARED)
    found = kinds(handed)
    assert {"previous", "superior", "model"} <= set(found)
    assert "peer" not in found, "an organization above is no peer"
    assert "2026年上半年" in found["previous"].theirs_label
    assert "阵地范文" in found["model"].theirs_label
    with pytest.raises(Refused, match="完全相同"):
        model_texts.add_model_text(district, by=zhao, kind="model", title="又一篇", text=SHARED)


def test_masks_and_names_of_others(handed, town):
    with_text(handed, "发放资料XX份，由某某负责。", "青石镇党委坚持集体学习。", "区档案馆党支部坚持集体学习。")
    found = kinds(handed)
    assert "“XX”" in found["mask"].text
    assert found["foreign_name"].theirs == "青石镇党委"
    assert handed.signals.filter(kind="foreign_name").count() == 1


def test_numbers_against_last_period_the_checklist_and_the_text(handed, district, bureau, zhao):
    before = factories.make_campaign(
        district, zhao, year=2026, half=1, status="finished", starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 3)
    )
    then = factories.make_assignment(before, bureau, method="written", activities=[], status="concluded")
    factories.make_result(then, "T1-2", zhao, number=12)
    metric = handed.metrics.get()
    metric.item.target = 4
    metric.item.save()
    handed.metrics.update(number=2, proposed_number=3)
    with_text(handed, "上半年召开专题研究会议9次。")
    found = handed.signals.values_list("kind", "text")
    check(fresh(handed))
    texts = dict(found)
    assert "原文为3次，单位核对后填2次" in texts["number_text"]
    assert "低于清单的目标值4次" in texts["number_target"]
    said = [text for kind, text in found if kind == "number_previous"]
    assert any("上期（2026年上半年）为12次" in text for text in said)
    assert any("文中说前期" in text and "9次" in text and "12次" in text for text in said)


def test_comparing_costs_the_same_queries_however_many_others(handed, district, django_assert_max_num_queries):
    for number in range(6):
        another(handed, factories.make_organization(f"第{number}单位党支部", district), SHARED)
    with_text(handed, SHARED)
    with django_assert_max_num_queries(40):
        check(fresh(handed))
    assert QualitySignal.objects.filter(kind="peer").count() == 5


# --- large files ------------------------------------------------------------------------------------------------------------------


def test_a_large_file_is_read_by_a_worker(received, liaison, run_jobs, client):
    row = files.upload(received, ContentFile(documents.big(2 * 2**20), name="大.docx"), by=liaison)
    assert (row.status, Job.objects.get().kind) == ("waiting", "inspections.submission_read")
    with pytest.raises(submissions.NotComplete, match="还在读取"):
        submissions.hand_in(fresh(received), by=liaison)
    client.force_login(liaison)
    assert "data-reload-when-done" in client.get(reverse("inspections:submission_detail", args=[received.pk])).content.decode()
    run_jobs()
    row.refresh_from_db()
    assert row.status == "read"
    assert received.metrics.get().proposed_number == 8


def test_a_large_file_that_cannot_be_read_says_why_on_the_page(received, liaison, run_jobs, client):
    content = documents.repacked(documents.big(2 * 2**20), word__document_dot_xml=b"<w:broken")
    files.upload(received, ContentFile(content + b"\0" * 2**20, name="大.docx"), by=liaison)
    job = run_jobs()[0]
    assert (job.status, "已损坏" in job.error) == ("failed", True)
    client.force_login(liaison)
    assert "已损坏" in client.get(reverse("inspections:submission_detail", args=[received.pk])).content.decode()
    files.upload(received, report(), by=liaison)
    assert received.files.get(is_current=True).status == "read"


def test_what_is_refused_changes_nothing_and_leaves_no_file(uploaded, liaison, tmp_path):
    before = sorted(tmp_path.rglob("submissions/*/*"))
    for content, name, said in ((documents.macros(), "宏.docx", "含有宏"), (b"%PDF-1.7", "x.docx", "PDF")):
        with pytest.raises(files.FileNotTaken, match=said):
            files.upload(uploaded, ContentFile(content, name=name), by=liaison)
    assert uploaded.files.get().name == "汇报.docx"
    assert sorted(tmp_path.rglob("submissions/*/*")) == before


def test_a_file_beyond_the_limit_is_refused_before_it_is_kept(client, received, liaison, settings):
    settings.SUBMISSION_MAX_BYTES = 1000
    client.force_login(liaison)
    upload = io.BytesIO(b"x" * 200_000)
    upload.name = "大.docx"
    answer = client.post(reverse("inspections:submission_upload", args=[received.pk]), {"file": upload})
    assert answer.status_code == 422
    assert "MB，没有上传" in answer.content.decode()
    assert not received.files.exists()


# --- burden -------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def earlier(district, bureau, town, zhao):
    """A round in May: both were inspected, 区档案馆 gave a number."""
    campaign = factories.make_campaign(
        district, zhao, year=2026, half=1, status="finished", starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 3)
    )
    row = factories.make_assignment(campaign, bureau, method="written", activities=[])
    factories.make_assignment(campaign, town)
    factories.make_result(row, "T1-2", zhao, number=2)
    return campaign


def test_asks_minutes_and_what_is_asked_again(earlier, submission, assignment):
    found = burden.overview(submission.campaign, submission.campaign.assignments.all())
    rows = {str(row.assignment.organization): row for row in found.loads}
    paper, visited = rows["区档案馆党支部"], rows["青石镇党委"]
    assert (paper.visits, paper.reports, paper.asks, paper.minutes) == (2, 1, 3, 125)
    assert paper.again == ("专题研究会议次数",)
    assert (visited.visits, visited.reports, visited.minutes, visited.again) == (2, 0, 132, ("专题研究会议次数",)[:0])
    assert (found.asked_again, found.over) == (1, 0)
    BurdenSetting.objects.create(most_asks=3)
    assert burden.overview(submission.campaign, submission.campaign.assignments.all()).over == 1


def test_what_lies_more_than_a_year_back_does_not_count(earlier, submission):
    type(earlier).objects.filter(pk=earlier.pk).update(starts_on=date(2025, 11, 8), ends_on=date(2025, 11, 8))
    found = burden.overview(submission.campaign, submission.campaign.assignments.all())
    assert {row.visits for row in found.loads} == {1}


def test_nobody_is_ranked_unless_an_administrator_says_why(client, earlier, submission, assignment, district, town, zhao, wang):
    with pytest.raises(Refused, match="系统管理员"):
        update_burden_setting(by=zhao, base_revision=1, ranks=True, reason="看看")
    with pytest.raises(Refused, match="写明原因"):
        update_burden_setting(by=wang, base_revision=1, ranks=True, reason=" ")
    for half in (1, 2):
        more = factories.make_campaign(district, zhao, half=half, status="finished")
        factories.make_assignment(more, town)
    client.force_login(zhao)
    address = reverse("inspections:burden_detail", args=[submission.campaign.code])
    page = client.get(address, {"order": "asks"}).content.decode()
    assert "order=" not in page
    assert page.index("区档案馆党支部") < page.index("青石镇党委"), "in the order of the directory"
    update_burden_setting(by=wang, base_revision=1, ranks=True, reason="统筹减少重复督查")
    assert "打开按负担排序：统筹减少重复督查" in ActivityEntry.objects.get(verb="inspections.burden_update").summary
    page = client.get(address, {"order": "asks"}).content.decode()
    assert page.index("青石镇党委") < page.index("区档案馆党支部")


def test_a_campaign_starts_only_with_an_approval_number_and_a_date_to_come(campaign, written, zhao, terms):
    type(campaign).objects.filter(pk=campaign.pk).update(approval_number="", status="preparing")
    SubmissionRequest.objects.create(campaign=campaign, kind="written_report", due_on=terms.due_on - timedelta(days=30))
    campaign.refresh_from_db()
    found = [fault.text for fault in faults(campaign) if not fault.is_warning]
    assert any("批准文号" in text for text in found)
    assert any("报送期限" in text for text in found)


def test_the_burden_page_costs_the_same_queries_for_any_length(client, submission, district, team, zhao, django_assert_max_num_queries):
    for number in range(8):
        factories.make_assignment(submission.campaign, factories.make_organization(f"第{number}单位", district), team)
    client.force_login(zhao)
    with django_assert_max_num_queries(25):
        assert client.get(reverse("inspections:burden_detail", args=[submission.campaign.code])).status_code == 200


# --- pages --------------------------------------------------------------------------------------------------------------------------


def test_the_list_shows_filters_and_costs_the_same_queries(client, handed, district, town, zhao, django_assert_max_num_queries):
    another(handed, town, SHARED)
    for number in range(6):
        another(handed, factories.make_organization(f"第{number}单位", district), SHARED)
    client.force_login(zhao)
    address = reverse("inspections:submission_list", args=[handed.campaign.code])
    with django_assert_max_num_queries(22):
        assert "共 8 个单位" in client.get(address).content.decode()
    assert "没有符合条件的单位" in client.get(address, {"status": "overdue"}).content.decode()
    assert "共 1 个单位" in client.get(address, {"q": "青石"}).content.decode()
    assert "共 8 个单位" in client.get(address, {"status": "submitted"}).content.decode()


def test_last_periods_number_stands_beside_and_is_not_asked_again(client, earlier, received, liaison):
    files.upload(received, ContentFile(word("汇报", "没有数字。"), name="x.docx"), by=liaison)
    client.force_login(liaison)
    page = client.get(reverse("inspections:submission_detail", args=[received.pk])).content.decode()
    assert "上次督查填报：2次" in page
    assert "材料中没有写到" in page
    assert CheckResult.objects.count() == 1


def test_what_was_given_to_another_organizer_stands_beside_too(client, earlier, received, liaison, town):
    """The burden meter says that it is asked again; then who is asked should not have to look it up."""
    Campaign.objects.filter(pk=earlier.pk).update(organizer=town)
    assert received.campaign.previous is None
    files.upload(received, ContentFile(word("汇报", "没有数字。"), name="x.docx"), by=liaison)
    client.force_login(liaison)
    page = client.get(reverse("inspections:submission_detail", args=[received.pk])).content.decode()
    assert f"上次督查填报：2次（{earlier}）" in page
    Campaign.objects.filter(pk=earlier.pk).update(status="running")
    assert "上次督查填报" not in client.get(reverse("inspections:submission_detail", args=[received.pk])).content.decode()


def test_what_was_typed_stays_after_a_refusal(client, received, liaison):
    client.force_login(liaison)
    url = reverse("inspections:submission_fill", args=[received.pk])
    long = "字" * 20_001
    answer = client.post(url, {"part-T1": long, "part-problems": "一条问题", "revision": received.revision})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert long in page
    assert "一条问题" in page
    assert "2 万字" in page


def test_a_refused_number_keeps_what_was_typed(client, uploaded, liaison):
    client.force_login(liaison)
    url = reverse("inspections:metric_settle", args=[uploaded.metrics.get().pk])
    page = client.post(url, {"number": "三次吧", "revision": 1, "note": "据台账"}, HTTP_HX_REQUEST="true").content.decode()
    assert "请填数字" in page
    assert "三次吧" in page
    assert "据台账" in page
    assert "已核对：约1200次" in client.post(url, {"number": "约1,200次", "revision": 1}, HTTP_HX_REQUEST="true").content.decode()


def test_a_number_that_says_two_things_is_refused_and_the_rest_of_the_page_follows(client, uploaded, liaison):
    client.force_login(liaison)
    metric = uploaded.metrics.get()
    url = reverse("inspections:metric_settle", args=[metric.pk])

    def answer(**data):
        return client.post(url, {"revision": metric.revision, **data}, HTTP_HX_REQUEST="true").content.decode()

    assert "请只留一样" in answer(number="77", not_kept="1")
    assert "请只留一样" in answer(not_kept="1", attests_zero="1")
    assert "不是零" in answer(number="5", attests_zero="1")
    assert "还有 1 个指标没有核对" in client.get(reverse("inspections:submission_detail", args=[uploaded.pk])).content.decode()
    settled = answer(attests_zero="1")
    assert "已核对：0" in settled
    assert "没有核对" not in settled
    assert settled.count("hx-swap-oob") == 3
    metric.refresh_from_db()
    assert (metric.number, metric.attests_zero) == (0, True)


def test_the_library_takes_files_and_says_what_is_wrong(client, zhao, district, town):
    client.force_login(zhao)
    url = reverse("inspections:model_text_create")
    data = {"organizer": district.pk, "kind": "model", "title": "范文"}
    upload = io.BytesIO(documents.macros())
    upload.name = "宏.docx"
    answer = client.post(url, {**data, "file": upload})
    assert (answer.status_code, "含有宏" in answer.content.decode()) == (422, True)
    upload = io.BytesIO(word("范文", SHARED))
    upload.name = "范文.docx"
    assert client.post(url, {**data, "file": upload}).status_code == 302
    assert SHARED in ModelText.objects.get().text
