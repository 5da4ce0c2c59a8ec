"""How long a unit with sixty items takes to open on a phone six times slower than this machine: ``python -m benchmarks.field.opening``.

Serves the demo, opens the phone pages in Debian's Chromium at 390×844 with its processor throttled by DevTools, and measures from the
tap to the second frame that shows the result. Prints a table; asserts nothing, since the figures are those of the machine it runs on.
"""

from __future__ import annotations

import copy
import json
import os
import shutil
import statistics
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

from screenshots import ARGS, PHONE, demo, log_in

ITEMS, RUNS, SLOWER = 60, 7, 6
MEASURE = """async (tap) => {
  const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  await frames();
  const began = performance.now();
  if (tap.startsWith("#")) window.location.hash = tap; else document.querySelector(tap).click();
  await new Promise((done) => { const look = () => (document.querySelector(WAIT) ? done() : requestAnimationFrame(look)); look(); });
  await frames();
  return performance.now() - began;
}"""


def sixty(route: Route) -> None:
    """Hand on the day with the first checklist brought to sixty items, none of them answered."""
    answer = route.fetch()
    if answer.status != 200:  # noqa: PLR2004 -- 304: as it was
        route.fulfill(response=answer)
        return
    day: dict[str, Any] = answer.json()
    for checklist in day["checklists"]:
        stock = [item for theme in checklist["themes"] for item in theme["items"]]
        for number in range(ITEMS - len(stock)):
            checklist["themes"][0]["items"].append({**copy.deepcopy(stock[number % len(stock)]), "code": f"X-{number}", "categories": []})
        for theme in checklist["themes"]:
            for item in theme["items"]:
                item["categories"] = []
    for assignment in day["assignments"]:
        assignment["results"] = []
    route.fulfill(response=answer, body=json.dumps(day), headers={**answer.headers, "content-length": ""})


def timed(page: Page, tap: str, wait: str) -> float:
    """Return the milliseconds from a tap to the frame after the one in which ``wait`` is there."""
    return float(page.evaluate(MEASURE.replace("WAIT", json.dumps(wait)), tap))


def measure(page: Page, address: str) -> dict[str, list[float]]:
    """Open the list, a unit, all its themes, the library and a cold start, several times each."""
    figures: dict[str, list[float]] = {
        name: [] for name in ("打开单位（一个主题展开）", f"展开全部 {ITEMS} 项", "回答一项", "规范表述库", "冷启动（离线）")
    }
    for _ in range(RUNS):
        page.evaluate("window.location.hash = '#/'")
        page.locator("a.unit").first.wait_for()
        opened, everything, answered, library, cold = figures.values()
        opened.append(timed(page, "a.unit", "article.item"))
        everything.append(timed(page, ".switch input", f".theme:nth-of-type(3) article.item, article.item:nth-of-type({ITEMS // 8})"))
        answered.append(timed(page, "article.item .choice input:not(:checked)", "article.item"))
        library.append(timed(page, "article.item a[href*=library]", ".standard"))
        page.goto(f"{address}/field/#/")
        page.reload()
        page.locator("a.unit").first.wait_for()
        cold.append(float(page.evaluate("performance.now()")))
    return figures


def main() -> None:
    """Print the table."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*ARGS.split(), "--lang=zh-CN"])
        page = log_in(browser, address, "inspector01", PHONE)
        page.context.route("**/api/v1/field/day*", sixty)
        page.goto(f"{address}/field/")
        page.get_by_text("已下载").wait_for(timeout=60_000)
        page.evaluate("async () => { while (!navigator.serviceWorker.controller) await new Promise((next) => setTimeout(next, 50)); }")
        page.context.set_offline(True)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        figures = measure(page, address)
        browser.close()
    print(f"处理器放慢 {SLOWER} 倍，{ITEMS} 项清单，各 {RUNS} 次（毫秒）")
    for name, values in figures.items():
        print(f"  {name}：中位数 {statistics.median(values):.0f}，最慢 {max(values):.0f}")


if __name__ == "__main__":
    main()
