"""事实确认单: what was signed, on paper, for whoever may see the assignment."""

from __future__ import annotations

import hashlib
import io

import pypdfium2 as pdfium
import pytest
from django.urls import reverse
from PIL import Image

from inspections.links import links_for_assignment
from inspections.models import Campaign, Confirmation
from reports.confirmation import content_sha256, sheet_of
from reports.rendering.signed_sheet import render_signed_sheet
from tests import factories
from units.models import ActivityEntry


@pytest.fixture(scope="module")
def picture():
    stream = io.BytesIO()
    Image.new("RGBA", (300, 120), (0, 0, 0, 120)).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def confirmation(assignment, finding, qian, picture):
    factories.make_result(assignment, "T1-1", qian, conformity="conforming")
    factories.make_result(assignment, "T2-1", qian, conformity="not_conforming", note="缺少三份")
    return Confirmation.objects.create(
        assignment=assignment,
        signer_title="党建办主任",
        opinion="objection",
        opinion_text="台账在另一间档案室",
        findings=[{"id": str(finding.pk), "kind": "problem", "text": finding.text}],
        signature=picture,
        signature_sha256=hashlib.sha256(picture).hexdigest(),
        confirmed_at=factories.NOON,
        received_at=factories.NOON,
        taken_by=qian,
    )


def test_the_sheet_holds_what_was_signed_and_the_receipt(confirmation, qian):
    result = render_signed_sheet(sheet_of(confirmation, qian))
    pages = list(pdfium.PdfDocument(result.content))
    text = "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pages)
    for words in (
        "督查事实确认单",
        "青石镇党委",
        "对照督查清单检查2项，其中符合1项、不符合1项。",
        "学习记录是否齐全",
        "缺少三份",
        "学习记录缺少研讨发言材料",
        "对上述督查发现有异议：台账在另一间档案室。",
        "确认人（党建办主任）签名",
        "2026年11月10日12:00",
        confirmation.signature_sha256,
        content_sha256(confirmation),
    ):
        assert words in text, words
    assert sum(1 for page in pages for _ in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE])) == 1


def test_an_organization_reads_answers_only_after_the_end(confirmation, zhou):
    sheet = sheet_of(confirmation, zhou)
    assert sheet.checked == ()
    assert sheet.signed == (("问题", "学习记录缺少研讨发言材料"),)
    Campaign.objects.update(status=Campaign.Status.FINISHED)
    assert sheet_of(Confirmation.objects.get(), zhou).checked == (("学习记录是否齐全", "缺少三份"),)


def test_a_change_after_signing_is_said_on_the_sheet(confirmation, finding, qian):
    assert sheet_of(confirmation, qian).warning == ""
    type(finding).objects.filter(pk=finding.pk).update(text="改过的文字")
    sheet = sheet_of(Confirmation.objects.get(), qian)
    assert "签字后督查记录又有改动" in sheet.warning
    assert sheet.signed[0][1] == "学习记录缺少研讨发言材料"


def test_who_may_see_the_assignment_downloads_it(client, confirmation, assignment, qian, zhao, zhou, li, other_team, zheng):
    address = reverse("reports:confirmation_sheet", args=[assignment.pk])
    for person, status in ((qian, 200), (zhao, 200), (zhou, 200), (li, 404), (zheng, 404)):
        client.force_login(person)
        assert client.get(address).status_code == status, person
        offered = [link.url for link in links_for_assignment(assignment, person)]
        assert (address in offered) is (status == 200), person
    assert ActivityEntry.objects.filter(verb="reports.confirmation_download").count() == 3


def test_before_anybody_signed_there_is_none(client, assignment, zhao):
    client.force_login(zhao)
    assert client.get(reverse("reports:confirmation_sheet", args=[assignment.pk])).status_code == 404
    assert links_for_assignment(assignment, zhao) == []


def test_a_character_that_no_font_has_is_said(client, confirmation, assignment, zhao):
    Confirmation.objects.update(opinion_text="\U0001f600")
    client.force_login(zhao)
    answer = client.get(reverse("reports:confirmation_sheet", args=[assignment.pk]), follow=True)
    assert "字" in str(next(iter(answer.context["messages"])))
