"""On site without a network: the phone starts, takes everything, loses nothing, and hands it over when the line is back."""

from __future__ import annotations

import hashlib
import io
import os
import signal
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from inspections.models import Assignment, CheckResult, Confirmation, Evidence, Finding, Recheck
from tests import factories
from tests.browser.conftest import ARGS, PHONE
from tests.browser.field import Phone
from tests.inspections.findings import files

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_phone_starts_without_a_network_and_asks_the_server_for_nothing(phone, assignment, qian, live_server):
    mine = phone(qian)
    reached = []
    mine.context.on(
        "requestfinished", lambda request: reached.append(request.url) if request.response().from_service_worker is False else None
    )
    mine.offline()
    mine.page.reload()
    expect(mine.page.locator("a.unit", has_text="青石镇党委")).to_be_visible()
    expect(mine.page.get_by_text("没有网络：照常填写")).to_be_visible()
    mine.unit()
    mine.page.reload()
    expect(mine.page.get_by_role("button", name="组织领导")).to_be_visible()
    assert reached == []
    cached = mine.page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async (n) => (await (await caches.open(n)).keys()).map((r) => new URL(r.url).pathname)))).flat()"
    )
    assert "/field/" in cached
    assert not [path for path in cached if path != "/field/" and not path.startswith("/static/")], "only the shell is kept, never data"


def whole_visit(mine: Phone) -> None:
    """All that an inspector does at one unit."""
    page = mine.page
    mine.unit()
    mine.choose("是否制定年度工作计划", "符合")
    mine.item("专题研究会议次数").get_by_role("button", name="同上次").click()
    expect(mine.item("专题研究会议次数").locator("input.input")).to_have_value("2")
    mine.item("专题研究会议次数").locator("input.input").fill("3")
    mine.theme("理论学习")
    mine.choose("学习记录是否齐全", "不符合")
    mine.item("学习特色做法").locator("textarea").fill("每季度一次交流")
    # 回头看
    page.get_by_text("上次发现回头看").click()
    page.get_by_text("仍存在", exact=True).click()
    page.get_by_label("看到的情况").fill("第三季度仍未分解")
    page.get_by_label("返回").click()
    # A finding in two taps: at the item, and on the wording found by pinyin initials.
    mine.theme("理论学习")
    mine.item("学习记录是否齐全").get_by_role("link", name="记发现").click()
    page.get_by_label("搜索规范表述").fill("xxjlys")
    expect(page.locator(".standard")).to_have_count(1)
    page.locator(".standard").click()
    expect(page.locator("#text")).to_have_value("学习记录要素不全，缺少研讨发言材料")
    photograph(mine)
    page.get_by_role("button", name="完成").click()
    # The representative
    page.get_by_role("link", name="确认和办结").click()
    page.locator("#summary").fill("总体较好，学习记录需要规范")
    page.get_by_role("link", name="请单位代表确认").click()
    page.get_by_text("无异议").click()
    page.get_by_label("签名人职务").fill("党建办主任")
    mine.sign()
    page.get_by_role("button", name="提交确认").click()
    expect(page.get_by_text("党建办主任 已签名")).to_be_visible()


def photograph(mine: Phone) -> None:
    """A photo lying on its side, with a place in it; an arrow and a covered corner."""
    page = mine.page
    picture = files.jpeg((2400, 1200), orientation=6, secrets=True)
    page.locator("input[type=file]").first.set_input_files([{"name": "台账.jpg", "mimeType": "image/jpeg", "buffer": picture}])
    board = page.locator(".photo-board canvas")
    expect(board).to_be_visible()
    box = board.bounding_box()
    mine.stroke(box, (0.2, 0.8), (0.6, 0.4))
    page.get_by_role("button", name="遮挡模糊").click()
    mine.stroke(box, (0.05, 0.05), (0.3, 0.2))
    page.get_by_label("说明（可不填）").fill("学习台账")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".thumb img")).to_be_visible()


def test_a_whole_inspection_without_a_network_arrives_once_and_complete(phone, round_two, qian):
    mine = phone(qian)
    mine.offline()
    whole_visit(mine)
    mine.page.reload()  # in the middle of everything
    expect(mine.page.get_by_text("党建办主任 已签名")).to_be_visible()
    expect(mine.page.locator("#summary")).to_have_value("总体较好，学习记录需要规范")
    mine.page.get_by_role("button", name="办结本单位督查").click()
    expect(mine.page.locator("a.unit", has_text="青石镇党委")).to_contain_text("已办结")
    assert not CheckResult.objects.filter(assignment=round_two).exists()
    assert set(mine.states().values()) == {"waiting"}
    taken = mine.hashes()
    mine.online()
    mine.all_sent()
    arrived(round_two, taken)


