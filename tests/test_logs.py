"""What stands in the log beside the message, in which form, and what never stands there."""

from __future__ import annotations

import io
import json
import logging

import pytest
from django.conf import settings as own
from django.db import IntegrityError, connection
from django.urls import reverse

from config.logs import JsonLines, NoTraceForRefusals, PlainLines, WorkIds
from jobs import actions, running
from jobs.asking import asked
from jobs.models import Job
from jobs.registry import handler
from tests import factories


class Kept(logging.Handler):
    """Keeps what the project's handler would write."""

    def __init__(self, formatter: logging.Formatter | None = None) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.addFilter(NoTraceForRefusals())
        self.addFilter(WorkIds())
        self.setFormatter(formatter)

    def emit(self, record):
        self.lines.append(self.format(record))


def lines_of(act, name="django.request", formatter=None):
    """Return what the project's handler would write while ``act`` runs."""
    kept, logger = Kept(formatter), logging.getLogger(name)
    logger.addHandler(kept)
    try:
        act()
    finally:
        logger.removeHandler(kept)
    return kept.lines


def test_an_ordinary_refusal_is_one_line(client, qian):
    client.force_login(qian)
    (line,) = lines_of(lambda: client.get(reverse("units:user_list")))
    assert line == "Forbidden (Permission denied): /units/users/"


def test_a_fault_keeps_its_trace():
    def fail():
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            logging.getLogger("django.request").exception("Internal Server Error")

    (line,) = lines_of(fail)
    assert "Traceback" in line
    (line,) = lines_of(fail, formatter=JsonLines())
    assert "ZeroDivisionError" in json.loads(line)["trace"]


def test_the_console_uses_the_filters(settings):
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["no_trace_for_refusals", "work_ids"]
    assert settings.LOGGING["filters"]["no_trace_for_refusals"]["()"] == "config.logs.NoTraceForRefusals"


def test_a_request_is_one_line_with_its_number_and_without_who_and_what(client, zhao, settings):
    settings.LOG_REQUESTS = True
    client.force_login(zhao)
    answers = []
    address = reverse("units:organization_list")
    (line,) = lines_of(lambda: answers.append(client.get(address, {"q": "举报人张三"})), "duchatong.access", JsonLines())
    found = json.loads(line)
    assert found["request"] == answers[0]["X-Request-ID"]
    assert (found["method"], found["route"], found["status"]) == ("GET", "units:organization_list", 200)
    assert found["message"] == f"GET {address} 200"
    for secret in ("张三", zhao.username, str(zhao), "127.0.0.1"):
        assert secret not in line


def test_a_refusal_that_is_told_late_bears_the_number_too(client, qian):
    client.force_login(qian)
    answers = []
    lines = lines_of(lambda: answers.append(client.get("/no-such-page/")), formatter=JsonLines())
    assert {json.loads(line)["request"] for line in lines} == {answers[0]["X-Request-ID"]}


def test_requests_are_told_only_when_asked_for(client, db):
    assert lines_of(lambda: client.get("/healthz"), "duchatong.access") == []


def test_what_a_job_writes_bears_its_id_and_the_request_that_started_it_is_named(zhao, monkeypatch):
    @handler("test.logs")
    def work(progress):
        logging.getLogger("duchatong.anything").warning("half way")

    jobs: list[Job] = []

    def start():
        with asked("ab" * 16, None):
            jobs.append(actions.start("test.logs", "导出张三的材料", by=zhao))

    (begun,) = lines_of(start, "duchatong.jobs", JsonLines())
    assert json.loads(begun)["request"] == "ab" * 16
    assert str(jobs[0].pk) in begun
    assert "张三" not in begun
    half, ended = lines_of(lambda: running.run(jobs[0].pk), "duchatong", JsonLines())
    assert json.loads(half)["job"] == json.loads(ended)["job"] == str(jobs[0].pk)
    assert "done" in ended


def test_plain_lines_end_with_the_ids():
    with asked("cd" * 16, None):
        (line,) = lines_of(lambda: logging.getLogger("duchatong.x").warning("disk %s", "full"), "duchatong.x", PlainLines())
    assert line.endswith(f"WARNING duchatong.x disk full [request={'cd' * 16}]")
    (line,) = lines_of(lambda: logging.getLogger("duchatong.x").warning("disk full"), "duchatong.x", PlainLines())
    assert line.endswith("disk full")


@pytest.mark.parametrize("formatter", [JsonLines(), PlainLines()])
def test_rows_that_the_database_quotes_stay_out(district, formatter):
    """PostgreSQL repeats the row that it refuses; SQLite does not, so its words are put into its mouth."""
    code = "ZHANGSAN-1"  # not in the lines that fail: a traceback quotes them

    def clash():
        try:
            factories.make_organization("甲镇", district, code=code)
            factories.make_organization("乙镇", district, code=code)
        except IntegrityError as caught:
            error = caught
            if connection.vendor == "sqlite":
                error = IntegrityError("duplicate key\nDETAIL:  Key (code)=(ZHANGSAN-1) already exists.\n")
            logging.getLogger("duchatong.x").error("two wrote at once", exc_info=error)  # noqa: TRY400 -- another error than the one caught

    lines = lines_of(clash, "duchatong.x", formatter)
    assert lines
    assert "DETAIL: （略去内容）" in lines[0]
    assert "ZHANGSAN" not in lines[0]


def test_every_json_line_can_be_read_whatever_is_in_it():
    stream = io.StringIO()
    out = logging.StreamHandler(stream)
    out.setFormatter(JsonLines())
    record = logging.LogRecord("duchatong.x", logging.ERROR, __file__, 1, "两行\n“引号” %s", (object(),), None)
    record.told = {"odd": {1, 2}}
    out.emit(record)
    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["message"].startswith("两行\n")


def test_celery_leaves_the_log_as_it_is():
    from celery.signals import setup_logging

    import config.celery

    assert config.celery.keep_our_logging in [receiver() for _, receiver in setup_logging.receivers]
    assert own.CELERY_WORKER_HIJACK_ROOT_LOGGER is False
