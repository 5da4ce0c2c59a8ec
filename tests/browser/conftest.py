"""A real Chromium (Debian's) at phone and desktop size, a live server, and a worker in a thread."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import expect, sync_playwright

from inspections.models import Campaign
from jobs import running
from tests import factories
from tests.browser import field

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]
# Two browsers and two servers share two processors: what is awaited may take its time, and fails none the sooner for being wrong.
expect.set_options(timeout=20_000)
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
PASSWORD = "Test-pass-2026"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder: a test that forgot would run beside those that do without an event loop, and spoil them."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """Use a database in a file: server and worker are threads of their own, which SQLite's in-memory database does not bear."""
    settings = connections["default"].settings_dict
    if settings["ENGINE"].endswith("sqlite3"):
        settings["TEST"]["NAME"] = str(tmp_path_factory.mktemp("browser") / "test.sqlite3")


@pytest.fixture(scope="session")
def chromium():
    """The browser, started once."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.fail("Chromium is missing: apt-get install --no-install-recommends chromium, or set CHROMIUM=/path/to/it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def worker(monkeypatch):
    """Carry out jobs in threads, as a worker beside the server would."""
    threads: list[threading.Thread] = []

    def work(job_id: str) -> None:
        try:
            running.run(job_id)
        finally:
            connections.close_all()

    def send(words: tuple[str], **_options: object) -> None:
        threads.append(threading.Thread(target=work, args=words))
        threads[-1].start()

    monkeypatch.setattr("jobs.tasks.run_job.apply_async", send)
    yield
    for thread in threads:
        thread.join(timeout=60)


@pytest.fixture
def visit(chromium, live_server, worker):
    """Return a function that logs a user in and gives a page; what the browser complains about fails the test.

    ``bears`` names complaints that a test is about: a refusal (``409``) or a dead network (``ERR_INTERNET``).
    """
    contexts = []
    complaints: list[str] = []

    def log_in(user, size=DESKTOP, bears=()):
        def complain(text):
            if not any(known in text for known in bears):
                complaints.append(text)

        context = chromium.new_context(viewport=size, locale="zh-CN", accept_downloads=True, has_touch=size is PHONE)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: complain(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{live_server.url}/units/login/")
        page.get_by_label("用户名").fill(user.username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/reports/home/")
        return page

    yield log_in
    for context in contexts:
        context.close()
    assert complaints == [], "the browser complained"


@pytest.fixture
def phone(chromium, live_server, transactional_db):
    """Return a function that opens the phone pages for a user; scripts that fail and policies that are broken fail the test."""
    contexts: list = []
    complaints: list[str] = []

    def open_as(user, *, context=None, ready=True):
        if context is None:
            context = chromium.new_context(viewport=PHONE, locale="zh-CN", has_touch=True, accept_downloads=True)
            contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if "Security Policy" in message.text else None)
        opened = field.Phone(page, user, live_server.url)
        if ready:
            opened.log_in().ready()
        return opened

    yield open_as
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def round_two(transactional_db, assignment, town, district, zhao, qian):
    """A unit with a past: last half-year's answers, and a problem to look at again."""
    past = factories.make_campaign(
        district, zhao, year=2026, half=1, status=Campaign.Status.FINISHED, title="2026年上半年落实责任制情况督查"
    )
    before = factories.make_assignment(past, town, factories.make_team(past, qian), status="concluded")
    factories.make_result(before, "T1-2", qian, number=2)
    factories.make_finding(before, qian, text="学习计划没有按季度分解")
    factories.make_standard(wording="学习记录要素不全，缺少研讨发言材料", kind="problem", theme_code="T2", item_code="T2-1")
    factories.make_standard(wording="未按要求开展意识形态分析研判", kind="problem", theme_code="T1", item_code="T1-1")
    return assignment
