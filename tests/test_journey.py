"""One campaign from set-up to the PDF, as the office lives it. A newcomer reads this first."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import docx
import pdfplumber
import pytest
from django.urls import reverse

from inspections.actions import (
    assignments,
    campaign_methods,
    campaign_scope,
    campaigns,
    checklist_rows,
    checklists,
    findings,
    results,
    splits,
    standards,
    teams,
)
from inspections.actions.campaign_methods import Way
from inspections.models import Assignment, Campaign, ChecklistItem, Finding
from inspections.scope import Scope
from reports.models import Report
from tests import factories
from units.models import ActivityEntry, PartyOrganization

CONFORMITY = ChecklistItem.AnswerKind.CONFORMITY


@pytest.fixture
def towns(district):
    """Four towns and three bureaus to inspect."""
    town = factories.make_category("镇街", collective_name="各镇街党（工）委", order=1)
    bureau = factories.make_category("区直机关", collective_name="各区直机关党组织", order=2)
    names = ["青石镇党委", "白鹭镇党委", "松涛街道党工委", "渡口镇党委"]
    kinds = ["committee", "committee", "working_committee", "committee"]
    inspected = [factories.make_organization(n, district, kind=k, category=town) for n, k in zip(names, kinds, strict=True)]
    for name in ("区水务局党组", "区统计局党支部", "区科技局党支部"):
        kind = "leading_group" if name.endswith("党组") else "branch"
        inspected.append(factories.make_organization(name, district, kind=kind, category=bureau))
    return inspected


def test_a_campaign_from_set_up_to_the_report(client, run_jobs, district, towns, zhao, qian, sun, li, wu, zheng):  # noqa: PLR0915 -- one story
    # 赵 of the district's office draws up a checklist and publishes it; from then on nobody changes it.
    checklist = checklists.create_checklist(name="责任制落实情况督查清单", by=zhao)
    duty = checklist_rows.add_theme(checklist, name="组织领导", by=zhao)
    study = checklist_rows.add_theme(checklist, name="理论学习", by=zhao)
    plan = checklist_rows.add_item(checklist, duty.pk, values={"question": "是否制定年度工作计划", "answer_kind": CONFORMITY}, by=zhao)
    meetings = checklist_rows.add_item(
        checklist,
        duty.pk,
        values={"question": "专题研究次数", "answer_kind": "number", "unit_of_measure": "次", "metric_phrase": "召开专题研究会议"},
        by=zhao,
    )
    records = checklist_rows.add_item(checklist, study.pk, values={"question": "学习记录是否齐全", "answer_kind": CONFORMITY}, by=zhao)
    wording = standards.create_standard(
        by=zhao,
        kind="problem",
        theme_code=study.code,
        item_code=records.code,
        wording="学习记录要素不全，缺少研讨发言材料",
        heading="学习记录不够规范",
        cause="兼职人员对业务不够熟悉",
        measure_heading="规范学习管理",
        measure="统一学习记录样式，每季度抽查一次",
        lead_body="区委宣传部",
    )
    checklist.refresh_from_db()
    checklists.publish_checklist(checklist, revision=checklist.revision, by=zhao)

    # The campaign: who, what, when; every town on site, every bureau in writing; two teams of seconded members.
    campaign = campaigns.create_campaign(
        by=zhao,
        basis_documents=[("区委办公室", "云岭区责任制任务清单", "云委办〔2026〕6号")],
        title="2026年下半年落实意识形态工作责任制情况督查",
        subject="落实意识形态工作责任制情况",
        subject_short="意识形态工作责任制",
        arrangement="区委工作安排",
        year=2026,
        half=2,
        organizer=district,
        organizer_body="区委督查联席会议办公室",
        starts_on=date(2026, 11, 9),
        ends_on=date(2026, 11, 13),
        cut_off_on=date(2026, 10, 31),
        approval_number="督计〔2026〕2号",
        checklist=checklist,
    )
    categories = [towns[0].category_id, towns[-1].category_id]
    campaign_scope.save_scope(campaign, Scope(categories=tuple(categories)), base=Scope().to_json(), by=zhao)
    ways = {categories[0]: Way.made("on_site", ["hearing", "document_review"]), categories[1]: Way.made("written", [])}
    campaign_methods.save_methods(campaign, ways, base=campaign_methods.base_of(campaign), by=zhao)
    first, second = teams.create_team(campaign, by=zhao), teams.create_team(campaign, by=zhao)
    for team, member, leads in ((first, qian, True), (first, sun, False), (second, li, True)):
        teams.add_member(team, member, home_organization=member.organization, is_leader=leads, by=zhao)
    campaign.refresh_from_db()
    splits.propose_split(campaign, by=zhao)
    campaign.refresh_from_db()
    campaigns.start_campaign(campaign, by=zhao)
    assert campaign.status == Campaign.Status.RUNNING
    assert campaign.assignments.count() == len(towns)

    # The teams go out. 钱 sees the own team's organizations and no others.
    mine = Assignment.objects.inspectable_by(qian)
    assert {row.team_id for row in mine} == {first.pk}
    without_records = 0
    for place, assignment in enumerate(campaign.assignments.select_related("team", "organization").order_by("organization_path")):
        by = qian if assignment.team_id == first.pk else li
        poor = place % 3 == 0
        results.save_result(assignment, plan, {"conformity": "conforming"}, by=by, base_revision=0)
        results.save_result(assignment, meetings, {"number": Decimal(2 + place)}, by=by, base_revision=0)
        results.save_result(assignment, records, {"conformity": "not_conforming" if poor else "conforming"}, by=by, base_revision=0)
        if poor:
            without_records += 1
            findings.create_finding(assignment, findings.content_of(wording, assignment), by=by)
        if place == 1:
            practice = {"kind": "good_practice", "theme": study, "text": "把集体学习安排到村组一线，边学边议具体工作"}
            findings.create_finding(
                assignment, {**findings.content_of(wording, assignment), **practice, "item": None, "standard": None}, by=by
            )
        assignments.conclude_assignment(assignment, by=by, summary="总体较好。", visit_on=date(2026, 11, 10))
    campaign.refresh_from_db()
    campaigns.finish_campaign(campaign, by=zhao)
    assert not Assignment.objects.inspectable_by(qian).exists()

    # 赵 has the report composed: a background job with progress, then the page with the files.
    client.force_login(zhao)
    template = factories.report_template("four-part")
    answer = client.post(
        reverse("reports:report_create", args=[campaign.code]), {"template": template.pk, "signers": "区委督查联席会议办公室"}
    )
    assert answer.status_code == 302
    [job] = run_jobs()
    assert (job.status, job.error) == ("done", "")
    report = Report.objects.get(pk=job.result["report"])
    page = client.get(job.result["url"])
    assert page.status_code == 200

    # The report says what the facts say.
    pdf = b"".join(client.get(reverse("reports:report_download", args=[report.pk, "pdf"])).streaming_content)
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        text = "".join(page.extract_text() for page in opened.pages).replace("\n", "")
        assert [round(float(size)) for size in (opened.pages[0].width, opened.pages[0].height)] == [595, 842]
    for part in ("一、基本情况", "二、存在问题", "三、风险点", "四、下步打算"):
        assert part in text
    assert "7个党组织" in text
    assert f"召开专题研究会议{sum(2 + place for place in range(4))}次" in text
    assert "由区委宣传部牵头" in text
    assert "【待补" in text, "no risk points were noted, so part three must show a gap"
    body = text.split("二、存在问题")[1].split("三、风险点")[0]
    assert not any(town.name in body for town in towns), "problems do not name units"
    assert without_records == Finding.objects.problems().count() == 3

    word = b"".join(client.get(reverse("reports:report_download", args=[report.pk, "docx"])).streaming_content)
    paragraphs = [paragraph.text for paragraph in docx.Document(io.BytesIO(word)).paragraphs]
    assert any(paragraph.startswith("四、下步打算") for paragraph in paragraphs)

    # Each organization gets its feedback, in one archive.
    factories.report_template("feedback")
    chosen = [str(row.pk) for row in campaign.assignments.all()]
    form = {"assignments": chosen, "formats": ["pdf"], "deadline_days": 30, "signed_on": "2026-11-20"}
    client.post(reverse("reports:bulk_create", args=[campaign.code]), form)
    [job] = run_jobs()
    assert (job.status, job.error, job.done) == ("done", "", len(towns))
    assert job.items.filter(status="done").count() == len(towns)

    # The leader reads it, the neighbour does not, and everything that was done is on record.
    client.force_login(wu)
    assert client.get(reverse("reports:report_detail", args=[report.pk])).status_code == 200
    assert client.post(reverse("reports:report_refresh", args=[report.pk])).status_code == 403
    client.force_login(zheng)
    assert client.get(reverse("reports:report_detail", args=[report.pk])).status_code == 404
    verbs = set(ActivityEntry.objects.values_list("verb", flat=True))
    assert {"inspections.campaign_start", "inspections.finding_create", "reports.report_compose", "reports.rendition_make"} <= verbs
    assert PartyOrganization.objects.visible_to(zheng).filter(pk=district.pk).count() == 0
