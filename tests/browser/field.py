"""Driving the phone pages: what an inspector's thumb does, and what lies in the phone's own database."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

PASSWORD = "Test-pass-2026"

DUMP = """async ([user, name]) => {
  const db = await new Promise((done, fail) => {
    const request = indexedDB.open(`duchatong-field-${user}`);
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const all = (method) => new Promise((done) => { const r = db.transaction(name).objectStore(name)[method](); r.onsuccess = () => done(r.result); });
  const [keys, rows] = [await all("getAllKeys"), await all("getAll")];
  db.close();
  const shown = (value) => {
    if (value instanceof ArrayBuffer) return { bytes: btoa(String.fromCharCode(...new Uint8Array(value).slice(0, 200000))) };
    if (ArrayBuffer.isView(value)) return { bytes: "view" };
    if (Array.isArray(value)) return value.map(shown);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shown(each)]));
    return value;
  };
  return keys.map((key, index) => [key, shown(rows[index])]);
}"""


class Phone:
    """One tab of the phone pages."""

    def __init__(self, page: Page, user: Any, address: str) -> None:
        self.page, self.user, self.address = page, user, address

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def log_in(self) -> Phone:
        self.page.goto(f"{self.address}/units/login/?next=/field/")
        self.page.get_by_label("用户名").fill(self.user.username)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url("**/field/**")
        return self

    def ready(self) -> Phone:
        """Wait until the day is downloaded and the shell can start without a network."""
        expect(self.page.get_by_text("已下载")).to_be_visible(timeout=20_000)
        # Not wait_for_function: it evaluates a string in the page, which our policy forbids.
        self.page.evaluate("async () => { while (!navigator.serviceWorker.controller) await new Promise((next) => setTimeout(next, 50)); }")
        return self

    def offline(self) -> None:
        self.context.set_offline(True)

    def online(self) -> None:
        self.context.set_offline(False)

    def open(self, *parts: Any) -> None:
        """Go to a screen of this tab by its address behind the #."""
        self.page.evaluate("hash => { window.location.hash = hash; }", "#/" + "/".join(str(part) for part in parts))

    def unit(self, name: str = "青石镇党委") -> None:
        self.page.locator("a.unit", has_text=name).click()
        expect(self.page.locator(".progress-line")).to_be_visible()

    def theme(self, name: str) -> None:
        head = self.page.get_by_role("button", name=name)
        if head.get_attribute("aria-expanded") == "false":
            head.click()

    def item(self, question: str) -> Any:
        return self.page.locator("article.item", has_text=question)

    def choose(self, question: str, word: str) -> None:
        self.item(question).get_by_text(word, exact=True).click()

    def unit_still_writable(self, question: str, word: str) -> None:
        """Answer from wherever one is: nothing that went wrong on the line keeps anybody from writing."""
        self.open("")
        self.unit()
        self.theme("组织领导")
        self.choose(question, word)
        self.stored()

    def sign(self) -> None:
        """Draw a line on the pad with a finger."""
        canvas = self.page.locator("canvas.sign")
        expect(canvas).to_be_visible()
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        self.stroke(box, (0.2, 0.3), (0.5, 0.7), (0.8, 0.3))

    def stroke(self, box: Any, *points: tuple[float, float]) -> None:
        places = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in points]
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*place, steps=6)
        self.page.mouse.up()

    def rows(self, name: str = "records") -> dict[str, Any]:
        """What lies in the phone's database; bytes in base64."""
        return dict(self.page.evaluate(DUMP, [self.user.pk, name]))

    def states(self) -> dict[str, str]:
        return {key: row["state"] for name in ("records", "photos") for key, row in self.rows(name).items()}

    def hashes(self) -> dict[str, str]:
        """SHA-256 of each photo's bytes as they lie on the phone."""
        kept = self.rows("bytes")
        return {key: hashlib.sha256(base64.b64decode(value["bytes"])).hexdigest() for key, value in kept.items()}

    def stored(self) -> None:
        """Wait until the phone's database has acknowledged everything typed so far."""
        expect(self.page.locator("body:not([data-writing])")).to_be_attached()

    def send(self) -> None:
        self.open("outbox")
        self.page.get_by_role("button", name="立即上传").click()

    def all_sent(self) -> None:
        self.open("outbox")
        expect(self.page.get_by_text("全部已上传")).to_be_visible(timeout=20_000)
