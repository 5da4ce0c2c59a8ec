"""Every screen that a role reaches from the menu: no English, nothing sticking out sideways, no complaint of the browser."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command

from tests.browser.conftest import DESKTOP, PASSWORD, PHONE
from units.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ALLOWED = {"pdf", "word", "excel", "xlsx", "csv", "docx", "jpeg", "png", "jpg", "fandol", "utf", "gbk", "zip"}
ALLOWED |= {"linux", "windows", "edge", "noto", "sqlite", "postgresql", "python", "django", "weasyprint"}
"""Names of file formats, fonts and programs that Chinese texts use as they are."""
LATIN = re.compile(r"(?<![\w@./-])[A-Za-z]{3,}(?![\w@./-])")
MOST_PAGES = 25


def _english(text: str, names: set[str]) -> list[str]:
    return [word for word in LATIN.findall(text) if word.lower() not in ALLOWED | names]


def _links(page, host: str) -> list[str]:
    """Addresses worth a look: the menu, and the first link of each kind in the page; ids make no new kind."""
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    return [
        url.split("#")[0]
        for url in found
        if url.startswith(host) and not re.search(r"export|download|template|openapi|/evidence/|/proofs/", url)
    ]


def _kind(url: str, host: str) -> str:
    path = url.removeprefix(host).split("?")[0]
    return re.sub(r"/(\d+|[0-9a-f-]{36}|[A-Z]*-?\d{4}-\d)(?=/)", "/:id", path)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_screen_fits_and_is_chinese(visit, transactional_db, size, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)
    call_command("demo", verbosity=0)
    logins = set(User.objects.values_list("username", flat=True))
    seen: set[str] = set()
    faults: list[str] = []
    for username in ("office", "inspector01", "leader", "liaison1", "admin", "security", "auditor"):
        page = visit(User.objects.get(username=username), size)
        host = page.url.split("/reports/")[0]
        waiting = [page.url]
        mine: set[str] = set()
        while waiting and len(mine) < MOST_PAGES:
            url = waiting.pop(0)
            kind = _kind(url, host)
            if kind in mine or (kind in seen and len(mine) > 0):
                continue
            mine.add(kind)
            answer = page.goto(url)
            page.wait_for_load_state("networkidle")
            where = f"{username} {url.removeprefix(host)}"
            if answer is None or answer.status != 200:
                faults.append(f"{where}: status {answer and answer.status}")
                continue
            sideways = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if sideways > 0:
                faults.append(f"{where}: {sideways} px stick out sideways")
            # What programs read is named in the programs' own words.
            if not kind.endswith("/docs/api/") and (english := _english(page.inner_text("body"), logins)):
                faults.append(f"{where}: English words {sorted(set(english))[:5]}")
            waiting += [link for link in _links(page, host) if _kind(link, host) not in mine]
        seen |= mine
        page.context.close()
    assert not faults, "\n".join(faults)
    assert len(seen) > 25, sorted(seen)
