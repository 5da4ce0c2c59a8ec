"""Take the screenshots of README and manuals: ``make screenshots`` (or ``.venv/bin/python tools/screenshots.py``).

Starts the demo on a database and port of its own, drives it with Debian's Chromium, and writes ``docs/images/*.png``.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
PASSWORD = "Demo-shots-2026"  # noqa: S105 -- of a demo that lives for a minute
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
ARGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
START_SECONDS = 240
MAIL_PORT = 8025
REPORT = re.compile(r"/reports/\d+/$")
TABLE = """组织编码,组织名称,组织类型,单位类别,上级组织编码
YL-01-90,青石镇新渡社区党支部,党支部,社区,YL-01
YL-01-91,青石镇晚照社区党支部,支部,社区,YL-01
YL-01-92,青石镇云脚社区党支部,党支部,社区,YL-99
"""
"""Organizations to import; the second and third of them are at fault, so that the check has something to show."""


@contextmanager
def demo() -> Iterator[str]:
    """Serve a fresh demo and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "DUCHATONG_VAR": folder, "DEMO_PASSWORD": PASSWORD, "ROBOT_HOSTS": "qyapi.weixin.qq.com"}
        env |= {"EMAIL_URL": f"smtp://127.0.0.1:{MAIL_PORT}", "EMAIL_FROM": "ducha@example.cn"}
        subprocess.run([sys.executable, ROOT / "tools" / "assets.py"], env=env, check=True, stdout=subprocess.DEVNULL)
        command = [sys.executable, ROOT / "manage.py", "serve", "--port", str(port), "--when-empty", "demo"]
        server = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL)
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(address)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_for(address: str) -> None:
    """Return once the site answers. Raises ``TimeoutError`` when it does not."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2).close()  # noqa: S310 -- our own address
        except OSError:
            time.sleep(0.5)
        else:
            return
    message = f"{address} did not answer within {START_SECONDS} s"
    raise TimeoutError(message)


def log_in(browser: Browser, address: str, username: str, size: dict[str, int]) -> Page:
    """Return a page on which ``username`` is logged in."""
    page = browser.new_context(viewport=size, locale="zh-CN").new_page()
    page.goto(f"{address}/units/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("form button.btn-primary")
    page.wait_for_load_state("networkidle")
    return page


def shoot(page: Page, name: str) -> None:
    """Write what the window shows as ``docs/images/NAME.png``, in 128 colours: four times smaller, and no eye sees it."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(700)  # charts are drawn after the page is there
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(128, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)
    print(f"docs/images/{name}.png")


def shoot_office(browser: Browser, address: str) -> None:
    """The district's office: directory to report."""
    page = log_in(browser, address, "office", DESKTOP)
    page.goto(f"{address}/units/organizations/import/")
    page.set_input_files("input[type=file]", {"name": "名录.csv", "mimeType": "text/csv", "buffer": TABLE.encode()})
    page.get_by_role("button", name="上传并检查").click()
    page.get_by_role("columnheader", name="行号").wait_for(timeout=60_000)
    shoot(page, "office-import")
    page.goto(f"{address}/inspections/campaigns/2026-2/")
    shoot(page, "office-campaign")
    page.goto(f"{address}/reports/campaign/2026-2/feedback/")
    page.get_by_label("装订成一册").check()
    page.get_by_label("按隶属关系").check()
    page.locator("[name=subtrees]").first.check()
    shoot(page, "office-feedback")
    page.goto(f"{address}/reports/campaign/2026-2/compose/")
    page.get_by_role("button", name="开始起草").click()
    page.wait_for_url(REPORT, timeout=60_000)  # the job leads on by itself
    shoot(page, "report")
    street = log_in(browser, address, "street", DESKTOP)
    street.goto(f"{address}/inspections/campaigns/CX-2026-2/split/")
    shoot(street, "office-split")


