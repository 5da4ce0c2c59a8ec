"""What the phone promises: locked is unreadable, refused is said, old and plain phones work, and everybody can use the screens."""

from __future__ import annotations

import base64
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from django.conf import settings as site
from django.utils import timezone
from playwright.sync_api import expect

from inspections.actions.rescue import take_in
from inspections.models import CheckResult, Evidence
from tests import factories
from tests.browser.conftest import ARGS, PHONE
from tests.browser.field import Phone
from tests.browser.test_every_screen import _english
from tests.browser.test_field_sending import PLAN, photo_on_new_finding

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(site.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
PIN = "201118"


def test_a_pin_makes_the_phone_unreadable_and_opens_it_again(phone, assignment, qian):
    factories.make_standard()
    mine = phone(qian)
    mine.offline()
    mine.unit()
    mine.choose(PLAN, "符合")
    mine.item("专题研究会议次数").get_by_role("button", name="备注").click()
    mine.item("专题研究会议次数").locator("textarea").fill("只有会议通知")
    photo_on_new_finding(mine)
    jpeg = base64.b64decode(next(iter(mine.rows("bytes").values()))["bytes"])
    assert "只有会议通知" in str(mine.rows())
    mine.open("settings")
    mine.page.get_by_label("口令（6 至 12 位数字）").fill(PIN)
    mine.page.get_by_label("再输一次").fill("111111")
    mine.page.get_by_role("button", name="设置口令锁").click()
    expect(mine.page.get_by_text("两次输入的不一样")).to_be_visible()
    mine.page.get_by_label("再输一次").fill(PIN)
    mine.page.get_by_role("button", name="设置口令锁").click()
    expect(mine.page.get_by_text("本机的数据已加密")).to_be_visible()
    kept = str([mine.rows(name) for name in ("records", "photos", "kv", "bytes")])
    assert not [word for word in ("只有会议通知", "青石镇", "学习记录", base64.b64encode(jpeg[:30]).decode()) if word in kept]

    mine.page.reload()
    expect(mine.page.get_by_text("请输入口令")).to_be_visible()
    expect(mine.page.get_by_text("青石镇")).to_have_count(0)
    mine.page.get_by_label("口令", exact=True).fill("123456")
    mine.page.get_by_role("button", name="打开", exact=True).click()
    expect(mine.page.get_by_text("口令不对")).to_be_visible()
    mine.page.get_by_label("口令", exact=True).fill(PIN)
    mine.page.get_by_role("button", name="打开", exact=True).click()
    mine.open("")
    mine.unit()
    expect(mine.item("专题研究会议次数").locator("textarea")).to_have_value("只有会议通知")
    mine.choose(PLAN, "基本符合")
    mine.online()
    mine.all_sent()
    assert CheckResult.objects.get(item__code="T1-1").conformity == "mostly"
    assert CheckResult.objects.get(item__code="T1-2").note == "只有会议通知"
    assert Evidence.objects.get().source_sha256


def test_storage_that_refuses_is_said_at_once_and_nothing_typed_is_gone(phone, assignment, qian):
    mine = phone(qian)
    mine.offline()
    mine.unit()
    mine.page.evaluate(
        """() => {
          const real = IDBObjectStore.prototype.put;
          IDBObjectStore.prototype.put = function () { throw new DOMException("full", "QuotaExceededError"); };
          window.repaired = () => { IDBObjectStore.prototype.put = real; };
        }"""
    )
    mine.choose(PLAN, "不符合")
    mine.item("专题研究会议次数").locator("input.input").fill("4")
    expect(mine.page.get_by_role("alert")).to_contain_text("存储空间已满")
    expect(mine.item(PLAN)).to_contain_text("没有存下")
    expect(mine.item(PLAN).get_by_role("radio", name="不符合")).to_be_checked()
    assert mine.rows() == {}
    mine.page.evaluate("window.repaired()")
    mine.page.get_by_role("button", name="再试一次").click()
    expect(mine.page.get_by_role("alert")).to_have_count(0)
    assert {row["state"] for row in mine.rows().values()} == {"waiting"}
    mine.online()
    mine.all_sent()
    assert CheckResult.objects.get(item__code="T1-2").number == 4


def test_a_plain_http_address_queues_and_sends_and_says_what_it_cannot(chromium, live_server, settings, assignment, qian, transactional_db):
    """No secure context: no service worker, no crypto.subtle, no locks, no randomUUID; what is open works all the same."""
    settings.ALLOWED_HOSTS = ["*"]
    factories.make_standard()
    browser = chromium.browser_type.launch(
        executable_path=os.environ.get("CHROMIUM") or "/usr/bin/chromium", args=[*ARGS, "--host-resolver-rules=MAP ducha.oa 127.0.0.1"]
    )
    page = browser.new_context(viewport=PHONE, locale="zh-CN").new_page()
    page.set_default_timeout(10_000)
    mine = Phone(page, qian, live_server.url.replace("localhost", "ducha.oa").replace("127.0.0.1", "ducha.oa")).log_in()
    assert page.evaluate("[isSecureContext, Boolean(crypto.subtle), Boolean(navigator.locks), 'serviceWorker' in navigator]") == [False] * 4
    expect(page.locator("a.unit")).to_be_visible()
    mine.offline()
    mine.unit()
    mine.choose(PLAN, "符合")
    photo_on_new_finding(mine)
    taken = mine.hashes()
    mine.open("check")
    expect(page.get_by_text("不是 HTTPS：打开着的页面可以照常记录")).to_be_visible()
    mine.open("settings")
    expect(page.get_by_text("不能设置口令锁").first).to_be_visible()
    mine.online()
    mine.all_sent()
    assert [one.source_sha256 for one in Evidence.objects.all()] == list(taken.values())
    browser.close()


def test_the_export_can_be_encrypted_and_is_what_the_office_imports(phone, assignment, qian, zhao, run_jobs):
    """Offered in words after three days without a line."""
    mine = phone(qian)
    mine.offline()
    mine.unit()
    mine.choose(PLAN, "符合")
    mine.stored()
    mine.page.clock.set_fixed_time(timezone.now() + timedelta(days=3, hours=1))
    mine.page.reload()
    expect(mine.page.get_by_text("已经 3 天没有上传")).to_be_visible()
    mine.open("outbox")
    mine.page.get_by_role("button", name="导出未上传记录").click()
    mine.page.get_by_label("给文件加密的密码").fill("短")
    mine.page.get_by_role("button", name="导出 1 条").click()
    expect(mine.page.get_by_text("密码至少 8 位")).to_be_visible()
    mine.page.get_by_label("给文件加密的密码").fill("云岭区督查组二〇二六")
    mine.page.get_by_label("再输一次").fill("云岭区督查组二〇二六")
    with mine.page.expect_download() as waiting:
        mine.page.get_by_role("button", name="导出 1 条").click()
    with waiting.value.path().open("rb") as file:
        take_in(file, passphrase="云岭区督查组二〇二六", by=zhao)
    run_jobs()
    assert CheckResult.objects.get().answered_by == qian
    record, end = decrypted(waiting.value.path().read_text().splitlines(), "云岭区督查组二〇二六")
    assert (record["record"]["kind"], record["record"]["data"]["conformity"]) == ("result", "conforming")
    assert end == {"type": "end", "records": 1, "photos": 0}


def decrypted(lines: list[str], phrase: str) -> list[dict]:
    """Open a rescue file as docs/api-field.md describes it."""
    how = json.loads(lines[0])["encryption"]
    key = PBKDF2HMAC(SHA256(), 32, base64.b64decode(how["salt"]), how["iterations"]).derive(phrase.encode())
    whole = [base64.b64decode(line) for line in lines[1:]]
    return [json.loads(AESGCM(key).decrypt(one[:12], one[12:], f"{how['salt']}:{number}".encode())) for number, one in enumerate(whole, 2)]


def test_every_screen_of_the_phone_is_usable_by_everybody(phone, assignment, campaign, team, bureau, qian, sun):
    """No serious fault by axe-core; nothing sticks out sideways; fingers hit; every word is Chinese."""
    factories.make_standard()
    finding = factories.make_finding(assignment, sun, text="学" * 300)
    factories.make_assignment(campaign, bureau, team, status="concluded")
    mine = phone(qian)
    mine.unit()
    photo_on_new_finding(mine)
    photo = next(iter(mine.rows("photos")))
    faults = []
    unit = ("unit", assignment.pk)
    screens = [("",), unit, (*unit, "library"), (*unit, "finding", finding.pk), (*unit, "photo", photo), (*unit, "last")]
    screens += [(*unit, "finish"), (*unit, "confirm"), ("outbox",), ("check",), ("settings",)]
    axe = AXE.read_text(encoding="utf-8")
    mine.page.evaluate(axe)
    for parts in screens:
        mine.open(*parts)
        mine.page.wait_for_timeout(250)
        faults += [f"{parts}: {fault}" for fault in looked_at(mine)]
    assert not faults, "\n".join(faults)


def looked_at(mine: Phone) -> list[str]:
    """What is wrong with the screen that is shown."""
    page = mine.page
    report = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [one for one in report["violations"] if one["impact"] in {"serious", "critical"}]
    found = [f"{one['id']}: {one['nodes'][0]['html'][:120]} {one['nodes'][0]['failureSummary'][:160]}" for one in serious]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append("sticks out sideways")
    small = """() => [...document.querySelectorAll("a, button, .choice, summary, select, input.input, textarea")]
      .filter((one) => one.offsetParent && (one.offsetHeight < 43.5 || one.offsetWidth < 43.5) && !one.closest("p.soft"))
      .map((one) => `${one.outerHTML.slice(0, 80)} ${one.offsetWidth}x${one.offsetHeight}`)"""
    found += [f"small: {one}" for one in page.evaluate(small)[:3]]
    if english := _english(page.inner_text("body"), {"https"}):
        found.append(f"English words {english[:4]}")
    return found