def arrived(assignment: Assignment, taken: dict[str, str]) -> None:
    """Everything is there, once, and the photo is byte for byte the one on the phone."""
    answers = {result.item.code: result.answer for result in CheckResult.objects.filter(assignment=assignment).select_related("item")}
    assert answers == {"T1-1": "符合", "T1-2": "3次", "T2-1": "不符合", "T2-2": "每季度一次交流"}
    finding = Finding.objects.get(assignment=assignment)
    assert (finding.theme.code, finding.item.code, finding.standard.wording) == ("T2", "T2-1", finding.text)
    assert Recheck.objects.get().outcome == "still_there"
    signed = Confirmation.objects.get(assignment=assignment)
    assert (signed.signer_title, signed.opinion) == ("党建办主任", "agree")
    evidence = Evidence.objects.get(finding=finding)
    assert [evidence.source_sha256] == list(taken.values())
    assert evidence.caption == "学习台账"
    assignment.refresh_from_db()
    assert (assignment.status, assignment.summary) == ("concluded", "总体较好，学习记录需要规范")


def test_what_is_kept_of_a_photo_is_upright_small_and_says_nothing_else(phone, round_two, qian):
    mine = phone(qian)
    mine.unit()
    mine.theme("理论学习")
    mine.item("学习记录是否齐全").get_by_role("link", name="记发现").click()
    mine.page.locator(".standard").first.click()
    photograph(mine)
    mine.all_sent()
    evidence = Evidence.objects.get()
    content = bytes_of(mine)
    assert hashlib.sha256(content).hexdigest() == evidence.source_sha256
    picture = Image.open(io.BytesIO(content))
    assert picture.size == (800, 1600)
    assert not picture.getexif()
    assert b"Secret" not in content
    # Upright: what lay at the left of the stored picture is at the top. Covered and pointed at: neither corner is what it was.
    assert picture.getpixel((700, 500))[0] > 180
    assert picture.getpixel((700, 1500))[2] > 180


def bytes_of(mine: Phone) -> bytes:
    import base64

    (kept,) = mine.rows("bytes").values()
    return base64.b64decode(kept["bytes"])


def test_a_killed_browser_loses_nothing(chromium, live_server, transactional_db, assignment, qian, tmp_path):
    """SIGKILL to the whole browser right after the last letter: the battery is empty."""
    factories.make_standard()
    playwright_type = chromium.browser_type

    def start() -> Phone:
        context = playwright_type.launch_persistent_context(
            str(tmp_path / "profile"),
            executable_path=os.environ.get("CHROMIUM") or "/usr/bin/chromium",
            args=ARGS,
            viewport=PHONE,
            locale="zh-CN",
        )
        page = context.pages[0]
        page.set_default_timeout(10_000)
        return Phone(page, qian, live_server.url)

    mine = start()
    mine.log_in().ready()
    mine.offline()
    mine.unit()
    mine.choose("是否制定年度工作计划", "基本符合")
    mine.page.get_by_role("link", name="记发现").last.click()
    mine.page.get_by_text("自己写一条").click()
    mine.page.locator("#text").press_sequentially("公众号发布前没有审批")
    expect(mine.page.get_by_text("未写完")).to_be_visible()
    mine.stored()
    kill(str(tmp_path / "profile"))

    mine = start()
    mine.offline()
    mine.page.goto(f"{live_server.url}/field/")
    mine.unit()
    expect(mine.item("是否制定年度工作计划").get_by_role("radio", name="基本符合")).to_be_checked()
    expect(mine.page.locator(".finding")).to_contain_text("公众号发布前没有审批")
    expect(mine.page.locator(".finding")).to_contain_text("未写完")
    mine.page.locator(".finding-main").click()
    mine.page.locator("#place").select_option(label="组织领导（整个主题）")
    mine.page.get_by_role("button", name="完成").click()
    mine.online()
    mine.context.clear_cookies()  # the browser may or may not have written its cookies before it died
    mine.log_in()
    mine.all_sent()
    assert Finding.objects.get().text == "公众号发布前没有审批"
    assert CheckResult.objects.get().conformity == "mostly"
    mine.context.close()


def kill(profile: str) -> None:
    """End every process of the browser that works on this profile, without a word of warning."""
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and f"--user-data-dir={profile}" in (entry / "cmdline").read_text().split("\0"):
                os.kill(int(entry.name), signal.SIGKILL)
        except OSError:
            continue


def test_units_of_today_come_first_with_place_and_contact(phone, assignment, campaign, team, bureau, qian):
    from django.utils import timezone

    today: date = timezone.localdate()
    factories.make_assignment(campaign, bureau, team, order=2, visit_on=today)
    Assignment.objects.filter(pk=assignment.pk).update(order=1)
    bureau.address, bureau.contact_duty = "云岭区文化路8号", "档案科"
    bureau.save()
    mine = phone(qian)
    first = mine.page.locator("a.unit").first
    expect(first).to_contain_text("区档案馆党支部")
    expect(first).to_contain_text("云岭区文化路8号")
    expect(first).to_contain_text("联系：档案科")
    expect(mine.page.locator("a.unit").nth(1)).to_contain_text("青石镇党委")