def shoot_inspector(browser: Browser, address: str) -> None:
    """An inspector on the phone."""
    page = log_in(browser, address, "inspector01", PHONE)
    shoot(page, "phone-home")
    page.locator("a[href*='/inspections/assignments/']", has_text="督查中").first.click()
    shoot(page, "phone-assignment")
    page.locator("article.item").first.get_by_role("button", name="记发现").click()
    page.locator(".standard-button").first.wait_for()
    shoot(page, "phone-finding")


def shoot_others(browser: Browser, address: str) -> None:
    """Leader and administrator."""
    for size, name in ((DESKTOP, "dashboard"), (PHONE, "phone-dashboard")):
        leader = log_in(browser, address, "leader", size)
        leader.goto(f"{address}/reports/dashboard/")
        shoot(leader, name)
    leader = log_in(browser, address, "leader", DESKTOP)
    leader.goto(f"{address}/reports/dashboard/")
    leader.locator(".table-children tbody a", has_text="澄溪街道").first.click()
    leader.locator("#h-children").evaluate("heading => heading.scrollIntoView()")
    shoot(leader, "leader-below")
    leader.set_viewport_size({"width": 1920, "height": 1080})
    leader.goto(f"{address}/reports/dashboard/wall/")
    shoot(leader, "leader-wall")
    administrator = log_in(browser, address, "admin", DESKTOP)
    administrator.goto(f"{address}/units/users/")
    shoot(administrator, "admin-users")


class MailServer:
    """Takes every mail but those to one address, so that the record of what was sent shows both."""

    async def handle_RCPT(self, _server: object, _session: object, envelope: Any, address: str, _options: object) -> str:  # noqa: N802
        """Refuse an address that is said not to exist."""
        if address.startswith("old-"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def shoot_reminders(browser: Browser, address: str) -> None:
    """Home page with bell, own channels, what was sent, the work calendar."""
    for username, mailbox in (("liaison1", "qingshi@example.cn"), ("street", "old-street@example.cn"), ("office", "office@example.cn")):
        page = log_in(browser, address, username, DESKTOP)
        page.goto(f"{address}/units/notices/settings/")
        page.fill("[name=email]", mailbox)
        page.get_by_role("button", name="保存").click()
        page.get_by_role("button", name="发送测试邮件").click()
        page.locator(".alert").first.wait_for()
    page.goto(f"{address}/reports/home/")
    shoot(page, "office-home")
    page.goto(f"{address}/units/deliveries/")
    shoot(page, "office-deliveries")
    page.goto(f"{address}/units/calendar/2026/")
    shoot(page, "office-calendar")
    phone = log_in(browser, address, "liaison1", PHONE)
    phone.goto(f"{address}/units/notices/settings/")
    shoot(phone, "phone-settings")


def shoot_ledger(browser: Browser, address: str) -> None:
    """The ledger of what is put right: the office's list, making rows, verifying; the liaison's phone."""
    page = log_in(browser, address, "office", DESKTOP)
    page.goto(f"{address}/inspections/rectifications/?campaign=2026-2")
    shoot(page, "office-ledger")
    page.goto(f"{address}/inspections/campaigns/2026-2/rectifications/new/")
    shoot(page, "office-rectify")
    page.goto(f"{address}/inspections/rectifications/?campaign=2026-2&status=submitted")
    page.locator(".cell-number a").first.click()
    shoot(page, "office-verify")
    phone = log_in(browser, address, "liaison3", PHONE)
    phone.goto(f"{address}/inspections/rectifications/mine/")
    shoot(phone, "liaison-mine")
    phone.locator(".duty-foot a.btn-primary").first.click()
    phone.locator("#progress").scroll_into_view_if_needed()
    shoot(phone, "liaison-progress")


def main() -> None:
    """Take all pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    mail = Controller(MailServer(), hostname="127.0.0.1", port=MAIL_PORT)
    mail.start()
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*ARGS.split(), "--lang=zh-CN"])
        shoot_office(browser, address)
        shoot_inspector(browser, address)
        shoot_others(browser, address)
        shoot_reminders(browser, address)
        shoot_ledger(browser, address)
        browser.close()
    mail.stop()


if __name__ == "__main__":
    main()
