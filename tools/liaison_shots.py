"""Take the screenshots of the manual for liaisons: ``.venv/bin/python tools/liaison_shots.py``. A fresh demo, as ``screenshots.py`` starts it."""

from __future__ import annotations

import os
import re
import shutil

from playwright.sync_api import Browser, sync_playwright
from screenshots import ARGS, DESKTOP, PHONE, demo, log_in, shoot

OWN = re.compile("自查报告")


def shoot_liaison(browser: Browser, address: str) -> None:
    """A liaison's way: notice, numbers read from the file, what became of it; and the office's side of it."""
    page = log_in(browser, address, "liaison8", PHONE)
    shoot(page, "liaison-home")
    page.get_by_role("link", name=OWN).first.click()
    shoot(page, "liaison-notice")
    page = log_in(browser, address, "liaison3", PHONE)
    page.get_by_role("link", name=OWN).first.click()
    page.locator("#text").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('text').scrollIntoView()")
    shoot(page, "liaison-upload")
    page.evaluate("document.getElementById('metrics').scrollIntoView()")
    shoot(page, "liaison-metrics")
    page = log_in(browser, address, "street", DESKTOP)
    page.goto(f"{address}/inspections/campaigns/")
    page.get_by_role("link", name=re.compile("澄溪街道")).first.click()
    page.get_by_role("link", name="查看各单位").first.click()
    shoot(page, "office-submissions")
    page.get_by_role("link", name=re.compile("石桥社区")).click()
    shoot(page, "office-submission")


def main() -> None:
    """Take all pictures of this manual."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*ARGS.split(), "--lang=zh-CN"])
        shoot_liaison(browser, address)
        browser.close()


if __name__ == "__main__":
    main()
