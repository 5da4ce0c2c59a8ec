"""A report on its way out in a real browser: number series, red head, review, issue, file, verification."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from reports.models import Report
from tests import factories
from tests.browser.conftest import PHONE
from tests.reports.signing.conftest import make_report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def report(transactional_db, campaign, town, team, zhao, qian):
    """A clean draft without number series and head."""
    row = factories.make_assignment(campaign, town, team, status="concluded", summary="较好")
    factories.make_finding(row, qian)
    report = make_report(campaign, zhao)
    Report.objects.filter(pk=report.pk).update(layout={})
    return report


def test_a_report_is_reviewed_issued_and_verified(report, visit, zhao, wu, district, tmp_path):
    he = factories.make_user("何副主任", role="office", at=district, username="he")
    page = visit(zhao)
    page.get_by_role("link", name="督查报告", exact=True).click()
    page.get_by_role("link", name="字号系列").click()
    page.get_by_role("link", name="新增字号系列").click()
    page.get_by_label("机关代字").fill("云督报")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="督查报告", exact=True).first.click()
    page.get_by_role("link", name=report.title).click()
    page.get_by_role("link", name="版头与版记").click()
    page.get_by_label("发文字号系列").select_option(label="云督报")
    page.get_by_label("使用红头（版头）").check()
    page.get_by_label("上行文：标注签发人").check()
    page.get_by_label("使用版记").check()
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".sheet-head")).to_contain_text("云督报〔")
    page.get_by_role("link", name="送核稿").click()
    page.get_by_label("核稿人", exact=False).first.select_option(str(he.pk))
    page.get_by_label("签发人").select_option(str(wu.pk))
    page.get_by_role("button", name="送核稿").click()
    expect(page.get_by_text("已送何副主任核稿")).to_be_visible()

    reviewer = visit(he, PHONE)
    reviewer.get_by_role("link", name=report.title).first.click()
    reviewer.get_by_role("button", name="同意，转下一环节").click()
    expect(reviewer.get_by_text("已核稿，转入下一环节")).to_be_visible()

    issuer = visit(wu)
    issuer.get_by_role("link", name=report.title).first.click()
    expect(issuer.get_by_text("没有改动")).to_be_visible()
    issuer.get_by_role("button", name="签发").click()
    expect(issuer.get_by_text("已签发，字号为")).to_be_visible()
    download = issuer.get_by_role("link", name="下载 PDF")
    for _ in range(30):
        if download.count():
            break
        issuer.wait_for_timeout(500)
        issuer.reload()
    with issuer.expect_download() as waiting:
        download.click()
    file = Path(tmp_path / "报告.pdf")
    waiting.value.save_as(file)
    report.refresh_from_db()
    assert (report.status, report.number) == ("issued", 1)

    issuer.get_by_role("link", name="文件核验").click()
    issuer.get_by_label("要核验的文件").set_input_files(file)
    issuer.get_by_role("button", name="核验", exact=True).click()
    expect(issuer.get_by_role("heading", name="是签发的文件", exact=True)).to_be_visible()
    file.write_bytes(file.read_bytes() + b"\n")
    issuer.get_by_label("要核验的文件").set_input_files(file)
    issuer.get_by_role("button", name="核验", exact=True).click()
    expect(issuer.get_by_role("heading", name="不是签发的文件")).to_be_visible()
