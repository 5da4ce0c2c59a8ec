"""Writes what the communities have handed in in the campaign under way, in all states that there are."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime, timedelta

import docx
from django.core.files.base import ContentFile
from django.db.models import Model
from docx.enum.text import WD_ALIGN_PARAGRAPH

from inspections.actions.submission_checks import check
from inspections.actions.submission_content import take_in
from inspections.actions.submission_searching import index_submissions
from inspections.demo.identity import moment, uid
from inspections.demo.reports_handed_in import REPORTS, HandedIn
from inspections.demo.rounds import Round, World
from inspections.documents.material import material_of
from inspections.documents.opening import opened
from inspections.models import DeclaredMetric, DraftFinding, ModelText, Submission, SubmissionFile, SubmissionRequest
from units.models import User

Told = tuple[datetime, User, str, str, Model]
"""A line for the activity log: when, who, what, in words, about what."""
MODEL = (
    "加强阵地管理，做到底数清、责任明。对宣传栏、电子屏逐一登记造册，实行初审、复审两级把关，审核单按月装订存档。"
    "建立巡查制度，发现内容陈旧、破损的及时更换，形成登记、审核、巡查、更换的闭环。"
)


def make_submissions(now: Round, world: World) -> list[Told]:
    """Ask every organization of the round for its self-inspection report, and let some of them answer; return what the log is to tell."""
    campaign, office = now.campaign, now.campaign.created_by
    due_on = now.plan.starts_on + timedelta(days=5)
    SubmissionRequest.objects.create(
        campaign=campaign,
        kind="self_inspection_report",
        includes_on_site=True,
        due_on=due_on,
        key_points="责任制任务清单落实情况\n学习、阵地巡查、分析研判开展情况\n上次督查反馈问题整改情况",
        preparation="自查报告一份，写明数据和存在的问题\n学习记录、审核单、研判记录备查",
    )
    ModelText.objects.create(organizer=campaign.organizer, title="阵地管理工作范文", source="网上流传", text=MODEL, added_by=office)
    told: list[Told] = []
    answers = {row.code: row for row in REPORTS}
    at = moment(now.plan.starts_on - timedelta(days=1), 10)
    for row in now.assignments:
        submission = Submission.objects.create(
            id=uid("submission", now.plan.code, row.organization.code),
            assignment=row,
            campaign=campaign,
            organization=row.organization,
            organization_path=row.organization_path,
            kind="self_inspection_report",
            due_on=due_on if row.organization.code != "YL-05-08" else now.plan.starts_on + timedelta(days=1),
            notified_at=at,
            notified_by=office,
        )
        index_submissions([submission], new=True)
        if answer := answers.get(row.organization.code):
            told += _answer(submission, answer, world, office)
    told.append((at, office, "inspections.submission_notify", f"向 {len(now.assignments)} 个单位发出“{campaign}”的督查通知", campaign))
    for submission in Submission.objects.filter(campaign=campaign, status="submitted").prefetch_related("files"):
        check(submission)
    Submission.objects.filter(campaign=campaign, status="submitted").update(checked_at=at + timedelta(days=2))
    return told


def _answer(submission: Submission, answer: HandedIn, world: World, office: User) -> list[Told]:
    by = world.people[answer.liaison]
    received = submission.notified_at + timedelta(hours=5)
    handed = submission.notified_at + timedelta(days=1, hours=3)
    name = str(submission.organization)
    told: list[Told] = [(received, by, "inspections.submission_receive", f"“{name}”签收督查通知", submission)]
    values = {"received_at": received, "received_by": by, "status": "received"}
    if answer.state != "received":
        values |= {"submitted_at": handed, "submitted_by": by, "first_submitted_at": handed, "status": answer.state}
        told.append((handed, by, "inspections.submission_hand_in", f"“{name}”提交自查报告", submission))
    if answer.state in {"returned", "accepted"}:
        decided = handed + timedelta(hours=20)
        values |= {"decided_at": decided, "decided_by": office}
        word, verb = ("退回", "return") if answer.returned else ("采用", "accept")
        reason = f"：{answer.returned}" if answer.returned else ""
        told.append((decided, office, f"inspections.submission_{verb}", f"{word}“{name}”的自查报告{reason}", submission))
    if answer.returned:
        values |= {"return_reason": answer.returned, "returns": 1}
    Submission.objects.filter(pk=submission.pk).update(**values)
    _file(submission, answer, by, handed - timedelta(minutes=40))
    take_in(submission)
    if answer.state != "received":
        _settle(submission, by, handed - timedelta(minutes=10))
    for draft in submission.draft_findings.all():
        # Ids that are the same in every run.
        DraftFinding.objects.filter(pk=draft.pk).update(id=uid("draft", submission.pk, draft.order))
    return told


def _file(submission: Submission, answer: HandedIn, by: User, at: datetime) -> None:
    content = _word(answer.paragraphs)
    row = SubmissionFile(
        id=uid("submission-file", submission.pk),
        submission=submission,
        name=f"{answer.paragraphs[0]}.docx",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        status="read",
        content=material_of(opened("材料.docx", io.BytesIO(content)), "").to_json(),
        uploaded_by=by,
    )
    row.file.save(row.name, ContentFile(content), save=False)
    row.save(force_insert=True)
    SubmissionFile.objects.filter(pk=row.pk).update(uploaded_at=at)


def _word(paragraphs: tuple[str, ...]) -> bytes:
    document = docx.Document()
    document.add_paragraph(paragraphs[0]).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in paragraphs[1:]:
        document.add_paragraph(text)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _settle(submission: Submission, by: User, at: datetime) -> None:
    for row in submission.metrics.all():
        kept = row.proposed_number is not None
        DeclaredMetric.objects.filter(pk=row.pk).update(
            status="confirmed" if kept else "not_kept",
            number=row.proposed_number,
            is_approximate=row.proposed_approximate,
            attests_zero=row.proposed_number == 0,
            confirmed_by=by,
            confirmed_at=at,
        )
