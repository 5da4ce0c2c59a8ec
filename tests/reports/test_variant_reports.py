"""Reports of every kind as rows: the form that composes them, the job, composing again, the workbook, the command."""

from __future__ import annotations

from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook

from jobs.errors import Refused
from reports.actions import compose_report, recompose_report, templates
from reports.facts import campaign_facts
from reports.forms import ReportFilterForm
from reports.models import Report, ReportTemplate
from tests import factories
from tests.reports.letters.rows import give_row
from tests.reports.test_templates import SHIPPED, concluded

__all__ = ["concluded"]
LETTERS = ("reminder", "supervision-order", "circular")
"""Drafted from what is late, on a page of their own."""
OF_UNITS = ("feedback", "work-report", "self-inspection", "notice", "announcement-unit", "reminder", "supervision-order")
NO_FORMAL_FACTS = {"title": "", "addressee": "", "signers": "", "signed_on": "2026-11-20"}


def cells(content: bytes) -> list[tuple]:
    """The rows of a workbook's first sheet."""
    return list(load_workbook(BytesIO(content)).active.iter_rows(values_only=True))


def composed(client, campaign, key, run_jobs, **values):
    template = factories.report_template(key)
    data = {**NO_FORMAL_FACTS, "template": template.pk, **values}
    response = client.post(reverse("reports:report_create", args=[campaign.code]), data)
    assert response.status_code == 302, response.context["form"].errors
    (job,) = run_jobs()
    assert job.status == "done", job.error
    return Report.objects.get(pk=job.result["report"])


@pytest.mark.parametrize("key", [key for key in SHIPPED if key not in LETTERS])
def test_every_kind_is_composed_from_the_form_and_shown(client, concluded, town, zhao, run_jobs, key):
    client.force_login(zhao)
    report = composed(client, concluded, key, run_jobs, organization=town.pk)
    assert report.organization == (town if key in OF_UNITS else None)
    assert report.renditions.count() == 2
    assert client.get(reverse("reports:report_detail", args=[report.pk])).status_code == 200


def test_a_document_about_one_unit_asks_for_it(client, concluded, zhao):
    client.force_login(zhao)
    data = {**NO_FORMAL_FACTS, "template": factories.report_template("notice").pk}
    response = client.post(reverse("reports:report_create", args=[concluded.code]), data)
    assert "“整改通知书”针对一个单位，请选择单位。" in response.content.decode()


def test_what_was_found_is_asked_of_concluded_units_only(client, concluded, bureau, zhao):
    factories.make_assignment(concluded, bureau)
    client.force_login(zhao)
    data = {**NO_FORMAL_FACTS, "template": factories.report_template("feedback").pk, "organization": bureau.pk}
    response = client.post(reverse("reports:report_create", args=[concluded.code]), data)
    assert "“区档案馆党支部”还没有办结" in response.content.decode()
    assert not Report.objects.exists()


def test_what_was_typed_holds_when_the_report_is_composed_again(client, concluded, town, zhao, run_jobs):
    client.force_login(zhao)
    typed = {"organization": town.pk, "declared_problems": "学习计划更新不够及时\n台账有缺项", "person": "third"}
    report = composed(client, concluded, "self-inspection", run_jobs, **typed)
    assert report.wishes["declared_problems"] == ["学习计划更新不够及时", "台账有缺项"]
    assert report.signers == ["青石镇党委"]
    recompose_report(report, by=zhao)
    texts = [paragraph.text for section in report.sections.all() for paragraph in section.paragraphs.all()]
    assert "台账有缺项。" in texts
    assert any("青石镇党委" in text for text in texts)


def test_composing_again_uses_the_date_of_the_report_and_the_typed_deadline(client, concluded, town, zhao, run_jobs):
    client.force_login(zhao)
    report = composed(client, concluded, "notice", run_jobs, organization=town.pk, deadline_days=5)
    Report.objects.filter(pk=report.pk).update(signed_on="2026-12-01")
    report.refresh_from_db()
    recompose_report(report, by=zhao)
    problem = report.sections.get(kind="problems").paragraphs.get()
    assert "2026年12月6日前完成" in problem.text


def test_a_notice_for_a_unit_without_problems_is_refused(concluded, town, zhao):
    concluded.findings.all().delete()
    with pytest.raises(Refused, match="没有需要整改的问题"):
        compose_report(concluded, factories.report_template("notice"), by=zhao, organization=town)


def test_head_and_imprint_of_the_template_come_into_the_report(concluded, zhao):
    template = templates.revise_template(factories.report_template("three-part"), by=zhao)
    template.settings = {**template.settings, "layout": {"head": True, "issuers": ["云岭区委"], "imprint": True, "copy_to": ["区政府"]}}
    template.save()
    report = compose_report(concluded, templates.publish_template(template, by=zhao), by=zhao)
    assert report.layout["copy_to"] == ["区政府"]


# --- the workbook -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def listed(concluded, zhao):
    return compose_report(concluded, factories.report_template("problem-list"), by=zhao)


def test_lists_are_given_as_a_workbook(client, listed, zhao):
    client.force_login(zhao)
    response = client.get(reverse("reports:report_tables", args=[listed.pk]))
    sheet = cells(response.content)
    assert list(sheet[1][:3]) == ["序号", "主题", "问题"]
    assert sheet[2][0] == 1
    assert sheet[2][2] == "学习记录缺少研讨发言材料"
    assert ".xlsx" in response["Content-Disposition"]


