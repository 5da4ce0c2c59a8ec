"""A campaign that has asked 区档案馆 (in writing) for its report, with a liaison, and documents as people write them."""

from __future__ import annotations

import io
from datetime import timedelta

import docx
import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from inspections.actions import submission_content as content
from inspections.actions import submission_files as files
from inspections.actions import submission_requests as requests
from inspections.actions import submissions as actions
from inspections.actions.submission_requests import Terms
from inspections.models import Submission
from tests import factories

REPORT = (
    "区档案馆党支部2026年下半年责任制落实情况书面汇报",
    "一、主要做法",
    "（一）组织领导",
    "支部制定年度工作计划，全年召开专题研究会议3次，分工明确、责任到岗。",
    "（二）理论学习",
    "坚持集体学习，学习记录齐全，每次都有签到和研讨提纲。",
    "二、存在的问题",
    "一是学习记录缺少研讨发言材料。二是档案目录没有按月核对。",
    "三、下一步打算",
    "补齐研讨发言材料。",
)


def word(*paragraphs, fill=None) -> bytes:
    """A Word file of plain paragraphs; ``fill`` adds to it."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if fill:
        fill(document)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def report(*, name="汇报.docx", paragraphs=REPORT) -> ContentFile:
    return ContentFile(word(*paragraphs), name=name)


@pytest.fixture
def terms():
    return Terms("written_report", timezone.localdate() + timedelta(days=5), key_points="责任落实", preparation="书面汇报一份")


@pytest.fixture
def liaison(bureau):
    return factories.make_user("何联络", role="liaison", at=bureau, username="he", duty_title="综合科干事")


@pytest.fixture
def written(campaign, bureau, team, liaison):
    """区档案馆, in writing."""
    return factories.make_assignment(campaign, bureau, team, method="written", activities=[])


@pytest.fixture
def submission(campaign, written, zhao, terms):
    """The notice has gone out."""
    requests.save_request(campaign, terms, by=zhao, base_revision=0)
    requests.send_notices(campaign, by=zhao)
    return Submission.objects.get()


@pytest.fixture
def received(submission, liaison):
    return actions.sign_receipt(submission, by=liaison)


@pytest.fixture
def uploaded(received, liaison):
    files.upload(received, report(), by=liaison)
    return fresh(received)


@pytest.fixture
def ready(uploaded, liaison):
    content.confirm_readings(uploaded, by=liaison)
    return fresh(uploaded)


@pytest.fixture
def handed(ready, liaison):
    return actions.hand_in(ready, by=liaison)


def fresh(submission):
    return Submission.objects.select_related("campaign__organizer", "assignment__campaign", "organization").get(pk=submission.pk)
