"""Take the screenshots of README and manuals: ``make screenshots`` (or ``.venv/bin/python tools/screenshots.py``).

Starts the demo on a database and port of its own, drives it with Debian's Chromium, and writes ``docs/images/*.png``.
"""

from __future__ import annotations

import os
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

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
PASSWORD = "Demo-shots-2026"  # noqa: S105 -- of a demo that lives for a minute
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
ARGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
START_SECONDS = 90


@contextmanager
def demo() -> Iterator[str]:
    """Serve a fresh demo and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "DUCHATONG_VAR": folder, "DEMO_PASSWORD": PASSWORD}
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
    """Write what the window shows as ``docs/images/NAME.png``."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(700)  # charts are drawn after the page is there
    page.screenshot(path=IMAGES / f"{name}.png")
    print(f"docs/images/{name}.png")


def main() -> None:
    """Take all pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*ARGS.split(), "--lang=zh-CN"])
        leader = log_in(browser, address, "leader", DESKTOP)
        leader.goto(f"{address}/reports/dashboard/")
        shoot(leader, "dashboard")
        office = log_in(browser, address, "office", DESKTOP)
        office.goto(f"{address}/reports/campaign/2026-2/compose/")
        office.get_by_role("button", name="开始起草").click()
        office.get_by_role("link", name="查看报告").click(timeout=60_000)
        shoot(office, "report")
        inspector = log_in(browser, address, "inspector01", PHONE)
        shoot(inspector, "phone-home")
        inspector.locator("a[href*='/inspections/assignments/']", has_text="督查中").first.click()
        shoot(inspector, "phone-assignment")
        browser.close()


if __name__ == "__main__":
    main()
