"""Pictures of the phone pages for ``docs/manual/inspector.md``; taken by ``tools/screenshots.py``.

The office of the demo opens its last campaign again, so that there is a half-year before to compare with and to look at again.
"""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

LogIn = Callable[[Browser, str, str, dict[str, int]], Page]
Shoot = Callable[[Page, str], None]
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
CAMPAIGN, UNIT, INSPECTOR = "2026-2", "澄溪街道", "inspector05"
LAST_FILLED = 600
"""Two rows of the drawn ledger are empty right of here."""


def ledger() -> bytes:
    """A drawn page of a ledger, with a line that was left empty; no photo of anything real."""
    sheet = Image.new("RGB", (1200, 1600), "#d9d2c4")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((110, 110, 1090, 1490), fill="#fdfcf8", outline="#8a8272", width=4)
    draw.rectangle((380, 160, 820, 210), fill="#3c4148")
    for row in range(13):
        top = 280 + row * 90
        draw.rectangle((160, top, 1040, top + 90), outline="#777", width=3)
        for left in (360, 640, 860):
            draw.line((left, top, left, top + 90), fill="#777", width=3)
        for left, width in ((180, 140), (385, 200 - row % 3 * 30), (665, 150), (885, 110)):
            if row not in {5, 6} or left < LAST_FILLED:
                draw.rectangle((left, top + 32, left + width, top + 56), fill="#5a6675" if row else "#222")
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=85)
    return out.getvalue()


def open_again(page: Page, address: str) -> None:
    """Let the office open the campaign and one of its units again."""
    page.goto(f"{address}/inspections/campaigns/{CAMPAIGN}/reopen/")
    page.locator("[name=reason]").fill("补充核实")
    page.locator("main form button.btn-primary").click()
    page.goto(f"{address}/inspections/assignments/?campaign={CAMPAIGN}&q={UNIT}")
    target = page.get_by_role("link", name=UNIT).first.get_attribute("href") or ""
    page.request.post(
        f"{address}{target}reopen/",
        form={"reason": "补充核实", "csrfmiddlewaretoken": page.evaluate("document.cookie.match(/csrftoken=([^;]+)/)[1]")},
        headers={"Referer": address},
    )


def shoot_field(browser: Browser, address: str, log_in: LogIn, shoot: Shoot) -> None:
    """Take each screen of the phone, along one visit."""
    open_again(log_in(browser, address, "office", DESKTOP), address)
    page = log_in(browser, address, INSPECTOR, PHONE)
    page.goto(f"{address}/field/")
    expect(page.get_by_text("已下载")).to_be_visible(timeout=60_000)
    page.evaluate("async () => { while (!navigator.serviceWorker.controller) await new Promise((next) => setTimeout(next, 50)); }")
    shoot(page, "field-home")
    page.context.set_offline(True)
    page.locator("a.unit", has_text=UNIT).click()
    unit = page.url.split("#")[1]
    page.locator(".theme-head").nth(1).click()
    page.locator("article.item").first.scroll_into_view_if_needed()
    page.evaluate("window.scrollBy(0, 260)")
    shoot(page, "field-unit")
    finding_with_photo(page, unit, shoot)
    rest_of_visit(page, unit, shoot)
    others(page, shoot)


def to(page: Page, place: str) -> None:
    """Go to a screen by its address behind the #."""
    page.evaluate("place => { window.location.hash = place; }", place)
    page.wait_for_timeout(300)


def finding_with_photo(page: Page, unit: str, shoot: Shoot) -> None:
    """The library, a photo with an arrow and a covered part, the finding."""
    to(page, f"{unit}/library")
    page.locator("#words").fill("xxjl")
    shoot(page, "field-library")
    page.locator(".standard").first.click()
    page.wait_for_timeout(800)  # as long as a person takes: the line about the finding leaves with the screen
    page.locator("input[type=file]").first.set_input_files([{"name": "台账.jpg", "mimeType": "image/jpeg", "buffer": ledger()}])
    box = place_of(page, ".photo-board canvas")
    draw(page, box, (0.35, 0.75), (0.6, 0.52))
    page.get_by_role("button", name="遮挡模糊").click()
    draw(page, box, (0.28, 0.08), (0.72, 0.15))
    shoot(page, "field-photo")
    page.get_by_role("button", name="保存").click()
    page.locator(".thumb img").wait_for()
    shoot(page, "field-finding")
    page.get_by_role("button", name="完成").click()


def place_of(page: Page, selector: str) -> dict[str, float]:
    """Return where something lies on the screen, once it is there. Raises ``LookupError`` when it cannot be seen."""
    page.locator(selector).wait_for()
    box = page.locator(selector).bounding_box()
    if box is None:
        raise LookupError(selector)
    return {name: float(value) for name, value in box.items()}


def draw(page: Page, box: dict[str, float], *points: tuple[float, float]) -> None:
    """One stroke of a finger; points as parts of the box."""
    places = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


def rest_of_visit(page: Page, unit: str, shoot: Shoot) -> None:
    """回头看, the confirmation of the facts, the end."""
    to(page, f"{unit}/last")
    if page.get_by_text("仍存在", exact=True).count():
        page.get_by_text("仍存在", exact=True).first.click()
    shoot(page, "field-last")
    to(page, f"{unit}/confirm")
    page.get_by_text("无异议").click()
    page.get_by_label("签名人职务").fill("党建办主任")
    page.locator("canvas.sign").wait_for()
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")  # out from behind the button at the foot
    page.wait_for_timeout(300)
    box = place_of(page, "canvas.sign")
    draw(page, box, (0.2, 0.35), (0.35, 0.3), (0.28, 0.65), (0.42, 0.5))
    draw(page, box, (0.5, 0.35), (0.72, 0.32), (0.6, 0.7), (0.8, 0.55))
    shoot(page, "field-confirm")
    page.get_by_role("button", name="提交确认").click()
    shoot(page, "field-finish")


def others(page: Page, shoot: Shoot) -> None:
    """The outbox, the self-check, the PIN."""
    to(page, "#/outbox")
    shoot(page, "field-outbox")
    page.context.set_offline(False)
    to(page, "#/check")
    page.get_by_text("剩余空间").wait_for()
    shoot(page, "field-check")
    to(page, "#/settings")
    shoot(page, "field-settings")
