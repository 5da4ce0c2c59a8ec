"""What stands in the log beside the message."""

from __future__ import annotations

import logging

from django.urls import reverse

from config.logs import NoTraceForRefusals


class Kept(logging.Handler):
    def __init__(self):
        super().__init__()
        self.lines = []
        self.addFilter(NoTraceForRefusals())

    def emit(self, record):
        self.lines.append(self.format(record))


def lines_of(act):
    """Return what the project's handler would write while ``act`` runs."""
    handler, logger = Kept(), logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        act()
    finally:
        logger.removeHandler(handler)
    return handler.lines


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


def test_the_console_uses_the_filter(settings):
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["no_trace_for_refusals"]
    assert settings.LOGGING["filters"]["no_trace_for_refusals"]["()"] == "config.logs.NoTraceForRefusals"
