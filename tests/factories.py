"""Builders with sensible defaults; every test names only what it is about."""

from __future__ import annotations

import itertools
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from inspections.actions.searching import index_for_search
from inspections.models import (
    Assignment,
    Campaign,
    Checklist,
    ChecklistItem,
    ChecklistTheme,
    CheckResult,
    Finding,
    StandardFinding,
    Team,
    TeamMember,
)
from reports.models import ReportTemplate
from units.actions.organizations import create_organization
from units.models import Appointment, OrganizationCategory, PartyOrganization, User

_number = itertools.count(1)
LINEAGE = UUID("7c2f3f0e-5a53-4f0e-9d43-1f2f5f7a0001")
NOON = datetime(2026, 11, 10, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def make_category(name: str = "镇街", **fields: Any) -> OrganizationCategory:
    category, _ = OrganizationCategory.objects.get_or_create(name=name, defaults=fields)
    return category


def make_organization(name: str = "", parent: PartyOrganization | None = None, **fields: Any) -> PartyOrganization:
    number = next(_number)
    fields = {"kind": PartyOrganization.Kind.BRANCH, "code": f"T{number:05d}", **fields}
    return create_organization(by=None, parent=parent, name=name or f"第{number}党支部", **fields)


def make_user(name: str = "", *, role: str = "", at: PartyOrganization | None = None, **fields: Any) -> User:
    number = next(_number)
    username = fields.pop("username", f"user{number}")
    user = User(username=username, display_name=name or f"用户{number}", organization=fields.pop("organization", at), **fields)
    user.set_password("Test-pass-2026")
    user.save()
    if role:
        Appointment.objects.create(user=user, organization=at, role=role)
    return user


def make_checklist(*, published: bool = True, **fields: Any) -> Checklist:
    """Two themes, four items: two judgements, one number (次), one text."""
    status = Checklist.Status.PUBLISHED if published else Checklist.Status.DRAFT
    checklist = Checklist.objects.create(**{"name": "责任制落实情况督查清单", "status": status, **fields})
    duty = ChecklistTheme.objects.create(checklist=checklist, code="T1", name="组织领导", report_heading="压实责任链条", order=1)
    study = ChecklistTheme.objects.create(checklist=checklist, code="T2", name="理论学习", report_heading="抓实理论学习", order=2)
    ChecklistItem.objects.create(theme=duty, code="T1-1", question="是否制定年度工作计划", order=1)
    ChecklistItem.objects.create(
        theme=duty,
        code="T1-2",
        question="专题研究会议次数",
        answer_kind="number",
        unit_of_measure="次",
        metric_phrase="召开专题研究会议",
        order=2,
    )
    ChecklistItem.objects.create(theme=study, code="T2-1", question="学习记录是否齐全", order=1)
    ChecklistItem.objects.create(theme=study, code="T2-2", question="学习特色做法", answer_kind="text", is_required=False, order=2)
    return checklist


def make_campaign(organizer: PartyOrganization, by: User, **fields: Any) -> Campaign:
    fields = {
        "code": f"c{next(_number)}",
        "title": "2026年下半年落实责任制情况督查",
        "subject": "落实意识形态工作责任制情况",
        "subject_short": "意识形态工作",
        "arrangement": "区委工作安排",
        "year": 2026,
        "half": 2,
        "organizer_body": "区委督查联席会议办公室",
        "starts_on": date(2026, 11, 9),
        "ends_on": date(2026, 11, 13),
        "cut_off_on": date(2026, 10, 31),
        "approval_number": "督计〔2026〕2号",
        "status": Campaign.Status.RUNNING,
        **fields,
    }
    if "checklist" not in fields:
        # Campaigns are compared when they use versions of one checklist.
        version = Checklist.objects.filter(lineage=LINEAGE).count() + 1
        fields["checklist"] = make_checklist(lineage=LINEAGE, version=version)
    return Campaign.objects.create(organizer=organizer, created_by=by, **fields)


def make_team(campaign: Campaign, *members: User, name: str = "第一督查组") -> Team:
    """The first member leads."""
    team = Team.objects.create(campaign=campaign, name=name, order=campaign.teams.count() + 1)
    for place, user in enumerate(members):
        TeamMember.objects.create(team=team, user=user, home_organization=user.organization, is_leader=place == 0)
    return team


def make_assignment(campaign: Campaign, organization: PartyOrganization, team: Team | None = None, **fields: Any) -> Assignment:
    if fields.get("status") == Assignment.Status.CONCLUDED:
        fields = {"concluded_by": campaign.created_by, "concluded_at": NOON, **fields}
    return Assignment.objects.create(
        campaign=campaign,
        organization=organization,
        organization_path=organization.path,
        category=organization.category,
        team=team,
        **{"method": "on_site", "activities": ["hearing", "document_review"], **fields},
    )


def make_standard(**fields: Any) -> StandardFinding:
    return StandardFinding.objects.create(
        **{
            "code": f"S{next(_number)}",
            "kind": "problem",
            "theme_code": "T2",
            "item_code": "T2-1",
            "wording": "学习记录要素不全，缺少研讨发言材料",
            "heading": "学习记录不够规范",
            "cause": "兼职人员多、业务不够熟悉",
            "measure_heading": "规范学习管理",
            "measure": "统一学习记录样式，每季度抽查一次",
            "lead_body": "区委宣传部",
            **fields,
        }
    )


def make_finding(assignment: Assignment, by: User, **fields: Any) -> Finding:
    theme = fields.pop("theme", None) or assignment.campaign.checklist.themes.get(code="T2")
    finding = Finding.objects.create(
        assignment=assignment,
        campaign=assignment.campaign,
        organization=assignment.organization,
        organization_path=assignment.organization_path,
        theme=theme,
        recorded_by=by,
        recorded_at=NOON,
        **{"kind": "problem", "text": "学习记录缺少研讨发言材料", "severity": "general", **fields},
    )
    index_for_search([finding], new=True)
    return finding


def make_result(assignment: Assignment, item_code: str, by: User, **fields: Any) -> CheckResult:
    item = ChecklistItem.objects.get(theme__checklist=assignment.campaign.checklist, code=item_code)
    return CheckResult.objects.create(assignment=assignment, item=item, answered_by=by, answered_at=NOON, **fields)


def report_template(key: str) -> ReportTemplate:
    """A shipped template, as the migrations left it (``tests.shipped``)."""
    return ReportTemplate.objects.published().get(key=key)
