"""The liaison puts right, on a phone and at a desk, while the office asks, sends back and closes out: in a real browser."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import expect

from inspections.actions.rectification_proofs import add_proof
from inspections.models import Campaign, Rectification
from tests import factories
from tests.addresses import PNG
from tests.browser.conftest import DESKTOP, PHONE
from tests.inspections.rectifications.conftest import Maker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def finished(transactional_db, assignment, qian):
    """A finished campaign with two problems at 青石镇."""
    factories.make_finding(assignment, qian, measure="统一学习记录样式")
    factories.make_finding(assignment, qian, text="计划没有按时报送")
    Campaign.objects.filter(pk=assignment.campaign_id).update(status=Campaign.Status.FINISHED)
    return Campaign.objects.get(pk=assignment.campaign_id)


def fits(page) -> bool:
    """Whether nothing sticks out at the side."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_liaison_puts_right_on_the_phone_what_the_office_gave_out(visit, finished, zhao, zhou, district, tmp_path):
    chen = factories.make_user("陈办", role="office", at=district, username="chen")
    office = visit(zhao)
    office.get_by_role("link", name="督查活动", exact=True).click()
    office.get_by_role("link", name=finished.title).first.click()
    office.get_by_role("link", name="交办整改").click()
    office.get_by_label("责任人职务").fill("党委书记")
    for choice in office.get_by_label("合并").all():
        choice.select_option("1")
    office.once("dialog", lambda dialog: dialog.accept())
    office.get_by_role("button", name="列入台账并下发").click()
    expect(office.get_by_text("已将 1 项列入整改台账并下发")).to_be_visible()

    phone = visit(zhou, PHONE)
    expect(phone.get_by_text("待签收").first).to_be_visible()
    phone.get_by_role("button", name="打开菜单").click()
    phone.get_by_role("link", name="我的整改").click()
    assert fits(phone)
    phone.get_by_role("button", name="签收", exact=True).click()
    phone.get_by_label("整改措施").fill("统一样式，逐月分解")
    phone.get_by_role("button", name="保存整改措施").click()
    expect(phone.get_by_text("整改措施已保存")).to_be_visible()
    phone.get_by_label("进展情况").fill("样式已下发各支部")
    phone.get_by_role("button", name="报送进展").click()
    expect(phone.get_by_text("报请核验前还缺：至少一份佐证材料")).to_be_visible()
    photo = tmp_path / "整改后.png"
    photo.write_bytes(PNG)
    phone.locator("input[type=file]").set_input_files(photo)
    expect(phone.get_by_text("已上传 1 个文件")).to_be_visible()
    assert fits(phone)
    phone.once("dialog", lambda dialog: dialog.accept())
    phone.get_by_role("button", name="报请核验").click()
    expect(phone.get_by_text("等待核验结果").first).to_be_visible()

    row = Rectification.objects.get()
    judge = visit(chen)
    judge.get_by_role("link", name="整改台账", exact=True).click()
    judge.get_by_role("link", name=row.reference).first.click()
    judge.get_by_label("核验意见").fill("照片看不清，请补充")
    judge.once("dialog", lambda dialog: dialog.accept())
    judge.get_by_role("button", name="退回").click()
    expect(judge.get_by_text("已退回责任单位")).to_be_visible()

    phone.reload()
    expect(phone.get_by_role("alert").get_by_text("照片看不清，请补充")).to_be_visible()
    phone.once("dialog", lambda dialog: dialog.accept())
    phone.get_by_role("button", name="报请核验").click()
    expect(phone.get_by_text("等待核验结果").first).to_be_visible()
    judge.reload()
    judge.get_by_label("核验意见").fill("到现场看过")
    judge.once("dialog", lambda dialog: dialog.accept())
    judge.get_by_role("button", name="核验通过，销号").click()
    expect(judge.get_by_text("已核验销号")).to_be_visible()


def test_the_liaison_works_at_a_desk_and_asks_for_more_time(visit, finished, zhao, zhou, wu):
    finding = finished.findings.first()
    row = Maker(zhao, zhou, zhao)(finding)
    add_proof(row, ContentFile(PNG, name="整改前.png"), by=zhou, stage="before")
    page = visit(zhou, DESKTOP, bears=("422",))
    page.get_by_role("link", name="我的整改").click()
    page.get_by_role("link", name="制定措施").click()
    # What must not be empty is said at its place, and what was typed stays.
    page.get_by_label("责任人职务").fill("党委副书记")
    page.get_by_label("整改措施").fill("   ")
    page.get_by_role("button", name="保存整改措施").click()
    expect(page.get_by_text("请写明整改措施。")).to_be_visible()
    expect(page.get_by_label("责任人职务")).to_have_value("党委副书记")
    page.get_by_text("申请延期（须在").click()
    page.get_by_label("延期理由").fill("设备采购周期长")
    page.get_by_label("申请延至").fill("2099-01-01")
    page.get_by_role("button", name="提交延期申请").click()
    expect(page.get_by_text("延期申请已提交")).to_be_visible()
    assert fits(page)

    office = visit(zhao)
    office.get_by_role("link", name=f"延期申请 {row.reference}").click()
    office.get_by_role("button", name="同意，报领导批准").click()
    expect(office.get_by_text("已审核，报领导批准")).to_be_visible()
    leader = visit(wu, PHONE)
    leader.get_by_role("link", name=f"延期申请 {row.reference}").click()
    leader.get_by_role("button", name="批准延期").click()
    expect(leader.get_by_text("新的整改时限已生效")).to_be_visible()
    expect(leader.get_by_text("2099年1月1日")).to_be_visible()

    # The office ticks rows; a verb that needs more shows its field, and each row gets its answer.
    office.get_by_role("link", name="整改台账", exact=True).first.click()
    office.get_by_label("本页全选").check()
    expect(office.get_by_label("核验情况或催办内容")).to_be_hidden()
    office.get_by_label("批量办理").select_option("remind")
    office.get_by_label("核验情况或催办内容").fill("请抓紧")
    office.get_by_role("button", name="办理").click()
    expect(office.get_by_text("办成 1 项")).to_be_visible()
