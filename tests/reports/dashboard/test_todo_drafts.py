"""A draft waits on the office's home page only as long as it asks for something."""

from __future__ import annotations

import pytest
from django.urls import reverse

from reports.actions import compose_report
from reports.models import Paragraph
from reports.renditions import make_rendition
from tests import factories


@pytest.fixture
def report(campaign, town, team, zhao, qian):
    row = factories.make_assignment(campaign, town, team, status="concluded", summary="较好")
    factories.make_finding(row, qian)
    return compose_report(campaign, factories.report_template("four-part"), by=zhao)


def test_gaps_are_counted_files_are_asked_for_and_a_complete_draft_asks_nothing(client, report, zhao):
    client.force_login(zhao)

    def home():
        return client.get(reverse("reports:home")).content.decode()

    gaps = Paragraph.objects.filter(section__report=report, text__contains="【待补")
    assert gaps.exists()
    assert f"报告还有{gaps.count()}处待补的内容" in home()
    gaps.update(text="已经补上。")
    assert "还没有生成文件" in home()
    make_rendition(report, "docx", by=zhao)
    assert report.title not in home()