def test_a_formula_in_a_finding_stays_text(client, concluded, zhao):
    concluded.findings.update(text="=1+1")
    report = compose_report(concluded, factories.report_template("problem-list"), by=zhao)
    client.force_login(zhao)
    content = client.get(reverse("reports:report_tables", args=[report.pk])).content
    assert cells(content)[2][2] == "=1+1"
    assert load_workbook(BytesIO(content)).active.cell(3, 3).data_type == "s", "text, not a formula"


def test_a_report_without_tables_has_no_workbook(client, concluded, town, zhao):
    report = compose_report(concluded, factories.report_template("work-report"), by=zhao, organization=town)
    client.force_login(zhao)
    assert client.get(reverse("reports:report_tables", args=[report.pk])).status_code == 404
    assert "下载表格" not in client.get(reverse("reports:report_detail", args=[report.pk])).content.decode()


def test_strangers_get_no_workbook(client, listed, zheng, zhou, qian):
    for user in (zheng, zhou, qian):
        client.force_login(user)
        assert client.get(reverse("reports:report_tables", args=[listed.pk])).status_code == 404


def test_leaders_read_the_workbook(client, listed, wu):
    client.force_login(wu)
    assert client.get(reverse("reports:report_tables", args=[listed.pk])).status_code == 200


# --- facts and the command --------------------------------------------------------------------------------------------------


def test_own_figures_and_targets_cost_no_further_questions(concluded, bureau, qian, django_assert_num_queries):
    concluded.checklist.themes.get(code="T1").items.filter(code="T1-2").update(target=2)
    with django_assert_num_queries(14):
        facts = campaign_facts(concluded)
    assert [amount.total for amount in facts.amounts_of[concluded.assignments.get().organization_id]] == [3]
    other = factories.make_assignment(concluded, bureau, status="concluded")
    factories.make_result(other, "T1-2", qian, number=5)
    with django_assert_num_queries(14):
        assert len(campaign_facts(concluded).own_amounts) == 2


@pytest.mark.parametrize("key", SHIPPED)
def test_the_command_composes_every_kind(concluded, town, tmp_path, key):
    factories.report_template(key)
    give_row(concluded, town, concluded.created_by)
    unit = ["--organization", town.code] if key in OF_UNITS else []
    call_command("compose", concluded.code, "--template", key, "--out", str(tmp_path), *unit, stdout=StringIO(), stderr=StringIO())
    suffixes = {path.suffix for path in tmp_path.iterdir()}
    assert suffixes == {".pdf", ".docx", ".json"} | ({".xlsx"} if key.endswith("-list") else set())


def test_the_command_uses_what_is_published_only(concluded, zhao, tmp_path):
    template = factories.report_template("research")
    templates.retire_template(template, by=zhao)
    with pytest.raises(CommandError, match="没有标识为“research”的报告样式"):
        call_command("compose", concluded.code, "--template", "research", "--out", str(tmp_path))


def test_the_list_filters_by_template_whatever_the_version(concluded, zhao):
    template = factories.report_template("three-part")
    old = compose_report(concluded, template, by=zhao)
    newer = templates.publish_template(templates.revise_template(template, by=zhao), by=zhao)
    new = compose_report(concluded, newer, by=zhao)
    compose_report(concluded, factories.report_template("research"), by=zhao)
    form = ReportFilterForm({"template": "three-part"}, user=zhao)
    assert set(form.filter(Report.objects.all())) == {old, new}
    assert ReportTemplate.objects.filter(key="three-part").count() == 2


# --- bulk -------------------------------------------------------------------------------------------------------------------


def bulk(client, campaign, run_jobs, **values):
    rows = [str(row.pk) for row in campaign.assignments.concluded()]
    client.post(
        reverse("reports:bulk_create", args=[campaign.code]), {"assignments": rows, "formats": ["pdf"], "signed_on": "2026-11-20", **values}
    )
    (job,) = run_jobs()
    return job


def test_any_document_about_one_unit_is_made_in_bulk(client, concluded, zhao, run_jobs):
    client.force_login(zhao)
    job = bulk(client, concluded, run_jobs, template=factories.report_template("work-report").pk)
    assert [item.file_name for item in job.items.all()] == ["01-青石镇党委-单位工作报告.pdf"]
    assert job.items.get().status == "done"
    assert job.file_name == f"{concluded.title}-单位工作报告.zip"


def test_a_unit_without_problems_gets_no_notice_and_is_told_why(client, concluded, bureau, qian, zhao, run_jobs):
    factories.make_assignment(concluded, bureau, status="concluded")
    client.force_login(zhao)
    job = bulk(client, concluded, run_jobs, template=factories.report_template("notice").pk)
    assert dict(job.items.values_list("label", "status")) == {"青石镇党委（PDF）": "done", "区档案馆党支部（PDF）": "failed"}
    assert "没有需要整改的问题" in job.items.get(status="failed").error


def test_bulk_goes_on_when_the_feedback_has_retired(client, concluded, zhao, run_jobs):
    templates.retire_template(factories.report_template("feedback"), by=zhao)
    client.force_login(zhao)
    assert bulk(client, concluded, run_jobs).items.get().status == "done"
